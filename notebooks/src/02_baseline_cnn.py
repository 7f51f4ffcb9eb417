# %% [markdown]
# # 02 · How far does a plain network get?
# We build a plain network in Keras, train the plain networks of two student reports, R2 and R3, whose claims this course checks,
# and compare them with methods that use no network.
#
# **You will learn** to build and train a network in Keras, to judge a number by its baselines, and to say how sure you are
# of it.\
# **You need** notebook 00.\
# **Time** 30 minutes with its exercises; the quick profile runs in less than a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
systems: list = ["R2.simple", "R3.initial"]  # the plain networks of student reports R2 and R3
limit: int = 3000  # pictures for training and validation together; 0: all
epochs: int = 8  # passes over the training pictures; report R3 makes 20
batch_size: int = 32  # pictures per step; report R2's value, and Keras's default
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd
from scipy import stats

from lib import claims, notebook, plots, runs
from lib.base.backend import keras
from lib.claims import by_reference, reports
from lib.config import DataConfig, RunConfig
from lib.data.parts import parts
from lib.evaluation import beside_baselines, comparison, metrics, picture_by_picture

page = notebook.start("02_baseline_cnn", globals())
layers = keras.layers
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## What must a network beat?
# The network learns from the **training** pictures. We choose between networks with the **validation** pictures. The **test**
# pictures are used once, at the end.

# %%
pictures = DataConfig(name=data.name, limit=limit or None)
prepared, split = parts(data, pictures)
page.say(
    f"{len(split.train):,} training, {len(split.validation):,} validation and "
    f"{len(split.test):,} test pictures."
)

# %% [markdown]
# Three **baselines** need no network. The first always answers the most frequent class. The second is a linear model on the
# pixels. The third gives the label of the most similar training picture. A network that does not beat all three is not worth
# the trouble. So on the test pictures we hold it against the one that does best there, the **best baseline**. (We must not
# choose a network by test pictures. Its opponent we may: that only makes the network's task harder.)
#
# **Your guess, before you run on:** what share of the pictures does the linear model get right?

# %%
guess = None  # e.g. 0.5: your guess, as a share

# %%
called = {
    "anchor.majority": "always the same class",
    "anchor.linear": "a linear model",
    "anchor.nearest": "the most similar picture",
}
anchors = runs.grid({name: RunConfig(system=name, data=pictures) for name in called}, 1, data)
baselines = runs.tabulate(anchors)[["system", "val_accuracy"]].replace(called)
pairs = baselines.to_numpy()
told = ", ".join(f"{name} {comparison.figure(accuracy, '.1%')}" for name, accuracy in pairs)
page.say(f"The numbers to beat, on the validation pictures: {told}.")
page.table("baselines", baselines, "The baselines, on validation pictures", fold=True)
page.guess(guess, baselines["val_accuracy"].iloc[1], "the linear model")

# %% [markdown]
# ## How is a network built and trained?
# Convolutions look for patterns. Each is followed by a pooling, which halves height and width. Two dense layers turn what was
# found into one **logit** for each class: the larger it is, the more the network believes in this class. R2.simple, the plain
# network of R2, has two convolutions. R3.initial, that of R3, has three.


# %% tags=["open"]
def plain(filters: list, dense: int) -> keras.Sequential:
    """Return a network with a convolution for each number of filters."""
    network = keras.Sequential([keras.Input(data.images.shape[1:]), layers.Rescaling(1 / 255)])
    for number in filters:
        network.add(layers.Conv2D(number, 3, padding="same", activation="relu"))
        network.add(layers.MaxPooling2D())
    network.add(layers.Flatten())
    network.add(layers.Dense(dense, activation="relu"))
    network.add(layers.Dense(len(classes)))
    return network


# %% [markdown]
# `compile` says how the network learns: cross-entropy measures how wrong the logits are, and Adam changes the weights so that
# this loss falls. `fit` goes through the training pictures, here twice.

# %% tags=["open"]
keras.utils.set_random_seed(0)
simple = plain([16, 32], dense=64)  # R2.simple
simple.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
    jit_compile=False,  # on a CPU these networks train faster without it
)

# %% tags=["open"]
labels = data.labels["class"]
past = simple.fit(
    data.images[split.train], labels[split.train], batch_size=batch_size, epochs=2, verbose=2,
    validation_data=(data.images[split.validation], labels[split.validation]),
)  # fmt: skip

# %%
stations = [("picture", data.images.shape[1:], 0)]
for layer in simple.layers[1:]:  # the first one divides by 255
    stations.append((type(layer).__name__, layer.output.shape[1:], layer.count_params()))
(inputs, outputs), most = simple.layers[-2].kernel.shape, simple.layers[-2].count_params()
told = f"{most:,} of its {simple.count_params():,} weights"
page.show(
    plots.chain([(name.removesuffix("2D"), shape, number) for name, shape, number in stations]),
    alt=f"R2.simple from the picture to the logits, layer by layer; {told} are in one dense layer.",
    caption="R2.simple: the shape after each layer: height × width × maps (one for each filter). "
    "Blue: has weights; orange: has most of them.",
)
page.say(
    f"R2.simple has {told} in its first dense layer: {inputs:,} × {outputs}, one for each pair of "
    f"an input and an output, and {outputs} more, one for each output."
)

