"""What a computer may have set outside the kit that would reach a figure: the kit sets it itself.

A run's key says nothing of such settings, so two computers must not differ in them. Settings that only place the work
(which GPU, how many cores) are the user's.
"""

import io
import os
import sys
from importlib.util import find_spec

from lib.base import paths
from lib.base.errors import LookbookError

# Libraries read variables with these beginnings when they are imported, or when they first compute: limits that cut
# `fit` short, products of 10 bits, other random numbers, another Keras, another TensorFlow. No list of them is whole.
READ = (
    "KERAS_", "TF_", "TF2_", "XLA_", "JAX_", "ONEDNN_", "DNNL_", "NVIDIA_TF32_", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS",
    "OPENBLAS_CORETYPE", "NPY_", "NUMPY_", "PANDAS_", "SCIPY_", "SKLEARN_", "CUBLAS_",
)  # fmt: skip
USERS = (  # those that only place the work, or say where files lie
    "KERAS_BACKEND", "KERAS_HOME", "TF_NUM_INTEROP_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_CPP_M", "TF_FORCE_GPU_",
    "TF_GPU_ALLOCATOR", "TF_CUDA_", "XLA_PYTHON_CLIENT_", "JAX_PLATFORM", "JAX_COMPILATION_CACHE_",
)  # fmt: skip
# What editors, notebooks, hooks and the kit itself set for programs that they start, not for this one.
OTHERS = ("MPLBACKEND", "PAPERMILL_", "NBCONVERT_", "IPYKERNEL_", "JPY_", "LOOKBOOK_OUTPUT", "LOOKBOOK_PROGRESS")
BACKENDS = {"tensorflow": "pip install tensorflow", "jax": "pip install -e '.[jax]'"}


def backend_name() -> str:
    """Return the Keras backend that the user chose with KERAS_BACKEND, without importing Keras; else "tensorflow"."""
    chosen = os.environ.get("KERAS_BACKEND", "").strip().lower()
    return chosen or "tensorflow"  # empty, Keras would take the one of keras.json


def refuse_backend() -> None:
    """Raise LookbookError, with the remedy, for a backend that is unknown or not installed."""
    backend = backend_name()
    if backend not in BACKENDS:
        names = " or ".join(BACKENDS)
        raise LookbookError(f"KERAS_BACKEND={backend}: Lookbook computes with {names}; set it to one, or unset it")
    if find_spec(backend) is None:
        other = "set KERAS_BACKEND=jax" if backend == "tensorflow" else "unset it"
        raise LookbookError(f"KERAS_BACKEND={backend}, but {backend} is not installed: {BACKENDS[backend]}, or {other}")


def leave(own_jupyter: bool = False) -> None:
    """Take out of the environment what other tools set for themselves, for this process and those that it starts.

    own_jupyter: the user's Jupyter is what is started (`lookbook lab`); what she set for it and her own plots stays.
    """
    for name in [name for name in os.environ if name.startswith(OTHERS)]:
        del os.environ[name]
    # `!pip install` and `!python` in a cell mean this installation, activated or not.
    own, path = os.path.dirname(sys.executable), os.environ.get("PATH", "")
    if path.split(os.pathsep)[0] != own:
        os.environ["PATH"] = os.pathsep.join(filter(None, [own, path]))
    # Kernels and templates there win over installed ones; ours is the kernel of lib/course.
    more = os.environ.get("JUPYTER_PATH") if own_jupyter else None
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(paths.ROOT / "lib/course"), more]))
    if not own_jupyter:
        os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # else those in the home folder win
        os.environ["MATPLOTLIBRC"] = os.devnull


def settle() -> None:
    """Set the environment that Keras and its backend are imported with, in this process and those that it starts."""
    for name in [name for name in os.environ if name.startswith(READ) and not name.startswith(USERS)]:
        del os.environ[name]
    os.environ["KERAS_BACKEND"] = backend_name()
    os.environ["KERAS_NNX_ENABLED"] = "false"  # keras.json can set it, too
    # When several threads share an operation, its sums are rounded otherwise: after 3 steps logits differed by 1e-7,
    # after 75 up to 49 of 1,000 test pictures had another label. With one thread they are the same to the last bit
    # however many operations are computed at once (TF_NUM_INTEROP_THREADS, the user's).
    os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
    os.environ["PJRT_NPROC"] = "1"  # likewise with JAX on a CPU, which has one number for both
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def forgive_letters() -> None:
    """Let a terminal without some letter show its number: that is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
