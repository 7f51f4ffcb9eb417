# %% [markdown]
# # 05 · How large can a learning rate be?
# We draw what a step does, and measure one step and thirty with many learning rates. Then we train with low and high ones.
#
# **You will learn** to see what one step does, to read a response curve, to tell a jump from a climb, to choose a rate.\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** 30 minutes with its exercises; the quick profile runs in less than a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
system: str = "R2.simple"  # id of the network; report R2 varies the rate of R2.optimised
rates: list = [0.0001, 0.001, 0.01, 0.03]  # learning rates; 0.001 is the recipe's
schedules: list = ["constant", "cosine"]  # lib.training.schedules; constant comes first
low: float = 0.0001  # report R2 names no rate: a tenth of the recipe's ...
high: float = 0.01  # ... and ten times it; both were set before anything was trained
limit: int = 640  # pictures for training and validation together; 0: all
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
from lib.evaluation import comparison, first_steps, rivals
from lib.evaluation import rates as by_rates
from lib.models import relus
from lib.runs import carried, search
from lib.training.schedules import learning_rate

page = notebook.start("05_ablation_learning_rate", globals())
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## How far may one step go?
# The gradient says in which direction the loss rises fastest. A step goes the other way. The **learning rate** is the factor
# between the gradient and the step, so it decides how far the step goes. **SGD** is the optimiser in which a step is the rate
# times the gradient and nothing else. Here it walks in the simplest valley, of one weight:


# %% tags=["open"]
def walk(rate: float, place: float = 1.0, steps: int = 8) -> np.ndarray:
    """Return where SGD stands in the valley loss = w ** 2, before the first step and after each."""
    places = [place]
    for _ in range(steps):
        gradient = 2 * places[-1]  # the slope of w ** 2
        places.append(places[-1] - rate * gradient)
    return np.array(places)


walks = {"too small: 0.05": walk(0.05), "right: 0.4": walk(0.4), "too large: 1.05": walk(1.05)}

# %%
page.show(
    plots.parabolas(walks),
    alt="A parabola with eight steps that are too short, that reach the ground, and that climb.",
    caption="Eight steps of SGD from the hollow point. Each multiplies the weight by 1 - 2 x rate: "
    "below -1 it climbs.",
)

# %% [markdown]
# A network has many thousand weights. We take R2.simple, a small network from R2, a student's report that this course checks,
# and one batch. From the same start it makes one step with many rates, and then 30 steps. **Adam**, the optimiser of its
# recipe, also divides each step by the size of recent gradients, so its rates are other ones.

# %%
pictures = DataConfig(name=data.name, limit=limit or None)
_, split = parts(data, pictures)
batch = data.images[split.train[:32]]
labels = data.labels["class"][split.train[:32]]


def ready(optimizer: keras.optimizers.Optimizer) -> keras.Model:
    network = models.build("R2.simple", data.images.shape[1:], len(classes))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(optimizer=optimizer, loss=loss, jit_compile=False)
    return network


networks = {"SGD": ready(keras.optimizers.SGD()), "Adam": ready(keras.optimizers.Adam())}


# %% tags=["open"]
def loss_after(steps: int, network: keras.Model, rate: float, start: list) -> float:
    """Return the loss of the batch after some steps with this rate, from the weights `start`."""
    network.set_weights(start)
    for variable in network.optimizer.variables:
        variable.assign(keras.ops.zeros_like(variable))  # Adam forgets the steps before
    network.optimizer.learning_rate = rate
    for _ in range(steps):
        network.train_on_batch(batch, labels)
    return float(network.test_on_batch(batch, labels))


# %%
lines = {
    "one step of SGD": (1, "SGD", (0.03, 0.1, 0.3, 1.0, 2.0, 5.0)),
    "30 steps of SGD": (30, "SGD", (0.03, 0.1, 0.3, 1.0, 2.0)),
    "30 steps of Adam": (30, "Adam", (0.001, 0.003, 0.01, 0.03, 0.1)),
}
tried = []  # shut: afterwards every picture of the batch gets the same answer
for seed in range(seeds):
    keras.utils.set_random_seed(seed)
    start = keras.models.clone_model(networks["SGD"]).get_weights()  # fresh ones
    for line, (steps, name, tries) in lines.items():
        for rate in tries:
            loss = loss_after(steps, networks[name], rate, start)
            said = networks[name].predict_on_batch(batch)
            tried.append((seed, line, rate, loss, np.allclose(said, said[0], equal_nan=True)))
