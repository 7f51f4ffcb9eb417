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
base: int = 64  # one of the sizes, where all arms meet: rate and epochs are scaled from here
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

from lib import claims, notebook, plots, runs
from lib.base.errors import LookbookError
from lib.config import DataConfig, RunConfig
from lib.data.splits import split
from lib.evaluation import comparison
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
# changes two things. The mean over a larger batch is also a less noisy gradient, so a larger learning rate may suit it. Three
# arms take this apart:
#
# | arm | epochs | learning rate |
# |---|---|---|
# | equal epochs | the same for every size | the same for every size |
# | equal steps | in proportion to the size | the same for every size |
# | scaled rate | the same for every size | in proportion to the size |
#
# The scaled rate is that of Goyal et al. (2017, arXiv 1706.02677). All arms meet at the **base**.

# %%
usual_rate = recipes.recipe(system, pictures).optimizer.learning_rate
ARMS = ["equal epochs", "equal steps", "scaled rate"]


def setting(size: int, arm: str) -> RunConfig:
    """Return the recipe with another batch size, and what the arm scales with it."""
    times = size / base
    longer = times if arm == "equal steps" else 1
    rate = usual_rate * (times if arm == "scaled rate" else 1)
    return recipes.recipe(
        system, pictures, batch_size=size, epochs=max(1, round(epochs * longer)),
        optimizer={"learning_rate": rate},
    )  # fmt: skip


# %%
steps = {size: math.ceil(len(training) / size) for size in sizes}  # in an epoch
scaling = pd.DataFrame({"batch size": sizes, "steps per epoch": list(steps.values())})
scaling["steps at equal epochs"] = epochs * scaling["steps per epoch"]
scaling["epochs at equal steps"] = [setting(size, "equal steps").epochs for size in sizes]
scaling["scaled rate"] = [
    setting(size, "scaled rate").optimizer.learning_rate for size in sizes
]
page.table("scaling", scaling, f"What each arm scales; base {base}, {epochs} epochs", digits=6)

# %% [markdown]
# **Your guess, before you run on:** by how much does the validation accuracy of the largest batch differ from that of the
# smallest, at equal epochs?

# %%
guess = None  # e.g. 0.1: your guess, as a share; negative where the largest batch is worse

# %%
configs = {f"{arm}: batch {size}": setting(size, arm) for arm in ARMS for size in sizes}
trained = runs.grid(configs, seeds, data)
page.record(runs.flat(trained))

# %% [markdown]
# ## By epoch or by step?
# The report draws equal epochs, by epoch. We draw the same trainings by step. The curve of a large batch ends early, because
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
# ## What remains at equal steps?
# Now all three arms. A flat line says that in this arm the size makes no difference.

# %%
everything = runs.tabulate(trained)
everything[["group", "system"]] = everything["system"].str.split(": ", expand=True)
everything["batch_size"] = everything["system"].str.removeprefix("batch ").astype(int)
page.show(
    plots.response(
        everything, "batch_size", "pictures per step", "val_accuracy", "validation accuracy"
    ),
    alt=f"Validation accuracy by batch size, in three arms that meet at {base}.",
    caption="Validation accuracy after the last epoch: a point per training, lines are means.",
)


# %%
def large_minus_small(arm: str, measure: str) -> pd.DataFrame:
    """Return how the largest batch differs from the smallest in an arm, as a table of one row."""
    rows = everything[everything["group"] == arm]
    differences = comparison.against(rows, measure, smallest)
    return differences[differences["system"] == largest].assign(system=arm)


# %%
differences = pd.concat(large_minus_small(arm, "val_accuracy") for arm in ARMS)
told = comparison.told_all(differences)
what = f"validation accuracy, {largest} minus {smallest}"
page.say(f"{what.capitalize()}: {told}")
page.guess(guess, float(differences["difference"].iloc[0]), f"{what}, at equal epochs")
page.table("large_minus_small", differences, "The same in figures", fold=True)

# %% [markdown]
# ## Which of the report's two texts holds?
# Report R2 describes one pair of curves twice. In section 5.2 the high batch size gives the smooth curves. In section 6 the
# test accuracy is jumpier with the high one. Read by eye, either can be said. So *smooth* gets a criterion: the **falls** are
# what validation accuracy loses from epoch to epoch, summed over a training. A steady rise has none.

# %%
falls = pd.concat(large_minus_small(arm, "falls") for arm in ("equal epochs", "scaled rate"))
told_falls = comparison.told_all(falls)
page.say(f"Falls, {largest} minus {smallest}: {told_falls}")

# %% [markdown]
# Falls at equal steps are not compared: they are summed over different numbers of epochs. Now the claims:

# %%
comparable = claims.comparable(data.name, limit, epochs) and system == "R2.optimised"
roles = {"system": {largest: "high batch size", smallest: "low batch size"}}
arm = everything[everything["group"] == "equal epochs"].replace(roles)
table = pd.concat([runs.tabulate(runs.flat(reported)), arm])
verdicts = page.claims(table, comparable)

# %% [markdown]
# ## At full length
# The kit carries runs on all real pictures, at full length, each with several seeds. They are what a claim is judged by. A
# row without an addition has equal epochs; the arms meet at a batch of 64.


# %%
def by_size(table: pd.DataFrame) -> Figure:
    """Return the figure of reference runs by batch size: three arms that meet at a batch of 64."""
    names = table["system"].str.removeprefix("R2.optimised, batch ").str.partition(", ")
    own = table.assign(batch_size=names[0].astype(int), group=names[2].replace("", ARMS[0]))
    meet = [own[own["batch_size"] == 64].assign(group=arm) for arm in ARMS[1:]]
    return plots.response(
        pd.concat([own, *meet]),
        "batch_size",
        "pictures per step",
        "test_accuracy",
        "test accuracy",
    )


# %%
rows = ["batch 16", "batch 64", "batch 128", "batch 512"]
rows += [f"batch {size}, {arm}" for arm in ARMS[1:] for size in (16, 128)]
page.reference(*[f"R2.optimised, {row}" for row in rows], draw=by_size)

# %% [markdown]
# ## What we found

# %%
arms, fallen = (
    ", ".join(f"{row.system} {row.difference:+.3f}" for row in rows.itertuples())
    for rows in (differences, falls)
)
resolved = int((differences["p_holm"] < comparison.RESOLVED).sum())
page.conclude(
    f"{what.capitalize()}: {arms}.",
    f"Validation accuracy lost from epoch to epoch, {largest} minus {smallest}: {fallen}.",
    sure=f"{resolved} of {len(differences)} differences are sure with {seeds} seeds",
)

# %% [markdown]
# ## Your turn
# 1. How many steps does each size make at equal epochs, and how many epochs at equal steps?
#
# *Your answer:*
#
# 2. Set `base` to 16. Which arms change, and how much do the largest and the smallest batch differ now at equal steps?
#
# *Your answer:*

# %% tags=["solution"]
each = [f"batch {size}, {epochs * steps[size]:,} steps" for size in sizes]
page.say(
    f"Task 1: {'; '.join(each)}; the epochs stand in the table of arms. Task 2: change the "
    "parameters cell and run again."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: does the batch size matter, and what would you hold equal? The report
# carries them.*

# %% [markdown]
# ## Questions
# 1. By what factor does the noise of a mean gradient shrink from a batch of 16 to one of 64?
# 2. Two trainings make equally many steps with batches of 16 and 128. Which one has seen more pictures?
# 3. Why is it unfair to compare batch sizes with one learning rate, even at equal steps?

# %%
page.save()
