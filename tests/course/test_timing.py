"""How long things take: the last reports as they lie there, and notebook 00 on somebody's own pictures."""

import nbformat
import numpy as np
import pandas as pd
from PIL import Image

from lib.base import files, paths
from lib.course import notebooks, timing


def test_the_last_report_of_every_notebook_is_listed():
    results = {"profile": "quick", "status": "complete", "provenance": {"seconds": 200.4}}
    results["datasets"] = [{"name": "garments"}, {"name": "garments-colour"}]
    files.write_json(paths.reports() / "01_data_audit" / "results.json", results)
    files.write_text(paths.reports() / "02_baseline_cnn" / "results.json", "{")
    table = timing.last_reports().set_index("notebook")
    assert list(table.index) == [name[:2] for name in notebooks.notebooks()]
    assert table.loc["01", "took":].tolist() == ["3 min 20 s", "quick", "garments, garments-colour", "complete"]
    assert table.loc[["02", "00"], "took"].tolist() == ["–", "–"]
    assert table["asks"].str.endswith("?").all()


def test_a_report_that_failed_says_so_in_the_list():
    reports = pd.DataFrame({"notebook": ["00", "01", "02"], "asks": ["a?", "b?", "c?"], "took": ["1 s", "–", "2 s"]})
    reports = reports.assign(profile=["quick", "", "full"], status=["complete", "", "failed"])
    assert timing.listed(reports)["took"].tolist() == ["1 s", "–", "2 s (failed)"]
    assert timing.caption(reports).endswith("(quick or full profile)")


def test_notebook_00_runs_on_own_pictures(tmp_path, capsys):
    rng = np.random.default_rng(0)
    for name, low in (("boots", 0), ("shirts", 120)):
        (tmp_path / name).mkdir()
        for number in range(40):
            pixels = rng.integers(low, low + 120, (24, 20, 3), dtype="uint8")
            Image.fromarray(pixels).save(tmp_path / name / f"{number}.png")
    given: dict = {}
    for cell in nbformat.read(paths.NOTEBOOKS / "00_start_here.ipynb", as_version=4).cells:
        if cell.cell_type != "code":
            continue
        exec(cell.source, given)  # notebooks are code that a reader runs
        if "parameters" in cell.metadata.get("tags", []):
            given |= {"profile": "smoke", "dataset": f"own:{tmp_path}", "epochs": 1}
    assert "Own pictures" in capsys.readouterr().out
    saved = files.read_json(paths.results_file("00_start_here"))
    assert saved["datasets"][0]["name"] == f"own:{tmp_path}" and len(saved["findings"]) > 1
