"""A sample of the walk (tests/walk.py, `make walk`): its stand-ins still fit, and what people met first still runs."""

import importlib.util
from pathlib import Path

import pytest

SPEC = importlib.util.spec_from_file_location("walk", Path(__file__).with_name("walk.py"))
walk = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(walk)


@pytest.fixture(scope="module")
def going(tmp_path_factory):
    place = tmp_path_factory.mktemp("walk")
    for name in ("fourteen", "unequal"):
        walk.OWN[name](place / "own" / name)
    one = walk.Walk(place)
    yield one
    one.patches.close()


@pytest.mark.parametrize(
    ("name", "kind", "change", "end"),
    [
        ("02_baseline_cnn", "fourteen", {"batch_size": 4, "systems": ["R2.optimised"]}, "ran"),
        ("02_baseline_cnn", "fourteen", {}, "refused"),  # a batch of 32, and 8 pictures to train on
        ("07_augmentation", "unequal", {"seeds": 1}, "ran"),
        ("08_transfer_learning", "unequal", {}, "refused"),
    ],
)
def test_a_notebook_runs_on_pictures_of_ones_own_or_says_in_a_line_why_it_cannot(going, name, kind, change, end):
    found, said = going.go(name, f"own:{going.place / 'own' / kind}", change)
    assert found == end, said
    assert (end == "ran") == (said == "") and "\n" not in said
    assert end == "ran" or said.startswith(name)


def test_every_parameter_of_every_notebook_is_walked():
    from lib.course import notebooks

    for name in notebooks.notebooks():
        walked = {key for change in walk.changes(name) for key in change}
        assert notebooks.parameters(name).keys() - walked == {"profile", "dataset"}, name
