"""The grid of reference runs, reference.yaml: what is there, what is missing, and packing it for reports/reference."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import yaml

from lib.base import files, paths
from lib.base.errors import LookbookError, nearest
from lib.base.progress import progress
from lib.config import DataConfig, RunConfig
from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.models import needs
from lib.runs import carried, engines, store
from lib.runs.key import key
from lib.training import recipes
from lib.training.run import ANSWERS, MODEL, PARTS, SHARED, Run

LARGEST = 20  # MB, the whole folder
WITH_LOGITS = 3  # seeds of a row at most; further ones make intervals narrower, and need no more than their measures
PREDICTIONS = "predictions.npz"
COPIED = ("config.json", "environment.json", "metrics.json", "history.csv")


class Row(NamedTuple):
    """A row of the grid: settings that differ in their seed alone."""

    name: str
    why: str
    configs: list[RunConfig]  # by seed
    carries: tuple[str, ...]  # of "logits", "network"
    plays: str  # its part in claims that name no setting: "high batch size"; "" for most


def rows(wanted: Sequence[str] = ()) -> list[Row]:
    """Return the rows of reference.yaml, in order; of `wanted` alone where names are given.

    LookbookError for a name that is none.
    """
    known = _said()
    for name in wanted:
        if name not in known:
            hint = nearest(name, list(known))  # names have commas, so a list of them would not be readable
            hint = hint if hint.startswith("did") else "`lookbook reference` lists them"
            raise LookbookError(f"no row '{name}' in reference.yaml: {hint}")
    return [_row(name, said) for name, said in known.items() if not wanted or name in wanted]


def status() -> pd.DataFrame:
    """Return a row for each row of the grid, and how far it is.

    Columns: row, why, seeds, carried, stale (carried, but of other settings, data or code than today's), stored (in the
    run store here), missing, seconds (what the missing ones will take, by what others of the row, or of the system,
    took; NaN: unknown).
    """
    found = []
    paces: dict[tuple, float] = {}  # seconds an epoch, by system and pictures: what a row without runs is judged by
    index = carried.index()
    for row in rows():
        dataset = _pictures(row)
        packed = index[index["row"] == row.name].to_dict("records")
        fresh = [old["seed"] for old in packed if old["key"] == name_of(row.configs[old["seed"]], old)]
        here = {} if dataset is None else {config.seed: run for config, run in _stored(row, dataset)}
        missing = [config.seed for config in row.configs if config.seed not in fresh and config.seed not in here]
        took = [run.metrics["seconds"] for run in here.values()] + [old["seconds"] for old in packed]
        first = row.configs[0]
        alike, epochs = (first.system, first.data.name, first.data.limit, first.data.protocol), first.epochs
        if took:
            paces.setdefault(alike, float(np.mean(took)) / epochs)
        seconds = float(np.mean(took)) if took else paces.get(alike, np.nan) * epochs
        about = {"row": row.name, "why": row.why, "seeds": len(row.configs), "carried": len(fresh)}
        about |= {"stale": len(packed) - len(fresh), "stored": len(here), "missing": len(missing)}
        found.append(about | {"seconds": seconds * len(missing)})
    return pd.DataFrame(found)


def train(wanted: Sequence[str] = ()) -> None:
    """Train what the grid's rows (all, or `wanted`) lack, in order, by the engine that was chosen; goes on if stopped.

    LookbookError where the real pictures, or a backbone's weights, are not here.
    """
    for row in rows(wanted):
        dataset = _pictures(row)
        if dataset is None:
            raise LookbookError(f"{row.name}: {_remedy(row)}")
        asked = [(config, "network" in row.carries and config.seed == 0) for config in row.configs]
        with progress(row.name) as show:
            for _ in engines.train(asked, show, dataset):
                pass


def pack() -> Path:
    """Write reports/reference anew: every run of the grid that is stored here, or was carried before and still fits.

    LookbookError, and nothing is written, where the folder would become larger than 20 MB.
    """
    with files.locked(paths.REFERENCE), files.replacing_folder(paths.REFERENCE) as folder:
        before = {old["folder"]: old for old in carried.index().to_dict("records")}
        table = []
        for row in rows():
            dataset = _pictures(row)
            here = {} if dataset is None else {config.seed: run for config, run in _stored(row, dataset)}
            for config in row.configs:
                name = f"{_plain(row.name)}-{config.seed}"
                old = before.get(name)
                if config.seed in here and dataset is not None:
                    source = here[config.seed].folder
                    names = COPIED + ((MODEL,) if "network" in row.carries and config.seed == 0 else ())
                    made_of = {"data": dataset.fingerprint, "weights": needs.weights_digest(config)}
                elif old is not None and old["key"] == name_of(config, old):
                    source = paths.REFERENCE / name
                    names = tuple(sorted(file.name for file in source.iterdir() if file.name != PREDICTIONS))
                    made_of = {each: old[each] for each in ("data", "weights")}
                else:
                    continue
                _pack(source, names, folder / name, row, config.seed)
                table.append(_entry(row, config, made_of, folder / name))
        pd.DataFrame(table).to_csv(folder / carried.INDEX, index=False)
        (folder / "README.md").write_text(README, encoding="utf-8")
        _seal(folder)
    return paths.REFERENCE


@cache
def _said() -> dict[str, dict]:
    return yaml.safe_load(Path(__file__).with_name("reference.yaml").read_text(encoding="utf-8"))


def _row(name: str, said: dict[str, Any]) -> Row:
    data = DataConfig(**({"name": "fashion-mnist"} | said.get("data", {})))
    config = recipes.recipe(said.get("system", name), data, **said.get("settings", {}))
    configs = [config.changed(seed=seed) for seed in range(said["seeds"])]
    if draws := said.get("draws"):  # another draw of pictures each: one more run of the report would draw anew, too
        configs = [each.changed(data=data.changed(**{draws: each.seed})) for each in configs]
    return Row(name, said["why"], configs, tuple(said.get("carries", ())), said.get("plays", ""))


def _pictures(row: Row) -> Dataset | None:
    """Return the row's pictures where all that it needs is on this computer; nothing is downloaded."""
    return None if _remedy(row) else catalogue.load(row.configs[0].data.name)


