"""Every claim in one table, and a page for each report."""

import pandas as pd
import pytest

from lib import claims
from lib.base.errors import LookbookError
from lib.claims import by_reference, reports, summary, within


def judged(**changes):
    """Return all claims as if nothing had been run; changes: of claims by their id, with _of_ for each point."""
    found = by_reference.everything({})
    for name, row in changes.items():
        for column, value in row.items():
            found.loc[found["id"] == name.replace("_of_", "."), column] = value
    return found


HELD = {"measured": 0.9101, "low": 0.905, "high": 0.915, "seeds": 3, "verdict": "holds"}
LESS = {"measured": 0.5, "low": 0.45, "high": 0.55, "seeds": 3, "verdict": "contradicted: we measure less"}


def test_every_claim_is_there_and_what_was_not_run_says_so():
    found = reports.every(judged())
    assert len(found) == len(claims.load()) + len(within.load())
    decided = [claim for claim in claims.load() if "unjudged" in claim]
    assert int((found["verdict"] == "not run").sum()) == len(claims.load()) - len(decided)
    assert set(found["report"]) <= set(reports.authored())


def test_a_claim_is_read_with_its_system_its_place_and_the_whole_verdict():
    rows = judged(R3_of_initial_of_val_accuracy=LESS, R3_of_initial_of_running_accuracy=HELD)
    found = reports.every(rows)
    assert found["verdict"].tolist().index("holds") == 0, "what holds comes first"
    read = reports.shown(found).set_index("claim")
    row = read.loc["R3.initial: validation accuracy after 20 epochs (section 3.1)"]
    assert row["verdict"] == "contradicted: we measure less" and row["seeds"] == "3"
    assert row["measured"] == "mean 0.5000 (0.4500\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}0.5500)"
    assert "R1: 6,667" not in " ".join(read.index), "a statement of a report is of no system"


def test_each_interval_says_what_it_is_of():
    """Of one more run, of the mean, of a difference; where two are equal for practice, the interval that says so."""

    def measured(interval, claim="R3_of_initial_of_val_loss"):
        found = reports.every(judged(**{claim: HELD | {"interval": interval}}))
        told = found.loc[found["measured"] != "", "measured"]
        return next(each for each in told if ".91" in each or "91.0" in each).replace("\N{NO-BREAK SPACE}", " ")

    assert measured("one more run") == "mean 0.9101; one more run: 0.9050 to 0.9150"
    assert measured("mean") == "mean 0.9101 (0.9050 to 0.9150)"
    assert measured("difference from another") == "difference 0.9101 (0.9050 to 0.9150)"
    told = measured("difference from another (90% interval)")
    assert told == "difference 0.9101 (90% interval: 0.9050 to 0.9150)"
    told = measured("difference from another", "R3_of_initial_of_val_accuracy")
    assert told == "+91.0 points of validation accuracy (+90.5 to +91.5)", "shares differ in percentage points"
    equal = HELD | {"interval": "difference from another (90% interval)", "verdict": "equal for practice"}
    read = reports.shown(reports.every(judged(R4_of_rmsprop_of_leads_of_val=equal, R3_of_initial_of_turn=equal)))
    assert "equal for practice (within 0.3 points)" in set(read["verdict"])


def test_one_claim_is_told_in_words():
    own = {"id": "R3.final.better", "report": "R3, conclusion", "claim": "better", "seeds": 5}
    rows = pd.DataFrame([LESS | own | {"measured": -0.0131, "low": -0.02, "high": -0.007}])
    told = summary.example(rows)
    assert (
        "1.3 percentage points fewer of the test pictures correctly than the first (95% interval: 0.7 to 2.0)" in told
    )
    assert told.endswith("The claim is contradicted, with a number of epochs that we had to choose.\n\n")
    assert summary.example(rows.assign(verdict="not judged")) == "" == summary.example(rows.iloc[:0])


@pytest.mark.parametrize(
    ("figure", "read"), [(0.9143, "0.9143"), (3.4567, "3.46"), (71.04, "71.0"), (98442, "98,442"), (30, "30")]
)
def test_a_figure_has_the_digits_that_its_size_carries(figure, read):
    assert reports.short(figure) == read


def test_counts_agree_in_number():
    found = pd.DataFrame({"verdict": ["holds", "contradicted", "contradicted", "not run"]})
    assert reports.counted(found) == "1 holds, 2 are contradicted, 1 is not run"


@pytest.mark.parametrize("report", ["R1", "R2", "R3", "R4", "R5"])
def test_every_report_has_a_whole_page(report):
    page = reports.page(report, reports.every(judged()))
    assert list(page) == ["Scope", "What holds", "What was easy", "What was hard"]
    sentences = [each for part in page.values() for each in part]
    assert all(isinstance(each, str) and each.endswith(".") for each in sentences)
    assert all(page.values()) and page["What holds"][0].startswith("Of ")


def test_a_report_without_a_page_is_named():
    with pytest.raises(LookbookError, match=r"reports.yaml has no report R9; it has R1, R2, R3, R4, R5"):
        reports.page("R9", reports.every(judged()))


def test_the_claimed_accuracy_is_that_of_test_pictures_where_there_is_one():
    assert reports.claimed("R4.rmsprop_aug") == "test .9143"
    assert reports.claimed("R3.initial") == "validation .91"
    assert reports.claimed("fast") == ""


def test_what_became_of_the_proposal_to_combine_models():
    assert reports.proposed(judged()) == ""
    rows = judged(R4_of_ensemble=HELD | {"measured": 0.004, "low": -0.004, "high": 0.012})
    assert reports.proposed(rows).endswith("brings +0.4 points (-0.4 to +1.2) beside the best of them: holds.")
