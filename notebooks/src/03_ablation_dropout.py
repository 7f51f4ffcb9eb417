# %% [markdown]
# # 03 · What does dropout change?
# This notebook trains one network without dropout, with a little, and with a lot, and asks what else changes.
#
# **You will learn** to change one setting at a time, to read the gap between two losses, to choose without the test set.\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** 30 minutes with its exercises; the quick profile runs in one to two minutes.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
rates: list = [0.0, 0.2, 0.5]  # none comes first, then low and high; report R2 states no rate
limit: int = 1800  # pictures for training and validation together; 0: all
epochs: int = 8  # passes over the training pictures; report R2 makes 20 to 30
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np

from lib import claims, notebook, plots, runs
from lib.base.backend import keras
from lib.claims import by_reference, reports
from lib.config import DataConfig
from lib.data.parts import parts
from lib.evaluation import changes, comparison, dropping
from lib.runs import carried
from lib.training import recipes

page = notebook.start("03_ablation_dropout", globals())
layers = keras.layers
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## What does dropout do?
# A dropout layer sets each value to zero with a fixed probability, its **rate**, and chooses anew at every step. The values that
# stay are divided by the share kept, so that the mean stays the same (Srivastava et al. 2014, JMLR 15, p. 1929). In a network it
# acts on the maps that a convolution makes. Here it acts on a picture, so that you can see it.

# %% tags=["open"]
dropout = layers.Dropout(max(rates), seed=0)
picture = data.images[:1].astype("float32")
passes = [np.asarray(dropout(picture, training=True)) for _ in range(200)]
in_use = np.asarray(dropout(picture, training=False))

# %%
versions = {"picture": picture, "training": passes[0], "training again": passes[1]}
versions |= {"mean of 200": np.mean(passes, axis=0), "in use": in_use}
page.show(
    plots.pictures(
        np.concatenate(list(versions.values())).clip(0, 255).astype("uint8"), list(versions)
    ),
    alt=f"A picture, then through dropout {max(rates)} twice, the mean of 200 passes, and in use.",
    caption=f"One picture through dropout of rate {max(rates)}; values above 255 are drawn white.",
)

# %% [markdown]
# So while it learns, a network cannot rely on any single value. When it predicts (`training=False`), nothing is dropped: the
# network that you measure is not quite the one that you trained.
#
# ## How do the curves change with the rate?
# The network is R2.optimised, from R2, a student report whose claims this course checks. It has four blocks of layers and one
# rate for all four dropout layers. This is a block:


# %% tags=["open"]
def block(filters: int, kernel: int, rate: float) -> list:
    """Return the layers of one block of R2.optimised."""
    return [
        layers.Conv2D(filters, kernel, padding="same", use_bias=False),
        layers.MaxPooling2D(padding="same"),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Dropout(rate),
    ]


# %%
network = keras.Sequential([keras.Input(data.images.shape[1:]), layers.Rescaling(1 / 255)])
for filters, kernel in ((32, 5), (64, 3), (64, 3), (128, 3)):
    for layer in block(filters, kernel, max(rates)):
        network.add(layer)
network.add(layers.Flatten())
network.add(layers.Dense(len(classes)))
own = sum(each.count_params() for each in network.layers if isinstance(each, layers.Dropout))
page.say(
    f"Four blocks and a dense layer have {network.count_params():,} weights, {own or 'none'} of "
    "them in dropout layers. So networks of all rates are equally large."
)

# %% [markdown]
# Pictures, split, optimiser and seeds stay the same. Only the rate changes.
#
# **Your guess, before you run on:** which rate ends with the lowest validation loss?

# %%
guess = None  # e.g. 0.5: your guess, one of `rates`

# %%
pictures = DataConfig(name=data.name, limit=limit or None)
settings = {
    f"dropout {rate}": recipes.recipe(
        "R2.optimised", pictures, epochs=epochs, arguments={"dropout": rate}
    )
    for rate in rates
}

