"""Two answers, the second inside the first: which pairs there are, and what they tell of mistakes."""

import numpy as np
import pandas as pd
import pytest

from lib.base.errors import LookbookError
from lib.evaluation import comparison, hierarchy, two_heads

KNOWN = np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 2, 2])  # sub category 2 stands in both, mostly in 1
TARGETS = ("main", "sub")


class Heads:
    """A run that is sure of these answers to four pictures; how sure, says `by`."""

    config = type("Config", (), {"seed": 3})
    truth = {"main": np.array([0, 0, 1, 1]), "sub": np.array([0, 1, 2, 2])}  # noqa: RUF012

    def __init__(self, main, sub, by=(1.0, 1.0)):
        self.says, self.by = {"main": np.array(main), "sub": np.array(sub)}, dict(zip(TARGETS, by, strict=True))

    def labels(self, part, target):
        return self.truth[target]

    def positions(self, part):
        return np.array([10, 11, 12, 13])

    def predicted(self, part, target):
        return self.says[target]

    def predictions(self, part, target):
        return None, self.truth[target], np.eye(3)[self.says[target]][:, : 2 + (target == "sub")] * self.by[target]


def test_a_pair_that_no_picture_has_is_impossible():
    assert hierarchy.impossible(np.array([0, 1, 1, 0]), np.array([2, 2, 0, 7]), KNOWN).tolist() == [0, 0, 1, 1]
    assert hierarchy.homes(KNOWN).tolist() == [0, 0, 1]
    main, sub = hierarchy.known_to(Heads([0] * 4, [0] * 4), TARGETS)
    assert len(main) == 8 and sub[:4].tolist() == [0, 1, 2, 2]


def test_contradictions_are_counted_beside_the_mistakes():
    runs = [Heads([0, 1, 1, 0], [0, 1, 2, 2]), Heads([0, 0, 1, 1], [0, 1, 2, 2])]
    table = hierarchy.contradictions(runs, TARGETS, KNOWN)
    assert table["impossible"].tolist() == [1, 0] and table["wrong"].tolist() == [2, 0]
    assert table.loc[0, ["main", "sub", "both"]].tolist() == [0.5, 1.0, 0.5]
    assert hierarchy.told(table).startswith("0 to 1 of 4 test pictures")
    assert hierarchy.told_share(table) == "Of all pictures with a mistake, impossible pairs find 0% to 50%."


def test_examples_are_the_pictures_whose_answers_contradict_each_other():
    names = [np.array(["bags", "shoes"]), np.array(["purse", "tote", "boot"])]
    images = np.arange(14)
    run = Heads([0, 1, 1, 1], [0, 1, 2, 0])
    where, said, true = hierarchy.examples(run, TARGETS, KNOWN, names, images, most=1)
    assert where.tolist() == [11] and said == [[("shoes", False), ("tote", True)]] and true == ["is bags,\ntote"]
    same = np.zeros(14)
    assert len(hierarchy.examples(run, TARGETS, KNOWN, names, images, most=8)[0]) == 2
    assert hierarchy.examples(run, TARGETS, KNOWN, names, same, most=8)[0].tolist() == [11], "one picture, once"
    assert len(hierarchy.examples(Heads([0] * 4, [0] * 4), TARGETS, KNOWN, names, images, most=8)[0]) == 0


def test_a_surer_head_mends_the_other():
    runs = [Heads([0, 1, 1, 1], [0, 1, 2, 2], by=(1.0, 5.0))]
    read = hierarchy.readings(runs, TARGETS, KNOWN).set_index("system")["test_both_accuracy"]
    assert read[hierarchy.EACH] == pytest.approx(0.75)
    assert read[hierarchy.DECIDES] == read[hierarchy.LIKELIEST] == 1.0


class Alone:
    """A run that answers the sub category alone."""

    config, label = type("Config", (), {"seed": 3}), "sub alone"

    def __init__(self, answers, truth=(0, 1, 2, 2)):
        self.answers, self.truth = np.array(answers), np.array(truth)

    def labels(self, part):
        return self.truth

    def predicted(self, part):
        return self.answers