# %% [markdown]
# ## How far do they get, and how sure are we?
# Training is partly chance: other random numbers give another network. So we train each network several times, each time with
# another **seed**, the number that starts the random numbers. The kit trains as the code above does, and saves each network.

# %%
usual = {"data": pictures, "epochs": epochs, "batch_size": batch_size}
settings = {system: RunConfig(system=system, **usual) for system in systems}
trained = runs.grid(settings, seeds, data)
page.record(runs.flat(anchors, trained))
beat = {called[name]: anchors[name][0].metrics["val_accuracy"] for name in list(called)[1:]}
panels = plots.learning(runs.histories(trained), ("loss", "accuracy"), beat)

# %%
page.show(
    plots.in_a_row(panels, height=3.3, turns="val_loss", outside=True), thumbnail=True,
    alt=f"Loss and accuracy by epoch of {', '.join(trained)}: training and validation.",
    caption="Lines are means over seeds, bands span all seeds. A triangle marks where the "
    "validation loss of a training is lowest. Dotted: baselines, on validation pictures. "
    f"{'What lies far off in the first epoch is cut off.' * (epochs > 2)}",
)  # fmt: skip

# %% [markdown]
# The dashed line is what Keras prints while it trains: an average over the whole epoch, while the network was still changing.
# The other training line is measured after the epoch, so this is the line to compare with the validation line. A network
# **overfits** when its training loss keeps falling but its validation loss starts to rise.

# %%
table = runs.tabulate(trained)
page.say(beside_baselines.overfitting(table, epochs))

# %% [markdown]
# Now the test pictures. Each network was tested once, after its last epoch. Beside this run stand trainings at full length: on
# all real pictures, as long as the reports trained, with several seeds. They come with the kit. There are two larger networks
# among them: R2.optimised of notebook 03, and `fast`, a network of our own.

# %%
two = ["R2.simple", "R3.initial"]
means = comparison.summarise(runs.tabulate(anchors | trained), "test_accuracy").replace(called)
full = by_reference.at_full_length(
    ["anchor.linear", "anchor.nearest", *two, "R2.optimised", "fast"], "test_accuracy"
)
panels = {"test accuracy here": (means.iloc[1:], ".1%")}
if full.missing:
    page.say(f"Not run yet at full length: {', '.join(full.missing)}.")
else:
    named = full.means.replace(called)
    panels["test accuracy at full length"] = (named, ".1%")

# %%
page.show(
    plots.numbered(panels, absent="not trained here"),
    alt=" ".join(
        f"{axis}: {comparison.told_means(rows)}." for axis, (rows, _) in panels.items()
    ),
    caption="Each side has its own scale. Bars and brackets: 95% intervals. Grey: baselines. "
    f"Here: {len(split.test):,} test pictures. At full length: {full.length or 'not run yet'}.",
)
page.table("test_accuracy", means, f"Test accuracy: {comparison.SUMMARISED}", fold=True)
if not full.missing:
    similar = [
        rows.set_index("system").loc[called["anchor.nearest"], "mean"]
        for rows in (means, named)
    ]
    page.say(beside_baselines.more_pictures(*similar, few=bool(limit)))

# %% [markdown]
# A **95% interval** shows how far chance could have moved the mean, judged by how much the trainings differ. It is the mean, plus
# or minus a margin: the spread of the trainings, divided by the root of their number, times a factor (Student's t) that is large
# where there are few trainings. We take the network with the highest validation accuracy: a rule is needed, even where the next
# one is nearly as good. We call a difference **clear** if its 95% interval leaves out zero (each of several has to pass a
# stricter test, see notebook 05).

# %% tags=["open"]
best = comparison.best(table, "val_accuracy")  # the network with the highest mean
each = table.loc[table["system"] == best, "test_accuracy"].dropna()
margin = stats.t.ppf(0.975, len(each) - 1) * each.std() / len(each) ** 0.5

# %%
page.say(beside_baselines.worked(best, each))
page.say(beside_baselines.two_doubts(each, margin, len(split.test)))

# %% [markdown]
# Is one network better than the other? They share seeds and pictures, so we subtract seed by seed. If the interval of these
# differences includes zero, we cannot tell which one is better; more seeds might.

# %%
rival = beside_baselines.rival(means, called)
(opponent,) = (name for name, words in called.items() if words == rival["system"])
difference = comparison.against(table, "test_accuracy", systems[0])
page.say(beside_baselines.told_points(difference, systems[0]))
if claims.comparable(data.name, limit, epochs):
    judged = page.claims(table, True)  # what the reports print about these networks

# %% [markdown]
# ## Which pictures go wrong?
# We lay the answers of all trainings beside the labels, and those of the best baseline.

