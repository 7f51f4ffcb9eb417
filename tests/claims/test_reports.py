"""Every claim in one table, and a page for each report."""

import math

import pandas as pd
import pytest

from lib import claims
from lib.base.errors import LookbookError
from lib.claims import by_reference, reports, within


def table(system, measure, values, epochs=20):
    rows = [{"system": system, "seed": k, "epochs": epochs, measure: value} for k, value in enumerate(values)]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def known():
    """Return every claim as not run."""
    found = by_reference.everything()
    return found.assign(verdict="not run", measured=math.nan, low=math.nan, high=math.nan, seeds=0)


def test_every_claim_is_there_and_what_was_not_run_says_so(known):
    found = reports.every(known)
    assert len(found) == len(claims.load()) + len(within.load()) and set(found["verdict"]) == {"not run"}
    assert set(found["report"]) <= set(reports.authored()) and set(found["seeds"]) == set(found["measured"]) == {""}


def test_the_later_of_two_verdicts_counts(known):
    holds = claims.compare(table("R3.initial", "val_accuracy", [0.9101, 0.9102, 0.91]), True)
    less = claims.compare(table("R3.initial", "val_accuracy", [0.5, 0.51, 0.5]), True)
    found = reports.every(known, less, holds)
    (row,) = found[found["verdict"] != "not run"].to_dict("records")
    assert (row["report"], row["verdict"], row["seeds"], row["detail"]) == ("R3", "holds", "3", "")
    assert found.index[found["verdict"] == "holds"].tolist() == [0], "what was judged comes first"
    (other,) = reports.every(known, holds, less).head(1).to_dict("records")
    assert (other["verdict"], other["detail"]) == ("contradicted", "we measure less")
    assert reports.found(found) == f"Of {len(found)} claims 1 were looked at: 1 holds."


def test_a_claim_is_read_with_its_system_its_place_and_the_whole_verdict():
    read = reports.shown(reports.every(claims.compare(table("R3.initial", "val_accuracy", [0.5, 0.51, 0.5]), True)))
    assert (
        read.loc[0, "claim"].startswith("R3.initial: validation accuracy") and "(section 3.1)" in read.loc[0, "claim"]
    )
    assert read.loc[0, "verdict"] == "contradicted: we measure less"


def test_counts_agree_in_number():
    found = pd.DataFrame({"verdict": ["holds", "contradicted", "contradicted", "not run"]})
    assert reports.counted(found) == "1 holds, 2 are contradicted, 1 not run"


@pytest.mark.parametrize("report", ["R1", "R2", "R3", "R4", "R5"])
def test_every_report_has_a_whole_page(report, known):
    page = reports.page(report, reports.every(known))
    assert list(page) == ["Scope", "What holds", "What was easy", "What was hard"]
    sentences = [each for part in page.values() for each in part]
    assert all(isinstance(each, str) and each.endswith(".") for each in sentences)
    assert all(page.values()) and page["What holds"][0].startswith("Of ")


def test_a_report_without_a_page_is_named(known):
    with pytest.raises(LookbookError, match=r"reports.yaml has no report R9; it has R1, R2, R3, R4, R5"):
        reports.page("R9", reports.every(known))


def test_the_claimed_accuracy_is_that_of_test_pictures_where_there_is_one():
    assert reports.claimed("R4.rmsprop_aug") == "test .9143"
    assert reports.claimed("R3.initial") == "validation .91"
    assert reports.claimed("fast") == ""
