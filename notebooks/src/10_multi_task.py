# %% [markdown]
# # 10 · Can one network answer several questions at once?
# We train a network that names the main category and the sub category of a product, and compare it with two networks that answer
# one question each.
#
# **You will learn** to build a network with two heads, to judge whether sharing helps, and to use two answers to find mistakes.\
# **You need** notebook 02, so that you know training in Keras and intervals over seeds.\
# **Time** 40 minutes with its exercises; the quick profile runs in about a minute.

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
from lib.claims import by_reference
from lib.config import DataConfig
from lib.data.parts import parts
from lib.evaluation import comparison, hierarchy, picture_by_picture, two_heads
from lib.runs import carried
from lib.training import recipes

page = notebook.start("10_multi_task", globals(), colour=True)
data, layers = page.dataset, keras.layers

# %% [markdown]
# ## What are the two questions?
# A shop sorts each product twice: into a main category, and inside it into a sub category. R5, a student report that this course
# checks, lets one network answer both. Its pictures are not public, so we use other product pictures, and of these the four
# largest main categories.

# %%
main, sub = "masterCategory", "subCategory"  # the names of the two questions
targets, short = (main, sub), {main: "main", sub: "sub"}
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
largest = sorting.value_counts().reset_index().groupby(main).head(2)
first = sorting.assign(position=of_four).drop_duplicates(targets)  # one picture of each pair
first = largest.sort_values(main, kind="stable").merge(first)
shown = data.images[first["position"]], (first[main] + ":\n" + first[sub]).tolist()
page.show(
    plots.pictures(*shown, columns=8, size=10),
    alt=f"One picture of each of these sub categories: {', '.join(first[sub])}.",
    caption="The two largest sub categories of each main category, one picture of each.",
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
    + f" The test part stays whole: {len(divided.test):,} pictures."
    * bool(limit)
)

# %% [markdown]
# ## How does one network give two answers?
# The convolutions are the **trunk**. They turn a picture into a list of numbers. Each question has a **head** that reads
# this list. Here a head is one dense layer.

# %% tags=["open"]
inputs = keras.Input(data.images.shape[1:])
maps = layers.Rescaling(1 / 255)(inputs)
for filters in (16, 32, 64):
    maps = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(maps)
trunk = layers.Flatten()(maps)
heads = {name: layers.Dense(len(classes[name]), name=name)(trunk) for name in targets}

# %% [markdown]
# Each head has a loss. Keras adds them, and every step lowers the sum. So both questions shape the trunk, and that is the reason
# to share: what helps one question may help the other.

# %% tags=["open"]
network = keras.Model(inputs, heads)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
losses, measures = {main: loss, sub: loss}, {main: "accuracy", sub: "accuracy"}
network.compile("adam", losses, metrics=measures, jit_compile=False)

# %%
sizes = {short[name]: len(classes[name]) for name in targets}
page.show(
    plots.heads(data.images.shape[1:], (16, 32, 64), trunk.shape[-1], sizes),
    alt="A picture, three convolutions, a list of numbers, and from it two heads with a loss each.",
    caption="One trunk, two heads. Every training step lowers the sum of the two losses.",
)

# %% [markdown]
# `fit` gets a dictionary of labels, one entry a head:

# %% tags=["open"]
keras.utils.set_random_seed(0)
images, train = data.images, divided.train
wanted = {main: seen.labels[main][train], sub: seen.labels[sub][train]}
past = network.fit(images[train], wanted, batch_size=batch_size, epochs=3, verbose=0)

# %%
checked = {name: seen.labels[name][divided.validation] for name in targets}
scores = network.evaluate(data.images[divided.validation], checked, verbose=0, return_dict=True)
right = [f"{scores[f'{name}_accuracy']:.0%} of the {short[name]}" for name in targets]
page.say(
    f"After three epochs it names {' and '.join(right)} categories of the validation pictures."
)

# %% [markdown]
# That was a toy to show the idea. **From here on every number is from R5's own network, made smaller**, because R5's claims are about
# it. Its trunk is a ResNet
# (He et al. 2016, arXiv 1512.03385), and its heads are larger: two dense layers for the main category, three with dropout for the
# sub category. The section *At full length* has R5's whole network.

