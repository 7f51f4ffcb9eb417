"""Places among systems, and the front of cost and accuracy, by figures worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from lib.evaluation import ranks


def runs(**figures):
    rows = [{"system": name, "seed": k, "score": x} for name, own in figures.items() for k, x in enumerate(own)]
    return pd.DataFrame(rows)


def places(table, measure="score"):
    return {row.system: (row.first, row.last, row.of) for row in ranks.ranks(table, measure).itertuples()}


def test_only_what_is_resolved_moves_a_system():
    table = runs(a=[0.90, 0.91, 0.90], b=[0.50, 0.51, 0.501], c=[0.50, 0.509, 0.502], d=[0.1, 0.11, 0.12])
    assert places(table) == {"a": (1, 1, 4), "b": (2, 3, 4), "c": (2, 3, 4), "d": (4, 4, 4)}


def test_of_a_loss_the_lowest_is_first():
    table = runs(a=[0.9, 0.91, 0.9], b=[0.5, 0.51, 0.501]).rename(columns={"score": "loss"})
    assert places(table, "loss") == {"a": (2, 2, 2), "b": (1, 1, 2)}


def test_without_enough_seeds_every_place_is_possible():
    assert places(runs(a=[0.9], b=[0.5, 0.5])) == {"a": (1, 2, 2), "b": (1, 2, 2)}
    assert places(runs(a=[0.9, 0.8])) == {"a": (1, 1, 1)}


def test_the_correction_is_over_all_pairs():
    """A pair that is resolved alone (p .02) is not, where it is one of three."""
    pair = {"a": [0.90, 0.91, 0.93], "b": [0.888, 0.896, 0.910]}
    assert places(runs(**pair)) == {"a": (1, 1, 2), "b": (2, 2, 2)}
    assert places(runs(**pair, c=[0.90, 0.91, 0.91])) == dict.fromkeys("abc", (1, 3, 3))


@pytest.mark.parametrize(
    ("given", "said"), [((1, 1, 4), "1st of 4"), ((2, 3, 11), "2nd to 3rd of 11"), ((11, 22, 30), "11th to 22nd of 30")]
)
def test_places_in_words(given, said):
    assert ranks.told(*given) == said


def test_the_front_is_what_no_other_system_beats():
    costs, figures = np.array([1, 2, 2, 3, 4, np.nan]), np.array([0.35, 0.4, 0.7, 0.7, 0.9, 0.99])
    assert ranks.front(costs, figures).tolist() == [True, False, True, False, True, False]