def test_a_table_gives_the_main_category_of_a_network_that_answers_the_sub_category_alone():
    both = Heads([0] * 4, [0] * 4)
    found = hierarchy.with_table([Alone([0, 1, 2, 0])], both, TARGETS, KNOWN)
    assert found["test_both_accuracy"].tolist() == [0.75] and found["system"].tolist() == [hierarchy.TABLE]
    with pytest.raises(LookbookError, match="sub alone has other test pictures"):
        hierarchy.with_table(
            [Alone([0] * 4, (1, 1, 2, 2))], type("Run", (Heads,), {"label": "x"})([0], [0]), TARGETS, KNOWN
        )


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (comparison.HIGHER, "Two heads are clearly better than one for the sub category (+1.6 points)."),
        (comparison.LOWER, "Two heads are clearly worse than one for the sub category (+1.6 points)."),
        ("equal within .3 points", "Two heads are equal for practice to one for the sub category (+1.6 points)."),
        (
            "not resolvable with 3 seeds",
            "Whether two heads are better than one stays open: what we see for the sub category (+1.6 points) could be "
            "chance.",
        ),
    ],
)
def test_what_two_heads_are_worth_in_words(verdict, said):
    worth = pd.DataFrame({"system": ["sub category"], "difference": [0.016], "verdict": [verdict]})
    assert two_heads.told_worth(worth) == said


def test_a_table_beside_two_heads_in_words():
    means = pd.DataFrame({"system": [hierarchy.EACH, hierarchy.TABLE], "test_both_accuracy": [0.872, 0.864]})
    cases = (
        (comparison.LOWER, "(clearly less)", "Keep the main"),
        ("not resolvable", "(could be chance)", "stays open"),
    )
    for verdict, said, advice in cases:
        differences = pd.DataFrame({"system": [hierarchy.TABLE], "verdict": [verdict]})
        told = two_heads.told_table(means, differences, (20, 10))
        assert "right for 86.4% of the pictures, two heads for 87.2%" in told and said in told and advice in told


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (comparison.HIGHER, "clearly helps"),
        (comparison.LOWER, "clearly harms"),
        ("not resolvable with 3 seeds", "does not clearly help"),
    ],
)
def test_what_it_is_worth_to_let_the_sub_category_decide(verdict, said):
    means = pd.DataFrame({"system": [hierarchy.EACH, hierarchy.DECIDES], "test_both_accuracy": [0.871, 0.880]})
    differences = pd.DataFrame({"system": [hierarchy.DECIDES], "verdict": [verdict]})
    found = pd.DataFrame({"main": [0.973], "sub": [0.88], "impossible": [19], "of": [939]})
    row = {
        "system": "sub category",
        "n": 3,
        "difference": 0.016,
        "low": -0.05,
        "high": 0.08,
        "verdict": "not resolvable",
    }
    told = two_heads.told_answer(found, pd.DataFrame([row]), means, differences)
    assert said in told and told.endswith("right for 88.0% of the pictures instead of 87.1%.")
    assert "3 trainings of each cannot tell (+1.6 points for the sub category, -5.0 to +8.0)" in told
    assert "In 2.0% of the pictures" in told
    clear = two_heads.told_answer(found, pd.DataFrame([row | {"verdict": comparison.HIGHER}]), means, differences)
    assert "It is clearly better than two networks" in clear


def test_the_sub_head_alone_is_turned_round_beside_two_heads():
    row = {"system": hierarchy.TABLE, "difference": -0.01, "low": -0.03, "high": 0.01, "verdict": "not resolvable"}
    turned = two_heads.one_minus(pd.DataFrame([row, row | {"system": hierarchy.DECIDES}]))
    assert len(turned) == 1 and turned[["difference", "low", "high"]].iloc[0].tolist() == [0.01, -0.01, 0.03]


