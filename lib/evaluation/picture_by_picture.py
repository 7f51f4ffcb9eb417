"""Several systems on the same test pictures: who is right at which class, and which pictures are hard for all."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.evaluation import comparison, rare, statistics

EDGES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)  # of groups of pictures, by the share of people who are wrong


def recalls(grid: dict[str, list], classes: list[str]) -> pd.DataFrame:
    """Return the share of each class's test pictures that is found: class, system, seed, recall; a row a run and class.

    grid: for each system its runs (`lib.training.run.Run`), which need the chosen classes alone.
    """
    rows = []
    for system, runs in grid.items():
        for run in runs:
            labels, right = run.labels("test"), run.labels("test") == run.predicted("test")
            for number, name in enumerate(classes):
                about = {"class": name, "system": system, "seed": run.config.seed}
                rows.append(about | {"recall": float(right[labels == number].mean())})
    return pd.DataFrame(rows)


def f1_by_class(runs: list, target: str, classes: Sequence[str], trained: np.ndarray, fewest: int = 20) -> pd.DataFrame:
    """Return class, pictures (of the test), f1 (mean over runs), seeds (the f1 of each run), few, trained and label.

    Most training pictures first.

    trained: the number of training pictures of each class; the label is its name with that number. A class without a
    training picture, or without a test picture, is left out. few: whether it has less than `fewest` test pictures.
    """
    from sklearn.metrics import f1_score

    numbers = np.arange(len(classes))
    scores = [
        f1_score(
            run.labels("test", target), run.predicted("test", target), labels=numbers, average=None, zero_division=0
        )
        for run in runs
    ]
    pictures = np.bincount(runs[0].labels("test", target), minlength=len(classes))
    label = [f"{name} ({number:,})" for name, number in zip(classes, trained, strict=True)]
    table = pd.DataFrame({"class": list(classes), "pictures": pictures, "f1": np.mean(scores, axis=0)})
    table = table.assign(seeds=list(np.transpose(scores)))
    table = table.assign(trained=trained, label=label, few=pictures < fewest)[(pictures > 0) & (trained > 0)]
    return table.sort_values("trained", ascending=False, kind="stable", ignore_index=True)


def worst_notes(shares: pd.DataFrame, confusion: pd.DataFrame, worst: int = 3) -> list[str]:
    """Return a note a row: of the worst classes "mostly taken for Coat (20)", of those with few mistakes none.

    shares: columns class and right, 0 to 1. confusion: of `lib.evaluation.metrics.confusion`.
    """
    notes, limit = [], min(0.8, shares["right"].nsmallest(worst).max() + 1e-9)
    for name, right in zip(shares["class"], shares["right"], strict=True):
        mistakes = confusion.loc[name].drop(name)
        notes.append(f"mostly taken for {mistakes.idxmax()} ({mistakes.max()})" if right < limit else "")
    return notes


def against(recalls: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Return a row a class and system: recall (mean over seeds), low, high, difference, least, most, p_holm, sure.

    recalls: as the function of that name returns it. low and high: 95% interval of the mean; difference: from
    `reference`, seed by seed, and its interval, NaN for `reference` itself. sure: whether p_holm, corrected over ALL
    classes and systems, is below .05: of a hundred comparisons five would look sure by chance.
    """
    parts = []
    for name, own in recalls.groupby("class", sort=False):
        means = comparison.summarise(own, "recall")[["system", "mean", "low", "high"]]
        found = comparison.against(own, "recall", reference)[["system", "difference", "low", "high", "p"]]
        joined = means.merge(found.rename(columns={"low": "least", "high": "most"}), how="left", on="system")
        parts.append(joined.rename(columns={"mean": "recall"}).assign(**{"class": name}))
    table = pd.concat(parts, ignore_index=True)
    tested = table["p"].notna()
    table["p_holm"] = np.nan
    table.loc[tested, "p_holm"] = statistics.holm(table.loc[tested, "p"].tolist())
    table["sure"] = table["p_holm"] < comparison.RESOLVED
    columns = ["class", "system", "recall", "low", "high", "difference", "least", "most", "p_holm", "sure"]
    return table[columns]


