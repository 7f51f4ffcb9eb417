"""What changes of the training pictures bring, in short: for a report's box, its text, and the numbers of a figure."""

import pandas as pd

from lib.base.text import capital, listed
from lib.evaluation.comparison import HIGHER, LOWER, against_figure, each_row, with_holm
from lib.evaluation.words import gained, in_points

PLAIN = "no augmentation"
MIX = "R3's mix"
NAMES = {"R3's augmentation": MIX, "R4.rmsprop_aug": "R4's mix with RMSprop", "R4.adam_aug": "R4's mix with Adam"}
FEW = 3  # validation pictures: a lead of so few is as good as none
COLOURS = {"clearly better": "#2a8a4a", "clearly worse": "#b02a1b", "not clear": "#8b969d"}


def named(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose column system says a change in words; where they have a verdict also group, for `COLOURS`."""
    system = rows["system"].str.removeprefix("R3.initial, ").replace(NAMES)
    if "verdict" not in rows:
        return rows.assign(system=system)
    clearly = {HIGHER: "clearly better", LOWER: "clearly worse"}
    return rows.assign(system=system, group=rows["verdict"].map(clearly).fillna("not clear"))


def together(found: pd.DataFrame) -> pd.DataFrame:
    """Return rows of several calls of `lib.evaluation.comparison.against`, corrected once, for all of them."""
    table = with_holm(found.drop(columns="p_holm"))
    sure = table["p_holm"] < 0.05
    unsure = table["verdict"].where(~table["verdict"].isin([HIGHER, LOWER]), "not resolvable")
    return table.assign(verdict=unsure.mask(sure, (table["difference"] > 0).map({True: HIGHER, False: LOWER})))


def taught(rows: list[dict]) -> pd.DataFrame:
    """Return how much better networks are on copies changed like their own, as `named` has it; no row for no rows.

    rows: system (the change), seed, gained_accuracy: a network trained with it minus one without, on the same copies.
    """
    if not rows:
        return pd.DataFrame(columns=["system", "n", "difference", "low", "high", "p", "p_holm", "verdict", "group"])
    return named(against_figure(pd.DataFrame(rows), "gained_accuracy", 0))


def ahead(means: pd.DataFrame, chosen: str, pictures: int) -> str:
    """Return how many validation pictures more the chosen network gets right than the next, and than `PLAIN`.

    And whether the lead is as good as none; "" if it is alone. means: of `lib.evaluation.comparison.summarise`.
    """
    by = means.set_index("system")["mean"].dropna()
    if len(by) < 2 or chosen not in by:
        return ""
    following = str(by.drop(chosen).idxmax())
    lead, over = (round((by[chosen] - by.get(name, float("nan"))) * pictures, 6) for name in (following, PLAIN))
    told = f"It gets {_more(lead)} of {pictures:,} validation pictures right than {following}, the next"
    told += " (hardly a lead)" if round(lead) <= FEW else ""
    told += f", {_more(over)} than {PLAIN}" if PLAIN in by.drop([chosen, following]) else ""
    return f"{told}."


def _more(number: float) -> str:
    return f"about {round(number):,} more" if round(number) else "no more"


def in_short(found: pd.DataFrame, taught: pd.DataFrame) -> str:
    """Return whether a change clearly helps on new pictures, with the points, and what it clearly teaches.

    found: rows of `lib.evaluation.comparison.against`. taught: as in `teaches`.
    """
    up, down = (_listed(found, verdict) for verdict in (HIGHER, LOWER))
    if up:
        told = f"{up} clearly raise{_s(found, HIGHER)} the test accuracy"
    else:
        told = "none for sure: no change clearly raises the test accuracy"
    told += f"; {down} clearly lower{_s(found, LOWER)} it" if down else ""
    return f"{capital(told)}. {teaches(taught)}".strip()


def teaches(taught: pd.DataFrame) -> str:
    """Return which changes clearly help on pictures that are changed in the same way, with the points.

    taught: a row a change, the network trained with it minus that without, on the same copies; "" for no row.
    """
    if taught.empty:
        return ""
    there, clear = "On pictures that are changed in the same way", _listed(taught, HIGHER)
    if not clear:
        return f"{there} no change clearly helps."
    if len(taught) > 1 and (taught["verdict"] == HIGHER).all():
        return f"{there} each clearly helps: {clear}."
    return f"{there}, {clear} clearly help{_s(taught, HIGHER)}."


def _s(found: pd.DataFrame, verdict: str) -> str:
    """Return the end of a verb after `_listed`."""
    return "s" if (found["verdict"] == verdict).sum() == 1 else ""


def _listed(found: pd.DataFrame, verdict: str) -> str:
    """Return "erase (+1.0 points) and zoom (+0.4)" of the rows with that verdict."""
    told = [f"{row.system} ({in_points(row.difference)}" for row in each_row(found[found["verdict"] == verdict])]
    return listed([f"{each}{'' if k else ' points'})" for k, each in enumerate(told)])


def at_length(gained_by: pd.DataFrame, others: pd.DataFrame, epochs: int) -> str:
    """Return which single changes clearly help at full length, and what mixes of changes do.

    gained_by: rows of `named`, of one network: single changes and R3's mix. others: the same of R4's mix, trained for
    `epochs`, a number that R4 does not tell.
    """
    single, mix = gained_by[gained_by["system"] != MIX], gained_by[gained_by["system"] == MIX]
    names = [_said(row.system) for row in each_row(single[single["verdict"] == HIGHER])]
    points = [in_points(row.difference) for row in each_row(single[single["verdict"] == HIGHER])]
    if not names:
        told = f"None of {len(single)} single changes clearly helps."
    elif len(names) == 1:
        told = f"{names[0]} helps ({points[0]} points), the only one of {len(single)} single changes that clearly does."
    else:
        told = f"{listed(names)} clearly help ({listed(points)} points)."
    told = capital(told)
    for row in each_row(mix[mix["n"] > 0]):
        how = {HIGHER: "clearly helps", LOWER: "clearly harms"}.get(row.verdict, "is not clearly different from none")
        told += f" R3's mix of changes {how} ({in_points(row.difference)})"
    worse = others[others["verdict"] == LOWER]
    if len(mix) and len(others) and len(worse) == len(others):
        by = [f"{in_points(row.difference)} with {row.system.split()[-1]}" for row in each_row(others)]
        told = f"{told.removesuffix('.')}. R4's mix clearly harms R4's own network ({listed(by)}), in {epochs} epochs"
        told += " that we chose"
    return f"{told.removesuffix('.')}."


def lesson(found: pd.DataFrame) -> str:
    """Return whether looking at copies tells which change helps; found: rows as for `at_length`."""
    verdict = found.set_index("system")["verdict"]
    if verdict.get("erase") == HIGHER and verdict.get("horizontal flip", HIGHER) != HIGHER:
        return (
            "Only a trial tells which change helps: at full length erase clearly does, though no picture to come looks "
            "so; a horizontal flip, whose copies look more real, does not clearly."
        )
    return "Only a trial, judged on validation pictures, tells which change helps."


def _said(change: str) -> str:
    return {"erase": "erasing a random rectangle"}.get(change, change)


def overfits_less(rises: pd.DataFrame, found: pd.DataFrame) -> str:
    """Return with how many changes the validation loss clearly rises less, and how many are clearly better for it.

    Each is rows of `lib.evaluation.comparison.against`; found: of accuracy.
    """
    less, more = int((rises["verdict"] == LOWER).sum()), int((found["verdict"] == HIGHER).sum())
    told = f"With {less} of {len(rises)} changes that rise is clearly smaller"
    if less > more:
        told += f", but only {more or 'none'} clearly raise{'' if more > 1 else 's'} the accuracy"
    return f"{told}."


def misled(shares: pd.DataFrame, found: pd.DataFrame) -> str:
    """Return how often the change that helps most at full length misled a network, where it clearly helps; else "".

    shares: change, and the share of its copies that misled the network here. found: as for `at_length`.
    """
    own = shares.set_index("change")["share"]
    up = [row for row in each_row(found[found["verdict"] == HIGHER]) if row.system in own]
    if not up:
        return ""
    best = max(up, key=lambda row: row.difference).system
    told = f"{capital(best)}, which clearly helps at full length, misled the network here"
    return f"{told} with {own[best]:.0%} of its copies."


def points(found: pd.DataFrame) -> dict[str, str]:
    """Return each change's points with their interval: {"erase": "+1.0 (+0.7 to +1.3)"}."""
    return {row.system: gained(row) for row in each_row(found)}
