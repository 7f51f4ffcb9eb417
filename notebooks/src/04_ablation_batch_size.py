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
    scaling[way, "pictures"] = [f"{n * len(training):,}" for n in long]
scaling[batches.RATE, "learning rate"] = [f"{usual_rate * size / base:g}" for size in sizes]

# %%
storeys = pd.DataFrame(scaling)
flat = storeys.set_axis([" ".join(pair).strip() for pair in storeys], axis="columns")
about = (
    f"What each comparison changes: {len(training):,} training pictures, base {base}. "
    "Pictures: how many are seen, repeats counted"
)
page.table("scaling", flat, about, shown=storeys)
name = recipes.recipe(system, pictures).optimizer.name
page.say(
    "With a scaled rate, epochs, steps and pictures are as with equal epochs. "
    + ("" if name == "sgd" else "This rule was found for plain gradient descent (SGD). "
    f"{system} is trained with {name}, which already adapts its steps: so we ask whether it holds.")
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
# step, with equal steps: right. If all curves of the right panel ended at one height, only the number of steps would matter. If
# the curve of a larger batch ends above, each of its steps is worth more.


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
fewest = ways[batches.STEPS][0].epochs
panels = [
    plots.panels.Panel("equal epochs, equally many pictures", by_step(batches.EPOCHS), label),
    plots.panels.Panel("equal steps", by_step(batches.STEPS), label, "step"),
]
page.show(
    plots.in_a_row(panels),
    alt=f"Validation accuracy by epoch and by step, a line each for {len(sizes)} batch sizes.",
    caption="The same networks, compared in two ways: means, and bands over all seeds. A line has "
    f"a point for each epoch ({smallest} on the right: {fewest}). The scale leaves out what only a "
    "first epoch reaches.",
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
page.say(batches.worth(here[here["group"] == batches.STEPS]))


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

# %% [markdown]
# ## Which comparison shows a difference?
# If a line is flat, the batch size makes no difference in that comparison. We may look at the test pictures, since we choose
# nothing by them. On the right stand long trainings, which come with the kit.

# %%
measured = "batch_size", "batch size", "test_accuracy", "test accuracy"
titles = (
    f"here: {system}, {epochs} epochs at batch {base}",
    "at full length: R2.optimised, 20 epochs",
)
page.show(
    plots.settings(dict(zip(titles, (here, full), strict=True)), *measured),
    alt=f"Test accuracy by batch size, compared in three ways. At full length, {found.told}.",
    caption="Test accuracy after the last epoch; the scales differ. A dot is one training, moved "
    f"aside to be seen; hollow marks are means. Right: all real pictures, {found.seeds}.",
)

# %%
differences = batches.way_by_way(here, "test_accuracy", largest, smallest)
answer = batches.what_matters(differences, largest, smallest, sizes[-1] / sizes[0])

# %%
page.say(batches.scaled(here, sizes, base))
if narrow := batches.narrowly(differences):
    page.say(narrow)
what = f"test accuracy, {largest} minus {smallest}"
page.guess(guess, float(differences["difference"].iloc[0]), f"{what}, with equal epochs")
page.table("large_minus_small", differences, f"Here: {what}", fold=True)

# %% [markdown]
# ## At full length
# The long trainings are of R2.optimised, the network whose batch size R2 varies, on all real pictures, with several seeds.

# %%
full_epochs = full[full["group"] == batches.EPOCHS]
at_length = batches.way_by_way(full, "test_accuracy", "batch 128", "batch 16")
passes = int(full.query("system == 'batch 16' and group == @batches.STEPS")["epochs"].iloc[0])
last = [int(each[0].history["steps"].sum()) for each in (
    trained[f"{batches.EPOCHS}: {largest}"], carried.of_row(row_of(128, batches.EPOCHS))
)]  # fmt: skip

# %%
same = system == "R2.optimised", data.name == "fashion-mnist" and not limit
others = [
    name for name, kept in zip(("the network", "the pictures"), same, strict=True) if not kept
]
why = batches.why_they_differ(differences, at_length, others)
matters = batches.at_length(at_length, "batch 128", "batch 16", passes)
long = int(full_epochs["epochs"].max())
page.results["full_length"] = f"{long} epochs on all real pictures. {matters} {why}".strip()
if guessed := batches.steps_made(differences, at_length, (last[0], last[1])):
    page.say(f"{guessed} Equal epochs and equal steps at once are impossible.")

# %%
huge = batches.way_by_way(full_epochs, "test_accuracy", "batch 512", "batch 16")
page.say(batches.at_length(huge, "batch 512", "batch 16", passes))
about = "At full length: test accuracy, batch 128 minus batch 16"
page.table("full_length", at_length, about, fold=True)

# %% [markdown]
# R2 states neither its high batch size nor its low one. We judge its claims with batch 128 as the high and batch 16 as the low
# one, with equal epochs; by "accuracy" we take that on validation pictures. Which curve is smoother? By eye one can say either.
# So we measure the **falls** of a curve: what validation accuracy loses whenever it drops from one epoch to the next, added up.

# %%
losses = comparison.told_means(comparison.summarise(full_epochs, "test_loss"), 2)
printed = claims.printed("R2.optimised batch_size=128", "test_loss")
told = f"R2 does not say for which size the test loss is {printed:g}; here it is {losses}."
page.say(f"{found.tally} {told}")
six = reports.read(found.judged)
six["claim"] = (
    six["claim"].str.partition(": ")[2].where(six["claim"].str.contains(": "), six["claim"])
)
page.table("claims_reference", found.judged, "What R2 says, and our runs", shown=six)

# %%
falls = batches.way_by_way(here[here["group"] == batches.EPOCHS], "falls", largest, smallest)
page.table(
    "falls", falls, f"Here: falls with equal epochs, {largest} minus {smallest}", fold=True
)

# %% [markdown]
# ## What we found

# %%
equal_epochs = here[here["group"] == batches.EPOCHS]
rate = batches.held(at_length.iloc[-1], "batch 128", "batch 16")
page.conclude(
    answer,
    f"At full length: {rate[0].lower()}{rate[1:]}",
    f"{batches.advice(differences, at_length)} {batches.fastest(equal_epochs)}".strip(),
    sure=batches.how_sure(differences, largest, smallest, comparison.seeds(seeds)),
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
