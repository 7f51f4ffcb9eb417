# %% [markdown]
# # 00 · What can a network learn in a few seconds?
# This notebook checks the installation, trains a first network in plain Keras, looks at what it says, and shows
# the way from here.
#
# **You will learn** to build and train a network in about twenty lines, to ask it questions, and where to find things in
# this course.\
# **You need** some Python, and an idea of what a convolution is.\
# **Time** 15 minutes with its exercises; it runs in under a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
limit: int = 5000  # pictures for training and validation together; 0: all
epochs: int = 5  # passes over the training pictures
mine: list = []  # your own pictures of clothes: names of files, such as ["../shirt.jpg"]

# %% [markdown]
# ## Set-up

# %%
import time

import numpy as np
import pandas as pd

from lib import notebook, plots
from lib.base.backend import keras
from lib.config import DataConfig
from lib.course import checkup, timing
from lib.data.parts import parts
from lib.evaluation import metrics, picture_by_picture, statistics
from lib.predict import examples, for_figure, look, words
from lib.runs import carried

page = notebook.start("00_start_here", globals())
layers = keras.layers
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## What does a first network learn?
# Each picture shows one piece of clothing. The course uses **Fashion-MNIST**, 70,000 small grey photographs of clothes in ten
# classes. The network gets the picture and has to name the class. A network that has memorised
# its pictures may know nothing about new ones. So it learns from the **training** pictures, and is measured on others, the
# **validation** pictures. (A third part, the test pictures, comes in notebook 02.) `data` holds all pictures. `parts` is ours: it
# divides them at random and says which belong to which part.

# %%
checks = pd.DataFrame(checkup.check())
missing = ", ".join(checks.loc[~checks["ok"], "what"])
absent = " The photographs are not here, so we use pictures that a program draws."
ready = f"All checks passed.{absent if data.name.startswith('garments') else ''}"
ready = f"See to this first: {missing}." if missing else ready
checks["ok"] = checks["ok"].map({True: "yes", False: "NO"})
page.say(ready)
page.table("checks", checks, "All checks", fold=not missing)

# %% tags=["open"]
images, labels = data.images, data.labels["class"]  # NumPy arrays: pixels, number of the class
_, split = parts(data, DataConfig(name=data.name, limit=limit or None))
train, new = split.train, split.validation  # numbers of rows

# %%
copies = picture_by_picture.told_copies(images, train, new)
page.say(
    f"The array of all pictures has the shape {images.shape}: pictures, rows, columns, colours. "
    f"Of these we use {len(train):,} for training and {len(new):,} for validation; the others, "
    f"test pictures among them, we leave aside. {copies}"
)
first = [np.flatnonzero(labels == number)[0] for number in np.unique(labels)]  # of each class
page.show(
    plots.pictures(images[first], [classes[label] for label in labels[first]], columns=10),
    alt=f"One picture of each class: {', '.join(classes)}.",
    caption="One picture of each class.",
)

# %% [markdown]
# `Rescaling` turns pixels from 0 to 255 into numbers from 0 to 1. Two convolutions look for patterns. Each is followed by a
# pooling, which halves height and width (rounded down). A dense layer weighs what they found and gives each class a number,
# its **logit**: the higher, the more likely the class.

# %% tags=["open"]
keras.utils.set_random_seed(0)
network = keras.Sequential(
    [
        keras.Input(images.shape[1:]),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(len(classes)),
    ]
)

# %%
rows = [
    (type(each).__name__, str(each.output.shape[1:]), each.count_params())
    for each in network.layers
]
sizes = pd.DataFrame(rows, columns=["layer", "shape of its output", "weights"])
page.table("layers", sizes, f"The layers of the network: {network.count_params():,} weights")

# %% [markdown]
# `compile` says how the network learns: how its mistakes are counted (the loss) and how the weights are changed (the
# optimiser, here Adam). `fit` then goes through the training pictures, here several times; each time is an epoch.
#
# **Your guess, before you run on:** what share of the new pictures will it name correctly? Replace `None` by a number from 0 to
# 1; the report will show it next to the result.

# %%
guess = None  # e.g. 0.5

