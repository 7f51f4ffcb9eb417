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
dataset: str = "auto"  # auto takes real Fashion-MNIST where it can be had, else drawn garments
system: str = "R2.simple"  # id of the network; report R2 varies the batch size of R2.optimised
batch_sizes: list = [16, 32, 64, 128]  # pictures a step; R2 prints 32, not its high and low one
base: int = 64  # one of the sizes, at which all arms meet: rate and epochs are scaled from here
limit: int = 1024  # pictures for training and validation together; 0: all
epochs: int = 8  # passes over the training pictures at the base; report R2 makes 20 to 30
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import pandas as pd

from lib import claims, notebook, plots, runs
from lib.base.errors import LookbookError
from lib.config import DataConfig, RunConfig
from lib.data.splits import split
from lib.evaluation import comparison
from lib.training import recipes

own = {"profile": profile, "dataset": dataset, "system": system, "batch_sizes": batch_sizes}
data, results = notebook.start(
    "04_ablation_batch_size",
    own | {"base": base, "limit": limit, "epochs": epochs, "seeds": seeds},
)

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
pictures = DataConfig(name=data.name, limit=limit or None)
usual_rate = recipes.recipe(system, pictures).optimizer.learning_rate
sizes = sorted(set(batch_sizes))
if len(sizes) < 2 or base not in sizes:
    raise LookbookError(
        f"batch_sizes={batch_sizes}, base={base}: give two sizes or more, the base among them"
    )
smallest, largest = f"batch {sizes[0]}", f"batch {sizes[-1]}"


