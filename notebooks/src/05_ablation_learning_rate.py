# %% [markdown]
# # 05 · How large can a learning rate be?
# This notebook makes one step and then thirty with many learning rates. Then it trains one network with low and high rates,
# constant and falling.
#
# **You will learn** to see what one step does, to read a response curve, to tell a jump from a climb, to choose a rate.\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** 30 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
system: str = "R2.simple"  # id of the network; report R2 varies the rate of R2.optimised
rates: list = [0.0001, 0.001, 0.01, 0.03]  # learning rates; 0.001 is the recipe's
schedules: list = ["constant", "cosine"]  # lib.training.schedules; constant comes first
low: float = 0.0001  # report R2 names no rate: a tenth of the recipe's ...
high: float = 0.01  # ... and ten times it; both were set before anything was trained
limit: int = 1000  # pictures for training and validation together; 0: all
epochs: int = 6  # passes over the training pictures; report R2 makes 20
seeds: int = 3  # trainings of each setting that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd

from lib import claims, models, notebook, plots, runs
from lib.base.backend import keras
from lib.claims import by_reference, reports
from lib.config import DataConfig, OptimizerConfig
from lib.data.parts import parts
from lib.evaluation import changes, comparison
from lib.evaluation import rates as by_rates
from lib.models import relus
from lib.runs import carried
from lib.training import recipes
from lib.training.schedules import learning_rate

page = notebook.start("05_ablation_learning_rate", globals())
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## How far may one step go?
# The gradient says in which direction the loss rises fastest. A step goes the other way. The **learning rate** is the factor
# between the gradient and the step, so it decides how far the step goes. We take R2.simple, a network from a student's report
# (R2), and one batch. From the same start it makes one step, and then 30 steps, with many rates.

# %%
pictures = DataConfig(name=data.name, limit=limit or None)
_, split = parts(data, pictures)
batch = data.images[split.train[:64]]
labels = data.labels["class"][split.train[:64]]

# %%
network = models.build("R2.simple", data.images.shape[1:], len(classes))
network.compile(
    optimizer=keras.optimizers.SGD(),  # step = rate times gradient, and nothing else
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    jit_compile=False,
)


# %%
def loss_after(steps: int, rate: float, start: list) -> float:
    network.set_weights(start)
    network.optimizer.learning_rate = rate
    for _ in range(steps):
        network.train_on_batch(batch, labels)
    return float(network.test_on_batch(batch, labels))


# %%
tried = []
for seed in range(seeds):
    keras.utils.set_random_seed(seed)
    start = keras.models.clone_model(network).get_weights()  # fresh ones
    for steps in (1, 30):
        for rate in (0.01, 0.03, 0.1, 0.3, 1.0, 2.0):
            tried.append((seed, steps, rate, loss_after(steps, rate, start)))
tried = pd.DataFrame(tried, columns=["seed", "steps", "rate", "loss"])
tried["group"] = tried["steps"].map({1: "after one step", 30: "after 30 steps"})

# %%
page.show(
    plots.response(tried, "rate", "learning rate", "loss", "loss of the batch"),
    alt="Loss of one batch by learning rate, after one step and after 30 steps.",
    caption=f"One batch of {len(batch)} pictures, {seeds} starts; lines are means. Guessing gives "
    f"a loss of {np.log(len(classes)):.2f}.",
)

# %%
best_rate = tried.pivot(index="rate", columns=["seed", "steps"], values="loss").idxmin()
best_rate = best_rate.unstack("steps")  # a row for each start
told_steps = by_rates.told_steps(best_rate, tried["rate"].max())
page.say(told_steps)

# %% [markdown]
# A single step may be long. If a training repeats it, it jumps from one side of the valley to the other, or worse. A **ReLU**
# that is shut for every picture outputs zero everywhere, gets no gradient, and so almost never recovers. The loss then stays
# near that of guessing, which looks harmless. We look into the network after 30 steps:

# %%
largest = tried["rate"].max()
for rate in (best_rate[30].median(), largest):
    loss_after(30, rate, start)  # the last start
    probabilities = np.asarray(keras.ops.softmax(network.predict_on_batch(batch)))
    chance = probabilities[np.arange(len(labels)), labels].mean()  # of the true classes
    page.say(
        f"With a rate of {rate:g} it gives the true class a probability of {chance:.2f}, on "
        f"average. Above zero are {relus.told(network, batch)} of the outputs of its ReLU layers."
    )

