"""What a notebook calls: a first cell that says what it runs on, figures and tables, a last cell that saves."""

import base64
import io
import math
from datetime import UTC, datetime

import pandas as pd

from lib import models, plots
from lib.base import files, paths, provenance
from lib.course.notebooks import title
from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.evaluation import comparison, guards

MEASURES = {
    "val_accuracy": "validation accuracy",
    "val_loss": "validation loss",
    "test_accuracy": "test accuracy",
    "test_loss": "test loss",
    "val_macro_f1": "validation macro-F1",
    "test_macro_f1": "test macro-F1",
}


def start(name: str, settings: dict, colour: bool = False) -> tuple[Dataset, dict]:
    """Load the data, print what the notebook runs on, and return (dataset, results).

    settings: the notebook's parameters; "profile" and "dataset" are among them, "seeds" where it trains.
    colour: whether it needs a product set, in colour and with a table (`lib.data.catalogue.resolve`).
    results: what `save` will write; cells add to its "runs", "tables" and "findings".
    """
    resolved = catalogue.resolve(settings["dataset"], colour)
    dataset = catalogue.load(resolved.name)
    environment = provenance.environment()
    results = {
        "notebook": name,
        "title": title(name),
        "status": "complete",
        "error": None,
        "dataset": dataset.name,
        "dataset_provenance": dataset.provenance,
        "fallback": resolved.reason,
        "profile": settings["profile"],
        "parameters": settings,
        "provenance": environment
        | {
            "seeds": list(range(settings.get("seeds", 0))),
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
            "data_fingerprint": dataset.fingerprint,
        },
        "runs": [],
        "tables": {},
        "findings": [],
        "guards": [],
    }
    versions = ", ".join(f"{package} {version}" for package, version in environment["versions"].items())
    print(f"data      {dataset.provenance}")
    if resolved.reason:
        print(f"          {resolved.reason}")
    print(f"seeds     {results['provenance']['seeds'] or 'nothing random here'}")
    print(f"device    {environment['device']}")
    print(f"versions  {versions}")
    return dataset, results


def colour(results: dict) -> Dataset:
    """Load the product set that belongs to the notebook's parameter "dataset", print it, note it, and return it.

    For a notebook that looks at two sets, a grey one (`start`) and one in colour with a table.
    """
    resolved = catalogue.resolve(results["parameters"]["dataset"], colour=True)
    dataset = catalogue.load(resolved.name)
    if dataset.name == results["dataset"]:
        return dataset
    results["dataset"] += f", {dataset.name}"
    results["dataset_provenance"] += f" {dataset.provenance}"
    results["provenance"]["data_fingerprint"] += f", {dataset.fingerprint}"
    print(f"colour    {dataset.provenance}")
    if resolved.reason:
        results["fallback"] = " ".join(filter(None, [results["fallback"], resolved.reason]))
        print(f"          {resolved.reason}")
    return dataset


def show(figure, alt: str, caption: str, thumbnail: bool = False) -> None:
    """Display a matplotlib Figure with a text for those who do not see it, and a caption.

    thumbnail: the index page shows this figure for the notebook (without one: its first).
    """
    from IPython.display import display

    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=120)
    about = {"alt": alt, "caption": caption, "thumbnail": thumbnail}
    display({"image/png": base64.b64encode(png.getvalue()).decode()}, metadata={"image/png": about}, raw=True)


def table(frame: pd.DataFrame, caption: str, digits: int = 3) -> None:
    """Display a table with a caption; fractions with `digits` decimals, nothing cut off, a dash for no number."""
    from IPython.display import display

    html = (
        frame.replace([math.inf, -math.inf], math.nan)
        .style.format(precision=digits, na_rep="–", escape="html", thousands=",")
        .hide(axis="index")
        .set_caption(caption)
        .to_html(table_attributes='class="dataframe"', cell_ids=False)
    )
    display({"text/html": html, "text/plain": f"{caption}\n{frame.to_string(index=False)}"}, raw=True)


def say(text: str) -> None:
    """Display a sentence in which figures were computed, as prose."""
    from IPython.display import Markdown, display

    display(Markdown(text))


def compare(results: dict, name: str, table_of_runs: pd.DataFrame, measure: str, reference: str) -> pd.DataFrame:
    """Display how systems compare in a measure; return their differences from `reference` (lib.evaluation.comparison).

    table_of_runs: lib.runs.tabulate. Shows a table of means with intervals, a table of differences seed by seed, and
    these as a figure; both tables are kept in the results, as `name` and `name`_differences.
    """
    words = MEASURES[measure]
    heading = words[0].upper() + words[1:]
    means = comparison.summarise(table_of_runs, measure)
    differences = comparison.against(table_of_runs, measure, reference)
    results["tables"] |= {name: means, f"{name}_differences": differences}
    table(
        means,
        f"{heading}: seeds that did not diverge (n), mean, standard deviation, 95 % interval of the mean",
    )
    show(
        plots.intervals(differences, "system", "difference", f"{words}, minus that of {reference}", mark=0),
        alt=f"{heading} minus that of {reference}, seed by seed: "
        + "; ".join(f"{row.system} {row.difference:+.3f}, {row.verdict}" for row in differences.itertuples())
        + ".",
        caption=f"Differences from {reference}, seed by seed; bars are 95 % intervals, each for itself.",
    )
    table(
        differences,
        "The same in figures. p_holm: paired t-test with Holm's correction for the number of rows. smallest: the "
        "smallest true difference that so many seeds would resolve four times in five.",
    )
    return differences


def conclude(results: dict, findings: list[str]) -> None:
    """Display what was found as a list, and keep it in the results."""
    results["findings"] = findings
    say("\n".join(f"- {finding}" for finding in findings))


def record(results: dict, runs: list, dataset: Dataset) -> None:
    """Keep finished runs in the results, each once, with the commit it was trained at, and what the guards say."""
    runs = list({run.key: run for run in runs}.values())
    results["runs"] = [
        {
            "key": run.key,
            "system": run.label,
            "seed": run.config.seed,
            "commit": files.read_json(run.folder / "environment.json")["commit"],
            "metrics": run.metrics,
        }
        for run in runs
    ]
    results["guards"] = guards.check([run for run in runs if run.config.system not in models.ANCHORS], dataset)


def save(results: dict) -> None:
    """Write the results as JSON, where `lib.base.paths.results_file` says."""
    begun = datetime.fromisoformat(results["provenance"]["started"])
    results["provenance"]["seconds"] = round((datetime.now(UTC) - begun).total_seconds(), 1)
    results["provenance"]["peak_memory_mib"] = provenance.peak_memory()
    file = paths.results_file(results["notebook"])
    files.write_json(file, results)
    print(f"saved {file.name}")