def wrong(grid: dict[str, list]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return positions (N,) and labels (N,) of the test pictures, and which share of networks is wrong, float64 (N,).

    Every system counts alike, however many seeds it has. LookbookError where systems have other test pictures.
    """
    runs = [run for own in grid.values() for run in own]
    positions, labels = runs[0].positions("test"), runs[0].labels("test")
    for run in runs:
        if not np.array_equal(run.positions("test"), positions):
            raise LookbookError(f"{run.label} has other test pictures than {runs[0].label}: compare runs on the same")
    of_system = [np.mean([run.predicted("test") != labels for run in own], axis=0) for own in grid.values()]
    return positions, labels, np.mean(of_system, axis=0)


def only(first: list, second: list, most: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return which test pictures all runs of one list get right and none of the other: of `first`, of `second`.

    int (M,) each, numbers within the test part, in its order; at most `most`.
    """
    right = [np.array([run.predicted("test") == run.labels("test") for run in runs]) for runs in (first, second)]
    ways = (right, right[::-1])
    won, lost = (np.flatnonzero(one.all(axis=0) & ~other.any(axis=0))[:most] for one, other in ways)
    return won, lost


def told_only(found: Sequence[np.ndarray], names: Sequence[str], most: str, shown: Sequence[str]) -> str:
    """Return in words on how many pictures only the first of two is right, on how many only the second.

    found: of `only`, all of them. names: what the two are called. most: the article of `where`, "" for none; shown:
    what each test picture shows.
    """
    won, lost = (len(own) for own in found)
    told = (
        f"In every seed, only {names[0]} is right on {won} test picture{'' if won == 1 else 's'}, and only {names[1]} "
    )
    both = [int(k) for own in found for k in own]
    same = sum(shown[k] == most for k in both)
    end = f" {same} of these {len(both)} show {most}:" if len(both) > 1 and most else ""
    return f"{told}on {lost}.{end}"


def where(found: Sequence[np.ndarray], shown: Sequence[str]) -> str:
    """Return the article on which two ways to answer differ most, "" where they never do; arguments as `told_only`."""
    return str(
        pd.Series([shown[int(k)] for own in found for k in own], dtype=object).value_counts().index[:1].str.cat()
    )


def of_article(
    article: str, shown: np.ndarray, grid: dict[str, list], classes: Sequence[str]
) -> tuple[pd.DataFrame, str]:
    """Return a row for each class of the test pictures that show an article: how many, each one's rights; a caption.

    shown: what each test picture shows (N,). grid: who answers -> runs; their counts read "8 to 13".
    """
    first = next(iter(grid.values()))[0]
    truth, rows = first.labels("test"), []
    for k, name in enumerate(classes):
        own = (shown == article) & (truth == k)
        if own.any():
            row: dict[str, object] = {"true usage": name, f"{article} in test": int(own.sum())}
            for who, runs in grid.items():
                right = pd.Series([int((run.predicted("test")[own] == k).sum()) for run in runs])
                row[f"{who} right"] = rare.span(right)
            rows.append(row)
    return pd.DataFrame(rows), f"Test pictures of {article}, and how many each gets right"


def by_share(people: pd.DataFrame, networks: np.ndarray) -> pd.DataFrame:
    """Return groups of pictures by the share of people who are wrong: people, pictures, networks, low, high.

    people: as `lib.data.fashion_mnist.votes.of_pictures` returns them; networks: as `wrong` does. In the table:
    networks: their share's mean over the group's pictures, with its 95% interval. A group without pictures has no row.
    """
    share = people["wrong"].to_numpy()
    groups = {"none": share == EDGES[0]}
    for low, high in zip(EDGES, EDGES[1:], strict=False):
        ends = f"{low * 100:.0f} to {high * 100:.0f}%" if low else f"up to {high * 100:.0f}%"
        groups[ends] = (share > low) & (share <= high)
    rows = []
    for name, own in groups.items():
        if own.any():
            summary = statistics.over_seeds(networks[own].tolist())
            about = {"people": f"{name} ({int(own.sum()):,})", "pictures": int(own.sum()), "networks": summary["mean"]}
            rows.append(about | {"low": summary["low"], "high": summary["high"]})
    return pd.DataFrame(rows)


def always_wrong(networks: np.ndarray, people: pd.DataFrame | None) -> np.ndarray:
    """Return which pictures every network gets wrong, int (M,), those first that fewest people get wrong.

    networks: as `wrong` returns it. people: as `lib.data.fashion_mnist.votes.of_pictures` returns them.
    """
    found = np.flatnonzero(networks == 1)
    return found if people is None else found[np.argsort(people["wrong"].to_numpy()[found], kind="stable")]


def told(by_class: pd.DataFrame, reference: str) -> str:
    """Return in words a system's worst class, where another is clearly better than it, and what this could have found.

    by_class: of `against`. reference: the system.
    """
    own = by_class[by_class["system"] == reference]
    hardest = own.sort_values("recall").iloc[0]
    others = by_class[by_class["difference"].notna()]
    better = others[others["sure"] & (others["difference"] > 0)].to_dict("records")
    said = f"The hardest class for {reference} is {hardest['class']}: it finds {hardest['recall']:.1%} of its pictures."
    if others.empty:
        return said
    if better:
        named = ", ".join(f"{row['system']} at {row['class']}" for row in better)
        return f"{said} Clearly better than {reference}: **{named}**."
    if others["most"].isna().all():
        return f"{said} With one seed there is no interval, so no other system can be clearly better or worse."
    ahead = int((others["difference"] > 0).sum())
    below = int((others["most"] < 0).sum())
    clear = int((others["sure"] & (others["difference"] < 0)).sum())
    return (
        f"{said} No system is clearly better than {reference} at any class. In {ahead or 'none'} of "
        f"{len(others)} comparisons another system has the higher mean{', which could be chance' if ahead else ''}."
        "\n\nOnly large differences could be found so: "
        f"{below or 'none'} of the {len(others)} intervals lie below zero, and {clear or 'none'} of these "
        f"stay{'s' if clear == 1 else ''} clear after the correction."
    )


def told_people(people: pd.DataFrame, networks: np.ndarray) -> str:
    """Return in words how alike the mistakes of people and networks are, by Spearman's rank correlation."""
    from scipy.stats import spearmanr

    alike = float(spearmanr(people["wrong"], networks).statistic)
    return (
        f"The rank correlation of the two shares is {alike:.2f}. The majority of people is right about "
        f"{people['majority'].mean():.1%} of the pictures, a network about {1 - networks.mean():.1%} on average."
    )