# %%
trained = runs.grid(settings, seeds, data)
page.record(runs.flat(trained))

# %%
histories = runs.histories(trained)
page.show(
    plots.in_a_row(plots.learning(histories), own_scales=True, turns="val_loss"),
    alt=f"Loss by epoch with {', '.join(trained)}: as training went, measured again, validation.",
    caption="Lines are means over seeds, bands span all seeds. A triangle marks where the "
    "validation loss of a training is lowest. Each panel has its own scale, without what only the "
    "first epoch reaches.",
    thumbnail=True,
)

# %% [markdown]
# Each panel has three lines. The dashed blue one is what Keras prints while it trains. The orange one is measured on (up to
# 2,000 of) the same pictures after the epoch, with nothing dropped. The green one is measured on the validation pictures. Only
# orange and green show the network as you will use it, so we compare these two.

# %%
strongest = f"dropout {max(rates)}"
page.say(dropping.below(histories[strongest], strongest))

# %% [markdown]
# Two things lift the dashed line above the orange one. While it learns, the network works with values set to zero, which makes
# its task harder. And the dashed line is a mean over an epoch in which the network gets better, so it lies higher even without
# dropout. Where it lies *below*, batch normalisation is a likely cause, which we do not test: that layer keeps a mean and a spread
# of its inputs for later use. It gathers them while values are zero; when none is, they no longer fit (Li et al. 2018, arXiv
# 1801.05134).
#
# ## Where does a network begin to overfit?
# Two numbers answer that. The **turn** is the epoch with the lowest validation loss (the triangles). After it, learning goes on
# and no longer lowers that loss, though the accuracy may still rise. The **gap** is the validation loss minus the training loss
# at the end, both measured after the epoch. A network that is often wrong on the pictures it was trained on **underfits**: it
# has not finished learning. The table also has the long trainings that come with the kit.

# %%
full_without = "R2.optimised, no dropout"
rows = [full_without, "R2.optimised", "R2.optimised, dropout .5"]
found = by_reference.at_full_length(rows, "test_accuracy", against=full_without)
named = {rows[0]: "no dropout", rows[1]: "dropout 0.2", rows[2]: "dropout 0.5"}
full_runs = found.runs.replace(named)
long, full_ends = int(full_runs["epochs"].max()), dropping.means(full_runs)

# %%
table = runs.tabulate(trained)
ends, without = dropping.means(table), f"dropout {rates[0]}"
training = len(parts(data, pictures)[1].train)

# %%
two = {f"{epochs} epochs": ends, f"{long} epochs": full_ends}
about = f"Means over seeds at the end. Above: {training:,} pictures; below: all real ones"
page.table("ends", ends, about, shown=dropping.both(two))
page.results["tables"]["ends_reference"] = full_ends
lowest = comparison.best(table, "val_loss")
page.say(dropping.told_turns(ends, epochs))
guessed = "the rate of the lowest validation loss at the end"
page.guess(guess, float(lowest.removeprefix("dropout ")), guessed)

# %% [markdown]
# A small gap is not good in itself: a network that learns nothing has none. So the next question is how often it is right.
#
# ## Which rate would we choose?
# We choose by the validation pictures. Then, and only then, the test pictures say what the choice is worth. Of several rates
# the best one is partly lucky on the pictures that chose it, so its accuracy on these is too high.

# %%
chosen = comparison.best(table, "val_accuracy")
page.say(f"By the mean validation accuracy of the table we choose **{chosen}**.")

# %%
gaps = comparison.against(table, "gap", without)
differences = comparison.against(table, "test_accuracy", without)

# %%
heads = "difference in gap", "difference in test accuracy"
page.show(
    plots.numbered(
        {heads[0]: (gaps, "+.2f"), heads[1]: (differences, "points")}, "difference", True
    ),
    alt=f"Gap: {comparison.told_all(gaps)} Accuracy: {comparison.told_all(differences)}",
    caption=f"Difference from {without}. Left panel: a point further left is a narrower gap. Right "
    "panel: a point further right is a better network. Bars are 95% intervals, each on its own.",
)
page.table("gap_differences", gaps, f"Gap, minus that of {without}", fold=True)
about = f"Test accuracy, minus that of {without}"
page.table("test_accuracy_differences", differences, about, fold=True)

