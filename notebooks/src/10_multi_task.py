# %% [markdown]
# # 10 · Can one network answer several questions at once?
# We train a network that names the main category and the sub category of a product, and compare it with two networks that answer
# one question each.
#
# **You will learn** to build a network with two heads, to judge whether sharing helps, and to use two answers to find mistakes.\
# **You need** notebook 02, so that you know training in Keras and intervals over seeds.\
# **Time** 40 minutes including exercises; the quick profile runs in about two minutes.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto takes real products if they can be had, else synthetic ones
arguments: dict = {"width": 8, "blocks": [1, 1, 1]}  # a small ResNet; R5 has ResNet-34
limit: int = 1000  # pictures for training and validation together; 0: all
epochs: int = 6  # passes over the training pictures; R5 states none
batch_size: int = 32  # pictures per step; R5 states none
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd

from lib import notebook, plots, runs
from lib.base.backend import keras
from lib.config import DataConfig
from lib.data.parts import parts
from lib.evaluation import comparison, hierarchy, picture_by_picture
from lib.runs import carried
from lib.training import recipes

page = notebook.start("10_multi_task", globals(), colour=True)
data, layers = page.dataset, keras.layers

# %% [markdown]
# ## What are the two questions?
# A shop sorts each product twice: into a main category, and inside it into a sub category. The students of report R5 let
# one network answer both. Their pictures are not public, so we use other product pictures, and of these
# the four largest main categories.

# %%
main, sub = "masterCategory", "subCategory"  # the names of the two questions
targets = (main, sub)
four = tuple(data.classes.get(main, [])[:4])  # classes are sorted by their number of pictures
pictures = DataConfig(
    name=data.name,
    validation=0.15,
    limit=limit or None,
    target=main,
    more_targets=(sub,),
    keep={main: four},
    stratify=sub,
)

# %%
seen, divided = parts(data, pictures)
classes = {name: np.array(seen.classes[name]) for name in targets}
of_four = np.flatnonzero(
    seen.labels[main] >= 0
)  # positions of the pictures of these categories
sorting = pd.DataFrame({name: classes[name][seen.labels[name][of_four]] for name in targets})

# %%
largest = sorting.value_counts().reset_index().groupby(main).head(4)
first = sorting.assign(position=of_four).drop_duplicates(targets)  # one picture of each pair
first = largest.sort_values(main, kind="stable").merge(first)
page.show(
    plots.pictures(
        data.images[first["position"]], (first[main] + ":\n" + first[sub]).tolist(), columns=8
    ),
    alt=f"One picture of each of these sub categories: {', '.join(first[sub])}.",
    caption="The largest sub categories of each main category, one picture of each.",
    thumbnail=True,
)

# %%
shares = [sorting[target].value_counts(normalize=True) for target in targets]
twice = (sorting.drop_duplicates().groupby(sub).size() > 1).sum()
page.say(
    f"There are {len(shares[0])} main and {len(shares[1])} sub categories. Sub categories that "
    f"belong to more than one main category: {twice or 'none'}. We train on "
    f"{len(divided.train):,} pictures. Always answering {shares[0].index[0]} is right for "
    f"{shares[0].iloc[0]:.0%} of all, always answering {shares[1].index[0]} for "
    f"{shares[1].iloc[0]:.0%}."
)

# %% [markdown]
# ## How does one network give two answers?
# The convolutions are the **trunk**. They turn a picture into a list of numbers. Each question has a **head** that reads
# this list. Here a head is one dense layer.

# %%
inputs = keras.Input(data.images.shape[1:])
maps = layers.Rescaling(1 / 255)(inputs)
for filters in (16, 32, 64):
    maps = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(maps)
trunk = layers.Flatten()(maps)
heads = {name: layers.Dense(len(classes[name]), name=name)(trunk) for name in targets}

# %% [markdown]
# Each head has a loss. Keras adds them, and every step lowers the sum. So both questions shape the trunk.

# %%
network = keras.Model(inputs, heads)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
losses, measures = dict.fromkeys(targets, loss), dict.fromkeys(targets, "accuracy")
network.compile("adam", losses, metrics=measures, jit_compile=False)

