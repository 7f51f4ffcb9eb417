"""A class with few pictures: what is found of it, and whether that is more than luck."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison, metrics
from lib.evaluation.sentences import placed, plural

SHOWN = ("accuracy", "balanced_accuracy", "macro_f1")  # in an overview
Answers = Mapping[str, Sequence[np.ndarray]]  # way -> the chosen classes (N,) of each seed


def found(answers: Answers, labels: np.ndarray, number: int) -> pd.DataFrame:
    """Return how many pictures of class `number` are found, by way and seed (counted from 0); labels: int (N,).

    Columns: way, seed, called (pictures that are called so), found, of, recall, its 95% Wilson interval (low, high),
    blind (the recall of somebody who calls as many pictures so without a look), sure (whether low is above that).
    """
    own, rows = labels == number, []
    for way, of_seeds in answers.items():
        for seed, chosen in enumerate(of_seeds):
            called = chosen == number
            hits = int((called & own).sum())
            row = {"way": way, "seed": seed, "called": int(called.sum()), "found": hits, "of": int(own.sum())}
            rows.append(row | {"recall": hits / max(int(own.sum()), 1), "blind": float(called.mean())})
    table = comparison.with_wilson(pd.DataFrame(rows), "recall", "of")
    return table.assign(sure=table["low"] > table["blind"])


def told(table: pd.DataFrame) -> str:
    """Return in words what each way finds, from its worst to its best seed: "0 to 3 (untreated) of 10"."""
    parts = []
    for way, own in table.groupby("way", sort=False)["found"]:
        least, most = int(own.min()), int(own.max())
        parts.append(f"{least} to {most} ({way})" if least < most else f"{least} ({way})")
    return f"{', '.join(parts)} of {table['of'].iloc[0]}"


def recalls(answers: Answers, labels: np.ndarray, classes: Sequence[str]) -> pd.DataFrame:
    """Return the mean recall over seeds of each way and class: way, group (the class), recall."""
    rows = [
        {"way": way, "group": name, "recall": float(np.mean([(each[labels == k] == k).mean() for each in of_seeds]))}
        for way, of_seeds in answers.items()
        for k, name in enumerate(classes)
    ]
    return pd.DataFrame(rows)


def told_few(table: pd.DataFrame, name: str) -> str:
    """Return in a sentence that accuracy's blindness is certain, and how uncertain the middle seed's recall is.

    table: of `found`, one way.
    """
    row = table.sort_values("recall", kind="stable").iloc[len(table) // 2]
    of, way = int(row["of"]), row["way"]
    if not of:
        return f"This is arithmetic, and certain; but there are no test pictures of {name}."
    interval = f"by its 95% interval it could be anything from {row['low']:.0%} to {row['high']:.0%}"
    return (
        f"This is arithmetic, and certain; but what share of {name} {way} would find elsewhere is not, because "
        f"{int(row['found'])} of {of} is {row['recall']:.0%}, and {interval}."
    )


def told_f1(truth: np.ndarray, said: np.ndarray, number: int, who: str, name: str) -> str:
    """Return in sentences how the F1 of one class is worked out; truth, said: int (N,) of who."""
    hits, called = int(((truth == number) & (said == number)).sum()), int((said == number).sum())
    own = int((truth == number).sum())
    if not hits:
        return f"{who[:1].upper()}{who[1:]} finds none of the {own} {name} pictures: its F1 is 0."
    precision, recall = hits / called, hits / own
    return (
        f"An example: {who} says {name} {called} times, and is right {hits} times: a precision of {precision:.2f}. "
        f"There are {own} such pictures: a recall of {recall:.2f}. F1 = 2 x {precision:.2f} x {recall:.2f} / "
        f"({precision:.2f} + {recall:.2f}) = {2 * hits / (called + own):.2f}."
    )


def told_price(table: pd.DataFrame, name: str) -> str:
    """Return in sentences how many pictures a way calls `name`, and how often wrongly; table: of `found`, one way."""
    way, called = table["way"].iloc[0], table["called"]
    if not called.any():
        return f"{way[:1].upper()}{way[1:]} calls no test picture {name}."
    wrong = 1 - table["found"].sum() / called.sum()
    of, most = int(table["of"].iloc[0]), int(table["found"].max())
    hits = _range(table["found"]) if most else "none"
    first = f"{way[:1].upper()}{way[1:]} find{_s([way])} {hits} of the {of} test pictures of {name}."
    return f"{first} It calls {_range(called)} pictures {name}, and {wrong:.0%} of these answers are wrong."


def _range(numbers: pd.Series) -> str:
    """Return whole numbers in words, from the smallest to the largest: "8 to 13", or "8"."""
    least, most = int(numbers.min()), int(numbers.max())
    return f"{least:,} to {most:,}" if least < most else f"{most:,}"


def told_luck(table: pd.DataFrame, name: str) -> str:
    """Return in a sentence in how many trainings more is found than by luck; table: of `found`, one way."""
    sure, way = int(table["sure"].sum()), table["way"].iloc[0]
    number = f"all {sure}" if sure == len(table) > 1 else f"{sure} of {len(table)}"
    return f"In {number} trainings {way} find{_s([way])} clearly more {name} pictures than random guessing would."


def beside_chance(table: pd.DataFrame) -> pd.DataFrame:
    """Return `found` of one way for a figure: a row a training and group, which is "network" or "at random"."""
    shown = table.assign(training="seed " + table["seed"].astype(str), group="network")
    blind = {name: table["blind"] for name in ("recall", "low", "high")}
    return pd.concat([shown, shown.assign(group="at random", **blind)])


def told_shift(before: np.ndarray, after: np.ndarray, truth: np.ndarray, classes: Sequence[str]) -> str:
    """Return in sentences how many pictures a shift of the logits (N, classes) calls the last class."""
    last, name = len(classes) - 1, classes[-1]
    first, own = before.argmax(axis=1) == last, after.argmax(axis=1) == last
    right, of = int((own & (truth == last)).sum()), int((truth == last).sum())
    return (
        f"In the first training, the network says {name} to {int(first.sum())} validation pictures. After the shift "
        f"it says so {int(own.sum())} times: it finds {right} of the {of}, and {int(own.sum()) - right} of the "
        "answers are wrong."
    )


def told_worth(differences: pd.DataFrame) -> str:
    """Return in words which ways are better than no treatment, and which worse; of `lib.evaluation.comparison`."""
    kinds = differences["verdict"]
    parts = []
    for verdict, said in ((comparison.HIGHER, "raise"), (comparison.LOWER, "lower")):
        names = differences.loc[kinds == verdict, "system"].tolist()
        parts += [f"{listed(names)} clearly {said}{_s(names)} macro-F1"] if names else []
    rest = differences.loc[~kinds.isin([comparison.HIGHER, comparison.LOWER]), "system"].tolist()
    if rest and parts:
        parts.append(f"{listed(rest)} make{_s(rest)} no clear difference")
    told = "; ".join(parts) or "no method clearly raises or lowers macro-F1"
    return f"On the test pictures, compared with no treatment, {told}."


def _s(names: Sequence[str]) -> str:
    """Return the ending of a verb after these names."""
    return "" if plural(names) else "s"


def beside(table: pd.DataFrame, measure: str, baselines: Mapping[str, float]) -> pd.DataFrame:
    """Return a row for each baseline: how a system's seeds differ from it (`lib.evaluation.comparison.against`).

    table: the runs of one system. p_holm is corrected for the number of baselines; `system` names the baseline.
    """
    rows = [comparison.against_figure(table, measure, value).assign(system=name) for name, value in baselines.items()]
    found = comparison.with_holm(pd.concat(rows, ignore_index=True))
    lost = found["verdict"].isin([comparison.HIGHER, comparison.LOWER]) & (found["p_holm"] >= comparison.RESOLVED)
    unsure = "not resolvable with " + found["n"].map(comparison.seeds)
    return found.assign(verdict=found["verdict"].mask(lost, unsure))


def told_beside(found: pd.DataFrame, name: str, mean: float, baselines: Mapping[str, float]) -> str:
    """Return in sentences whether a system, with this mean, is better than baselines; found: of `beside`."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in comparison.each_row(found):
        sure = "clearly " if row.verdict in (comparison.HIGHER, comparison.LOWER) else ""
        said = f"{sure}{'better' if row.difference > 0 else 'worse'} than"
        end = "" if sure else ", but that could be chance"
        groups.setdefault((said, end), []).append(f"{row.system} ({baselines[row.system]:.3f})")
    told = [f"{said} {listed(names)}{end}" for (said, end), names in groups.items()]
    return f"{name[:1].upper()}{name[1:]} ({mean:.3f}) is {'. It is '.join(told)}."


