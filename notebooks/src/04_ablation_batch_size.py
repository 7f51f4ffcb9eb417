# %% [markdown]
# # 04 · Does the batch size matter, or the number of steps?
# Trains one network with several batch sizes, at equal epochs and at equal steps, with one learning rate and with a scaled
# one, and looks at what remains of the batch size's effect.
#
# **You will learn** to see what else changes with a setting, to read a curve by step, to give "smooth" a criterion.\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** a few minutes with the quick profile; notebook 00 measures it for your computer.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had, else synthetic garments
system: str = "R2.simple"  # id of the network; report R2 varies the batch size of R2.optimised
batch_sizes: list = [16, 32, 64, 128]  # pictures per step; R2 states 32, no high and no low one
base: int = 64  # one of the sizes, at which all arms meet: rate and epochs are scaled from here
limit: int = 1024  # pictures for training and validation together; 0: all
epochs: int = 8  # passes over the training pictures at the base, 2 or more; R2 makes 20 to 30
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import math

import pandas as pd

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
# Every batch gives one gradient, and every gradient one step. So a batch four times as large means a quarter of the steps
# in an epoch: whoever changes the batch size and keeps the epochs has changed two things. And the mean over a larger batch
# is a less noisy gradient, so a larger learning rate may suit it. We take these apart, in four arms:
#
# | arm | epochs | learning rate |
# |---|---|---|
# | equal epochs, same rate | the same for every size | the same for every size |
# | equal epochs, scaled rate | the same for every size | in proportion to the size |
# | equal steps, same rate | in proportion to the size | the same for every size |
# | equal steps, scaled rate | in proportion to the size | in proportion to the size |
#
# The scaled rate is that of Goyal et al. (2017, arXiv 1706.02677). All arms meet at the **base**. The report's own size is
# 32, but the trainings at equal steps would take twice as long from a base of 32 as from 64.
#
# Shallue et al. (2019, JMLR 20, arXiv 1811.03600) compared batch sizes by steps, with the rate tuned for each. For Adam a
# scaling with the square root of the size is often argued (Malladi et al. 2022, arXiv 2205.10287); we do not try it.

# %%
ARMS = {  # name -> whether the steps are equal, whether the rate is scaled
    "equal epochs, same rate": (False, False),
    "equal epochs, scaled rate": (False, True),
    "equal steps, same rate": (True, False),
    "equal steps, scaled rate": (True, True),
}
as_reported, by_steps = "equal epochs, same rate", "equal steps, same rate"
sizes = sorted(set(batch_sizes))
smallest, middle, largest = (f"batch {size}" for size in (sizes[0], base, sizes[-1]))
if len(sizes) < 2 or base not in sizes or epochs < 2:
    raise LookbookError("give two batch_sizes, the base among them, and 2 epochs, or more")

# %%
pictures = DataConfig(name=data.name, limit=limit or None)
usual_rate = recipes.recipe(system, pictures).optimizer.learning_rate


def settings(size: int, equal_steps: bool, scaled_rate: bool) -> RunConfig:
    """Return the network's recipe with another batch size, and what an arm scales with it."""
    times = size / base
    return recipes.recipe(
        system,
        pictures,
        batch_size=size,
        epochs=max(1, round(epochs * times)) if equal_steps else epochs,
        optimizer={"learning_rate": usual_rate * times if scaled_rate else usual_rate},
    )


# %%
training_pictures = len(split(data, pictures).train)
steps = [math.ceil(training_pictures / size) for size in sizes]  # in an epoch
scaling = pd.DataFrame({"batch size": sizes, "steps per epoch": steps})
scaling["scaled rate"] = [usual_rate * size / base for size in sizes]
scaling["steps at equal epochs"] = epochs * scaling["steps per epoch"]
scaling["epochs at equal steps"] = [settings(size, True, False).epochs for size in sizes]
scaling["steps at equal steps"] = scaling["epochs at equal steps"] * scaling["steps per epoch"]
caption = f"The arms, with {training_pictures:,} training pictures. Equal epochs: {epochs}"
page.table("scaling", scaling, f"{caption}; same rate: {usual_rate:g}", digits=6)

