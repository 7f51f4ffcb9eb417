"""What cannot be written is said before long work, with the remedy."""

import errno
import tempfile

import pytest

from lib.base import room
from lib.base.errors import LookbookError


def refused(folder):
    with pytest.raises(LookbookError) as error:
        room.refuse(folder, "do this")
    return str(error.value)


def test_a_folder_that_can_be_written_is_not_made_yet(tmp_path):
    room.refuse(tmp_path / "deep/er", "do this")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_its_place_or_above_it_is_named(tmp_path):
    file = tmp_path / "file"
    file.touch()
    assert refused(file) == f"{file}: is a file, not a folder; do this"
    assert refused(file / "deep") == f"{file / 'deep'}: cannot be made, because {file} is a file; do this"


@pytest.mark.parametrize(
    ("number", "said"), [(errno.EROFS, "cannot be written (no)"), (errno.ENOSPC, "the disk is full; make room, or")]
)
def test_a_read_only_and_a_full_disk(tmp_path, monkeypatch, number, said):
    def fails(**_):
        raise OSError(number, "no")

    monkeypatch.setattr(tempfile, "TemporaryFile", fails)
    assert said in refused(tmp_path)
