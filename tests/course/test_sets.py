"""profiles.yaml says which pictures each notebook looks at; the notebook's own calls say the same."""

import ast

import pytest

from lib.base import paths
from lib.course import notebooks


@pytest.mark.parametrize("name", notebooks.notebooks())
def test_the_code_looks_at_the_sets_that_profiles_yaml_names(name):
    sources = [source for source, _ in notebooks.cells(paths.NOTEBOOKS / f"{name}.ipynb")]
    calls = []
    for source in sources:
        try:
            calls += [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
        except SyntaxError:  # prose
            continue
    (start,) = [call for call in calls if ast.unparse(call.func) == "notebook.start"]
    colour = any(word.arg == "colour" and ast.literal_eval(word.value) for word in start.keywords)
    both = any(ast.unparse(call.func) == "page.colour" for call in calls)
    assert notebooks.sets_needed(name) == ([colour, True] if both else [colour])


def test_what_is_not_named_looks_at_grey_pictures_and_sets_is_no_profile():
    assert notebooks.sets_needed("00_start_here") == [False]
    assert set(notebooks.profiles()) == {"smoke", "quick", "full"}
