"""The real command: wrong use in one line and exit code 2; the smoke profile of the whole kit."""

import io
import json
import os
import re
import signal
import subprocess
import sys

import pytest

from lib import cli
from lib.base import paths
from lib.cli import ending
from lib.course import notebooks as settings

LOADED = r"""(?:src|srcset|action|poster)\s*=\s*["']?(?!data:)([^"'\s>]+)|url\((?!["']?data:)([^)]+)\)|@import"""


def lookbook(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "lib", *arguments], capture_output=True, text=True, env=os.environ | environment
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["report", "02", "--dataset", "fashion-mist"],
            "unknown data set 'fashion-mist': did you mean 'fashion-mnist'?",
        ),
        (["report", "--profile", "ful"], "unknown profile 'ful': did you mean 'full'?"),
        (["report", "02_baselin_cnn"], "no notebook '02_baselin_cnn': did you mean '02_baseline_cnn'?"),
        (["report", "02", "--set", "epoch=3"], "no chosen notebook has a parameter 'epoch': did you mean 'epochs'?"),
        (["report", "02", "--set", "epochs=many"], "epochs='many' should be of type int"),
        (["report", "02", "--dataset", "fashion-mnist"], "lookbook data fetch fashion-mnist"),
        (["data", "fetch", "fashion-mnst"], "did you mean 'fashion-mnist'?"),
        (["train", "--config", "nowhere.json"], "nowhere.json: no such file"),
        (["train", "--config", "/"], "/: Is a directory"),
        (["reference", "fast"], "fast: rows are for --train"),
        (["reference", "--train", "fats"], "no row 'fats' in reference.yaml: did you mean 'fast'?"),
        (["report", "--profil", "full"], "--profil"),
        (["report", "02", "--seeds", "0"], "--seeds"),
        (["report", "02", "--jobs", "0"], "--jobs"),
        (["report", "02", "--jobs", "9999"], "--jobs 9999 is more than the"),
        (["report", "02", "--engine", "proceses"], "unknown engine 'proceses': did you mean 'processes'?"),
        (["report", "02", "--scheduler", "tcp://here:1"], "--scheduler tcp://here:1 is for --engine dask"),
        (["train", "--config", "a.json", "b.json", "--engine", "processes", "--jobs", "9999"], "--jobs 9999 is more"),
        (["train", "--config", "a.json", "--engine", "dask", "--scheduler", "here"], "write it as tcp://HOST:PORT"),
        (["report", "02", "--set", "limit=-5"], "02_baseline_cnn: limit=-5: give 0 (all), or a whole number from 20"),
        (["raport"], "raport"),
        (["bench", "stepps"], "nothing to measure called 'stepps': did you mean 'steps'?"),
        (["bench", "steps", "--seeds", "2"], "--seeds is for time-to"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(arguments, message, tmp_path):
    ended = lookbook(*arguments, LOOKBOOK_DATA=str(tmp_path))
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: ") and message in ended.stderr and ended.stderr.count("\n") == 1
    assert not paths.reports().exists(), "refused before anything ran"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("KERAS_BACKEND", "torch", "KERAS_BACKEND=torch: Lookbook computes with tensorflow or jax"),
        ("LOOKBOOK_RUN", "runs", "LOOKBOOK_RUN is no variable of Lookbook: did you mean 'LOOKBOOK_RUNS'?"),
        ("LOOKBOOK_JOBS", "many", "--jobs many: give a number of workers"),
    ],
)
def test_a_variable_that_no_notebook_could_work_with_is_one_line(name, value, message):
    ended = lookbook("report", "02", **{name: value})
    assert ended.returncode == 2 and ended.stderr.startswith(f"error: {message}") and ended.stderr.count("\n") == 1


def test_a_data_folder_that_does_not_exist_is_named():
    ended = lookbook("report", "02", LOOKBOOK_DATA="/nowhere/at/all")
    assert ended.returncode == 2 and "/nowhere/at/all" in ended.stderr and ended.stderr.count("\n") == 1


def test_debug_shows_the_traceback_before_and_after_the_command():
    for arguments in (["--debug", "report", "99"], ["report", "99", "--debug"]):
        assert "Traceback" in lookbook(*arguments).stderr


SETS = {
    "01": ["garments", "garments-colour"], "08": ["garments-colour"], "09": ["garments-colour"],
    "10": ["garments-colour"], "11": ["garments", "garments-colour"],
    "12": ["fashion-mnist", "fashion-product"], "13": ["fashion-mnist", "fashion-product"],
}  # fmt: skip


@pytest.mark.parametrize("real", [True, False], ids=["02", "all others"])
def test_notebooks_become_reports_that_stand_alone(real, tmp_path, request):
    """The real command, for all notebooks at once; 02 by itself, on real pictures where they are."""
    names = [name for name in settings.notebooks() if name.startswith("02") == real]
    sets = SETS
    command = ("report", *names, "--profile", "smoke", "--out", str(tmp_path))
    if real and request.getfixturevalue("real_if_there"):
        sets = {"02": ["fashion-mnist"]}
        command += ("--dataset", "fashion-mnist")
    ended = lookbook(*command)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == str(tmp_path / "index.html")
    assert "large" not in ended.stderr, "6 MB at most"
    for name in names:
        stands_alone(tmp_path / name, sets.get(name[:2], ["garments"]))
    again = lookbook(*command)
    assert again.returncode == 0 and again.stderr.count("skipped") == len(names) and "done" not in again.stderr