# %% tags=["open"]
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)  # not probabilities
network.compile(optimizer="adam", loss=loss, metrics=["accuracy"], jit_compile=False)
begin = time.perf_counter()
past = network.fit(
    images[train],
    labels[train],
    validation_data=(images[new], labels[new]),
    epochs=epochs,
    verbose=0,
)
seconds = time.perf_counter() - begin

# %%
course = pd.DataFrame(past.history).assign(epoch=range(1, epochs + 1))
grown = course["val_accuracy"]
frequent = np.bincount(labels[train]).argmax()
chance = float((labels[new] == frequent).mean())
named = {"accuracy": "training", "val_accuracy": "new pictures"}
page.show(
    plots.one_training(course, named, "accuracy"),
    alt="New pictures, epoch by epoch: " + ", ".join(grown.map("{:.0%}".format)) + ".",
    caption="What it gets right. New pictures: after each epoch. Training pictures: the mean over "
    "the epoch, while the network still changed.",
)

# %% [markdown]
# So the two lines are not measured at the same time. We measure the finished network on both parts again:

# %% tags=["open"]
_, seen = network.evaluate(images[train], labels[train], verbose=0)
_, accuracy = network.evaluate(images[new], labels[new], verbose=0)

# %%
low, high = statistics.wilson(round(accuracy * len(new)), len(new))  # its 95% interval
page.guess(guess, accuracy, "the share of new pictures that it names correctly")
more = picture_by_picture.told_more(grown, low, high, len(new))
page.say(
    f"In {seconds:.1f} seconds it has learnt to name **{accuracy:.0%}** of {len(new):,} new "
    f"pictures correctly, and {seen:.0%} of the training pictures. Of endlessly many new pictures "
    f"like these it would name {low:.0%} to {high:.0%} (95% interval: of 100 such ranges about 95 "
    f"hold the true share). {more}"
)

# %% [markdown]
# Which classes has it learnt? `predict` gives one number per class, and the largest one is the answer.

# %% tags=["open"]
logits = network.predict(images[new], verbose=0)
answers = logits.argmax(axis=1)
right = answers == labels[new]

# %%
counts = metrics.confusion(labels[new], answers, classes)
names = pd.Series([classes[label] for label in labels[new]], name="class")
shares = pd.Series(right, name="right").groupby(names).mean()
shares = shares.sort_values(ascending=False).reset_index()
shares["note"] = picture_by_picture.worst_notes(shares, counts)

# %%
page.show(
    plots.bars(shares, "class", "right", "share of new pictures that it gets right", chance),
    alt="; ".join(shares["class"] + shares["right"].map(" {:.0%}".format)),
    caption=f"The classes, best first. Dotted: always saying {classes[frequent]} ({chance:.0%}).",
)
page.say(picture_by_picture.told_both_ways(counts))

# %% [markdown]
# ## What does it say about single pictures?
# `softmax` turns the numbers into probabilities, which add up to 1. The largest says how sure the network is. Look at the mistakes
# of which it is most sure: would you have got them right? Or is the label wrong? Notebook 01 looks for such labels.

# %% tags=["open"]
probabilities = np.asarray(keras.ops.softmax(logits))
sure = probabilities.max(axis=1)  # how sure it is of its answer
wrong = np.flatnonzero(~right)
surest = wrong[np.argsort(-sure[wrong])][:8]  # of all mistakes

# %%
picked = np.concatenate([np.arange(min(8, len(new))), surest])
titles = [
    f"{classes[answers[k]]}, {sure[k]:.0%}\n(is: {classes[labels[new[k]]]})" for k in picked
]
mistaken = np.flatnonzero(~right[picked])
true = picture_by_picture.planted(data, new[picked])  # of labels planted wrong; else -1
planted = [] if true is None else np.flatnonzero(true >= 0)
first = int(right[:8].sum())
known = None if true is None else true[len(picked) - len(surest) :]
told = picture_by_picture.told_surest(sure[wrong], len(new), answers[surest], known)

# %%
page.show(
    plots.pictures(images[new[picked]], titles, 8, red=mistaken, orange=planted),
    alt="New pictures: " + "; ".join(titles).replace("\n", " ") + ".",
    caption="Upper row: the first new pictures. Lower row: the answers that differ from the label, "
    "the surest first. Red: the answer differs from the label."
    + " Orange: there the label itself is wrong; we planted it."
    * bool(len(planted)),
    thumbnail=True,
)
page.say(f"Of the first {min(8, len(new))} pictures it gets {first} right. {told}")

