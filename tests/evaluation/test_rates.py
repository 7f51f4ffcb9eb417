"""What a schedule brings at each learning rate."""

import pandas as pd
import pytest

from lib.evaluation import first_steps, rates, rivals
from lib.evaluation.comparison import LOWER


def table(figures):
    """Return a row per run; figures: (rate, schedule) -> its accuracy with each seed."""
    rows = [
        {"learning_rate": rate, "group": schedule, "system": f"{rate} {schedule}", "seed": seed, "accuracy": figure}
        for (rate, schedule), seeds in figures.items()
        for seed, figure in enumerate(seeds)
    ]
    return pd.DataFrame(rows)


TWO = {
    (0.01, "constant"): [0.70, 0.71, 0.69],
    (0.01, "cosine"): [0.80, 0.82, 0.79],
    (0.001, "constant"): [0.80, 0.70, 0.75],
    (0.001, "cosine"): [0.71, 0.78, 0.73],
}


def test_schedules_are_compared_rate_by_rate_from_the_lowest():
    found = rates.minus(table(TWO), "accuracy", "constant")
    assert found["system"].tolist() == ["0.001", "0.01"]
    assert found["difference"].tolist() == pytest.approx([-0.01, 0.1 + 0.01 / 3])
    assert found["p_holm"].max() > found["p"].max() or found["p_holm"].min() == 2 * found["p"].min(), "over both rates"


def test_with_more_schedules_each_row_says_which():
    three = TWO | {(0.01, "one-cycle"): [0.70, 0.71, 0.69], (0.001, "one-cycle"): [0.8, 0.7, 0.75]}
    found = rates.minus(table(three), "accuracy", "constant")
    assert found["system"].tolist() == ["0.001 cosine", "0.001 one-cycle", "0.01 cosine", "0.01 one-cycle"]


def test_a_single_seed_is_sure_of_nothing():
    one = {setting: seeds[:1] for setting, seeds in TWO.items()}
    told = rates.told_ends(rates.minus(table(one), "accuracy", "constant"))
    assert told == "cosine loses 9.0 points at 0.001 (not clear) and gains 10.0 points at 0.01 (not clear)"


def test_the_best_rates_of_a_group_are_those_that_are_equal_for_practice():
    close = TWO | {(0.003, "constant"): [0.749, 0.751, 0.748], (0.0001, "constant"): [float("nan"), 0.9, 0.9]}
    assert rates.told_best(table(close), "accuracy") == "constant 0.001 to 0.003 and cosine 0.01"
    lost = {(0.1, "constant"): [float("nan")] * 2}
    assert rates.told_best(table(lost), "accuracy") == "constant none"


def test_the_lowest_and_the_highest_rate_say_what_a_schedule_costs_and_gains():
    between = TWO | {(0.003, "constant"): [0.7, 0.7, 0.8], (0.003, "cosine"): [0.7, 0.8, 0.7]}
    found = rates.minus(table(between), "accuracy", "constant")
    assert rates.told_ends(found) == ("cosine loses 1.0 points at 0.001 (not clear) and gains 10.3 points at 0.01")
    assert rates.told_ends(found[:1]) == "cosine loses 1.0 points at 0.001 (not clear)"


def test_the_best_rates_for_one_step_and_for_many_are_told_without_a_law():
    losses = {("one step", 1.0): [2.2, 2.1], ("one step", 2.0): [2.0, 2.5], ("30 steps", 0.1): [1.7, 1.6],
              ("30 steps", 0.3): [1.6, 1.71], ("30 steps", 1.0): [2.2, 2.2],
              ("30 steps", 2.0): [2.2, 2.2], ("Adam", 0.01): [0.1, 2.2], ("one step", 0.1): [2.29, 2.3],
              ("one step", 0.3): [2.28, 2.29]}  # fmt: skip
    rows = [(group, rate, seed, loss) for (group, rate), own in losses.items() for seed, loss in enumerate(own)]
    tried = pd.DataFrame(rows, columns=["group", "rate", "seed", "loss"]).assign(shut=False)
    tried["shut"] = tried["loss"].eq(2.2) & (tried["group"] != "one step")
    assert first_steps.lowest(tried) == {"one step": [1.0], "30 steps": [0.1, 0.3], "Adam": []}
    assert first_steps.told_steps(tried) == (
        "The mean loss is lowest at a rate of 1 after one step, 0.1 or 0.3 after 30 steps and none (each shuts a "
        "start) after Adam. From every start the best rate of those tried for both is smaller for many steps of SGD "
        "than for one."
    )
    late = tried.assign(loss=tried["loss"].mask(tried["rate"].eq(2), 0.5))
    assert "a rate of 2 (the largest one tried) after one step" in first_steps.told_steps(late)
    assert "From 0 of 2 starts the best" in first_steps.told_steps(late)


