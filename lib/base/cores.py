"""How many cores there are, and how several processes share them out."""

import os

from lib.base.errors import LookbookError

LIBRARIES = ("TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def count() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def refuse_more(jobs: int) -> None:
    """Raise LookbookError for more jobs than there are cores: each would only wait for the others."""
    if jobs > count():
        raise LookbookError(f"--jobs {jobs} is more than the {count()} cores here; leave it out, or give {count()}")


def share(at_once: int) -> dict[str, str]:
    """Return the environment that leaves a process its part of the computer, one of `at_once`; {} for one alone.

    What the user has set is not touched. It changes no figure: an operation is computed by one thread, however many
    there are (`lib.base.outside`). Every run records its share, with its device.
    """
    if at_once == 1:
        return {}
    threads = str(max(1, count() // at_once))
    wanted = dict.fromkeys(LIBRARIES, threads)
    wanted["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"  # else the first one takes all of a GPU's memory
    wanted["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"  # likewise, with JAX
    return {name: value for name, value in wanted.items() if name not in os.environ}
