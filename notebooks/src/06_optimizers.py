# %% [markdown]
# # 06 · Is one optimiser better than another, or only its default learning rate?
# We train one small network with four optimisers, first with their default learning rates, then with rates from a fair
# search. We see how much of the lead remains, and who gains.
#
# **You will learn** what one step of an optimiser does, how to search fairly, how to separate an optimiser from its rate.\
# **You need** notebooks 02 and 05: intervals over seeds, and what a learning rate does.\
# **Time** 30 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
factors: list = [1.0, 10.0, 30.0]  # each optimiser tries these times its default rate
limit: int = 800  # pictures for training and validation together; 0: all
epochs: int = 5  # passes over the training pictures; student report R2 makes 20 to 30
seeds: int = 3  # trainings of each setting that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd

from lib import notebook, plots, runs
from lib.base.backend import keras
from lib.claims import by_reference, reports
from lib.config import DataConfig, RunConfig
from lib.evaluation import comparison
from lib.runs import search, search_words
from lib.training import recipes

page = notebook.start("06_optimizers", globals())
data = page.dataset

# %% [markdown]
# ## What does an optimiser do with a gradient?
# An optimiser turns a gradient into a step. **SGD** multiplies the gradient by the learning rate. With **momentum** it also
# repeats part of the previous step, here 0.9 of it (Polyak 1964). **RMSprop** divides the
# gradient by its own recent size, the root of a running mean of its squares (Tieleman & Hinton 2012, lecture 6.5 of "Neural
# Networks for Machine Learning"). **Adam** does the same and adds momentum (Kingma & Ba 2015, arXiv 1412.6980).
#
# Here are all four in plain Keras. `distance` takes ten steps with the same gradient and returns how far one weight has moved.
# We try a large gradient, and one that is a hundred times smaller.


# %% tags=["open"]
def distance(optimizer: keras.optimizers.Optimizer, gradient: float) -> float:
    """Return how far ten steps with the same gradient move one weight."""
    weight = keras.Variable(0.0)
    for _ in range(10):
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weight])  # one step
    return abs(float(weight.numpy()))


# %% tags=["open"]
moves = {}
for gradient in (1.0, 0.01):
    fresh = {
        "SGD": keras.optimizers.SGD(),
        "SGD momentum .9": keras.optimizers.SGD(momentum=0.9),
        "RMSprop": keras.optimizers.RMSprop(),
        "Adam": keras.optimizers.Adam(),
    }
    moves[gradient] = [distance(optimizer, gradient) for optimizer in fresh.values()]

# %%
steps = pd.DataFrame({"optimiser": list(fresh)})
steps["default rate"] = [float(optimizer.learning_rate) for optimizer in fresh.values()]
steps["gradient 1"], steps["gradient 1/100"] = moves[1.0], moves[0.01]
ratio = steps["gradient 1"] / steps["gradient 1/100"]
steps["how many times as far"] = ratio.round().astype(int)
page.table(
    "moves", steps, "How far ten steps go, with Keras's default learning rates", digits=4
)

# %% [markdown]
# So "learning rate" means two different things. For SGD it is a factor: a gradient a hundred times as large moves the weight a
# hundred times as far. For RMSprop and Adam it is roughly the length of a step, however large the gradient is. (RMSprop goes
# further than ten times its rate, because its running mean starts at zero, so it divides by too small a number at first. Adam
# corrects this.)
# The same rate for all would not be fair. The defaults are not fair either: the authors of a library chose them without
# knowing our network.
#
# ## Which optimiser leads with its default rate?
# First we watch them walk, in a long valley of two weights that is fifty times as steep across as along. Each has a rate that
# suits it there (SGD with more than 1 would climb). Then each trains with its default rate, as optimisers are often compared. The network is R2.simple of notebook
# 02. It is small, because a fair search takes many trainings. Pictures, epochs and seeds are the same for all.


# %% tags=["open"]
def walk(optimizer: keras.optimizers.Optimizer, steps: int = 30) -> np.ndarray:
    """Return where two weights stand in the valley, before the first step and after each."""
    weights = keras.Variable([-4.0, 1.0])
    places = [keras.ops.convert_to_numpy(weights)]
    for _ in range(steps):
        gradient = places[-1] * np.array([0.04, 2.0], "float32")  # flat along, steep across
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weights])
        places.append(np.array(keras.ops.convert_to_numpy(weights)))
    return np.array(places)


# %%
walks = {
    "SGD": walk(keras.optimizers.SGD(0.8)),
    "SGD momentum .9": walk(keras.optimizers.SGD(0.15, momentum=0.9)),
    "RMSprop": walk(keras.optimizers.RMSprop(0.15)),
    "Adam": walk(keras.optimizers.Adam(0.15)),
}

