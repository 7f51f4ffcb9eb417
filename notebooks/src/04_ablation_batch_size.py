# %% [markdown]
# # 04 · Does the batch size matter, or the number of steps?
# Trains one network with small and large batches, at equal epochs, at equal steps and with a scaled learning rate, and looks
# at what remains of the batch size's effect.
#
# **You will learn** to see what else changes with a setting, to read a curve by step, to give "smooth" a criterion.\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** 30 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had, else synthetic garments
system: str = "R2.simple"  # id of the network; report R2 varies the batch size of R2.optimised
batch_sizes: list = [16, 64, 128]  # pictures per step; R2 states 32, no high and no low one
base: int = 64  # one of the sizes, where the three ways meet
limit: int = 1024  # pictures for training and validation together; 0: all
epochs: int = 8  # passes over the training pictures at the base, 2 or more; R2 makes 20 to 30
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lib import notebook, plots, runs
from lib.base.errors import LookbookError
from lib.claims import by_reference
from lib.config import DataConfig, RunConfig
from lib.data.splits import split
from lib.evaluation import comparison, sentences
from lib.training import recipes

page = notebook.start("04_ablation_batch_size", globals())
data = page.dataset

# %% [markdown]
# ## What else changes when the batch size does?
# Every batch gives one gradient, and every gradient gives one step. This is a small batch:

# %%
sizes = sorted(set(batch_sizes))
if len(sizes) < 2 or base not in sizes or epochs < 2:
    raise LookbookError("give two batch_sizes, the base among them, and 2 epochs, or more")
smallest, largest = f"batch {sizes[0]}", f"batch {sizes[-1]}"
pictures = DataConfig(name=data.name, limit=limit or None)
training = split(data, pictures).train

# %%
page.show(
    plots.pictures(data.images[training[: sizes[0]]]),
    alt=f"{sizes[0]} training pictures.",
    caption=f"A batch of {sizes[0]}: all that one step sees.",
)

# %% [markdown]
# A batch four times as large means a quarter of the steps in an epoch. So whoever changes the batch size and keeps the epochs
# changes two things. The mean over a larger batch is also a less noisy gradient, so a larger learning rate may suit it. So we
# compare the sizes in three ways:
#
# | way | epochs | learning rate |
# |---|---|---|
# | equal epochs | the same for every size | the same for every size |
# | equal steps | in proportion to the size | the same for every size |
# | scaled rate | the same for every size | in proportion to the size |
#
# The scaled rate is that of Goyal et al. (2017, arXiv 1706.02677). At the **base** the three ways are one and the same.

# %%
usual_rate = recipes.recipe(system, pictures).optimizer.learning_rate
WAYS = {
    "equal epochs": "with equal epochs",
    "equal steps": "with equal steps (it sees more pictures)",
    "scaled rate": "with a scaled rate",
}


def setting(size: int, way: str) -> RunConfig:
    """Return the recipe with another batch size, and what this way to compare scales with it."""
    times = size / base
    longer = times if way == "equal steps" else 1
    rate = usual_rate * (times if way == "scaled rate" else 1)
    return recipes.recipe(
        system, pictures, batch_size=size, epochs=max(1, round(epochs * longer)),
        optimizer={"learning_rate": rate},
    )  # fmt: skip


# %%
steps = {size: math.ceil(len(training) / size) for size in sizes}  # in an epoch
scaling = pd.DataFrame({"batch size": sizes, "steps per epoch": list(steps.values())})
scaling["steps at equal epochs"] = epochs * scaling["steps per epoch"]
scaling["epochs at equal steps"] = [setting(size, "equal steps").epochs for size in sizes]
scaling["scaled rate"] = usual_rate * scaling["batch size"] / base
page.table("scaling", scaling, f"What each way scales; base {base}, {epochs} epochs", digits=6)

# %% [markdown]
# **Your guess, before you run on:** by how much does the validation accuracy of the largest batch differ from that of the
# smallest, at equal epochs?

# %%
guess = None  # e.g. 0.1: your guess, as a share; negative where the largest batch is worse

# %%
configs = {f"{way}: batch {size}": setting(size, way) for way in WAYS for size in sizes}
trained = runs.grid(configs, seeds, data)
page.record(runs.flat(trained))

