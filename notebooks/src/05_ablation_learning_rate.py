# %% [markdown]
# # 05 · How large may a step be?
# Makes one step and thirty with many learning rates, then trains one network with low and high rates, constant and falling.
#
# **You will learn** to see what one step does, to read a response curve, to tell a jump from a climb, to choose a rate.\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** 30 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had, else synthetic garments
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
from lib.claims import by_reference
from lib.config import DataConfig, OptimizerConfig
from lib.data.parts import parts
from lib.evaluation import comparison
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
# between the gradient and the step, so it decides how far one goes. We take R2.simple, a network of a student's report (R2),
# and one batch. From the same start it makes one step, and then 30 steps, with many rates.

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
def after(steps: int, rate: float) -> float:  # the batch's loss, from fresh weights
    network.set_weights(fresh.get_weights())
    network.optimizer.learning_rate = rate
    for _ in range(steps):
        network.train_on_batch(batch, labels)
    return float(network.test_on_batch(batch, labels))


# %%
tried = []
for seed in range(seeds):
    keras.utils.set_random_seed(seed)
    fresh = keras.models.clone_model(network)
    for steps in (1, 30):
        for rate in (0.01, 0.03, 0.1, 0.3, 1.0, 2.0):
            tried.append(
                {"seed": seed, "steps": steps, "rate": rate, "loss": after(steps, rate)}
            )
tried = pd.DataFrame(tried)
tried["group"] = tried["steps"].map({1: "after one step", 30: "after 30 steps"})

# %%
page.show(
    plots.response(tried, "rate", "learning rate", "loss", "loss of the batch"),
    alt="Loss of one batch by learning rate, after one step and after 30 steps.",
    caption=f"One batch of {len(batch)} pictures, {comparison.seeds(seeds)}; lines are means. "
    f"Whoever guesses has a loss of {np.log(len(classes)):.2f}.",
)

# %%
lowest = tried.loc[tried.groupby(["steps", "seed"])["loss"].idxmin()]
lowest = lowest.pivot(index="seed", columns="steps", values="rate")
shorter = int((lowest[30] < lowest[1]).sum())
told_steps = (
    f"In {'every training' if shorter == seeds else f'{shorter} of {seeds} trainings'} "
    "the rate that suits one step best is too large for thirty"
)
page.say(f"{told_steps}.")

# %% [markdown]
# A single step may be long. If a training repeats it, it runs from one side of the valley to the other, or worse. A **ReLU**
# that is shut for every picture lets nothing through, and no gradient comes back through it, so it hardly ever opens again.
# The loss then stays near that of guessing, which looks harmless. Here is what becomes of the garments in the batch:

# %%
true, sure, opened = np.arange(len(labels)), [], []
for rate in (lowest[30].median(), tried["rate"].max()):
    after(30, rate)
    chances = np.asarray(keras.ops.softmax(network.predict_on_batch(batch)))
    sure.append(chances[true, labels])
    opened.append(f"{relus.told(network, batch)} at a rate of {rate:g}")

# %%
shown = np.unique(labels, return_index=True)[1]
page.show(
    plots.pictures(
        batch[shown],
        [f"{classes[labels[k]]}\n{sure[0][k]:.2f} or {sure[1][k]:.2f}" for k in shown],
    ),
    alt=f"{len(shown)} garments with the probability of their class after 30 steps, at two rates.",
    caption="The probability of the true class after 30 steps, with the rate that is best for them "
    f"({lowest[30].median():g}) or with {tried['rate'].max():g}; the last seed.",
)
page.say(f"Share of the outputs of each ReLU that is above zero: {'; '.join(opened)}.")

# %% [markdown]
# ## Which rate trains best?
# Now whole trainings, with the optimiser of the network's recipe. It is Adam, which divides each step by the size of recent
# gradients, so its rates cannot be compared with those of SGD. Only the rate changes. A **constant** rate stays. **Cosine**
# (Loshchilov & Hutter 2017, arXiv 1608.03983) begins with the same rate and lets it fall along half a cosine wave, to almost
# nothing at the last step: long steps first, short ones to settle.
#
# Some rates are too high on purpose, so guards of this report may fire.
#
# **Your guess, before you run on:** which constant rate trains best?

