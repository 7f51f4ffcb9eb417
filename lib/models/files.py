"""A network from a file that somebody else saved, made ready to be explained."""

import zipfile
from pathlib import Path

from lib.base.backend import keras
from lib.base.errors import LookbookError

layers = keras.layers


def read(file: str | Path) -> keras.Model:
    """Return the network in a .keras or .h5 file, from pictures (N, H, W, C) to logits (N, classes).

    A softmax at its end is left out, in a copy: its gradients vanish where the network is sure. LookbookError for a
    file that is missing, holds no network of Keras, or one that does not take pictures and answer with a class.
    """
    file = Path(file).expanduser()
    if not file.is_file():
        raise LookbookError(f"{file}: no such file; give a network saved by Keras, model.save('mine.keras')")
    try:
        model = keras.models.load_model(_known(file), compile=False)
    except (ValueError, TypeError, OSError, KeyError) as error:
        first = str(error).strip().partition("\n")[0][:120]
        raise LookbookError(f"{file}: holds no network that Keras can read ({first})") from error
    if not isinstance(model, keras.Model) or not getattr(model, "inputs", None):
        raise LookbookError(
            f"{file}: a network built by layers one after another or by keras.Model(inputs, outputs) is needed"
        )
    shapes = [tuple(each.shape) for each in (*model.inputs, *model.outputs)]
    if [len(shape) for shape in shapes] != [4, 2] or None in shapes[0][1:]:
        said = ", ".join(str(shape) for shape in shapes)
        raise LookbookError(
            f"{file}: takes or gives {said}; needed: pictures (N, height, width, channels) to logits (N, classes)"
        )
    return _without_softmax(model)


def _known(file: Path) -> Path:
    """Return the file if its first bytes are those of a .keras or .h5 file, and its name ends so: Keras goes by it."""
    with file.open("rb") as content:
        hdf5 = content.read(8) == b"\x89HDF\r\n\x1a\n"
    if not hdf5:
        inside = zipfile.ZipFile(file).namelist() if zipfile.is_zipfile(file) else []
        if "config.json" not in inside:
            raise LookbookError(
                f"{file}: not a file of a Keras network (.keras or .h5); save it with model.save('mine.keras')"
            )
    ending = ".h5" if hdf5 else ".keras"
    if file.suffix != ending:
        raise LookbookError(f"{file}: holds what a {ending} file does; rename it, so that it ends in {ending}")
    return file


def _without_softmax(model: keras.Model) -> keras.Model:
    last = model.layers[-1]
    if isinstance(last, layers.Softmax) or (
        isinstance(last, layers.Activation) and last.get_config()["activation"] == "softmax"
    ):
        return keras.Model(model.inputs, last.input, name=model.name)
    if not isinstance(last, layers.Dense) or last.get_config()["activation"] != "softmax":
        return model
    logits = layers.Dense(last.units, use_bias=last.use_bias, name=f"{last.name}_logits")
    made = keras.Model(model.inputs, logits(last.input), name=model.name)
    logits.set_weights(last.get_weights())
    return made
