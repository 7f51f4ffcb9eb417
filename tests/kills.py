"""Kills training, report, download and pack at random moments, and looks at what is left. By hand; about 15 minutes:

    python tests/kills.py [SEED [JOB ...]]

Each is first run unbroken, then killed with SIGKILL (30 times in all) between its start and its end. Asserted: nobody
whom it started is left 5 s later; the same command then ends well; its figures are those of the unbroken one; nothing
half made lies beside them. On Linux and macOS.
"""

import functools
import hashlib
import http.server
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil

ROOT = Path(__file__).resolve().parents[1]
TIMES = {"train": 5, "train in processes": 5, "report": 6, "download": 7, "pack": 7}
DOWNLOAD = """
import sys, json; from pathlib import Path; from lib.base import download
download.download(json.loads(sys.argv[3]), [sys.argv[1]], Path(sys.argv[2]), 60)"""
PACK = """
import sys; from pathlib import Path; from lib.base import paths; paths.REFERENCE = Path(sys.argv[1])
from lib.runs import reference; reference.pack()"""


class Slow(http.server.SimpleHTTPRequestHandler):
    """Serves files with a pause between pieces, so that a kill finds a download at work."""

    def copyfile(self, source, outputfile):
        with suppress(BrokenPipeError):  # whoever asked was killed
            while piece := source.read(20_000):
                outputfile.write(piece)
                time.sleep(0.02)

    def log_message(self, *said):
        pass


def arrays(file: Path) -> list[str]:
    with np.load(file) as found:
        return [f"{name} {hashlib.sha256(found[name].tobytes()).hexdigest()}" for name in sorted(found)]


def trained(place: Path) -> list:
    found = []
    for folder in sorted(place.glob("runs/" + "[0-9a-f]" * 16)):
        history = (folder / "history.csv").read_text().splitlines() if (folder / "history.csv").exists() else []
        history = [line.rsplit(",", 1)[0] for line in history]  # without the seconds
        found.append([folder.name, arrays(folder / "predictions.npz"), history, sorted(os.listdir(folder))])
    return found


def reported(place: Path) -> list:
    folder = place / "reports/02_baseline_cnn"
    results = json.loads((folder / "results.json").read_text())
    runs = [[run["key"], sorted(item for item in run["metrics"].items() if not item[0].startswith(("seconds", "peak")))]
            for run in results["runs"]]  # fmt: skip
    return [results["status"], results["findings"], runs, sorted(os.listdir(folder)), trained(place)]


def sums(folder: Path) -> list[str]:
    return sorted(f"{file.relative_to(folder)} {hashlib.sha256(file.read_bytes()).hexdigest()}"
                  for file in folder.rglob("*") if file.is_file())  # fmt: skip


def jobs(shop: Path, address: str):
    """Return for each job: its command in a folder, and what it leaves there."""
    configs = []
    for system in ("R2.simple", "R3.initial"):
        configs.append(str(shop / f"{system}.json"))
        settings = {"system": system, "data": {"name": "garments", "limit": 800}, "epochs": 5}
        Path(configs[-1]).write_text(json.dumps(settings))
    served = {file.name: f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}" for file in shop.glob("*.bin")}
    kit = [sys.executable, "-m", "lib"]
    report = [*kit, "report", "02", "--profile", "smoke", "--dataset", "garments"]
    return {
        "train": (lambda place: [*kit, "train", "--config", *configs], trained),
        "train in processes": (
            lambda place: [*kit, "train", "--config", *configs, "--engine", "processes", "--jobs", "2"], trained
        ),
        "report": (lambda place: report, reported),
        "download": (
            lambda place: [sys.executable, "-c", DOWNLOAD, address, str(place / "set"), json.dumps(served)],
            lambda place: sums(place / "set"),
        ),
        "pack": (
            lambda place: [sys.executable, "-c", PACK, str(place / "reference")],
            lambda place: sums(place / "reference"),
        ),
    }  # fmt: skip


def start(command: list[str], place: Path) -> subprocess.Popen:
    place.mkdir(exist_ok=True)
    if not (place / "reference").exists() and not list(place.glob(".*reference*")):
        shutil.copytree(ROOT / "reports/reference", place / "reference")
    more = {"LOOKBOOK_RUNS": str(place / "runs"), "LOOKBOOK_REPORTS": str(place / "reports"), "NO_PROXY": "127.0.0.1"}
    more |= {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen(
        command, env=os.environ | more, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def differing(found: list, expected: list) -> list:
    """Return the first pair of values that differ, however deep."""
    if not isinstance(found, list) or not isinstance(expected, list) or len(found) != len(expected):
        return [found, expected]
    return next((differing(*pair) for pair in zip(found, expected, strict=True) if pair[0] != pair[1]), [])


def half_made(place: Path) -> list[str]:
    return [str(file) for file in place.rglob(".*") if file.name != ".locks" and ".locks" not in file.parts]


def main(seed: int, wanted: list[str]) -> None:
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as made:
        shop = Path(made)
        for name in "abc":
            (shop / f"{name}.bin").write_bytes(rng.randbytes(700_000))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Slow, directory=shop))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name, (command, left) in jobs(shop, f"http://127.0.0.1:{server.server_port}/").items():
            if wanted and name not in wanted:
                continue
            whole = shop / f"{name} unbroken"
            begin = time.monotonic()
            process = start(command(whole), whole)
            assert process.wait() == 0, process.stderr.read()
            took, expected = time.monotonic() - begin, left(whole)
            print(f"{name}: unbroken in {took:.1f} s", flush=True)
            number = 0
            while number < TIMES[name]:
                place, after = shop / f"{name} {number}", rng.uniform(0.1, 1.0) * took
                process = start(command(place), place)
                begin = time.monotonic()
                try:
                    process.wait(after)
                    took = time.monotonic() - begin  # a busy computer: it came to its end
                    shutil.rmtree(place)
                    continue
                except subprocess.TimeoutExpired:
                    number += 1
                family = psutil.Process(process.pid).children(recursive=True)
                process.kill()
                process.wait()
                _, alive = psutil.wait_procs(family, timeout=5)
                assert not alive, alive
                between = half_made(place)
                process = start(command(place), place)
                assert process.wait() == 0, process.stderr.read()
                found = left(place)
                assert found == expected, f"{name} {number}, after {after:.2f} s: {differing(found, expected)}"
                assert not half_made(place), half_made(place)
                print(
                    f"  {number}: killed after {after:.1f} s, {len(between)} half made; then ends well, the same",
                    flush=True,
                )
                shutil.rmtree(place)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 14, sys.argv[2:])
