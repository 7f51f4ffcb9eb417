# %% [markdown]
# # 10 · May one network answer several questions at once?
# Trains a network that names the main category and the sub category of a product, and sets it beside two networks that each
# answer one question.
#
# **You will learn** to build a network with two heads, to judge what sharing is worth, to use two answers against mistakes.\
# **You need** notebook 02, so that you know training in Keras and intervals over seeds.\
# **Time** 40 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto takes real products where they can be had, else synthetic ones
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
# one network answer both. Their pictures are not public; we take the four largest main categories of ours.

# %%
main, sub = targets = ("masterCategory", "subCategory")
four = tuple(
    data.classes.get(main, [])[:4]
)  # classes stand in the order of their numbers of pictures
about = {"target": main, "more_targets": (sub,), "keep": {main: four}, "stratify": sub}
pictures = DataConfig(name=data.name, validation=0.15, limit=limit or None, **about)

# %%
seen, divided = parts(data, pictures)
classes = {name: np.array(seen.classes[name]) for name in targets}
used = np.flatnonzero(seen.labels[main] >= 0)
known = tuple(seen.labels[name][used] for name in targets)  # both labels of every picture
chosen = np.concatenate([divided.train, divided.validation])  # what may choose: not the test
learnt = tuple(seen.labels[name][chosen] for name in targets)
sorting = pd.DataFrame({name: classes[name][seen.labels[name][used]] for name in targets})

# %%
largest = (
    sorting.value_counts().reset_index().groupby(main).head(4).sort_values(main, kind="stable")
)
first = largest.merge(sorting.assign(position=used).drop_duplicates(targets))
page.show(
    plots.pictures(
        data.images[first["position"]], (first[main] + ":\n" + first[sub]).tolist(), columns=8
    ),
    alt=f"One picture of each of these sub categories: {', '.join(first[sub])}.",
    caption="The largest sub categories of each main category, one picture of each.",
)

# %%
shares = [sorting[target].value_counts(normalize=True) for target in targets]
twice = sorting.drop_duplicates().groupby(sub).size()
page.say(
    f"There are {len(shares[0])} main and {len(shares[1])} sub categories. Always answering "
    f"{shares[0].index[0]} is right for {shares[0].iloc[0]:.0%} of the pictures, always answering "
    f"{shares[1].index[0]} for {shares[1].iloc[0]:.0%}. Sub categories that belong to more than "
    f"one main category: {', '.join(twice.index[twice > 1]) or 'none'}."
)

# %% [markdown]
# ## How does one network give two answers?
# The convolutions are the **trunk**. They turn a picture into a list of numbers. Each question has a **head** that reads
# this list: here one dense layer.

# %%
inputs = keras.Input(data.images.shape[1:])
maps = layers.Rescaling(1 / 255)(inputs)
for filters in (16, 32, 64):
    maps = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(maps)
trunk = layers.Flatten()(maps)
heads = {name: layers.Dense(len(classes[name]), name=name)(trunk) for name in targets}
network = keras.Model(inputs, heads)

# %% [markdown]
# Each head has a loss. Keras adds them, and every step lowers the sum. So both questions shape the trunk.

# %%
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
losses, measures = dict.fromkeys(targets, loss), dict.fromkeys(targets, "accuracy")
network.compile("adam", losses, metrics=measures, jit_compile=False)

# %%
keras.utils.set_random_seed(0)
wanted = {name: seen.labels[name][divided.train] for name in targets}
trained_on = data.images[divided.train]
past = network.fit(trained_on, wanted, batch_size=batch_size, epochs=3, verbose=2)

# %% [markdown]
# R5's network has a ResNet-34 as its trunk (He et al. 2016, arXiv 1512.03385) and larger heads: two dense layers for the
# main category, three with dropout for the sub category. We train it with a narrower and shorter trunk. *At full length* has
# the whole.

# %%
here = {"epochs": epochs, "batch_size": batch_size}
settings = recipes.recipe("R5.resnet34_mtl", pictures, arguments=arguments, **here)
together = runs.grid({"both heads": settings}, seeds, data)
both = together["both heads"]

# %%
short = dict(zip(targets, ("main", "sub"), strict=True))
lines = {
    f"{short[name]}, {words}": [runs.of_part(run.history, part, name) for run in both]
    for name in targets
    for words, part in (("training", "train"), ("validation", "val"))
}
page.show(
    plots.curves(lines, {"loss": "loss", "accuracy": "accuracy"}),
    alt="Loss and accuracy by epoch of both heads, on training and validation pictures.",
    caption="Both heads: lines are means over seeds, bands reach from smallest to largest.",
    thumbnail=True,
)

# %% [markdown]
# ## Is it worth answering together?
# The hope is old (Caruana 1997, doi:10.1023/A:1007379606734): what helps one question may help the other. R5 compares its
# two heads with nothing. So we train the same network with one head, on the same pictures with the same seeds.
#
# By how much will two heads be better than one, in sub categories? Below zero means worse.

# %%
guess = None  # e.g. 0.02: your guess, in test accuracy

# %%
single = {
    name: recipes.recipe(
        "R5.resnet34_mtl",
        pictures.changed(target=name, more_targets=()),
        arguments=arguments | {"head": short[name]},
        **here,
    )
    for name in targets
}
alone = runs.grid(single, seeds, data)
page.record(runs.flat(together, alone))

