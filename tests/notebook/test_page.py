"""What a notebook's page shows, and what it keeps for results.json."""

import json

import IPython.display
import pandas as pd
import pytest

from lib import config, notebook, plots, runs
from lib.base import paths
from lib.base.errors import LookbookError
from lib.data import catalogue
from lib.data.catalogue import Resolved

TWO = pd.DataFrame({"who": ["a", "b"], "mean": [0.1, 0.2], "low": 0.0, "high": 0.3})


@pytest.fixture
def shown(monkeypatch):
    """Return a list of what is displayed: (data by MIME type, metadata)."""
    seen = []
    monkeypatch.setattr(
        IPython.display, "display", lambda data, metadata=None, raw=False: seen.append((data, metadata or {}))
    )
    return seen


def parameters(**more):
    given = {"profile": "quick", "dataset": "stripes", "seeds": 2} | more
    return given | {"__annotations__": dict.fromkeys(given, str), "other": 3}


@pytest.fixture
def page(stripes, monkeypatch, shown):
    monkeypatch.setattr(
        catalogue, "resolve", lambda name, colour=False: Resolved("stripes", "No network; stripes it is.")
    )
    monkeypatch.setattr(catalogue, "load", lambda name: stripes)
    return notebook.start("02_baseline_cnn", parameters())


def settings(**changes):
    return config.parse({"system": "R2.simple", "data": {"name": "stripes"}, "epochs": 2, "batch_size": 16} | changes)


def test_parameters_are_what_the_parameters_cell_gives_a_type(page):
    assert page.results["parameters"] == {"profile": "quick", "dataset": "stripes", "seeds": 2}
    assert page.results["title"] == "How far does a plain network get?"


def test_a_start_without_its_parameters_cell_is_refused_in_one_line():
    with pytest.raises(
        LookbookError, match="02_baseline_cnn: run the parameters cell first; it gives profile and dataset"
    ):
        notebook.start("02_baseline_cnn", {"seeds": 3})


def test_a_value_that_the_notebook_cannot_work_with_is_refused_in_its_first_cell():
    with pytest.raises(LookbookError, match="02_baseline_cnn: seeds=0: give a whole number from 1"):
        notebook.start("02_baseline_cnn", parameters(seeds=0))


def test_the_data_set_is_named_once_with_why_it_stands_in(page, stripes):
    assert page.dataset is stripes and page.colour() is stripes
    (only,) = page.results["datasets"]
    assert only == {
        "name": "stripes",
        "provenance": stripes.provenance,
        "fingerprint": stripes.fingerprint,
        "fallback": "No network; stripes it is.",
    }
    assert page.results["dataset"] == "stripes"


def test_a_table_is_shown_and_kept_and_escaped(page, shown):
    frame = pd.DataFrame({"class": ["<b>bag</b>"], "share": [0.123456], "none": [float("nan")]})
    page.table("shares", frame, "Shares <i>", digits=2)
    html = shown[-1][0]["text/html"]
    assert "&lt;b&gt;bag" in html and "0.12" in html and "–" in html and "<caption>Shares &lt;i&gt;</caption>" in html
    assert page.results["tables"]["shares"] is frame and "<details>" not in html
    page.table("again", frame, "Shares <i>", fold=True)
    html = shown[-1][0]["text/html"]
    assert html.startswith("<details><summary>Shares &lt;i&gt;</summary>") and "<caption></caption>" not in html


def test_a_name_of_a_class_means_itself_in_a_sentence(page, shown):
    assert page.names >= {page.dataset.name, *page.dataset.classes["class"]}
    page.names.add("$5_b* | <i>")
    page.conclude("**$5_b* | <i>** is best.")
    data, _ = shown[-1]
    assert (
        data["text/markdown"] == r"- **\$5\_b\* \| \<i\>** is best."
        and data["text/plain"] == "- **$5_b* | <i>** is best."
    )
    assert page.results["findings"] == ["**$5_b* | <i>** is best."]


