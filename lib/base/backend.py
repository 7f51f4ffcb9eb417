"""Keras, imported in one place: `from lib.base.backend import keras`.

The environment must be set before the first import, which is why no other module imports keras directly.
`KERAS_BACKEND` (tensorflow, jax, torch) is the user's; TensorFlow is what the kit installs.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


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


with _silent():
    import keras

__all__ = ["device", "keras"]

# "... triggered tf.function retracing" is said, rightly, of networks that are loaded one after the other.
logging.getLogger("tensorflow").setLevel(logging.ERROR)


def device() -> str:
    """Return the device that trains, in words: "GPU (NVIDIA ...)" or "CPU (AMD EPYC, 2 cores)"."""
    accelerators = [name for name in keras.distribution.list_devices() if not name.startswith("cpu")]
    if accelerators:
        return ", ".join(accelerators)
    return f"CPU ({_processor()}, {os.cpu_count()} cores)"


def _processor() -> str:
    import platform
    from pathlib import Path

    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
