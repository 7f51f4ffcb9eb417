# %% [markdown]
# # 05 · How large may a step be?
# Makes one step of many sizes, trains one network with low and high learning rates, constant and falling, and raises the rate
# until training breaks.
#
# **You will learn** to see what one step does, to read a response curve, to tell a jump from a climb, to choose a rate.\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** 30 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had, else synthetic garments
rates: list = [0.0001, 0.001, 0.01, 0.03]  # learning rates; 0.001 is the recipe's
schedules: list = ["constant", "cosine"]  # lib.training.schedules; constant comes first
low: float = 0.0001  # report R2 names no rate: a tenth of the recipe's ...
high: float = 0.01  # ... and ten times it; both were set before anything was trained
edge_rates: list = [0.1, 1.0, 10.0]  # of SGD, until training breaks
edge_limit: int = 400  # pictures for that: three epochs on few are enough
limit: int = 800  # pictures for training and validation together; 0: all
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
# ## What does one step do?
# The gradient says in which direction the loss rises fastest. A step goes the other way. The **learning rate** is the factor
# between the gradient and the step, so it decides how far one goes. Here an untrained network, R2.simple of a student's
# report (R2), makes a single step from the same start, with one batch and rates of many sizes.

# %%
pictures = DataConfig(name=data.name, limit=limit or None)
_, split = parts(data, pictures)
batch = data.images[split.train[:64]]
labels = data.labels["class"][split.train[:64]]

# %%
keras.utils.set_random_seed(0)
network = models.build("R2.simple", data.images.shape[1:], len(classes))
network.compile(
    optimizer=keras.optimizers.SGD(),  # step = rate times gradient, and nothing else
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    jit_compile=False,
)
start = network.get_weights()


# %%
def step(rate: float) -> float:
    """Make one step from the start, and return the loss of the same batch after it."""
    network.set_weights(start)
    network.optimizer.learning_rate = rate
    network.train_on_batch(batch, labels)
    return float(network.test_on_batch(batch, labels))


# %%
steps = pd.DataFrame({"rate": [0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 3.0]})
steps["loss"] = [step(rate) for rate in steps["rate"]]
begin = step(0.0)
figure = plots.response(steps, "rate", "learning rate of one step", "loss", "loss after it")
figure.axes[0].axhline(begin, color="#58636b", linestyle=":")
page.show(
    figure,
    alt="Loss after one step: "
    + ", ".join(f"{row.loss:.2f} at a rate of {row.rate:g}" for row in steps.itertuples()),
    caption=f"One step on one batch of {len(batch)} pictures. Dotted: the loss before it.",
)

# %% [markdown]
# As long as steps are small, twice the rate brings twice the fall. Then the slope is no longer what it was at the start. A
# step that is too long lands on the other side of the valley, higher than it began. Ten pictures of the batch show it:

# %%
best_step = steps.loc[steps["loss"].idxmin(), "rate"]
sure = []
for rate in (0.0, best_step, steps["rate"].max()):
    step(rate)
    chances = np.asarray(keras.ops.softmax(network.predict_on_batch(batch)))
    sure.append(chances[np.arange(len(labels)), labels])

# %%
shown = np.unique(labels, return_index=True)[1]
page.show(
    plots.pictures(
        batch[shown],
        [f"{classes[labels[k]]}\n" + " → ".join(f"{each[k]:.2f}" for each in sure) for k in shown],
        columns=5,
    ),
    alt=f"{len(shown)} garments with the probability of their class before and after a step.",
    caption="The probability of the true class: at the start, after a step with a rate of "
    f"{best_step:g}, and after one with {steps['rate'].max():g}.",
)

# %% [markdown]
# ## Which rate trains best?
# Now whole trainings. The network is R2.optimised, with the optimiser of its recipe, AdamW. Only the rate changes. A
# **constant** rate stays. **Cosine** (Loshchilov & Hutter 2017, arXiv 1608.03983) begins with the same rate and lets it fall
# along half a wave, to almost nothing at the last step: long steps first, short ones to settle.
#
# **Your guess, before you run on:** which constant rate trains best?

# %%
guess = None  # e.g. 0.001: the rate that you expect to have the highest validation accuracy

# %%
grid = sorted({*rates, low, high})
settings = {
    f"{rate:g} {schedule}": recipes.recipe(
        "R2.optimised",
        pictures,
        epochs=epochs,
        optimizer={"learning_rate": rate, "schedule": schedule},
    )
    for schedule in schedules
    for rate in grid
}
trained = runs.grid(settings, seeds, data)

