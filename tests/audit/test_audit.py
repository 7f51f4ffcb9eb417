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


def test_a_shift_and_light_hardly_change_centred_pictures(smooth):
    images = smooth.copy()
    images[100] = altered(images[3])
    images[4] = altered(images[250], down=-1, right=1, light=1.1)
    numbers = duplicates.centred(images)
    apart = np.linalg.norm(numbers[:, None] - numbers[[3, 250]], axis=2)
    assert np.argsort(apart[:, 0])[:2].tolist() == [3, 100] and np.argsort(apart[:, 1])[:2].tolist() == [250, 4]
    colour = 255 - np.repeat(images, 3, axis=3)
    assert duplicates.centred(colour).shape == numbers.shape


def test_pairs_count_once_and_those_that_are_shown_reach_from_most_to_least_alike(smooth):
    images = smooth.copy()
    images[201] = images[7]
    near = pd.DataFrame({"position": [100, 4, 9], "partner": [4, 100, 8], "ratio": [0.2, 0.1, 0.25]})
    pairs = duplicates.all_pairs(images, near)
    assert pairs[["position", "partner", "kind"]].to_numpy().tolist() == [
        [7, 201, "exact"],
        [4, 100, "near"],
        [8, 9, "near"],
    ]
    many = pd.DataFrame({"position": range(20), "partner": range(100, 120), "ratio": np.arange(20) / 100})
    shown = duplicates.shown(duplicates.all_pairs(images, many), images)
    assert shown["position"].tolist() == [7, 0, 1, 2, 3, 17, 18, 19]
    assert len(duplicates.shown(duplicates.all_pairs(smooth, many.head(1)), smooth)) == 1
    assert duplicates.shown(duplicates.all_pairs(smooth, many.head(0)), smooth).empty


def test_across_splits():
    pairs = pd.DataFrame({"position": [0, 0, 2], "partner": [1, 2, 3]})
    table = duplicates.across_splits(pairs, np.array([False, False, True, True]), np.array([1, 2, 1, 1]))
    assert table["where"].tolist() == ["within training", "across the split", "within test"]
    assert table["same_label"].tolist() == [False, True, True]


def test_copies_are_told_with_what_they_are_counted_among():
    pairs = pd.DataFrame({"position": [0, 0, 2], "partner": [1, 2, 3], "kind": ["exact", "near", "near"]})
    pairs = duplicates.across_splits(pairs, np.array([False, False, True, True]), np.array([1, 2, 1, 1]))
    seen = duplicates.seen(pairs, np.array([False, False, True, True]))
    assert seen == {"exact": 0, "near": 1}
    assert duplicates.told(pairs, seen, 2, 4) == (
        "1 pair of pictures is equal: **no** test pictures have a copy in training. Among the 2 pictures "
        "compared, the search finds a near copy in training for **1** test picture. These 50% of the pictures "
        "make only one in 4 of all pairs, so among all there may be far more. In 1 of the pairs the labels differ."
    )
    none = duplicates.told(pairs.head(0), {"exact": 0, "near": 0}, 4, 4)
    assert none.startswith("No pairs of pictures are equal") and none.endswith(
        "a near copy in training for **no** test pictures."
    )


def test_copies_are_left_out_only_where_enough_pictures_stay():
    labels = np.array([0] * 6 + [1] * 3)
    assert audit.without(np.arange(9), [0, 8], labels).tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert audit.without(np.arange(9), [0, 7, 8], labels).tolist() == list(range(9))
    assert audit.without(np.arange(9), [], labels).tolist() == list(range(9))


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


def test_the_least_likely_labels_come_first():
    likely = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.95, 0.05]])
    table = audit.doubted(np.array([10, 11, 12, 13]), np.array([5, 7, 5, 7]), likely)  # classes need not begin at 0
    assert table["position"].tolist() == [13, 11, 12] and table["suggested"].tolist() == [5, 5, 7]
    assert table["score"].tolist() == [0.05, 0.2, 0.4]


def test_score_against_truth():
    rows = [("near duplicate", 1, 9), ("near duplicate", 2, 8), ("blank", 5, -1), ("wrong label", 6, -1)]
    defects = pd.DataFrame(rows, columns=["kind", "position", "partner"])
    pairs = pd.DataFrame({"position": [9, 3, 4], "partner": [1, 4, 7]})
    table = audit.score_against_truth({"near duplicate": pairs, "blank": np.array([5, 6])}, defects)
    assert table.to_numpy().tolist() == [["near duplicate", 2, 1, 1, 2], ["blank", 1, 1, 0, 1]]


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
    shown = audit.in_words(table.reset_index())
    assert shown["fault"].tolist()[::3] == ["pairs of copies", "wrong labels (found: in the first 1 of the list)"]
    assert audit.told(data, table.reset_index(), suspects) == (
        "The model would change 2 labels: 1 of the 1 that were planted wrong is among them."
    )
    assert audit.told(data, table.reset_index(), suspects.head(1)).endswith(
        "none of the 1 that were planted wrong is among them."
    )
    assert audit.told(data, table.reset_index(), suspects.head(0)) == "The model would change no labels."
    assert audit.told_black(data, 2, 2) == "" and "drawn to look like" in audit.told_black(data, 2, 1)
    assert audit.in_short(suspects, 150, 0, 2).endswith("least likely, none were planted wrong.")
    assert audit.in_short(suspects, 150, None, 2) == (
        "Labels: a simple model doubts 2 of 150; the least likely are worth a look."
    )


@pytest.mark.parametrize("labels", [[0], [0, 1, 2, 3], [0] * 9, [0] * 9 + [1]])
def test_too_few_pictures_to_look_for_wrong_labels_are_refused_in_a_line(labels):
    with pytest.raises(LookbookError, match="too few to look for wrong labels: 5 of one class and 2 of another"):
        audit.refuse_few(np.array(labels))