def test_a_figure_carries_its_description(page, shown):
    drawn = plots.intervals(TWO, "who", "mean", "x")
    page.show(drawn, alt="**Two** bars.", caption="Shares.", thumbnail=True)
    data, metadata = shown[-1]
    assert data["image/png"] and metadata["image/png"] == {"alt": "Two bars.", "caption": "Shares.", "thumbnail": True}


def runs_table():
    rows = [("low", seed, 0.7 + seed / 100) for seed in range(3)] + [
        ("high", seed, 0.8 + seed / 90) for seed in range(3)
    ]
    return pd.DataFrame(rows, columns=["system", "seed", "val_accuracy"]).assign(diverged=False)


def test_a_comparison_is_one_figure_one_sentence_and_folded_tables(page, shown):
    before = len(shown)
    differences = page.compare("by_rate", runs_table(), "val_accuracy", "low")
    figure, sentence, *tables = (data for data, _ in shown[before:])
    assert "image/png" in figure and "**Clearly higher**" in sentence["text/markdown"]
    assert sentence["text/markdown"].startswith(
        "Validation accuracy minus that of low, in percentage points. **Clearly higher**: high +10.1"
    )
    assert len(tables) == 2 and all(each["text/html"].startswith("<details>") for each in tables)
    assert list(page.results["tables"]) == ["by_rate", "by_rate_differences"]
    assert differences["system"].tolist() == ["high"]


def test_a_run_that_is_not_comparable_judges_nothing_in_one_line(page, shown):
    table = runs_table().replace({"low": "R2.simple", "high": "R2.optimised"}).assign(epochs=20, test_accuracy=0.9)
    before = len(shown)
    found = page.claims(table, comparable=False)
    ((line, _),) = shown[before:]
    assert line["text/markdown"] == notebook.JUDGES_NOTHING
    assert set(found["verdict"]) == {"not judged: other pictures or length"}
    page.claims(table, comparable=True)
    assert not shown[-1][0]["text/html"].startswith("<details>")
    page.claims(table.assign(system="nobody's"), comparable=True)
    assert "no claim to judge" in shown[-1][0]["text/markdown"]


def test_recorded_runs_say_where_and_with_what_they_were_trained(page, stripes):
    earlier = runs.fetch_or_train(settings(), stripes)
    about = json.loads((earlier.folder / "environment.json").read_text())
    about |= {"device": "GPU (another)", "finished": "2026-01-01T00:00:00+00:00"}
    (earlier.folder / "environment.json").write_text(json.dumps(about))
    now = runs.fetch_or_train(settings(seed=3), stripes)
    page.record([earlier, now, earlier])
    assert [(run["system"], run["seed"], run["origin"]) for run in page.results["runs"]] == [
        ("R2.simple batch_size=16", 0, "here"),
        ("R2.simple batch_size=16", 3, "here"),
    ]
    origin = page.results["provenance"]
    assert origin["seeds"] == [0, 3], "of the runs, not of a parameter"
    assert [(row["device"], row["runs"], row["new"]) for row in origin["trainings"]][0] == ("GPU (another)", 1, 0)
    assert [(row["runs"], row["new"]) for row in origin["trainings"]][1] == (1, 1)
    assert len(page.results["guards"]) > 5


def test_what_is_saved_can_be_read_again(page, shown):
    page.conclude("It gets far.", "It is sure.")
    assert shown[-1][0]["text/markdown"] == "- It gets far.\n- It is sure."
    page.table("shares", pd.DataFrame({"share": [float("nan")]}), "Shares")
    page.save()
    saved = json.loads(paths.results_file("02_baseline_cnn").read_text(encoding="utf-8"))
    assert saved["findings"] == ["It gets far.", "It is sure."] and saved["tables"]["shares"] == [{"share": None}]
    assert saved["status"] == "complete" and saved["provenance"]["seconds"] >= 0


