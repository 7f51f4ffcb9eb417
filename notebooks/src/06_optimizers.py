# %% [markdown]
# # 06 · Is one optimiser better than another, or only its default learning rate?
# We train one small network with four optimisers, first with their default learning rates, then with rates from a fair
# search. We see how much of the lead remains, and who gains.
#
# **You will learn** what one step of an optimiser does, how to search fairly, how to separate an optimiser from its rate.\
# **You need** notebooks 02 and 05: intervals over seeds, and what a learning rate does.\
# **Time** 30 minutes with its exercises; the quick profile runs in less than a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
factors: list = [0.3, 1.0, 10.0, 30.0]  # each optimiser tries these times its default rate
limit: int = 400  # pictures for training and validation together; 0: all
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
from lib.data.parts import parts
from lib.evaluation import comparison
from lib.runs import search, search_answer, search_words
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
steps["gradient 1"], steps["gradient 0.01"] = moves[1.0], moves[0.01]
ratio = steps["gradient 1"] / steps["gradient 0.01"]
steps["how many times as far"] = ratio.round().astype(int)
page.table(
    "moves", steps, "How far ten steps go, with Keras's default learning rates", digits=4
)

# %% [markdown]
# So "learning rate" means two different things. For SGD it is a factor: a gradient a hundred times as large moves the weight a
# hundred times as far. For RMSprop and Adam it is roughly the length of a step, however large the gradient is. (RMSprop goes
# further than ten times its rate, because its running mean starts at zero. Adam corrects this.)
# The same rate for all would not be fair. The defaults are not fair either: the authors of a library chose them without
# knowing our network.
#
# ## Why does plain SGD creep?
# We watch the four walk, 30 steps in a long valley of two weights that is fifty times as steep across as along. The rates are
# chosen by hand so that each gets far: this is a drawing, not a comparison.
# SGD first jumps across the valley, then creeps along it: its step is short where the ground is flat, and a rate above 1 would
# throw it out of the valley. Momentum adds up what steps have in common, so it is fast along the valley, and swings. RMSprop
# and Adam divide by the gradient's own size, so they go along as fast as across.


# %%
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
    "SGD, rate 0.8": walk(keras.optimizers.SGD(0.8)),
    "SGD momentum .9, rate 0.15": walk(keras.optimizers.SGD(0.15, momentum=0.9)),
    "RMSprop, rate 0.15": walk(keras.optimizers.RMSprop(0.15)),
    "Adam, rate 0.15": walk(keras.optimizers.Adam(0.15)),
}
page.show(
    plots.walks(walks),
    alt=f"Walks in a valley: {', '.join(walks)}.",
    caption="A dot is a step, the white one the start, the star the lowest point. Not to scale.",
)

# %% [markdown]
# ## How much of a lead survives a fair search?
# A ranking of optimisers depends on how they were tuned (Choi et al. 2019, arXiv 1910.05446). A **fair search** gives each
# optimiser the same number of tries: its default rate times the same factors. For each we keep the rate with the highest mean
# **validation** accuracy. SGD with momentum counts as an optimiser of its own. The **lead** is the test accuracy of the
# optimiser that is first on the validation pictures minus that of the last one there. The network is R2.simple of notebook 02.
# It is small, because a fair search takes many trainings. Pictures, epochs and seeds are the same for all.
#
# **Your guess, before you run on:** which of the factors suits plain SGD best?

# %%
guess = None  # e.g. 1.0: your guess, one of `factors`; 1.0 is the default itself

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
grid = {
    f"{name} x {factor:g}": tried(name, factor)
    for name in optimisers
    for factor in sorted({1.0, *factors})  # the default is always among them
}
searched = runs.grid(grid, seeds, data)
linear = runs.fetch_or_train(RunConfig(system="anchor.linear", data=pictures), data)
lost, every = search.collapsed(searched), runs.flat(searched)
page.record([linear, *every], collapsed=lost if 2 * len(lost) < len(every) else [])

# %%
tries, (full, missing) = search.tries(searched), search.carried("R2.simple")
trials, split = search.tries(full) if full else None, parts(data, pictures)[1]
told = search_words.pictures(len(split.train), len(split.validation), len(split.test))
page.say(f"{told} {search_words.tried(tries, trials)}")
answer = ("learning_rate", "learning rate", "val_accuracy", "validation accuracy")
drawn = search.drawn(tries, searched)
page.show(
    plots.searched(drawn, *answer, to_beat=("a linear model", linear.metrics["val_accuracy"])),
    alt="Validation accuracy by learning rate, a line for each optimiser.",
    caption=search_words.caption(drawn),
    thumbnail=True,
)

# %% [markdown]
# Compare the large marks, not the lines at one rate: each optimiser has its own range of good rates. This is the search,
# in pandas: the mean over seeds for each rate, then the best rate for each optimiser.

# %% tags=["open"]
means = tries.groupby(["optimiser", "learning_rate"], as_index=False)["val_accuracy"].mean()
ranked = means.sort_values("val_accuracy", ascending=False)
picked = ranked.drop_duplicates("optimiser")  # the first row of each, its best rate

