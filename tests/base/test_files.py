"""Files are whole or not there."""

import errno
import json
import math
import os
import subprocess
import sys
import threading

import numpy as np
import pandas as pd
import pytest

from lib.base import files
from lib.base.errors import LookbookError


def test_a_failure_while_writing_leaves_the_old_file_and_no_other(tmp_path):
    file = tmp_path / "metrics.json"
    file.write_text("old")
    with pytest.raises(RuntimeError), files.replacing(file) as temporary:
        temporary.write_text("half of the n")
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["metrics.json"]
    assert file.read_text() == "old"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such pipes here")
def test_a_device_or_a_pipe_is_never_replaced(tmp_path):
    os.mkfifo(tmp_path / "null")
    (tmp_path / "stdout").symlink_to("null")
    for name in ("null", "stdout"):
        with pytest.raises(LookbookError, match=f"{name}: is a device or a pipe, which stays; give the name of a file"):
            files.write_text(tmp_path / name, "page")
    assert (tmp_path / "null").is_fifo() and (tmp_path / "stdout").is_symlink()


def test_a_full_disk_is_one_clear_line(tmp_path):
    with (
        pytest.raises(LookbookError, match="metrics.json: the disk is full"),
        files.replacing(tmp_path / "metrics.json"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_two_threads_that_write_one_file_do_not_collide(tmp_path):
    file, both = tmp_path / "weights.h5", threading.Barrier(2, timeout=20)
    faults = []

    def write(letter):
        try:
            with files.replacing(file) as temporary:
                temporary.write_text(letter * 1000)
                both.wait()
                assert temporary.read_text() == letter * 1000
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == [] and file.read_text() in ("a" * 1000, "b" * 1000) and list(tmp_path.iterdir()) == [file]


def test_a_folder_takes_the_place_of_the_old_one(tmp_path):
    folder = tmp_path / "set"
    for content in ("old", "new"):
        with files.replacing_folder(folder) as new:
            (new / "a.txt").write_text(content)
            assert content == "old" or (folder / "a.txt").read_text() == "old"
        assert (folder / "a.txt").read_text() == content and list(tmp_path.iterdir()) == [folder]


def test_a_failure_leaves_the_old_folder_and_no_other(tmp_path, monkeypatch):
    folder = tmp_path / "set"
    folder.mkdir()
    with pytest.raises(KeyboardInterrupt), files.replacing_folder(folder) as new:
        raise KeyboardInterrupt
    rename = type(folder).rename
    monkeypatch.setattr(
        type(folder), "rename", lambda self, to: fail() if to == folder and self == new else rename(self, to)
    )
    with (
        pytest.raises(LookbookError, match="set: cannot be replaced .Permission denied.; close"),
        files.replacing_folder(folder) as new,
    ):
        pass
    assert list(tmp_path.iterdir()) == [folder]


def fail():
    raise PermissionError(errno.EACCES, "Permission denied")


HOLDER = """
import sys, time
from pathlib import Path
from lib.base import files
with files.locked(Path(sys.argv[1])), files.replacing_folder(Path(sys.argv[1])) as new:
    (new / "half.txt").write_text("half")
    print("holds", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Return a process that holds the lock of a folder and has made half of it."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path / "set-1")], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"holds\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_who_cannot_wait_for_a_lock_is_told_so(holder, tmp_path):
    waited = []
    with (
        pytest.raises(LookbookError, match="set-1: another process has been making it for 0 s"),
        files.locked(tmp_path / "set-1", lambda: waited.append(1), timeout=0.1),
    ):
        pass
    assert waited == [1]
    with files.locked(tmp_path / "set-2"):
        assert holder.poll() is None, "another name, another lock"


def test_a_dead_holders_lock_is_taken_over_and_its_half_is_removed(holder, tmp_path):
    assert len(list(tmp_path.glob(".*-set-1/half.txt"))) == 1
    with files.locked(tmp_path / "set-1", holder.kill, timeout=20):
        assert [path.name for path in tmp_path.iterdir()] == [".locks"]


def test_who_is_killed_between_two_renamings_costs_nothing(tmp_path):
    folder = tmp_path / "set"
    (tmp_path / ".0123abcd-set.old").mkdir()
    (tmp_path / ".0123abcd-set.old/a.txt").write_text("old")
    (tmp_path / ".4567cdef-set").mkdir()
    for _ in range(2):
        files.restore(folder)
        assert (folder / "a.txt").read_text() == "old"
        assert sorted(path.name for path in tmp_path.iterdir()) == [".locks", "set"]
    (tmp_path / ".0123abcd-set.old").mkdir()  # the new one had its place already
    with files.locked(folder):
        assert sorted(path.name for path in tmp_path.iterdir()) == [".locks", "set"]


@pytest.mark.parametrize("name", ["RUNS", "REPORTS", "CACHE"])
def test_a_folder_that_cannot_be_written_names_its_variable(name, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv(f"LOOKBOOK_{name}", str(tmp_path / "file"))
    place = tmp_path / "file" / "0123"
    message = f"0123: cannot be written .*; set LOOKBOOK_{name} to a folder that can be written"
    with pytest.raises(LookbookError, match=message), files.locked(place):
        pass
    with pytest.raises(LookbookError, match=message):
        files.write_text(place, "text")


def test_json_holds_numpy_and_pandas_values_and_no_nan(tmp_path):
    content = {"n": np.int64(3), "x": np.float32(0.5), "nan": math.nan, "rows": pd.DataFrame({"a": [1, 2]}), 7: (1,)}
    files.write_json(tmp_path / "a.json", content)
    text = (tmp_path / "a.json").read_text()
    assert json.loads(text) == {"n": 3, "x": 0.5, "nan": None, "rows": [{"a": 1}, {"a": 2}], "7": [1]}
    assert "NaN" not in text


class Odd:
    """Of a class that somebody wrote: neither a list nor a text."""

    columns = ()

    def to_dict(self, orient):
        raise TypeError("no table")

    def __str__(self):
        raise ValueError("no text")


def test_what_has_no_json_form_is_named_by_its_kind_and_costs_nothing_else(tmp_path):
    ring: dict = {"figure": 0.5}
    ring["itself"] = [ring]
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    content = {"ring": ring, "odd": Odd(), "set": {1}, "bytes": b"a", "deep": deep, "twice": [ring["figure"]] * 2}
    files.write_json(tmp_path / "a.json", content)
    found = json.loads((tmp_path / "a.json").read_text())
    assert found["ring"] == {"figure": 0.5, "itself": ["<dict>"]} and found["twice"] == [0.5, 0.5]
    assert (found["odd"], found["set"], found["bytes"]) == ("<Odd>", "{1}", "b'a'") and "<list>" in str(found["deep"])


@pytest.mark.parametrize(("text", "message"), [(None, "no such file"), ("{", "not JSON")])
def test_reading_json_that_cannot_be_read(tmp_path, text, message):
    file = tmp_path / "a.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(LookbookError, match=f"a.json: {message}"):
        files.read_json(file)