# %%
optimisers = {
    "SGD": {"name": "sgd", "learning_rate": 0.01},
    "SGD momentum .9": {"name": "sgd", "learning_rate": 0.01, "momentum": 0.9},
    "RMSprop": {"name": "rmsprop", "learning_rate": 0.001},
    "Adam": {"name": "adam", "learning_rate": 0.001},
}
pictures = DataConfig(name=data.name, limit=limit or None)


def tried(name: str, factor: float) -> RunConfig:
    """Return the network's settings with this optimiser, at its default rate times `factor`."""
    settings = dict(optimisers[name])
    settings["learning_rate"] = round(settings["learning_rate"] * factor, 9)
    return recipes.recipe("R2.simple", pictures, epochs=epochs, optimizer=settings)


# %%
defaults = runs.grid({name: tried(name, 1.0) for name in optimisers}, seeds, data)
counts = defaults["SGD"][0].history["steps"]
page.show(
    plots.walks_and_curves(
        walks, runs.histories(defaults), "val_accuracy", "validation accuracy"
    ),
    alt=f"Walks in a valley, and validation accuracy by epoch, of {', '.join(optimisers)}.",
    caption="Left: 30 steps in a long valley; the star is its lowest point. Right: training with "
    f"default rates, {counts.sum():,.0f} steps; means over seeds, bands show all of them.",
)

# %% [markdown]
# On the left, SGD jumps across the valley and creeps along it: its step is short where the ground is flat. Momentum adds up what
# steps have in common, so it is fast along the valley, and swings. RMSprop and Adam divide by the gradient's own size, so they
# go along as fast as across. On the right, look at the ends of the lines. A curve that still rises is not finished, which does not
# mean that its optimiser is worse.
#
# ## How much of that lead survives a fair search?
# A ranking of optimisers depends on how they were tuned (Choi et al. 2019, arXiv 1910.05446). A **fair search** gives each
# optimiser the same number of tries: its default rate times the same factors. For each we keep the rate with the highest mean
# **validation** accuracy. SGD with momentum counts as an optimiser of its own, so SGD as a family gets twice as many tries.
# The **lead** is the test accuracy of the optimiser that is first on the validation pictures minus that of the last one there.
#
# **Your guess, before you run on:** which of the factors suits plain SGD best?

# %%
guess = None  # e.g. 1.0: your guess, one of `factors`; 1.0 is the default itself

# %%
grid = {
    f"{name} x {factor:g}": tried(name, factor)
    for name in optimisers
    for factor in sorted({1.0, *factors})  # the default is always among them
}
searched = runs.grid(grid, seeds, data)
linear = runs.fetch_or_train(RunConfig(system="anchor.linear", data=pictures), data)
page.record([linear, *runs.flat(searched)])

# %%
tries = search.tries(searched)
answer = ("learning_rate", "learning rate", "val_accuracy", "validation accuracy")
drawn = search.drawn(tries, searched)
page.show(
    plots.response(drawn, *answer, apart=0.1, hollow=True),
    alt="Validation accuracy by learning rate, a line for each optimiser.",
    caption=f"{search_words.caption(drawn)} The optimisers stand a little apart.",
    thumbnail=True,
)

# %% [markdown]
# Compare the tops of the lines, not the lines at one rate. Each optimiser has its own range of good rates, so who is ahead at one
# rate says nothing. With a rate that is far too large, a network can end with one answer for every picture. (The report's
# checks name such networks; in a search they are expected.) The search counts such a training as it is, so its rate loses.
#
# This is the search, in pandas: the mean over seeds for each rate, then the best rate for each optimiser.

# %% tags=["open"]
means = tries.groupby(["optimiser", "learning_rate"], as_index=False)["val_accuracy"].mean()
ranked = means.sort_values("val_accuracy", ascending=False)
found = ranked.drop_duplicates("optimiser")  # the first row of each, its best rate

# %%
best = search.chosen(tries)  # the same, but never a rate with which a training diverged
page.table("chosen", search.listed(best), "The rate that the search chooses for each optimiser")
page.say(search_words.edges(best))
page.guess(guess, float(best["times"].iloc[0]), "SGD's best factor")

# %% [markdown]
# **Wrong way.** Somebody proposes an optimiser, tunes the rate for this one, and leaves the others at their defaults.

# %%
page.say(search_words.alone(best))

# %% [markdown]
# ## Does the chosen rate hold up on new pictures?
# The best of several tries is partly luck: it won on just these validation pictures. Only now do we look at the test pictures.

# %%
GREY_TO_BLACK = ["#9aa5ab", "#111111"]  # the default rate, the chosen one
scores, axis = search.means(tries), ("system", "mean", "test accuracy")
dotted = linear.metrics["test_accuracy"]
page.show(
    plots.intervals(scores, *axis, dotted, GREY_TO_BLACK, search_words.gained(tries)),
    alt=f"Test accuracy: {comparison.told_means(scores)}.",
    caption="Bars are 95% intervals over seeds, cut off at 0 and 1. Dotted: a linear model. At the "
    "right: what the search brings, in points.",
)
page.table("test_accuracy", scores, f"Test accuracy: {comparison.SUMMARISED}", fold=True)
page.say(f"{search_words.who_gains(tries)} {search_words.beside_linear(tries, dotted)}")