def _remedy(row: Row) -> str:
    """Return how to get the row's pictures, and its backbone's weights; "" where they are here."""
    (found,) = [each for each in _sets() if each["name"] == row.configs[0].data.name]
    if not found["there"]:
        return f"its pictures are not here: {found['remedy']}"
    try:
        needs.weights_digest(row.configs[0], download=False)
    except LookbookError as error:
        return str(error)
    return ""


@cache
def _sets() -> list[dict[str, Any]]:
    return catalogue.status()


def name_of(config: RunConfig, made_of: Mapping[Any, str]) -> str:
    """Return the name of a reference run; made_of: its data and weights, as index.csv has them."""
    return key(config, made_of["data"], backend="", weights=made_of["weights"])


def _stored(row: Row, dataset: Dataset) -> list[tuple[RunConfig, Run]]:
    found = [(config, store.stored(store.name(config, dataset))) for config in row.configs]
    return [(config, run) for config, run in found if run is not None]


def _pack(source: Path, names: Sequence[str], folder: Path, row: Row, seed: int) -> None:
    """Copy the files of a run that it has, and its predictions: logits as float16 or, if none are carried, answers."""
    _copy(source, folder, names)
    kept: dict[str, np.ndarray] = {}
    for name, array in carried.all_arrays(source).items():
        part, _, what = name.partition("_")
        if what.startswith("positions"):
            kept[name] = array.astype("int32")
        elif part not in PARTS[1:]:
            continue  # of training pictures
        elif not what.startswith("logits"):
            kept[name] = array.astype("int16")
        elif "logits" in row.carries and seed < WITH_LOGITS:
            kept[name] = array.astype("float16")
        else:
            kept[name.replace("logits", ANSWERS)] = array.argmax(axis=1).astype("int16")
    _write_arrays(folder, kept)


def _write_arrays(folder: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write predictions.npz; positions and labels go beside the folder, to a file that runs on these pictures share."""
    common = {
        name: array for name, array in arrays.items() if name.partition("_")[2].startswith(("positions", "labels"))
    }
    digest = hashlib.sha256(b"".join(name.encode() + array.tobytes() for name, array in sorted(common.items())))
    shared = folder.parent / f"{SHARED}-{digest.hexdigest()[:8]}.npz"
    if not shared.exists():
        np.savez_compressed(shared, allow_pickle=False, **common)
    own = {name: array for name, array in arrays.items() if name not in common} | {SHARED: np.array(shared.name)}
    np.savez_compressed(folder / PREDICTIONS, allow_pickle=False, **own)


def _copy(source: Path, target: Path, names: Sequence[str]) -> None:
    target.mkdir(exist_ok=True)
    for name in names:
        if (source / name).exists():  # an anchor has no history
            (target / name).write_bytes((source / name).read_bytes())


def _entry(row: Row, config: RunConfig, made_of: dict[str, str], folder: Path) -> dict:
    run = carried.read(folder)
    about = {each: run.environment.get(each) for each in ("device", "backend", "commit", "finished")}
    figures = {each: run.metrics.get(each) for each in ("seconds", "epochs", "val_accuracy", "test_accuracy")}
    name = {"row": row.name, "seed": config.seed, "folder": folder.name, "key": name_of(config, made_of)}
    return name | made_of | figures | about


def _seal(folder: Path) -> None:
    """Write the checksums of all files; LookbookError where they are too many bytes."""
    packed = sorted(file for file in folder.rglob("*") if file.is_file())
    size = sum(file.stat().st_size for file in packed) / 1e6
    if size > LARGEST:
        raise LookbookError(f"the reference would be {size:.0f} MB, and may be {LARGEST}: let rows carry less")
    digests = {file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in packed}
    lines = [f"{digest}  {name}\n" for name, digest in digests.items()]
    (folder / carried.CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in name.replace(", ", "-"))


README = """# Reference runs

Full-length runs on all real pictures, which the kit carries so that nobody has to train for hours to follow the
discussion. `lookbook reference --pack` wrote this folder from lib/runs/reference.yaml; `lookbook reference --train`
repeats any of them.

    index.csv            a row a run: row of the grid, seed, key, folder, seconds, accuracies, device, commit, date
    checksums.txt        SHA-256 of every file
    ROW-SEED/            config.json, environment.json, metrics.json, history.csv: as in the run store
        predictions.npz  logits (float16) or chosen classes (answers) of validation and test; pictures: the name of
    pictures-*.npz       positions and labels, which runs on the same pictures share
        model.keras      the network, of a few
"""
