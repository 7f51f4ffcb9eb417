# %% [markdown]
# # 03 · What does dropout change?
# This notebook trains one network without dropout, with a little, and with a lot. It looks at what changes if only that
# changes.
#
# **You will learn** to change one setting at a time, to read the gap between two losses, to choose without the test set.\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** 30 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
rates: list = [0.0, 0.2, 0.5]  # none comes first, then low and high; R2 states no rate
limit: int = 1800  # pictures for training and validation together; 0: all
epochs: int = 8  # passes over the training pictures; report R2 makes 20 to 30
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np

from lib import claims, models, notebook, plots, runs
from lib.base.backend import keras
from lib.claims import by_reference
from lib.config import DataConfig
from lib.evaluation import changes, comparison
from lib.training import recipes

page = notebook.start("03_ablation_dropout", globals())
data = page.dataset

# %% [markdown]
# ## What does dropout do?
# A dropout layer sets each value to zero with a fixed probability, its **rate**, and draws again at every step. What is left
# is divided by the share that is kept, so that the mean stays the same (Srivastava et al. 2014, JMLR 15, p. 1929). In a
# network it acts on feature maps. Here it acts on a picture, so that one can see it.

# %%
dropout = keras.layers.Dropout(max(rates), seed=0)
picture = data.images[:1].astype("float32")
passes = [np.asarray(dropout(picture, training=True)) for _ in range(200)]

# %%
versions = {
    "picture": picture,
    "training": passes[0],
    "training again": passes[1],
    "mean of 200": np.mean(passes, axis=0),
    "in use": np.asarray(dropout(picture, training=False)),
}

# %%
page.show(
    plots.pictures(
        np.concatenate(list(versions.values())).clip(0, 255).astype("uint8"), list(versions)
    ),
    alt=f"A picture, then through dropout {max(rates)} twice, the mean of 200 passes, and in use.",
    caption=f"One picture through dropout of rate {max(rates)}; values above 255 are drawn white.",
)

# %% [markdown]
# So no unit can rely on any one other unit while it learns. In use, which is `training=False`, nothing is missing. The network
# that you measure is therefore not quite the one that you trained.
#
# ## How do the curves change with the rate?
# The network is R2.optimised, of a student's report (R2). It has four blocks. Each ends with a dropout layer, and the rate is
# that of all four:

# %%
network = models.build(
    "R2.optimised", data.images.shape[1:], len(data.classes["class"]), dropout=max(rates)
)
page.say(" → ".join(type(layer).__name__ for layer in network.layers))

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
page.curves(trained)

# %% [markdown]
# Each panel of losses has three lines. The dashed blue one is what Keras prints while it trains: units are missing, so it is
# high. The orange one is measured on the same pictures after the epoch, with all units in place. The green one is measured on
# the validation pictures. Only orange and green show the network that is used, so we compare these two.
#
# If the dashed line lies *below* the orange one, batch normalisation is the cause. In use it takes a mean and a spread that it
# gathered while units were missing (Li et al. 2018, arXiv 1801.05134). In a short training these are not up to date.

# %%
table = runs.tabulate(trained)
lowest = comparison.best(table, "val_loss")
page.guess(
    guess, float(lowest.removeprefix("dropout ")), "the rate of the lowest validation loss"
)
trained_to = comparison.told_means(comparison.summarise(table, "train_accuracy"), 2)
page.say(
    f"At the end, the mean accuracy on the training pictures is {trained_to}. A network that is "
    "often wrong on the pictures it was trained on has not finished learning: it **underfits**."
)

# %% [markdown]
# ## Where does a network begin to overfit?
# Two numbers tell. The **turn** is the epoch with the lowest validation loss. After it, learning goes on and no longer lowers
# that loss, though the accuracy may still rise. The **gap** is the validation loss minus the training loss at the end, both
# measured after the epoch.

# %%
without = f"dropout {rates[0]}"
gaps = comparison.against(table, "gap", without)
turns = comparison.summarise(table, "turn")
page.say(
    f"Of {epochs} epochs, the validation loss is lowest after {comparison.told_means(turns, 1)}, "
    f"means over seeds. A turn at {epochs} means that the network was still learning."
)

