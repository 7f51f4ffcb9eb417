"""Tests and power against reference figures; comparisons say openly what they leave out.

Reference figures are from statsmodels 0.15.0, which the kit does not need; the calls stand beside them.
"""

import math

import numpy as np
import pandas as pd
import pytest

from lib.base.errors import LookbookError
from lib.evaluation import comparison, statistics


def right(both, only_first, only_second, neither):
    """Return for two nets on which pictures each is right, from the four counts."""
    counts = [both, only_first, only_second, neither]
    return np.repeat([True, True, False, False], counts), np.repeat([True, False, True, False], counts)


@pytest.mark.parametrize(
    ("counts", "p"),
    [  # statsmodels.stats.contingency_tables.mcnemar([[both, only_first], [only_second, neither]], exact=True).pvalue
        ((101, 121, 59, 33), 4.4344492637551645e-06),
        ((794, 86, 150, 570), 3.7159361395713866e-05),  # counts of Agresti 1990, p. 350
        ((0, 1, 8, 0), 0.0390625),
        ((0, 5, 5, 0), 1.0),
    ],
)
def test_mcnemar_against_statsmodels(counts, p):
    result = statistics.mcnemar(*right(*counts))
    assert (result["only_first"], result["only_second"]) == counts[1:3]
    assert result["p"] == pytest.approx(p)


def test_mcnemar_of_nets_that_never_disagree_is_sure_of_nothing():
    assert statistics.mcnemar(*right(7, 0, 0, 3)) == {"only_first": 0, "only_second": 0, "p": 1.0}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (np.ones(3, dtype=bool), np.ones(4, dtype=bool)),
        (np.array([0, 2, 9]), np.array([0, 2, 1])),  # classes instead of right or wrong
        (np.ones((2, 2), dtype=bool), np.ones((2, 2), dtype=bool)),
    ],
)
def test_mcnemar_refuses_what_is_not_right_or_wrong_on_the_same_pictures(first, second):
    with pytest.raises(LookbookError, match="two bool arrays"):
        statistics.mcnemar(first, second)


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [  # statsmodels.stats.multitest.multipletests(p_values, method="holm")[1]
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.5, 0.6, 0.9], [1, 1, 1]),
        ([0.02, 0.02, 0.001], [0.04, 0.04, 0.003]),
        ([], []),
    ],
)
def test_holm_against_statsmodels(p_values, adjusted):
    assert statistics.holm(p_values) == pytest.approx(adjusted)


@pytest.mark.parametrize("wrong", [math.nan, -0.1, 1.1])
def test_holm_refuses_what_is_no_p_value(wrong):
    with pytest.raises(LookbookError, match="between 0 and 1"):
        statistics.holm([0.5, wrong])


@pytest.mark.parametrize(
    ("n", "power", "paired", "effect"),
    [  # TTestPower().solve_power(nobs=n, power=power, alpha=.05), of statsmodels.stats.power
        (2, 0.8, True, 11.549889754978167),
        (3, 0.8, True, 3.264043552819638),
        (3, 0.9, True, 3.9234494425177866),
        (10, 0.8, True, 0.9960019107624178),
        # TTestIndPower().solve_power(nobs1=n, power=power, alpha=.05)
        (2, 0.8, False, 5.653489341914222),
        (3, 0.8, False, 3.070892269599019),
        (5, 0.9, False, 2.3479489986299784),
        (10, 0.8, False, 1.324947368330822),
    ],
)
def test_smallest_difference_against_statsmodels(n, power, paired, effect):
    found = statistics.smallest_difference(0.2, n, power=power, paired=paired)
    assert found == pytest.approx(0.2 * effect, rel=1e-4)


def test_a_difference_of_the_smallest_size_is_found_as_often_as_the_power_says():
    rng = np.random.default_rng(0)
    difference = statistics.smallest_difference(1.0, 5)
    draws = difference + rng.standard_normal((20_000, 5))
    found = draws.mean(axis=1) / (draws.std(axis=1, ddof=1) / math.sqrt(5)) > 2.776445  # t for 4 degrees, 97.5%
    assert found.mean() == pytest.approx(0.8, abs=0.015)  # five standard errors