# %%
guess = None  # e.g. 0.001: the rate that you expect to have the highest validation accuracy

# %%
grid = sorted({*rates, low, high})
settings = {
    f"{rate:g} {schedule}": recipes.recipe(
        system, pictures, epochs=epochs, optimizer={"learning_rate": rate, "schedule": schedule}
    )
    for schedule in schedules
    for rate in grid
}
names = [f"{rate:g} {schedules[0]}" for rate in (low, high)] + [f"{high:g} {schedules[-1]}"]
trained = runs.grid(settings, seeds, data)
page.record(runs.flat(trained))

# %%
table = runs.by_rate(trained)
answer = ("val_accuracy", "validation accuracy")
diverged = (
    "; a cross at the lower edge is one that diverged" if table[answer[0]].isna().any() else ""
)
page.show(
    plots.response(table, "learning_rate", "starting learning rate", *answer),
    alt=f"Validation accuracy by learning rate, one line each for {', '.join(schedules)}.",
    caption=f"A point per training, lines are means{diverged}.",
    thumbnail=True,
)

# %%
constant = table[table["group"] == schedules[0]]
best = comparison.best(constant, "val_accuracy")
means = comparison.told_means(comparison.summarise(constant, "val_accuracy"))
page.say(f"Mean validation accuracy: {means}. The highest is that of **{best}**.")
page.guess(guess, float(best.split()[0]), f"the best {schedules[0]} rate")

# %% [markdown]
# Such a **response curve** has three parts. On the left the rate is too small: training has not arrived when the epochs are
# over. On the right it is too large: training does not come to rest. Between them lies a range in which the rate matters
# little. These pictures gain most, if the worst constant rate is replaced by the best:

# %%
worst = comparison.lowest(constant, "val_accuracy")
positions, truth = trained[best][0].positions("val"), trained[best][0].labels("val")
good, poor = (
    np.sum([run.predicted("val") == truth for run in trained[name]], axis=0)
    for name in (best, worst)
)

# %%
gained = np.argsort(poor - good, kind="stable")[:10]
page.show(
    plots.pictures(
        data.images[positions[gained]],
        [f"{classes[truth[k]]}\n{good[k]} against {poor[k]}" for k in gained],
        columns=5,
    ),
    alt=f"{len(gained)} validation pictures that gain most from {best} instead of {worst}.",
    caption=f"Below the true class: of {comparison.seeds(seeds)}, how many are right here with "
    f"{best}, against how many with {worst}.",
)

# %% [markdown]
# ## Does a high rate jump, and does cosine calm it?
# A jump needs a measure. The **falls** are what validation accuracy loses from epoch to epoch, summed over a training. A
# steady climb has none, however fast it is.

# %%
drawn = {"learning_rate": "learning rate of the epoch's first step", answer[0]: answer[1]}
page.show(
    plots.curves(runs.histories({name: trained[name] for name in names}), drawn),
    alt=f"Learning rate and validation accuracy by epoch for {', '.join(names)}.",
    caption="Means over seeds; bands reach from the smallest to the largest.",
)
chosen = table[table["system"].isin(names)]
falls = comparison.against(chosen, "falls", names[1])
calmer = falls.loc[falls["verdict"] == comparison.LOWER, "system"]
which = " and ".join(calmer) or f"Neither a lower rate nor {schedules[-1]}"
told_falls = f"{which} was measurably calmer than {names[1]}."
page.say(told_falls)
brought = by_rates.minus(table, "val_accuracy", schedules[0])
others = " and ".join(schedules[1:]) or "Other schedules"
page.say(f"{others.capitalize()} minus {schedules[0]}, rate by rate: {by_rates.told(brought)}.")

# %% [markdown]
# Report R2 shows one training with a high and one with a low rate. What it says of them, held against ours:

