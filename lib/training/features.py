"""Frozen features: what a backbone makes of each picture, computed once and kept in the run store.

runs/features/<key>/ holds features.npy (a row a picture), done.npy (which rows are computed) and about.json.
"""

import hashlib
import json
import shutil
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from lib.base import files, paths, versions
from lib.base.errors import LookbookError
from lib.base.progress import Report, progress
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.models import needs
from lib.training import loop

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
    What was computed before is not computed again, not even after a kill. One process computes, others wait for it.
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
    about["pictures"] = dataset.of_pictures
    about["versions"] = versions.of("backbones", "features")
    key = hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]
    folder = paths.runs() / "features" / key
    wanted = np.unique(positions)
    if len(_missing(folder, wanted)):
        shown = progress(f"features of {backbone}") if show is None else nullcontext(show)
        with shown as tell, files.locked(folder, lambda: tell(0, 1, "another process computes them, waits")):
            todo = _missing(folder, wanted)  # whoever held the lock may have computed them
            if len(todo):
                _compute(dataset, _extractor(dataset, backbone, preprocessing, start), todo, folder, about, tell)
    return np.load(folder / "features.npy", mmap_mode="r").view(np.ndarray)


def _missing(folder: Path, wanted: np.ndarray) -> np.ndarray:
    """Return those of the positions whose rows are not computed."""
    return wanted[~np.load(folder / "done.npy")[wanted]] if (folder / "about.json").exists() else wanted


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
    batches = [todo[begin : begin + BATCH] for begin in range(0, len(todo), BATCH)]
    computed = loop.outputs(model, dataset.images, [np.resize(batch, BATCH) for batch in batches])
    end = 0
    for batch, rows in zip(batches, computed, strict=True):
        features[batch] = rows[: len(batch)]
        end += len(batch)
        if end == len(todo) or time.monotonic() - since > SAVE_EVERY:
            features.flush()
            done[todo[saved:end]] = True
            done.flush()
            saved, since = end, time.monotonic()
        if end == len(todo) or time.monotonic() - shown > SHOW_EVERY:
            show(end, len(todo), "pictures")
            shown = time.monotonic()


def _create(folder: Path, shape: tuple[int, int], about: dict) -> None:
    """Make the folder with nothing computed."""
    size = 4 * shape[0] * shape[1]
    if shutil.disk_usage(folder.parent).free < 1.1 * size:  # a full disk ends a process that writes to mapped memory
        raise LookbookError(f"{folder.parent}: no room for {size / 2**20:.0f} MiB of features; free some space")
    with files.replacing_folder(folder) as new:
        np.lib.format.open_memmap(new / "features.npy", "w+", np.float32, shape).flush()
        np.save(new / "done.npy", np.zeros(shape[0], dtype=bool))
        files.write_json(new / "about.json", about)
