"""What a figure was made with: versions, commit, device."""

import os
import platform
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

from lib.base.paths import ROOT

PACKAGES = ["keras", "tensorflow", "jax", "numpy", "pandas", "scikit-learn", "papermill", "nbconvert"]


def versions() -> dict[str, str]:
    """Return the versions of Python, the kit and the packages at its heart."""
    found = {"python": platform.python_version()}
    for package in ["lookbook", *PACKAGES]:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


@cache
def commit() -> str | None:
    """Return the short commit of the kit, "... with changes" when files differ from it; None outside a checkout.

    As it is when a process first asks: what is committed later is not the code that this process runs.
    """
    if not (ROOT / ".git").exists():
        return None  # unpacked inside another project, perhaps: its commit is not ours
    # A hook names its own repository in variables; in a container the files may be another user's.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "--no-optional-locks", "-c", f"safe.directory={ROOT}", "-c", "core.fsmonitor=false"]
    command += ["-C", str(ROOT), "describe", "--always", "--dirty= with changes", "--exclude=*"]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True, env=environment)
        return ended.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


def peak_memory() -> float | None:
    """Return the largest resident memory of this process so far, in MiB; None where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux `getrusage` gives at least what the parent had when it started this process
        peak = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        if peak:
            return int(peak[0].split()[1]) / 1024
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 / (1024 if sys.platform == "darwin" else 1)


def environment() -> dict:
    """Return versions, commit, device and Keras backend as a dict for JSON."""
    from lib.base.backend import device, keras

    return {"versions": versions(), "commit": commit(), "device": device(), "backend": keras.backend.backend()}