def collapsing(*collapsed):
    """Return two trainings with two schedules at each of three rates; collapsed: which of the twelve did."""
    rows = [(rate, group, seed) for rate in (0.001, 0.01, 0.03) for group in ("constant", "cosine") for seed in (0, 1)]
    table = pd.DataFrame(rows, columns=["learning_rate", "group", "seed"]).assign(val_accuracy=0.8)
    table["collapsed"] = [k in collapsed for k in range(12)]
    return table.assign(system=table["group"] + table["learning_rate"].map(" {:g}".format))


def test_the_largest_rate_is_the_one_up_to_which_no_training_of_a_schedule_collapses():
    assert rates.told_limit(collapsing(), "A") == (
        "No limit found up to 0.03, the largest rate tried, with A: every training works."
    )
    assert rates.told_limit(collapsing(8), "A") == (
        "Up to 0.01 with a constant rate and A: at 0.03, the next rate tried, 1 of 2 trainings collapses (every "
        "picture gets the same class). With a rate that falls from 0.03 (cosine) none of 2 does, which can be chance."
    )
    assert rates.told_limit(collapsing(4, 7), "A").endswith("0.01 (cosine) 1 of 2 does.")
    first = rates.told_limit(collapsing(0, 1), "A")
    assert first.startswith("Even 0.001, the smallest rate tried, is too large with a constant rate and A: 2 of 2")
    other = rates.told_limit(collapsing(6), "A")
    assert other.startswith("No limit found up to 0.03 with a constant rate and A: every training works. With a rate")
    assert "0.01 (cosine) 1 of 2 trainings collapses (every picture gets the same class), which can be" in other
    alone = collapsing(8)
    alone = alone[alone["group"] == "constant"].assign(group="one-cycle")
    assert rates.told_limit(alone, "A").startswith("Up to 0.01 with the schedule one-cycle and A: at 0.03")
    lost = collapsing()
    lost.loc[11, "val_accuracy"] = float("nan")
    assert "or the loss is no number)" in rates.told_limit(lost, "A")
    assert rates.told_lost(collapsing(4, 10, 11)) == "1 of 2 with constant 0.01 and 2 of 2 with cosine 0.03"
    assert rates.told_lost(collapsing()) == ""


def test_counts_that_clearly_differ_are_no_chance():
    many = pd.concat([collapsing(8, 9).assign(seed=lambda rows, k=k: rows["seed"] + 2 * k) for k in range(3)])
    assert rates.told_limit(many, "A").endswith("none of 6 does.")


def test_a_rate_that_collapses_only_here_has_several_reasons():
    assert rates.spared(collapsing(8, 9), collapsing(), "our network").startswith(
        "Constant 0.03 can collapse with our network, and never did at full length. But there several things differ"
    )
    same = collapsing()[lambda rows: rows["group"] == "constant"]
    told = rates.spared(collapsing(8), collapsing(), "A", same)
    assert "not with this one (2 trainings with constant 0.03). So a larger network is not needed" in told
    told = rates.spared(collapsing(8), collapsing(), "A", same.assign(collapsed=True))
    assert told.endswith("But there this network, too, collapsed (2 of 2 with constant 0.03).")
    assert "we did not test" in rates.spared(collapsing(10), collapsing(), "A", same), "cosine is not among them"
    assert rates.spared(collapsing(8), collapsing(9), "A") == "" == rates.spared(collapsing(), collapsing(), "A")


