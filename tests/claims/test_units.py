"""Claims as a table: each figure with its unit."""

import pandas as pd

from lib.claims import by_reference, units


def test_figures_have_units_and_two_opposite_claims_are_one_row():
    judged = by_reference.at_full_length(["R2.optimised, batch 16", "R2.optimised, batch 128"], "test_accuracy").judged
    joined = units.opposites(judged, "R2.batch.smoother", "R2.batch.jumpier", "both")
    table = units.with_units(joined)
    assert len(table) == len(joined) == len(judged) - 1
    both = table[table["claim"] == "both (sections 5.2 and 6)"].iloc[0]
    assert both["our runs"].startswith("falls ") and " points (" in both["our runs"]
    assert both["verdict"].endswith(" (both claims)")
    assert units.opposites(judged, "R2.batch.smoother", "no such id", "both") is judged


def test_where_the_two_have_different_verdicts_both_are_told():
    row = {"report": "R2, section 5.2", "system": "x", "claim": "c", "claimed": "lower", "measured": -0.1, "low": -0.2}
    row |= {"high": -0.01, "interval": "difference from y", "seeds": 3, "verdict": "holds", "id": "R2.batch.smoother"}
    other = row | {"id": "R2.batch.jumpier", "claimed": "higher", "verdict": "contradicted: we measure less"}
    found = units.opposites(pd.DataFrame([row, other]), "R2.batch.smoother", "R2.batch.jumpier", "both")
    shown = units.with_units(found).iloc[0]
    assert shown["verdict"] == "holds; the other contradicted: we measure less"
    assert shown["our runs"] == "falls -10.0 points (-20.0\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}-1.0)"


def test_epochs_losses_and_one_more_run():
    names = ["R2.optimised, no dropout", "R2.optimised"]
    told = " ".join(units.with_units(by_reference.at_full_length(names, "test_accuracy").judged)["our runs"])
    assert " epochs (+" in told and "; one more run: " in told and "gap 0." in told and "epoch " in told


def test_a_lower_bound_says_so_and_a_claim_about_the_gap_is_told_by_the_printed_loss_too():
    names = ["R2.optimised, no dropout", "R2.optimised"]
    found = by_reference.at_full_length(names, "test_accuracy")
    table = units.with_units(found.judged, ["R2.dropout.later"])
    assert [" epochs or more (+" in told for told in table["our runs"]].count(True) == 1
    assert "we ask for 1.0 points at most. More seeds might settle it" in units.by_one_run(found.judged)
    assert units.by_one_run(found.judged.assign(verdict="holds")) == ""
    assert "would probably not settle it" in units.by_one_run(found.judged.assign(low=0.5))
    own = found.runs[found.runs["system"] == "R2.optimised"]
    told = units.by_printed_loss(own, "R2.dropout.together")
    assert told.startswith("*With dropout both loss curves go together*: by the training loss that Keras prints,")
    assert "the gap is 0.01 (" in told and ", and this holds." in told
    wide = own.assign(val_loss=own["val_loss"] + 1).head(1)
    assert "and this does not hold either." in units.by_printed_loss(wide, "R2.dropout.together")
    assert units.by_printed_loss(own.assign(val_loss=float("nan")), "R2.dropout.together") == ""