def test_the_hardest_categories_and_whether_few_pictures_explain_them():
    table = pd.DataFrame({"class": ["sandal", "belt", "shoe"], "f1": [0.44, 0.98, 0.9], "trained": [24, 20, 90]})
    table = table.assign(pictures=30, few=False)
    told = two_heads.told_hardest(table)
    assert told.startswith("Hardest, by F1, is sandal (0.44). A lack of pictures does not explain that alone")
    assert "belt has 20 training pictures, sandal 24, but belt reaches 0.98." in told
    assert "alone" not in two_heads.told_hardest(table.iloc[[0, 2]])
    assert two_heads.told_hardest(table.head(1)).startswith("There are too few")
    rare = pd.DataFrame({"class": ["tie", "ring"], "f1": 0.0, "trained": [9, 5], "pictures": [14, 6], "few": True})
    both = two_heads.told_hardest(pd.concat([table, rare]))
    assert both.startswith("Hardest, by F1, are tie and ring (0.00). They have fewer than 20 test pictures")
    assert "with more pictures it is sandal (0.44). A lack" in both
    assert two_heads.told_hardest(rare).endswith("uncertain.")


def test_contradictions_as_cells_of_a_row():
    table = pd.DataFrame(
        {"main": [0.9, 1.0], "sub": 0.8, "both": 0.7, "impossible": [1, 3], "wrong": [10, 10], "of": 40}
    )
    cells = hierarchy.shown(table)
    assert cells["main"] == "95.0%" and cells["impossible pairs"] == "1 to 3 of 40"
    assert cells["mistakes that they find"] == "10% to 30%"


def test_both_answers_at_full_length_in_words():
    cells = {"main": "99.0%", "sub": "94.8%"}
    told = two_heads.told_full({"a": cells, "b": cells}, "Of 6 claims, 4 hold.")
    said = "a names 99.0% of the main and 94.8% of the sub categories and b 99.0% of the main and 94.8% of the sub"
    assert f"{said} categories. Networks with one head" in told and told.endswith("Of 6 claims, 4 hold.")


def test_what_a_class_is_mistaken_for():
    runs = [Heads([0] * 4, [0, 0, 2, 1]), Heads([0] * 4, [0, 0, 2, 2])]
    found = two_heads.mistaken(runs, "sub", np.array(["purse", "tote", "boot"]))
    assert found.to_numpy().tolist() == [["boot", "tote", 1, 4], ["tote", "purse", 2, 2]]
    assert two_heads.told_mistaken(found, "tote").endswith("over all seeds, 2 are purse.")
    assert two_heads.told_mistaken(found, "purse") == "purse is never mistaken."


def test_why_a_table_helps_and_what_is_not_clear():
    ways = [hierarchy.EACH, hierarchy.DECIDES, hierarchy.LIKELIEST]
    means = pd.DataFrame({"system": ways, "test_both_accuracy": [0.871, 0.880, 0.882]})
    differences = pd.DataFrame(
        {
            "system": ways[1:],
            "difference": [0.009, 0.011],
            "verdict": [comparison.HIGHER, "not resolvable with 3 seeds"],
        }
    )
    told = two_heads.told_ways(pd.DataFrame({"sub": [0.880]}), means, differences)
    assert "right exactly when the sub category is: 88.0%" in told and "made of the pictures whose sub" in told
    assert "it differs more from seed to seed" in told
    nothing = two_heads.told_ways(pd.DataFrame({"sub": [0.9]}), means, differences.assign(verdict="not judged"))
    assert (
        nothing.endswith("No way is clearly better or worse than each head on its own.")
        and "seed to seed" not in nothing
    )


def test_trainings_that_diverged_say_nothing_of_two_heads():
    worth = pd.DataFrame({"system": ["sub category"], "n": [0], "difference": [np.nan], "verdict": ["not judged"]})
    assert two_heads.told_worth(worth).startswith("The trainings diverged")
    assert two_heads.told_sure(worth, pd.DataFrame()).startswith("The trainings diverged")