def test_the_highest_rate_is_told_beside_the_best_one():
    table = collapsing()[lambda rows: rows["group"] == "constant"].assign(test_accuracy=[0.8, 0.8, 0.9, 0.9, 0.7, 0.7])
    table["val_accuracy"] = table["test_accuracy"]
    assert rates.told_highest(table, "A") == (
        "A at full length: at 0.03 none of 2 trainings collapses; at 0.01, its best rate on validation, 90.0% of the "
        "test pictures are right (at 0.03, 70.0%)."
    )
    lost = table.assign(collapsed=table["learning_rate"] == 0.03)
    assert rates.told_highest(lost, "A").startswith("A at full length: at 0.03 2 of 2 trainings collapse; at 0.01, its")


def test_a_setting_is_told_to_who_has_met_no_schedule():
    table = pd.DataFrame({"system": ["cosine 0.01", "one-cycle 0.1"], "test_accuracy": [0.859, 0.9]})
    assert rates.told_winner(table, "cosine 0.01") == (
        "The best setting here, a rate of 0.01 that falls to almost nothing (cosine), gets 85.9% of the test pictures "
        "right."
    )
    assert "a rate of 0.1 with the schedule one-cycle" in rates.told_winner(table, "one-cycle 0.1")


def test_settings_with_a_collapsed_training_are_left_out_of_comparisons():
    assert "constant 0.03" not in set(rates.trained(collapsing(8))["system"])
    assert set(rates.trained(collapsing(8))["system"]) >= {"cosine 0.03"}
    assert rates.trained(collapsing(8), "learning_rate")["learning_rate"].max() == 0.01
    assert len(rates.trained(collapsing(*range(12)))) == 12, "where none is left, there is the whole table"


def settings(**figures):
    """Return a row per run of settings, whose keys are their names; figures: with each seed."""
    rows = [(name.replace("_", " "), seed, figure) for name, own in figures.items() for seed, figure in enumerate(own)]
    return pd.DataFrame(rows, columns=["system", "seed", "accuracy"])


THREE = settings(best=[0.80, 0.81, 0.82], close=[0.79, 0.815, 0.805], lower=[0.79, 0.77, 0.72], bad=[0.5, 0.51, 0.52])


def test_rivals_are_told_with_their_points_and_their_interval():
    told = rivals.beside(THREE, "accuracy", "best")
    assert told.iloc[0, 0] == "close" and told.iloc[0, 1] == "-0.7" and told.iloc[0, 5] == "no, could be chance"
    assert told["has to be below"].tolist() == ["5%", "2.5%", "–"], "bad has no p: each seed differs as much"
    assert told.iloc[-1, 0] == "bad" and told.iloc[-1, 1] == "-30.0"
    assert rivals.beside(settings(best=[0.8]), "accuracy", "best").empty


def test_a_rival_that_is_lower_with_every_seed_is_not_called_as_good():
    close = settings(best=[0.80, 0.80, 0.80], lower=[0.75, 0.76, 0.72], far=[0.70, 0.79, 0.71], even=[0.8, 0.81, 0.79])
    said = rivals.how_sure(close, "accuracy", "best")
    assert said == (
        "Of its next rivals, even and far may be as good; lower is lower with every seed, but that is not sure."
    )
    lower = rivals.how_sure(close[~close["system"].isin(["even", "far"])], "accuracy", "best")
    assert lower == "Of its next rivals, lower is clearly worse."
    sure = rivals.how_sure(settings(best=[0.80, 0.81, 0.82], bad=[0.5, 0.51, 0.53]), "accuracy", "best")
    assert sure == "Of its next rivals, bad is clearly worse."
    assert rivals.how_sure(settings(best=[0.8], other=[0.7]), "accuracy", "best").endswith("other may be as good.")
    assert rivals.how_sure(settings(best=[0.8]), "accuracy", "best") == "The best setting has no rival."


