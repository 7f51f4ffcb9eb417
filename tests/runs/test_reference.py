"""The reference runs: what the grid says, what is packed, and that it is fetched, unharmed and of today's settings."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from lib import runs
from lib.base import paths
from lib.base.errors import LookbookError
from lib.data import catalogue
from lib.evaluation import guards
from lib.runs import carried, engines, normal, reference, store
from lib.training.run import MODEL

SMALL = {"why": "a test", "system": "R2.simple", "data": {"name": "garments", "limit": 200}}
GRID = {
    "small": SMALL | {"settings": {"epochs": 1}, "seeds": 2, "carries": ["logits", "network"]},
    "small, wide batch": SMALL | {"settings": {"epochs": 2, "batch_size": 64}, "seeds": 1},
}


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """Return a folder of reference runs of GRID, the store that they come from, and the pictures."""
    folder = tmp_path_factory.mktemp("reference")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference, "_said", lambda: GRID)
        patch.setattr(paths, "REFERENCE", folder / "packed")
        patch.setenv("LOOKBOOK_RUNS", str(folder / "runs"))
        reference.train()
        reference.pack()
    return folder


@pytest.fixture(autouse=True)
def grid(packed, monkeypatch, tmp_path):
    """Take GRID for the grid and a copy of `packed` for what the kit carries; the run store is empty."""
    shutil.copytree(packed / "packed", tmp_path / "carried")
    monkeypatch.setattr(reference, "_said", lambda: GRID)
    monkeypatch.setattr(paths, "REFERENCE", tmp_path / "carried")
    return tmp_path / "carried"


def test_a_carried_run_is_fetched_and_says_so_whatever_the_backend(monkeypatch):
    (row, other) = reference.rows()
    monkeypatch.setattr("lib.runs.key.outside.backend_name", lambda: "jax")
    run = runs.fetch_or_train(row.configs[1])
    assert run.origin == "reference" and run.config == row.configs[1] and not paths.runs().exists()
    (again,) = dict(engines.train([(other.configs[0], False)], lambda *_: None)).values()
    assert again.origin == "reference" and len(again.history) == 2 and again.environment["backend"] == "tensorflow"


def test_a_pack_that_was_killed_between_two_renamings_costs_nothing():
    before = carried.index()
    aside = paths.REFERENCE.with_name(f".0123abcd-{paths.REFERENCE.name}.old")
    paths.REFERENCE.rename(aside)
    assert carried.index().equals(before) and paths.REFERENCE.is_dir() and not aside.exists()


def test_fresh_trains_what_is_carried(monkeypatch):
    monkeypatch.setenv("LOOKBOOK_FRESH", "yes")
    assert runs.fetch_or_train(reference.rows()[0].configs[0]).origin == "here"


def test_figures_are_those_of_the_store(packed, monkeypatch):
    row = reference.rows()[0]
    ours = runs.fetch_or_train(row.configs[0])
    monkeypatch.setenv("LOOKBOOK_RUNS", str(packed / "runs"))
    theirs = store.stored(store.name(row.configs[0], catalogue.load("garments")))
    assert ours.metrics == theirs.metrics
    assert np.array_equal(ours.predictions("test")[0], theirs.predictions("test")[0])
    assert ours.predictions("test")[2] == pytest.approx(theirs.predictions("test")[2], rel=1e-3, abs=1e-3)
    assert ours.predictions("test")[2].dtype == np.float32


def test_a_measure_that_was_mended_is_taken_from_the_logits(grid, monkeypatch):
    monkeypatch.setattr(carried, "measured_by", lambda: "another")
    run = carried.read(grid / "small-0")
    assert run.metrics["test_accuracy"] == pytest.approx(carried.read(grid / "small-0").metrics["test_accuracy"])
    assert "train_accuracy" in run.metrics, "of training pictures no logits are carried: their measures stay"


def test_networks_are_carried_of_seed_0_alone(grid):
    row = reference.rows()[0]
    assert (grid / "small-0" / MODEL).exists() and not (grid / "small-1" / MODEL).exists()
    assert runs.network(runs.fetch_or_train(row.configs[0], weights=True)).count_params() > 0
    assert runs.fetch_or_train(row.configs[1], weights=True).origin == "here"


def test_a_run_without_logits_has_its_answers_and_says_so_in_one_line(packed, monkeypatch):
    run = carried.of_row("small, wide batch")[0]
    with pytest.raises(LookbookError, match="carries no test logits of this run; --fresh trains it here$"):
        run.predictions("test")
    monkeypatch.setenv("LOOKBOOK_RUNS", str(packed / "runs"))
    theirs = store.stored(store.name(run.config, catalogue.load("garments")))
    for part in ("val", "test"):
        assert np.array_equal(run.predicted(part), theirs.predicted(part))
        assert np.array_equal(run.labels(part), theirs.labels(part))
    assert guards.check([run], catalogue.load("garments")), "guards can look at it, too"


@pytest.mark.parametrize("harm", ["flip", "remove"])
def test_a_damaged_file_is_named_with_its_remedy(grid, harm):
    file = grid / "small-1" / "history.csv"
    content = bytearray(file.read_bytes())
    content[10] ^= 1
    file.write_bytes(content) if harm == "flip" else file.unlink()
    with pytest.raises(
        LookbookError, match=r"small-1/history.csv: (changed|is missing) since .* git checkout -- "
    ) as error:
        carried.of_row("small")
    assert "\n" not in str(error.value)


def test_status_counts_what_is_carried_stored_stale_and_missing(grid, monkeypatch):
    found = reference.status().set_index("row")
    assert found["carried"].tolist() == [2, 1] and found["missing"].tolist() == [0, 0]
    longer = GRID["small"] | {"settings": {"epochs": 3}, "seeds": 3}
    monkeypatch.setattr(reference, "_said", lambda: GRID | {"small": longer})
    found = reference.status().set_index("row")
    assert found.loc["small", ["carried", "stale", "missing"]].tolist() == [0, 2, 3], "never shown as current"
    assert found.loc["small", "seconds"] > 0


def test_a_row_whose_weights_are_not_here_is_told_apart_and_still_carried(monkeypatch):
    def nowhere(config, download=True):
        raise LookbookError("resnet50: no ImageNet weights")

    monkeypatch.setattr("lib.models.needs.weights_digest", nowhere)
    found = reference.status().set_index("row")
    assert found["carried"].tolist() == [2, 1] and found["stored"].tolist() == [0, 0]
    with pytest.raises(LookbookError, match="small: resnet50: no ImageNet weights"):
        reference.train(["small"])


def test_a_seed_that_draws_its_pictures_has_a_split_of_its_own(monkeypatch):
    monkeypatch.setattr(reference, "_said", lambda: {"drawn": GRID["small"] | {"draws": "split_seed"}})
    (row,) = reference.rows()
    assert [config.data.split_seed for config in row.configs] == [0, 1] == [config.seed for config in row.configs]


def test_every_target_of_a_run_is_packed(tmp_path, monkeypatch):
    run = carried.of_row("small")[0]
    config = run.config.changed(data=run.config.data.changed(more_targets=("season",)))
    folder = shutil.copytree(run.folder, tmp_path / "two")
    kept = carried.all_arrays(run.folder)
    for part in ("val", "test"):
        kept[f"{part}_labels:season"] = 1 - kept[f"{part}_labels"].clip(0, 1)
        kept[f"{part}_logits:season"] = np.eye(2)[kept[f"{part}_labels:season"]]
    np.savez(folder / "predictions.npz", **kept)
    row = reference.rows()[1]
    reference._pack(folder, reference.COPIED, tmp_path / "packed", row, run.config.seed)
    packed = replace(run, config=config, folder=tmp_path / "packed")
    assert np.array_equal(packed.predicted("test", "season"), packed.labels("test", "season"))
    assert np.array_equal(packed.predicted("test"), run.predicted("test"))


def test_runs_on_the_same_pictures_share_their_positions_and_labels(grid):
    (shared,) = grid.glob("pictures-*.npz")
    with np.load(shared) as arrays, np.load(grid / "small-0" / "predictions.npz") as own:
        assert {"train_positions", "val_labels", "test_labels"} <= set(arrays) and not set(arrays) & set(own)
        assert str(own["pictures"]) == shared.name
    assert carried.of_row("small")[0].has_logits() and not carried.of_row("small, wide batch")[0].has_logits()


def test_packing_again_keeps_what_is_carried_and_still_fits(grid, monkeypatch):
    before = carried.index()
    assert reference.pack() == grid and carried.index().equals(before)
    monkeypatch.setattr(reference, "LARGEST", 0)
    with pytest.raises(LookbookError, match="may be 0: let rows carry less"):
        reference.pack()
    assert carried.index().equals(before), "nothing was written"


def test_a_row_that_no_longer_carries_logits_keeps_the_chosen_classes(grid, monkeypatch):
    before = [run.predicted("test") for run in carried.of_row("small")]
    lean = {name: said | {"carries": []} for name, said in GRID.items()}
    monkeypatch.setattr(reference, "_said", lambda: lean)
    reference.pack()
    after = carried.of_row("small")
    assert not any(run.has_logits() for run in after)
    assert all(np.array_equal(run.predicted("test"), old) for run, old in zip(after, before, strict=True))


def test_a_figure_is_the_same_within_or_outside_what_reference_runs_give(monkeypatch):
    run = carried.of_row("small")[0]
    assert normal.normal(run).endswith("the same as the reference run of this seed")
    others = [
        replace(run, config=run.config.changed(seed=seed), metrics={"test_accuracy": figure})
        for seed, figure in enumerate((0.5, 0.52))
    ]
    monkeypatch.setattr(carried, "alike", lambda config: others)
    another = replace(run, config=run.config.changed(seed=7))
    assert "within what one more run gives" in normal.normal(replace(another, metrics={"test_accuracy": 0.53}))
    assert "outside what one more run gives" in normal.normal(replace(another, metrics={"test_accuracy": 0.9}))
    monkeypatch.setattr(carried, "alike", lambda config: [])
    assert normal.normal(another) == ""


def test_runs_alike_differ_in_their_seed_alone():
    config = reference.rows()[0].configs[0]
    assert len(carried.alike(config.changed(seed=9))) == 2 and carried.alike(config.changed(epochs=3)) == []


def test_a_row_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(LookbookError, match="no row 'smal' in reference.yaml: did you mean 'small'"):
        reference.rows(["smal"])
