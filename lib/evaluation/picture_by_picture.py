"""Several systems on the same test pictures: who is right at which class, and which pictures only one gets right."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.data.dataset import Dataset
from lib.evaluation import metrics, rare


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


def about_labels(dataset: Dataset, shown: np.ndarray) -> str:
    """Return what is known of the labels of some pictures, by their positions: of drawn ones whether they are right."""
    if not len(shown):
        return ""
    if "defects" not in dataset.truth:
        return "Is a picture strange, or its label wrong? Look before you blame the network."
    kinds = dataset.truth["defects"].query("position in @shown")["kind"]
    wrong, blank = int((kinds == "wrong label").sum()), int((kinds == "blank").sum())
    labels = (
        f"{wrong} of these labels {'is' if wrong == 1 else 'are'} wrong" if wrong else "none of these labels is wrong"
    )
    told = f"The kit drew the pictures, so it knows: {labels}."
    told += f" {blank} of the pictures {'is' if blank == 1 else 'are'} left blank on purpose." if blank else ""
    if dataset.name == "garments":  # as `lib.data.synthetic.garments` states the shares
        told += (
            " But neighbouring classes are drawn to overlap, as in photographs: a few T-shirts have long sleeves, a "
            "few shirts no collar, and some sandals a shaft."
        )
    return told


def told_pair(matrices: Sequence[pd.DataFrame]) -> str:
    """Return which two classes several trainings confuse most often, all together; a matrix each."""
    total = sum(matrices[1:], matrices[0])
    mistakes = int(metrics.confused_pairs(total)["mistakes"].iloc[0])
    if not mistakes:
        return "No class is taken for another one."
    return f"Most confused, both ways together: {metrics.hardest_pair(total)} ({mistakes:,})."


def worst_notes(shares: pd.DataFrame, confusion: pd.DataFrame, worst: int = 3) -> list[str]:
    """Return a note a row: of the worst classes "20 of 31 mistakes: Coat", of those with few mistakes none.

    shares: columns class and right, 0 to 1. confusion: of `lib.evaluation.metrics.confusion`.
    """
    notes, limit = [], min(0.8, shares["right"].nsmallest(worst).max() + 1e-9)
    for name, right in zip(shares["class"], shares["right"], strict=True):
        mistakes = confusion.loc[name].drop(name)
        of = f"{mistakes.sum()} mistake{'' if mistakes.sum() == 1 else 's'}"
        notes.append(f"{mistakes.max()} of {of}: {mistakes.idxmax()}" if right < limit else "")
    return notes


def told_both_ways(confusion: pd.DataFrame) -> str:
    """Return which two classes are confused most often, and how often either is taken for the other."""
    pair = metrics.confused_pairs(confusion).iloc[0]
    if not pair["mistakes"]:
        return "No class is taken for another one."
    one, other = pair["class"], pair["and"]
    ways = [f"{confusion.loc[true, said]} times {true} is called {said}" for true, said in ((one, other), (other, one))]
    return f"No pair of classes is confused more often than {one} and {other}: {' and '.join(ways)}."


def told_copies(images: np.ndarray, train: np.ndarray, new: np.ndarray) -> str:
    """Return in a sentence how many new pictures are copies of training pictures, "" for none; train, new: rows."""
    known = {images[row].tobytes() for row in train}
    copies = sum(images[row].tobytes() in known for row in new)
    if not copies:
        return ""
    are = "is a copy" if copies == 1 else "are copies"
    return (
        f"But {copies:,} of the validation pictures {are} of training pictures: notebook 01 looks for such. "
        "(The kit's checks see its own trainings only.)"
    )


def told_range(shares: pd.DataFrame) -> str:
    """Return in words that some classes are learnt better than others; shares: class and right, the best first."""
    best, worst = (f"{shares['class'].iloc[k]} ({shares['right'].iloc[k]:.0%})" for k in (0, -1))
    if shares["right"].iloc[0] == shares["right"].iloc[-1]:
        return f"It learns all classes alike ({shares['right'].iloc[0]:.0%})."
    return f"It does not learn all classes alike: best {best}, worst {worst}."


def told_more(accuracies: pd.Series, low: float, high: float, pictures: int) -> str:
    """Return what the last epoch tells of a longer training: nothing, where it changed less than is known.

    accuracies: on so many new pictures, after each epoch. low, high: 95% interval of the last one.
    """
    if len(accuracies) < 2:
        return "Whether more epochs help, one epoch cannot tell: try it in task 1."
    last, known = accuracies.diff().iloc[-1] * 100, (high - low) * 50
    number = round(abs(last) / 100 * pictures)
    changed = f"The last epoch changed the share of new pictures by {last + 0.0:+.1f} points ({number} of {pictures:,})"
    if abs(last) < known:
        return f"{changed}. That is too little to say whether more epochs help: try it in task 1."
    return f"{changed}, so more epochs {'may help' if last > 0 else 'may harm'}: try it in task 1."


def planted(dataset: Dataset, positions: np.ndarray) -> np.ndarray | None:
    """Return the true class of each picture whose label was planted wrong, -1 of others; None: nobody knows."""
    defects = dataset.truth.get("defects")
    if defects is None or "true_label" not in defects:
        return None
    wrong = defects[defects["kind"] == "wrong label"].set_index("position")["true_label"]
    return wrong.reindex(positions).fillna(-1).to_numpy(int)


def told_seen(seen: float, new: float) -> str:
    """Return how the share right of pictures that a network has seen is apart from that of new ones."""
    if abs(seen - new) < 0.03:
        return "about as many, so there is no sign that it has memorised them"
    return f"{abs(seen - new) * 100:.0f} points {'more' if seen > new else 'fewer'}"


def told_surest(sure: np.ndarray, pictures: int, said: np.ndarray, true: np.ndarray | None) -> str:
    """Return how many answers are not the label's, how sure they can be, and at which the label itself is wrong.

    sure: the probability of each such answer. said, true: of the surest ones, the answer, and what `planted` knows.
    """
    if not len(sure):
        return f"Of all {pictures:,} it gets none wrong."
    differ = "differs" if len(sure) == 1 else "differ"
    told = f"{len(sure):,} of all {pictures:,} answers {differ} from the label, the surest with {sure.max():.0%}."
    if true is None:
        return f"{told} Is the network wrong there, or the label? To be sure is not to be right."
    wrong = int((true >= 0).sum())
    if not wrong:
        return f"{told} No label in the lower row is wrong: to be sure is not to be right."
    right = int((true == said).sum())
    told += f" But of the {len(said)} labels in the lower row {wrong} {'is' if wrong == 1 else 'are'} wrong, and "
    told += "there the network is right" if right == wrong else f"at {right} of these the network is right"
    others = len(said) - right
    return f"{told}. {_own(others)}" if others else f"{told}."


def _own(others: int) -> str:
    mistakes = "One of the answers is a mistake" if others == 1 else f"{others} of the answers are mistakes"
    return f"{mistakes} of its own: to be sure is not to be right."


def only(first: list, second: list, most: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return which test pictures all runs of one list get right and none of the other: of `first`, of `second`.

    int (M,) each, numbers within the test part, in its order; at most `most`.
    """
    right = [np.array([run.predicted("test") == run.labels("test") for run in runs]) for runs in (first, second)]
    ways = (right, right[::-1])
    won, lost = (np.flatnonzero(one.all(axis=0) & ~other.any(axis=0))[:most] for one, other in ways)
    return won, lost


