"""Is everything there? `lookbook check`, and the first table of notebook 00."""

import sys
import tempfile
from pathlib import Path

from lib.base import checkout, paths
from lib.base.errors import LookbookError
from lib.course import notebooks
from lib.data import catalogue
from lib.data.fashion_mnist import reader as fashion_mnist
from lib.data.fashion_product import files as product_files
from lib.models import backbones
from lib.runs import normal, reference
from lib.training import train
from lib.training.run import Run, measures

Row = dict[str, object]


def check() -> list[Row]:
    """Return a row a check: what, ok (bool), and what was found or what to do."""
    sets = {row["name"]: row for row in catalogue.status()}  # once: it reads the pictures
    data = [_data(sets["fashion-mnist"]), _products(sets["fashion-product"])]
    return [_python(), _package(), _notebooks(), _kernel(), _backend(), *data, _weights(), _figures()]


def _row(what: str, ok: bool, found: str) -> Row:
    return {"what": what, "ok": ok, "found": found}


def _python() -> Row:
    version = sys.version.split()[0]
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return _row("Python 3.11 to 3.13", fits, version if fits else f"{version}: TensorFlow needs 3.11 to 3.13")


def _package() -> Row:
    other = checkout.another()
    return _row("lib is this folder's", other is None, str(paths.ROOT) if other is None else checkout.remedy(other))


def _notebooks() -> Row:
    """Say whether every notebook of the kit can be read and run, and which lie beside them."""
    kit, beside = notebooks.notebooks(), notebooks.others()
    gone = [file.stem for file in sorted(paths.SOURCES.glob("[0-9][0-9]_*.py")) if file.stem not in kit]
    if gone:
        return _row("notebooks", False, f"{', '.join(gone)} not there: `lookbook build` makes them again")
    try:
        for name in kit:
            notebooks.parameters(name)
    except LookbookError as error:
        return _row("notebooks", False, str(error))
    return _row("notebooks", True, f"{len(kit)}" + (f"; not the kit's own: {', '.join(beside)}" if beside else ""))


def _kernel() -> Row:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return _row("notebook kernel", False, "no kernel named python3: run `make setup`")
    return _row("notebook kernel", True, sys.executable if command.startswith("python") else command)


def _backend() -> Row:
    try:
        from lib.base.backend import device, keras

        return _row("Keras", True, f"{keras.__version__} on {keras.backend.backend()}, {device()}")
    except ImportError as error:
        return _row("Keras", False, f"{error}: run `make setup`")


def _data(real: Row) -> Row:
    if real["there"]:
        return _row("pictures", True, f"fashion-mnist in {real['where']}, {real['pictures']:,} pictures")
    if fashion_mnist.find() is not None:
        return _row("pictures", False, str(real["remedy"]))
    return _row("pictures", True, f"garments, drawn; for real ones: {real['remedy']}")


def _products(row: Row) -> Row:
    if row["there"]:
        return _row("product pictures", True, f"fashion-product in {row['where']}")
    damaged = product_files.find() is not None
    return _row("product pictures", not damaged, f"{'' if damaged else 'garments-colour, drawn; '}{row['remedy']}")


def _figures() -> Row:
    """Train for a second, and hold the figure against the reference: another processor may round otherwise."""
    (row,) = reference.rows(["R2.simple, tiny"])
    with tempfile.TemporaryDirectory() as folder:
        facts, predictions = train.train(row.configs[0], catalogue.load("garments"), Path(folder), lambda *_: None)
        run = Run("tiny", row.configs[0], facts | measures(predictions, row.configs[0]), Path(folder))
    said = normal.normal(run) or f"{run.metrics['test_accuracy']:.4f}, nothing to compare with"
    return _row("figures", True, f"test accuracy of a tiny training: {said}")  # another figure is no fault by itself


def _weights() -> Row:
    try:
        paths.weights_folders()
    except LookbookError as error:
        return _row("pretrained networks", False, str(error))
    known = backbones.available(download=False)
    there = [f"{row['backbone']} ({row['source']})" for row in known if row["source"]]
    missing = [row["backbone"] for row in known if not row["source"]]
    note = f"; without weights: {', '.join(missing)} (data/README.md, Weights)" if missing else ""
    return _row("pretrained networks", True, ", ".join(there) + note)