# %% [markdown]
# ## Which rate trains best?
# Now we train for all epochs, with the optimiser of the network's recipe. It is Adam, which divides each step by the size of
# recent gradients, so its rates cannot be compared with those of SGD. A setting is a rate and its schedule. **Constant**: the
# rate stays the same. **Cosine** (Loshchilov & Hutter 2017, arXiv 1608.03983): training begins with this rate and lets it fall
# along half a cosine wave, to almost nothing at the last step. The first steps are long, the last ones short.
#
# Some rates are too high on purpose, so the checks above warn about some trainings.
#
# **Your guess, before you run on:** which constant rate trains best?

# %%
guess = None  # e.g. 0.001: the rate that you expect to have the highest validation accuracy

# %%
settings = {
    f"{schedule} {rate:g}": recipes.recipe(
        system, pictures, epochs=epochs, optimizer={"learning_rate": rate, "schedule": schedule}
    )
    for schedule in schedules
    for rate in sorted({*rates, low, high})
}
trained = runs.grid(settings, seeds, data)
page.record(runs.flat(trained))

# %%
table = runs.by_rate(trained)
table["collapsed"] = [len(np.unique(run.predicted("val"))) == 1 for run in runs.flat(trained)]
limit_told = by_rates.told_limit(table)
page.say(limit_told)

# %%
answer = ("val_accuracy", "validation accuracy")
page.show(
    plots.response(
        table, "learning_rate", "starting rate", *answer, apart=0.08, middle="median"
    ),
    alt=f"Validation accuracy by learning rate, one line each for {', '.join(schedules)}.",
    caption="A point is one training, lines are medians. A training that collapsed lies near "
    f"{1 / len(classes):.2f}, or is a cross at the lower edge.",
    thumbnail=True,
)

# %%
whole = by_rates.trained(table)  # settings of which no training collapsed
best = comparison.best(whole[whole["group"] == schedules[0]], "val_accuracy")
rate = best.split()[-1]
page.say(f"Of the {schedules[0]} rates, **{rate}** has the highest mean validation accuracy.")
page.guess(guess, float(rate), f"the best {schedules[0]} rate")

# %% [markdown]
# Such a **response curve** has three parts. On the left the rate is too small: the epochs run out before training is done. On
# the right it is too large: training never settles, or its ReLUs shut. Between them lies a range in which the rate matters
# little. A mean that includes a collapsed training means nothing, so we leave such settings out of all comparisons below.
#
# ## Does accuracy jump at a high rate, and does cosine help?
# How do we measure a jump? The **falls** are what validation accuracy loses whenever it drops from one epoch to the next,
# added up. A steady climb has none, however fast it is.

# %%
names = [f"{schedules[0]} {low:g}", f"{schedules[0]} {high:g}", f"{schedules[-1]} {high:g}"]
drawn = {"learning_rate": "rate of the epoch's first step", answer[0]: answer[1]}
page.show(
    plots.curves(runs.histories({name: trained[name] for name in names}), drawn),
    alt=f"Learning rate and validation accuracy by epoch for {'; '.join(names)}.",
    caption="Means over seeds; bands reach from the smallest to the largest.",
)

# %%
chosen = table[table["system"].isin(names)]
falls = comparison.against(chosen, "falls", names[1])
calmer = falls.loc[falls["verdict"] == comparison.LOWER, "system"]
which = " and ".join(calmer) or f"Neither a lower rate nor {schedules[-1]}"
told_falls = f"{which} is clearly calmer than {names[1]}."
page.say(f"{told_falls} Falls, compared with {names[1]}: {comparison.told_differences(falls)}.")
sound = by_rates.trained(table, "learning_rate")  # rates at which no training collapsed
brought = by_rates.minus(sound, "val_accuracy", schedules[0])
told_brought = f"In validation accuracy, {by_rates.told_ends(brought)}."
page.say(told_brought)

# %% [markdown]
# ## Is the chosen setting clearly better?
# We choose the setting with the highest mean validation accuracy among those that trained with every seed. We compare it with
# the next three. Only now do we look at the test pictures.

# %%
winner = comparison.best(whole, "val_accuracy")
means = comparison.summarise(whole, "val_accuracy").set_index("system")["mean"]
finalists = whole[whole["system"].isin({winner, *means.nlargest(4).index})]
differences = comparison.against(finalists, "test_accuracy", winner)
rivals = f"{by_rates.told_rivals(differences, winner)} {changes.alone(differences)}"
page.say(f"We choose **{winner}**. {rivals}")

# %% [markdown]
# **How to choose a rate.** (1) Train with a few rates, each 3 to 10 times the one before. (2) Throw away those that collapse
# with any seed. (3) Take the best one on the validation pictures. If it is the smallest or the largest, try further ones.
# (4) Then try letting it fall.
#
# ## At full length
# The kit comes with runs on all real pictures, with several seeds: five rates, constant and with cosine. Their trainings are
# longer. Does the best rate stay where it was?