# %%
roles = {"system": {names[0]: "low learning rate", names[1]: "high learning rate"}}
comparable = claims.comparable(data.name, limit, epochs) and system == "R2.optimised"
judged = page.claims(chosen.replace(roles), comparable)

# %% [markdown]
# ## Is the chosen rate clearly better?
# We choose the setting with the highest mean validation accuracy, of those in which no seed diverged. Its rivals are those
# with the next highest means. Only now do we look at the test pictures.

# %%
winner = comparison.best(table, "val_accuracy")
means = comparison.summarise(table, "val_accuracy").set_index("system")["mean"]
rivals = {winner, *means.nlargest(4).index}
finalists = table[table["system"].isin(rivals)]
differences = page.compare("test_accuracy", finalists, "test_accuracy", winner)

# %% [markdown]
# ## At full length
# The kit carries runs on all real pictures, at full length: five rates, constant and with cosine. Here training has 30,000
# steps instead of a few hundred. Does the best rate stay where it was?

# %%
named = ["", ", rate .0001", ", rate .0003", ", rate .01", ", rate .03"]
named += [f", rate {rate}, cosine" for rate in (".0001", ".0003", ".001", ".01", ".03")]
rows = [f"R2.optimised{name}" for name in named]

# %%
full = runs.by_rate({row: carried.of_row(row) for row in rows})
full["system"] = full["learning_rate"].map("{:g} ".format) + full["group"]
found = by_reference.at_full_length(rows, "test_accuracy")
page.show(
    plots.response(full, "learning_rate", "learning rate", "test_accuracy", "test accuracy"),
    alt="Test accuracy by learning rate at full length, constant and with cosine.",
    caption=f"Reference runs, {found.seeds} of each setting, all real pictures.",
)
on_rates = found.judged[found.judged["id"].str.startswith("R2.rate.")]
about = "What report R2 says of the rate, and what these runs say"
page.table("claims_reference", on_rates, about, 4, fold=True)

# %%
tops = [comparison.best(own, "val_accuracy") for _, own in full.groupby("group", sort=False)]
top = comparison.summarise(full[full["system"].isin(tops)], "test_accuracy")
ends = by_rates.told_ends(by_rates.minus(full, "test_accuracy", "constant"))
page.results["full_length"] = (
    f"The best rates on validation pictures: {by_rates.told_best(full, 'val_accuracy')}. On test "
    f"pictures {ends}. Test accuracy of the two choices: {comparison.told_means(top)}."
)
page.say(f"All real pictures. {page.results['full_length']}")

# %% [markdown]
# Network, pictures and number of steps may differ from those of the runs above, so the best rate may have moved.

# %% [markdown]
# ## What we found

# %%
right = comparison.summarise(table, "test_accuracy").set_index("system").loc[winner]
clearly = differences["verdict"] == comparison.LOWER
unsure = " and ".join(differences.loc[~clearly, "system"])
page.conclude(
    f"Of the rates tried, {winner} has the highest validation accuracy; it gets "
    f"{comparison.figure(right['mean'], '.1%')} of the test pictures right. {told_steps}.",
    f"In validation accuracy {by_rates.told_ends(brought)}.",
    told_falls,
    sure=f"{unsure} may be as good" if unsure else "its next rivals are clearly worse",
)

# %% [markdown]
# ## Your turn
# 1. Add `"one-cycle"` (Smith & Topin 2018, arXiv 1708.07120) to `schedules`. At which rate is it best, and by how many
#    percentage points of validation accuracy does it differ from the best constant rate?
#
# *Your answer:*
#
# 2. After which share of all steps does cosine stay below a tenth of its first rate?
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
# **My conclusion.** *Write two sentences of your own: how would you choose a learning rate, and would you let it fall? They will appear in
# the report.*

# %% [markdown]
# ## Questions
# 1. Two reports call their rate "low"; one means the middle of our grid. Why can both their curves look right?
# 2. Why can a loss near the natural logarithm of the number of classes be worse news than a loss that jumps?
# 3. Why does the best rate depend on the number of epochs?

# %%
page.save()