# %% [markdown]
# In the row of the base all arms are the same training, and share it. Equal steps have a price, paid in epochs: a batch of
# 512 would need eight times the epochs of 64. That is why our sizes end earlier than those of the papers.

# %%
configs = {f"{arm}: batch {size}": settings(size, *ARMS[arm]) for arm in ARMS for size in sizes}
trained = runs.grid(configs, seeds, data)
page.record(runs.flat(trained))

# %%
everything = runs.tabulate(trained)
everything[["group", "system"]] = everything["system"].str.split(": ", expand=True)
everything["batch_size"] = everything["system"].str.removeprefix("batch ").astype(int)
arms = {arm: everything[everything["group"] == arm] for arm in ARMS}

# %% [markdown]
# ## By epoch or by step?
# First the comparison that the report draws, the arm with equal epochs and the same rate, and the way it is drawn there: by
# epoch.

# %%
reported = {f"batch {size}": trained[f"{as_reported}: batch {size}"] for size in sizes}
histories = {
    size: [history.assign(step=history["steps"].cumsum()) for history in group]
    for size, group in runs.histories(reported).items()
}
drawn = {"val_loss": "validation loss", "val_accuracy": "validation accuracy"}
page.show(
    plots.curves(histories, drawn),
    alt=f"Validation loss and accuracy by epoch, one line each for {', '.join(histories)}.",
    caption=f"{as_reported.capitalize()}. Lines are means over {comparison.seeds(seeds)}, "
    "bands reach from the smallest to the largest.",
)

# %% [markdown]
# Now the same trainings, drawn by step. The curve of a large batch ends early, because its training makes few steps. Where
# curves lie on one another, the number of steps decides. Where the larger batch is ahead, its steps are worth more: each
# has seen more pictures.

# %%
figure = plots.curves(histories, drawn, x="step")
for axis in figure.axes:
    axis.set_xscale("log")  # the curves end at steps that are factors apart
page.show(
    figure,
    alt=f"The same curves by step; {largest} makes {epochs * steps[-1]} steps, "
    f"{smallest} {epochs * steps[0]}.",
    caption="The same trainings, by step, on a logarithmic axis.",
    thumbnail=True,
)

# %% [markdown]
# ## What remains at equal steps?
# Stopping every training where the largest batch ends would stop most of them too early. So the trainings at equal steps go
# on until they have made as many steps as the base. Now all four arms:

# %%
page.show(
    plots.response(
        everything, "batch_size", "pictures per step", "val_accuracy", drawn["val_accuracy"]
    ),
    alt=f"Validation accuracy by batch size, in four arms that meet at {base}.",
    caption="Validation accuracy after the last epoch: a point per training, lines are means. "
    "A cross at the lower edge is a training that diverged.",
)

# %% [markdown]
# A flat line says that in this arm the size makes no difference. For every arm we take **large minus small batch**: the
# validation accuracy of the largest batch minus that of the smallest, seed by seed. It is blind to a hump between the two:
# that shows in the figure only. The p is corrected for the number of sizes that are held against the smallest.


# %%
def large_minus_small(arm: str, measure: str) -> pd.DataFrame:
    """Return how the largest batch differs from the smallest, one row of comparison.against."""
    differences = comparison.against(arms[arm], measure, smallest)
    return differences[differences["system"] == largest].assign(system=arm)


# %%
differences = pd.concat(large_minus_small(arm, "val_accuracy") for arm in ARMS)
told = comparison.told_all(differences, digits=3)
what = f"validation accuracy, {largest} minus {smallest}"
page.show(
    plots.intervals(differences, "system", "difference", what, mark=0),
    alt=f"{what.capitalize()}: {told}".replace("**", ""),
    caption="Large minus small batch in each arm; bars are 95 % intervals, each for itself.",
)
page.say(f"{what.capitalize()}: {told}")
page.table("large_minus_small", differences, "The same in figures", fold=True)

