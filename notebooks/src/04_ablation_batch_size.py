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

import pandas as pd

from lib import claims, notebook, plots, runs
from lib.base.errors import LookbookError
from lib.base.text import listed
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
# Every batch gives one gradient, and every gradient gives one step. A batch four times as large means a quarter of the steps in
# an epoch. So if you change the batch size and keep the epochs, you change two things. The mean over a larger batch is also a
# less noisy gradient, so a larger learning rate may suit it. We therefore compare the sizes in three ways:
#
# - **equal epochs**: every size sees the same number of pictures. The large batch makes fewer steps.
# - **equal steps**: every size makes the same number of steps. The large batch sees more pictures.
# - **scaled rate**: equal epochs, and the learning rate grows in proportion to the batch size (Goyal et al. 2017, arXiv
#   1706.02677).
#
# At the **base** size all three are the same training.

# %%
sizes = sorted(set(batch_sizes))
if len(sizes) < 2 or base not in sizes or epochs < 2:
    raise LookbookError("give two batch_sizes, the base among them, and 2 epochs, or more")
smallest, largest = f"batch {sizes[0]}", f"batch {sizes[-1]}"
pictures = DataConfig(name=data.name, limit=limit or None)
training = split(data, pictures).train

# %% tags=["open"]
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
ways = {way: [setting(size, way) for size in sizes] for way in batches.WAYS}
scaling = {("", "batch size"): [f"{size:,}" for size in sizes]}
for way in (batches.EPOCHS, batches.STEPS):
    long = [each.epochs for each in ways[way]]
    steps = [n * math.ceil(len(training) / size) for n, size in zip(long, sizes, strict=True)]
    scaling[way, "epochs"] = [f"{n:,}" for n in long]
    scaling[way, "steps"] = [f"{n:,}" for n in steps]
    scaling[way, "pictures seen"] = [f"{n * len(training):,}" for n in long]
scaling[batches.RATE, "learning rate"] = [f"{usual_rate * size / base:g}" for size in sizes]

# %%
storeys = pd.DataFrame(scaling)
flat = storeys.set_axis([" ".join(pair).strip() for pair in storeys], axis="columns")
about = f"What each comparison changes: {len(training):,} training pictures, base {base}"
page.table("scaling", flat, about, shown=storeys)
name = recipes.recipe(system, pictures).optimizer.name
page.say(
    "With a scaled rate, epochs, steps and pictures are as with equal epochs. "
    + ("" if name == "sgd" else f"The rule is for SGD. {system} is trained with {name}, for which "
    "it need not be right.")
)  # fmt: skip

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
# R2, a student report whose claims this course checks, draws its curves by epoch, with equal epochs: left. We also draw them by
# step, with equal steps: right. There, if all curves ended at one height, only the number of steps would matter. If the curve
# of the larger batch ends above, each of its steps is worth more.


# %%
def by_step(way: str) -> dict:
    """Return validation accuracies of a comparison by batch size, with the steps so far."""
    return {
        f"batch {size}": (
            [run.history.assign(step=run.history["steps"].cumsum()) for run in trained[name]],
            "val_accuracy",
        )
        for size in sizes
        for name in [f"{way}: batch {size}"]
    }


# %%
label = "validation accuracy"
panels = [
    plots.panels.Panel("equal epochs, equally many pictures", by_step(batches.EPOCHS), label),
    plots.panels.Panel("equal steps", by_step(batches.STEPS), label, "step"),
]
page.show(
    plots.in_a_row(panels, shades=True),
    alt=f"Validation accuracy by epoch and by step, a line each for {len(sizes)} batch sizes.",
    caption="The same networks, compared in two ways. Lines are means, bands span all seeds; the "
    "scale leaves out what only a first epoch reaches.",
    thumbnail=True,
)


# %%
def by_way(grid: dict) -> pd.DataFrame:
    """Return a row for each training, with its comparison as group and its batch size."""
    table = runs.tabulate(grid)
    table[["group", "system"]] = table["system"].str.split(": ", expand=True)
    return table.assign(batch_size=table["system"].str.removeprefix("batch ").astype(int))


# %%
here = by_way(trained)
at_end = batches.way_by_way(here, "val_accuracy", largest, smallest).set_index("system")
page.say(batches.worth(at_end.loc[batches.HELD[batches.STEPS]], largest, smallest))

# %% [markdown]
# ## Which comparison shows a difference?
# If a line is flat, the batch size makes no difference in that comparison. We may look at the test pictures, since we choose
# nothing by them.

# %%
measured = "batch_size", "pictures per step", "test_accuracy", "test accuracy"
page.show(
    plots.response(here, *measured, apart=0.04),
    alt=f"Test accuracy by batch size, compared in three ways that meet at {base}.",
    caption="Test accuracy after the last epoch. A point is one training, lines are means.",
)