def overview(grid: Mapping[str, Sequence], classes: Sequence[str]) -> pd.DataFrame:
    """Return of always the largest class, and of each system, accuracy, balanced accuracy, macro-F1 and what it finds.

    grid: system -> its runs (`lib.training.run.Run`), on the same test pictures. The last class is looked for; "0 to 2
    of 11" is from the worst seed to the best.
    """
    labels = next(iter(grid.values()))[0].labels("test")
    always = metrics.classification(labels, np.eye(len(classes))[np.zeros(len(labels), int)])
    last = len(classes) - 1
    looked_for = f"{classes[last]} found"
    of = int((labels == last).sum())
    rows = [{"system": f"always {classes[0]}"} | {f"test_{k}": always[k] for k in SHOWN} | {looked_for: f"0 of {of}"}]
    for system, runs in grid.items():
        hits = [int((run.predicted("test")[labels == last] == last).sum()) for run in runs]
        told = f"{min(hits)} to {max(hits)}" if min(hits) < max(hits) else f"{hits[0]}"
        means = {f"test_{k}": float(np.mean([run.metrics[f"test_{k}"] for run in runs])) for k in SHOWN}
        rows.append({"system": system} | means | {looked_for: f"{told} of {of}"})
    return pd.DataFrame(rows)


def told_change(table: pd.DataFrame, names: Mapping[str, str], name: str) -> str:
    """Return in two sentences what accuracy hides of a class, and what a treatment finds of it at which price.

    table: of `overview`, which begins with always the largest class. names: of the network without treatment, and of
    the treated one, what a sentence calls them.
    """
    (untreated, without), (treated, with_it) = names.items()
    rows = table.set_index("system")
    always, before, after = (rows.loc[each] for each in (table["system"].iloc[0], untreated, treated))
    none, found = (each[f"{name} found"].partition(" of ") for each in (before, after))
    seen = "none" if none[0] == "0" else none[0]
    f1, was = after["test_macro_f1"], before["test_macro_f1"]
    same = "at the same macro-F1" if abs(f1 - was) < comparison.EQUAL else "with a macro-F1 of"
    beside = "and" if same.startswith("at") else "instead of"
    figures = f"({f1:.3f} {beside} {was:.3f})" if beside == "and" else f"{f1:.3f} instead of {was:.3f}"
    return (
        f"The same on real pictures: {table['system'].iloc[0]} is right for {always['test_accuracy']:.1%}, and "
        f"{without}, right for {before['test_accuracy']:.1%}, finds {seen} of the {none[2]} test pictures of {name}. "
        f"With {with_it} it finds {found[0]}, {same} {figures} and an accuracy of {after['test_accuracy']:.1%}."
    )


