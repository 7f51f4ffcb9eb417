"""Heads on frozen backbones: the settings of one on each backbone that is at hand.

Backbones learnt on ImageNet need files of weights. Where none is here, the kit's own stands in: a network that learnt
to name the articles of the same pictures.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.base.text import listed
from lib.config import DataConfig, RunConfig
from lib.data.splits import Split
from lib.evaluation import rare
from lib.models import backbones
from lib.training import recipes

LOOKED_UP = "looking up the article"
REPORTED = {"resnet50": "R1.resnet50"}  # heads that a report has; of another backbone it is "transfer." and its name


def baselines(pictures: DataConfig, common: str) -> dict[str, RunConfig]:
    """Return settings of three ways to tell the usage without a network; common: the name of class 0."""
    column = {"system": "anchor.column", "arguments": {"column": "articleType"}}
    return {
        f"always {common}": RunConfig(data=pictures, system="anchor.majority"),
        LOOKED_UP: RunConfig(data=pictures, **column),
        "copying the most similar picture": RunConfig(data=pictures, system="anchor.nearest"),
    }


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


def begin_again(network, weights: list[np.ndarray]) -> None:
    """Give a compiled network these weights, and let its optimiser forget: to compile another one takes a second."""
    from lib.base.backend import keras

    rate = float(network.optimizer.learning_rate)
    for variable in network.optimizer.variables:
        variable.assign(keras.ops.zeros_like(variable.value))
    network.optimizer.learning_rate = rate
    network.set_weights(weights)


def named(backbone: str) -> str:
    """Return a head in words, by the name of its backbone."""
    if backbone == backbones.KIT:
        return "a small head on our own pretrained network"
    return f"a small head on the pretrained network {backbone}"


def before(backbone: str, articles: int) -> str:
    """Return in two lines what a backbone learned before; articles: training pictures of our own."""
    if backbone != backbones.KIT:
        return "learned before: to name things\non ImageNet's photographs"
    return f"learned before: to name the article\nof {articles:,} pictures of this shop"


def known(parts: Split, examples: Split, articles: int) -> str:
    """Return in sentences from how many pictures each network learns.

    parts: of the pictures with a known usage. examples: those of them in the short examples in plain Keras. articles:
    training pictures of our own backbone; 0 where the backbone is from ImageNet.
    """
    train, validation = len(parts.train), len(parts.validation)
    told = f"Our backbone learns the **article** from {articles:,} pictures. " if articles else ""
    told += f"{'All else' if articles else 'Each network'} learns the **usage** from {train:,} pictures, and is chosen "
    told += f"on {validation:,} validation pictures."
    few = len(examples.train)
    return told if few == train else f"{told} Only the short examples in plain Keras take {few:,}."


def told_enough(grid: Mapping[str, Sequence], epochs: int) -> str:
    """Return in sentences whether so many epochs were enough, by validation loss; grid: who trained -> its runs."""
    told, short, number = [], 0, 0
    for who, runs in grid.items():
        losses = [run.history["val_loss"].reset_index(drop=True) for run in runs]
        lowest = pd.Series([int(own.argmin()) + 1 for own in losses if own.notna().any()], dtype=int)
        number, short = number + len(lowest), short + int((lowest == epochs).sum())
        told += [f"epoch {rare.span(lowest)} ({who})"] if len(lowest) else []
    if not told:
        return "No training has a validation loss."
    still = f" In {short} of {number} trainings it may still have been falling." if short else " Then it rose."
    return f"Were the epochs enough? The validation loss was lowest after {listed(told)} of {epochs}.{still}"


def told_seconds(head: Sequence, other: Sequence, teachers: Sequence) -> str:
    """Return in sentences how long trainings of a head and of a network from scratch took.

    teachers: of our own backbone, whose training comes on top of the head's.
    """
    took = [[run.metrics["seconds"] for run in runs] for runs in (head, other, teachers)]
    means = [sum(own) / len(own) if own else 0.0 for own in took]
    short, long, first = (f"{mean:.1f} s" if mean >= 0.1 else "less than 0.1 s" for mean in means)
    if teachers:
        whole = [means[2] + each for each in took[0]]
        apart = "longer" if min(whole) > max(took[1]) else "shorter" if max(whole) < min(took[1]) else ""
        said = f"{apart} than" if apart else "about as long as"
        return f"The head trains in {short}, together with its backbone ({first}) {said} from scratch ({long})."
    sure = max(took[0]) < min(took[1]) or min(took[0]) > max(took[1])
    but = ("But the" if means[0] < means[1] else "And the") if sure else "The"
    return f"{but} head trains in {short} (on stored features), the network from scratch in {long}."


def taken(names: Sequence[str], found: Mapping[str, RunConfig]) -> str:
    """Return in words which backbone is the first of `found` (of `on`), and which of `names` were left out."""
    missing = [name for name in names if name not in found]
    first = next(iter(found))
    told = f"We look inside {'our own backbone' if first == backbones.KIT else f'the backbone **{first}**'}"
    if not missing:
        return f"{told}."
    return f"{told}; the weights of {' and '.join(missing)} are not on this computer."