def stands_alone(folder, sets):
    """Assert that a report of these data sets is whole, says what it is of, and needs nothing beside it."""
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert results["status"] == "complete" and results["findings"] and results["profile"] == "smoke", folder.name
    assert [row["name"] for row in results["datasets"]] == sets, folder.name
    assert all(len(row["fingerprint"]) == 16 for row in results["datasets"])
    keys = [run["key"] for run in results["runs"]]
    assert len(set(keys)) == len(keys), f"{folder.name}: each run once"
    page = (folder / "report.html").read_text(encoding="utf-8")
    for text in (page, (folder.parent / "index.html").read_text(encoding="utf-8")):
        assert re.findall(LOADED, text) == [] and "<link" not in text and "No description was given" not in text
        assert "No figure here: it cannot be drawn" not in text, folder.name
    embedded = re.search(r'<script type="application/json" id="lookbook-results">(.*?)</script>', page, re.S).group(1)
    made = results.pop("made")  # digests of the page, among others, which cannot be in the page
    assert json.loads(embedded) == results and set(made) == {"executed.ipynb", "report.html"}
    if folder.name == "01_data_audit":
        rows = {row["kind"]: row for row in results["tables"]["planted_defects"]}
        assert rows["exact duplicate"]["planted"] > 0 and rows["exact duplicate"]["missed"] == 0
        assert rows["blank"]["missed"] == 0 and rows["near duplicate"]["found"] > 0


def test_a_relative_data_folder_is_meant_from_where_the_command_was_typed(tmp_path):
    (tmp_path / "empty").mkdir()
    ended = subprocess.run(
        [sys.executable, "-m", "lib", "report", "02", "--dataset", "fashion-mnist"],
        capture_output=True, text=True, cwd=tmp_path, env=os.environ | {"LOOKBOOK_DATA": "empty"},
    )  # fmt: skip
    assert ended.returncode == 2 and str(tmp_path / "empty") in ended.stderr


def test_list_check_and_status_say_what_is_there():
    listed = lookbook("list").stdout
    assert all(name in listed for name in settings.notebooks()) and "not run" in listed
    checked = lookbook("check")
    assert checked.returncode == 0 and "MISSING" not in checked.stdout
    assert "lookbook data fetch fashion-mnist" in lookbook("data", "status").stdout


def test_check_names_damaged_data(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"not pictures")
    checked = lookbook("check", LOOKBOOK_DATA=str(tmp_path))
    assert checked.returncode == 2 and "MISSING  pictures" in checked.stdout


def test_clean_removes_what_the_kit_made_and_nothing_else(tmp_path):
    reports, runs, key = tmp_path / "reports", tmp_path / "runs", "0123456789abcdef"
    made = [
        "reports/02_baseline_cnn/report.html", "reports/02_baseline_cnn/lab.json", 
        "reports/09_of_an_older_kit/executed.ipynb", "reports/09_of_an_older_kit/results.json",
        "reports/.02_baseline_cnn-x1y2/papermill.log", "reports/.02_baseline_cnn.lock", "reports/index.html",
        "reports/02_baseline_cnn/.00ff00ff-lab.json",
        f"runs/{key}/config.json", f"runs/{key}/metrics.json", f"runs/{key}/.00ff00ff-predictions.npz",
        f"runs/features/{key}/about.json", f"runs/features/{key}/features.npy", f"runs/.locks/{key}.lock",
    ]  # fmt: skip
    mine = [
        "reports/02_my_handin/essay", "reports/03_copied/results.json", "reports/03_copied/report.html",
        "reports/04_ablation_batch_size/notes.txt", "reports/mine.txt", "reports/reference/kept.json",
        "runs/my thesis/config.json", f"runs/{key}x/metrics.json", "runs/features/mine.npy",
    ]  # fmt: skip
    for name in [*made, *mine]:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"notebook": "02_baseline_cnn" if "03" in name else file.parent.name}))
    folders = {"LOOKBOOK_REPORTS": str(reports), "LOOKBOOK_RUNS": str(runs)}
    assert lookbook("clean", **folders).returncode == 0
    assert all((tmp_path / name).exists() == name.startswith("runs/") for name in made), "--runs was not asked for"
    assert lookbook("clean", "--runs", **folders).returncode == 0
    assert sorted(str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()) == sorted(mine)
    assert not (runs / key).exists() and not (reports / "02_baseline_cnn").exists(), "an empty folder goes, too"


ENDS = """
import sys, time
from lib import cli
def wait():
    print("waits", flush=True)
    time.sleep(60)
cli.app = lambda **_: wait()
cli.main()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a word")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_whoever_ends_a_command_is_told_what_goes_on_later(name, signals_are_heard):
    command = [sys.executable, "-c", ENDS]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "waits\n"
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=30)
    assert said == f"{ending.GOES_ON}\n" and process.returncode == 128 + getattr(signal, name)


def test_jupyterlab_starts_as_root_on_loopback_alone(monkeypatch):
    commands = []
    monkeypatch.setattr(os, "execv", lambda program, command: commands.append(command))
    for user in (0, 1000):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        cli.lab()
    root, other = commands
    assert {"--allow-root", "--ip=127.0.0.1"} <= set(root) and "--allow-root" not in other


def test_a_terminal_of_another_code_page_gets_every_name(monkeypatch):
    entry = {"name": "14_包", "state": "not run", "title": "größe \udcff", "own": True, "error": None}
    monkeypatch.setattr("lib.report.entries.entries", lambda out: [entry])
    monkeypatch.setattr(sys, "argv", ["lookbook", "list"])
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    sys.stdout.flush()
    assert not ended.value.code and b"14_\\u5305" in written.getvalue() and b"gr\xf6\xdfe \\udcff" in written.getvalue()
