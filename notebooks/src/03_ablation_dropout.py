# %% [markdown]
# # 03 · What does dropout change?
# This notebook trains one network without dropout, with a little, and with a lot, and asks what else changes.
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
from lib.claims import by_reference, reports
from lib.config import DataConfig
from lib.evaluation import changes, comparison
from lib.training import recipes

page = notebook.start("03_ablation_dropout", globals())
data = page.dataset

# %% [markdown]
# ## What does dropout do?
# A dropout layer sets each value to zero with a fixed probability, its **rate**, and chooses anew at every step. The values that
# stay are divided by the share kept, so that the mean stays the same (Srivastava et al. 2014, JMLR 15, p. 1929). In a network it
# acts on feature maps. Here it acts on a picture, so that you can see it.

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
# While it learns, a unit therefore cannot rely on any single other one. When the network predicts (`training=False`), nothing is
# dropped. So the network that you measure is not quite the one that you trained.
#
# ## How do the curves change with the rate?
# The network is R2.optimised, from a student's report (R2). It has four blocks of these layers, and one rate for all four
# dropout layers.

# %%
network = models.build(
    "R2.optimised", data.images.shape[1:], len(data.classes["class"]), dropout=max(rates)
)
page.say(" → ".join(type(layer).__name__ for layer in network.layers[2:7]))  # of one block

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
# Each panel of losses has three lines. The dashed blue one is what Keras prints while it trains. The orange one is measured on
# the same pictures after the epoch, with all units in place. The green one is measured on the validation pictures. Only orange
# and green show the network as you will use it, so we compare these two.
#
# The dashed line usually lies *above* the orange one, for two reasons. Units are missing. And it is a mean over an epoch in which
# the network gets better, so it lies higher even without dropout. If it lies *below*, batch normalisation is the cause: when the
# network predicts, this layer uses a mean and a spread that it gathered while units were missing, and these no longer fit (Li et
# al. 2018, arXiv 1801.05134). Then a part of the loss is due to batch normalisation together with dropout, not to dropout alone.

# %%
table = runs.tabulate(trained)
lowest = comparison.best(table, "val_loss")
losses = comparison.told_means(comparison.summarise(table, "val_loss"))
page.say(f"At the end, the mean validation loss is {losses}: lowest with **{lowest}**.")
others = comparison.against(table, "val_loss", lowest)
page.say(f"Compared with {lowest}: {comparison.told_all(others)}")
guessed = "the rate of the lowest validation loss"
page.guess(guess, float(lowest.removeprefix("dropout ")), guessed)

# %%
trained_to = comparison.told_means(comparison.summarise(table, "train_accuracy"), 2)
page.say(
    f"At the end, the mean accuracy on the training pictures is {trained_to}. A network that is "
    "often wrong on the pictures it was trained on has not finished learning: it **underfits**."
)

# %% [markdown]
# ## Where does a network begin to overfit?
# Two numbers answer that. The **turn** is the epoch with the lowest validation loss. After it, learning goes on and no longer lowers
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
    plots.differences({"difference in gap": gaps, "difference in test accuracy": differences}),
    alt=f"Gap: {comparison.told_all(gaps)} Accuracy: {comparison.told_all(differences)}",
    caption=f"Difference from {without}. Bars are 95% intervals over seeds, each on its own.",
)

# %%
told_gap = changes.narrower(gaps, "dropout rate")
told_gain = changes.raised(differences, "rate")
page.say(f"{told_gap} {told_gain}")
page.table("gap_differences", gaps, f"Gap, minus that of {without}", fold=True)
about = f"Test accuracy, minus that of {without}"
page.table("test_accuracy_differences", differences, about, fold=True)

# %% [markdown]
# **Wrong way.** Report R2 chose by its test curves, and then quoted the same test pictures. Think of one student per seed, who
# trains each rate once. She picks the rate with the best validation accuracy and quotes its test accuracy. Another student
# picks the rate with the best test accuracy, and quotes that. His number can only be higher, even if his rate is worse.

# %%
right = comparison.chosen_on(table, "val_accuracy")
wrong = comparison.chosen_on(table, "test_accuracy")
flattered = 100 * (wrong["test_accuracy"] - right["test_accuracy"]).mean()
same = int((wrong["system"] == right["system"]).sum())
apart = " Rates so far apart are easy to tell. With ten similar rates they could differ."
page.say(
    f"Here both pick the same rate with {same} of {comparison.seeds(seeds)}."
    f"{apart if same == seeds else ''} On average his number is "
    f"{comparison.figure(flattered, '.1f')} points higher than hers."
)

# %% [markdown]
# ## At full length
# The kit comes with runs on all real pictures, with several seeds. We judge R2's claims by these runs. Dropout slows learning,
# so a short training puts it at a disadvantage. R2.optimised itself has a rate of 0.2.

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
    plots.differences(
        {"difference in gap": full_gaps, "difference in test accuracy": in_order}
    ),
    alt=f"At full length, {found.told}.",
    caption=f"R2.optimised, {found.seeds}: difference from no dropout. Bars are 95% intervals over "
    "seeds, each on its own.",
)
page.results["full_length"] = changes.raised(full, "rate")
late = comparison.told_means(
    comparison.summarise(found.runs, "turn").replace({rows[0]: "no dropout"} | named), 1
)
told_late = f"At full length the validation loss is lowest after epoch {late}."
page.say(f"{page.results['full_length']} {changes.narrower(full_gaps, 'rate')} {told_late}")

# %%
page.say(found.tally)
beside = "What R2 says of dropout, and our runs"
page.table("claims_reference", found.judged, beside, shown=reports.read(found.judged))
if claims.comparable(data.name, limit, epochs):
    judged = page.claims(runs.tabulate(runs.flat(trained)), True)

# %% [markdown]
# ## What we found

# %%
end = comparison.summarise(table, "train_accuracy").set_index("system")["mean"]
page.conclude(
    f"{told_gap} {told_gain}",
    f"A narrow gap is not good in itself. It is narrowest with {comparison.lowest(table, 'gap')}; "
    f"on the validation pictures we choose {chosen}.",
    f"After {epochs} epochs the network with {end.index[-1]} gets "
    f"{end.iloc[-1]:.0%} of its own training pictures right; the one with {end.index[0]} gets "
    f"{end.iloc[0]:.0%} of them right.",
    told_late,
    sure=changes.would_be_missed(differences, comparison.seeds(seeds)),
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