def told_coarse(labels: np.ndarray, classes: Sequence[str], begin: str = "Those", few: int = 20) -> str:
    """Return in sentences that a mark in macro-F1 rests on few pictures, "" where none does; labels: int (N,)."""
    counts = np.bincount(labels, minlength=len(classes))
    there = [int(k) for k in np.flatnonzero(counts)]
    least = min(there, key=lambda k: counts[k])
    if len(there) < 2 or counts[least] >= few:
        return ""
    said = listed([f"{counts[k]:,} {classes[k]}" for k in there])
    rests = f"one of the {len(there)} marks in macro-F1 rests on {counts[least]}"
    ending = "" if counts[least] == 1 else "s"
    return f"{begin} are {said}, so {rests} picture{ending}."


def told_alike(alike: Mapping[tuple[str, str], np.ndarray], rare_ones: np.ndarray, common: str, own: bool) -> str:
    """Return in sentences which share of the most similar pictures has the same article and usage.

    alike: ("article" or "usage", "pixels" or "features") -> bool (pictures, neighbours). rare_ones: bool, the pictures
    that are not `common`. own: whether the backbone learned to name the article.
    """

    def both(what: str, rows) -> str:
        pixels, features = (float(alike[what, way][rows].mean()) for way in ("pixels", "features"))
        return f"{pixels:.0%} by pixels, **{features:.0%}** by features"

    told = f"The same article: {both('article', slice(None))}. The same usage: {both('usage', slice(None))}"
    told += f"; of pictures that are not {common}, {both('usage', rare_ones)}." if rare_ones.any() else "."
    learned = "Our backbone learned the article, so that share should rise; the head needs the usage."
    learned = learned if own else ""
    return f"{told} {learned}".strip()


