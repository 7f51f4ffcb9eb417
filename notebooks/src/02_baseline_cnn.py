# %% [markdown]
# # 02 · How far does a plain network get?
# Builds a plain network in Keras, trains the two plain networks of the reports, and sets them beside methods without one.
#
# **You will learn** to build and train a network in Keras, to read a figure beside its baselines, to say how sure it is.\
# **You need** notebook 01, so that you know the pictures.\
# **Time** 30 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had, else synthetic garments
systems: list = ["R2.simple", "R3.initial"]  # the plain networks of reports R2 and R3
limit: int = 4000  # pictures for training and validation together; 0: all
epochs: int = 10  # passes over the training pictures; report R3 makes 20
batch_size: int = 32  # pictures per step; report R2's value, and Keras's default
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np

from lib import claims, notebook, plots, runs
from lib.base.backend import keras
from lib.config import DataConfig, RunConfig
from lib.data.parts import parts
from lib.evaluation import comparison, metrics

page = notebook.start("02_baseline_cnn", globals())
layers = keras.layers
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## What do the pictures show?
# One picture of each class. All are small, grey, and show one thing in the middle.

# %%
labels = data.labels["class"]
examples = np.unique(labels, return_index=True)[1]
page.show(
    plots.pictures(data.images[examples], classes),
    alt=f"One picture of each class: {', '.join(classes)}.",
    caption=f"One picture of each class, {data.images.shape[1]} pixels wide.",
)

# %% [markdown]
# We divide them into three parts. **Training** pictures are learnt from, **validation** pictures choose between networks,
# and **test** pictures are read once, at the end.

# %%
pictures = DataConfig(name=data.name, limit=limit or None)
_, split = parts(data, pictures)
page.say(
    f"{len(split.train):,} training, {len(split.validation):,} validation and "
    f"{len(split.test):,} test pictures."
)

# %% [markdown]
# ## What must a network beat?
# Three baselines need no network; the kit calls them anchors. `anchor.majority` always answers the most frequent class.
# `anchor.linear` is a linear model on the pixels. `anchor.nearest` gives the label of the most similar training picture. A
# network that does not beat them is not worth its trouble.
#
# **Your guess, before you run on:** which share of the pictures does the linear model get right?

# %%
guess = None  # e.g. 0.5: your guess, as a share

# %%
names = ["anchor.majority", "anchor.linear", "anchor.nearest"]
settings = {name: RunConfig(system=name, data=pictures) for name in names}
anchors = runs.grid(settings, 1, data)  # one seed: nothing in them is random

# %%
baselines = runs.tabulate(anchors)[["system", "val_accuracy"]]
page.table("baselines", baselines, "Validation accuracy without a network: the figures to beat")
page.guess(guess, baselines["val_accuracy"].iloc[1], "the linear model")

# %% [markdown]
# ## How is a network built and trained?
# This is R3.initial, the network of a student's report (R3), in plain Keras. Three convolutions look for patterns, each
# followed by a pooling that halves height and width. Two dense layers turn what they found into one **logit** for each class:
# the larger it is, the surer the network. R2.simple, of report R2, has two convolutions, with 16 and 32 filters, and a dense
# layer of 64.

# %% tags=["open"]
network = keras.Sequential([
    keras.Input(data.images.shape[1:]),
    layers.Rescaling(1 / 255),
    layers.Conv2D(16, 3, padding="same", activation="relu"),
    layers.MaxPooling2D(),
    layers.Conv2D(32, 3, padding="same", activation="relu"),
    layers.MaxPooling2D(),
    layers.Conv2D(64, 3, padding="same", activation="relu"),
    layers.MaxPooling2D(),
    layers.Flatten(),
    layers.Dense(128, activation="relu"),
    layers.Dense(len(classes)),
])  # fmt: skip

# %% [markdown]
# `compile` says how it learns: cross-entropy measures how wrong the logits are, and Adam changes the weights so that this
# loss falls. `fit` goes through the training pictures, here twice.

# %% tags=["open"]
network.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
    jit_compile=False,  # on a CPU these networks train faster without it
)

# %% tags=["open"]
keras.utils.set_random_seed(0)
past = network.fit(
    data.images[split.train],
    labels[split.train],
    batch_size=batch_size,
    epochs=2,
    validation_data=(data.images[split.validation], labels[split.validation]),
    verbose=2,
)

# %%
page.say(
    f"The network has {network.count_params():,} weights (report R3 prints 98,442), of which "
    f"the first dense layer holds {network.layers[-2].count_params():,}."
)

# %% [markdown]
# One training is one draw: other random numbers give another network. So we train every network several times, each with a
# **seed** of its own. The kit's run store does what you have just seen, keeps each training, and never repeats one.

# %% [markdown]
# ## How far do they get, and how sure is that?

# %%
settings = {
    system: RunConfig(system=system, data=pictures, epochs=epochs, batch_size=batch_size)
    for system in systems
}
trained = runs.grid(settings, seeds, data)
page.record(runs.flat(anchors, trained))

# %%
page.curves(trained, {name: anchors[name][0].metrics["val_accuracy"] for name in names[1:]})

# %% [markdown]
# The dashed line is what Keras prints while it trains, a mean over an epoch in which the network still changed. The solid
# training line is measured after the epoch, so it is the one to hold against validation. A network **overfits** where its
# training loss goes on falling and its validation loss turns.