# %% [markdown]
# Is one of them clearly better? Each comparison with the first one has to pass Holm's correction (notebook 05).

# %%
page.say(" ".join(search_words.ahead(tries, when) for when in search.WHEN))
differences = search.apart(tries)
page.table("test_accuracy_differences", differences, "Differences from the first", fold=True)

# %% [markdown]
# ## At full length
# These trainings of R2.simple on all real pictures, with 20 epochs and three seeds, come with the kit.

# %%
full, missing = search.carried("R2.simple")
if missing:
    page.say(f"Not run yet at full length: {len(missing)} settings of the search.")
else:
    trials = search.tries(full)
    drawn = search.drawn(trials, full, "test")
    page.show(
        plots.response(drawn, *answer, low=0.8, apart=0.1, hollow=True),
        alt="Validation accuracy by learning rate at full length, a line for each optimiser.",
        caption=f"All real pictures, 20 epochs. {search_words.caption(drawn, 0.8)}",
    )

# %%
if full:
    found = search.chosen(trials)
    page.table("full", search.listed(found), "The rates that the search chooses at full length")
    steps = int(counts.sum()), int(next(iter(full.values()))[0].history["steps"].sum())
    page.say(search_words.other_rates(best, found, steps))

# %%
nearest = ""
if full:
    gained = search_words.gained(trials)
    page.show(
        plots.intervals(search.means(trials), *axis, None, GREY_TO_BLACK, gained),
        alt=search_words.answer(trials),
        caption=f"At full length, on the test pictures. {search_words.who_gains(trials)} At the "
        "right: what the search brings, in points. Bars are 95% intervals over seeds.",
    )
    page.say(f"{search_words.narrowing(trials)} {search_words.ahead(trials, search.WHEN[1])}")
    page.say(search_words.luck(trials))

# %%
if full:
    page.table("full_test_accuracy", search.means(trials), comparison.SUMMARISED, fold=True)
    page.results["full_length"] = (
        f"{search_words.answer(trials)} {search_words.who_gains(trials)}"
    )
    nearest = search_words.without_search(found, "at full length")

# %% [markdown]
# R4, a student report that this course checks, compares SGD, RMSprop and Adam on a larger network. It states no learning
# rate, so nobody can tell whether its SGD had a good one. We trained that network with Keras's default rates. So a verdict
# below is one on default rates, and not on optimisers: a search might change it, as it did above.

# %%
r4 = by_reference.at_full_length(["R4.sgd", "R4.rmsprop", "R4.adam"], "test_accuracy")
judged = r4.judged[r4.judged["id"].str.contains(".over.", regex=False)]  # one against another
if len(judged):
    shown = reports.read(judged)
    shown["verdict"] += ", with default rates"
    page.table("claims_reference", judged, "What R4 says, and our runs", shown=shown)

# %% [markdown]
# "Equal for practice": all of the 90% interval lies within 0.3 points of zero. (It is 90%, because this is two tests, one at
# each end, of 5% each.) R4 also suggests combining its models; notebook 13 does it.
#
# ## What we found

# %%
page.conclude(
    search_words.answer(tries),
    'A "learning rate" is a factor for SGD, and roughly the length of a step for RMSprop and Adam. '
    "So the same number does not mean the same, and a default may suit one better than another.",
    *([f"At full length: {search_words.best_result(trials)}"] if full else []),
    f"Before you believe a ranking, ask which rates each optimiser was allowed to try. {nearest}",
    sure=f"{search_words.narrowing(tries)} {search_words.too_short(tries, dotted)}".strip(),
)

# %% [markdown]
# ## Your turn
# 1. Add 3.0 and 100.0 to `factors`. How large is the lead now, after the search?
#
# *Your answer:*
#
# 2. Suppose that SGD and SGD with momentum were one optimiser, with twice as many tries. Who leads on validation then?
#
# *Your answer:*
#
# 3. Double `epochs`. Do the chosen rates become smaller or larger?
#
# *Your answer:*

# %% tags=["solution"]
family = best["optimiser"].str.split().str[0]  # "SGD momentum .9" belongs to "SGD"
top = best.groupby(family)["val_accuracy"].max()
page.say(
    f"Task 2: {top.idxmax()} with {top.max():.3f}; SGD as a family has {top['SGD']:.3f}. "
    "Tasks 1 and 3: change the parameters cell and run again."
)

# %% [markdown]
# **My conclusion.** *In two sentences of your own: is one optimiser better, and what would you ask of a report that says so?*

# %% [markdown]
# ## Questions
# 1. Why does the same learning rate mean something else for SGD than for Adam?
# 2. One optimiser gets ten tries, the others three. What happens to its best validation accuracy if it is no better?
# 3. The best try lies at the edge of the grid. What would you do before you print the ranking?

# %%
page.save()
