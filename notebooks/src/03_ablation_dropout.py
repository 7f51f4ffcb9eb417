# %% [markdown]
# # 03 · What does dropout change?
# This notebook trains one network without dropout and with a little, and asks what changes.
#
# **You will learn** to change one setting at a time, to read the gap between two losses, to choose without the test set.\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** 30 minutes with its exercises; the quick profile runs in less than a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
rates: list = [0.0, 0.2]  # the others are compared with the first; report R2 states no rate
limit: int = 960  # pictures for training and validation together; 0: all
epochs: int = 7  # passes over the training pictures; report R2 makes 20 to 30
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np

from lib import claims, notebook, plots, runs
from lib.base.backend import keras
from lib.claims import by_reference, units
from lib.config import DataConfig
from lib.data.parts import parts
from lib.evaluation import comparison, dropping
from lib.runs import carried
from lib.training import recipes

page = notebook.start("03_ablation_dropout", globals())
layers = keras.layers
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## What does dropout do?
# A dropout layer sets each value to zero with a fixed probability, its **rate**, anew at every step. What stays is divided by the
# share kept, so that the mean stays the same (Srivastava et al. 2014, JMLR 15, p. 1929). Here it acts on a picture.

# %% tags=["open"]
dropout = layers.Dropout(0.5, seed=0)
picture = data.images[:1].astype("float32")
passes = [np.asarray(dropout(picture, training=True)) for _ in range(200)]
in_use = np.asarray(dropout(picture, training=False))

