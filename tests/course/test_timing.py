"""How long things take: the last reports as they lie there, and notebook 00 on somebody's own pictures."""

import numpy as np
from PIL import Image

from lib.base import files, paths
from lib.course import notebooks, timing
from lib.data.dataset import Dataset
from lib.training import loop


def test_the_last_report_of_every_notebook_is_listed():
    results = {"profile": "quick", "status": "complete", "provenance": {"seconds": 200.4}}
    results["datasets"] = [{"name": "garments"}, {"name": "garments-colour"}]
    files.write_json(paths.reports() / "01_data_audit" / "results.json", results)
    files.write_text(paths.reports() / "02_baseline_cnn" / "results.json", "{")
    table = timing.last_reports().set_index("notebook")
    assert list(table.index) == notebooks.notebooks()
    assert table.loc["01_data_audit"].tolist() == ["3 min 20 s", "quick", "garments, garments-colour", "complete"]
    assert table.loc[["02_baseline_cnn", "00_start_here"], "took"].tolist() == ["not run", "not run"]


def test_notebook_00_runs_on_own_pictures(tmp_path, capsys):
    rng = np.random.default_rng(0)
    for name, low in (("boots", 0), ("shirts", 120)):
        (tmp_path / name).mkdir()
        for number in range(40):
            pixels = rng.integers(low, low + 120, (24, 20, 3), dtype="uint8")
            Image.fromarray(pixels).save(tmp_path / name / f"{number}.png")
    cells = notebooks.cells(paths.SOURCES.parent / "00_start_here.ipynb")
    given: dict = {}
    for source, tags in cells:
        if source.startswith("#"):  # prose
            continue
        exec(source, given)  # notebooks are code that a reader runs
        if "parameters" in tags:
            given |= {"profile": "smoke", "dataset": f"own:{tmp_path}", "systems": ["R2.simple"]}
    assert "80 pictures" in capsys.readouterr().out
    saved = files.read_json(paths.results_file("00_start_here"))
    assert saved["datasets"][0]["name"] == f"own:{tmp_path}" and len(saved["findings"]) == 3


def test_the_speed_is_measured_on_pictures_of_all_classes_that_have_a_label(monkeypatch):
    labels = np.repeat([-1, 0, 1, 2], 500)  # class after class, as own folders lie
    images = np.zeros((2000, 8, 8, 1), dtype="uint8")
    dataset = Dataset("own", images, {"class": labels}, {"class": list("abc")}, np.arange(2000).astype(str), "Own.")
    given = []
    monkeypatch.setattr(loop, "compiled", lambda network: network)
    monkeypatch.setattr(loop, "train_epoch", lambda network, images, labels, order, size: given.append(labels))
    assert timing.training_speed("R2.simple", dataset, pictures=150) > 0
    assert np.bincount(given[-1]).tolist() == [50, 50, 50]
