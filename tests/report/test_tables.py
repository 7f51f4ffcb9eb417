"""Tables as HTML: chosen without a script, escaped, whole where style sheets are not understood."""

import json
import re

import pandas as pd
from bs4 import BeautifulSoup

from lib.report import markup, tables

FRAME = pd.DataFrame({"claim": ["a <b>", "c", "d"], "verdict": ["holds", "not run", "holds"]})
BY = {"report": ["R2", "R1", "R1"], "verdict": ["holds", "not run", "holds"]}


def test_a_table_is_whole_whatever_the_reader_has_set_for_her_own():
    expected = re.sub("T_[0-9a-f]+", "", tables.plain(FRAME.assign(figure=1234.5), "All"))
    with pd.option_context("styler.render.max_rows", 1, "styler.format.decimal", ",", "styler.render.max_columns", 1):
        assert re.sub("T_[0-9a-f]+", "", tables.plain(FRAME.assign(figure=1234.5), "All")) == expected
    assert "1,234.500" in expected


def test_rows_are_chosen_by_style_sheets_alone():
    html = markup.contained(tables.filtered(FRAME, "What <they> say", BY))
    numbered = BeautifulSoup(markup.set_as_report(html)["body"], "html.parser").select_one(".left").get_text()
    assert numbered.startswith("Table 1. What <they> say"), "print leaves no number out"
    soup = BeautifulSoup(html, "html.parser")
    assert len(soup.select("tbody tr")) == 3 and soup.select("script") == []
    buttons = soup.select("fieldset")
    assert [each.legend.text for each in buttons] == ["report", "verdict"]
    assert [label.text.strip() for label in buttons[1].select("label")] == ["all", "holds (2)", "not run (1)"]
    assert len({button["name"] for button in soup.select("input")}) == 2, "one choice a line"
    assert all(len(each.select("input[checked]")) == 1 for each in buttons), "all rows at first"
    rules = re.findall(r"\.c(\d)-(\d):checked\) tbody tr:not\(\[data-c(\d)=\"(\d)\"\]\)", soup.style.string)
    assert sorted(rules) == [(k, n, k, n) for k in "01" for n in "01"]
    assert [(row["data-c0"], row["data-c1"]) for row in soup.select("tbody tr")] == [("1", "0"), ("0", "1"), ("0", "0")]


def test_hiding_is_for_the_screen_and_buttons_are_not_printed():
    assert "3 rows, not printed" in tables.filtered(FRAME, "x", BY)
    style = BeautifulSoup(tables.filtered(FRAME, "x", BY), "html.parser").style.string
    screen, printed = style.split("@media print")
    assert "display: none" in screen and ":has(" not in printed and ".rows { display: none; }" in printed


def test_what_came_from_data_is_escaped():
    html = tables.filtered(FRAME, "What <they> say", BY) + tables.folded("<i>", {"<u>": ["<s>"]})
    assert "a &lt;b&gt;" in html and "What &lt;they&gt; say" in html
    assert not re.search(r"<(b|they|i|u|s)>(?!Scope)", html.replace("<b>&lt;u&gt;</b>", ""))


def test_a_fold_holds_lists_under_headings():
    soup = BeautifulSoup(tables.folded("R1", {"Scope": ["one", "two"], "Hard": ["three"]}), "html.parser")
    assert soup.summary.text == "R1" and [each.text for each in soup.select("dt")] == ["Scope", "Hard"]
    assert [each.text for each in soup.select("li")] == ["one", "two", "three"]


def test_names_of_classes_are_text_in_every_part_of_a_table():
    name = '<b>hats & "caps"</b><script>'
    html = tables.plain(pd.DataFrame({"true": [name], name: [1]}), name) + tables.plain(
        pd.DataFrame({name: [1]}), name, fold=True
    )
    html += tables.filtered(pd.DataFrame({name: [name]}), name, {name: [name]}) + tables.folded(name, {name: [name]})
    assert "<b>hats" not in html and "<script" not in html and html.count("&lt;script") > 8


def test_half_a_character_costs_no_notebook(monkeypatch):
    sent = []
    monkeypatch.setattr("IPython.display.display", lambda data, metadata, raw: sent.append([data, metadata]))
    tables.say("a \ud83d b", [])
    tables.display({"image/png": "x"}, {"image/png": {"caption": "\ud83d", "width": 3}})
    assert json.dumps(sent, ensure_ascii=False).encode("utf-8") and sent[0][0]["text/plain"] == "a \\ud83d b"
    assert sent[1][1]["image/png"] == {"caption": "\\ud83d", "width": 3}


def test_accuracies_are_in_percent_and_their_differences_are_not():
    frame = pd.DataFrame({"val_accuracy": [0.912, float("nan")], "accuracy minus that": [0.1, 0.2], "loss": [0.3, 2]})
    cells = [cell.get_text() for cell in BeautifulSoup(tables.plain(frame, "T"), "html.parser").find_all("td")]
    assert cells == ["91.2%", "0.100", "0.300", "\N{EN DASH}", "0.200", "2.000"]