def test_what_the_reference_says_is_a_figure_a_sentence_and_a_line_of_the_first_box(page, shown, stripes, monkeypatch):
    trained = [runs.fetch_or_train(settings(seed=seed), stripes) for seed in range(2)]
    monkeypatch.setattr("lib.runs.carried.of_row", {"known": trained, "not yet": []}.get)
    page.reference("known", "not yet")
    said = [each["text/plain"] for each, _ in shown if "text/markdown" in each]
    assert said[0] == "Not run yet at full length: not yet." and said[1].startswith("Test accuracy: ")
    assert sum("image/png" in each for each, _ in shown) == 1
    assert page.results["full_length"].startswith("Test accuracy: ") and "2 seeds" in page.results["full_length"]
    drawn = []

    def draw(table):
        drawn.append(table)
        return plots.response(table.assign(x=1), "x", "x", "test_accuracy", "y")

    page.reference("known", draw=draw)
    assert drawn[0]["system"].tolist() == ["known"] * 2 and "A point per training" in str(shown[-2][1])


def test_a_notebook_of_reference_runs_names_their_pictures_in_place_of_its_own(page):
    from lib.report import facts
    from lib.runs import carried

    found = carried.of_row("R3.initial")
    page.carried(found)
    page.conclude("It is best.", sure="very")
    (only,) = page.results["datasets"]
    assert only["name"] == page.results["dataset"] == "fashion-mnist" and len(only["fingerprint"]) == 16
    assert not only["fallback"], "that stripes stand in for it does not matter"
    assert [run["origin"] for run in page.results["runs"]] == ["reference"] * len(found)
    said = dict(facts.in_short(page.results))
    assert said == {"Answer": "It is best.", "How sure": "very (reference runs, fashion-mnist)"}
    assert {row["guard"]: row["verdict"] for row in page.results["guards"]}["finite loss"] == "passed"
    own = facts.in_short(page.results | {"in_short": {"Holds": "One.", "Best": "Two."}})
    assert own == [("Holds", "One."), ("Best", "Two."), ("How sure", "very (reference runs, fashion-mnist)")]


def test_a_table_may_be_chosen_from_and_sentences_fold(page, shown):
    page.table("t", pd.DataFrame({"a": ["1", "2"]}), "Two", by={"b": ["x", "y"]})
    page.fold("R1", {"Scope": ["One."]})
    (table, _), (fold, _) = shown[-2:]
    assert "fieldset" in table["text/html"] and "<details>" in fold["text/html"] and "One." in fold["text/plain"]
    assert page.results["tables"]["t"]["a"].tolist() == ["1", "2"]


def test_measures_are_shown_in_words_and_kept_as_they_are(page, shown):
    frame = pd.DataFrame({"system": ["a"], "val_macro_f1": [0.5], "test_balanced_accuracy": [0.25]})
    page.table("shown", frame, "A table")
    said = shown[-1][0]["text/html"]
    assert "validation macro-F1" in said and "test balanced accuracy" in said
    assert list(page.results["tables"]["shown"]) == list(frame)


def test_a_guess_stands_beside_what_was_measured_and_is_not_missed(page, shown):
    before = len(shown)
    page.guess(None, 0.5, "the accuracy")
    assert len(shown) == before
    page.guess(0.9, 0.5123, "the accuracy")
    assert shown[-1][0]["text/plain"] == "You guessed 0.9 for the accuracy; measured: 0.512."


@pytest.mark.parametrize("where", ["made", "drawn"])
def test_a_figure_that_fails_costs_a_note_in_a_report_and_is_an_error_in_jupyterlab(page, shown, monkeypatch, where):
    def figure():
        if where == "made":
            return plots.confusion("no matrix")
        drawn = plots.intervals(TWO, "who", "mean", "x")
        drawn.axes[0].set_title(r"$\frac{$")
        return drawn

    with pytest.raises((ValueError, TypeError)):
        page.show(figure(), alt="Bars.", caption="Shares.")
    monkeypatch.setenv("LOOKBOOK_OUTPUT", "folder")
    made = figure()
    made.axes[0].set_xscale("log")  # a notebook may go on with it
    page.show(made, alt="Bars.", caption="Shares.")
    assert "cannot be drawn" in shown[-1][0]["text/markdown"] and "Shares." in shown[-1][0]["text/markdown"]
