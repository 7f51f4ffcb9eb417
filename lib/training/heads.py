"""Heads on frozen backbones: the settings of one on each backbone that is at hand.

Backbones learnt on ImageNet need files of weights. Where none is here, the kit's own stands in: a network that learnt
to name the articles of the same pictures.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.config import DataConfig, RunConfig
from lib.evaluation import metrics
from lib.models import backbones
from lib.training import recipes

REPORTED = {"resnet50": "R1.resnet50"}  # heads that a report has; of another backbone it is "transfer." and its name
MUCH = 0.02  # of macro-F1: so great a loss is named though it is not sure


def teacher(pictures: DataConfig, limit: int, epochs: int = 4) -> RunConfig:
    """Return settings of the kit's own backbone: R2.simple, which names the article of `limit` pictures (0: of all).

    pictures: those of the head. Both have the same test pictures, and none of them is learnt from: the articles are
    divided by the head's target.
    """
    article = pictures.changed(target="articleType", stratify=pictures.target, limit=limit or None)
    return recipes.recipe("R2.simple", article, epochs=epochs)


def on(
    names: Sequence[str], pictures: DataConfig, start: RunConfig, download: bool = True, **changes
) -> dict[str, RunConfig]:
    """Return for each named backbone whose weights are at hand the settings of a head on it; for none of them "kit".

    start: settings of the kit's own backbone (`teacher`). download: whether weights may be fetched. changes: of the
    head's recipe. LookbookError for an unknown name.
    """
    found = {}
    for name in names:
        backbones.check(name)
        try:
            backbones.find(name, download)
        except LookbookError:
            continue
        found[name] = recipes.recipe(REPORTED.get(name, f"transfer.{name}"), pictures, **changes)
    return found or {backbones.KIT: recipes.recipe("transfer.kit", pictures, start=start, **changes)}


def named(backbone: str) -> str:
    """Return a head in words, by the name of its backbone."""
    own = "backbone that we trained ourselves" if backbone == backbones.KIT else backbone
    return f"A small head on the frozen {own}"


def known(usage: int, article: int, own: int) -> str:
    """Return in words of how many pictures two labels count as known (0: of all); own: usages in plain Keras."""
    first, second = (f"{number:,} pictures only" if number else "all pictures" for number in (usage, article))
    told = f"We pretend that the usage is known for {first}, the article for {second.removesuffix(' only')}."
    return f"{told} The parts in plain Keras take {own:,}."


def told_pixels(scores: pd.DataFrame, differences: pd.DataFrame, labels: np.ndarray, common: str) -> str:
    """Return what pixels cost that are prepared in a wrong way, in words.

    scores: system, seed, val_macro_f1 on pictures with these labels (N,). differences: from the right way, as
    `lib.evaluation.comparison.against` has them. common: the name of class 0. Who has as much as always class 0 has
    says so to every picture.
    """
    always = metrics.classification(labels, np.eye(labels.max() + 1)[np.zeros(len(labels), int)])["macro_f1"]
    of_way, told = scores.groupby("system")["val_macro_f1"].mean(), []
    for row in differences.to_dict("records"):
        lower = row["verdict"] == "resolved: lower"
        perhaps = f"may cost {-row['difference']:.3f} of macro-F1, but that is not sure"
        unsure = perhaps if row["difference"] < -MUCH else "cost nothing that we can see"
        cost = f"cost {-row['difference']:.3f} of macro-F1" if lower else unsure
        left = of_way[row["system"]]
        same = f" (the {left:.3f} that is left is that of always {common})" if abs(left - always) < 0.002 else ""
        told.append(f"pixels {row['system']} {cost}{same}")
    sentence = "; ".join(told)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def told_dull(answers: Sequence[np.ndarray], name: str) -> str:
    """Return how many trainings answer every picture alike, in words; answers: the classes (N,) that each chose."""
    dull = sum(len(np.unique(each)) == 1 for each in answers)
    if not dull:
        return f"Each training of {name} says more than one usage of the validation pictures."
    return (
        f"{dull} of {len(answers)} trainings of {name} say one usage to every validation picture, so guards below fire."
    )


def told_tuning(row: pd.Series) -> str:
    """Return what fine-tuning did, in words; row: thawed minus frozen, of `lib.evaluation.comparison.against`."""
    did = {"resolved: higher": "surely helped", "resolved: lower": "surely harmed"}
    said = did.get(row.verdict, "changed nothing that we can see")
    return f"Fine-tuning {said}: {row.difference:+.3f} of validation macro-F1 ({row.low:+.3f} to {row.high:+.3f})."
