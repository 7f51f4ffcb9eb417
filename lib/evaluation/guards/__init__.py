"""Guards: faults of method that a good-looking figure can hide. Every report prints their verdicts.

training      what a training did, and what its figures look like
data          which pictures it was given, and which it was measured on
augmentation  may a random change change what a label means?

Each guard takes a finished run of a network (`lib.training.run.Run`) and its data set as it was loaded, and returns
(whether it fires, what it saw). It is named after its fault, or after what it makes sure of.
"""

from collections.abc import Collection

from lib.data.dataset import Dataset
from lib.evaluation.guards.augmentation import label_unsafe_augmentation
from lib.evaluation.guards.data import (
    copies_across_parts,
    evaluation_data_changed,
    groups_across_parts,
    input_statistics,
    more_pictures_than_exist,
    test_read_once,
)
from lib.evaluation.guards.training import (
    finite_loss,
    layer_never_learns,
    majority_share,
    one_bar_predictions,
    steps_times_batch,
)

OF_RUNS = [
    majority_share, one_bar_predictions, finite_loss, layer_never_learns, steps_times_batch,
    input_statistics, label_unsafe_augmentation, evaluation_data_changed, test_read_once,
]  # fmt: skip
OF_SPLITS = [copies_across_parts, groups_across_parts, more_pictures_than_exist]  # the same for all runs of a split
GUARDS = OF_RUNS + OF_SPLITS
OF_ANSWERS = [majority_share, one_bar_predictions]
OF_FIGURES = [majority_share, one_bar_predictions, finite_loss, layer_never_learns]  # these need no pictures
MEANS = {  # what a fired guard says of the figures of the report
    "majority_share": "The network may have learnt only which class is the largest.",
    "one_bar_predictions": "On these pictures the network gives one answer only, whatever it sees.",
    "finite_loss": "That training failed, so its results are left out of the means.",
    "layer_never_learns": "The network that was measured is smaller than its name says.",
    "steps_times_batch": "Some pictures were used more or less often than the settings say.",
    "input_statistics": "The network sees other pixels than it was built for, so its results are too low.",
    "label_unsafe_augmentation": "Some changed training pictures may not fit their label, or look like no real one.",
    "evaluation_data_changed": "Validation and test results are not about the pictures of the split.",
    "test_read_once": "The test results of that run are too good, because they took part in a choice.",
    "copies_across_parts": "Validation and test results can be too good, at most by the share of these pictures.",
    "groups_across_parts": "Validation and test results can be too good: training had relatives of these pictures.",
    "more_pictures_than_exist": "Copies count as pictures, so intervals are too narrow.",
}


def check(runs: list, dataset: Dataset, collapsed: Collection[str] = ()) -> list[dict[str, str]]:
    """Return one row per guard: guard, verdict ("passed" or "fired"), detail, and what it means where it fired.

    The detail names the first run in which it fired.

    runs: of networks, trained on `dataset`; without any there is nothing to look at, and no row. collapsed: keys of
    runs that give one answer for every picture, where the page itself says so: the guards of answers leave them out.
    """
    found: dict[str, list[str]] = {guard.__name__: [] for guard in GUARDS}
    splits = []
    for run in runs:
        guards = OF_RUNS if run.config.data in splits else GUARDS
        splits += [] if run.config.data in splits else [run.config.data]
        for guard in guards:
            if collapsed and guard in OF_ANSWERS and run.key in collapsed:
                continue
            fires, detail = guard(run, dataset)
            if fires:
                where = "" if guard in OF_SPLITS else f"{run.label} seed {run.config.seed}: "
                found[guard.__name__].append(where + detail)
    left_out = sum(run.key in collapsed for run in runs) if collapsed else 0
    rows = [
        _row(guard.__name__, found[guard.__name__], len(runs), "run", left_out if guard in OF_ANSWERS else 0)
        for guard in OF_RUNS
        if left_out < len(runs) or guard not in OF_ANSWERS
    ]
    rows += [_row(guard.__name__, found[guard.__name__], len(splits), "split") for guard in OF_SPLITS]
    return rows if runs else []


def of_figures(runs: list) -> list[dict[str, str]]:
    """Return one row per guard that needs no pictures, as `check` does: of runs whose data set is not here."""
    rows = []
    for guard in OF_FIGURES:
        seen = [(f"{run.label} seed {run.config.seed}", *guard(run, None)) for run in runs]
        found = [f"{who}: {detail}" for who, fires, detail in seen if fires]
        rows.append(_row(guard.__name__, found, len(runs), "run"))
    return rows


def caught(runs: list) -> str:
    """Return in a sentence how many of these runs the guards of `of_figures` fire at."""
    number = sum(any(guard(run, None)[0] for guard in OF_FIGURES) for run in runs)
    verb = "are" if number > 1 else "is"
    return f"{number or 'None'} of these {len(runs)} trainings {verb} among those that a check of method found."


def _row(guard: str, found: list[str], looked_at: int, thing: str, left_out: int = 0) -> dict[str, str]:
    """Return the row of a guard that looked at so many runs or splits, and found so much; left_out: collapsed runs."""
    if looked_at == 1:
        scope = "" if found else f"in the only {thing}"
    else:
        scope = f"{len(found)} of {looked_at} {thing}s" if found else f"in all {looked_at} {thing}s"
    detail = (f"{found[0]} ({scope})" if scope else found[0]) if found else scope
    row = {"guard": guard.replace("_", " "), "verdict": "fired" if found else "passed", "detail": detail}
    if left_out and not found:
        row |= {"scope": f"{looked_at - left_out} of {looked_at} {thing}s; the others collapsed"}
        row["detail"] = row["scope"]
    return row | ({"means": MEANS[guard], "scope": scope} if found else {})