def told_article(article: str, shown: np.ndarray, grid: Mapping[str, list], classes: Sequence[str]) -> str:
    """Return in sentences which classes the test pictures of an article have, and what each system answers to them.

    shown: what each test picture shows (N,). grid: who answers -> runs. "" for fewer than two pictures.
    """
    own, told, blind = shown == article, [], []
    if own.sum() < 2:
        return ""
    counts = np.bincount(next(iter(grid.values()))[0].labels("test")[own], minlength=len(classes))
    truly = listed([f"{n} {name}" for n, name in zip(counts, classes, strict=True) if n])
    truly = f"The {own.sum()} test pictures of {article} are in truth {truly}"
    for who, runs in grid.items():
        answers = np.array([run.predicted("test")[own] for run in runs])
        most = int(np.bincount(answers.ravel()).argmax())
        times = pd.Series((answers == most).sum(axis=1))
        number = f"all {own.sum()}" if (answers == most).all() else f"{rare.span(times)} of the {own.sum()}"
        told.append(f"{who} calls {number} {classes[most]}")
        blind += [who] if (answers == most).all() else []
    said = f"{truly}. {told[0][:1].upper()}{told[0][1:]}{'; ' * (len(told) > 1)}{listed(told[1:])}."
    if not blind:
        return said
    if len(blind) == len(grid) == 2:
        return f"{said} Neither tells one picture of {article} from another."
    return f"{said} So {listed(blind)} tell{'s' * (len(blind) == 1)} no picture of {article} from another."


def told_only(found: Sequence[np.ndarray], names: Sequence[str], most: str, shown: Sequence[str]) -> str:
    """Return in words on how many pictures only the first of two is right, on how many only the second.

    found: of `only`, all of them. names: what the two are called. most: the article of `where`, "" for none; shown:
    what each test picture shows.
    """
    won, lost = (len(own) for own in found)
    told = (
        f"On {won} test picture{'' if won == 1 else 's'} {names[0]} is right in every seed and {names[1]} wrong; the "
        f"other way round it is {lost}."
    )
    both = [int(k) for own in found for k in own]
    same = sum(shown[k] == most for k in both)
    return f"{told} Of these {len(both)}, {same} show {most}." if len(both) > 1 and most else told


def where(found: Sequence[np.ndarray], shown: Sequence[str]) -> str:
    """Return the article on which two ways to answer differ most, "" where they never do; arguments as `told_only`."""
    return str(
        pd.Series([shown[int(k)] for own in found for k in own], dtype=object).value_counts().index[:1].str.cat()
    )