# %% [markdown]
# ## By epoch or by step?
# Student report R2 plots trainings with equal epochs, by epoch. We plot such trainings by step. The curve of a large batch ends early, because
# its training makes few steps. Where curves lie on one another, the number of steps decides. Where the larger batch is ahead,
# its steps are worth more: each has seen more pictures.

# %%
reported = {f"batch {size}": trained[f"equal epochs: batch {size}"] for size in sizes}
histories = {
    size: [history.assign(step=history["steps"].cumsum()) for history in group]
    for size, group in runs.histories(reported).items()
}
drawn = {"val_loss": "validation loss", "val_accuracy": "validation accuracy"}

# %%
figure = plots.curves(histories, drawn, x="step")
for axis in figure.axes:
    axis.set_xscale("log")  # the curves end at steps that are factors apart
page.show(
    figure,
    alt=f"Validation loss and accuracy by step, one line each for {', '.join(histories)}.",
    caption="Equal epochs, drawn by step on a logarithmic axis; bands reach over all seeds.",
    thumbnail=True,
)

# %%
last = int(histories[largest][0]["step"].max())
large, small = (
    np.mean([np.interp(last, each["step"], each["val_accuracy"]) for each in histories[size]])
    for size in (largest, smallest)
)
page.say(
    f"After {last:,} steps, where {largest} ends, it has a validation accuracy of "
    f"{comparison.figure(large, '.3f')}, and {smallest} about "
    f"{comparison.figure(small, '.3f')} (means). So {largest if large > small else smallest} is "
    "ahead, and its steps were worth more."
)

# %% [markdown]
# What do few steps cost? Here are validation pictures that every training with the smallest batch gets right at equal epochs,
# and every one with the largest gets wrong.

# %%
positions, truth = (
    getattr(reported[smallest][0], what)("val") for what in ("positions", "labels")
)
right = {
    size: np.array([run.predicted("val") == truth for run in group])
    for size, group in reported.items()
}
missed = np.flatnonzero(right[smallest].all(axis=0) & ~right[largest].any(axis=0))

# %%
classes, seen = data.classes["class"], reported[largest][0].predicted("val")
page.show(
    plots.pictures(
        data.images[positions[missed[:10]]],
        [f"{classes[seen[k]]}?\n{classes[truth[k]]}" for k in missed[:10]],
    ),
    alt=f"Up to ten of {len(missed)} validation pictures that only the smallest batch gets right.",
    caption=f"{len(missed)} of {len(truth)} pictures, up to ten shown. Above: what {largest} says, "
    "first training; below: the label, which may be wrong.",
)

# %% [markdown]
# ## In which of the three ways does the size matter?
# A flat line says that in this way to compare the size makes no difference.


# %%
def by_size(table: pd.DataFrame, measure: str, ylabel: str) -> Figure:
    """Return a measure's figure by batch size, a line for each way; points stand side by side."""
    beside = table["group"].map(dict(zip(WAYS, (0.96, 1, 1.04), strict=True)))
    dodged = table.assign(place=table["batch_size"] * beside)
    figure = plots.response(dodged, "place", "pictures per step", measure, ylabel)
    ticks = sorted(table["batch_size"].unique())
    figure.axes[0].set_xticks(ticks, [str(tick) for tick in ticks])
    return figure


# %%
everything = runs.tabulate(trained)
everything[["group", "system"]] = everything["system"].str.split(": ", expand=True)
everything["batch_size"] = everything["system"].str.removeprefix("batch ").astype(int)

# %%
page.show(
    by_size(everything, "val_accuracy", "validation accuracy"),
    alt=f"Validation accuracy by batch size, compared in three ways that meet at {base}.",
    caption="Validation accuracy after the last epoch: a point per training, lines are means.",
)


# %%
def larger(table: pd.DataFrame, measure: str, one: str, other: str) -> pd.DataFrame:
    """Return how batch size `one` differs from `other`, a row for each way to compare."""
    rows = []
    for way, own in table.groupby("group", sort=False):
        row = comparison.against(own, measure, other).set_index("system").loc[[one]]
        rows.append(row.reset_index().assign(system=WAYS[way]))
    return pd.concat(rows, ignore_index=True)


# %%
differences = larger(everything, "val_accuracy", largest, smallest)
verdict = sentences.in_words(differences, largest, smallest)
page.say(f"{verdict} Judged by validation accuracy, {comparison.seeds(seeds)}.")
what = f"validation accuracy, {largest} minus {smallest}"
page.guess(guess, float(differences["difference"].iloc[0]), f"{what}, with equal epochs")
page.table("large_minus_small", differences, what.capitalize(), fold=True)

