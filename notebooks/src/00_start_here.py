# %% [markdown]
# # 00 · What can a network learn in a minute?
# Checks that everything is there, trains a first network in plain Keras, looks at what it says, and shows the way from here.
#
# **You will learn** to build, train and question a network in fifteen lines; which notebook answers which question.\
# **You need** nothing.\
# **Time** 15 minutes with its exercises; it runs in under a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had, else synthetic garments
limit: int = 5000  # pictures for training and validation together; 0: all
epochs: int = 5  # passes over the training pictures
mine: list = []  # files of your own pictures of clothes, such as ["../shirt.jpg"]

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
from lib.predict import examples, for_figure, look, words

page = notebook.start("00_start_here", globals())
layers = keras.layers
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## Is everything there?
# The same list as `lookbook check` prints. A line that is not ok says what to do about it.

# %%
checks = pd.DataFrame(checkup.check())
missing = ", ".join(checks.loc[~checks["ok"], "what"])
absent = data.name.startswith("garments")
ready = (
    f"Everything is there{', except the real pictures: drawn ones stand in' if absent else ''}."
)
ready = f"See to this first: {missing}." if missing else ready
checks["ok"] = checks["ok"].map({True: "yes", False: "NO"})

# %%
page.table("checks", checks, ready, fold=not missing)

# %% [markdown]
# ## What does a first network learn?
# Each picture shows one piece of clothing. The network gets the picture, and has to name the class. One that has learnt its
# pictures by heart knows nothing about new ones. So it learns from the **training** pictures, and is examined on **validation**
# pictures that it has never seen.

# %%
images, labels = data.images, data.labels["class"]
_, split = parts(data, DataConfig(name=data.name, limit=limit or None))
train, new = split.train, split.validation

# %%
there, first = np.unique(labels[train], return_index=True)
page.show(
    plots.pictures(images[train[first]], [classes[each] for each in there], columns=5),
    alt=f"One picture of each class: {', '.join(classes)}.",
    caption="One picture of each class.",
)

# %% [markdown]
# Two convolutions look for patterns. Each is followed by a pooling, which halves height and width. A dense layer weighs what
# they found, and gives every class a number: the higher, the likelier.

# %% tags=["open"]
keras.utils.set_random_seed(0)
network = keras.Sequential([
    keras.Input(images.shape[1:]),
    layers.Rescaling(1 / 255),
    layers.Conv2D(16, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Conv2D(32, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Flatten(),
    layers.Dense(len(classes)),
])  # fmt: skip

# %% [markdown]
# `compile` sets the loss and the optimiser; later notebooks explain both.

# %%
network.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
    jit_compile=False,  # on a CPU so small a network trains faster without it
)

# %% [markdown]
# **Your guess, before you run on:** which share of the new pictures will it name rightly? Write a number from 0 to 1 in place
# of `None`, and the report shows it beside the result.

# %%
guess = None  # such as 0.5

# %%
begin = time.perf_counter()
past = network.fit(
    images[train],
    labels[train],
    epochs=epochs,
    validation_data=(images[new], labels[new]),
    verbose=2,
)
seconds = time.perf_counter() - begin

# %% [markdown]
# A program that always names the most frequent class is sometimes right, too. What the network gets right beyond that, it has learnt.

# %%
accuracy = past.history["val_accuracy"][-1]
frequent = np.bincount(labels[train]).argmax()
chance = float((labels[new] == frequent).mean())
page.guess(guess, accuracy, "the share of new pictures that it names rightly")
page.say(
    f"Right: **{accuracy:.0%}** of {len(new):,} new pictures; always saying "
    f"*{classes[frequent]}*: {chance:.0%}."
)

# %% [markdown]
# ## What does it say of nine new pictures?
# `predict` gives the numbers of each class, and `softmax` turns them into probabilities, which add up to 1. Look at the sure
# answers that are wrong: could you have told?

# %%
nine = new[:9]
found = keras.ops.convert_to_numpy(keras.ops.softmax(network.predict(images[nine], verbose=0)))
said = [f"{classes[row.argmax()]}, {row.max():.0%}" for row in found]
titles = [
    f"{each}\n(is: {classes[label]})" for each, label in zip(said, labels[nine], strict=True)
]

# %%
page.show(
    plots.pictures(images[nine], titles, columns=9),
    alt="Nine new pictures: " + "; ".join(titles).replace("\n", " ") + ".",
    caption="What the network says of pictures that it has not seen, and how sure it is.",
    thumbnail=True,
)

# %% [markdown]
# ## And what of a picture of your own?
# Here a network answers that was trained for minutes, not seconds, on all real pictures of Fashion-MNIST; the kit carries it.
# Name a file in `mine` above, or type `lookbook predict FILE`. Without one, you see a drawn T-shirt.

# %%
drawn = dict(list(examples().items())[:1])
answers = look(mine or drawn)
page.show(
    plots.answers(**for_figure(answers)),
    alt="; ".join(f"{one.name}: {one.answer}" for one in answers),
    caption="As it is; as the network saw it; a heat map: which parts of the picture spoke for its "
    "answer (red), or against it (blue).",
)
page.say(" ".join(words.outside(one) for one in answers))

# %% [markdown]
# ## Where do I go from here?
# Begin with 01, 02 and 03. From then on take what you are curious about. Times are those of the last reports on this computer:
# a training is never repeated, so a notebook's second report takes much less.

# %%
page.table(
    "times", timing.last_reports(), "The notebooks, and how long their last reports took"
)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    f"In {seconds:.0f} seconds a network with {network.count_params():,} weights learnt enough to "
    f"name {accuracy:.0%} of new pictures correctly; a program that always gives the same "
    f"answer gets {chance:.0%}.",
    ready,
    sure="one training, so a second one may differ; notebook 02 says by how much",
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
    "Task 1: compare `accuracy` with `val_accuracy` in the lines that `fit` prints. Task 2: with "
    "less pooling the dense layer gets more numbers, and it holds most of the weights."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: what did the network learn, and what did it not? They will appear in the report.*

# %% [markdown]
# ## Questions
# 1. Why is the accuracy on training pictures no answer to the question how good the network is?
# 2. What does a probability of one half mean, if ten classes are possible?
# 3. Why can a network be sure of an answer about a picture of something that it has never learnt?

# %%
page.save()
