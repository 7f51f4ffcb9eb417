# %% [markdown]
# # 04 · Does the batch size matter, or the number of steps?
# This notebook trains one network with small and with large batches, and compares them in three ways.
#
# **You will learn** to see what else changes with a setting, to read a curve by step, to define "smooth".\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** 30 minutes with its exercises; the quick profile runs in less than a minute.

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
from lib.claims import by_reference, units
from lib.config import DataConfig, RunConfig
from lib.data.splits import split
from lib.evaluation import batches, comparison, smoothness
from lib.runs import carried, search
from lib.training import recipes

page = notebook.start("04_ablation_batch_size", globals())
data = page.dataset

# %% [markdown]
# ## What else changes when the batch size does?
# Every batch gives one gradient, and every gradient gives one step. A batch four times as large means a quarter of the steps in
# an epoch. The mean over a larger batch is also a less noisy gradient, so a larger learning rate may suit it. The size never
# changes alone, so we compare in three ways. At one size, the **base**, all three are the same training.
#
# - **equal epochs**: every size sees the same number of pictures. The large batch makes fewer steps.
# - **equal steps**: every size makes the same number of steps. The large batch sees more pictures.
# - **scaled rate**: equal epochs, and the learning rate grows with the batch size (Goyal et al. 2017, arXiv 1706.02677).

# %%
sizes = sorted(set(batch_sizes))
if len(sizes) < 2 or base not in sizes or epochs < 2:
    raise LookbookError("give two batch_sizes, the base among them, and 2 epochs, or more")
smallest, largest = f"batch {sizes[0]}", f"batch {sizes[-1]}"
pictures = DataConfig(name=data.name, limit=limit or None)
usual = recipes.recipe(system, pictures).optimizer


# %% tags=["open"]
def setting(size: int, way: str) -> RunConfig:
    """Return the recipe with another batch size, and with what this comparison scales with it."""
    times = size / base
    rate = usual.learning_rate * (times if way == "scaled rate" else 1)
    passes = max(1, round(epochs * (times if way == "equal steps" else 1)))
    own = {"learning_rate": rate}
    return recipes.recipe(system, pictures, batch_size=size, epochs=passes, optimizer=own)


# %%
parts = split(data, pictures)
ways = [(base, "all three")]
ways += [(n, way) for way in batches.WAYS for n in sizes if n != base]
scaling = []
for size, way in ways:
    own = setting(size, way)
    scaling.append({
        "comparison": way, "batch size": f"{size:,}", "epochs": f"{own.epochs:,}",
        "steps": f"{own.epochs * math.ceil(len(parts.train) / size):,}",
        "pictures seen": f"{own.epochs * len(parts.train):,}",
        "learning rate": f"{own.optimizer.learning_rate:g}",
    })  # fmt: skip

# %%
about = f"{len(parts.train):,} training pictures, each seen once an epoch"
if usual.name != "sgd":
    about += f", with {search.optimiser(usual)} (the scaled rate was found for SGD)"
page.table("scaling", pd.DataFrame(scaling), about)

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
# R2, a student report whose claims this course checks, draws its curves by epoch: left. Right, they are drawn by step, with equal
# steps. If all ended at one height there, only the number of steps would matter.


# %%
def by_step(way: str) -> dict:
    """Return validation accuracies of a comparison by batch size, with the steps so far."""
    found = {}
    for size in sizes:
        histories = [run.history for run in trained[f"{way}: batch {size}"]]
        counted = [history.assign(step=history["steps"].cumsum()) for history in histories]
        found[f"batch {size}"] = counted, "val_accuracy"
    return found


# %%
label = "accuracy"
panels = [
    plots.panels.Panel("equal epochs, equally many pictures", by_step(batches.EPOCHS), label),
    plots.panels.Panel("equal steps", by_step(batches.STEPS), label, "step"),
]
page.show(
    plots.in_a_row(panels, 2.0),
    alt=f"Validation accuracy by epoch and by step, a line each for {len(sizes)} batch sizes.",
    caption="Validation accuracy, means over seeds; bands: lowest to highest. "
    "A line from the edge began lower.",
    thumbnail=True,
)


# %%
def by_way(grid: dict) -> pd.DataFrame:
    """Return a row for each training, with its comparison as group and its batch size as system."""
    table = runs.tabulate(grid)
    table[["group", "system"]] = table["system"].str.split(": ", expand=True)
    return table


here = by_way(trained)
page.say(batches.worth(here[here["group"] == batches.STEPS]))


# %%
def row_of(size: int, way: str) -> str:
    """Return the name of these runs: at the base of 64, all three comparisons have the same."""
    alone = way == batches.EPOCHS or size == 64
    return f"R2.optimised, batch {size}{'' if alone else f', {way}'}"


# %%
rows = {
    f"{way}: batch {size}": row_of(size, way) for way in batches.WAYS for size in (16, 64, 128)
}
rows[f"{batches.EPOCHS}: batch 512"] = row_of(512, batches.EPOCHS)
full = by_way({name: carried.of_row(each) for name, each in rows.items()})
found = by_reference.at_full_length(list(dict.fromkeys(rows.values())), "test_accuracy")

# %%
accuracy, full_epochs = "test_accuracy", full[full["group"] == batches.EPOCHS]
differences = batches.way_by_way(here, accuracy, largest, smallest)
at_length = batches.way_by_way(full, accuracy, "batch 128", "batch 16")
wider = full_epochs[full_epochs["system"].isin(["batch 16", "batch 512"])]
wider = comparison.against(wider, accuracy, "batch 16")
there = pd.concat([at_length, wider.assign(system="with equal epochs,\n512 minus 16")])

