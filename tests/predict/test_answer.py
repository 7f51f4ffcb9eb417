"""What a carried network says, and how far to believe it; what is measured of it and what is not."""

import dataclasses
import json
import shutil

import numpy as np
import pytest

from lib.base import paths
from lib.base.errors import LookbookError
from lib.predict import answer, judge, look, measured, reader, scores, sheet, words


def test_a_picture_gets_probabilities_a_set_and_a_map(shirt, fast):
    (one,) = look([np.asarray(shirt)])
    assert one.unlike == (one.score < fast.unlike)
    assert one.seen.shape == (28, 28, 1) and one.probabilities.shape == (10,)
    assert one.probabilities.sum() == pytest.approx(1) and one.confidence == one.ranked[0][1]
    assert one.set_of_classes[0] == one.answer == one.ranked[0][0]
    assert one.heat_map.shape == (28, 28) and np.ptp(one.heat_map) > 0
    assert look([np.asarray(shirt)], heat_maps=False)[0].heat_map is None


def test_light_on_dark_and_a_file_give_the_same_answer(shirt, tmp_path):
    shirt.save(tmp_path / "shirt.png")
    dark, file = look([255 - np.asarray(shirt), tmp_path / "shirt.png"], heat_maps=False)
    np.testing.assert_allclose(dark.probabilities, file.probabilities, atol=0.02)


def test_many_pictures_are_answered_in_order(shirt, fast):
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    taken = [reader.of_array(each, "") for each in [np.asarray(shirt), noise] * 150]
    found = answer.answers(taken, fast, heat_maps=False)
    np.testing.assert_allclose(found[298].probabilities, found[0].probabilities, atol=1e-5)
    np.testing.assert_allclose(found[299].probabilities, found[1].probabilities, atol=1e-5)
    assert answer.answers([], fast, heat_maps=True) == []


@pytest.mark.parametrize("row", judge.rows())
def test_thresholds_are_those_of_validation_and_false_alarms_those_of_test(row):
    found = judge.judge(row)
    energies = {part: scores.energy(found.run.predictions(part)[2]) for part in ("val", "test")}
    assert np.mean(energies["val"] < found.unlike) == pytest.approx(judge.FALSE_ALARMS, abs=1e-3)
    assert np.mean(energies["test"] < found.unlike) == found.false_alarms and found.tested == len(energies["test"])


@pytest.mark.parametrize("row", judge.rows())
def test_what_was_measured_is_of_the_network_that_the_kit_carries(row):
    found = judge.judge(row)
    assert set(measured.of(found)) == {"right", "hits", "warned"}, "run: lookbook bench predict unlike"
    assert measured.of(found)["hits"]["Fashion-MNIST"] == pytest.approx(found.false_alarms, abs=2e-3)


def test_what_was_measured_of_another_network_is_not_shown(fast):
    other = dataclasses.replace(fast, key="0" * 16)
    assert measured.of(other) == {} and "not measured for this network" in words.behind(other)[-1]
    assert "not measured" not in " ".join(words.behind(fast))


def test_measuring_anew_keeps_the_rest(fast, tmp_path, monkeypatch):
    monkeypatch.setattr(measured, "FILE", tmp_path / "measured.json")
    measured.write("hits", {"fast": {"noise": 0.5}}, [fast])
    measured.write("right", {"fast": {"on white": 0.6}}, [fast])
    assert measured.of(fast)["hits"]["noise"] == 0.5 and measured.of(fast)["right"]["on white"] == 0.6
    measured.write("right", {"fast": {"on white": 0.7}}, [dataclasses.replace(fast, key="another")])
    assert set(json.loads(measured.FILE.read_text())["networks"]["fast"]) == {"key", "preparation", "score", "right"}


def test_without_validation_answers_there_is_no_judgement(shirt, fast):
    nothing = dict.fromkeys(("temperature", "least", "unlike", "false_alarms", "covered", "set_size"))
    bare = dataclasses.replace(fast, **nothing)
    (one,) = answer.answers([reader.of_array(np.asarray(shirt), "shirt")], bare, heat_maps=False)
    assert one.unlike is None and one.set_of_classes is None
    text = words.text([one], bare)
    assert words.NO_JUDGEMENT in text and "set:" not in text


def test_what_stands_out_from_nothing_is_said(fast):
    (one,) = answer.answers([reader.of_array(np.full((40, 40), 120, np.uint8), "grey")], fast, heat_maps=False)
    assert one.empty and words.text([one], fast).startswith(f"grey\n  {words.NOTHING}\n\nNetwork")
    page = sheet.html([one], fast, [])
    assert "No garment found" in page and 'class="bars"' not in page


def test_a_row_without_a_network_is_refused_with_the_nearest():
    with pytest.raises(LookbookError, match="no network 'fats': did you mean 'fast'"):
        judge.judge("fats")
    with pytest.raises(LookbookError, match="no network 'R2.simple'"):
        judge.judge("R2.simple")


def test_a_flipped_byte_in_a_network_is_found(tmp_path, monkeypatch):
    shutil.copytree(paths.REFERENCE, tmp_path / "reference")
    file = tmp_path / "reference" / "fast-0" / "model.keras"
    raw = bytearray(file.read_bytes())
    raw[1000] ^= 1
    file.write_bytes(raw)
    monkeypatch.setattr(paths, "REFERENCE", tmp_path / "reference")
    with pytest.raises(LookbookError, match="model.keras: changed since it was packed; .*git restores it"):
        judge.judge()


def test_scores_have_known_answers():
    logits = np.array([[0.0, 0, 0, 0], [9, 0, 0, 0]])
    np.testing.assert_allclose(scores.energy(logits)[0], np.log(4))
    np.testing.assert_allclose(scores.max_probability(logits)[0], 0.25)
    np.testing.assert_allclose(scores.max_logit(logits), [0, 9])
    rng = np.random.default_rng(0)
    features, labels = rng.normal(size=(4000, 2)), np.repeat([0, 1], 2000)
    features[labels == 1, 0] += 20
    found = scores.mahalanobis(features, labels)(np.array([[0, 0], [20, 0], [10, 0], [0, 3]]))
    np.testing.assert_allclose(found, [0, 0, -100, -9], atol=6)


@pytest.mark.parametrize(("share", "text"), [(0, "0%"), (0.001, "<1%"), (0.714, "71%"), (0.997, ">99%"), (1, "100%")])
def test_shares_in_words(share, text):
    assert words.percent(share) == text