# %%
table = runs.tabulate(trained)
turns = comparison.told_means(comparison.summarise(table, "turn"), 1)
rises = comparison.told_means(comparison.summarise(table, "rise"))
page.say(
    f"The validation loss is lowest after {turns} of {epochs} epochs, and rises by {rises} until "
    "the end, means over seeds. Where that is almost the last epoch and almost nothing, "
    "overfitting has hardly begun."
)

# %% [markdown]
# Now the test pictures. Each network read them once, after its last epoch.

# %%
everything = runs.tabulate(anchors | trained)
means = comparison.summarise(everything, "test_accuracy")
page.show(
    plots.intervals(means.iloc[1:], "system", "mean", "test accuracy"),
    alt=f"Test accuracy: {comparison.told_means(means)}.",
    caption="Bars are 95% intervals over seeds. Baselines are trained once, so they have none; "
    "the one that always gives the same answer lies far to the left.",
)
page.table("test_accuracy", means, f"Test accuracy: {comparison.SUMMARISED}", fold=True)

# %% [markdown]
# Is the second network better than the first? They share seeds and pictures, so we subtract seed by seed. Where the interval
# of these differences reaches over zero, more seeds would be needed to tell the two apart.

# %%
difference = comparison.against(table, "test_accuracy", systems[0])
page.say(f"Test accuracy minus that of {systems[0]}: {comparison.told_all(difference)}")

# %% [markdown]
# Reports R2 and R3 print figures for these networks, each from one training. Could one training of ours have given that
# figure?

# %%
judged = page.claims(table, claims.comparable(data.name, limit, epochs))

# %% [markdown]
# ## Which pictures go wrong?
# We look at the network with the higher validation accuracy. These test pictures were taken for something else by every one
# of its trainings. Would you have known?

# %%
best = comparison.best(table, "val_accuracy")
positions, truth, _ = trained[best][0].predictions("test")
predicted = [run.predicted("test") for run in trained[best]]

# %%
always = np.flatnonzero(np.all([answers != truth for answers in predicted], axis=0))[:10]
page.show(
    plots.pictures(
        data.images[positions[always]],
        [f"{classes[predicted[0][k]]}?\n{classes[truth[k]]}" for k in always],
    ),
    alt=f"{len(always)} test pictures that every training of {best} got wrong.",
    caption=f"{best}. Above: what the first training saw; below: the label, which may be wrong.",
)

# %% [markdown]
# A **confusion matrix** counts which class was taken for which. Added over all trainings it shows the pairs that are hard
# for this network, not for one lucky or unlucky training.

# %%
matrices = [metrics.confusion(truth, answers, classes) for answers in predicted]
page.show(
    plots.confusion(sum(matrices)),
    alt=f"Confusion matrix of {best}, added over {comparison.seeds(seeds)}.",
    caption=f"{best}, {comparison.seeds(seeds)} added: true classes in rows; "
    "colour shows the mistakes.",
)

# %%
hard = metrics.hardest_pair(sum(matrices))
agree = sum(metrics.hardest_pair(matrix) == hard for matrix in matrices)
page.say(f"**{hard}** are confused most. They lead in {agree} of {comparison.seeds(seeds)}.")

# %% [markdown]
# ## At full length
# The kit carries runs on all real pictures, as long as the reports trained, with several seeds each. They are what a claim is
# judged by. Two larger networks stand beside the plain ones: R2.optimised, which notebook 03 looks at, and `fast`, a network
# of the kit's own that is made to reach much in little time.

# %%
page.reference(
    "anchor.linear", "anchor.nearest", "R2.simple", "R3.initial", "R2.optimised", "fast"
)

# %% [markdown]
# ## What we found

# %%
scores = means.set_index("system")
rival = scores.loc[names, "mean"].max()
above = (table["test_accuracy"] > rival).groupby(table["system"], sort=False).sum()
beat = " and ".join(
    f"{number} of {seeds} trainings of {name}" for name, number in above.items()
)
page.conclude(
    f"{best} gets {comparison.figure(scores.loc[best, 'mean'], '.1%')} of the test pictures "
    f"right. The best baseline gets {rival:.1%}: {beat} beat that.",
    f"Test accuracy minus that of {systems[0]}: {comparison.told_all(difference)}",
    f"{hard} are confused most, in {agree} of {comparison.seeds(seeds)}.",
    sure=f"95% interval: {comparison.span(scores.loc[best], '.1%')}",
)

# %% [markdown]
# ## Your turn
# 1. Set `seeds` to 5 in the parameters cell. How wide is the last network's interval now, in percentage points?
#
# *Your answer:*
#
# 2. How many test pictures does the better network get right that the linear model gets wrong?
#
# *Your answer:*
#
# 3. Take the last convolution **and its pooling** out of the network that you built in Keras. How many weights has it now?
#    Why more than before?
#
# *Your answer:*

# %% tags=["solution"]
linear = anchors["anchor.linear"][0].predicted("test")
gained = int(((predicted[0] == truth) & (linear != truth)).sum())
page.say(
    f"Task 2: {gained:,} with the first seed of {best}. Task 1: change the parameters cell and run "
    "again. Task 3: a larger map is flattened, so the first dense layer gets more weights than the "
    "convolution had."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: how far does a plain network get on these pictures, and how sure are
# you? They will appear in the report.*

# %% [markdown]
# ## Questions
# 1. Why is the training loss that Keras prints often higher than the one measured again?
# 2. Why may the epoch not be chosen by the test accuracy?
# 3. A report prints one accuracy, after one training. What else would you need to know?

# %%
page.save()
