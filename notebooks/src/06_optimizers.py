# %% [markdown]
# # 06 · Is one optimiser better than another, or only its default learning rate?
# Trains one small network with four optimisers, first with their default learning rates, then with rates from a fair search,
# and looks at how much of each lead is left.
#
# **You will learn** what one step of an optimiser does, to search fairly, to tell an optimiser from its learning rate.\
# **You need** notebooks 02 and 05: intervals over seeds, and what a learning rate does.\
# **Time** 30 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had, else synthetic garments
factors: list = [0.3, 1.0, 10.0]  # each optimiser tries these times its default rate
limit: int = 800  # pictures for training and validation together; 0: all
epochs: int = 5  # passes over the training pictures; student report R2 makes 20 to 30
seeds: int = 3  # trainings of each setting that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import pandas as pd

from lib import notebook, plots, runs
from lib.base.backend import keras
from lib.claims import by_reference
from lib.config import DataConfig, RunConfig
from lib.evaluation import comparison
from lib.runs import search
from lib.training import recipes

page = notebook.start("06_optimizers", globals())
data = page.dataset

# %% [markdown]
# ## What does an optimiser make of a gradient?
# An optimiser turns a gradient into a step. **SGD** takes the gradient times the learning rate. With **momentum** it adds a
# share of the step before, here .9 of it (Polyak 1964, doi:10.1016/0041-5553(64)90137-5). **RMSprop** divides the gradient
# by its own recent size, the root of a running mean of its squares (Tieleman & Hinton 2012, lecture 6.5 of "Neural Networks
# for Machine Learning"). **Adam** does that, too, and has a momentum of its own (Kingma & Ba 2015, arXiv 1412.6980).
#
# Here are all four in plain Keras. Each moves one weight ten times, first by a large gradient, then by one that is a hundred
# times smaller.


# %%
def distance(optimizer: keras.optimizers.Optimizer, gradient: float) -> float:
    """Return how far ten steps with the same gradient move one weight."""
    weight = keras.Variable(0.0)
    for _ in range(10):
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weight])
    return abs(float(weight.numpy()))


# %%
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
table = pd.DataFrame({"optimiser": list(fresh)})
table["default rate"] = [float(optimizer.learning_rate) for optimizer in fresh.values()]
table["gradient 1"], table["gradient 1/100"] = moves[1.0], moves[0.01]
ratio = table["gradient 1"] / table["gradient 1/100"]
table["how many times as far"] = ratio.round().astype(int)
page.table(
    "moves", table, "How far ten steps go, with Keras's default learning rates", digits=4
)

# %% [markdown]
# So one word, learning rate, means two things. For SGD it is a factor: a hundred times the gradient goes a hundred times as
# far. For RMSprop and Adam it is about the length of a step, whatever the gradient. The same rate for all would not be fair.
# Nor are the defaults: they are a choice by the authors of a library, who do not know our network.
#
# ## Which optimiser leads with its default rate?
# This is how optimisers are often compared: take each as it comes. The network is R2.simple of notebook 02, a small one,
# because a fair search is many trainings. Pictures, epochs and seeds are the same for all.

# %%
optimisers = {
    "SGD": {"name": "sgd", "learning_rate": 0.01},
    "SGD momentum .9": {"name": "sgd", "learning_rate": 0.01, "momentum": 0.9},
    "RMSprop": {"name": "rmsprop", "learning_rate": 0.001},
    "Adam": {"name": "adam", "learning_rate": 0.001},
}
pictures = DataConfig(name=data.name, limit=limit or None)


def tried(name: str, factor: float) -> RunConfig:
    """Return the recipe with another optimiser, and its default learning rate times `factor`."""
    rate = round(optimisers[name]["learning_rate"] * factor, 9)
    optimizer = optimisers[name] | {"learning_rate": rate}
    return recipes.recipe("R2.simple", pictures, epochs=epochs, optimizer=optimizer)


# %%
defaults = runs.grid({name: tried(name, 1.0) for name in optimisers}, seeds, data)

# %%
both = {"val_loss": "validation loss", "val_accuracy": "validation accuracy"}
page.show(
    plots.curves(runs.histories(defaults), both),
    alt=f"Validation loss and accuracy by epoch of {', '.join(optimisers)}, default rates.",
    caption="Default learning rates. Lines are means over seeds, bands reach over all of them.",
)

# %% [markdown]
# Look at the ends of the lines. A curve that still rises has not arrived. More steps might take it further, or larger ones.
# Which optimisers gain by larger steps, a search finds out.
#
# ## What does a fair search leave of that lead?
# A ranking of optimisers depends on how they were tuned (Choi et al. 2019, arXiv 1910.05446). A **fair search** gives each
# the same number of tries: its default rate, times the same factors. Of each, the rate with the highest mean
# **validation** accuracy is chosen. SGD with momentum counts as an optimiser of its own, so SGD as a family gets twice as many
# tries as the others.
#
# **Your guess, before you run on:** which of the factors suits plain SGD best?

# %%
guess = None  # e.g. 1.0: your guess, one of `factors`; 1.0 is the default itself

# %%
grid = {
    f"{name} x {factor:g}": tried(name, factor)
    for name in optimisers
    for factor in sorted({1.0, *factors})
}
searched = runs.grid(grid, seeds, data)
linear = runs.fetch_or_train(RunConfig(system="anchor.linear", data=pictures), data)
page.record([linear, *runs.flat(searched)])

# %%
tries = search.tries(searched)
answer = ("learning_rate", "learning rate", "val_accuracy", "validation accuracy")
page.show(
    plots.response(tries, *answer),
    alt="Validation accuracy by learning rate, a line for each optimiser.",
    caption=search.caption(tries),
    thumbnail=True,
)

