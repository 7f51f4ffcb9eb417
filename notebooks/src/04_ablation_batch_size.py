# %% [markdown]
# # 04 · Does the batch size matter, or the number of steps?
# This notebook trains one network with small and with large batches. It compares them in three ways: with equal epochs, with
# equal steps, and with a learning rate that grows with the batch.
#
# **You will learn** to see what else changes with a setting, to read a curve by step, to define "smooth".\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** 30 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
system: str = "R2.simple"  # id of the network; report R2 varies the batch size of R2.optimised
batch_sizes: list = [16, 64, 128]  # pictures per step; R2 states 32 alone
base: int = 64  # one of the sizes: here all three comparisons have the same training
limit: int = 960  # pictures for training and validation together; 0: all
epochs: int = 8  # passes over the training pictures at the base, 2 or more; R2 makes 20 to 30
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import math

import numpy as np
import pandas as pd

from lib import notebook, plots, runs
from lib.base.errors import LookbookError
from lib.claims import by_reference, reports
from lib.config import DataConfig, RunConfig
from lib.data.splits import split
from lib.evaluation import batches, comparison
from lib.runs import carried
from lib.training import recipes

page = notebook.start("04_ablation_batch_size", globals())
data = page.dataset

# %% [markdown]
# ## What else changes when the batch size does?
# Every batch gives one gradient, and every gradient gives one step. Here is one batch:

# %%
sizes = sorted(set(batch_sizes))
if len(sizes) < 2 or base not in sizes or epochs < 2:
    raise LookbookError("give two batch_sizes, the base among them, and 2 epochs, or more")
smallest, largest = f"batch {sizes[0]}", f"batch {sizes[-1]}"
pictures = DataConfig(name=data.name, limit=limit or None)
training = split(data, pictures).train

# %%
page.show(
    plots.pictures(data.images[training[: sizes[0]]], columns=8),
    alt=f"{sizes[0]} training pictures.",
    caption=f"A batch of {sizes[0]}: these pictures decide one step.",
)

# %% [markdown]
# A batch four times as large means a quarter of the steps in an epoch. So if you change the batch size and keep the epochs, you
# change two things. The mean over a larger batch is also a less noisy gradient, so a larger learning rate may suit it. We
# therefore compare the sizes in three ways:
#
# - **equal epochs**: every size sees the same number of pictures. The large batch makes fewer steps.
# - **equal steps**: every size makes the same number of steps. The large batch sees more pictures.
# - **scaled rate**: equal epochs, and the learning rate grows in proportion to the batch size (Goyal et al. 2017, arXiv
#   1706.02677).
#
# At the **base** size all three are the same training.

# %%
usual_rate = recipes.recipe(system, pictures).optimizer.learning_rate


def setting(size: int, way: str) -> RunConfig:
    """Return the recipe with another batch size, and with what this comparison scales with it."""
    times = size / base
    longer = times if way == "equal steps" else 1
    rate = usual_rate * (times if way == "scaled rate" else 1)
    return recipes.recipe(
        system, pictures, batch_size=size, epochs=max(1, round(epochs * longer)),
        optimizer={"learning_rate": rate},
    )  # fmt: skip


# %%
scaling = pd.DataFrame({"batch size": sizes})
scaling["steps per epoch"] = [math.ceil(len(training) / size) for size in sizes]
scaling["steps with equal epochs"] = epochs * scaling["steps per epoch"]
scaling["epochs with equal steps"] = [setting(size, "equal steps").epochs for size in sizes]
made = scaling["epochs with equal steps"] * scaling["steps per epoch"]
scaling["steps with equal steps"] = made  # a smaller last batch of an epoch is a step, too
scaling["scaled rate"] = usual_rate * scaling["batch size"] / base
about = f"What each comparison scales: {len(training):,} training pictures, base {base}"
page.table("scaling", scaling, about, digits=6)

# %% [markdown]
# **Your guess, before you run on:** by how much does the test accuracy of the largest batch differ from that of the
# smallest, with equal epochs?

# %%
guess = None  # e.g. 0.1: your guess, as a share; negative if you expect the largest to be worse

# %%
configs = {f"{way}: batch {size}": setting(size, way) for way in batches.WAYS for size in sizes}
trained = runs.grid(configs, seeds, data)
page.record(runs.flat(trained))

# %% [markdown]
# ## By epoch or by step?
# R2, a student's report, draws its curves by epoch. We draw ours by step, with equal epochs. The curve of a large batch ends
# early, because its training makes few steps. If two curves lie on one another, only the number of steps matters. If the
# curve of the larger batch lies above the other one, each of its steps is worth more: it has seen more pictures.

# %%
histories = {
    size: [
        run.history.assign(step=run.history["steps"].cumsum())
        for run in trained[f"equal epochs: {size}"]
    ]
    for size in [f"batch {size}" for size in sizes]
}

# %%
drawn = {"val_loss": "validation loss", "val_accuracy": "validation accuracy"}
figure = plots.curves(histories, drawn, x="step")
for axis in figure.axes:
    axis.set_xscale("log")  # the curves end at steps that are factors apart
page.show(
    figure,
    alt=f"Validation loss and accuracy by step, one line each for {', '.join(histories)}.",
    caption="Equal epochs, by step, on a logarithmic axis. Bands span all seeds.",
    thumbnail=True,
)

# %%
last = int(histories[largest][0]["step"].max())
there = pd.DataFrame([
    {"system": size, "seed": seed, "accuracy": np.interp(last, each["step"], each["val_accuracy"])}
    for size in (smallest, largest)
    for seed, each in enumerate(histories[size])
])  # fmt: skip

