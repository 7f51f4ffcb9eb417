"""Heads on frozen backbones: the settings of one on each backbone that is at hand.

Backbones learnt on ImageNet need files of weights. Where none is here, the kit's own stands in: a network that learnt
to name the articles of the same pictures.
"""

from collections.abc import Mapping, Sequence

from lib.base.errors import LookbookError
from lib.config import DataConfig, RunConfig
from lib.data.splits import Split
from lib.evaluation import comparison
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


def named(backbone: str) -> str:
    """Return a head in words, by the name of its backbone."""
    if backbone == backbones.KIT:
        return "a small head on our own frozen backbone"
    return f"a small head on the frozen backbone {backbone}"


def before(backbone: str, articles: int) -> str:
    """Return in two lines what a backbone learned before; articles: pictures that our own learned from (0: all)."""
    if backbone != backbones.KIT:
        return "learned before: to name things\non ImageNet's photographs"
    number = f"{articles:,}" if articles else "all"
    return f"learned before: to name the article\nof {number} pictures of this shop"


def known(usage: int, article: int, own: int, parts: Split) -> str:
    """Return in words of how many pictures two labels count as known (0: of all).

    own: usages in the examples in plain Keras. parts: those of the pictures with a usage.
    """
    own_usage = usage and len(parts.train) + len(parts.validation)
    first, second = (f"{number:,}" if number else "all" for number in (own_usage, article))
    only = "only " if usage else ""
    divided = f"{len(parts.train):,} to train on and {len(parts.validation):,} to validate"
    told = f"In the comparison of the next section {only}{first} pictures have a known usage ({divided}), and {second} "
    why = "so that their scores vary less" if usage and own > usage else "so that they take less time"
    rest = "use the same pictures" if own == usage else f"take {own:,} pictures with a known usage, {why}"
    return f"The examples in plain Keras {rest}. {told}a known article."


def told_teacher(runs: Sequence, rival: str = "", behind: bool = True) -> str:
    """Return in a sentence how good the kit's own backbone is at what it learned; "" for one from ImageNet.

    runs: its training, or none. With a rival, the best baseline: the likely reason why the head is behind it; "" where
    it is not behind, or the rival does not know the article.
    """
    if not runs or (rival and not (behind and rival == LOOKED_UP)):
        return ""
    right = comparison.figure(runs[0].metrics["test_accuracy"], ".0%")
    if rival:
        return f"A likely reason: our backbone itself names only {right} of the articles rightly; the lookup knows all."
    return f"Our own backbone names the article of {right} of the test pictures rightly: that is what it learned."


def taken(names: Sequence[str], found: Mapping[str, RunConfig]) -> str:
    """Return in words which backbone is the first of `found` (of `on`), and which of `names` were left out."""
    missing = [name for name in names if name not in found]
    first = next(iter(found))
    told = f"We look inside {'our own backbone' if first == backbones.KIT else f'the backbone **{first}**'}"
    if not missing:
        return f"{told}."
    return f"{told}; the weights of {' and '.join(missing)} are not on this computer."