# %%
by_size = everything.pivot(index=["group", "seed"], columns="batch_size", values="val_accuracy")
effect = (by_size[sizes[-1]] - by_size[sizes[0]]).rename("large minus small")
by_seed = effect.rename_axis(["system", "seed"]).reset_index()
changes = comparison.against(by_seed, "large minus small", as_reported)
moved = comparison.told_all(changes, digits=3)
page.say(f"Do equal steps or a scaled rate move it? Minus that of '{as_reported}': {moved}")
page.table("large_minus_small_differences", changes, "The same in figures", fold=True)

# %% [markdown]
# ## Which of the report's two texts holds?
# Report R2 describes one pair of curves twice. In section 5.2 the high batch size gives the smooth curves, the low one the
# jagged ones. In section 6, test accuracy is jumpier with the high one and smoother with the low one. Smooth and jumpy, read
# off two curves by eye, can be either. So every claim gets a criterion before we look. It compares the largest batch with
# the smallest, at equal epochs and the same rate, and holds where the difference is resolved and has the claimed sign:
#
# - *smoother*, and so not *jumpier*: the **falls** are fewer. They are what validation accuracy loses from epoch to epoch,
#   summed over a training. A steady rise has none.
# - *overfits less*: the **gap** after the last epoch is lower. It is the validation loss minus the training loss, measured
#   again.
# - *lower loss, higher accuracy*: those of the validation pictures, after the last epoch.
#
# The report's curves are of the test pictures, and it chose by them. Ours are of the validation pictures.

# %%
at_equal_epochs = [arm for arm, (equal_steps, _) in ARMS.items() if not equal_steps]
jagged = pd.concat(
    comparison.summarise(arms[arm], "falls").assign(group=arm) for arm in at_equal_epochs
)
falls = pd.concat(large_minus_small(arm, "falls") for arm in at_equal_epochs)
page.show(
    plots.intervals(jagged, "system", "mean", "falls of validation accuracy, summed"),
    alt="Falls of validation accuracy by batch size, in the two arms with equal epochs.",
    caption="Falls of validation accuracy, summed over a training; bars are 95 % intervals.",
)
page.table("falls", jagged, "Falls of validation accuracy in figures", fold=True)
page.say(f"Falls, {largest} minus {smallest}: {comparison.told_all(falls, digits=3)}")

# %% [markdown]
# With the same rate, a small batch makes more steps in an epoch, and noisier ones. With a scaled rate those below the base
# take shorter steps. If their falls then shrink, the curve was jagged because the rate was high for its batch size, not
# because the batch was small.
#
# Now the claims, with the figures that the report prints for its own batch size and for the high one; the kit takes 128 for
# that. The report trained once, so a figure is held against the interval in which ONE more training of ours would land.

# %%
comparable = claims.comparable(data.name, limit, epochs) and system == "R2.optimised"
roles = {"system": {largest: "high batch size", smallest: "low batch size"}}
by_label = runs.tabulate(runs.flat(reported))
verdicts = page.claims(pd.concat([by_label, arms[as_reported].replace(roles)]), comparable)

# %% [markdown]
# A difference that turns round at equal steps depends on what is held equal: there the small batch sees every picture less
# often. Falls are not compared there, because they are summed over different numbers of epochs.

# %%
measures = {"gap": "gap", "val_loss": "validation loss"}
again = pd.concat(large_minus_small(by_steps, measure) for measure in measures)
again["system"] = list(measures.values())
again = comparison.told_all(again, digits=3)
page.say(f"{by_steps.capitalize()}, {largest} minus {smallest}: {again}")

# %% [markdown]
# ## What does a large batch save?
# A step with more pictures takes longer, but usually not in proportion, so an epoch takes less time. At equal steps, what
# is saved in an epoch has to pay for more epochs.

# %%
whole = {arm: arms[arm].groupby("batch_size")["seconds"].median() for arm in ARMS}
cost = pd.DataFrame({"batch size": sizes})
cost["s per epoch"] = [pd.concat(group)["seconds"].median() for group in histories.values()]
cost["ms per step"] = 1000 * cost["s per epoch"] / steps
cost["s, equal epochs"] = whole[as_reported].tolist()
cost["s, equal steps"] = whole[by_steps].tolist()
page.table("seconds", cost, "Medians with the same rate, measuring after each epoch included")

