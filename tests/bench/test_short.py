"""The short parts of `lookbook bench`, on next to nothing: each returns its table."""

import numpy as np
import pytest

from lib.base.errors import LookbookError
from lib.base.provenance import peak_memory
from lib.bench import explaining, loading, reports, scale, steps
from lib.training import blocks


def test_steps_compares_blocks_with_single_steps(monkeypatch):
    for name, value in {"CASES": (("R2.simple", 4),), "STEPS": 3, "TURNS": 1, "SHAPE": (8, 8, 1)}.items():
        monkeypatch.setattr(steps, name, value)
    made = []
    single = blocks.one_by_one
    monkeypatch.setattr(blocks, "one_by_one", lambda *given: made.append(len(given[2])) or single(*given))
    table = steps.measure()
    assert made == [3, 3], "the first one is not counted"
    speeds = table["blocks, pictures/s"] / table["step by step, pictures/s"]
    assert table["ratio"].tolist() == speeds.tolist() and table["batch size"].tolist() == [4]


def test_loading_opens_cold_and_warm_and_leaves_nothing(monkeypatch):
    opened = []
    load = loading.catalogue.load

    def tell(name):
        opened.append((name, len(list(loading.paths.cache().glob("garments-*")))))
        return load(name)

    monkeypatch.setattr(loading, "TURNS", 1)
    monkeypatch.setattr(loading.catalogue, "load", tell)
    before = loading.paths.cache()
    row = loading._row("garments", {})
    assert opened == [("garments", 0), ("garments", 0), ("garments", 1), ("garments", 0), ("garments", 1)]
    assert row["ratio"] == row["cold"] / row["warm"] and loading.paths.cache() == before


def test_loading_leaves_out_what_is_not_here(monkeypatch):
    monkeypatch.setattr(loading, "_row", lambda name, source: {"data set": name})
    assert loading.measure()["data set"].tolist() == ["garments", "garments-colour"]


def test_loading_unpacks_the_real_pictures(real_data, monkeypatch):
    monkeypatch.setattr(loading, "TURNS", 1)
    table = loading._row("fashion-mnist", {"LOOKBOOK_DATA": str(real_data)})
    assert table["pictures"] == 70_000


def test_reports_are_made_from_nothing_then_from_the_store_then_skipped(monkeypatch, tmp_path):
    calls = []
    (tmp_path / "runs" / "old").mkdir(parents=True)
    monkeypatch.setattr(reports, "_report", lambda folder, *options: calls.append(options))
    reports._from_nothing(tmp_path)
    assert calls == [("--force",)] and not (tmp_path / "runs").exists()
    monkeypatch.setattr(reports, "TURNS", 2)
    table = reports.measure()
    assert calls[1:] == [("--force",), ("--force",), ()] * 2
    assert table["what"].tolist() == ["empty store", "all stored", "nothing changed"] and table["ratio"][0] == 1


def test_a_report_that_fails_says_why(monkeypatch, tmp_path):
    monkeypatch.setattr(reports, "NOTEBOOK", "99")
    with pytest.raises(LookbookError, match="no notebook '99'"):
        reports._report(tmp_path)


def test_scale_trains_each_share_in_a_process_of_its_own(monkeypatch, stripes):
    known = {"BASELINE": 40, "SHARES": (0.5, 1), "TURNS": 1, "EPOCHS": 2}
    for name, value in known.items():
        monkeypatch.setattr(scale, name, value)
    trained = []

    def apart(file):
        images = np.load(file)
        trained.append(len(images))
        return {"training pictures": len(images), "seconds an epoch": 1.0, "arrays, MiB": 2.0, "peak": len(images)}

    monkeypatch.setattr(scale, "_apart", apart)
    table = scale.measure(stripes)
    assert trained == [40 + 8, 75 + 15, 150 + 30], "of 150 to learn from, and that share of 30 test pictures"
    assert table["memory, MiB"].tolist() == [90 - 48, 180 - 48] and table["times the arrays"].tolist() == [21, 66]
    assert table["ratio"].tolist() == [1.0, 0.5], "one second for twice as many"


def test_scale_measures_a_training(monkeypatch, stripes, tmp_path):
    monkeypatch.setattr(scale, "EPOCHS", 2)
    monkeypatch.setattr(scale, "SYSTEM", "R2.simple")
    found = scale._measured(scale._write(stripes, 100, 0.5, tmp_path))
    assert found["training pictures"] == 80 and found["arrays, MiB"] == 115 * 144 / 2**20


def test_peak_memory_is_not_the_parents():
    import subprocess
    import sys

    ballast = np.ones(400 * 2**20, "uint8")
    code = "from lib.base.provenance import peak_memory; print(peak_memory())"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    if sys.platform == "linux":
        assert float(ended.stdout) < 400 <= ballast.nbytes / 2**20 < peak_memory()


def test_explaining_measures_each_way_of_each_network(monkeypatch):
    monkeypatch.setattr(explaining, "SYSTEMS", ("R2.simple",))
    table = explaining.measure(number=3, turns=1)
    assert table["what"].tolist() == list(explaining.WAYS) and table["ratio"].tolist()[0] == 1
    assert set(table["system"]) == {"R2.simple"}