# %%
told_here = dropping.effects(differences, f"After {epochs} epochs")
page.say(changes.raised(differences, "rate") if len(differences) else told_here)

# %% [markdown]
# **Wrong way.** R2 chose by its test curves, and then quoted the same test pictures. The best of several on some pictures is
# partly the luckiest on them: so choose by others.

# %% [markdown]
# ## At full length
# The kit comes with runs on all real pictures, with several seeds. We judge R2's claims by these runs. R2.optimised itself has a
# rate of 0.2.

# %%
full = comparison.against(full_runs, "test_accuracy", "no dropout")
full_gaps = comparison.against(full_runs, "gap", "no dropout")

# %%
long_runs = {name: [run.history for run in carried.of_row(row)] for row, name in named.items()}
page.show(
    plots.in_a_row(plots.learning(long_runs), turns="val_loss"),
    alt=f"Loss at full length. {dropping.told_turns(full_ends, long)}",
    caption=f"R2.optimised at full length: {found.length}. Drawn as above; the "
    "panels share one scale.",
)
chosen_full = dropping.choice(full_runs, chosen, "no dropout")
page.say(f"{dropping.told_turns(full_ends, long)} {chosen_full}")

# %%
panels = {heads[0]: (full_gaps, "+.2f"), heads[1]: (full, "points")}
page.show(
    plots.numbered(panels, "difference", True),
    alt=f"At full length, {found.told}.",
    caption=f"At full length: difference from no dropout, {found.seeds}. Bars: 95% intervals.",
)

# %%
told_full = dropping.effects(full, f"After {long} epochs on all real pictures")
why = dropping.why_they_differ(differences, full, full_ends)
page.results["full_length"] = f"{told_full} {why}".strip()
page.say(found.tally)
beside = "What R2 says of dropout, and our runs"
page.table("claims_reference", found.judged, beside, shown=reports.read(found.judged))
if claims.comparable(data.name, limit, epochs):
    judged = page.claims(runs.tabulate(runs.flat(trained)), True)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    f"{dropping.narrowed(gaps, ends)} {told_here} {dropping.unfinished(ends, epochs)}".strip(),
    chosen_full,
    "A narrow gap is not good in itself: "
    f"here it is narrowest with {comparison.lowest(table, 'gap')}.",
    sure=dropping.how_sure(differences, full, comparison.seeds(seeds)),
)

# %% [markdown]
# ## Your turn
# 1. Add the rate 0.8 to `rates`. How far does its orange training loss end above that without dropout?
#
# *Your answer:*
#
# 2. In which epoch is the mean validation **accuracy** without dropout highest? Is it the epoch of the lowest loss?
#
# *Your answer:*
#
# 3. Set `epochs` to 16. By how much does the gap without dropout grow?
#
# *Your answer:*

# %% tags=["solution"]
accuracy = np.mean([history["val_accuracy"] for history in histories[without]], axis=0)
turn = ends["turn"].iloc[0]
page.say(
    f"Task 2: after epoch **{accuracy.argmax() + 1}**. The lowest loss comes after epoch "
    f"{comparison.figure(turn, '.1f')} on average. They need not agree: the loss "
    "also grows when the network gets more certain of its mistakes. Tasks 1 and 3: change the "
    "parameters cell and run again."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: what does dropout change, and would you use it here? They will appear in
# the report.*

# %% [markdown]
# ## Questions
# 1. Why can the validation loss lie below the training loss that Keras prints, even without any overfitting?
# 2. The validation loss rises while the validation accuracy stays. What do the logits, the network's outputs before softmax, do?
# 3. A network ends with a small gap and a low accuracy. Is its rate too low or too high?

# %%
page.save()