def told_methods(runs: pd.DataFrame, measure: str, untreated: str) -> str:
    """Return in sentences whether methods are better than none on real pictures; runs: of `lib.runs.tabulate`."""
    found = comparison.against(runs, measure, untreated)
    means = runs.groupby("system")[measure].mean()
    named = {way: f"{way} ({means[way]:.3f} in macro-F1)" for way in found["system"]}
    return placed(found, f"no treatment ({means[untreated]:.3f})", named, "On real pictures, ")


def told_never(classes: Sequence[str], accuracy: float, macro_f1: float) -> str:
    """Return in sentences what accuracy hides, by the figures of always the first class."""
    return (
        f"Accuracy hides that rare classes are not found. Always answering {classes[0]} is right for {accuracy:.1%} of "
        f"the validation pictures, but finds not a single {' or '.join(classes[1:])} picture: its macro-F1 is only "
        f"{macro_f1:.3f}."
    )


def told_offsets(macro_f1: Mapping[str, float], accuracy: Mapping[str, float], other: str) -> str:
    """Return in a sentence what offsets reach on the test pictures, beside another way."""
    told = f"reach {macro_f1['offsets']:.3f} in test macro-F1, at an accuracy of {accuracy['offsets']:.3f}"
    beside = f"; {other}: {macro_f1[other]:.3f}, at {accuracy[other]:.3f}" if other != "offsets" else ""
    return f"Offsets need no new training, and {told}{beside}."


def told_choice(by: Mapping[str, str]) -> str:
    """Return in sentences which way each measure picks; by: measure in words -> the way. The last one is ours."""
    picks: dict[str, list[str]] = {}
    for measure, way in by.items():
        picks.setdefault(way, []).append(measure)
    told = [f"by {' or '.join(measures)}{{}} **{way}**" for way, measures in picks.items()]
    first = told[0].format(" we would pick")
    rest = "".join(f", {each.format('')}" for each in told[1:])
    which = "So the measure picks the winner" if len(picks) > 1 else "Another measure could pick another"
    return f"{first[:1].upper()}{first[1:]}{rest}. {which}: choose it first. We choose {list(by)[-1]}."
