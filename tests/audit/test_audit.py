"""The audit: duplicates, suspected wrong labels, blank pictures, counts; on sets whose faults are known."""

import numpy as np
import pandas as pd
import pytest
from scipy.ndimage import gaussian_filter, shift

from lib.audit import duplicates
from lib.audit import pictures as audit
from lib.base.errors import LookbookError
from lib.data.dataset import Dataset


@pytest.fixture(scope="module")
def smooth():
    """Return 300 unlike pictures, uint8 (300, 28, 28, 1): smooth patches on a black ground."""
    rng = np.random.default_rng(0)
    images = gaussian_filter(rng.random((300, 28, 28)), (0, 1.5, 1.5))
    images = (images - images.min()) / np.ptp(images) * 200 + 30
    images[:, :4] = images[:, -4:] = 0
    images[:, :, :4] = images[:, :, -4:] = 0
    return images.astype(np.uint8)[..., None]


def altered(image, down=1, right=-1, light=0.8, mirrored=False):
    """Return a picture shifted, darker, with noise, and mirrored if asked for."""
    image = image[:, ::-1, 0] if mirrored else image[..., 0]
    noise = np.random.default_rng(1).normal(0, 3, image.shape)
    moved = shift(image.astype(float), (down, right)) * light
    return np.clip(moved + noise * (moved > 5), 0, 255).astype(np.uint8)[..., None]


def test_exact_duplicates(smooth):
    images = smooth.copy()
    images[[10, 200]] = images[5]
    images[20] = images[7]
    images[30] = images[8]
    images[30, 14, 14] ^= 1
    groups = duplicates.exact_duplicates(images)
    assert groups.to_numpy().tolist() == [[0, 5], [0, 10], [0, 200], [1, 7], [1, 20]]
    assert duplicates.as_pairs(groups).to_numpy().tolist() == [[5, 10], [5, 200], [7, 20]]
    assert duplicates.as_pairs(duplicates.exact_duplicates(smooth)).shape == (0, 2)


def test_near_duplicates_are_found_and_nothing_else(smooth):
    images = smooth.copy()
    images[100] = altered(images[3])
    images[4] = altered(images[250], down=-1, right=1, light=1.1)
    images[77] = altered(images[78], down=0, mirrored=True)
    pairs = duplicates.near_duplicates(images)
    assert {tuple(pair) for pair in pairs[["position", "partner"]].to_numpy()} == {(3, 100), (4, 250), (77, 78)}
    assert pairs.loc[pairs["position"] == 77, "mirrored"].item() and pairs["mirrored"].sum() == 1
    assert pairs["ratio"].is_monotonic_increasing and pairs["distance"].between(0, 2).all()


def test_near_duplicates_leave_blank_and_equal_pictures_to_others(smooth):
    images = smooth.copy()
    images[10] = images[5]
    images[50:70] = np.arange(20, dtype=np.uint8)[:, None, None, None]
    assert duplicates.near_duplicates(images).empty
    images[30] = altered(images[5])
    pairs = duplicates.near_duplicates(images)
    assert pairs[["position", "partner"]].to_numpy().tolist() == [[5, 30]]


@pytest.mark.parametrize("count", [1, 11])
def test_near_duplicates_of_a_handful(smooth, count):
    pairs = duplicates.near_duplicates(smooth[:count])
    assert pairs.empty and {"position", "partner", "distance", "ratio", "mirrored"} <= set(pairs.columns)
    assert duplicates.across_splits(pairs, np.zeros(count, bool), np.zeros(count, int)).empty


def test_near_duplicates_in_colour_on_a_white_ground(smooth):
    colour = 255 - np.repeat(smooth, 3, axis=3)
    colour[9] = 255 - np.repeat(altered(smooth[8]), 3, axis=2)
    pairs = duplicates.near_duplicates(colour)
    assert pairs[["position", "partner"]].to_numpy().tolist() == [[8, 9]]


def test_across_splits():
    pairs = pd.DataFrame({"position": [0, 0, 2], "partner": [1, 2, 3]})
    table = duplicates.across_splits(pairs, np.array([False, False, True, True]), np.array([1, 2, 1, 1]))
    assert table["where"].tolist() == ["within training", "across the split", "within test"]
    assert table["same_label"].tolist() == [False, True, True]


def test_class_counts():
    table = audit.class_counts(np.array([0, 0, 2, 2, 2]), ["a", "b", "c"], np.array([False, True, False, False, True]))
    assert table["training"].tolist() == [1, 0, 2] and table["test"].tolist() == [1, 0, 1]
    assert table["share"].tolist() == [0.4, 0, 0.6] and table.index.tolist() == ["a", "b", "c"]