tried = pd.DataFrame(tried, columns=["seed", "group", "rate", "loss", "shut"])

# %%
guessing = np.log(len(classes))
above = " Arrows: above the axis." * bool(tried["loss"].max() > 1.15 * guessing)
crosses = " Crosses: every picture gets the same answer." * bool(tried["shut"].any())
single = tried["group"] == "one step of SGD"
panels = {"one step": tried[single], "30 steps": tried[~single]}

# %%
page.show(
    plots.responses(panels, 1.15 * guessing, guessing),
    alt=f"Loss of one batch by learning rate, after {', '.join(lines)}.",
    caption=f"One batch of {len(batch)} pictures, a mark for each of {seeds} starts. Lines join "
    "means of rates that shut no start. Each panel has its own scale. Guessing gives a loss of "
    f"{guessing:.2f}.{above}{crosses}",
)
page.say(first_steps.told_steps(tried))

# %% [markdown]
# A single long step can lower the loss; many of them in a row jump to and fro, and can shut a network for good. A **ReLU** puts
# zero in place of every negative number. A unit that gives zero for every picture gets no gradient, and so almost never
# recovers. If all units of a layer are shut, nothing of the picture gets through, and every picture gets the same answer.
# More steps do not mend that: begin anew, with a lower rate. We look into the network after 30 steps:

# %%
shares = {}
usual = (first_steps.lowest(tried)["30 steps of SGD"] or [0.03])[0]
for name, rate in (("SGD", usual), ("SGD", 2.0), ("Adam", 0.1)):
    loss_after(30, networks[name], rate, start)  # the last start
    second = [*relus.open_shares(networks[name], batch).values()][:2][-1]
    shares[f"{name} at {rate:g}"] = second, relus.shut(tried, f"30 steps of {name}", rate)
page.say(f"{relus.told_open(shares)} {relus.blind(labels, len(classes))}")

# %% [markdown]
# ## Which rate trains best?
# Now we train for all epochs. A **setting** is a rate and its schedule. **Constant**: the rate stays the same. **Cosine**
# (Loshchilov & Hutter 2017, arXiv 1608.03983): it falls from this rate along half a cosine wave, to almost nothing at the last
# step (Figure 4, left). A training **collapses** if in the end every picture gets the same class.

# %%
settings = search.over_rates(system, pictures, epochs, schedules, {*rates, low, high})
optimiser = search.optimiser(settings[f"{schedules[0]} {high:g}"].optimizer)
axes, answer = ("learning_rate", "starting rate"), ("val_accuracy", "validation accuracy")
page.say(f"The network is {system}. As in its recipe, the optimiser is {optimiser}.")

# %% [markdown]
# **Your guess, before you run on:** which constant rate trains best?

# %%
guess = None  # e.g. 0.001: the rate that you expect to have the highest validation accuracy

# %%
trained = runs.grid(settings, seeds, data)
page.record(runs.flat(trained))
table = runs.by_rate(trained)
table["collapsed"] = [len(np.unique(run.predicted("val"))) == 1 for run in runs.flat(trained)]
whole = by_rates.trained(table)  # settings of which no training collapsed
table["marked"] = table["system"].isin(by_rates.tops(whole, "val_accuracy"))

# %%
drawn = table.assign(val_accuracy=table["val_accuracy"].mask(table["collapsed"]))
lost, every = by_rates.told_lost(table), lambda shares: shares.mean(skipna=False)
crosses = f" Crosses, at the lower edge: collapsed ({lost})." if lost else ""
page.show(
    plots.response(drawn, *axes, *answer, apart=0.16, middle=every, hollow=True, height=3.3),
    alt=f"Validation accuracy by learning rate, one line each for {', '.join(schedules)}.",
    caption=f"A mark is one training.{crosses} Lines: means where none collapsed. "
    "Hollow: each schedule's best.",
    thumbnail=True,
)
best = comparison.best(whole[whole["group"] == whole["group"].iloc[0]], answer[0])
page.guess(guess, float(best.split()[-1]), f"the best {schedules[0]} rate")