def test_one_seed_resolves_nothing_and_seeds_that_agree_resolve_everything():
    assert statistics.smallest_difference(0.1, 1) == math.inf
    assert statistics.smallest_difference(math.nan, 1) == math.inf, "one seed has no standard deviation"
    assert statistics.smallest_difference(0.0, 3) == 0


@pytest.mark.parametrize(
    "arguments", [{"sd": -0.1}, {"sd": math.nan}, {"sd": math.inf}, {"power": 1.0}, {"power": 0.02}]
)
def test_smallest_difference_refuses_what_has_no_answer(arguments):
    with pytest.raises(LookbookError, match="it must"):
        statistics.smallest_difference(**{"sd": 0.1, "n": 3} | arguments)


def test_paired_t_test_of_a_published_example():
    # Student 1908, Biometrika 6, 1: the hours of sleep that ten patients gained by two drugs; t = 4.0621, p = .002833
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    result = statistics.paired(first, second)
    assert result["mean"] == pytest.approx(1.58) and result["resolved"]
    assert result["p"] == pytest.approx(0.002833, abs=5e-7)


def test_differences_that_are_all_the_same():
    same = statistics.paired([0.5, 0.25], [0.5, 0.25])
    assert (same["p"], same["resolved"]) == (1, False)
    shifted = statistics.paired([0.5, 0.25], [0.75, 0.5])
    assert (shifted["p"], shifted["resolved"]) == (0, True)


def test_a_pair_that_diverged_or_stands_alone_has_no_p():
    for first, second in [([0.5], [0.6]), ([0.5, 0.6, 0.7], [0.6, math.nan, 0.9])]:
        result = statistics.paired(first, second)
        assert math.isnan(result["p"]) and not result["resolved"]


def test_wrong_seeds_are_refused():
    with pytest.raises(LookbookError, match="3 figures against 2"):
        statistics.paired([0.1, 0.2, 0.3], [0.1, 0.2])
    with pytest.raises(LookbookError, match="no values"):
        statistics.paired([], [])
    with pytest.raises(LookbookError, match="no values"):
        statistics.over_seeds([])


def test_a_diverged_seed_is_not_left_out_in_silence():
    summary = statistics.over_seeds([0.9, math.nan, 0.8])
    assert summary["n"] == 3 and all(math.isnan(summary[name]) for name in ("mean", "sd", "low", "high"))


@pytest.mark.parametrize(("successes", "trials"), [(3, 2), (1, 0), (-1, 5)])
def test_wilson_refuses_impossible_counts(successes, trials):
    with pytest.raises(LookbookError, match="successes must lie between"):
        statistics.wilson(successes, trials)


def table(**systems):
    """Return runs as `lib.runs.tabulate` does: for each system its test accuracies, None where a seed diverged."""
    rows = [
        {"system": name, "seed": seed, "test_accuracy": value, "diverged": value is None}
        for name, values in systems.items()
        for seed, value in enumerate(values)
    ]
    return pd.DataFrame(rows).astype({"test_accuracy": "float64"})


def test_summary_counts_the_seeds_it_leaves_out():
    summary = comparison.summarise(table(z=[0.5, None, 0.7, 0.9], a=[0.8], lost=[None, None]), "test_accuracy")
    assert summary["system"].tolist() == ["z", "a", "lost"], "in order of appearance"
    assert summary["n"].tolist() == [3, 1, 0] and summary["diverged"].tolist() == [1, 0, 2]
    assert summary["mean"].tolist()[:2] == pytest.approx([0.7, 0.8])
    expected = statistics.over_seeds([0.5, 0.7, 0.9])
    assert summary.iloc[0][["sd", "low", "high"]].tolist() == [expected[name] for name in ("sd", "low", "high")]
    assert summary.iloc[1][["sd", "low", "high"]].isna().all(), "one seed has no interval"
    assert summary.iloc[2][["mean", "sd", "low", "high"]].isna().all()


