"""Frozen features: what a backbone makes of each picture, computed once and kept in the run store.

runs/features/<key>/ holds features.npy (a row a picture), done.npy (which rows are computed) and about.json.
"""

import ast
import hashlib
import json
import os
import shutil
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from lib.base import files, paths
from lib.base.errors import LookbookError
from lib.base.progress import Report, progress
from lib.config import RunConfig
from lib.data.dataset import Dataset, picture_digest
from lib.models import needs

BATCH = 64  # pictures; always as many, so that a row never depends on what was computed with it
SAVE_EVERY = 20.0  # seconds
SHOW_EVERY = 2.0  # seconds


def inputs(dataset: Dataset, config: RunConfig, positions: np.ndarray, start: Any = None) -> np.ndarray:
    """Return what the network of `config` is trained on, a row a picture: the pictures themselves, or their features.

    positions: the pictures that are needed; the rows of others may be zeros. start: the finished run that
    `config.start` asks for, the backbone of "kit".
    """
    if not needs.takes_features(config):
        return dataset.images
    name, preprocessing = needs.backbone_of(config)
    return fetch_or_compute(dataset, name, positions, preprocessing, start)


def fetch_or_compute(
    dataset: Dataset, backbone: str, positions: np.ndarray, preprocessing: str | None = None, start: Any = None,
    show: Report | None = None,
) -> np.ndarray:  # fmt: skip
    """Return float32 (N, D), memory-mapped: features of the pictures at `positions`; rows nobody asked for are zeros.

    A map of features is averaged over its cells. preprocessing: None: the backbone's own. start: a finished run, the
    backbone of "kit". show: takes the progress; without it the computation shows its own.
    What was computed before is not computed again, not even after a kill; two processes may do this at once.
    LookbookError when there are no weights, no start, or no room on the disk.
    """
    from lib.models import backbones

    if backbone == backbones.KIT:
        if start is None:
            raise LookbookError("backbone=kit: it is a run of the kit: give one as `start`")
        about = {"backbone": backbone, "run": start.key}
    else:
        known = backbones.check(backbone, preprocessing)
        about = {"backbone": backbone, "cut": known.cut, "preprocessing": preprocessing or known.preprocessing}
        about["weights"] = backbones.find(backbone).digest
    about["pictures"] = dataset.digest or picture_digest(dataset.images)
    files_of_code = [Path(backbones.__file__), Path(__file__)]
    code = [ast.unparse(ast.parse(file.read_text(encoding="utf-8"))) for file in files_of_code]  # without comments
    key = hashlib.sha256(json.dumps([about, code]).encode()).hexdigest()[:16]
    folder = paths.runs() / "features" / key
    wanted = np.unique(positions)
    todo = wanted
    if (folder / "about.json").exists():
        todo = wanted[~np.load(folder / "done.npy")[wanted]]
    if len(todo):
        model = _extractor(dataset, backbone, preprocessing, start)
        shown = progress(f"features of {backbone}") if show is None else nullcontext(show)
        with shown as tell:
            _compute(dataset, model, todo, folder, about, tell)
    return np.load(folder / "features.npy", mmap_mode="r").view(np.ndarray)


def _extractor(dataset: Dataset, backbone: str, preprocessing: str | None, start: Any):
    """Return the network from pictures to vectors; of keras.applications in float32, the kit's as it was trained."""
    from lib.base.backend import keras
    from lib.models import backbones

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        if backbone == backbones.KIT:
            base = backbones.from_run(start)
            if base.input_shape[1:] != dataset.images.shape[1:]:
                size, own = ("x".join(map(str, shape)) for shape in (base.input_shape[1:], dataset.images.shape[1:]))
                raise LookbookError(f"backbone=kit: {start.label} takes pictures of {size}, these are {own}")
        else:
            base = backbones.build(backbone, dataset.images.shape[1:], preprocessing)
        model = keras.Model(base.input, backbones.pooled(base))
    finally:
        keras.config.set_dtype_policy(before)
    model.compile(jit_compile=False if keras.backend.backend() == "tensorflow" else "auto")  # XLA slows it on a CPU
    return model


def _compute(dataset: Dataset, model, todo: np.ndarray, folder: Path, about: dict, show: Report) -> None:
    """Compute the rows `todo`. A row is marked as done after it lies on the disk: a kill costs 20 s at most."""
    if not (folder / "about.json").exists():
        _create(folder, (len(dataset), model.output.shape[-1]), about)
    features = np.load(folder / "features.npy", mmap_mode="r+")
    done = np.load(folder / "done.npy", mmap_mode="r+")
    saved, since, shown = 0, time.monotonic(), time.monotonic()
    show(0, len(todo), "pictures")
    for begin in range(0, len(todo), BATCH):
        batch = todo[begin : begin + BATCH]
        rows = model.predict_on_batch(dataset.images[np.resize(batch, BATCH)])
        features[batch] = rows[: len(batch)]
        end = begin + len(batch)
        if end == len(todo) or time.monotonic() - since > SAVE_EVERY:
            features.flush()
            done[todo[saved:end]] = True
            done.flush()
            saved, since = end, time.monotonic()
        if end == len(todo) or time.monotonic() - shown > SHOW_EVERY:
            show(end, len(todo), "pictures")
            shown = time.monotonic()


def _create(folder: Path, shape: tuple[int, int], about: dict) -> None:
    """Make the folder with nothing computed; whoever is first makes it, and others find it whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    size = 4 * shape[0] * shape[1]
    if shutil.disk_usage(folder.parent).free < 1.1 * size:  # a full disk ends a process that writes to mapped memory
        raise LookbookError(f"{folder.parent}: no room for {size / 2**20:.0f} MiB of features; free some space")
    with tempfile.TemporaryDirectory(prefix=".", dir=folder.parent, ignore_cleanup_errors=True) as temporary:
        half_way = Path(temporary) / "features"
        half_way.mkdir()
        np.lib.format.open_memmap(half_way / "features.npy", "w+", np.float32, shape).flush()
        np.save(half_way / "done.npy", np.zeros(shape[0], dtype=bool))
        files.write_json(half_way / "about.json", about)
        try:
            os.rename(half_way, folder)
        except OSError:
            if not (folder / "about.json").exists():
                raise