def test_a_choice_is_told_beside_another():
    row = {"system": "b", "n": 3, "difference": -0.078, "verdict": LOWER}
    assert rivals.one_better(pd.DataFrame([row]), "c") == "b is clearly worse than c (-7.8 points)"
    unsure = pd.DataFrame([row | {"verdict": "not resolvable with 3 seeds"}])
    assert rivals.one_better(unsure, "c") == "b is not clearly different from c (-7.8 points)"
    assert rivals.one_better(unsure[:0], "c") == "c is the only one"


def test_what_the_highest_rate_costs():
    rated = THREE.assign(learning_rate=THREE["system"].map({"best": 0.1, "close": 0.2, "lower": 0.3, "bad": 0.4}))
    assert rivals.told_cost(rated, "accuracy", "best") == ("But bad gets less than best (-30.0 points).")
    assert rivals.told_cost(rated.assign(accuracy=-rated["accuracy"]), "accuracy", "best") == ""
    assert rivals.told_cost(rated, "accuracy", "bad") == ""


def test_the_question_whether_accuracy_jumps_is_answered():
    falls = THREE.assign(falls=[0.1, 0.1, 0.1, 0.02, 0.021, 0.019, 0.1, 0.2, 0.1, 0.1, 0.3, 0.2])
    told = rates.told_falls(falls, "best", "close")
    assert told.startswith("Does it jump? Yes. The mean sum of a training's falls is 20.0 points with bad, ")
    assert told.endswith(". The difference between best and close is clear.")
    assert rates.told_falls(falls, "close", "best").startswith("Does it jump? No, less.")
    unsure = rates.told_falls(falls, "lower", "best")
    assert unsure.startswith("Does it jump? We cannot say.")
    assert unsure.endswith(": the order that one would expect; but with 3 seeds this could be chance.")
    assert rates.told_falls(falls, "best", "lower").endswith("; but with 3 seeds this could be chance.")
    alone = rates.told_falls(falls[falls["system"] == "best"], "best", "best")
    assert alone == "Does it jump? These trainings cannot say."


def test_the_question_whether_a_schedule_helps_is_answered():
    assert rates.told_help(rates.minus(table(TWO), "accuracy", "constant")) == (
        "Does cosine help? At 0.001 what we see could be chance (-1.0 points, 3 seeds); at 0.01 it clearly does (+10.3 "
        "points)."
    )
    unsure = rates.minus(table({rate: own[:1] for rate, own in TWO.items()}), "accuracy", "constant")
    assert rates.told_help(unsure).startswith(
        "Does cosine help? At 0.001 what we see could be chance (-9.0 points, one seed); at 0.01 "
    )
    assert rates.told_help(unsure.assign(difference=float("nan"))).endswith("help? There is no figure.")
    apart = table({(0.1, "constant"): [0.5, 0.5, 0.5], (0.1, "cosine"): [0.38, 0.34, 0.21]})
    assert rates.told_help(rates.minus(apart, "accuracy", "constant")) == (
        "Does cosine help? At 0.1 it looks worse, by 12.0 to 29.0 points in 3 seeds, but these differ so much that the "
        "95% interval, -41.1 to +3.1, includes zero."
    )
    assert rates.told_help(unsure[:0]) == "No schedule is compared with another."


def test_claims_are_read_in_points_and_what_is_decided_comes_first():
    row = {
        "id": "R2.rate.jumps",
        "claim": "jumps more (more)",
        "claimed": "higher",
        "measured": 0.045,
        "low": -0.009,
        "high": 0.099,
    }
    told = rates.in_words(
        pd.DataFrame([row | {"verdict": "not resolvable with 3 seeds"}, row | {"claim": "a loss", "verdict": "holds"}])
    )
    assert told["verdict"].tolist() == ["holds", "open (3\N{NO-BREAK SPACE}seeds)"]
    assert told.iloc[1, :2].tolist() == ["jumps more", "higher sum of falls"]
    assert told["high minus low"].str.replace("\N{NO-BREAK SPACE}", " ").tolist() == [
        "+0.04 (-0.01 to +0.10)",
        "+4.5 points (-0.9 to +9.9)",
    ]