# %%
table = runs.by_rate(trained)
answer = ("val_accuracy", "validation accuracy")
about = "A point per training, lines are means; a cross at the lower edge is one that diverged."
page.show(
    plots.response(table, "learning_rate", "learning rate (cosine: the first)", *answer),
    alt=f"Validation accuracy by learning rate, one line each for {', '.join(schedules)}.",
    caption=about,
    thumbnail=True,
)

# %%
constant = table[table["group"] == schedules[0]]
best = comparison.best(constant, "val_accuracy")
means = comparison.told_means(comparison.summarise(constant, "val_accuracy"))
page.say(f"Mean validation accuracy: {means}. The highest is that of **{best}**.")
page.guess(guess, float(best.split()[0]), "the best constant rate")
brought = by_rates.told(by_rates.minus(table, "val_accuracy", schedules[0]))
page.say(f"Cosine minus constant, rate by rate: {brought}.")

# %% [markdown]
# Such a **response curve** has three parts. On the left the rate is too small: training has not arrived when the epochs are
# over. On the right it is too large: training does not come to rest. Between them lies a range in which the rate matters
# little. Some pictures need a good rate more than others:

# %%
worst = comparison.summarise(constant, "val_accuracy").set_index("system")["mean"].idxmin()
positions, truth, _ = trained[best][0].predictions("val")
good, poor = ([run.predicted("val") for run in trained[name]] for name in (best, worst))
lost = np.all([own == truth for own in good], axis=0)
lost = np.flatnonzero(lost & np.all([own != truth for own in poor], axis=0))[:10]
page.show(
    plots.pictures(
        data.images[positions[lost]],
        [f"{classes[truth[k]]}\nnot {classes[poor[0][k]]}" for k in lost],
        columns=5,
    ),
    alt=f"{len(lost)} validation pictures that {best} gets right and {worst} wrong.",
    caption=f"Every training of {best} is right here, every one of {worst} is wrong. Below the "
    "label: what the first of the latter says.",
)

# %% [markdown]
# ## Does a high rate jump, and does cosine calm it?
# A jump needs a measure. The **falls** are what validation accuracy loses from epoch to epoch, summed over a training. A
# steady climb has none, however fast it is.

# %%
names = [f"{rate:g} {schedules[0]}" for rate in (low, high)] + [f"{high:g} {schedules[-1]}"]
drawn = {"learning_rate": "learning rate of the epoch's first step", answer[0]: answer[1]}
page.show(
    plots.curves(runs.histories({name: trained[name] for name in names}), drawn),
    alt=f"Learning rate and validation accuracy by epoch for {', '.join(names)}.",
    caption="Means over seeds; bands reach from the smallest to the largest.",
)

# %%
chosen = table[table["system"].isin(names)]
falls = comparison.against(chosen, "falls", names[1])
told_falls = comparison.told_all(falls)
page.say(f"Falls of validation accuracy, minus those of {names[1]}: {told_falls}")

# %% [markdown]
# Report R2 shows one training with a high and one with a low rate. What it says of them, held against ours:

# %%
roles = {"system": {names[0]: "low learning rate", names[1]: "high learning rate"}}
judged = page.claims(
    chosen.replace(roles), claims.comparable(data.name, limit, epochs)
)

# %% [markdown]
# ## Where does training break?
# AdamW divides each step by the size of recent gradients, so its steps stay bounded. Plain SGD with momentum does not: the
# larger the gradient, the longer the step. Its rate now goes up by factors of ten, for R2.simple, which has no normalisation,
# and for R2.optimised, which has it. Three epochs on few pictures show who recovers. The guards of this report may fire here,
# on purpose.
#
# A training is **broken** where its loss is no longer a number, or far above that of guessing. It is broken, too, where it
# learnt nothing: then the loss looks harmless, but the accuracy is not surely above the share of the largest class.

# %%
few = DataConfig(name=data.name, limit=edge_limit)
networks = ["R2.simple", "R2.optimised"]
sgd = {"name": "sgd", "momentum": 0.9, "weight_decay": 0.0}
edge_settings = {
    f"{system} {rate:g}": recipes.recipe(
        system, few, epochs=3, optimizer=sgd | {"learning_rate": rate}
    )
    for system in networks
    for rate in sorted(edge_rates)
}

# %%
edge = runs.grid(edge_settings, seeds, data)
page.record(runs.flat(trained, edge))
broken = runs.by_rate(edge)
broken["group"] = broken["system"].str.split().str[0]
broken["broken"] = by_rates.broken(broken, runs.flat(edge)[0].predictions("val")[1])
page.show(
    plots.response(broken, "learning_rate", "learning rate of SGD", *answer),
    alt="Validation accuracy after three epochs of SGD by learning rate, one line per network.",
    caption=about,
)

# %%
breaks = by_rates.breaking(broken)
page.say(f"Where every seed is broken: {by_rates.told_breaking(breaks)}.")

