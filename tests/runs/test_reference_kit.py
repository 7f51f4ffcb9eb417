"""The reference that the kit carries: whole, small, and of today's settings and code."""

import re

from lib.base import files, paths
from lib.claims import summary
from lib.runs import carried, reference
from lib.runs.key import key
from lib.training import recipes
from lib.training.run import measured_by

FOUND = carried.index()


def test_every_row_of_the_grid_differs_from_every_other():
    rows = reference.rows()
    keys = [key(config, "", weights="") for row in rows for config in row.configs]
    assert len(set(keys)) == len(keys) and all(row.why for row in rows)


def test_a_row_that_bears_a_systems_id_is_that_reports_recipe():
    labels = {row.name: recipes.label(row.configs[0]) for row in reference.rows()}
    assert all(label == name for name, label in labels.items() if "," not in name)


def test_what_is_carried_fits_todays_settings_and_code():
    configs = {(row.name, config.seed): config for row in reference.rows() for config in row.configs}
    stale = [
        each["folder"] for each in FOUND.to_dict("records")
        if reference.name_of(configs[each["row"], each["seed"]], each) != each["key"]
    ]  # fmt: skip
    assert stale == [], "train them again (lookbook reference --train), or pack without them"


def test_its_measures_are_those_of_todays_code():
    by = {files.read_json(paths.REFERENCE / folder / "metrics.json")["measured_by"] for folder in FOUND["folder"]}
    assert by == {measured_by()}, "a changed metrics.py measures all runs anew at every reading: undo it, or pack again"


def test_it_is_whole_and_at_most_as_large_as_it_may_be():
    carried.check(paths.REFERENCE)
    packed = [file for file in paths.REFERENCE.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in packed) <= reference.LARGEST * 1e6
    listed = (paths.REFERENCE / carried.CHECKSUMS).read_text().splitlines()
    assert {line.split("  ", 1)[1] for line in listed} == {
        file.relative_to(paths.REFERENCE).as_posix() for file in packed if file.name != carried.CHECKSUMS
    }


def test_all_pictures_were_taken_and_the_test_set_was_read_once():
    for each in FOUND[~FOUND["row"].str.endswith("tiny")].to_dict("records"):
        run = carried.read(paths.REFERENCE / each["folder"])
        few = re.search(r"(\d+) labels", each["row"])
        assert run.config.data.limit == (int(few[1]) if few else None) and not run.config.test_every_epoch
        assert run.config.epochs >= each["epochs"] == len(run.history)


def test_the_readmes_results_are_those_of_the_reference():
    text = summary.FILE.read_text(encoding="utf-8")
    shown = text.partition(summary.BEGIN + "\n")[2].partition(summary.END)[0]
    assert shown == summary.in_short(), "lookbook reference --readme"
    assert summary.ALL.read_text(encoding="utf-8") == summary.in_full(), "lookbook reference --readme"