# %% [markdown]
# ## Which of the report's two texts holds?
# Report R2 describes one pair of curves twice. In section 5.2 the high batch size gives the smooth curves. In section 6 the
# test accuracy is jumpier with the high one. Read by eye, either can be said. So *smooth* gets a criterion: the **falls** are
# what validation accuracy loses from epoch to epoch, summed over a training. A steady rise has none.

# %%
not_steps = everything[everything["group"] != "equal steps"]
falls = larger(not_steps, "falls", largest, smallest)
jagged = ("more jagged", "smoother")
fallen = sentences.in_words(falls, f"the curve of {largest}", f"that of {smallest}", jagged)
page.say(f"{fallen} Falls, {largest} minus {smallest}: {comparison.told_all(falls)}")

# %% [markdown]
# Falls with equal steps are not compared: they are summed over different numbers of epochs.
#
# ## At full length
# The quick profile trains R2.simple, a smaller network. The kit carries runs of R2.optimised, of which report R2 varies the
# batch size: on all real pictures, each with several seeds. They are what a claim is judged by.

# %%
rows = ["batch 16", "batch 64", "batch 128", "batch 512"]
rows += [f"batch {size}, {way}" for way in ("equal steps", "scaled rate") for size in (16, 128)]
found = by_reference.at_full_length([f"R2.optimised, {row}" for row in rows], "test_accuracy")
names = found.runs["system"].str.removeprefix("R2.optimised, ").str.partition(", ")
full = found.runs.assign(system=names[0], group=names[2].replace("", "equal epochs"))
meet = [full[full["system"] == "batch 64"].assign(group=way) for way in list(WAYS)[1:]]
full = pd.concat([full, *meet])
full["batch_size"] = full["system"].str.removeprefix("batch ").astype(int)

# %%
page.show(
    by_size(full, "test_accuracy", "test accuracy"),
    alt=f"At full length, {found.told}.",
    caption=f"R2.optimised, {found.seeds}: a point per training, lines are means.",
)
page.table("claims_reference", found.judged, "What R2 says, and our runs", 4, fold=True)

# %%
at_length = larger(full, "test_accuracy", "batch 128", "batch 16")
epochs_alone = full[full["group"] == "equal epochs"]
widest = larger(epochs_alone, "test_accuracy", "batch 512", "batch 16")
differ = sentences.disagree(differences, at_length)
page.results["full_length"] = (
    f"{sentences.in_words(at_length, 'batch 128', 'batch 16')} "
    f"{sentences.in_words(widest, 'batch 512', 'batch 16')} Judged by test accuracy. {differ}"
)
page.say(page.results["full_length"])
both = pd.concat([at_length.assign(batch=128), widest.assign(batch=512)])
page.table("full_length", both, "Test accuracy, minus that of batch 16", fold=True)

# %% [markdown]
# ## What we found

# %%
told = [
    f"{comparison.figure(row.difference, '+.3f')} {row.system}"
    for row in differences.itertuples()
]
resolved = int((differences["p_holm"] < comparison.RESOLVED).sum())
page.conclude(
    f"{verdict} Validation accuracy of {largest}, compared with {smallest}: {'; '.join(told)}.",
    fallen,
    differ,
    sure=f"{resolved or 'none'} of the {len(differences)} differences is sure, over seeds",
)

# %% [markdown]
# ## Your turn
# 1. How many steps does each size make with equal epochs, and how many epochs with equal steps?
#
# *Your answer:*
#
# 2. Set `base` to 16. Which ways change, and how much do the largest and the smallest batch differ now with equal steps?
#
# *Your answer:*

# %% tags=["solution"]
each = [f"batch {size}, {epochs * steps[size]:,} steps" for size in sizes]
page.say(
    f"Task 1: {'; '.join(each)}; the epochs stand in the table of ways. Task 2: change the "
    "parameters cell and run again."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: does the batch size matter, and what would you hold equal? They will appear in
# the report.*

# %% [markdown]
# ## Questions
# 1. By what factor does the noise of a mean gradient shrink from a batch of 16 to one of 64?
# 2. Two trainings make equally many steps with batches of 16 and 128. Which one has seen more pictures?
# 3. Why is it unfair to compare batch sizes with one learning rate, even at equal steps?

# %%
page.save()
