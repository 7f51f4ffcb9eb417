"""Lines: what happens over epochs, over a setting."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from lib.plots.style import COLOURS, axes_of, colours, nothing, styled

RED = "#b02a1b"
# Lines that cross or lie on each other differ in colour, dash and mark: neither orange and red, nor colour alone.
TOLD_APART = [COLOURS[0], COLOURS[1], COLOURS[2], COLOURS[4], "#333333", COLOURS[3]]
LONG = 16  # epochs: of a longer training the first eighth is not drawn
DASHES, MARKS = ["-", (0, (5, 2)), "-", (0, (5, 2))], "os^D"


@styled
def loss_curves(histories: dict[str, list[pd.DataFrame]], height: float = 2.5) -> Figure:
    """Return the loss by epoch, a panel a system: means over seeds as lines; of the validation loss also each seed.

    histories: for each system the `history` of each seed. Of the validation loss each seed is a thin line, with a dot
    where it is lowest. A bar beside the last epoch is the gap: validation loss minus training loss, measured again; the
    title has it as a number. Of long trainings the first epochs are not shown, nor losses above the later ones;
    of short ones no validation loss above the later ones, but every mean training loss up to ten times these.
    """
    columns = min(4, len(histories))
    rows = -(-len(histories) // columns)
    figure, axes = axes_of(rows, columns, 9, height * rows + 0.4, sharex=True, sharey=True)
    shown = {"loss": "training, as it went", "train_loss": "training, measured again", "val_loss": "validation"}
    for axis in axes.flat[len(histories) :]:
        axis.set_visible(False)
    longest = max(len(run) for runs in histories.values() for run in runs)
    first = longest // 8 if longest >= LONG else 0  # where the axis begins
    for axis, (system, runs) in zip(axes.flat, histories.items(), strict=False):
        for own in (run for run in runs if not run["val_loss"].isna().all()):
            lowest = own.iloc[int(own["val_loss"].argmin())]
            axis.plot(own["epoch"], own["val_loss"], color=COLOURS[2], linewidth=1, alpha=0.65)
            axis.plot(lowest["epoch"], lowest["val_loss"], "o", color=COLOURS[2], markersize=5, zorder=3)
        for colour, dash, (measure, label) in zip(COLOURS, ["--", "-", "-"], shown.items(), strict=False):
            line = pd.concat(runs).dropna(subset=[measure]).groupby("epoch")[measure].mean()
            axis.plot(line, color=colour, linestyle=dash, label=label, marker="." if len(line) < 3 else "", linewidth=2)
        means = pd.concat(runs).groupby("epoch")[["train_loss", "val_loss"]].mean().dropna()
        gap = ""
        if len(means):
            end = means.iloc[-1]
            place = means.index[-1] + 0.05 * (longest - first)
            axis.vlines(place, end["train_loss"], end["val_loss"], color="#333333", linewidth=3)
            gap = f"\ngap {end['val_loss'] - end['train_loss']:.2f}"
        axis.set_title(f"{textwrap.fill(system, 22)}{gap}")
        axis.xaxis.get_major_locator().set_params(integer=True)
        if first:
            axis.set_xlim(left=first)
    part = 4 if longest >= LONG else 3  # of a short training the first third is left above the axis
    late = [
        run.loc[run["epoch"] >= run["epoch"].max() / part, "val_loss"].replace(np.inf, np.nan).dropna()
        for runs in histories.values()
        for run in runs
    ]
    highest = pd.concat(late).max()
    if longest < LONG:
        trained = pd.concat(
            [pd.concat(runs).groupby("epoch")[["loss", "train_loss"]].mean() for runs in histories.values()]
        )
        highest = min(max(highest, trained.replace(np.inf, np.nan).max().max()), 10 * highest)  # not where it explodes
    if np.isfinite(highest) and highest > 0:
        axes[0, 0].set_ylim(0, 1.1 * highest)
    for axis in axes[-1]:
        axis.set_xlabel("epoch")
    for axis in axes[:, 0]:
        axis.set_ylabel("cross-entropy loss")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def with_band(axis: Axes, runs: list, x: str, measure: str, colour, label: str, dash: str) -> None:
    """Draw the mean of all seeds with its band, and beyond it the mean of those that are left, thin and dotted."""
    by_x = pd.concat(runs).dropna(subset=[measure]).groupby(x)[measure]
    means, counts = by_x.mean(), by_x.count()
    whole = means[counts == len(runs)]
    axis.plot(whole, color=colour, label=label, linestyle=dash, marker="." if len(whole) < 3 else "")
    axis.fill_between(whole.index, by_x.min()[whole.index], by_x.max()[whole.index], color=colour, alpha=0.15)
    if len(whole) < len(means):
        axis.plot(means.iloc[max(len(whole) - 1, 0) :], color=colour, linestyle=":", linewidth=1)


@styled
def rates_and_falls(histories: Mapping[str, list[pd.DataFrame]], measure: str, label: str, palette: Sequence) -> Figure:
    """Return the learning rate by epoch, and a panel a system with a line a seed: where it falls, it is thick and red.

    histories: for each system the `history` of each seed, with learning_rate and `measure`, a share; its mean sum of
    falls stands in the title. palette: a colour for each system. Panels of `measure` from the second on have one scale.
    """
    if all(run[measure].isna().all() for runs in histories.values() for run in runs):
        return nothing("all trainings diverged")
    figure, axes = axes_of(1, 1 + len(histories), 9, 2.5)
    rates, *panels = axes.flat
    for colour, axis, (system, runs) in zip(palette, panels, histories.items(), strict=True):
        rates.plot(runs[0]["epoch"], runs[0]["learning_rate"], color=colour, marker="o", markersize=4)
        for run in runs:
            axis.plot(run["epoch"], run[measure], color=colour, linewidth=1.2, marker="o", markersize=3)
            for k in np.flatnonzero(run[measure].diff() < 0):
                axis.plot(run["epoch"].iloc[k - 1 : k + 1], run[measure].iloc[k - 1 : k + 1], color=RED, linewidth=2.2)
        down = np.mean([-run[measure].diff().clip(upper=0).sum() for run in runs])
        told = f"\nfalls by {100 * down:.1f} points" if len(runs[0]) > 1 and np.isfinite(down) else ""
        axis.set_title(f"{textwrap.fill(system, 18)}{told}", fontsize=10.5)
        if axis in panels[2:]:
            axis.sharey(panels[1])
            axis.tick_params(axis="y", labelleft=False)
        axis.yaxis.set_major_formatter(lambda value, _: f"{value * 100:.4g}%")
    rates.set_title("learning rate", fontsize=10.5)
    panels[0].set_ylabel(label)
    for axis in axes.flat:
        axis.set_xlabel("epoch")
        axis.xaxis.get_major_locator().set_params(integer=True)
    return figure


@styled
def one_training(history: pd.DataFrame, named: dict[str, str], ylabel: str) -> Figure:
    """Return what one training reached, epoch by epoch: a line for each column, named at its end with the last value.

    history: columns epoch and those of `named` (column -> what its line is called), shares between 0 and 1.
    """
    shown = [name for name in named if history[name].notna().any()]
    if not shown:
        return nothing("the training diverged")
    figure, axes = axes_of(1, 1, 9, 2.2)
    axis, epochs = axes[0, 0], history["epoch"]
    for (colour, dash, mark), name in zip(lines(len(shown)), shown, strict=True):
        few = mark if len(epochs) <= 20 else ""
        axis.plot(epochs, history[name], color=colour, linestyle=dash, marker=few, markersize=5)
    axis.margins(y=0.1)
    least, most = axis.get_ylim()
    last = history[shown].iloc[-1].fillna(least).sort_values()
    heights = ((last - least) / (most - least)).tolist()
    for place in range(1, len(heights)):  # names that would lie on one another
        heights[place] = max(heights[place], heights[place - 1] + 0.13)
    heights = [min(height, 0.97 - 0.13 * place) for place, height in enumerate(reversed(heights))][::-1]
    for height, name in zip(heights, last.index, strict=True):
        colour = lines(len(shown))[shown.index(name)][0]
        told = f"{named[name]}, {last[name]:.0%}"
        axis.annotate(told, (1.01, height), xycoords="axes fraction", va="center", fontsize=10.5, color=colour)
    axis.set(xlabel="epoch", ylabel=ylabel)
    axis.xaxis.get_major_locator().set_params(integer=True)
    return figure


def lines(number: int) -> list[tuple]:
    """Return (colour, dash, mark) for so many lines, which can be told apart where they cross."""
    found = TOLD_APART if number <= len(TOLD_APART) else colours(number)
    return [(found[k], DASHES[k % len(DASHES)], MARKS[k % len(MARKS)]) for k in range(number)]


def setting_colours(settings: Iterable[str], groups: Sequence[str]) -> list:
    """Return a colour for each setting, such as "constant 0.01": that of its group in `response`.

    The first of several settings of a group is paler than the others; what belongs to no group is dark.
    """
    known = [colour for colour, _, _ in lines(len(groups))]
    named = [(name, name.rpartition(" ")[0]) for name in settings]
    found = []
    for place, (_, group) in enumerate(named):
        colour = np.array(to_rgb(known[list(groups).index(group)] if group in groups else "#333333"))
        others = [own for _, own in named[:place]], [own for _, own in named[place + 1 :]]
        found.append(tuple(0.5 + colour / 2) if group not in others[0] and group in others[1] else tuple(colour))
    return found


@styled
def fitting(sizes: list[int], fits: list[int], stated: Mapping[int, int], xlabel: str, ylabel: str) -> Figure:
    """Return a point for each number in `sizes` at its number in `fits`; it shows what figures may be of.

    Those that give the most are black; up to three of them have names, of more only the first. stated: the numbers that
    a report states, and how many fit each, in orange; those beyond the largest size have a panel of their own.
    """
    end, most = max(sizes), max([*fits, *stated.values()])
    beyond = [size for size in stated if size > end]
    panels = {"sharey": True, "width_ratios": [7, 1]} if beyond else {}
    figure, axes = axes_of(1, 1 + bool(beyond), 9, 2.6, **panels)
    axis, some = axes[0, 0], [(size, count) for size, count in zip(sizes, fits, strict=True) if count < max(fits)]
    best = [size for size, count in zip(sizes, fits, strict=True) if count == max(fits)]
    axis.plot([size for size, _ in some], [count for _, count in some], ".", color="#8f9ca5", markersize=4)
    axis.plot(best, [max(fits)] * len(best), "o", color="black", markersize=7)
    named = best[: 3 if len(best) < 4 else 1]
    places = [(axis, size, max(fits), f"{size:,}: all {max(fits)}", "black") for size in named]
    for size, count in stated.items():
        own = axes[0, -1] if size in beyond else axis
        name = "" if size in beyond else f"{size:,}: "  # it stands below its panel
        places.append((own, size, count, f"{name}{count} of {max(fits)}", COLOURS[3]))
        own.plot(size, count, "D", color=COLOURS[3], markersize=8, zorder=4)
    box = {"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none"}
    for own, size, count, name, colour in places:
        side = "center" if own is not axis or 0.06 * end < size < 0.95 * end else "right" if size > end / 2 else "left"
        above = (-6 if side == "left" else 0, 9 if colour == "black" or own is not axis else 15)
        own.annotate(name, (size, count), above, textcoords="offset points", fontsize=10.5, ha=side, color=colour,
                     bbox=box, zorder=3)  # fmt: skip
    axis.set(xlabel=xlabel, ylabel=ylabel, xlim=(0, end * 1.02), ylim=(-0.05 * most, most * 1.22))
    axis.set_yticks(range(0, most + 1, 3 if most > 5 else 1))
    if beyond:
        axes[0, -1].set_xticks(beyond, [f"{size:,}" for size in beyond])
        axes[0, -1].margins(x=0.6)
    return figure