# %%
changes = [pd.DataFrame({"system": "one head", "seed": range(seeds), "test_accuracy": 0.0})]
for name in targets:
    two, one = runs.of_target(runs.tabulate(both), name), runs.tabulate(alone[name])
    gained = two["test_accuracy"] - one["test_accuracy"]
    changes.append(one[["seed"]].assign(system=f"{short[name]} category", test_accuracy=gained))
worth = page.compare("together", pd.concat(changes), "test_accuracy", reference="one head")

# %%
page.guess(guess, worth["difference"].iloc[1], "the gain in sub categories")
weights = [int(group[0].metrics["parameters"]) for group in (both, *alone.values())]
page.say(
    f"The network with both heads has {weights[0]:,} weights, the two with one head "
    f"{sum(weights[1:]):,}. What is saved is one trunk, in every training and every use."
)

# %% [markdown]
# ## Which sub categories are hard?
# Accuracy counts pictures, so the large sub categories decide it. **F1** looks at one category: it is high only if most of
# its pictures are found and most of what is called so is right.

# %%
trained = np.bincount(seen.labels[sub][divided.train], minlength=len(classes[sub]))
table = picture_by_picture.f1_by_class(both, sub, classes[sub], trained)
page.show(
    plots.class_dots(table, {"f1": "F1 on test pictures"}, label="label"),
    alt=f"F1 of {len(table)} sub categories, by their number of training pictures.",
    caption="F1 of each sub category with 20 test pictures or more, mean over seeds. In brackets: "
    "its training pictures.",
)

# %%
follows = table["trained"].corr(table["f1"], method="spearman")
page.say(
    "Rank correlation of F1 with the number of training pictures: "
    f"**{comparison.figure(follows, '+.2f')}** (Spearman; 1 would be the same order). "
    f"{len(classes[sub]) - len(table)} smaller categories are not shown."
)

# %% [markdown]
# ## Can the two answers contradict each other?
# Each head answers for itself. So one picture can be called Footwear and Bags, a pair that no picture has.

# %%
some, titles = hierarchy.examples(both[0], targets, known, list(classes.values()), most=8)
if len(some):
    page.show(
        plots.pictures(data.images[some], titles, columns=8),
        alt=f"{len(some)} pictures with impossible pairs of answers.",
        caption="Test pictures whose two answers, of seed 0, contradict each other.",
    )

# %%
found = hierarchy.contradictions(both, targets, known)
page.say(f"{hierarchy.told(found)}, without knowing their labels.")
page.table("contradictions", found, "Test pictures of each seed", fold=True)

# %% [markdown]
# The contradictions can be removed without any training. Let the sub category decide, and look up its main category. Or take
# the pair whose two probabilities have the largest product, of the pairs that training and validation pictures have.

# %%
read = hierarchy.readings(both, targets, learnt)
readings = page.compare("readings", read, "test_both_accuracy", reference=hierarchy.EACH)

# %% [markdown]
# ## At full length
# The kit carries runs of both networks of R5 on all real pictures, each with several seeds. R5's second one is a VGG-16 with
# the same heads. The figure has the sub category; what R5 claims of both is judged below it. One head alone was not run.

# %%
page.reference("R5.resnet34_mtl", "R5.vgg16", measure="test_subCategory_accuracy")

# %%
for row in ("R5.resnet34_mtl", "R5.vgg16"):
    full = carried.of_row(row)
    whole = hierarchy.contradictions(full, targets, hierarchy.known_to(full[0], targets))
    share = f"main {whole['main'].mean():.3f}, both right {whole['both'].mean():.3f}"
    page.say(f"{row}: {share}. {hierarchy.told(whole)}.")

# %% [markdown]
# ## What we found

# %%
right = found[["main", "sub"]].mean()
page.conclude(
    f"One network answers both: {right['main']:.1%} of the main and {right['sub']:.1%} of the sub "
    f"categories are right (always the largest: {shares[0].iloc[0]:.0%}, {shares[1].iloc[0]:.0%}).",
    f"Test accuracy minus that of one head: {comparison.told_all(worth)}",
    f"{hierarchy.told(found)}.",
    f"Both answers right, minus {hierarchy.EACH}: {comparison.told_all(readings)}",
    sure=f"sub categories {hierarchy.between(found['sub'], '.1%')} over {comparison.seeds(seeds)}",
)

# %% [markdown]
# ## Your turn
# 1. Which sub category of the figure has the lowest F1, and for what is it taken?
#
# *Your answer:*
#
# 2. Give the network in Keras `loss_weights={main: 5.0, sub: 1.0}` in `compile`. Which accuracy changes, and which way?
#
# *Your answer:*
#
# 3. Set `epochs` to 12. Is the difference between one head and two still what you saw?
#
# *Your answer:*

# %% tags=["solution"]
worst = table.set_index("class")["f1"].idxmin() if len(table) else classes[sub][0]
of_worst = classes[sub][both[0].labels("test", sub)] == worst
taken = pd.Series(classes[sub][both[0].predicted("test", sub)][of_worst]).value_counts()
taken = taken.drop(worst, errors="ignore")
page.say(
    f"Task 1: **{worst}**; seed 0 takes it for {taken.index[0] if len(taken) else 'nothing else'} "
    "most often. Tasks 2 and 3: change the cell and run again. A larger weight lets that question "
    "shape the trunk more."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: would you use one network or two here, and why? They will appear in
# the report.*

# %% [markdown]
# ## Questions
# 1. The loss is a sum. Which question moves the trunk more at the beginning, and why?
# 2. When would you expect two questions to hurt each other?
# 3. The sub category contains the main one. What is the main head good for, then?

# %%
page.save()
