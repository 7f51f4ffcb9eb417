"""`lookbook predict`: good pictures among bad ones are answered, stdout is clean, the sheet needs nothing else."""

import json
import os
import re
import sys

import pytest
from bs4 import BeautifulSoup

from lib import cli

LOADED = re.compile(r"""(?:src|href)\s*=\s*["'](?!data:|#)|url\(|@import|https?://""")


@pytest.fixture
def predict(monkeypatch, capsys):
    """Return the command: a function of its arguments that returns exit code, stdout and stderr."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["lookbook", "predict", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return (ended.value.code or 0, *capsys.readouterr())

    return call


def test_good_pictures_among_bad_ones_are_answered(predict, shirt, tmp_path):
    shirt.save(tmp_path / "a.png")
    (tmp_path / "b.png").write_text("no picture")
    code, out, err = predict(tmp_path, tmp_path / "gone.jpg")
    assert code == 2 and out.startswith(f"{tmp_path / 'a.png'}\n")
    assert "False alarms: 5.1% of 10,000 test pictures" in out and "Called unlike:" in out
    assert [line.split(": ")[:2] for line in err.splitlines() if line.startswith("error")] == [
        ["error", str(tmp_path / "b.png")], ["error", str(tmp_path / "gone.jpg")],
    ]  # fmt: skip
    assert predict(tmp_path / "a.png")[0] == 0


def test_json_is_one_document(predict, shirt, tmp_path):
    shirt.save(tmp_path / "a.png")
    code, out, _ = predict("--json", tmp_path / "a.png", tmp_path / "gone.png", "--out", tmp_path / "sheet.html")
    document = json.loads(out)
    (picture,) = document["pictures"]
    assert code == 2 and len(document["problems"]) == 1
    assert picture["file"] == str(tmp_path / "a.png") and sum(picture["probabilities"].values()) == pytest.approx(1)
    assert max(picture["probabilities"], key=picture["probabilities"].get) == picture["answer"] == picture["set"][0]
    assert document["network"]["row"] == "fast" and (tmp_path / "sheet.html").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["", "a.png"], "one of the pictures has no name; give a file, or . for this folder"),
        (["a.png", "--out", "sheet.pdf"], "sheet.pdf: a sheet is a web page; give a name that ends in .html"),
        (["a.png", "--out", os.devnull], "is a device or a pipe, which stays; give the name of a file"),
    ],
)
def test_what_was_not_meant_is_refused_before_a_network_is_loaded(predict, monkeypatch, words, said):
    if words[-1] == os.devnull:
        # A mend that is taken away must not cost the computer its device.
        monkeypatch.setattr("lib.predict.judge.judge", lambda network: pytest.fail("it would be written"))
    code, out, err = predict(*words)
    assert code == 2 and out == "" and said in err and err.count("\n") == 1


def test_nothing_to_answer_is_still_a_document_and_no_sheet(predict, tmp_path):
    code, out, _ = predict("--json", tmp_path, "--out", tmp_path / "sheet.html")
    assert code == 2 and json.loads(out)["pictures"] == [] and not (tmp_path / "sheet.html").exists()


def test_the_sheet_needs_nothing_else_and_escapes_names(predict, shirt, tmp_path):
    for name in ("a.png", "<b onload=x>'\"&.png"):
        shirt.save(tmp_path / name)
    code, out, _ = predict(tmp_path, "--network", "R3.initial", "--out", tmp_path / "deep" / "sheet.html")
    text = (tmp_path / "deep" / "sheet.html").read_text(encoding="utf-8")
    assert code == 0 and out.endswith("sheet.html\n") and not LOADED.search(text)
    page = BeautifulSoup(text, "html.parser")
    assert len(page.select(".answer")) == 2 and page.select("b[onload]") == []
    images = page.find_all("img")
    assert len(images) == 6 and all(image["alt"] and image["src"].startswith("data:image/") for image in images)
    assert [name.text for name in page.select(".name")] == ["<b onload=x>'\"&.png", "a.png"]


def test_an_unknown_network_is_one_line(predict, tmp_path):
    code, out, err = predict(tmp_path, "--network", "fats")
    assert code == 2 and out == "" and err == "error: the kit carries no network 'fats': did you mean 'fast'?\n"


def test_a_folder_in_place_of_the_sheet_is_refused_before_anything_is_read(predict, tmp_path):
    code, out, err = predict(tmp_path, "--out", tmp_path)
    assert (
        code == 2
        and out == ""
        and err.startswith(f"error: {tmp_path}: is a folder; give a file")
        and err.count("\n") == 1
    )