# %% [markdown]
# At the left of such a **response curve** the rate is too small: the epochs run out before training is done. At the right it is
# too large: the network jumps to and fro, or shuts. Look for the best rate between them. A mean that includes a collapsed
# training means nothing, so we leave such settings out of all comparisons below.
#
# ## Does accuracy jump at a high rate, and does cosine help?
# How do we measure a jump? The **falls** are what validation accuracy loses whenever it drops from one epoch to the next,
# added up. A steady climb has none, however fast it is. We compare a high rate, ten times the usual one of Adam, with a low one,
# a tenth of it, and with one that starts high and falls. We set both before training, so the high one may still be good.

# %%
names = [f"{schedules[0]} {low:g}", f"{schedules[0]} {high:g}", f"{schedules[-1]} {high:g}"]
curves = {name: runs.histories(trained)[name] for name in names}  # one name twice counts once
page.show(
    plots.rates_and_falls(curves, *answer, plots.setting_colours(curves, schedules)),
    alt=f"Learning rate, and validation accuracy of each seed by epoch: {'; '.join(curves)}.",
    caption="A line is one training, red where accuracy falls. In the titles: the sum of its "
    "falls, a mean over seeds. The high rate has one scale. Left: the rate, as an epoch starts.",
)

# %%
chosen = table[table["system"].isin(names)]
page.say(by_rates.told_falls(chosen, names[1], names[0]))
sound = by_rates.trained(table, "learning_rate")  # rates at which no training collapsed
page.say(by_rates.told_help(by_rates.minus(sound, "val_accuracy", schedules[0])))

# %% [markdown]
# ## Is the chosen setting clearly better?
# Of the settings that trained with every seed we choose the one with the highest mean validation accuracy. Only now do we look
# at the test pictures, and compare it with the next three.

# %%
winner = comparison.best(whole, "val_accuracy")
means = comparison.summarise(whole, "val_accuracy").set_index("system")["mean"]
finalists = whole[whole["system"].isin({winner, *means.nlargest(4).index})]
page.say(f"We choose **{winner}**. Is it clearly better?")
behind = rivals.beside(finalists, "test_accuracy", winner)
page.table("rivals", behind, f"Test accuracy of the next best settings, minus that of {winner}")

# %% [markdown]
# The **p value** says how often chance alone would make two equally good settings differ so much; below 5% we call a difference
# clear. But three comparisons are three chances of a false alarm. So **Holm's correction** asks more: of three, the smallest p
# value has to be below a third of 5%, and only then may the next be below half of 5%. So an interval can miss zero, and the difference is still not clear.
#
# ## At full length
# The kit comes with runs on all real pictures: R2.simple with six constant rates, and R2.optimised with five rates, constant and
# with cosine. R2.optimised is larger. It also has **batch normalisation**: in every batch, what goes into a ReLU gets mean 0 and
# spread 1 (two learnt numbers can then move it). So some of it is above zero, and a ReLU hardly shuts.

# %%
full, rows = search.rates("R2.optimised")
plain, plain_rows = search.rates("R2.simple")
tops, plain_tops = (by_rates.tops(each, "val_accuracy") for each in (full, plain))
top, row = (plain_tops[0], plain_rows[0]) if system == "R2.simple" else (tops[0], rows[0])
found = by_reference.at_full_length(rows, "test_accuracy")

# %%
both, tested = {"R2.optimised": full, "R2.simple": plain}, ("test_accuracy", "test accuracy")
for each in both.values():
    each["marked"] = each["system"].isin(by_rates.tops(each, "val_accuracy"))
every_line = [own.assign(group=f"{name}, " + own["group"]) for name, own in both.items()]
every_line = pd.concat(every_line, ignore_index=True)
page.show(
    plots.response(every_line, *axes, *tested, apart=0.1, hollow=True, height=3.4),
    alt="Test accuracy by learning rate at full length, constant and with cosine.",
    caption=f"Of R2.optimised {found.seeds} a setting, of R2.simple {plain['seed'].nunique()}. "
    "Hollow: each line's best on validation.",
)