# %% [markdown]
# A small gap is not good in itself: a network that learns nothing has none. So the next question is how often it is right.
#
# ## Which rate would we choose?
# We choose by the validation pictures. Then, and only then, the test pictures say what the choice is worth. Of several rates
# the best one is partly lucky on the pictures that chose it, so its accuracy on these is too high.

# %%
chosen = comparison.best(table, "val_accuracy")
validation = comparison.told_means(comparison.summarise(table, "val_accuracy"))
page.say(f"Mean validation accuracy: {validation}. We choose **{chosen}**.")

# %%
differences = comparison.against(table, "test_accuracy", without)

# %%
page.show(
    plots.differences({"gap": gaps, "test accuracy": differences}),
    alt=f"Gap: {comparison.told_all(gaps)} Accuracy: {comparison.told_all(differences)}",
    caption=f"Difference from {without}. Bars are 95% intervals over seeds, each on its own.",
)

# %%
told_gap = changes.narrower(gaps, "rate")
told_gain = changes.helpful(differences, "rate")
page.say(f"{told_gap} Do they raise the test accuracy? {told_gain}")
page.table("gap_differences", gaps, f"Gap, minus that of {without}", fold=True)
about = f"Test accuracy, minus that of {without}"
page.table("test_accuracy_differences", differences, about, fold=True)

# %% [markdown]
# **Wrong way.** Report R2 chose by its test curves, and then quoted the same test pictures. Think of one student per seed, who
# trains each rate once. She picks the rate with the best validation accuracy and quotes its test accuracy. Another student
# picks the rate with the best test accuracy, and quotes that. His number is never lower, even if his rate is worse.

# %%
right = comparison.chosen_on(table, "val_accuracy")
wrong = comparison.chosen_on(table, "test_accuracy")
flattered = 100 * (wrong["test_accuracy"] - right["test_accuracy"]).mean()
same = int((wrong["system"] == right["system"]).sum())
page.say(
    f"Here both pick the same rate with {same} of {comparison.seeds(seeds)}. On average his number "
    f"is {comparison.figure(flattered, '.1f')} points higher."
)

# %% [markdown]
# ## At full length
# The kit comes with runs on all real pictures, with several seeds. Claims are judged by those. Dropout slows learning, so a
# short training is hard on it. R2.optimised itself has a rate of 0.2.

# %%
full_without = "R2.optimised, no dropout"
rows = [full_without, "R2.optimised", "R2.optimised, dropout .5"]
found = by_reference.at_full_length(rows, "test_accuracy", against=full_without)
named = {"R2.optimised": "dropout 0.2", "dropout .5": "dropout 0.5", rows[2]: "dropout 0.5"}
full = found.means.replace(named)
full_gaps = comparison.against(found.runs, "gap", full_without).replace(named)

# %%
in_order = full.set_index("system").loc[full_gaps["system"]].reset_index()
page.show(
    plots.differences({"gap": full_gaps, "test accuracy": in_order}),
    alt=f"At full length, {found.told}.",
    caption=f"R2.optimised, {found.seeds}: difference from no dropout. Bars are 95% intervals over "
    "seeds, each on its own.",
)
page.results["full_length"] = changes.helpful(full, "rate")
page.say(f"{page.results['full_length']} {changes.narrower(full_gaps, 'rate')} {found.tally}")

# %%
if claims.comparable(data.name, limit, epochs):
    judged = page.claims(runs.tabulate(runs.flat(trained)), True)
page.table("claims_reference", found.judged, "What R2 says, and our runs", 4, fold=True)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    f"{told_gap} Do they raise the test accuracy? {told_gain}",
    f"A narrow gap is not good in itself. It is narrowest with {comparison.lowest(table, 'gap')}; "
    f"on the validation pictures we choose {chosen}.",
    f"The validation loss is lowest after epoch {comparison.told_means(turns, 1)}, of {epochs}.",
    sure=changes.how_many_clear(differences),
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
histories = runs.histories(trained)[without]
accuracy = np.mean([history["val_accuracy"] for history in histories], axis=0)
page.say(
    f"Task 2: after epoch **{accuracy.argmax() + 1}**. The lowest loss comes after epoch "
    f"{comparison.figure(turns['mean'].iloc[0], '.1f')} on average. They need not agree: the loss "
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