# %%
versions = {"picture": picture, "training": passes[0]}
versions |= {"training again": passes[1], "and again": passes[2]}
versions |= {"mean of 200": np.mean(passes, axis=0), "in use": in_use}
half = np.concatenate(list(versions.values())) / 2  # so that doubled values stay below 255
page.show(
    plots.pictures(half.astype("uint8"), list(versions)),
    alt="A picture, then through dropout 0.5 three times, the mean of 200 passes, and in use.",
    caption="Through dropout 0.5. In training what stays is doubled; all are drawn half as bright.",
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
        layers.BatchNormalization(momentum=0.9),  # momentum: how slowly what it keeps follows
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
learnt = sum(int(np.prod(each.shape)) for each in network.trainable_weights)
own = sum(each.count_params() for each in network.layers if isinstance(each, layers.Dropout))
page.say(
    f"Four blocks and a dense layer learn {learnt:,} weights, {own or 'none'} of them in dropout "
    "layers. Pictures, split, optimiser and seeds stay the same: only the rate changes."
)

# %% [markdown]
# **Your guess, before you run on:** which rate ends with the lowest validation loss?

# %%
guess = None  # e.g. 0.2: your guess, one of `rates`

# %%
pictures = DataConfig(name=data.name, limit=limit or None)
names = {rate: f"dropout {rate}" if rate else "no dropout" for rate in rates}
settings = {
    name: recipes.recipe("R2.optimised", pictures, epochs=epochs, arguments={"dropout": rate})
    for rate, name in names.items()
}

# %%
trained = runs.grid(settings, seeds, data)
page.record(runs.flat(trained))

# %%
histories = runs.histories(trained)
page.show(
    plots.loss_curves(histories),
    alt=f"Loss by epoch with {', '.join(trained)}: as training went, measured again, validation.",
    caption="Thick lines: means over seeds. Thin green lines: validation loss of each seed, with a "
    "dot where it is lowest. Black bar: the gap at the end. Any higher losses are cut off.",
    thumbnail=True,
)

# %% [markdown]
# Each panel has three thick lines. The dashed blue one is what Keras prints while it trains. The orange one is measured on (up to
# 2,000 of) the same pictures after the epoch, with nothing dropped. The green one is measured on the validation pictures. Only
# orange and green show the network as you will use it, so we compare these two.
#
# The dashed line is a mean over an epoch in which the network gets better: this lifts it in every panel. Dropout lifts it further,
# because values set to zero make the task harder.

# %%
page.say(dropping.below(histories))

# %% [markdown]
# ## Where does a network begin to overfit?
# The **turn** is the epoch with the lowest validation loss (a dot for each seed). If the loss then rises, the network **overfits**.
# If the dots lie near the end, a longer training may still turn. The **gap** is the validation loss minus the training loss
# at the end, both measured after the epoch (the bars). It is also narrow if a network has learnt little: so look at the training
# accuracy, too.

# %%
full_without = "R2.optimised, no dropout"
rows = [full_without, "R2.optimised", "R2.optimised, dropout .5"]
found = by_reference.at_full_length(rows, "test_accuracy", against=full_without)
named = {rows[0]: "no dropout", rows[1]: "dropout 0.2", rows[2]: "dropout 0.5"}
full_runs = found.runs.replace(named)
long, full_ends = int(full_runs["epochs"].max()), dropping.means(full_runs)

# %%
table = runs.tabulate(trained)
ends, without = dropping.means(table), names[rates[0]]
training = len(parts(data, pictures)[1].train)

# %%
two = {f"{epochs} epochs": ends, f"{long} epochs": full_ends}
about = "Means over seeds at the end, and each seed's turn. "
about += f"Above: {training:,} pictures; below: all real ones"
page.table("ends", ends, about, shown=dropping.both(two))
page.results["tables"]["ends_reference"] = full_ends
lowest = comparison.best(table, "val_loss")
guessed = "the rate of the lowest validation loss at the end"
page.guess(guess, next(rate for rate, name in names.items() if name == lowest), guessed)

# %%
long_runs = {name: [run.history for run in carried.of_row(row)] for row, name in named.items()}
turns = dropping.told_turns(full_ends, "At full length")

# %%
page.show(
    plots.loss_curves(long_runs),
    alt=f"Loss by epoch. {turns}",
    caption=f"R2.optimised at full length: {found.length}. Lines, dots and "
    "bars as in Figure 2; the first epochs and any higher losses are cut off.",
)
page.say(
    "Does the validation loss rise from its turn to the end? Our rule, also for R2's claim below: "
    f"it does if the 95% interval of the mean rise lies at {dropping.RISE:g} or above, not if it "
    f"lies below; else we cannot tell. {dropping.told_turns(ends, 'Here')} {turns}"
)

# %% [markdown]
# ## Which rate would we choose?

# %%
page.say(
    f"{dropping.choice(ends, full_ends)} Then, and only then, the test pictures say what the "
    "choice is worth."
)

# %%
gaps = comparison.against(table, "gap", without)
differences = comparison.against(table, "test_accuracy", without)
full = comparison.against(full_runs, "test_accuracy", "no dropout")

# %%
same = differences.empty or without == "no dropout"
first = "no dropout" if same else f"{without} (here) or no dropout"
drawn = {f"here, {epochs} epochs": differences, f"at full length, {long} epochs": full}
drawn = dropping.one_below_another(drawn)
told = f"Here: {comparison.told_all(differences)} At full length: {comparison.told_all(full)}"
page.show(
    plots.numbered(
        {f"test accuracy, minus that of {first}": (drawn, "points")}, "difference", zero=True
    ),
    alt=told.replace("**", ""),
    caption="What dropout does to the test accuracy: differences with their 95% intervals.",
)
page.table("gap_differences", gaps, f"Here: gap, minus that of {without}", fold=True)
about = f"Here: test accuracy, minus that of {without}"
page.table("test_accuracy_differences", differences, about, fold=True)

# %% [markdown]
# **Wrong way.** R2 chose by its test curves, and then quoted the same test pictures. The best of several on some pictures is
# partly the luckiest on them: so choose by others.
#
# ## Which of R2's claims hold?
# R2 says that its network has dropout, and not how much: we chose a rate of 0.2. We judge by the long trainings.

# %%
told_here = dropping.effects(differences, "")
told_full = dropping.effects(full, f"After {long} epochs on all real pictures")
beside = full if without == "no dropout" else full.iloc[:0]  # differences from the same
why = dropping.why_they_differ(differences, beside, full_ends)
page.results["full_length"] = f"{told_full} {why}".strip()
page.say(found.tally)
unseen = ["R2.dropout.later"] if dropping.late(full_ends).iloc[1] else []
shown = units.with_units(found.judged, unseen)
page.table("claims_reference", found.judged, f"R2's claims. {units.INTERVALS}", shown=shown)
with_dropout = full_runs[full_runs["system"] == "dropout 0.2"]
page.say(units.by_printed_loss(with_dropout, "R2.dropout.together"))
page.say(units.by_one_run(found.judged))
if claims.comparable(data.name, limit, epochs):
    judged = page.claims(runs.tabulate(runs.flat(trained)), True)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    dropping.lesson(full_ends),
    "What Keras prints while it trains is not the network that you use: measure the training loss "
    "again, with nothing dropped.",
    dropping.advice(full_ends),
    answer=f"{dropping.narrowed(gaps, ends)} {told_here}".strip(),
    sure=dropping.how_sure(differences, beside, comparison.seeds(seeds)),
)

# %% [markdown]
# ## Your turn
# 1. Add the rate 0.5 to `rates`. Is its gap narrower, and is the network better?
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
# 1. Why can the validation loss lie below the training loss that Keras prints?
# 2. The validation loss rises while the validation accuracy stays. What do the logits, the network's outputs before softmax, do?
# 3. A network ends with a small gap and a low accuracy. Is its rate too low or too high?

# %%
page.save()