# %%
here = {"epochs": epochs, "batch_size": batch_size}
settings = recipes.recipe("R5.resnet34_mtl", pictures, arguments=arguments, **here)
together = runs.grid({"both heads": settings}, seeds, data)
both = together["both heads"]

# %% [markdown]
# ## Which sub categories are hard?
# Accuracy counts pictures, so the large sub categories decide it. **F1** looks at one category: it is high only if most of
# its pictures are found, and if most of the pictures given that label really belong to it.

# %%
trained = np.bincount(seen.labels[sub][divided.train], minlength=len(classes[sub]))
table = picture_by_picture.f1_by_class(both, sub, classes[sub], trained)
hardest = table.loc[table["f1"].idxmin(), "class"] if len(table) else classes[sub][0]
most = 16  # rows of the figure: where there are more, the hardest
page.show(
    plots.class_dots(
        table[table["f1"].rank(method="first") <= most], {"f1": "F1 on test pictures"}, "label"
    ),
    alt=f"F1 of {len(table)} sub categories, by their number of training pictures.",
    caption=f"F1 of the {f'{most} hardest ' * (len(table) > most)}sub categories: mean, and pale "
    "each seed. In brackets: number of training pictures. Grey: fewer than 20 test pictures.",
)

# %%
mistakes = two_heads.mistaken(both, sub, classes[sub])
left = len(classes[sub]) - len(table)
told = f"{two_heads.told_hardest(table)} {two_heads.told_mistaken(mistakes, hardest)}"
page.say(told + f" Left out, without a training or a test picture: {left}." * bool(left))
page.table("mistaken", mistakes, "What each sub category is mistaken for, all seeds", fold=True)

# %% [markdown]
# ## Can the two answers contradict each other?
# Each head answers on its own. So the network can call one picture Footwear and Bags, and no product is both.

# %%
pairs = tuple(seen.labels[name][of_four] for name in targets)  # all pairs that there are
words = list(classes.values())
some, said, true = hierarchy.examples(both[0], targets, pairs, words, data.images, most=5)
if len(some):
    page.show(
        plots.answered(data.images[some], said, true),
        alt=f"{len(some)} pictures with impossible pairs of answers.",
        caption="Contradictory answers (seed 0): wrong ones are red, the truth stands below.",
    )

# %% tags=["open"]
main_said, sub_said = (both[0].predicted("test", name) for name in targets)  # of seed 0
exist = set(zip(*pairs, strict=True))
impossible = [pair not in exist for pair in zip(main_said, sub_said, strict=True)]
found = hierarchy.contradictions(both, targets, pairs)
page.say(f"{hierarchy.told(found)}. That needs no labels, only a table of pairs that exist.")
page.table("contradictions", found, "Test pictures of each seed", fold=True)

# %% [markdown]
# You can remove the contradictions without training: let the sub category decide, and look up its main category in a table. The
# table is made of training and validation pictures; it must not see the test.

# %% tags=["open"]
used = np.concatenate([divided.train, divided.validation])
learnt = tuple(seen.labels[name][used] for name in targets)
main_of = dict(zip(learnt[1], learnt[0], strict=True))  # sub category -> main category
looked_up = np.array([main_of.get(answer, -1) for answer in sub_said])
page.say(
    f"Of the {sum(impossible)} contradictions of seed 0 the table changes the main category of "
    f"{(looked_up != main_said)[impossible].sum()}; "
    f"{(looked_up == both[0].labels('test', main))[impossible].sum()} are right then."
)

# %% [markdown]
# ## Is it worth answering together?
# The idea is old (Caruana 1997, doi:10.1023/A:1007379606734), but R5 does not compare with networks that have one head. So we
# train the same network with one head, on the same pictures with the same seeds.
#
# And what is the table worth? Beside letting the sub category decide, there is a second way: take the most likely of the pairs that
# exist, the one whose probabilities have the largest product. And if the sub category decides, the main head is not needed at
# all. So we also ask the network that has only the sub head.
#
# **Your guess:** how much better will two heads be than one on sub categories? A negative number means worse.

# %%
guess = None  # e.g. 0.02: your guess, in test accuracy

