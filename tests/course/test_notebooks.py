"""Every notebook keeps the same anatomy, is what its source says, and holds no outputs."""

import ast
import json
import re

import nbformat
import pytest

from lib.base import paths
from lib.base.errors import LookbookError
from lib.course import build as authoring
from lib.course import notebooks as settings

NAMES = settings.notebooks()
LONGEST_CELL = 15  # lines of code


def read(name):
    return nbformat.read(paths.NOTEBOOKS / f"{name}.ipynb", as_version=4)


def code(name):
    return [cell for cell in read(name).cells if cell.cell_type == "code"]


def tagged(name, tag):
    return [cell for cell in read(name).cells if tag in cell.metadata.get("tags", [])]


def lines(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def test_there_is_a_source_for_every_notebook_and_a_notebook_for_every_source():
    assert [source.stem for source in authoring.sources()] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_notebook_is_in_step_with_its_source(name):
    file = paths.NOTEBOOKS / f"{name}.ipynb"
    built = authoring.text(authoring.assemble(paths.SOURCES / f"{name}.py"))
    assert file.read_text(encoding="utf-8") == built, f"run `lookbook build` to renew {file.name}"


@pytest.mark.parametrize("name", NAMES)
def test_notebook_holds_no_outputs(name):
    assert not any(cell.outputs or cell.execution_count for cell in code(name))


@pytest.mark.parametrize("name", NAMES)
def test_title_is_a_question_with_the_three_lines_below(name):
    first = read(name).cells[0].source
    assert re.match(rf"# {name[:2]} · .+\?\n(.+\n)*.+\.\n\n", first)
    for line in ("**You will learn** ", "**You need** ", "**Time** "):
        assert line in first


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_literals_with_a_type_and_a_reason(name):
    (cell,) = tagged(name, "parameters")
    assert cell.id == f"{name}-01", "right below the title"
    for line, node in zip(lines(cell), ast.parse(cell.source).body, strict=True):
        assert isinstance(node, ast.AnnAssign) and "  # " in line
        ast.literal_eval(node.value)


def sections(name):
    prose = "\n".join(c.source for c in read(name).cells if c.cell_type == "markdown")
    return re.findall(r"^## (.+)$", prose, re.M)


@pytest.mark.parametrize("name", NAMES)
def test_sections_end_in_findings_task_and_questions(name):
    headings = sections(name)
    assert headings[0] == "Set-up"
    assert headings[-3:] == ["What we found", "Your turn", "Questions"]
    asked = [heading for heading in headings[1:-3] if heading != "At full length"]
    assert 3 <= len(asked) <= 5 and all(heading.endswith("?") for heading in asked)


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_short_and_do_one_thing(name):
    cells = [c for c in code(name) if "parameters" not in c.metadata.get("tags", [])]
    assert [c.id for c in cells[1:] if len(lines(c)) > LONGEST_CELL] == []
    defining_and_training = [c.id for c in cells if "def " in c.source and "fetch_or_train(" in c.source]
    assert defining_and_training == []
    imported = [c.id for c in cells[1:] if re.search(r"^(import|from) ", c.source, re.M)]
    assert imported == [], "imports belong into the set-up cell"


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_finished_in_one_sitting(name):
    sizes = sorted(len(lines(cell)) for cell in code(name))
    source = (paths.SOURCES / f"{name}.py").read_text(encoding="utf-8").splitlines()
    shown = "\n".join(cell.source for cell in code(name))
    assert len(sizes) <= 25 and sum(sizes) <= 300 and len(source) <= 350
    assert sizes[len(sizes) // 2] <= 6 and sizes[int(0.9 * len(sizes))] <= 12 and sizes[-1] <= 15
    assert [line for line in shown.splitlines() if len(line) > 100] == []
    open_tables = [
        call for call in re.findall(r"page\.table\((?:[^()]|\([^()]*\))*\)", shown) if "fold=True" not in call
    ]
    figures = re.findall(r"page\.(?:show|compare|curves)\(", shown)
    assert len(open_tables) + len(figures) <= 10


@pytest.mark.parametrize("name", NAMES)
def test_the_reader_answers_and_concludes_in_cells_of_their_own(name):
    prose = "\n".join(c.source for c in read(name).cells if c.cell_type == "markdown")
    turn = prose.partition("## Your turn")[2].partition("## Questions")[0]
    tasks = re.findall(r"^\d\. ", turn, re.M)
    assert len(tasks) == turn.count("*Your answer:*") >= 2
    assert "**My conclusion.**" in turn


@pytest.mark.parametrize("name", NAMES)
def test_what_is_compared_is_shown_once(name):
    bare = [c.id for c in code(name) if re.search(r"^page\.(compare|claims)\(", c.source, re.M)]
    assert bare == [], "what page.compare returns has been shown: give it a name, or Jupyter shows it again"


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_starts_saves_and_concludes(name):
    setup = [cell.source for cell in code(name) if "notebook.start(" in cell.source]
    assert len(setup) == 1 and f'notebook.start("{name}", globals()' in setup[0]
    assert code(name)[-1].source == "page.save()"
    assert tagged(name, "solution")
    assert any("page.conclude(" in c.source for c in code(name))


@pytest.mark.parametrize("name", NAMES)
def test_no_measured_figure_is_typed_into_prose(name):
    prose = "\n".join(c.source for c in read(name).cells if c.cell_type == "markdown")
    assert re.findall(r"(?<![\d,v])0?\.\d{2,}|\d+\.\d+ ?%", prose) == []


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A notebooks folder of its own, with one small source."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(paths, "SOURCES", tmp_path / "notebooks" / "src")
    paths.SOURCES.mkdir(parents=True)
    source = paths.SOURCES / "00_small.py"
    source.write_text('# %% [markdown]\n# # 00 · Small?\n\n# %% tags=["solution"]\nprint("one")\n')
    return source


def test_building_twice_gives_the_same_bytes_and_writes_once(workshop):
    assert [file.name for file in authoring.build()] == ["00_small.ipynb"]
    first = (paths.NOTEBOOKS / "00_small.ipynb").read_bytes()
    assert authoring.build() == []
    (paths.NOTEBOOKS / "00_small.ipynb").unlink()
    authoring.build()
    assert (paths.NOTEBOOKS / "00_small.ipynb").read_bytes() == first
    assert [cell["id"] for cell in json.loads(first)["cells"]] == ["00_small-00", "00_small-01"]


def test_build_renews_a_notebook_whose_source_changed(workshop):
    authoring.build()
    workshop.write_text(workshop.read_text().replace("one", "two"))
    assert len(authoring.build()) == 1
    assert "two" in (paths.NOTEBOOKS / "00_small.ipynb").read_text()


def test_build_refuses_to_overwrite_what_a_student_changed(workshop):
    authoring.build()
    file = paths.NOTEBOOKS / "00_small.ipynb"
    file.write_text(file.read_text().replace("one", "my own work"))
    workshop.write_text(workshop.read_text().replace("one", "two"))
    with pytest.raises(LookbookError, match="00_small.ipynb: edited since it was built; rename your copy"):
        authoring.build()
    assert "my own work" in file.read_text()


def test_build_renews_a_notebook_that_was_only_run(workshop):
    authoring.build()
    file = paths.NOTEBOOKS / "00_small.ipynb"
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="one\n")]
    nbformat.write(notebook, file)
    assert authoring.build() == [file]
