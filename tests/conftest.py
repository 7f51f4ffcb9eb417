"""Shared by all tests: no test writes into the kit's own folders, and none reads the user's real data by accident."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from lib.data.dataset import Dataset

REAL_DATA = os.environ.pop("LOOKBOOK_DATA", None)  # only the tests of real files get it back
os.environ.pop("LOOKBOOK_WEIGHTS", None)  # nor pretrained weights: tests make random ones
REAL_DATA = REAL_DATA and str(Path(REAL_DATA).resolve())


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Point the kit's data folder at a temporary one, in which each set is drawn once for all tests and workers."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKBOOK_CACHE", str(shared / "cache"))
        yield


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory, monkeypatch):
    """Point reports and runs at a temporary folder."""
    folder = tmp_path_factory.mktemp("lookbook")
    monkeypatch.setenv("LOOKBOOK_REPORTS", str(folder / "reports"))
    monkeypatch.setenv("LOOKBOOK_RUNS", str(folder / "runs"))
    monkeypatch.delenv("LOOKBOOK_OUTPUT", raising=False)
    monkeypatch.setattr("lib.models.weights.ADDRESS", "http://127.0.0.1:9/")  # no test reaches a network
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def signals_are_heard():
    """Let what a test starts hear Ctrl-C and a closed terminal: nohup, or a shell's `&`, ignores them for all below."""
    ignored = [each for name in ("SIGINT", "SIGHUP") if (each := getattr(signal, name, None)) is not None]
    ignored = [each for each in ignored if signal.getsignal(each) is signal.SIG_IGN]
    for each in ignored:
        signal.signal(each, signal.SIG_DFL)
    yield
    for each in ignored:
        signal.signal(each, signal.SIG_IGN)


@pytest.fixture
def real_if_there(monkeypatch) -> bool:
    """Let a test read real data where there are some, and return whether there are."""
    if REAL_DATA:
        monkeypatch.setenv("LOOKBOOK_DATA", REAL_DATA)
    return bool(REAL_DATA)


@pytest.fixture
def real_data(real_if_there) -> Path:
    """Return the folder of real data, or skip the test."""
    if not real_if_there:
        pytest.skip("LOOKBOOK_DATA is not set: there are no real files to read")
    return Path(REAL_DATA)


@pytest.fixture(scope="session")
def stripes() -> Dataset:
    """Return a tiny data set that a network can learn: class k has a bright bar at column 3k, over noise."""
    rng = np.random.default_rng(0)
    labels = np.tile(np.arange(3), 60)
    images = rng.integers(0, 120, (180, 12, 12, 1), dtype="uint8")
    for image, label in zip(images, labels, strict=True):
        image[:, 3 * label : 3 * label + 3] += 100
    return Dataset(
        name="stripes",
        images=images,
        labels={"class": labels},
        classes={"class": ["left", "middle", "right"]},
        ids=np.array([f"stripes-{k}" for k in range(180)]),
        provenance="Stripes, drawn for a test.",
        test=np.arange(150, 180),
    )