# %%
single = {}
for name in targets:
    asked = pictures.changed(target=name, more_targets=())
    one_head = arguments | {"head": short[name]}
    single[name] = recipes.recipe("R5.resnet34_mtl", asked, arguments=one_head, **here)
alone = runs.grid(single, seeds, data)
page.record(runs.flat(together, alone))
gains = []
for name in targets:
    two, one = runs.of_target(runs.tabulate(both), name), runs.tabulate(alone[name])
    gained = two["test_accuracy"] - one["test_accuracy"]  # of the same seed
    gains.append(one[["seed"]].assign(system=f"{short[name]} category", test_accuracy=gained))
worth = comparison.against_figure(pd.concat(gains), "test_accuracy", 0.0)
page.table("together", worth.drop(columns=["p", "smallest"]), "Two heads or one", fold=True)

# %%
from_table = hierarchy.with_table(alone[sub], both[0], targets, learnt)
ways = pd.concat([hierarchy.readings(both, targets, learnt), from_table])
readings = comparison.against(ways, "test_both_accuracy", hierarchy.EACH)
two_or_one = pd.concat([worth, two_heads.one_minus(readings)])
with_table = readings[readings["system"] != hierarchy.TABLE]
page.guess(guess, worth["difference"].iloc[1], "the gain in sub categories")
weights = [int(group[0].metrics["parameters"]) for group in (both, *alone.values())]
page.say(
    f"The network with both heads has {weights[0]:,} weights, the two with one head have "
    f"{sum(weights[1:]):,} together: sharing the trunk saves "
    f"{1 - weights[0] / sum(weights[1:]):.0%}."
)

# %%
page.show(
    plots.apart(
        {
            "Two heads minus one": (two_or_one, "difference of test accuracy"),
            "With a table minus without": (with_table, "difference of accuracy, both right"),
        }
    ),
    alt=f"Two heads minus one: {comparison.told_all(two_or_one)} With a table minus without: "
    f"{comparison.told_all(with_table)}".replace("**", ""),
    caption="Right of 0: left two heads are better, right the table helps. Each panel has its own "
    "scale. Bars: 95% intervals over seeds, not corrected for the number of comparisons.",
)
page.say(two_heads.told_ways(found, ways, readings))
means = comparison.summarise(ways, "test_both_accuracy")
page.table("readings", means, "Share of test pictures with both answers right", fold=True)

# %% [markdown]
# ## At full length
# The kit comes with runs of R5's whole networks on all real pictures, each with several seeds: its ResNet-34, and a VGG-16 with the
# same heads. Networks with one head were not trained at full length.
#
# R5 describes curves of training and validation pictures. So its claims are judged on validation pictures, and their figures
# differ a little from those of the test pictures. The two networks are compared on the seeds that both have.

# %%
rows = {}
for name, shown in hierarchy.FULL.items():
    full = carried.of_row(name)
    known = hierarchy.known_to(full[0], targets)  # pairs of its validation and test pictures
    rows[shown] = hierarchy.shown(hierarchy.contradictions(full, targets, known))
of_both = pd.DataFrame(rows).T.rename_axis("network").reset_index()
length = by_reference.at_full_length(list(hierarchy.FULL), "test_subCategory_accuracy")
page.results["full_length"] = two_heads.told_full(rows, length.tally)
page.table("full_length", of_both, f"Share of test pictures right, mean over {length.seeds}")
told = "R5's section V beside the reference runs (validation pictures; 95% intervals)"
judged = by_reference.in_percent(length.judged)
page.table("claims_reference", length.judged, told, shown=judged)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    two_heads.told_answer(found, worth, ways, readings),
    two_heads.told_table(ways, readings, (weights[0], weights[2])),
    f"Two answers can reveal a mistake, without any label. {hierarchy.told_share(found)}",
    sure=two_heads.told_sure(worth, readings),
)

# %% [markdown]
# ## Your turn
# 1. The text says what the hardest sub category is mistaken for. Choose another one of the figure: what is it mistaken for, and is
#    it a mistake that you could make, too?
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
easier = [name for name in mistakes["class"] if name != hardest]
page.say(
    f"Task 1, for example: {two_heads.told_mistaken(mistakes, easier[0] if easier else hardest)} "
    "Tasks 2 and 3: change the cell and run again. A larger weight lets that question shape the "
    "trunk more."
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
