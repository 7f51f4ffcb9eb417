# %% [markdown]
# # 03 · What does dropout change?
# Trains one network without dropout, with a little and with much of it, and looks at what changes when only that changes.
#
# **You will learn** to change one setting at a time, to read the gap between two losses, to choose without the test set.\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** 30 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had, else synthetic garments
rates: list = [0.0, 0.2, 0.5]  # none comes first, low, high; R2 states no rate
limit: int = 1800  # pictures for training and validation together; 0: all
epochs: int = 8  # passes over the training pictures; report R2 makes 20 to 30
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np

from lib import claims, notebook, plots, runs
from lib.base.backend import keras
from lib.config import DataConfig
from lib.evaluation import comparison
from lib.training import recipes

page = notebook.start("03_ablation_dropout", globals())
data = page.dataset

# %% [markdown]
# ## What does dropout do?
# A dropout layer sets each value to zero with a fixed probability, its **rate**, and draws anew at every step. What is left
# is divided by the share that is kept, so that the mean stays the same (Srivastava et al. 2014, JMLR 15, p. 1929). In a
# network it acts on feature maps. Here it acts on a picture, where one can see it.

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
# So no unit can rely on a particular other one while it learns. In use, which is `training=False`, nothing is missing: the
# network that is measured is another one than the network that was trained.
#
# ## How do the curves change with the rate?
# The network is R2.optimised, of a student's report (R2). It has four blocks of convolution, pooling, batch normalisation
# (which evens out the scale of each map), ReLU and dropout. Pictures, split, optimiser and seeds stay the same. Only
# the rate changes.
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
# This is the report's pair of figures 4.1 and 4.2, drawn anew. The report measured the second curve on the test pictures
# after every epoch; ours are validation pictures.
#
# The dashed line is the loss as training went, the solid one is measured after the epoch. Missing units lift the dashed line.
# Batch normalisation can lift the solid one even more: in use it takes statistics that it gathered while units were missing
# (Li et al. 2018, arXiv 1801.05134), and in a short training these lag behind. Only the solid line shows the network that is
# used.

# %%
table = runs.tabulate(trained)
table["dashed_minus_solid"] = table["running_loss"] - table["train_loss"]
apart = comparison.told_means(comparison.summarise(table, "dashed_minus_solid"))
page.say(f"Dashed minus solid after the last epoch, mean over seeds: {apart}.")
lowest = comparison.best(table, "val_loss")
page.guess(
    guess, float(lowest.removeprefix("dropout ")), "the rate of the lowest validation loss"
)

# %% [markdown]
# ## Where does a network begin to overfit?
# Two numbers say so. The **turn** is the epoch with the lowest validation loss: after it, learning goes on and no longer
# lowers that loss, though the accuracy may still rise. The **gap** is the validation loss minus the training loss at the end,
# both measured after the epoch.

# %%
without = f"dropout {rates[0]}"
gaps = page.compare("gap", table, "gap", without)

# %%
turns = comparison.summarise(table, "turn")
page.say(
    f"Of {epochs} epochs, the validation loss is lowest after {comparison.told_means(turns, 1)}, "
    f"means over seeds. Where that is {epochs}, the network was still learning."
)

# %% [markdown]
# A small gap is no merit by itself: a network that learns nothing has none. So the next question is how often it is right.
#
# ## Which rate would we choose?
# We choose by the validation pictures. Then, and only then, the test pictures say what the choice is worth. Of several rates
# the best one is partly lucky on the pictures that chose it, so its figure there is too good.

# %%
chosen = comparison.best(table, "val_accuracy")
validation = comparison.told_means(comparison.summarise(table, "val_accuracy"))
page.say(f"Mean validation accuracy: {validation}. We choose **{chosen}**.")

# %%
differences = page.compare("test_accuracy", table, "test_accuracy", without)

# %% [markdown]
# **Wrong way.** Report R2 chose by its test curves, and then quoted the same test pictures. Think of one student per seed, who
# trains each rate once. She picks the rate with the best validation accuracy and quotes its test accuracy. Another student
# picks the rate with the best test accuracy, and quotes that.

# %%
right = comparison.chosen_on(table, "val_accuracy")
wrong = comparison.chosen_on(table, "test_accuracy")
flattered = (wrong["test_accuracy"] - right["test_accuracy"]).mean()
same = int((wrong["system"] == right["system"]).sum())
page.say(
    f"The second figure is {comparison.figure(flattered, '.3f')} higher, mean over "
    f"{comparison.seeds(seeds)}. In {same} "
    "of them both picked the same rate. It can never be lower, even if the rate is worse."
)

# %% [markdown]
# What the report says of dropout, each claim with a rule that was fixed before we looked:

# %%
judged = page.claims(
    runs.tabulate(runs.flat(trained)), claims.comparable(data.name, limit, epochs)
)

# %% [markdown]
# ## At full length
# The kit carries runs on all real pictures, at full length, each with several seeds. They are what a claim is judged by.
# Dropout slows learning, so a short training is hard on it. R2.optimised without an addition has a rate of 0.2.

# %%
page.reference("R2.optimised, no dropout", "R2.optimised", "R2.optimised, dropout .5")

# %% [markdown]
# ## What we found

# %%
by_gap = comparison.told_means(comparison.summarise(table, "gap"), 2)
by_accuracy = comparison.told_means(comparison.summarise(table, "test_accuracy"))
narrower = int((gaps["verdict"] == comparison.LOWER).sum())
gained = (differences["verdict"] == comparison.HIGHER).any()
page.conclude(
    f"Dropout {'narrows' if narrower else 'does not clearly narrow'} the gap between validation "
    f"and training loss: {by_gap}. {'A' if gained else 'No'} gain in test accuracy is sure: "
    f"{by_accuracy}.",
    f"Test accuracy minus that of {without}: {comparison.told_all(differences)}",
    f"The validation loss is lowest after epoch {comparison.told_means(turns, 1)}, of {epochs}.",
    sure=f"the gap is clearly narrower than with {without} at {narrower} of {len(gaps)} rates",
)

# %% [markdown]
# ## Your turn
# 1. Add the rate 0.8 to `rates`. How far does its solid training loss end above that without dropout?
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
    f"Task 2: after epoch **{accuracy.argmax() + 1}**; the lowest loss comes after epoch "
    f"{comparison.figure(turns['mean'].iloc[0], '.1f')} on average. They need not agree: the loss "
    "also punishes mistakes that grow surer. Tasks 1 and 3: change the parameters cell and run "
    "again."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: what does dropout change, and would you use it here? They will appear in
# the report.*

# %% [markdown]
# ## Questions
# 1. Why may the validation loss lie below the training loss that Keras prints, even without any overfitting?
# 2. The validation loss rises while the validation accuracy stays. What do the logits do?
# 3. A network ends with a small gap and a low accuracy. Is its rate too low or too high?

# %%
page.save()
