"""What a user's computer has set must not reach a figure: same key, same logits."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lib.base import outside

SETTINGS = {"system": "R2.simple", "data": {"name": "garments", "limit": 200}, "epochs": 2}
CHANGED = {"floatx": "float16", "epsilon": 0.1, "image_data_format": "channels_first", "nnx_enabled": True}


def trained(folder, **environment):
    """Train in a process of its own; return the key and what the run predicted."""
    (folder / "config.json").write_text(json.dumps(SETTINGS))
    own = {"HOME": str(folder), "LOOKBOOK_RUNS": str(folder / "runs")}
    ended = subprocess.run(
        [sys.executable, "-m", "lib", "train", "--config", str(folder / "config.json")],
        capture_output=True, text=True, env=os.environ | own | environment,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    (run,) = (folder / "runs").glob("*/predictions.npz")
    with np.load(run) as arrays:
        return run.parent.name, {name: arrays[name] for name in arrays}


def test_a_keras_json_variables_and_the_number_of_cores_change_no_figure(tmp_path):
    plain, other, one = (tmp_path / name for name in ("plain", "other", "one"))
    for folder in (plain, other / ".keras", one):
        folder.mkdir(parents=True)
    (other / ".keras/keras.json").write_text(json.dumps(CHANGED | {"backend": "jax"}))
    variables = {"KERAS_MAX_STEPS_PER_EPOCH": "1", "TF_ENABLE_ONEDNN_OPTS": "0", "ONEDNN_DEFAULT_FPMATH_MODE": "BF16"}
    variables |= {"TF2_BEHAVIOR": "0", "XLA_FLAGS": "--no_such_flag", "PANDAS_FUTURE_INFER_STRING": "0"}
    variables |= {"MPLBACKEND": "no_such", "PYTHONWARNINGS": "error", "PYTHONOPTIMIZE": "1", "PYTHONHASHSEED": "7"}
    variables |= {"TF_NUM_INTEROP_THREADS": "2", "TF_NUM_INTRAOP_THREADS": "2"}
    key, expected = trained(plain)
    for folder, more in ((other, variables | {"KERAS_BACKEND": ""}), (one, {"TF_NUM_INTEROP_THREADS": "1"})):
        other_key, found = trained(folder, **more)
        assert key == other_key
        for name, array in expected.items():
            np.testing.assert_array_equal(found[name], array, err_msg=f"{folder.name}, {name}")


def test_a_keras_json_that_keras_refuses_is_named_in_one_line(tmp_path):
    (tmp_path / "keras.json").write_text('{"floatx": "bfloat16"}')
    (tmp_path / "config.json").write_text(json.dumps(SETTINGS))
    ended = subprocess.run(
        [sys.executable, "-m", "lib", "train", "--config", str(tmp_path / "config.json")],
        capture_output=True, text=True, env=os.environ | {"KERAS_HOME": str(tmp_path)},
    )  # fmt: skip
    assert ended.returncode == 2 and ended.stderr.splitlines()[-1].startswith(f"error: {tmp_path / 'keras.json'}: ")


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        ("jaks", "KERAS_BACKEND=jaks: Lookbook computes with tensorflow or jax; set it to one, or unset it"),
        (
            "jax",
            "KERAS_BACKEND=jax, but jax is not installed: pip install -e '.[jax]', or unset it",
        ),
    ],
)
def test_a_backend_that_is_not_there_is_one_line_with_the_remedy(backend, said, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(SETTINGS))
    code = (
        "import importlib.util as util, sys; find = util.find_spec;"
        "util.find_spec = lambda name, *more: None if name == 'jax' else find(name, *more);"
        f"sys.argv = ['lookbook', 'train', '--config', {str(tmp_path / 'config.json')!r}];"
        "from lib import cli; cli.main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | {"KERAS_BACKEND": backend}
    )
    assert ended.returncode == 2 and ended.stderr.splitlines()[-1] == f"error: {said}"


@pytest.mark.parametrize(("chosen", "backend"), [(None, "tensorflow"), ("", "tensorflow"), ("JAX ", "jax")])
def test_the_backend_is_the_users_or_tensorflow(monkeypatch, chosen, backend):
    if chosen is None:
        monkeypatch.delenv("KERAS_BACKEND", raising=False)
    else:
        monkeypatch.setenv("KERAS_BACKEND", chosen)
    assert outside.backend_name() == backend


def test_what_other_tools_set_is_left_and_what_places_the_work_stays(monkeypatch):
    stays = {"TF_NUM_INTEROP_THREADS": "2", "KERAS_HOME": "/k", "XLA_PYTHON_CLIENT_PREALLOCATE": "false", "CUDA_X": "1"}
    goes = dict.fromkeys(("MPLBACKEND", "JPY_PARENT_PID", "LOOKBOOK_OUTPUT", "TF_SOME_DAY", "NPY_X", "JAX_X"), "1")
    monkeypatch.setattr(os, "environ", stays | goes | {"JUPYTER_PATH": "/elsewhere"})
    outside.leave()
    outside.settle()
    assert stays.items() <= os.environ.items() and not set(goes) & set(os.environ)
    assert "/elsewhere" not in os.environ["JUPYTER_PATH"] and os.environ["MATPLOTLIBRC"] == os.devnull


def test_a_jupyterlab_of_the_users_keeps_her_settings_and_gets_our_kernel_first(monkeypatch):
    monkeypatch.setattr(os, "environ", {"JUPYTER_PATH": "/elsewhere", "MATPLOTLIBRC": "/mine"})
    outside.leave(own_jupyter=True)
    first, then = os.environ["JUPYTER_PATH"].split(os.pathsep)
    assert then == "/elsewhere" and (Path(first) / "kernels/python3/kernel.json").is_file()
    assert os.environ["MATPLOTLIBRC"] == "/mine"


@pytest.mark.parametrize("path", ["/usr/bin", ""])
def test_what_a_cell_runs_in_a_shell_is_of_this_installation(monkeypatch, path):
    monkeypatch.setattr(os, "environ", {"PATH": path})
    outside.leave()
    outside.leave()
    own = os.path.dirname(sys.executable)
    assert os.environ["PATH"] == (f"{own}{os.pathsep}{path}" if path else own), "a `!pip install` goes where it is used"