# %%
best = search.chosen(tries)
rates = [f"{row.learning_rate:g} ({row.optimiser})" for row in best.itertuples()]
page.say(f"Chosen rates: {', '.join(rates)}. {search.edges(best)}")
page.guess(guess, float(best["times"].iloc[0]), "SGD's best factor")
page.table("chosen", search.listed(best), "Each optimiser's chosen rate", fold=True)

# %% [markdown]
# Compare the tops of the lines, not the lines at one rate. Each optimiser has a range of good rates of its own, so who is
# ahead at one rate says nothing. With a rate that is far too large, a network may end with one
# answer for every picture, which is right for a tenth of them. The report's guards name such networks, too.
#
# **Wrong way.** Somebody proposes an optimiser, searches a rate for this one, and leaves all others at their defaults. For
# which optimisers would that be enough to lead?

# %%
page.say(search.alone(best))

# %% [markdown]
# ## What is a chosen rate worth on new pictures?
# The best of several tries is partly lucky on the pictures that chose it. So the test pictures, read once, say what the choice
# is worth. Did the search narrow the gap?

# %%
means = search.means(tries)
page.show(
    plots.intervals(
        means, "system", "mean", "test accuracy", mark=linear.metrics["test_accuracy"]
    ),
    alt=search.answer(tries),
    caption="Bars are 95% intervals over seeds. Dotted: a linear model on the same pictures.",
)
page.table("test_accuracy", means, f"Test accuracy: {comparison.SUMMARISED}", fold=True)

# %%
beaten = int((means["mean"] < linear.metrics["test_accuracy"]).sum())
page.say(
    f"{search.answer(tries)} The linear model beats {beaten} of these {len(means)} settings of the "
    "networks, at this length and with so few pictures."
)

# %% [markdown]
# Is one of them clearly better? Three comparisons with the leader are three chances of a false alarm, so each has to pass a
# stricter test (**Holm's correction**). An interval may leave out zero and still fail it.

# %%
page.table(
    "test_accuracy_differences",
    search.apart(tries),
    "Test accuracy minus that of the leader on validation, seed by seed, with 95% intervals",
)

# %%
gained = best.loc[(best["val_accuracy"] - best["default_val_accuracy"]).idxmax()]
page.say(
    f"{gained['optimiser']} gained most on validation: its chosen rate is {gained['times']:g} "
    "times the default."
)

# %% [markdown]
# ## At full length
# R4, a student report that this course checks, compares SGD, RMSprop and Adam on a larger network. It states no learning
# rate. The kit carries runs of it with Keras's defaults, on all real pictures.

# %%
r4 = by_reference.at_full_length(["R4.sgd", "R4.rmsprop", "R4.adam"], "test_accuracy")
judged = r4.judged[r4.judged["id"].str.contains(".over.", regex=False)]  # one against another

# %%
if len(r4.means):
    page.show(
        plots.intervals(r4.means, "system", "mean", "test accuracy"),
        alt=f"Test accuracy of R4's network: {comparison.told_means(r4.means)}.",
        caption=f"R4's network, default rates, {r4.seeds}. Bars are 95% intervals of the mean.",
    )
    page.table(
        "claims_reference", judged, "What R4 says of optimisers, and our runs", 4, fold=True
    )

# %% [markdown]
# Whether R4's SGD had a good rate, nobody can tell from the report. So here is our search at full length, of R2.simple.

# %%
full, missing = search.carried("R2.simple")
if missing:
    page.say(f"Not run yet at full length: {len(missing)} settings of the search.")
else:
    trials = search.tries(full)
    page.show(
        plots.response(trials, *answer, low=0.8),
        alt="Validation accuracy by learning rate at full length, a line for each optimiser.",
        caption=f"All real pictures, 20 epochs. {search.caption(trials, 0.8)}",
    )

# %%
differ = ""
if full:
    number = comparison.seeds(trials["seed"].nunique())
    at_length = search.answer(trials, f"; {number}, all real pictures")
    found = search.chosen(trials)
    differ = search.disagree(best, found)
    page.say(f"{at_length} {search.alone(found)} {differ} {search.edges(found)}")
    page.table("full", search.listed(found), "The chosen rates at full length", fold=True)
    page.results["full_length"] = f"{at_length} {differ}"  # for the first box of the report

# %% [markdown]
# R4 also prints a confusion matrix that does not fit its accuracy: notebook 12 counts it. It proposes to combine its models:
# notebook 13 does.
#
# ## What we found

# %%
page.conclude(
    search.answer(tries),
    f"{search.alone(best)} {differ}",
    search.edges(best) or "No chosen rate lies at the edge of the search.",
    sure=search.sure(tries),
)

# %% [markdown]
# ## Your turn
# 1. Add 0.1 and 30.0 to `factors`. How far is it from worst to best optimiser now, after the search?
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
family = best.groupby(best["optimiser"].str.split().str[0])["val_accuracy"].max()
page.say(
    f"Task 2: {family.idxmax()} with {family.max():.3f}; SGD as a family has {family['SGD']:.3f}. "
    "Tasks 1 and 3: change the parameters cell and run again. Whoever has more time can afford "
    "smaller steps."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: is one optimiser better, and what would you ask of a report that says
# so? They will appear in the report.*

# %% [markdown]
# ## Questions
# 1. Why does the same learning rate mean something else for SGD than for Adam?
# 2. One optimiser gets ten tries, the others three. What happens to its best validation figure if it is no better?
# 3. The best try lies at the edge of the grid. What would you do before you print the ranking?

# %%
page.save()
