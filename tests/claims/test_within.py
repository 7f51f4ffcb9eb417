"""Claims that need no training: counted from a report's own figures, or two of its sentences side by side."""

import pytest

from lib import claims
from lib.claims import rules, within
from lib.data.fashion_product import files as product_files
from lib.data.fashion_product import table
from lib.data.source import encode
from lib.evaluation import metrics


def row(name):
    return within.compare().set_index("id").loc[name]


@pytest.mark.parametrize(
    ("name", "counted", "verdict"),
    [
        ("R1.pictures", 30, "contradicted: the report itself says otherwise"),
        ("R1.steps", 502, "contradicted: the report itself says otherwise"),
        ("R1.log", 0, "contradicted: the report itself says otherwise"),
        ("R1.sizes", 23, "contradicted: the data set says otherwise"),
        ("R3.first_layer", 160, "contradicted: the report itself says otherwise"),
        ("R3.total", 98442, "holds"),
        ("R4.confusion.accuracy", 0.7757, "contradicted: the report itself says otherwise"),
        ("R4.confusion.hardest", 1, "holds"),
    ],
)
def test_what_a_reports_own_figures_give(name, counted, verdict):
    assert row(name)["measured"] == pytest.approx(counted) and row(name)["verdict"] == verdict


def test_two_sentences_are_judged_by_what_people_saw_in_them():
    assert row("R2.batch.texts")["verdict"] == "contradicted: the report itself says otherwise"
    assert row("R1.published.lower")["verdict"] == "not supported: it does not follow from what is shown"


def test_what_does_not_follow_is_counted_apart_from_what_is_contradicted():
    kinds = within.compare()["verdict"].map(rules.kind)
    unfounded = [claim["id"] for claim in within.load() if claim["rule"].get("beside") == "unfounded"]
    assert within.compare().loc[kinds == "not supported", "id"].tolist() == unfounded and unfounded


def test_a_stated_figure_may_have_been_rounded():
    assert rules.judge({"counted": 0.77574}, {"stated": ".7757", "counted": 0}, True) == "holds"
    assert rules.judge({"counted": 0.7758}, {"stated": ".7757", "counted": 0}, True).startswith("contradicted")


def test_every_statement_says_where_it_stands_and_what_stands_against_it():
    ids = [claim["id"] for claim in within.load()]
    assert len(ids) == len(set(ids)) and not set(ids) & {claim["id"] for claim in claims.load()}
    for claim in within.load():
        assert set(claim) == {"id", "report", "says", "elsewhere", "rule"} and claim["report"][:2] == claim["id"][:2]
        assert set(claim["rule"]) in ({"beside"}, {"stated", "counted"}, {"stated", "counted", "by"})


def test_what_is_said_of_the_shop_is_what_the_real_table_gives(real_data):
    with product_files.opened(product_files.find()) as files:
        shop = table.read_styles(files.styles, files.where)
    for column, (classes, entropy) in within.FOUR_TASKS.items():
        names, labels = encode(shop[column])
        assert len(names) == classes and metrics.prior_entropy(labels[labels >= 0]) == pytest.approx(entropy, abs=1e-4)