# %% [markdown]
# How does a network break without a number that overflows? A ReLU that is shut for every picture lets nothing through. No
# gradient comes back through it either, so it hardly ever opens again. Here is the share of outputs above zero, layer by
# layer, at the rate at which R2.simple breaks:

# %%
there = min(breaks["R2.simple"], max(edge_rates))
seen = data.images[runs.flat(edge)[0].predictions("val")[0]]
for name in (f"{network} {there:g}" for network in networks):
    opened = relus.open_shares(runs.network(edge[name][0], data), seen)
    page.say(f"{name}, seed 0: {', '.join(f'{share:.2f}' for share in opened.values())}.")

# %% [markdown]
# Batch normalisation (Ioffe & Szegedy 2015, arXiv 1502.03167) centres what goes into a ReLU, so that one long step does not
# shut a whole layer. It also makes the scale of the weights before it irrelevant: a long step makes them grow, and the next
# steps then turn them less (van Laarhoven 2017, arXiv 1706.05350). The two networks differ in depth and dropout, too, so this
# figure alone does not prove it.
#
# ## Is the chosen rate surely better?
# We choose the setting with the highest mean validation accuracy, of those in which no seed diverged. Its rivals are its
# neighbours on the grid, and the same rate with the other schedule. Only now do we look at the test pictures.

# %%
winner = comparison.best(table, "val_accuracy")
rate, schedule = float(winner.split()[0]), winner.split()[1]
place = grid.index(rate)
rivals = [f"{near:g} {schedule}" for near in grid[max(place - 1, 0) : place + 2]]
rivals += [f"{rate:g} {other}" for other in schedules]
finalists = table[table["system"].isin(rivals)]
differences = page.compare("test_accuracy", finalists, "test_accuracy", winner)

# %% [markdown]
# ## At full length
# The kit carries runs on all real pictures, at full length: five rates, constant and with cosine. Here training has 30,000
# steps instead of a few dozen. Does the best rate stay where it was?

# %%
named = ["", ", rate .0001", ", rate .0003", ", rate .01", ", rate .03"]
named += [f", rate {rate}, cosine" for rate in (".0001", ".0003", ".001", ".01", ".03")]
rows = [f"R2.optimised{name}" for name in named]

# %%
full = runs.by_rate({row: carried.of_row(row) for row in rows})
found = by_reference.at_full_length(rows, "test_accuracy")
page.show(
    plots.response(full, "learning_rate", "learning rate", "test_accuracy", "test accuracy"),
    alt=f"At full length, {found.told}.",
    caption=f"Reference runs, {found.seeds} of each setting, all real pictures.",
)
page.table("claims_reference", found.judged, "What the reports say, and these runs", 4, fold=True)

# %%
gained = by_rates.minus(full, "test_accuracy", "constant")
tops = [comparison.best(own, "val_accuracy") for _, own in full.groupby("group")]
top = comparison.summarise(full[full["system"].isin(tops)], "test_accuracy")
page.results["full_length"] = (
    f"At full length, chosen on validation, test accuracy is {comparison.told_means(top)}. "
    f"Cosine minus constant, rate by rate: {by_rates.told(gained)}."
)
page.say(page.results["full_length"])

# %% [markdown]
# ## What we found

# %%
right = comparison.summarise(table, "test_accuracy").set_index("system").loc[winner]
surely = differences["verdict"].str.startswith("resolved: lower")
page.conclude(
    f"For AdamW, {winner} trains best here: {right['mean']:.3f} of the test pictures are right. "
    f"For SGD with momentum, {by_rates.told_breaking(breaks)}.",
    f"Validation accuracy, cosine minus constant, rate by rate: {brought}.",
    f"Falls of validation accuracy, minus those of {names[1]}: {told_falls}",
    sure=f"{winner} is surely better than {surely.sum()} of its {len(differences)} rivals",
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
# 3. The rate at which R2.simple breaks lies between two of `edge_rates`. Put two rates between them. Within which factor do
#    you know it now?
#
# *Your answer:*

# %% tags=["solution"]
cosine = OptimizerConfig(learning_rate=1.0, schedule="cosine")
share = np.array([learning_rate(cosine, step, 10, epochs=10) for step in range(100)])
page.say(
    f"Task 2: after **{(share >= 0.1).sum()}** of 100 steps. Tasks 1 and 3: change the parameters "
    "cell and run again."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: how would you choose a learning rate, and would you let it fall? The
# report carries them.*

# %% [markdown]
# ## Questions
# 1. Two reports call their rate "low"; one means the middle of our grid. Why can both their curves look right?
# 2. Why can a loss near the natural logarithm of the number of classes be worse news than a loss that jumps?
# 3. Why does the best rate depend on the number of epochs?

# %%
page.save()