# %%
best = search.chosen(tries)  # the same, but never a rate with which a training diverged
page.table("chosen", search.listed(best), "The rates chosen in this run", fold=True)
page.say(f"{search_words.edges(best)} {search_words.collapsed(tries, len(lost))}".strip())
page.guess(guess, float(best["times"].iloc[0]), "SGD's best factor")

# %%
wrong = "to tune only the optimiser that one proposes"
page.say(f"**Wrong way:** {wrong}. Here {search_words.alone(best)}")

# %% [markdown]
# ## At full length
# These trainings of R2.simple on all real pictures, with 20 epochs and three seeds, come with the kit.

# %%
if missing:
    page.say(f"Not run yet at full length: {len(missing)} settings of the search.")
else:
    drawn = search.drawn(trials, full, "test")
    page.show(
        plots.searched(drawn, *answer, low=0.8),
        alt="Validation accuracy by learning rate at full length, a line for each optimiser.",
        caption=f"All real pictures, 20 epochs. {search_words.caption(drawn, 0.8)}",
    )

# %%
if full:
    found = search.chosen(trials)
    first = [next(iter(each.values()))[0].history for each in (searched, full)]
    steps = [int(history["steps"].sum()) for history in first]
    page.say(search_words.other_rates(best, found, steps, search.factors(tries)))
    page.table("full", search.listed(found), "The rates chosen at full length", fold=True)

# %% [markdown]
# ## Does the chosen rate hold up on new pictures?
# The best of several tries is partly luck, because the same validation pictures chose it. Only now do we look at the test
# pictures.

# %%
both = {"here": tries} | ({"at full length": trials} if full else {})
dotted = linear.metrics["test_accuracy"]
gains = [search_words.who_gains(tries, "Here")]
gains += [search_words.who_gains(trials, "At full length")] if full else []

# %%
page.show(
    plots.before_and_after(
        {title: (search.means(table), search_words.gained(table)) for title, table in both.items()},
        "test accuracy", "gain, points", {"here": ("a linear model", dotted)},
    ),
    alt=f"Test accuracy with default and chosen rates. {' '.join(gains)}",
    caption=f"Bars are 95% intervals; the scales differ. {' '.join(gains)} (Clearly, with "
    "a star: after correction for the number of optimisers, notebook 05.)",
)  # fmt: skip

# %%
shown = {"test_accuracy": search.means, "differences_from_the_first": search.apart}
abouts = [comparison.SUMMARISED, "Differences from the first, in test accuracy"]
for (name, table_of), about in zip(shown.items(), abouts, strict=True):
    rows = pd.concat({title: table_of(table) for title, table in both.items()}, names=["where"])
    page.table(name, rows.reset_index("where"), about, fold=True)

# %%
nearest = ""
about = "What R4 says, and our runs. Equal for practice: 90% interval within 0.3 points of zero"
if full:
    page.say(f"At full length: {search_words.ahead(trials)}")
    page.results["full_length"] = search_answer.at_length(trials)
    nearest = search_words.without_search(trials, "at full length")

# %% [markdown]
# R4, a student report that this course checks, compares three of them on a larger network and states no learning rate. We
# trained that network with Keras's default rates: a verdict below is one on default rates, and a search might change it.

# %%
r4 = by_reference.at_full_length(["R4.sgd", "R4.rmsprop", "R4.adam"], "test_accuracy")
judged = r4.judged[r4.judged["id"].str.contains(".over.", regex=False)]  # one against another
if len(judged):
    shown = reports.read(judged)
    shown["verdict"] += ", with default rates"
    page.table("claims_reference", judged, about, shown=shown)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    'A "learning rate" is a factor for SGD, and roughly the length of a step for RMSprop and Adam. '
    "So the same number does not mean the same, and a default may suit one better than another.",
    *([search_words.best_result(trials)] if full else []),
    f"Before you believe a ranking, ask which rates each optimiser could try. {nearest}".strip(),
    sure=f"{search_answer.narrowing(tries)} {search_words.too_short(tries, dotted)}".strip(),
    answer=search_answer.answer(tries, trials),
)

# %% [markdown]
# ## Your turn
# 1. Add 100.0 to `factors`. How large is the lead now, after the search?
#
# *Your answer:*
#
# 2. Suppose that SGD and SGD with momentum were one optimiser, with twice as many tries. Who is last on validation then?
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
    f"Task 2: {top.idxmin()} with {top.min():.3f}; SGD as a family has {top['SGD']:.3f}. "
    "Tasks 1 and 3: change the parameters cell and run again."
)

# %% [markdown]
# **My conclusion.** *In two sentences of your own: is one optimiser better, and what would you ask of a report that says so?*

# %% [markdown]
# ## Questions
# 1. Why does the same learning rate mean something else for SGD than for Adam?
# 2. One optimiser gets ten tries, the others three. What happens to its best validation accuracy if it is no better?
# 3. The best try lies at the edge of the search. What would you do before you print the ranking?

# %%
page.save()