# %%
large = "a larger network (R2.optimised)"
cost = rivals.told_cost(full[full["group"] == "constant"], "test_accuracy", tops[0])
near = by_rates.told_best(by_rates.trained(full), "val_accuracy")
also = by_rates.told_highest(plain, "R2.simple") if system == "R2.simple" else ""
page.results["full_length"] = f"{by_rates.told_limit(full, large)} {cost} {also}".strip()
on_rates = found.judged[found.judged["id"].str.startswith("R2.rate.")]

# %%
between = comparison.against(full[full["marked"]], "test_accuracy", tops[0])
page.say(
    f"R2.optimised: within 0.3 points of their own schedule's best on validation are {near}. "
    f"On the test pictures, of the best of each schedule, {rivals.one_better(between, tops[0])}."
)
page.say(search.elsewhere(top, carried.of_row(row)[0], best, trained[best][0]))

# %% [markdown]
# *An explanation, not a result:* a rate that falls ends with short steps, so a high one can settle. A low one is already too
# small, and falling makes it smaller still.
#
# R2 compares a high rate with a low one, but names neither. We take the same two as above.

# %%
beside = "What R2 says, and our runs of R2.optimised at full length: high is 0.01, low 0.0001. "
beside += "Late change: the largest between two epochs of the second half"
page.table("claims_reference", on_rates, beside, shown=by_rates.in_words(on_rates))
if claims.comparable(data.name, limit, epochs) and system == "R2.optimised":
    roles = {names[0]: "low learning rate", names[1]: "high learning rate"}
    judged = page.claims(chosen.replace({"system": roles}), True)

# %% [markdown]
# ## What we found

# %%
small = "our small network (R2.simple)" if system == "R2.simple" else system
ends = by_rates.minus(by_rates.trained(full, "learning_rate"), "test_accuracy", "constant")
page.conclude(
    "A learning rate means little by itself: say for which optimiser, schedule and number of "
    f"steps. {by_rates.spared(table, full, small, plain if also else None)}".strip(),
    f"At full length, beside a constant rate, {by_rates.told_ends(ends)}.",
    answer=f"{by_rates.told_limit(table, small)} {by_rates.told_winner(whole, winner)}",
    sure=f"The best setting is chosen with {comparison.seeds(seeds)} on {len(split.validation):,} "
    f"validation pictures. {rivals.how_sure(finalists, 'test_accuracy', winner)}",
)

# %% [markdown]
# **How to choose a rate.** (1) Train with a few rates, each 3 to 10 times the one before. (2) Throw away those that collapse
# with any seed. (3) Take the best one on validation. If it is an end of your list, try further ones. (4) Let it fall, unless it is
# low already.
#
# ## Your turn
# 1. Add `"one-cycle"` (Smith & Topin 2018, arXiv 1708.07120) to `schedules`. At which rate is it best, and is it better there?
#
# *Your answer:*
#
# 2. After what share of the steps has cosine fallen below a tenth of its starting rate?
#
# *Your answer:*
#
# 3. In the first section, write `"R2.optimised"` in place of `"R2.simple"`. Do its ReLUs shut at the highest rate?
#
# *Your answer:*

# %% tags=["solution"]
cosine = OptimizerConfig(learning_rate=1.0, schedule="cosine")
share = np.array([learning_rate(cosine, step, 10, epochs=10) for step in range(100)])
page.say(
    f"Task 2: after **{(share >= 0.1).sum()}** of 100 steps. Tasks 1 and 3: run all again."
)

# %% [markdown]
# **My conclusion.** *In two sentences of your own: how would you choose a learning rate, and would you let it fall?*

# %% [markdown]
# ## Questions
# 1. Somebody calls a rate "low" that lies in the middle of our grid. Why can their curve look like our best one?
# 2. Why can a loss near the natural logarithm of the number of classes be worse news than a loss that jumps?
# 3. Why does the best rate depend on the number of epochs?

# %%
page.save()