def test_a_finite_figure_of_a_diverged_run_does_not_count():
    runs = table(a=[0.5, 0.6, 0.7])
    runs["diverged"] = [False, True, False]  # early stopping went back to an epoch before
    assert comparison.summarise(runs, "test_accuracy")[["n", "diverged"]].to_numpy().tolist() == [[2, 1]]


def test_without_a_column_diverged_a_figure_that_is_not_finite_says_it():
    runs = table(a=[0.5, 0.6, 0.7]).drop(columns="diverged")
    runs.loc[0, "test_accuracy"] = math.inf
    assert comparison.summarise(runs, "test_accuracy")[["n", "diverged"]].to_numpy().tolist() == [[2, 1]]


def test_systems_are_compared_seed_by_seed_with_the_reference():
    base = [0.80, 0.85, 0.90, 0.95]
    higher = [0.811, 0.860, 0.909, 0.960]
    lower = [0.789, 0.840, 0.891, 0.940]
    runs = table(higher=higher, base=base, lower=lower, like=[0.9, 0.8, 0.95, 0.86])
    runs = runs.sample(frac=1, random_state=3).sort_values("system", kind="stable")  # the seeds come in any order
    rows = comparison.against(runs, "test_accuracy", "base").set_index("system")
    assert list(rows.index) == ["higher", "like", "lower"]
    assert rows["verdict"].to_dict() == {
        "higher": "clearly higher",
        "lower": "clearly lower",
        "like": "not resolvable with 4 seeds",
    }
    expected = statistics.paired(base, higher)
    assert rows.loc["higher", ["n", "difference", "low", "high", "p"]].tolist() == pytest.approx(
        [expected[name] for name in ("n", "mean", "low", "high", "p")]
    )
    assert rows.loc["higher", "smallest"] == pytest.approx(
        statistics.smallest_difference(expected["sd"], 4, level=1 - 0.05 / 3)
    )
    assert rows["p_holm"].tolist() == pytest.approx(statistics.holm(rows["p"].tolist()).tolist())


def test_a_verdict_goes_by_the_corrected_p():
    base, other = [0.80, 0.85, 0.90], [0.810, 0.868, 0.915]
    alone = comparison.against(table(base=base, other=other), "test_accuracy", "base").iloc[0]
    assert alone["p_holm"] == alone["p"] and alone["verdict"] == "clearly higher"
    among = comparison.against(table(base=base, other=other, third=base[::-1]), "test_accuracy", "base").iloc[0]
    assert among["p"] == alone["p"] and among["p_holm"] == pytest.approx(2 * alone["p"])
    assert among["low"] > 0 and among["verdict"] == "not resolvable with 3 seeds"


def test_systems_without_a_p_are_not_judged_and_do_not_count_for_holm():
    runs = table(base=[0.8, 0.85, 0.9], other=[0.811, 0.860, 0.909], single=[0.7], lost=[None] * 3, left=[0.1, None])
    apart = table(apart=[0.5]).assign(seed=9)
    rows = comparison.against(pd.concat([runs, apart]), "test_accuracy", "base").set_index("system")
    assert rows["n"].tolist() == [3, 1, 0, 1, 0]
    assert rows["verdict"].tolist() == [
        "clearly higher",
        "not judged: one seed",
        "not judged: diverged",
        "not judged: diverged",
        "not judged: no seed in common",
    ]
    assert rows["p"].isna().tolist() == rows["p_holm"].isna().tolist() == [False, True, True, True, True]
    assert rows.loc["other", "p_holm"] == rows.loc["other", "p"]
    assert rows["smallest"].tolist()[1:] == [math.inf] * 4
    assert rows.loc["single", "difference"] == pytest.approx(-0.1)