# %% [markdown]
# ## What about a picture of your own?
# For photographs we take a better network, named `fast`. It was trained for minutes, not seconds, on the real Fashion-MNIST, and
# comes with this course. Put the name of a file into `mine`, in the parameters cell at the top. Without one, it is asked about a drawn
# T-shirt and about a cup. A cup is none of its classes, but it cannot say *none of these*: its percentages always add up to 100 over
# the classes that it knows. `look` is ours: it makes a picture small, grey and light on dark, as those of Fashion-MNIST are, asks the
# network, and warns of pictures unlike those that it learnt from.

# %% tags=["open"]
cup = np.full((240, 240, 3), 255, "uint8")  # white paper
cup[70:190, 60:150] = cup[95:160, 150:185] = 160, 40, 40  # in red: the cup, and its handle,
cup[112:143, 150:168] = 255  # which has a hole
drawn = {"a T-shirt": examples()["T-shirt on white"], "a cup": cup}
looked = look(mine or drawn, network="fast", heat_maps=False)

# %%
page.say(" ".join(words.outside(one) for one in looked))

# %%
page.show(
    plots.answers(**for_figure(looked)),
    alt="; ".join(f"{one.name}: {one.answer}" for one in looked),
    caption="The picture, what the network gets, and its likeliest answers. Grey: be doubtful.",
)
real = np.mean([run.metrics["test_accuracy"] for run in carried.of_row("fast")])
page.results["full_length"] = (
    f"The kit's larger network fast, trained for minutes on all of the real Fashion-MNIST, names "
    f"{real:.1%} of its test pictures correctly."
)

# %% [markdown]
# In a terminal, `lookbook predict FILE` does the same, and `lookbook check` tells whether everything is installed.
#
# ## Where do I go from here?
# - **01** What is in the data, and what is wrong with it? Before you bring pictures of your own.
# - **02** How far does a plain network get? How sure a number is: all others need it.
# - **03** What does dropout change? Your first comparison of settings.
# - **12** What can you find out from a report without its code? How to read what others report.
#
# This one, 02, 03 and 12 take two hours, all fourteen about eight. Trainings are kept: a second run is quick.

# %%
reports = timing.last_reports()
page.table("times", timing.listed(reports), timing.caption(reports), fold=True)

# %% [markdown]
# ## What we found

# %%
apart = picture_by_picture.told_seen(seen, accuracy)
page.results["tables"]["measured"] = {"new": accuracy, "training": seen, "epochs": list(grown)}
page.conclude(
    picture_by_picture.told_range(shares),
    "Judge a network by pictures that it has not seen, and class by class.",
    answer=f"In {seconds:.0f} seconds a network with {network.count_params():,} weights learns to "
    f"name {accuracy:.0%} of {len(new):,} new pictures correctly. Always giving the same answer "
    f"would be right for {chance:.0%}. Of the training pictures it names {seen:.0%}: {apart}.",
    sure=f"Of endlessly many new pictures like these it would name {low:.0%} to {high:.0%} (95% "
    "interval). With another training it differs, too: notebook 02 shows how much.",
)

# %% [markdown]
# ## Your turn
# 1. Double `epochs` in the parameters cell and run all cells again. Does the accuracy on new pictures grow as much as that on
#    training pictures?

# %% [markdown]
# *Your answer:*

# %% [markdown]
# 2. Take out one of the two convolutions and its pooling. What happens to the number of weights, and why?

# %% [markdown]
# *Your answer:*

# %% tags=["solution"]
page.say(
    "Task 1: compare the two lines of the second figure. Task 2: it "
    "grows. With less pooling the dense layer gets more numbers, and most weights are there."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: what did the network learn, and what did it not learn? They will appear in the report.*

# %% [markdown]
# ## Questions
# 1. Why does the accuracy on training pictures not tell how good the network is?
# 2. What does a probability of one half mean, if ten classes are possible?
# 3. Why can a network be sure of an answer about a picture of something that it has never learnt?

# %%
page.save()