# %% [markdown]
# ## Which comparison shows a difference?
# Each row is one comparison, the larger batch minus the smaller one. Where a bar crosses the dotted line, either could be better.
# Right: long trainings from the kit, of R2.optimised, the network whose batch size R2 varies, on all real pictures.

# %%
passes = full[full["group"] == batches.STEPS].groupby("system", sort=False)["epochs"].first()
each = listed([f"{epochs} ({size})" for size, epochs in passes.items()])
panels = {
    f"here: test accuracy,\n{largest} minus {smallest}": (differences, "points"),
    "at full length: test accuracy,\nbatch 128 or 512 minus 16": (there, "points"),
}
page.show(
    plots.numbered(panels, "difference", zero=True, absent="not trained"),
    alt=f"What the batch size changes in three comparisons. At full length, {found.told}.",
    caption=f"Bars are 95% intervals; the scales differ. Right: {found.seeds}, "
    f"{passes['batch 64']} epochs; with equal steps {each}.",
)

# %%
last = [trained[f"{batches.EPOCHS}: {largest}"], carried.of_row(row_of(128, batches.EPOCHS))]
made = [int(each[0].history["steps"].sum()) for each in last]
guessed = batches.steps_made(differences, at_length, made)
others = ["network"] * (system != "R2.optimised")
others += ["pictures"] * (not claims.comparable(data.name, limit, 20))
if guessed and others:
    guessed += f" Also different: {listed(others)}."
gets = batches.levels(here, smallest, largest)
page.say(f"{gets} {batches.scaled(here, sizes, base)} {guessed}")

# %%
what = f"test accuracy, {largest} minus {smallest}"
page.guess(guess, float(differences["difference"].iloc[0]), f"{what}, with equal epochs")

# %%
both = {"here": differences, "at full length": there}
minus = pd.concat(both, names=["where"]).reset_index("where")
page.table("differences", minus, "Test accuracy, large minus small", fold=True)
each = pd.concat({"here": here, "full length": full}, names=["where"]).reset_index("where")
named = each.assign(system=each["where"] + ", " + each["group"] + ", " + each["system"])
page.table("means", comparison.summarise(named, accuracy), comparison.SUMMARISED, fold=True)

# %%
why = batches.why_they_differ(differences, at_length)
long = f"{passes['batch 64']}, on all real pictures"
matters = batches.at_length(at_length, "batch 128", "batch 16", wider, long)
page.results["full_length"] = f"{matters} {why}".strip()

# %% [markdown]
# ## Which curve is smoother?
# R2 calls the curves of a high batch size smoother in one section and jumpier in another. So we add up their **falls**: what
# validation accuracy loses from one epoch to the next.

# %% tags=["open"]
curve = trained[f"equal epochs: {largest}"][0].history["val_accuracy"]
changes = curve.diff()  # from each epoch to the next
falls = -changes[changes < 0].sum()

# %%
curves = {
    size: [run.history for run in trained[f"equal epochs: {size}"]]
    for size in (smallest, largest)
}
page.show(
    plots.falls(curves),
    alt=f"Validation accuracy by epoch of {smallest} and {largest}, with each fall in red.",
    caption="Equal epochs; pale: other seeds. Red: falls in points; one of "
    f"{len(parts.validation):,} validation pictures is {round(100 / len(parts.validation), 2):g}.",
)
page.say(smoothness.told_falls(here, largest, smallest))

# %% [markdown]
# ## Which of R2's claims hold?
# R2 names neither size. We take batch 128 and 16, at full length, with equal epochs; our falls are of validation accuracy.

# %%
losses = comparison.told_means(comparison.summarise(full_epochs, "test_loss"), 2)
printed = claims.printed("R2.optimised batch_size=128", "test_loss")
told = f"R2 does not say for which size the test loss is {printed:g}; we measure {losses}."
page.say(f"{found.tally} {told}")
said = "high batch size: smoother curves, and jumpier test accuracy; R2 says both"
judged = units.opposites(found.judged, "R2.batch.smoother", "R2.batch.jumpier", said)
about = f"Our runs: batch 128, or 128 minus 16. {units.INTERVALS}"
page.table("claims_reference", found.judged, about, shown=units.with_units(judged))

# %% [markdown]
# ## What we found

# %%
rate = batches.held(at_length.iloc[-1], "batch 128", "batch 16")
faster = batches.larger_rate(here, sizes[-1], base)
page.conclude(
    "A comparison of batch sizes means little until it says what is held equal: epochs or steps.",
    f"At full length: {rate[0].lower()}{rate[1:]}",
    *filter(None, [batches.advice(differences, at_length, "between 16 and 128", faster)]),
    answer=batches.what_matters(differences, largest, smallest),
    sure=batches.how_sure(differences, largest, smallest),
)

# %% [markdown]
# ## Your turn
# 1. Which size would you take if all trainings got equally many seconds? `seconds` is a column of `runs.tabulate(trained)`.
#
# *Your answer:*
#
# 2. Set `base` to 16. By how much do the largest and the smallest batch differ now with equal steps?
#
# *Your answer:*

# %% tags=["solution"]
took = here[here["group"] == batches.EPOCHS].groupby("system", sort=False)["seconds"].min()
each = [f"{seconds:.1f} s ({size})" for size, seconds in took.items()]
page.say(
    f"Task 1: {epochs} epochs took at least {', '.join(each)}. Give every size as many epochs as "
    "fit into the shortest of these times. Task 2: change the parameters cell and run again."
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
