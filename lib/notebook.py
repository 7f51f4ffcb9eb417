"""What a notebook calls: `page = notebook.start(...)` in its set-up, `page.save()` in its last cell.

A page shows figures, tables and sentences, and keeps what it shows for results.json.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib.util import find_spec

import pandas as pd
from matplotlib.figure import Figure

from lib import claims, models, plots
from lib.base import files, paths, progress, provenance
from lib.base.errors import LookbookError
from lib.base.text import capital
from lib.claims import by_reference, reports
from lib.course import fit, legal
from lib.course.notebooks import title
from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.evaluation import comparison, guards, words
from lib.report import tables
from lib.runs import normal, trained
from lib.runs.carried import pictures_of
from lib.training.run import Run

JUDGES_NOTHING = "This run has other pictures or fewer epochs than the reports, so it cannot judge their claims."
BESIDE = "What the reports claim, and what these runs say"


def start(name: str, given: dict, colour: bool = False) -> "Page":
    """Load the data set, say what the notebook runs on, and return its page.

    given: the notebook's `globals()`; its parameters are the names that the parameters cell gives a type.
    colour: whether the notebook needs a product set, in colour and with a table (`lib.data.catalogue.resolve`).
    LookbookError without the parameters `profile` and `dataset`.
    """
    parameters = {each: given[each] for each in given.get("__annotations__", {}) if each in given}
    missing = " and ".join(each for each in ("profile", "dataset") if each not in parameters)
    if missing:
        raise LookbookError(f"{name}: run the parameters cell first; it gives {missing} a type and a value")
    legal.refuse(name, parameters)
    return Page(name, parameters, colour)


class Page:
    """One notebook's page: its data set, and the results that it will save."""

    def __init__(self, name: str, parameters: dict, colour: bool) -> None:
        self.begun = datetime.now(UTC)
        self.names: set[str] = set()  # of classes, columns, folders: people's words, which a sentence may hold
        self.recorded: dict[str, tuple[list[Run], list]] = {}  # runs and what guards say of them, by data set
        self.results: dict = {
            "notebook": name, "title": title(name), "status": "complete", "error": None,
            "profile": parameters["profile"], "parameters": parameters, "datasets": [],
            "provenance": provenance.environment() | {"started": self.begun.isoformat(timespec="seconds")},
            "runs": [], "tables": {}, "findings": [], "guards": [],
        }  # fmt: skip
        self.dataset = self._loaded("data", colour, {})
        fit.refuse(name, parameters, self.dataset)
        progress.tell(f"device    {self.results['provenance']['device']}")

    def colour(self, **needed: tuple[str, ...]) -> Dataset:
        """Return the product set that belongs to the parameter `dataset`; needed: columns, and values that they have.

        Where own pictures have no such columns, the kit's product set stands in for them, and that is printed.
        """
        return self._loaded("colour", True, needed)

    def _loaded(self, what: str, colour: bool, needed: dict[str, tuple[str, ...]]) -> Dataset:
        resolved = fit.resolve(self.results["parameters"]["dataset"], colour, needed)
        dataset = catalogue.load(resolved.name)
        known = self.results["datasets"]
        self.names.update([dataset.name], dataset.classes, *dataset.classes.values())
        self.results.setdefault("dataset", dataset.name)
        if dataset.name not in [each["name"] for each in known]:
            about = {"name": dataset.name, "provenance": dataset.provenance, "fingerprint": dataset.fingerprint}
            known.append(about | {"fallback": resolved.reason})
            progress.tell(f"{what:<10}{dataset.provenance}")
            if resolved.reason:
                progress.tell(f"          {resolved.reason}")
        return dataset

    def table(
        self, name: str, frame: pd.DataFrame, caption: str, digits: int = 3, fold: bool = False,
        by: tables.Choices | None = None, shown: pd.DataFrame | None = None,
    ) -> None:  # fmt: skip
        """Display a table with a caption, and keep it in the results as `name`.

        digits: decimals of fractions. A dash stands for no number. fold: show its caption alone until it is opened.
        by: heading -> a value for each row, by which the reader chooses rows; cells are strings then. shown: what is
        displayed in place of `frame`. Measures are shown by their names in words; the results keep the frame's own.
        """
        self.results["tables"][name] = frame
        frame = frame if shown is None else shown
        html = tables.filtered(frame, caption, by) if by else tables.plain(frame, caption, digits, fold)
        tables.display({"text/html": html, "text/plain": f"{caption}\n{frame.to_string(index=False)}"})

    def fold(self, title: str, parts: dict[str, list[str]]) -> None:
        """Display a title under which lists of sentences fold away, each with its heading."""
        tables.display({"text/html": tables.folded(title, parts), "text/plain": f"{title}\n{parts}"})

    def show(self, figure: Figure, alt: str, caption: str, thumbnail: bool = False) -> None:
        """Display a figure with a text for those who do not see it, and a caption; a note where it cannot be drawn.

        thumbnail: the index page shows this figure for the notebook (without one: its first).
        """
        alt = alt.replace("**", "")  # sentences of the page mark words so; an alternative text has no marks
        png, missing = plots.style.tried(figure)
        if missing:
            return self.say(f"*No figure here: {missing}.* It would show: {caption}")
        tables.display({"image/png": png}, {"image/png": plots.style.about(figure, alt, caption, thumbnail)})

    def study(self, draw: Callable[..., Figure], alt: str, caption: str, **choices: list) -> None:
        """Show `draw` of the first of all choices; in JupyterLab of any, by a widget for each (extra `study`).

        draw: takes one value of each list in `choices`, by its name, and returns a figure.
        """
        if find_spec("ipywidgets") and not paths.for_a_report():  # in a report nobody can choose
            from ipywidgets import interact

            interact(lambda **chosen: self.show(draw(**chosen), alt, caption), **choices)
        else:
            self.show(draw(**{name: values[0] for name, values in choices.items()}), alt, caption)

    def guess(self, guess: float | None, measured: float, what: str) -> None:
        """Print the reader's guess of `what` beside what was measured; nothing where none was made."""
        if guess is not None:
            self.say(f"You guessed {guess:g} for {what}; measured: {measured:.3g}.")

    def say(self, text: str) -> None:
        """Display a sentence in which figures were computed, as prose."""
        tables.say(text, self.names)

    def compare(self, name: str, table: pd.DataFrame, measure: str, reference: str) -> pd.DataFrame:
        """Show how systems differ from `reference` in a measure: one figure and one sentence; return the differences.

        table: as `lib.runs.tabulate` returns it. The means and the differences (`lib.evaluation.comparison`) fold away,
        and are kept in the results as `name` and `name`_differences.
        """
        said = words.MEASURES.get(measure, measure)
        heading = capital(said)
        means = comparison.summarise(table, measure)
        differences = comparison.against(table, measure, reference)
        told, unit = words.told_all(differences, measure)
        self.show(
            plots.intervals(differences, "system", "difference", f"{said}, minus that of {reference}", mark=0),
            alt=f"{heading} minus that of {reference}. {told}".replace("**", ""),
            caption=f"{heading} minus that of {reference}, seed by seed. Bars: 95% intervals, each on its own.",
        )
        self.say(f"{heading} minus that of {reference}{unit}. {told}")
        self.table(name, means, f"{heading}: {comparison.SUMMARISED}", fold=True)
        about = f"The same, minus that of {reference}, seed by seed; p_holm is corrected for the number of rows (Holm)"
        self.table(f"{name}_differences", differences.drop(columns=["p", "smallest"]), about, fold=True)
        return differences

    def claims(self, table: pd.DataFrame, comparable: bool) -> pd.DataFrame:
        """Hold what the reports claim of these systems (claims.yaml) against the runs; return one row per claim.

        table: as `lib.runs.tabulate` returns it, with any further measure that a claim names. comparable: whether the
        pictures and the length are the report's (`lib.claims.comparable`); else one line says that nothing is judged.
        """
        found = claims.compare(table, comparable)
        if found.empty:
            self.say("None of these systems is trained as in its report, so there is no claim to judge.")
        elif not comparable:
            self.say(JUDGES_NOTHING)
        else:
            self.table("claims", found, BESIDE, shown=reports.read(found))
        return found

    def reference(
        self, *rows: str, measure: str = "test_accuracy", also: Iterable[str] = (), against: str | None = None,
        draw: Callable[[pd.DataFrame], Figure] | None = None,
    ) -> None:  # fmt: skip
        """Show what reference runs say, by rows of reference.yaml: a figure, a sentence, and the claims about them.

        also: rows that have verdicts, but no place in the figure. against: a row from which the others' differences are
        shown. draw: makes another figure, from a table as `lib.runs.tabulate` returns it.
        """
        found = by_reference.at_full_length(rows, measure, also, against)
        if found.missing:
            self.say(f"Not run yet at full length: {', '.join(found.missing)}.")
        if found.means.empty:
            return
        usual = plots.intervals(found.means, "system", "mean", found.axis, None if against is None else 0)
        bars = "A point per training; lines are means." if draw else "Bars: 95% intervals of the mean over seeds."
        told = f"{capital(found.told)}."
        self.show(draw(found.runs) if draw else usual, told, f"Reference runs, {found.length}. {bars}")
        self.say(f"{told} {found.tally}")
        if not found.judged.empty:
            self.table("claims_reference", found.judged, BESIDE, shown=reports.read(found.judged))
        self.results["full_length"] = f"{told[:-1]} ({found.length}). {found.tally}"

    def record(self, runs: Iterable[Run], dataset: Dataset | None = None, collapsed: Iterable[Run] = ()) -> None:
        """Keep finished runs in the results, once for each data set, and ask the guards about them.

        dataset: what they were trained on; None: the page's own. collapsed: as `guards.check` takes them.
        """
        looked_at = self.dataset if dataset is None else dataset
        own = list({run.key: run for run in runs}.values())
        networks = [run for run in own if run.config.system not in models.ANCHORS]
        self.recorded[looked_at.name] = own, guards.check(networks, looked_at, {run.key for run in collapsed})
        runs = [run for of_set, _ in self.recorded.values() for run in of_set]
        self._keep(runs)
        self.results["normal"] = normal.beside(runs)
        self.results["guards"] = [row for _, rows in self.recorded.values() for row in rows]

    def carried(self, runs: list[Run]) -> None:
        """Keep reference runs in the results of a notebook that trains nothing: their pictures need not be here."""
        own = pictures_of(runs)
        self.results |= {"carried": True, "datasets": own, "dataset": own[0]["name"], "guards": guards.of_figures(runs)}
        self._keep(runs)

    def _keep(self, runs: list[Run]) -> None:
        self.results["runs"] = trained.listed(runs)
        self.results["provenance"] |= {
            "seeds": sorted({run.config.seed for run in runs}),
            "trainings": trained.by_environment(runs, self.begun),
        }

    def conclude(self, *findings: str, sure: str = "", answer: str = "") -> None:
        """Display what was found as a list, and keep it in the results; the first sentence answers the title.

        sure: how sure that answer is, in words, for the report's box. answer: what the box says in its place.
        """
        self.results |= {"findings": [*filter(None, [answer]), *findings], "sure": sure}
        self.say("\n".join(f"- {finding}" for finding in findings))

    def save(self) -> None:
        """Write the results as JSON, where `lib.base.paths.results_file` says."""
        seconds = (datetime.now(UTC) - self.begun).total_seconds()
        self.results["provenance"] |= {"seconds": round(seconds, 1), "peak_memory_mib": provenance.peak_memory()}
        file = paths.results_file(self.results["notebook"])
        files.write_json(file, self.results)
        progress.tell(f"saved {file.name}")