# %% [markdown]
# ## Do the test pictures agree?
# First the report's comparison, at equal epochs and with the same rate. Every difference is from the base.

# %%
plain = page.compare("test_accuracy", arms[as_reported], "test_accuracy", middle, digits=3)

# %% [markdown]
# Then at equal steps. Here each size gets the better of its two rates, as far as two are a tuning; the base has only one,
# so the comparison favours the others a little. The better rate is chosen on the validation pictures.

# %%
at_equal_steps = everything[everything["group"].str.startswith("equal steps")]
tuned = []
for _, rows in at_equal_steps.groupby("system", sort=False):
    better = comparison.best(rows.assign(system=rows["group"]), "val_accuracy")
    tuned.append(rows[rows["group"] == better])
rates = [f"{rows['system'].iloc[0]}, {rows['group'].iloc[0].split(', ')[1]}" for rows in tuned]
page.say(f"Chosen on validation: {'; '.join(rates)}. At {middle} both rates are one.")

# %%
fair = page.compare("test_equal_steps", pd.concat(tuned), "test_accuracy", middle, digits=3)

# %% [markdown]
# ## At full length
# The kit carries runs on all real pictures, at full length, each with several seeds. They are what a claim is judged by.
# The recipe's batch is 32; epochs and learning rate are the same.

# %%
page.reference(
    "R2.optimised, batch 16",
    "R2.optimised",
    "R2.optimised, batch 128",
    "R2.optimised, batch 512",
)

# %% [markdown]
# ## What we found

# %%
test = f"Test accuracy minus that of {middle}"
longer = {arm: times.iloc[-1] / times.iloc[0] for arm, times in whole.items()}
page.conclude(
    f"{what.capitalize()}: {told}",
    f"By how much equal steps or a scaled rate move this: {moved}",
    f"{test}, at equal epochs and the same rate: {comparison.told_all(plain, 3)} At equal steps, "
    f"with the better of two rates: {comparison.told_all(fair, 3)}",
    f"Training with {largest} takes {longer[as_reported]:.2f} times as long as with {smallest} at "
    f"equal epochs, and {longer[by_steps]:.2f} times as long at equal steps (medians).",
)

# %% [markdown]
# ## Your turn
# 1. How many steps does each size need, at equal steps and with the same rate, until its mean validation accuracy first
#    reaches the one that the report's arm ends with for the largest size?
# 2. Add 100000 to `batch_sizes`. What does the kit say, and how many training pictures does it name?
# 3. Set `base` to 32. Which arms change, and by how much does large minus small batch at equal steps?

# %% tags=["solution"]
target = by_size.loc[as_reported, sizes[-1]].mean()
needed = {}
for size, per_epoch in zip(sizes, steps, strict=True):
    joined = pd.concat(run.history for run in trained[f"{by_steps}: batch {size}"])
    by_epoch = joined.groupby("epoch")["val_accuracy"].mean()
    reached = by_epoch[by_epoch >= target].index
    needed[size] = f"{reached[0] * per_epoch:,} steps" if len(reached) else "not reached"
page.say(
    f"Task 1: {target:.3f} is first reached after: "
    + "; ".join(f"batch {size}, {number}" for size, number in needed.items())
    + ". It is looked at after whole epochs only. Tasks 2 and 3: change the parameters cell "
    "and run the notebook again."
)

# %% [markdown]
# ## Questions
# 1. By what factor does the noise of a mean gradient shrink from a batch of 16 to one of 64? What does that suggest for the
#    learning rate, and where must the proportion end?
# 2. Two trainings make equally many steps with batches of 16 and 128. Which one has seen more pictures, and what can it
#    overfit to that the other cannot?
# 3. Why is it unfair to compare batch sizes with one learning rate, even at equal steps?
# 4. Batch normalisation takes its mean and variance from the batch. Why is the batch size then no longer a setting of the
#    optimiser alone?

# %%
page.save()