# %%
differences = batches.way_by_way(here, "test_accuracy", largest, smallest)
answer = batches.what_matters(differences, largest, smallest, sizes[-1] / sizes[0])
page.say(batches.scaled(here, sizes, base))
what = f"test accuracy, {largest} minus {smallest}"
page.guess(guess, float(differences["difference"].iloc[0]), f"{what}, with equal epochs")
page.table("large_minus_small", differences, what.capitalize(), fold=True)

# %% [markdown]
# ## Is the curve of a large batch smoother?
# R2 says so in section 5.2; in section 6 it says that a large batch makes the test accuracy jumpier. By eye one can say either,
# so we measure. The **falls** of a curve are what validation accuracy loses whenever it drops from one epoch to the next, added
# up. A curve that only rises has falls of zero.

# %%
equal_epochs = here[here["group"] == batches.EPOCHS]
falls = batches.way_by_way(equal_epochs, "falls", largest, smallest)
page.table("falls", falls, f"Falls with equal epochs, {largest} minus {smallest}", fold=True)
told_falls = batches.told_falls(falls.iloc[0], largest, smallest)


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
full_epochs = full[full["group"] == batches.EPOCHS]
full_falls = batches.way_by_way(full_epochs, "falls", "batch 128", "batch 16")
page.say(
    f"Here {told_falls}. At full length, which the next section shows, "
    f"{batches.told_falls(full_falls.iloc[0], 'batch 128', 'batch 16')}."
)

# %% [markdown]
# ## At full length
# The kit comes with runs of R2.optimised, the network whose batch size R2 varies, on all real pictures, with several seeds.

# %%
at_length = batches.way_by_way(full, "test_accuracy", "batch 128", "batch 16")
last = [int(each[0].history["steps"].sum()) for each in (
    trained[f"{batches.EPOCHS}: {largest}"], carried.of_row(row_of(128, batches.EPOCHS))
)]  # fmt: skip
why = batches.why_they_differ(differences, at_length, largest, (last[0], last[1]))
matters = batches.what_matters(at_length, "batch 128", "batch 16", 8)
page.results["full_length"] = f"{matters} {why}".strip()
page.say(batches.how_sure(at_length, "batch 128", "batch 16"))
page.table("full_length", at_length, "Test accuracy, batch 128 minus batch 16", fold=True)

# %%
equal = full[full["group"] == batches.STEPS].groupby("batch_size")["epochs"].first()
told = [f"{epochs} with batch {size}" for size, epochs in equal.items()]
huge = batches.way_by_way(full_epochs, "test_accuracy", "batch 512", "batch 16")
page.say(
    f"All ran {full_epochs['epochs'].max()} epochs, but with equal steps {listed(told)}. "
    f"{batches.how_sure(huge, 'batch 512', 'batch 16').partition('. ')[0]}."
)
page.show(
    plots.response(full, *measured, apart=0.04),
    alt=f"At full length, {found.told}.",
    caption=f"R2.optimised, {found.seeds}. A point is one training, lines are means.",
)

# %% [markdown]
# R2 states neither its high batch size nor its low one. We judge its claims with batch 128 as the high and batch 16 as the low
# one, with equal epochs; its "accuracy" is that on validation pictures.

# %%
unclear = found.judged["verdict"].str.startswith("not resolvable")
losses = comparison.told_means(comparison.summarise(full_epochs, "test_loss"), 2)
printed = claims.printed("R2.optimised batch_size=128", "test_loss")
told = f"R2 does not say for which size the test loss is {printed:g}; here it is {losses}."
page.say(f"{found.tally} {told}")
if unclear.any():
    page.say(f"Not resolvable: {'; '.join(found.judged.loc[unclear, 'claim'])}.")
page.table(
    "claims_reference", found.judged, "What R2 says, and our runs",
    shown=reports.read(found.judged[~unclear] if not unclear.all() else found.judged),
)  # fmt: skip

# %% [markdown]
# ## What we found

# %%
page.conclude(
    answer,
    f"At full length: {matters[0].lower()}{matters[1:]}",
    batches.advice(differences, at_length),
    sure=batches.how_sure(differences, largest, smallest),
)

# %% [markdown]
# ## Your turn
# 1. Which size would you take if all trainings got equally many seconds? `seconds` is a column of `runs.tabulate(trained)`.
#
# *Your answer:*
#
# 2. Set `base` to 16. Which comparisons change, and how much do the largest and the smallest batch differ now with equal
#    steps?
#
# *Your answer:*

# %% tags=["solution"]
took = here[here["group"] == batches.EPOCHS].groupby("system", sort=False)["seconds"].mean()
each = [f"{seconds:.1f} s ({size})" for size, seconds in took.items()]
page.say(
    f"Task 1: {epochs} epochs took {', '.join(each)}. Give every size as many epochs as fit into "
    "the shortest of these times. Task 2: change the parameters cell and run again."
)

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