# %% tags=["open"]
positions, truth, _ = trained[best][0].predictions("test")  # places in the data, labels, logits
answers = pd.DataFrame({run.config.seed: run.predicted("test") for run in trained[best]})
wrong = answers.ne(truth, axis="index")  # a column for each seed
baseline_right = anchors[opponent][0].predicted("test") == truth
always = np.flatnonzero(wrong.all(axis="columns"))  # wrong in every training

# %%
right = ~wrong.iloc[:, 0].to_numpy()
page.say(beside_baselines.on_the_same(best, right, called[opponent], baseline_right))
some = always[:8]
page.show(
    plots.pictures(data.images[positions[some]], columns=8, size=10, titles=[
        f"{classes[answers.iloc[k, 0]]}?\n{classes[truth[k]]}" for k in some
    ]),
    alt=f"{len(some)} test pictures that every training of {best} got wrong.",
    caption=f"{len(some)} of the {len(always):,} test pictures that every training of {best} got "
    "wrong. Top: the first training's answer. Bottom: the label. Would you have got them right?",
)  # fmt: skip
page.say(picture_by_picture.about_labels(data, positions[some]))

# %% [markdown]
# ## Which classes are taken for another one?

# %%
matrices = [metrics.confusion(truth, answers[seed].to_numpy(), classes) for seed in answers]
added = f"({best}, {comparison.seeds(len(matrices))})."
page.show(
    plots.confusion(sum(matrices), flat=True), alt=f"Confusion matrix {added}",
    caption=f"Blue: mistakes {added} {picture_by_picture.told_pair(matrices)}",
)  # fmt: skip

# %% [markdown]
# This **confusion matrix** adds up all trainings, so that no lucky or unlucky one decides. A row is a label.
#
# ## At full length
# R2 and R3 trained each network once. A **number** that they print *holds* if it lies in the range where 95% of single trainings
# would end (*one more run*) and this range is narrow: at most one point of accuracy, or a tenth of the claimed loss, to each side.
# In a wider range it is *not resolvable*, outside *contradicted*. A **direction** ("lower"), a limit ("at least") or a range
# ("from ... to") holds if the 95% interval of our mean, or of our difference, lies wholly inside it, and is contradicted if
# wholly outside.

# %%
if not full.missing:
    own = full.judged[full.judged["system"].isin(two)]
    said = own[~own["verdict"].str.startswith("not judged")]
    shown = beside_baselines.to_read(reports.read(said))
    sign = beside_baselines.other_sign(runs.carried.of_row("R3.initial"))
    page.say(f"{by_reference.tally(said)} {by_reference.unjudged(own)} {sign}")
    about = "What R2 and R3 claim; training loss and accuracy as Keras prints them (dashed)"
    about += ", but measured again where the validation accuracy is subtracted"
    page.table("claims_reference", own, about, shown=shown)

# %%
if not full.missing:
    ours = full.runs[full.runs["system"].isin(two)]
    strongest, start = comparison.best(ours, "val_accuracy"), "On all real pictures, the plain"
    most = beside_baselines.rival(named, called)
    found = beside_baselines.answer(ours, strongest, most["mean"], most["system"], start, True)
    length = full.means.set_index("system")["mean"]
    also = [f"{name} gets {length[name]:.1%}" for name in two if name != strongest]
    page.results["full_length"] = f"{found} {also[0]}, our own larger one {length['fast']:.1%}."
    won = pd.Series({strongest: length[strongest], "our larger network": length["fast"]})
    left = beside_baselines.left_open(won, most["mean"])
start = "The plain" if best in two else "The"

# %% [markdown]
# ## What we found

# %%
page.conclude(
    *([] if full.missing else [left]),
    "Before you are proud of an accuracy, ask what a method without a network gets.",
    sure=beside_baselines.sure(table, best, rival["mean"], difference),
    answer=beside_baselines.answer(table, best, rival["mean"], rival["system"], start),
)

# %% [markdown]
# ## Your turn
# 1. Set `seeds` to 5 in the parameters cell. How wide is the 95% interval of the mean now, in percentage points?
#
# *Your answer:*
#
# 2. On how many test pictures is the network right where the label of the most similar picture is wrong? (Put
#    `opponent = "anchor.nearest"` on top of the cell that begins with `positions`.)
#
# *Your answer:*
#
# 3. Build R3.initial, `plain([16, 32, 64], dense=128)`, without its last convolution **and pooling**. Why more weights?
#
# *Your answer:*

# %% tags=["solution"]
also_wrong = anchors["anchor.nearest"][0].predicted("test") != truth
before, after = (plain(each, 128).count_params() for each in ([16, 32, 64], [16, 32]))
page.say(
    f"Task 2: {int((right & also_wrong).sum()):,} (first seed). Task 3: {before:,} "
    f"and {after:,}: a larger map is flattened, so the first dense layer has more weights."
)

# %% [markdown]
# **My conclusion.** *In two sentences of your own: how far does a plain network get on these pictures, and how sure are you?*

# %% [markdown]
# ## Questions
# 1. Why is the training loss that Keras prints often higher than the one measured again?
# 2. Why must you not choose the epoch by its test accuracy?
# 3. A report prints one accuracy, after one training. What else would you need to know?

# %%
page.save()
