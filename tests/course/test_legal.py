"""What a notebook cannot work with is refused before anything runs, with what is legal."""

import pytest

from lib.base.errors import LookbookError
from lib.course import legal, notebooks

ILLEGAL = [  # notebook, parameter, value, what is said of it
    ("02", "limit", -5, "limit=-5: give 0 (all), or a whole number from 20 to 1,000,000"),
    ("02", "limit", 5, "from 20"),
    ("02", "epochs", 0, "from 1 to 10,000"),
    ("02", "epochs", 10**9, "from 1 to 10,000"),
    ("02", "seeds", -1, "from 1 to 1,000"),
    ("02", "systems", [], "give a list of 1 or more"),
    ("02", "systems", ["R2.simpel"], "did you mean 'R2.simple'?"),
    ("02", "systems", ["R5.vgg16"], "choose one of"),
    ("02", "systems", ["fast", "fast"], "'fast' stands there twice"),
    ("02", "systems", [["fast"]], "['fast'] in it"),
    ("02", "batch_size", True, "from 1 to 100,000"),
    ("03", "rates", [-1], "-1 in it: give a share from 0 to below 1"),
    ("03", "rates", [1.0], "below 1"),
    ("03", "rates", [float("nan")], "nan in it"),
    ("03", "rates", ["0.2"], "'0.2' in it"),
    ("04", "batch_sizes", [64], "give a list of 2 or more"),
    ("04", "base", 65, "give one of batch_sizes"),
    ("04", "epochs", 1, "from 2"),
    ("05", "rates", [0], "above 0"),
    ("05", "high", float("inf"), "above 0"),
    ("05", "low", 0.5, "give less than high"),
    ("05", "schedules", ["constnt"], "did you mean 'constant'?"),
    ("06", "factors", [0.0], "above 0"),
    ("07", "operations", ["flip"], "choose one of"),
    ("08", "imagenet", ["resnet"], "did you mean 'resnet50'?"),
    ("08", "few", 0, "from 20"),
    ("11", "number", 0, "from 1"),
    ("11", "system", "transfer.kit", "choose one of"),
    ("12", "share", "83%", "as it is printed"),
    ("12", "most", 10, "from 700"),
    ("13", "leave_out", ["R9"], "choose one of"),
    ("13", "mine", ["nowhere.jpg"], "no such file"),
]


def chosen(number):
    return next(name for name in notebooks.notebooks() if name.startswith(number))


@pytest.mark.parametrize(("number", "parameter", "value", "said"), ILLEGAL)
def test_an_illegal_value_is_one_line_with_what_is_legal(number, parameter, value, said):
    name = chosen(number)
    with pytest.raises(LookbookError) as error:
        legal.refuse(name, notebooks.parameters(name) | {parameter: value})
    line = str(error.value)
    assert line.startswith(f"{name}: {parameter}=") and said in line and "\n" not in line


@pytest.mark.parametrize("name", notebooks.notebooks())
def test_every_parameter_of_a_notebook_has_a_rule_that_its_own_values_keep(name):
    for profile in notebooks.profiles():
        values = notebooks.resolve([name], profile, {})[name]  # which asks legal.refuse
    rules = legal._rules()
    ruled = {parameter for parameter in values if parameter in rules or f"{name[:2]} {parameter}" in rules}
    assert set(values) - ruled == {"profile", "dataset"}, "and the data set is asked for in lib.data.catalogue"


def test_a_file_that_lies_where_the_command_is_typed_is_named_in_full(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shirt.jpg").touch()
    with pytest.raises(LookbookError, match=str(tmp_path / "shirt.jpg")):
        legal.refuse(chosen("00"), {"mine": ["shirt.jpg"]})


def test_what_a_reader_added_may_be_anything():
    legal.refuse(chosen("02"), {"my_own": [None, -1]})
