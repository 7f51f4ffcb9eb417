"""Files are whole or not there."""

import errno
import json
import math

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


def test_a_full_disk_is_one_clear_line(tmp_path):
    with (
        pytest.raises(LookbookError, match="metrics.json: the disk is full"),
        files.replacing(tmp_path / "metrics.json"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_json_holds_numpy_and_pandas_values_and_no_nan(tmp_path):
    content = {"n": np.int64(3), "x": np.float32(0.5), "nan": math.nan, "rows": pd.DataFrame({"a": [1, 2]}), 7: (1,)}
    files.write_json(tmp_path / "a.json", content)
    text = (tmp_path / "a.json").read_text()
    assert json.loads(text) == {"n": 3, "x": 0.5, "nan": None, "rows": [{"a": 1}, {"a": 2}], "7": [1]}
    assert "NaN" not in text


@pytest.mark.parametrize(("text", "message"), [(None, "no such file"), ("{", "not JSON")])
def test_reading_json_that_cannot_be_read(tmp_path, text, message):
    file = tmp_path / "a.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(LookbookError, match=f"a.json: {message}"):
        files.read_json(file)