def test_blank_pictures(smooth):
    images = smooth.copy()
    images[[0, 3, 299]] = 0
    images[7] = 90
    images[8] = np.random.default_rng(0).integers(90, 93, (28, 28, 1))
    assert audit.blank_pictures(images).tolist() == [0, 3, 7, 8, 299]
    assert len(audit.blank_pictures(smooth)) == 0


def test_wrong_labels_come_first(smooth):
    rng = np.random.default_rng(0)
    right = rng.integers(0, 3, 300)
    images = np.clip(smooth[right].astype(int) + rng.normal(0, 20, smooth.shape), 0, 255).astype(np.uint8)
    labels = right.copy()
    wrong = [4, 90, 255]
    labels[wrong] = (labels[wrong] + 1) % 3
    table = audit.suspected_wrong_labels(images, labels + 5)  # classes need not begin at 0
    assert sorted(table["position"].head(3)) == wrong
    top = table.set_index("position").loc[wrong]
    assert top["suggested"].tolist() == (right[wrong] + 5).tolist()
    assert top["label"].tolist() == (labels[wrong] + 5).tolist()
    assert table["score"].is_monotonic_increasing and table["score"].min() >= 0 and top["score"].max() < 0.5


def test_score_against_truth():
    rows = [("near duplicate", 1, 9), ("near duplicate", 2, 8), ("blank", 5, -1), ("wrong label", 6, -1)]
    defects = pd.DataFrame(rows, columns=["kind", "position", "partner"])
    pairs = pd.DataFrame({"position": [9, 3, 4], "partner": [1, 4, 7]})
    table = audit.score_against_truth({"near duplicate": pairs, "blank": np.array([5, 6])}, defects)
    assert table.to_numpy().tolist() == [["near duplicate", 2, 1, 1, 2], ["blank", 1, 1, 0, 1]]


def test_all_pairs_name_positions_among_all_pictures(smooth):
    images = smooth.copy()
    images[201] = images[7]
    images[100] = altered(images[4])
    pairs = duplicates.all_pairs(images, np.arange(0, 300, 2))
    assert pairs[["position", "partner", "kind"]].to_numpy().tolist() == [[7, 201, "exact"], [4, 100, "near"]]


def test_only_the_pictures_that_are_asked_are_suspected(smooth):
    labels = np.tile([0, 1, 2], 100)
    asked = np.arange(100, 300)
    found = audit.suspected_wrong_labels(smooth, labels, asked)
    assert len(found) and set(found["position"]) <= set(asked)
    assert (found["label"].to_numpy() == labels[found["position"]]).all()


def test_an_audit_is_judged_among_the_pictures_that_were_compared(smooth):
    images = smooth.copy()
    images[[4, 5]] = 0
    rows = [("exact duplicate", 2, 8), ("exact duplicate", 3, 9), ("blank", 4, -1), ("blank", 5, -1)]
    rows += [("wrong label", 6, -1), ("near duplicate", 10, 12)]
    truth = {"defects": pd.DataFrame(rows, columns=["kind", "position", "partner"])}
    data = Dataset("smooth", images, {}, {}, np.arange(300).astype(str), "For a test.", truth=truth)
    found = pd.DataFrame([(2, 8, "exact"), (3, 9, "exact")], columns=["position", "partner", "kind"])
    suspects = pd.DataFrame({"position": [14, 6]})  # one label is wrong, so one suspect counts
    table = audit.judge(data, found, suspects, np.arange(0, 300, 2)).set_index("kind")
    assert table.loc["exact duplicate"].tolist() == [1, 1, 0, 0]
    assert table.loc["near duplicate"].tolist() == [1, 0, 1, 0]
    assert table.loc["blank"].tolist() == [1, 1, 0, 0]
    assert table.loc["wrong label"].tolist() == [1, 0, 1, 1]
    assert audit.told(table.reset_index(), 2, 1) == (
        "Table 1 takes as many labels from the top of the list as were planted wrong (1), so each one that is missed "
        "leaves a false alarm. All 2 doubts together hold 1 of these labels. Of the 0 near pairs that the audit names, "
        "0 were not planted."
    )
    assert audit.in_short(suspects, 150, table.reset_index()).endswith("doubts most, 0 are really wrong.")
    assert audit.in_short(suspects, 150, None) == (
        "Labels: a simple model doubts 2 of 150; the least likely are worth a look."
    )


@pytest.mark.parametrize("labels", [[0], [0, 1, 2, 3], [0] * 9, [0] * 9 + [1]])
def test_too_few_pictures_to_look_for_wrong_labels_are_refused_in_a_line(smooth, labels):
    with pytest.raises(LookbookError, match="too few to look for wrong labels: 5 of one class and 2 of another"):
        audit.suspected_wrong_labels(smooth[: len(labels)], np.array(labels))