def test_a_pair_with_a_diverged_half_is_left_out():
    runs = table(base=[0.8, None, 0.9, 0.7], other=[0.9, 0.9, None, 0.8])
    row = comparison.against(runs, "test_accuracy", "base").iloc[0]
    assert row["n"] == 2 and row["difference"] == pytest.approx(0.1)


def test_the_reference_alone_gives_no_rows():
    rows = comparison.against(table(base=[0.5, 0.6]), "test_accuracy", "base")
    assert rows.empty and rows.columns[-1] == "verdict"


@pytest.mark.parametrize(
    ("runs", "measure", "reference", "message"),
    [
        (table(base=[0.5]), "test_accuracy", "bass", "did you mean 'base'"),
        (table(base=[0.5]), "test_acuracy", "base", "did you mean 'test_accuracy'"),
        (pd.DataFrame(), "test_accuracy", "base", "no runs"),
        (pd.concat([table(base=[0.5])] * 2, ignore_index=True), "test_accuracy", "base", "base seed 0 occurs twice"),
    ],
)
def test_comparisons_refuse_in_one_line_what_they_cannot_compare(runs, measure, reference, message):
    with pytest.raises(LookbookError, match=message):
        comparison.against(runs, measure, reference)


def test_the_same_difference_in_every_seed_is_not_certainty():
    # 1 of 160 pictures in each of three seeds: Student's t would give p = 0.
    one = 1 / 160
    rows = [("a", seed, 0.8 + 0.01 * seed) for seed in range(3)] + [
        ("b", seed, 0.8 + 0.01 * seed + one) for seed in range(3)
    ]
    runs = pd.DataFrame(rows, columns=["system", "seed", "val_accuracy"])
    row = comparison.against(runs, "val_accuracy", "a").iloc[0]
    assert row["verdict"] == "not judged: equally much in every seed" and math.isnan(row["p_holm"])
    same = runs.assign(val_accuracy=runs["val_accuracy"].where(runs["system"] == "a", runs["val_accuracy"] - one))
    assert comparison.against(same, "val_accuracy", "a").iloc[0]["verdict"] == "not judged: the same in every seed"


def test_the_best_is_chosen_among_systems_that_never_diverged():
    runs = table(low=[0.7, 0.72], high=[0.8, 0.82], wild=[0.95, math.nan])
    assert comparison.best(runs, "test_accuracy") == "high"
    assert comparison.best(runs.rename(columns={"test_accuracy": "val_loss"}), "val_loss") == "low"
    assert comparison.best(table(one=[math.nan], two=[math.nan]), "test_accuracy") == "one"


def test_falls_count_what_is_lost_and_no_rise():
    def history(*accuracies):
        return pd.DataFrame({"val_accuracy": accuracies})

    assert comparison.falls(history(0.1, 0.5, 0.9)) == 0
    assert comparison.falls(history(0.5, 0.4, 0.6, 0.3)) == pytest.approx(0.4)
    assert math.isnan(comparison.falls(history(0.5))) and math.isnan(comparison.falls(history(0.5, math.nan)))


def test_a_difference_is_told_with_its_interval_and_verdict():
    rows = {"a": [0.80, 0.82, 0.81], "b": [0.90, 0.92, 0.91]}
    several = next(comparison.against(table(**rows), "test_accuracy", "a").itertuples())
    assert comparison.told(several).startswith("+0.100 (") and comparison.told(several).endswith(
        f"**{several.verdict}**"
    )
    one = next(comparison.against(table(a=[0.5], b=[0.75]), "test_accuracy", "a").itertuples())
    assert comparison.told(one) == "+0.250, **not judged: one seed**"


def test_all_differences_are_told_in_one_sentence():
    runs = table(a=[0.5, 0.6], b=[0.7, 0.82])
    assert comparison.told_all(comparison.against(runs, "test_accuracy", "a"), 2).endswith(
        ": b +0.21 (+0.08 to +0.34)."
    )
    alone = runs[runs["system"] == "a"]
    assert comparison.told_all(comparison.against(alone, "test_accuracy", "a")) == "There is nothing to compare with."