# %%
row = comparison.against(there, "accuracy", smallest).iloc[0]
page.say(
    f"After {last:,} steps, when {largest} ends, the mean validation accuracies are "
    f"{comparison.told_means(comparison.summarise(there, 'accuracy'))}. There "
    f"{batches.ahead(row, largest, smallest)}"
)

# %% [markdown]
# ## Which comparison shows a difference?
# If a line is flat, the batch size makes no difference in that comparison. We may look at the test pictures, since we choose
# nothing by them.


# %%
def by_way(grid: dict) -> pd.DataFrame:
    """Return a row for each training, with its comparison as group and its batch size."""
    table = runs.tabulate(grid)
    table[["group", "system"]] = table["system"].str.split(": ", expand=True)
    return table.assign(batch_size=table["system"].str.removeprefix("batch ").astype(int))


# %%
here = by_way(trained)
page.show(
    plots.response(
        here, "batch_size", "pictures per step", "test_accuracy", "test accuracy", apart=0.04
    ),
    alt=f"Test accuracy by batch size, compared in three ways that meet at {base}.",
    caption="Test accuracy after the last epoch. A point is one training, lines are means.",
)

# %%
differences = batches.way_by_way(here, "test_accuracy", largest, smallest)
answer = batches.what_matters(differences, largest, smallest, sizes[-1] / sizes[0])
page.say(answer)
what = f"test accuracy, {largest} minus {smallest}"
page.guess(guess, float(differences["difference"].iloc[0]), f"{what}, with equal epochs")
page.table("large_minus_small", differences, what.capitalize(), fold=True)

# %% [markdown]
# ## Is the curve of a large batch smoother?
# R2 says in section 5.2 that a high batch size gives smoother curves. In section 6 it says that a large batch makes the test
# accuracy jumpier. By eye one can say either, so we define *smooth*. The **falls** of a curve are what validation accuracy
# loses whenever it drops from one epoch to the next, added up. A curve that only rises has falls of zero.

# %%
equal_epochs = here[here["group"] == batches.EPOCHS]
falls = batches.way_by_way(equal_epochs, "falls", largest, smallest)
page.table("falls", falls, f"Falls with equal epochs, {largest} minus {smallest}", fold=True)
told_falls = batches.told_falls(falls.iloc[0], largest, smallest)
page.say(told_falls)

# %% [markdown]
# ## At full length
# The kit comes with runs of R2.optimised, the network whose batch size R2 varies. They were trained on all real pictures, with
# several seeds. We judge R2's claims by these runs.


# %%
def row_of(size: int, way: str) -> str:
    """Return the name of these runs: at the base of 64, all three comparisons have the same."""
    return f"R2.optimised, batch {size}" + (
        "" if way == batches.EPOCHS or size == 64 else f", {way}"
    )


# %%
rows = {
    f"{way}: batch {size}": row_of(size, way) for way in batches.WAYS for size in (16, 64, 128)
}
rows[f"{batches.EPOCHS}: batch 512"] = row_of(512, batches.EPOCHS)
full = by_way({name: carried.of_row(each) for name, each in rows.items()})
found = by_reference.at_full_length(list(dict.fromkeys(rows.values())), "test_accuracy")

# %%
page.show(
    plots.response(
        full, "batch_size", "pictures per step", "test_accuracy", "test accuracy", apart=0.04
    ),
    alt=f"At full length, {found.told}.",
    caption=f"R2.optimised, {found.seeds}. A point is one training, lines are means.",
)

# %%
at_length = batches.way_by_way(full, "test_accuracy", "batch 128", "batch 16")
page.results["full_length"] = batches.what_matters(at_length, "batch 128", "batch 16", 8)
equal_epochs = full[full["group"] == batches.EPOCHS]
huge = batches.way_by_way(equal_epochs, "test_accuracy", "batch 512", "batch 16")
page.say(
    f"{page.results['full_length']} Test accuracy of batch 512 minus that of batch 16, with equal "
    f"epochs: {comparison.told(huge.iloc[0])}."
)
page.table("full_length", at_length, "Test accuracy, batch 128 minus batch 16", fold=True)

# %%
steps = last, int(carried.of_row(row_of(128, batches.EPOCHS))[0].history["steps"].sum())
why = batches.why_they_differ(differences, at_length, largest, steps)
page.say(f"{why} {found.tally}")
about = (
    "What R2 says, and our runs with equal epochs. Its accuracy is that on validation pictures."
)
page.table("claims_reference", found.judged, about, shown=reports.read(found.judged))

# %% [markdown]
# ## What we found

# %%
page.conclude(
    answer,
    batches.advice(differences),
    told_falls,
    sure=batches.how_sure(differences),
)

# %% [markdown]
# ## Your turn
# 1. How many steps does each size make with equal epochs, and how many epochs with equal steps?
#
# *Your answer:*
#
# 2. Set `base` to 16. Which comparisons change, and how much do the largest and the smallest batch differ now with equal
#    steps?
#
# *Your answer:*

# %% tags=["solution"]
columns = ["batch size", "steps with equal epochs", "epochs with equal steps"]
counts = scaling[columns].to_numpy()
each = [f"{steps:,} steps or {long} epochs (batch {size})" for size, steps, long in counts]
page.say(f"Task 1: {', '.join(each)}. Task 2: change the parameters cell and run again.")

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: does the batch size matter, and what would you hold equal? They will
# appear in the report.*

# %% [markdown]
# ## Questions
# 1. By what factor does the noise of a mean gradient shrink from a batch of 16 to one of 64?
# 2. Two trainings make the same number of steps, with batches of 16 and of 128. Which one has seen more pictures?
# 3. Why is it unfair to compare batch sizes with one learning rate, even with equal steps?

# %%
page.save()
