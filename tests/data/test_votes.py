"""Fashion-MNIST-H: optional votes, and the two measures made of them."""

import numpy as np
import pytest

from lib.base.errors import LookbookError
from lib.data.dataset import Dataset
from lib.data.fashion_mnist import reader as fashion_mnist
from lib.data.fashion_mnist import votes


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty $LOOKBOOK_DATA, cache and data folder."""
    monkeypatch.setenv("LOOKBOOK_DATA", str(tmp_path))
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("lib.base.paths.DATA", tmp_path / "empty")
    return tmp_path


@pytest.mark.parametrize("name", ["fashion-mnist-h/fmh_counts.csv", "fmh_counts.csv"])
def test_votes_are_optional(folder, name):
    assert votes.load_votes() is None
    table = np.random.default_rng(0).integers(1, 9, (10_000, 10))
    (folder / name).parent.mkdir(exist_ok=True)
    np.savetxt(folder / name, table, fmt="%d", delimiter=",")
    loaded = votes.load_votes()
    assert loaded.dtype == np.int64
    np.testing.assert_array_equal(loaded, table)


@pytest.mark.parametrize(
    "text, words",
    [
        ("1,2,3\n", "1 rows x 3 columns"),
        ("1,2\n1,x\n", "not a table of whole numbers"),
        ("0,0,0,0,0,0,0,0,0,0\n" * 10_000, "a vote in every row"),
        ("-1,2,0,0,0,0,0,0,0,0\n" * 10_000, "a vote in every row"),
    ],
)
def test_spoilt_votes_are_refused(folder, text, words):
    (folder / "fmh_counts.csv").write_text(text)
    with pytest.raises(LookbookError, match=words) as caught:
        votes.load_votes()
    assert "fmh_counts.csv" in str(caught.value) and "lookbook data fetch fashion-mnist-h" in str(caught.value)


def test_measures_on_a_table_one_can_check_by_hand():
    table = np.array([[3, 1], [1, 3], [2, 2]])
    labels = np.array([0, 0, 1])
    assert votes.agreement(table, labels).tolist() == [0.75, 0.25, 0.5]
    assert votes.majority_accuracy(table, labels) == pytest.approx((1 + 0 + 0.5) / 3)


def test_votes_belong_to_no_other_data_set():
    images = np.zeros((2, 28, 28, 1), np.uint8)
    labels = {"class": np.array([0, 1])}
    other = Dataset("other", images, labels, {"class": ["a", "b"]}, np.array(["x", "y"]), "", test=np.array([1]))
    assert not votes.belong_to(other)


def test_people_are_asked_about_each_picture(folder, monkeypatch):
    table = np.ones((10_000, 10), int)
    table[0] = [6, 3, 1, 0, 0, 0, 0, 0, 0, 0]
    np.savetxt(folder / "fmh_counts.csv", table, fmt="%d", delimiter=",")
    labels = np.zeros(10_000, int)
    assert votes.of_pictures(labels) is None, "the labels are not the publisher's, so the rows are of other pictures"
    monkeypatch.setattr(votes, "in_their_order", lambda labels: True)
    people = votes.of_pictures(labels)
    assert people.iloc[0].tolist() == pytest.approx([0.4, 1.0]) and people.iloc[1].tolist() == pytest.approx([0.9, 0.1])
    (folder / "fmh_counts.csv").unlink()
    assert votes.of_pictures(labels) is None


def test_the_real_votes(real_data):
    table, dataset = votes.load_votes(), fashion_mnist.load()
    if table is None:
        pytest.skip("fashion-mnist-h is optional and not here")
    assert table.sum(axis=1).min() == 53 and table.sum(axis=1).max() == 79
    assert votes.belong_to(dataset)
    shuffled = dataset.test[::-1]
    kaggle = Dataset("x", dataset.images, dataset.labels, dataset.classes, dataset.ids, "", test=shuffled)
    assert not votes.belong_to(kaggle)