# %%
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
steps = {size: -(-training_pictures // size) for size in sizes}  # the last batch may be smaller
scaled = {size: settings(size, equal_steps=True, scaled_rate=True) for size in sizes}
scaling = pd.DataFrame({
    "batch size": sizes,
    "scaled rate": [config.optimizer.learning_rate for config in scaled.values()],
    "steps at equal epochs": [epochs * steps[size] for size in sizes],
    "epochs at equal steps": [config.epochs for config in scaled.values()],
    "steps at equal steps": [config.epochs * steps[size] for size, config in scaled.items()],
})  # fmt: skip
what = f"What the arms do with {training_pictures:,} training pictures. Equal epochs: {epochs}"
notebook.table(scaling, f"{what}. Same rate: {usual_rate:g}", digits=6)

# %% [markdown]
# In the row of the base all arms are the same training, and share it. Equal steps have a price, paid in epochs: a batch of
# 512 would need eight times the epochs of 64. That is why our sizes end earlier than those of the papers.

# %%
plan = pd.DataFrame([
    {"system": f"{arm}, {size}", "group": arm, "batch_size": size} for arm in ARMS for size in sizes
])  # fmt: skip
configs = {row.system: settings(row.batch_size, *ARMS[row.group]) for row in plan.itertuples()}
trained = runs.grid(configs, seeds, data)
notebook.record(results, [run for group in trained.values() for run in group], data)
everything = runs.tabulate(trained).merge(plan, on="system", how="left")

# %% [markdown]
# ## By epoch or by step?
# First the comparison that the report draws, the arm with equal epochs and the same rate, and the way it is drawn there: by
# epoch.

# %%
histories = {
    f"batch {size}": [
        run.history.assign(step=run.history["steps"].cumsum())
        for run in trained[f"{as_reported}, {size}"]
    ]
    for size in sizes
}
drawn = {"val_loss": "validation loss", "val_accuracy": "validation accuracy"}
bands = f"Lines are means over {seeds} seeds, bands reach from the smallest to the largest."
notebook.show(
    plots.curves(histories, drawn),
    alt=f"Validation loss and accuracy by epoch, a line each for {', '.join(histories)}.",
    caption=f"{as_reported.capitalize()}: drawn by epoch. {bands}",
)

# %% [markdown]
# Now the same trainings, drawn by step. The curve of a large batch ends early, because its training makes few steps. Where
# curves lie on one another, the number of steps decides. Where the larger batch is ahead, its steps are worth more: each
# has seen more pictures.

# %%
common = epochs * steps[sizes[-1]]  # the steps that a training makes with every size
figure = plots.curves(histories, drawn, x="step")
for axis in figure.axes:
    axis.set_xscale("log")  # the curves end at steps that are factors apart
notebook.show(
    figure,
    alt=f"The same curves by step; {largest} ends after {common} steps, {smallest} after "
    f"{epochs * steps[sizes[0]]}.",
    caption=f"The same trainings, drawn by step, on a logarithmic axis. {bands}",
    thumbnail=True,
)

# %%
means = pd.concat(
    pd.concat(group).groupby("epoch")[["step", "val_accuracy"]].mean().assign(size=name)
    for name, group in histories.items()
)
at_end = means.groupby("size")["val_accuracy"].last()
in_common = means[means["step"] <= common].groupby("size")["val_accuracy"].last()
too_long = len(in_common) < len(sizes)  # a size whose first epoch has more steps than that
notebook.say(
    f"After {epochs} epochs the sizes' mean validation accuracies lie {at_end.max() - at_end.min():.3f} apart. After the "
    f"last whole epoch of each within its first {common} steps: "
    + ("not known, an epoch is longer." if too_long else f"{in_common.max() - in_common.min():.3f}.")
)  # fmt: skip

# %% [markdown]
# ## What remains at equal steps?
# Stopping every training where the largest batch ends would stop most of them too early. So the trainings at equal steps go
# on until they have made as many steps as the base. Now all four arms:

# %%
notebook.show(
    plots.response(
        everything, "batch_size", "pictures a step", "val_accuracy", drawn["val_accuracy"]
    ),
    alt=f"Validation accuracy by batch size, in four arms that meet at {base}.",
    caption=f"Validation accuracy after the last epoch: a point is a training, lines are means over {seeds} seeds. "
    "A cross at the lower edge is a training that diverged.",
)

# %%
notebook.show(
    plots.response(everything, "batch_size", "pictures a step", "val_loss", drawn["val_loss"]),
    alt=f"Validation loss by batch size, in four arms that meet at {base}.",
    caption="Validation loss after the last epoch, drawn in the same way.",
)

# %% [markdown]
# A flat line says that in this arm the size makes no difference. For every arm we take **large minus small batch**: the
# validation accuracy of the largest batch minus that of the smallest, seed by seed. It is blind to a hump between the two:
# that shows in the figure only. The p is corrected for the number of sizes that are held against the smallest.


# %%
def signed(figure: float) -> str:
    return "no figure" if pd.isna(figure) else f"{figure:+.3f}"


def runs_of(arm: str) -> pd.DataFrame:
    """Return the runs of an arm, each named after its batch size."""
    chosen = everything[everything["group"] == arm]
    return chosen.assign(system="batch " + chosen["batch_size"].astype(str))


def large_minus_small(arm: str, measure: str) -> pd.Series:
    """Return how the largest batch differs from the smallest, a row of comparison.against."""
    row = comparison.against(runs_of(arm), measure, smallest).set_index("system").loc[largest]
    if measure == "falls" and epochs < 2:
        row["verdict"] = "not judged: one epoch"
    return row


# %%
differences = pd.DataFrame([large_minus_small(arm, "val_accuracy") for arm in ARMS])
differences.insert(0, "system", list(ARMS))
results["tables"]["large_minus_small"] = differences

# %%
notebook.show(
    plots.intervals(
        differences,
        "system",
        "difference",
        f"validation accuracy, {largest} minus {smallest}",
        mark=0,
    ),
    alt="Large minus small batch: "
    + "; ".join(
        f"{r.system} {signed(r.difference)}, {r.verdict}" for r in differences.itertuples()
    )
    + ".",
    caption="Large minus small batch in each arm; bars are 95 % intervals over seeds, each for itself.",
)
# %%
notebook.table(
    differences,
    "Large minus small batch, in figures; the verdict goes by p_holm, not by the interval",
)


# %%
def accuracy(size: int) -> pd.Series:
    """Return the validation accuracy of the runs with this batch size, by arm and seed."""
    chosen = everything[everything["batch_size"] == size].set_index(["group", "seed"])
    return chosen["val_accuracy"].rename_axis(["system", "seed"])


# %%
by_seed = (accuracy(sizes[-1]) - accuracy(sizes[0])).rename("large minus small").reset_index()
changes = comparison.against(by_seed, "large minus small", as_reported)
notebook.table(
    changes,
    f"Do the other arms change it? Their large minus small batch, minus that of '{as_reported}', seed by seed. "
    "p_holm: paired t-test with Holm's correction for the number of rows",
)
results["tables"]["large_minus_small_differences"] = changes

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
everything["falls"] = [
    comparison.falls(run.history) for group in trained.values() for run in group
]
everything["gap"] = everything["val_loss"] - everything["train_loss"]
at_equal_epochs = [arm for arm, (equal_steps, _) in ARMS.items() if not equal_steps]
jagged = pd.concat(
    comparison.summarise(runs_of(arm), "falls").assign(group=arm) for arm in at_equal_epochs
)
results["tables"]["falls"] = jagged

# %%
notebook.show(
    plots.intervals(jagged, "system", "mean", "falls of validation accuracy, summed"),
    alt="Falls: "
    + "; ".join(f"{r.system}, {r.group}: {signed(r.mean)}" for r in jagged.itertuples())
    + ".",
    caption="Falls of validation accuracy from epoch to epoch, summed over a training; bars are 95 % intervals over "
    "seeds. They take 2 epochs at least.",
)

# %%
ends = {arm: large_minus_small(arm, "falls") for arm in at_equal_epochs}
notebook.say(f"Falls of {largest} minus those of {smallest}: " + "; ".join(
    f"{arm} {signed(row['difference'])}, **{row['verdict']}**" for arm, row in ends.items()
) + ".")  # fmt: skip

# %% [markdown]
# With the same rate, a small batch makes more steps in an epoch, and noisier ones. With a scaled rate those below the base
# take shorter steps. If their falls then shrink, the curve was jagged because the rate was high for its batch size, not
# because the batch was small.
#
# Now the claims. The last two columns ask again at equal steps, with the same rate. A difference that turns round there
# depends on what is held equal: at equal steps the small batch sees every picture less often. Falls are not compared there,
# because they are summed over different numbers of epochs.

# %%
whole_set = data.name == "fashion-mnist" and not limit
comparable = whole_set and system == "R2.optimised" and 20 <= epochs <= 30


def judge(says: str, section: str, measure: str, wanted: str) -> dict:
    """Hold against our runs that the report calls a measure of the high batch size "higher" or "lower"."""
    row = large_minus_small(as_reported, measure)
    verdict = row["verdict"].replace(f"resolved: {wanted}", "holds")
    verdict = claims.here(verdict.replace("resolved:", "does not hold:"), comparable)
    claim = {"the high batch size": says, "section": section}
    claim |= row[["difference", "low", "high"]].to_dict() | {"verdict": verdict}
    if measure == "falls":
        return claim | {"at equal steps": float("nan"), "there": "–"}
    again = large_minus_small(by_steps, measure)
    return claim | {"at equal steps": again["difference"], "there": again["verdict"]}


# %%
claims_in_words = [
    ("is smoother (section 6: jumpier)", "5.2", "falls", "lower"),
    ("overfits less", "4, 6", "gap", "lower"),
    ("has lower loss", "5.2", "val_loss", "lower"),
    ("has higher accuracy", "5.2", "val_accuracy", "higher"),
]
report = pd.DataFrame([judge(*claim) for claim in claims_in_words])
notebook.table(
    report,
    f"The report's claims, and {largest} minus {smallest} with its 95 % interval over seeds. 'here' judges these "
    "pictures, network and epochs, not the report's",
    digits=4,
)
results["tables"]["report"] = report

# %% [markdown]
# ## What does a large batch save?
# A step with more pictures takes longer, but usually not in proportion, so an epoch takes less time. At equal steps, what
# is saved in an epoch has to pay for more epochs.

# %%
an_epoch = [pd.concat(group)["seconds"].median() for group in histories.values()]
whole = everything.groupby(["group", "batch_size"])["seconds"].median()
cost = pd.DataFrame({
    "batch size": sizes,
    "s an epoch": an_epoch,
    "ms a step": [1000 * s / n for s, n in zip(an_epoch, steps.values(), strict=True)],
    "s, equal epochs": whole[as_reported].tolist(),
    "s, equal steps": whole[by_steps].tolist(),
})  # fmt: skip
about = "Medians, same rate; measuring after each epoch is in them. They belong to the computer that trained"
notebook.table(cost, f"{about}, and to what else it did")
results["tables"]["seconds"] = cost
saved = {arm: whole[arm].iloc[-1] / whole[arm].iloc[0] for arm in (as_reported, by_steps)}

# %% [markdown]
# ## Do the test pictures agree?
# First the report's comparison, at equal epochs and with the same rate. Every difference is from the base.

# %%
reference = f"batch {base}"
plain = notebook.compare(
    results, "test_accuracy", runs_of(as_reported), "test_accuracy", reference
)

# %% [markdown]
# Then at equal steps. Here each size gets the better of its two rates, as far as two are a tuning; the base has only one,
# so the comparison favours the others a little. The better rate is chosen on the validation pictures.

# %%
tuned = []
for size in sizes:
    tried = everything[everything["batch_size"] == size].assign(system=everything["group"])
    tried = tried[tried["group"].str.startswith("equal steps")]
    arm = comparison.best(tried, "val_accuracy")
    tuned.append(runs_of(arm).query("batch_size == @size"))
notebook.say("Chosen on validation: " + "; ".join(
    f"batch {size}, " + (rows["group"].iloc[0].partition(", ")[2] if size != base else "both rates are one")
    for size, rows in zip(sizes, tuned, strict=True)
) + ".")  # fmt: skip

# %%
fair = notebook.compare(
    results, "test_accuracy_equal_steps", pd.concat(tuned), "test_accuracy", reference
)

# %% [markdown]
# Last, the figures that the report prints for its own batch size and for the high one, whose size it does not state; the kit
# takes 128. The report trained once, so a figure is held against the interval in which ONE more training of ours would land
# (low, high).

# %%
reported = [run for size in sizes for run in trained[f"{as_reported}, {size}"]]
claimed = claims.compare(runs.tabulate(reported), whole_set)
figures = claimed[claimed["claimed"] != ""] if len(claimed) else claimed
if len(figures):
    notebook.table(figures, "Claim beside measurement", digits=4)
    results["tables"]["claims"] = figures
else:
    notebook.say("No figure is claimed for any of these trainings.")

# %% [markdown]
# ## What we found


# %%
def listed(differences: pd.DataFrame) -> str:
    return "; ".join(
        f"{row.system} {signed(row.difference)}, {row.verdict}"
        for row in differences.itertuples()
    )


# %%
notebook.conclude(results, [
    f"Validation accuracy, {largest} minus {smallest}: {listed(differences)}.",
    f"By how much do equal steps or a scaled rate move this? {listed(changes)}.",
    "The report says that the high batch size ... "
    + "; ".join(f"{claim}: {verdict}" for claim, verdict in zip(report.iloc[:, 0], report["verdict"], strict=True)) + ".",
    f"Test accuracy minus that of {reference}, at equal epochs and the same rate: {listed(plain)}. At equal steps, with "
    f"the better of two rates: {listed(fair)}.",
    f"Training with {largest} takes {saved[as_reported]:.2f} times as long as with {smallest} at equal epochs, and "
    f"{saved[by_steps]:.2f} times as long at equal steps.",
])  # fmt: skip

# %% [markdown]
# ## Your turn
# 1. How many steps does each size need, at equal steps and with the same rate, until its mean validation accuracy first
#    reaches the one that the report's arm ends with for the largest size?
# 2. Add 100000 to `batch_sizes`. What does the kit say, and how many training pictures does it name?
# 3. Set `base` to 32. Which arms change, and by how much does large minus small batch at equal steps?

# %% tags=["solution"]
target = accuracy(sizes[-1])[as_reported].mean()
needed = {}
for size in sizes:
    joined = pd.concat(run.history for run in trained[f"{by_steps}, {size}"])
    by_epoch = joined.groupby("epoch")["val_accuracy"].mean()
    reached = by_epoch[by_epoch >= target].index
    needed[size] = f"{reached[0] * steps[size]:,} steps" if len(reached) else "not reached"
notebook.say(
    f"Task 1: {target:.3f} is first reached after: " + "; ".join(f"batch {size}, {n}" for size, n in needed.items())
    + ". It is looked at after whole epochs only. Tasks 2 and 3: change the parameters cell and run the notebook again."
)  # fmt: skip

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
notebook.save(results)