# %%
named = ["", ", rate .0001", ", rate .0003", ", rate .01", ", rate .03"]
named += [f", rate {rate}, cosine" for rate in (".0001", ".0003", ".001", ".01", ".03")]
rows = [f"R2.optimised{name}" for name in named]
full = runs.by_rate({row: carried.of_row(row) for row in rows})
full["system"] = full["group"] + full["learning_rate"].map(" {:g}".format)
tops = [comparison.best(own, "val_accuracy") for _, own in full.groupby("group", sort=False)]
full["marked"] = full["system"].isin(tops)
every = [run for row in rows for run in carried.of_row(row)]
full["collapsed"] = [len(np.unique(run.predicted("test"))) == 1 for run in every]

# %%
found = by_reference.at_full_length(rows, "test_accuracy")
page.show(
    plots.response(full, "learning_rate", "learning rate", "test_accuracy", "test accuracy"),
    alt="Test accuracy by learning rate at full length, constant and with cosine.",
    caption=f"R2.optimised, {found.seeds} of each setting. Rings: best on validation pictures.",
)

# %%
between = comparison.against(full[full["marked"]], "test_accuracy", tops[0])
page.results["full_length"] = (
    f"{by_rates.told_limit(full)} Of the two settings that we would choose on the validation "
    f"pictures, {by_rates.one_better(between, tops[0])}."
)

# %%
sound = by_rates.trained(full, "learning_rate")
ends = by_rates.told_ends(by_rates.minus(sound, "test_accuracy", "constant"))
near = by_rates.told_best(by_rates.trained(full), "val_accuracy")
page.say(
    f"{page.results['full_length']} On the validation pictures these rates are as good as the "
    f"best: {near}. On the test pictures {ends}."
)
there, here = (
    int(run.history["steps"].sum()) for run in (carried.of_row(rows[0])[0], trained[best][0])
)
page.say(
    f"We would choose {tops[0]} there and {best} here. More than one thing differs: there the "
    f"network is R2.optimised, the pictures are real, and a training makes {there:,} steps; "
    f"here it makes {here:,}."
)

# %%
on_rates = found.judged[found.judged["id"].str.startswith("R2.rate.")]
page.say(by_reference.tally(on_rates))
page.table("claims_reference", on_rates, "R2 on the rate", shown=reports.read(on_rates))
if claims.comparable(data.name, limit, epochs) and system == "R2.optimised":
    roles = {names[0]: "low learning rate", names[1]: "high learning rate"}
    judged = page.claims(chosen.replace({"system": roles}), True)

# %% [markdown]
# ## What we found

# %%
right = comparison.summarise(whole, "test_accuracy").set_index("system").loc[winner]
page.conclude(
    f"{limit_told} The best setting here is {winner}: it gets "
    f"{comparison.figure(right['mean'], '.1%')} of the test pictures right.",
    told_steps,
    told_brought,
    told_falls,
    sure=by_rates.how_sure(differences, winner),
)

# %% [markdown]
# ## Your turn
# 1. Add `"one-cycle"` (Smith & Topin 2018, arXiv 1708.07120) to `schedules`. At which rate is it best, and by how many
#    percentage points of validation accuracy does it differ from the best constant rate?
#
# *Your answer:*
#
# 2. After what share of the steps has cosine fallen below a tenth of its starting rate?
#
# *Your answer:*
#
# 3. In the code of the first section, write `"R2.optimised"` in place of `"R2.simple"`: it has batch normalisation. Run the
#    section again. Which rate is best for its 30 steps, and do its ReLUs shut at the highest rate?
#
# *Your answer:*

# %% tags=["solution"]
cosine = OptimizerConfig(learning_rate=1.0, schedule="cosine")
share = np.array([learning_rate(cosine, step, 10, epochs=10) for step in range(100)])
page.say(
    f"Task 2: after **{(share >= 0.1).sum()}** of 100 steps. Task 1: change the parameters "
    "cell and run all again. Task 3: change the code of the first section."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: how would you choose a learning rate, and would you let it fall? They will
# appear in the report.*

# %% [markdown]
# ## Questions
# 1. Somebody calls a rate "low" that lies in the middle of our grid. Why can their curve look like our best one?
# 2. Why can a loss near the natural logarithm of the number of classes be worse news than a loss that jumps?
# 3. Why does the best rate depend on the number of epochs?

# %%
page.save()
