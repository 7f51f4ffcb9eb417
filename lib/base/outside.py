"""What a computer may have set outside the kit that would reach a figure: the kit sets it itself.

A run's key says nothing of such settings, so two computers must not differ in them. Settings that only place the work
(which GPU, how many cores) are the user's.
"""

import os

# Each changes a figure under the same key; the libraries read them when they are imported, or when they first compute.
DROPPED = (
    "KERAS_MAX_EPOCHS",  # cuts `model.fit` short
    "KERAS_MAX_STEPS_PER_EPOCH",  # cuts `fit` and `predict` short
    "TF_USE_LEGACY_KERAS",  # another Keras
    "TF_ENABLE_AUTO_MIXED_PRECISION",  # computes in float16 whatever the settings of the run say
    "TF_ENABLE_ONEDNN_OPTS",  # other sums on the CPU
    "TF_SET_ONEDNN_FPMATH_MODE",  # products in bfloat16
    "ONEDNN_DEFAULT_FPMATH_MODE",  # likewise
    "TF_XLA_FLAGS",  # compiles what `jit_compile=False` keeps as it is
    "NVIDIA_TF32_OVERRIDE",  # products of 10 bits on a GPU
    "XLA_FLAGS",  # fast, inexact mathematics, and much else
    "JAX_ENABLE_X64",
    "JAX_DEFAULT_DTYPE_BITS",
    "JAX_DEFAULT_MATMUL_PRECISION",
    "JAX_NUMPY_DTYPE_PROMOTION",
    "JAX_DEFAULT_PRNG_IMPL",  # other random numbers, as the next two
    "JAX_ENABLE_CUSTOM_PRNG",
    "JAX_THREEFRY_PARTITIONABLE",
)


def backend_name() -> str:
    """Return the Keras backend that the user chose with KERAS_BACKEND, without importing Keras; else "tensorflow"."""
    return os.environ.get("KERAS_BACKEND") or "tensorflow"  # empty, Keras would take the one of keras.json


def settle() -> None:
    """Set the environment that Keras and its backend are imported with, in this process and those that it starts."""
    for name in DROPPED:
        os.environ.pop(name, None)
    os.environ["KERAS_BACKEND"] = backend_name()
    os.environ["KERAS_NNX_ENABLED"] = "false"  # keras.json can set it, too
    # When several threads share an operation, its sums are rounded otherwise: after 3 steps logits differed by 1e-7,
    # after 75 up to 49 of 1,000 test pictures had another label. With one thread they are the same to the last bit
    # however many operations are computed at once (TF_NUM_INTEROP_THREADS, the user's).
    os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
    os.environ["PJRT_NPROC"] = "1"  # likewise with JAX on a CPU, which has one number for both
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