def test_differences_of_the_same_verdict_are_told_together():
    same = {"n": 3, "low": -0.01, "high": 0.03, "p_holm": 0.4, "verdict": "not resolvable with 3 seeds"}
    rows = [{"system": "b", "difference": 0.01} | same, {"system": "c", "difference": 0.02} | same | {"low": 0.01}]
    rows.append({"system": "d", "difference": 0.2, "n": 3, "low": 0.1, "high": 0.3, "verdict": "clearly higher"})
    assert comparison.told_all(pd.DataFrame(rows), 2) == (
        "**No clear difference with 3 seeds** after correction for the number of comparisons: "
        "b +0.01 (-0.01 to +0.03), c +0.02 (+0.01 to +0.03). **Clearly higher**: d +0.20 (+0.10 to +0.30)."
    )


@pytest.mark.parametrize("width", [0.1, 0.2, 0.5, 0.9])
def test_pictures_needed_are_the_fewest_whose_interval_is_narrow_enough(width):
    needed = statistics.pictures_needed(width)
    assert np.ptp(statistics.wilson(needed // 2, needed)) <= width
    assert needed == 2 or np.ptp(statistics.wilson(needed // 2 - 1, needed - 2)) > width


@pytest.mark.parametrize("width", [0, -1, 1, float("nan")])
def test_pictures_needed_refuses_what_is_no_width(width):
    with pytest.raises(LookbookError, match="lies between|from .001 to below 1"):
        statistics.pictures_needed(width)


def test_wilson_intervals_of_the_shares_in_a_table():
    table = pd.DataFrame({"way": ["a", "none"], "right": [0.8, math.nan], "pictures": [10, 0]})
    found = comparison.with_wilson(table, "right", "pictures")
    assert (found["low"][0], found["high"][0]) == statistics.wilson(8, 10)
    assert found.loc[1, ["low", "high"]].tolist() == [0, 1]


def test_copies_that_fare_alike_are_worth_their_originals_and_no_copies_are_worth_themselves():
    right = np.array([True, False, True, True, False])
    assert statistics.effective_number(np.repeat(right, 8), np.repeat(np.arange(5), 8)) == pytest.approx(5)
    assert statistics.effective_number(right, np.arange(5)) == pytest.approx(5)
    assert math.isnan(statistics.effective_number(np.ones(6, bool), np.arange(6) // 2))


def test_copies_that_fare_by_chance_are_worth_about_as_many_pictures():
    right = np.random.default_rng(0).random(20_000) < 0.7
    assert statistics.effective_number(right, np.arange(20_000) // 10) == pytest.approx(20_000, rel=0.1)


def test_a_printed_share_is_told_with_its_count_or_refused():
    assert statistics.told_share("0.8333", 30) == "0.8333 is 25 of 30."
    assert statistics.told_share("0.9833", 30) == "**No number of 30 pictures gives 0.9833.**"
    assert statistics.told_share(".9143", 10_000).endswith("every figure fits: this test would need more digits.")


def test_a_figure_lies_inside_an_interval_with_its_ends():
    assert [statistics.lies(figure, 0.2, 0.4) for figure in (0.1, 0.2, 0.4, 0.41)] == [
        "outside",
        "inside",
        "inside",
        "outside",
    ]


def test_a_figure_without_seeds_is_taken_off_every_seed():
    own = [0.61, 0.63, 0.62]
    runs = pd.DataFrame({"system": "head", "seed": range(3), "test_macro_f1": own})
    (row,) = comparison.against_figure(runs, "test_macro_f1", 0.5).to_dict("records")
    expected = statistics.over_seeds([each - 0.5 for each in own])
    assert (row["system"], row["verdict"]) == ("head", comparison.HIGHER)
    assert [row[k] for k in ("low", "high")] == pytest.approx([expected["low"], expected["high"]])
