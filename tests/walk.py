"""The walk: every notebook x every kind of data set x every parameter changed alone, as cheaply as its code can run.

`make walk`, or `python tests/walk.py [NOTEBOOK]... [--data NAME] [--sample]`, by hand: half an hour on one core, too
long for `make test`, which walks a sample (tests/test_walk.py). All code cells of a notebook run in this process. What
takes time has a stand-in that gives what is legal: trainings (each network is built, none is trained), Keras's `fit`
(one step), and the resolution of figures. What the trainings end with is walked, too: all right, always the same
answer, diverged.

A combination ends well in three ways: the notebook ran to its end and says no "nan"; it was refused before anything
ran; or a LookbookError stopped it before the first training.
"""

import argparse
import contextlib
import functools
import gc
import io
import json
import os
import random
import re
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

ANY = 10**6  # a number larger than there are pictures
CLASSES = {"boots": 40, "shirts": 40, "bags": 40}
ODD = ["$5_bags to $20_bags", "größe <b>&", "衬衫", "a^b_{c}, d", "NA", "1", "-x", "a very long name of a class"]


# ---- data sets of one's own ------------------------------------------------------------------------------------------
def picture(seed: int, kind: int, size: tuple[int, int], colour: bool) -> np.ndarray:
    """Return a picture of random blocks, brighter in a place that depends on its class."""
    rng = np.random.default_rng([seed, kind])
    width, height = size
    blocks = rng.integers(0, 200, (6, 6, 3 if colour else 1), dtype=np.uint8)
    blocks[kind % 6, kind // 6 % 6] = 255
    rows, columns = np.arange(height) * 6 // height, np.arange(width) * 6 // width
    whole = blocks[rows][:, columns]
    return whole if colour else whole.repeat(3, axis=2)


def folders(place: Path, counts: dict[str, int], size=(28, 28), colour=False) -> None:
    """Write a folder of pictures for each class."""
    from PIL import Image

    for kind, (name, number) in enumerate(counts.items()):
        (place / name).mkdir(parents=True)
        for seed in range(number):
            Image.fromarray(picture(seed, kind, size, colour)).save(place / name / f"{seed}.png")


def table(place: Path, number: int, columns: dict[str, list[str]], size=(30, 40)) -> None:
    """Write pictures, and a CSV beside them whose columns repeat the given values, each in its own rhythm."""
    from PIL import Image

    (place / "images").mkdir(parents=True)
    rows = []
    for seed in range(number):
        kind = seed % len(next(iter(columns.values())))
        Image.fromarray(picture(seed, kind, size, True)).save(place / "images" / f"{seed}.png")
        rows.append({"id": seed} | {name: values[seed % len(values)] for name, values in columns.items()})
    pd.DataFrame(rows).to_csv(place / "styles.csv", index=False)


SHOP = {
    "masterCategory": ["Apparel", "Footwear", "Apparel", "Accessories"],
    "subCategory": ["Topwear", "Shoes", "Bottomwear", "Bags"],
    "articleType": ["Shirts", "Heels", "Jeans", "Handbags"],
    "usage": ["Casual", "Casual", "Casual", "Formal", "Smart Casual"],
    "season": ["Summer", "Winter", ""],
}
OWN = {
    "three": lambda place: folders(place, CLASSES),
    "two": lambda place: folders(place, {"a": 25, "b": 25}, (300, 200), colour=True),
    "fourteen": lambda place: folders(place, {"a": 5, "b": 5, "c": 4}),
    "unequal": lambda place: folders(place, {"Shirt": 90, "Coat": 9, "rare": 2, "single": 1}),
    "odd": lambda place: folders(place, dict.fromkeys(ODD, 15), (20, 22)),
    "fifty": lambda place: folders(place, {f"class {k:02}": 6 for k in range(50)}),
    "shop": lambda place: table(place, 160, SHOP),
}
NAMED = ["garments", "fashion-mnist"]  # and their partners in colour; the real ones where LOOKBOOK_DATA has them


def data_sets(place: Path) -> dict[str, str]:
    """Return the name of each data set for `--dataset`, by its name here; own ones are written below `place`."""
    from lib.data import catalogue

    there = {row["name"] for row in catalogue.status() if row["there"]}
    found = {name: name for name in NAMED if name in there}
    for name, write in OWN.items():
        if not (place / name).exists():
            write(place / name)
        found[name] = f"own:{place / name}"
    return found


# ---- parameters ------------------------------------------------------------------------------------------------------
NUMBERS = [20, 60, ANY, 0]
SYSTEMS = ["R2.optimised", "R3.final", "R1.baseline", "fast", "textbook"]
CHANGES: dict[str, list] = {  # legal values of each parameter; those of one notebook alone have its number before them
    "limit": NUMBERS, "few": NUMBERS, "article_limit": NUMBERS, "colour_limit": NUMBERS,
    "epochs": [1, 3, 40], "few_epochs": [1], "fine_epochs": [1, 3], "colour_epochs": [1, 12],
    "seeds": [1, 2, 5], "batch_size": [1, 4, 64, 200], "system": SYSTEMS,
    "systems": [["R2.optimised"], ["R2.simple"], ["R3.initial", "R3.initial"], SYSTEMS],
    "03.rates": [[0.0], [0.5], [0.9, 0.1], [0.2, 0.2]],
    "05.rates": [[0.1], [1e-7, 100.0], [0.0003] * 2], "low": [1e-6, 0.01], "high": [0.0001, 1.0],
    "schedules": [["constant"], ["cosine"], ["one-cycle", "exponential"], ["constant", "triangular", "constant"]],
    "batch_sizes": [[32, 64], [1, 64], [64, 100, 7]], "base": [32], "factors": [[1.0], [0.1], [3.0, 3.0], [100.0, 1]],
    "operations": [["shift"], ["R4", "R4.upright"], ["erase", "erase"], ["horizontal_flip", "zoom", "shear", "R3"]],
    "imagenet": [["mobilenet_v2"], ["mobilenet_v2", "resnet50"]], "download": [True],
    "number": [1, 50],
    "pictures": [1, 10, 333, ANY, 0], "most": [700, 3000], "share": ["1", "0.5", ".98"], "of_pictures": [1, ANY],
    "leave_out": [["fast"], ["R2.simple", "R3.initial"]], "13.seeds": [1, 3, 1000], "mine": [["PICTURE"]],
}  # fmt: skip
SLOW = ("11_grad_cam", "13_comparison")  # half a minute a time: their parameters are changed on FEW data sets alone
FEW = ("garments", "three")
FEW_SYSTEMS = {"11_grad_cam": ["R2.optimised", "textbook"]}  # it asks each network thousands of times
ODD_TEXT = re.compile(r"(?<![a-zA-Z])(nan|inf)(?![a-zA-Z])|\s\.(\s|$)|:\s*\.(\s|$)|\(\)|:\s*$")  # what had no figure
OUTCOMES = ["usual", "perfect", "dull", "diverged"]


def changes(name: str) -> list[dict]:
    """Return the changes of a notebook's parameters: none, each alone, and each end of its trainings ("outcome")."""
    from lib.course import notebooks

    found: list[dict] = [{}]
    own = notebooks.parameters(name)
    for parameter in own:
        values = CHANGES.get(f"{name[:2]}.{parameter}", CHANGES.get(parameter, []))
        if parameter == "system":
            values = FEW_SYSTEMS.get(name, values)
        found += [{parameter: value} for value in values]
    return found + [{"outcome": outcome} for outcome in OUTCOMES[1:] if "epochs" in own]


def combinations(names: list[str], kinds: list[str]) -> list[tuple[str, str, dict]]:
    """Return (notebook, data set, change), those without a change first, the others by lot: all kinds come early."""
    every = [
        (name, kind, change)
        for name in names
        for kind in kinds
        for change in changes(name)
        if not change or name not in SLOW or kind in FEW
    ]
    random.Random(0).shuffle(every)
    return sorted(every, key=lambda each: bool(each[2]))


# ---- stand-ins -------------------------------------------------------------------------------------------------------
def once(function):
    """Return a function that does its work once for the same words: what the kit carries does not change."""
    kept: dict = {}

    def answer(*given, **named):
        key = json.dumps([given, named])
        if key not in kept:
            kept[key] = function(*given, **named)
        return kept[key]

    return answer


class Walk:
    """One process's walk: its stand-ins, and what they saw of the notebook that runs."""

    def __init__(self, place: Path) -> None:
        self.place, self.outcome, self.trained, self.shown, self.walked = place, "usual", 0, [], 0
        self.networks: dict[tuple, tuple[Path, int]] = {}  # of untrained ones: their files and sizes
        self.patches = contextlib.ExitStack()
        self._put_stand_ins()

    def _put_stand_ins(self) -> None:
        from unittest.mock import patch

        from matplotlib.figure import Figure

        from lib.base.backend import keras
        from lib.claims import by_reference
        from lib.course import checkup
        from lib.data import catalogue
        from lib.report import tables
        from lib.runs import carried, store

        draw, step, stepped = Figure.savefig, keras.Model.train_on_batch, set()

        def savefig(figure, file, **options):
            figure.set_layout_engine("none")  # where texts would move to takes as long as to draw them
            draw(figure, file, **(options | {"dpi": 20}))

        def fit(network, x, y, batch_size=32, epochs=1, validation_data=None, **rest):
            self.trained += 1
            first = slice(0, min(batch_size, len(x)))
            label = {each: own[first] for each, own in y.items()} if isinstance(y, dict) else y[first]
            loss = float(network.compute_loss(x[first], label, network(x[first], training=True)))
            names = ["loss", "accuracy", *(["val_loss", "val_accuracy"] if validation_data else [])]
            return type("History", (), {"history": {name: [loss] * epochs for name in names}})()

        def train_on_batch(network, *given, **options):
            if id(network) in stepped and not options:
                return None
            stepped.add(id(network))
            self.trained += 1
            return step(network, *given, **options)

        for target, name, stand_in in [
            (tables, "display", lambda data, metadata=None: self.shown.append(data)),
            (Figure, "savefig", savefig), (keras.Model, "fit", fit), (keras.Model, "train_on_batch", train_on_batch),
            (store, "train", self.train), (checkup, "check", functools.cache(checkup.check)),
            (catalogue, "load", functools.cache(catalogue.load)),
            (by_reference, "at_full_length", once(by_reference.at_full_length)),
            (carried, "of_row", once(carried.of_row)),
        ]:  # fmt: skip
            self.patches.enter_context(patch.object(target, name, stand_in))

    def train(self, config, dataset, folder, report, start=None):
        """Return what a training gives, of a network that was built and not trained; as `lib.training.train.train`."""
        from lib import models
        from lib.data.parts import parts
        from lib.training import train

        self.trained += config.system not in models.ANCHORS
        seen, divided = parts(dataset, config.data)
        if config.system in models.ANCHORS and len(divided.train) < 3000:
            return train.train(config, dataset, folder, report, start)
        if config.batch_size > len(divided.train):
            train.train(config, dataset, folder, report, start)  # it says so
        where = {
            "train": train._reevaluated(divided.train), "val": divided.validation, "test": divided.test
        }  # fmt: skip
        targets = [config.data.target, *config.data.more_targets]
        rng = np.random.default_rng([config.seed, len(config.model_dump_json())])
        found: dict = {}
        for part, positions in where.items():
            found[f"{part}_positions"] = positions
            for target in targets:
                suffix = "" if target == config.data.target else f":{target}"
                labels, number = seen.labels[target][positions], len(seen.classes[target])
                found[f"{part}_labels{suffix}"] = labels
                found[f"{part}_logits{suffix}"] = self.logits(labels, number, rng)
        epochs = 0 if config.system in models.ANCHORS else config.epochs
        parameters = self.network(config, dataset, divided, folder, start) if epochs else 0
        rows = [self.row(found, config, targets, epoch, divided, rng) for epoch in range(1, epochs + 1)]
        if rows:
            pd.DataFrame(rows).to_csv(folder / "history.csv", index=False)
        facts = {"parameters": parameters, "epochs": epochs, "best_epoch": epochs, "unmoved": [], "seconds": 0.1}
        return facts | {"diverged": bool(epochs) and self.outcome == "diverged"}, found

    def logits(self, labels, number, rng):
        """Return logits of pictures with these labels, as the outcome that is walked has them."""
        logits = rng.normal(0, 1, (len(labels), number)).astype("float32")
        if self.outcome == "diverged":
            return np.full_like(logits, np.nan)
        if self.outcome == "dull":
            logits[:, 0] += 20
        else:
            logits[np.arange(len(labels)), labels] += 20 if self.outcome == "perfect" else 1.5
        return logits

    def row(self, found, config, targets, epoch, divided, rng) -> dict:
        """Return a row of a history."""
        from lib.training.run import measures

        own = measures(found, config, ("train", "val"))
        own = {name: value + (rng.normal(0, 0.01) if name.endswith("loss") else 0) for name, value in own.items()}
        steps = -(-len(divided.train) // config.batch_size)
        seen = {"epoch": epoch, "learning_rate": config.optimizer.learning_rate, "steps": steps}
        if len(targets) > 1:
            names = [f"{target}_{name}" for target in targets for name in ("loss", "accuracy")]
            seen |= {name: own[f"train_{name}"] for name in names}
        return seen | {"loss": own["train_loss"], "accuracy": own["train_accuracy"]} | own | {"seconds": 0.01}

    def network(self, config, dataset, divided, folder, start) -> int:
        """Leave the untrained network in the folder; return its number of parameters."""
        from lib.data.parts import parts
        from lib.models import needs
        from lib.training import features
        from lib.training.run import MODEL

        seen = parts(dataset, config.data)[0]
        shape = seen.images.shape[1:]
        if needs.takes_features(config):
            used = np.concatenate([divided.train, divided.validation, divided.test])
            shape = features.inputs(seen, config, used, start).shape[1:]
        targets = [config.data.target, *config.data.more_targets]
        classes = {target: len(seen.classes[target]) for target in targets}
        file, parameters = self.built(config.system, json.dumps(config.arguments), shape, tuple(classes.items()))
        shutil.copy(file, folder / MODEL)
        return parameters

    def built(self, system: str, arguments: str, shape: tuple, classes: tuple) -> tuple[Path, int]:
        """Return the file of an untrained network, and its number of parameters."""
        known = (system, arguments, shape, classes)
        if known in self.networks:
            return self.networks[known]
        from lib import models
        from lib.training import train

        model = models.build(system, shape, train._for_builder(dict(classes)), **json.loads(arguments))
        file = self.place / "networks" / f"{len(self.networks)}.keras"
        file.parent.mkdir(exist_ok=True)
        model.save(file)
        self.networks[known] = file, model.count_params()
        return self.networks[known]

    # ---- one combination ---------------------------------------------------------------------------------------------
    def go(self, name: str, dataset: str, change: dict, profile: str = "smoke") -> tuple[str, str]:
        """Run a notebook; return how it ended, one of ENDS, and what it said or why."""
        from lib.base.backend import keras
        from lib.base.errors import LookbookError
        from lib.course import notebooks
        from lib.report import pipeline

        self.outcome, self.trained, self.shown = change.get("outcome", "usual"), 0, []
        os.environ["LOOKBOOK_RUNS"] = str(self.place / "runs" / self.outcome)
        own = {key: self.named(value) for key, value in change.items() if key != "outcome"}
        try:
            values = notebooks.resolve([name], profile, {"dataset": dataset} | own)
            pipeline._settle_data(values, _silent(), "walk")
        except LookbookError as error:
            return "refused", str(error)
        if why := pipeline._unfit(name, values[name]):
            return "refused", why
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                results = self.run(name, values[name])
        except LookbookError as error:
            late = self.trained and self.outcome != "diverged"  # where all diverged there may be nothing to tell
            return ("late" if late else "stopped"), str(error)
        except Exception as error:
            where = [at for at in traceback.extract_tb(error.__traceback__) if at.filename.startswith("cell ")]
            last = traceback.extract_tb(error.__traceback__)[-1]
            at = f"{where[-1].filename} line {where[-1].lineno}; " if where else ""
            said = " ".join(f"{type(error).__name__}: {error}".split())
            return "failed", f"{said} ({at}{Path(last.filename).name}:{last.lineno})"
        finally:
            self.walked += 1
            if self.walked % 10 == 0:
                keras.backend.clear_session()
                gc.collect()
        said = [data["text/markdown"] for data in self.shown if "text/markdown" in data]
        said += [*results["findings"], results.get("sure", ""), results.get("full_length", "")]
        odd = [text for text in said if ODD_TEXT.search(text)]
        return ("nan", odd[0]) if odd else ("ran", "")

    def named(self, value):
        """Return a value with the file of a picture in the place of PICTURE."""
        return [str(self.place / "own/three/boots/0.png")] if value == ["PICTURE"] else value

    def run(self, name: str, values: dict) -> dict:
        """Run the code cells of a notebook with these parameters; return its results."""
        import matplotlib.pyplot as plt

        from lib.base import paths

        cells = json.loads((paths.NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        space: dict = {"__name__": "__main__"}
        for number, cell in enumerate((c for c in cells if c["cell_type"] == "code"), start=1):
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), space)
            if "parameters" in cell["metadata"].get("tags", []):
                space.update(values)
        plt.close("all")
        return space["page"].results


def _silent():
    from rich.console import Console

    return Console(file=io.StringIO())


ENDS = {"ran": True, "refused": True, "stopped": True, "late": False, "nan": False, "failed": False}


def main() -> int:
    """Walk, print what did not end well, and count; return 1 when something did not."""
    ask = argparse.ArgumentParser()
    ask.add_argument("names", nargs="*", help="notebooks; without: all")
    ask.add_argument("--data", action="append", help="data sets of this walk alone")
    ask.add_argument("--at", type=Path, help="a folder that keeps what is drawn and built for the next walk")
    ask.add_argument("--log", type=Path, help="a file for every combination and its end")
    given = ask.parse_args()
    from lib.course import notebooks

    place = (given.at or Path(tempfile.mkdtemp(prefix="walk-"))).resolve()
    place.mkdir(parents=True, exist_ok=True)
    os.environ["LOOKBOOK_REPORTS"] = str(place / "reports")
    sets = {name: own for name, own in data_sets(place / "own").items() if not given.data or name in given.data}
    walk, begin, ends = Walk(place), time.monotonic(), []
    log = given.log.open("w", encoding="utf-8") if given.log else contextlib.nullcontext()
    with log:
        for name, kind, change in combinations(notebooks.choose(given.names), list(sets)):
            start = time.monotonic()
            end, said = walk.go(name, sets[kind], change)
            ends.append(end)
            line = f"{end:8}{name[:2]} {kind} {change or ''} {time.monotonic() - start:.1f}s  {said}"
            if given.log:
                print(line, file=log, flush=True)
            if not ENDS[end]:
                print(line, flush=True)
    counted = ", ".join(f"{ends.count(end)} {end}" for end in ENDS)
    print(f"{len(ends)} combinations in {time.monotonic() - begin:.0f} s: {counted}")
    return int(not all(ENDS[end] for end in ends))


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    warnings.simplefilter("ignore")
    sys.exit(main())