# %%
keras.utils.set_random_seed(0)
wanted = {name: seen.labels[name][divided.train] for name in targets}
trained_on = data.images[divided.train]
past = network.fit(trained_on, wanted, batch_size=batch_size, epochs=3, verbose=2)

# %%
checked = {name: seen.labels[name][divided.validation] for name in targets}
scores = network.evaluate(data.images[divided.validation], checked, verbose=0, return_dict=True)
page.say(
    f"After three epochs it gets {scores[f'{main}_accuracy']:.0%} of the main and "
    f"{scores[f'{sub}_accuracy']:.0%} of the sub categories of the validation pictures right."
)

# %% [markdown]
# R5's network has a ResNet-34 as its trunk (He et al. 2016, arXiv 1512.03385) and larger heads: two dense layers for the
# main category, three with dropout for the sub category. Here we train a smaller version of it. The section *At full length* has
# R5's whole network.

# %%
here = {"epochs": epochs, "batch_size": batch_size}
settings = recipes.recipe("R5.resnet34_mtl", pictures, arguments=arguments, **here)
together = runs.grid({"both heads": settings}, seeds, data)
both = together["both heads"]

# %% [markdown]
# ## Is it worth answering together?
# The idea is old (Caruana 1997, doi:10.1023/A:1007379606734): what helps one question may help the other. R5 does not compare
# with networks that have one head. So we train the same network with one head, on the same pictures with the same seeds.
#
# **Your guess:** how much better will two heads be than one on sub categories? A negative number means worse.

# %%
guess = None  # e.g. 0.02: your guess, in test accuracy

# %%
short = {main: "main", sub: "sub"}
single = {}
for name in targets:
    asked = pictures.changed(target=name, more_targets=())
    one_head = arguments | {"head": short[name]}
    single[name] = recipes.recipe("R5.resnet34_mtl", asked, arguments=one_head, **here)
alone = runs.grid(single, seeds, data)
page.record(runs.flat(together, alone))

# %%
gains = []
for name in targets:
    two, one = runs.of_target(runs.tabulate(both), name), runs.tabulate(alone[name])
    gained = two["test_accuracy"] - one["test_accuracy"]  # of the same seed
    gains.append(one[["seed"]].assign(system=f"{short[name]} category", test_accuracy=gained))
worth = comparison.against_figure(pd.concat(gains), "test_accuracy", 0.0)
page.show(
    plots.intervals(
        worth, "system", "difference", "test accuracy, two heads minus one", mark=0
    ),
    alt=f"Test accuracy of two heads minus that of one: {comparison.told_all(worth)}",
    caption="Two heads minus one, seed by seed. Bars: 95% intervals, each on its own.",
)
page.table("together", worth.drop(columns=["p", "smallest"]), "The same in numbers", fold=True)

# %%
page.guess(guess, worth["difference"].iloc[1], "the gain in sub categories")
weights = [int(group[0].metrics["parameters"]) for group in (both, *alone.values())]
page.say(
    f"The network with both heads has {weights[0]:,} weights, the two with one head have "
    f"{sum(weights[1:]):,} together: sharing the trunk saves "
    f"{1 - weights[0] / sum(weights[1:]):.0%}."
)

# %% [markdown]
# ## Which sub categories are hard?
# Accuracy counts pictures, so the large sub categories decide it. **F1** looks at one category: it is high only if most of
# its pictures are found, and if most of the pictures given that label really belong to it.

# %%
trained = np.bincount(seen.labels[sub][divided.train], minlength=len(classes[sub]))
table = picture_by_picture.f1_by_class(both, sub, classes[sub], trained)
page.show(
    plots.class_dots(table, {"f1": "F1 on test pictures"}, label="label"),
    alt=f"F1 of {len(table)} sub categories, by their number of training pictures.",
    caption="F1 of each sub category with 20 test pictures or more, mean over seeds. In brackets: "
    "number of training pictures.",
)

# %%
page.say(
    f"{hierarchy.told_hardest(table)} {len(classes[sub]) - len(table)} smaller categories are not "
    "shown."
)

# %% [markdown]
# ## Can the two answers contradict each other?
# Each head answers on its own. So the network can call one picture Footwear and Bags, and no product is both.

