"""What the index page says of bench.json: a figure, a table and a sentence; one line of a file that is not ours."""

import json

import pytest
from bs4 import BeautifulSoup

from lib.base.errors import LookbookError
from lib.report import index, speed

CONTENT = {
    "time_to": {
        "R2.optimised": {"0.90": [40.0, 60.0], "0.93": [None, 100.0], "0.94": [None, None]},
        "quick <i>": {"0.90": [10.0, 20.0], "0.93": [20.0, 30.0], "0.94": [None, 31.0]},
    },
    "final": {
        "R2.optimised": {"accuracy": [0.92, 0.93], "seconds": [100.0, 150.0], "epochs": [20, 20]},
        "quick <i>": {"accuracy": [0.94, 0.95], "seconds": [40.0, 60.0], "epochs": [4, 4]},
    },
    "provenance": {"time-to": {"device": "CPU (an abacus)", "date": "2026-11-26T08:00:00+00:00"}},
    "runs": {"place": {"pictures": "fashion-mnist"}},
}


def changed(**parts):
    return json.loads(json.dumps(CONTENT)) | parts


def test_the_table_has_means_where_all_arrived_and_says_how_many_did_elsewhere():
    table = speed.table(speed.parse(CONTENT)).set_index("system")
    assert table.loc["quick <i>", "to 93%"] == "25 s (0.20 T)"
    assert table.loc["quick <i>", "to 94%"] == "1 of 2 arrived"
    assert table.loc["R2.optimised", "to 94%"] == "0 of 2 arrived"
    assert table.loc["R2.optimised", "whole"] == "2 min 05 s (1.00 T)"
    assert table.loc["quick <i>", "test accuracy"] == "0.9450 ± 0.0635", "Student's t of two values"


def test_ratios_are_seed_by_seed():
    found = speed.ratios(speed.parse(CONTENT))
    assert found["quick <i>, to 93%"] == [0.2, 0.2] and found["quick <i>, whole"] == [0.4, 0.4]
    assert found["R2.optimised, to 93%"] == [None, 100 / 150]


def test_the_sentences_are_about_those_that_arrived_with_every_seed():
    first, second, third = speed.sentences(speed.parse(CONTENT))
    assert first == (
        "quick <i> reaches 93% validation accuracy in 20% of the time that R2.optimised takes for its 20 epochs "
        "(25 s against 2 min 05 s)."
    )
    assert second.startswith("quick <i> reaches 90%")
    assert third == "No system reached 94% with all its seeds."


def test_without_the_yardstick_there_are_times_and_no_shares():
    alone = speed.parse({part: {"quick": CONTENT[part]["quick <i>"]} for part in ("time_to", "final")})
    assert speed.ratios(alone) == {} and speed.table(alone)["to 93%"].tolist() == ["25 s"]
    assert speed.sentences(alone)[0] == "quick is the first to reach 93% validation accuracy, after 25 s."


def test_a_bench_under_way_has_fewer_seeds_of_some():
    content = changed()
    content["time_to"]["R2.optimised"] = {"0.90": [40.0]}
    content["final"]["R2.optimised"] = {"accuracy": [0.92], "seconds": [100.0], "epochs": [20]}
    assert speed.table(speed.parse(content))["to 93%"].tolist()[1] == "25 s (0.20 T)", "20 s of seed 0 against 100 s"


def shown(tmp_path, content):
    (tmp_path / "bench.json").write_text(content if isinstance(content, str) else json.dumps(content))
    source = index.render_index([], [], speed.section(tmp_path))
    return source, BeautifulSoup(source, "html.parser")


def test_the_page_shows_figure_sentence_and_table_and_escapes_them(tmp_path):
    source, soup = shown(tmp_path, CONTENT)
    section = soup.find(attrs={"aria-labelledby": "time-to"})
    assert section.img["src"].startswith("data:image/png;base64,") and "quick <i>: to 90% 15 s" in section.img["alt"]
    assert "fashion-mnist, CPU (an abacus), 2026-11-26" in section.figcaption.get_text()
    assert [cell.get_text() for cell in section.select("tbody th")] == ["R2.optimised", "quick <i>"]
    assert "in 20% of the time" in section.p.get_text() and "<i>" not in source


def test_nothing_of_time_to_accuracy_is_no_section(tmp_path):
    assert speed.section(tmp_path) is None
    _, soup = shown(tmp_path, {"tables": {}})
    assert soup.find(id="time-to") is None


FOREIGN = [
    "{", "[]", "3", changed(time_to=3), changed(time_to={}), changed(final={}), changed(runs=[1]),
    changed(provenance={"time-to": "x"}),
    changed(time_to={"a": {"0.9": ["soon"]}}), changed(time_to=CONTENT["time_to"] | {"R2.optimised": {"0.90": [1.0]}}),
    changed(time_to=CONTENT["time_to"] | {"R2.optimised": {"90": [1.0, 2.0]}}),
    changed(time_to=CONTENT["time_to"] | {"R2.optimised": {"0.90": [0, -1]}}),
]  # fmt: skip


@pytest.mark.parametrize("content", FOREIGN, ids=range(len(FOREIGN)))
def test_a_broken_or_foreign_file_is_one_line_on_the_page(tmp_path, content):
    _, soup = shown(tmp_path, content)
    section = soup.find(attrs={"aria-labelledby": "time-to"})
    assert section.find("img") is None and section.find("table") is None
    assert "bench.json" in section.p.get_text() and "lookbook bench time-to" in section.p.get_text()


def test_odd_provenance_is_shown_as_it_is(tmp_path):
    _, soup = shown(tmp_path, changed(provenance={"time-to": {"device": 3, "date": None}}))
    assert "Measured: fashion-mnist, 3, None." in soup.figcaption.get_text()


def test_what_is_wrong_is_named():
    with pytest.raises(LookbookError, match="R2.optimised: not one figure of each kind for every seed"):
        speed.parse(changed(time_to=CONTENT["time_to"] | {"R2.optimised": {"0.90": [1.0]}}))
