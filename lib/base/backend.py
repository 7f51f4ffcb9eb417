"""Keras, imported in one place: `from lib.base.backend import keras`.

The environment must be set before the first import, which is why no other module imports keras directly.
`KERAS_BACKEND` (tensorflow or jax) is the user's; without it TensorFlow is taken. Whatever else Keras would take from
the user's computer (~/.keras/keras.json, see lib.base.outside) is set here: it would reach figures.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from lib.base import cores, outside
from lib.base.errors import LookbookError

outside.refuse_backend()
outside.settle()


@contextmanager
def _silent() -> Iterator[None]:
    """Keep what the libraries write straight to file descriptor 2 (TensorFlow: "could not find cuda") off the page."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


try:
    with _silent():
        import keras
except ValueError as error:
    if "configuration" not in str(error):
        raise
    place = os.path.join(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"), "keras.json")
    raise LookbookError(f"{place}: Keras cannot read its settings ({error}); mend the file") from error

keras.config.set_floatx("float32")
keras.config.set_dtype_policy("float32")  # a start-up file of JupyterLab can have set another
keras.config.set_epsilon(1e-7)
keras.config.set_image_data_format("channels_last")

# Every network that is loaded is traced anew; TensorFlow warns of that as if it were one function called wrongly.
logging.getLogger("tensorflow").setLevel(logging.ERROR)

__all__ = ["device", "keras", "workers"]


def device() -> str:
    """Return the device that trains, in words: "GPU (NVIDIA ...)", "CPU (AMD EPYC, 2 cores)", "..., 1 of 2 cores)"."""
    if _accelerators():
        return ", ".join(_accelerators())
    here, used = os.cpu_count(), _cores()
    return f"CPU ({_processor()}, {here if used == here else f'{used} of {here}'} cores)"


def workers() -> int:
    """Return how many batches a network may be given at once so that all of this process' cores compute.

    One on a GPU, and one with JAX, which gives a network's weights away while it computes.
    """
    return 1 if _accelerators() else _cores()


def _accelerators() -> list[str]:
    """Return each GPU or TPU that trains, as it calls itself: "GPU (NVIDIA H100 80GB HBM3)"."""
    there = [name for name in keras.distribution.list_devices() if not name.startswith("cpu")]
    if not there:
        return []
    if keras.backend.backend() == "jax":
        import jax

        return [f"{device.platform.upper()} ({device.device_kind})" for device in jax.devices()]
    import tensorflow as tf

    details = [tf.config.experimental.get_device_details(each) for each in tf.config.list_physical_devices("GPU")]
    return [f"GPU ({each.get('device_name', 'unknown')})" for each in details] or there


def _cores() -> int:
    if keras.backend.backend() == "jax":
        return 1  # see lib.base.outside
    given = os.environ.get("TF_NUM_INTEROP_THREADS", "")  # the user's, or this notebook's share (lib.base.cores)
    return min(int(given), cores.count()) if given.isdigit() and int(given) else cores.count()


def _processor() -> str:
    import platform
    from pathlib import Path

    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