# %%
pairs = tuple(seen.labels[name][of_four] for name in targets)  # all pairs that there are
some, titles = hierarchy.examples(
    both[0], targets, pairs, list(classes.values()), data.images, most=8
)
if len(some):
    page.show(
        plots.pictures(data.images[some], titles, columns=8),
        alt=f"{len(some)} pictures with impossible pairs of answers.",
        caption="Contradictory answers (seed 0) about test pictures, and the true categories.",
    )

# %%
found = hierarchy.contradictions(both, targets, pairs)
page.say(f"{hierarchy.told(found)}. That needs no labels, only a table of pairs that exist.")
page.table("contradictions", found, "Test pictures of each seed", fold=True)

# %% [markdown]
# You can remove the contradictions without training. Either let the sub category decide, and look up its main category. Or
# take the most likely of the pairs that occur in training and validation pictures: the one whose probabilities have the largest
# product. If the sub category decides, the main head is not needed at all. So we also ask the network that has only the sub
# head, and look up the main category.

# %%
used = np.concatenate([divided.train, divided.validation])  # a table must not see the test
learnt = tuple(seen.labels[name][used] for name in targets)
from_table = hierarchy.with_table(alone[sub], both[0], targets, learnt)
ways = pd.concat([hierarchy.readings(both, targets, learnt), from_table])
readings = page.compare("readings", ways, "test_both_accuracy", reference=hierarchy.EACH)

# %% [markdown]
# ## At full length
# The kit comes with runs of both networks of R5 on all real pictures, each with several seeds. R5's second network is a VGG-16 with
# the same heads. Networks with one head were not trained at full length.

# %%
rows = {}
for name in ("R5.resnet34_mtl", "R5.vgg16"):
    full = carried.of_row(name)
    known = hierarchy.known_to(full[0], targets)  # pairs of its validation and test pictures
    rows[name] = hierarchy.shown(hierarchy.contradictions(full, targets, known))
table_of_both = pd.DataFrame(rows).T.rename_axis("network").reset_index()

# %%
page.table(
    "full_length", table_of_both, "Both answers at full length: share right, mean over seeds"
)
page.reference(*rows, measure="test_subCategory_accuracy")
page.results["full_length"] = hierarchy.told_full(rows, page.results.get("full_length", ""))

# %% [markdown]
# ## What we found

# %%
right = found[["main", "sub"]].mean()
page.conclude(
    f"Yes, one network names {right['main']:.1%} of the main and {right['sub']:.1%} of the sub "
    f"categories correctly. {hierarchy.told_reading(ways, readings)}",
    hierarchy.told_worth(worth),
    hierarchy.told_table(ways, readings, (weights[0], weights[2])),
    f"Two answers can reveal a mistake: {hierarchy.told(found)}.",
    sure=hierarchy.told_sure(worth),
)

# %% [markdown]
# ## Your turn
# 1. Which sub category of the figure has the lowest F1, and what does the network mistake it for?
#
# *Your answer:*
#
# 2. Pass `loss_weights={main: 5.0, sub: 1.0}` to `network.compile`. Which accuracy changes, and does it rise or fall?
#
# *Your answer:*
#
# 3. Set `epochs` to 12. Is the difference between one head and two still the same?
#
# *Your answer:*

# %% tags=["solution"]
worst = table.set_index("class")["f1"].idxmin() if len(table) else classes[sub][0]
labels, answers = (
    classes[sub][both[0].labels("test", sub)],
    classes[sub][both[0].predicted("test", sub)],
)
mistakes = pd.Series(answers[(labels == worst) & (answers != worst)]).value_counts()
page.say(
    f"Task 1: **{worst}**; the network of seed 0 mistakes it most often for "
    f"{mistakes.index[0] if len(mistakes) else 'nothing else'}. Tasks 2 and 3: change the cell "
    "and run again. A larger weight lets that question shape the trunk more."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: would you use one network or two here, and why? They will appear in
# the report.*

# %% [markdown]
# ## Questions
# 1. The loss is a sum. Which question moves the trunk more at the beginning, and why?
# 2. When would you expect two questions to hurt each other?
# 3. The sub category determines the main one. What is the main head still good for?

# %%
page.save()
