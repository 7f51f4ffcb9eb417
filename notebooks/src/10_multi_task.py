# %% [markdown]
# # 10 · Can one network answer several questions at once?
# We train a network that names the main category and the sub category of a product, and compare it with two networks that answer
# one question each.
#
# **You will learn** to build a network with two heads, to judge whether sharing helps, and to use two answers to find mistakes.\
# **You need** notebook 02, so that you know training in Keras and intervals over seeds.\
# **Time** 40 minutes with its exercises; the quick profile runs in less than a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto takes real products if they can be had, else synthetic ones
limit: int = 1000  # pictures for training and validation together; 0: all
epochs: int = 6  # passes over the training pictures
batch_size: int = 32  # pictures per step
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd

from lib import notebook, plots
from lib.base.backend import keras
from lib.claims import by_reference
from lib.config import DataConfig
from lib.data.parts import parts
from lib.evaluation import hierarchy, two_heads
from lib.runs import carried

page = notebook.start("10_multi_task", globals(), colour=True)
data, layers = page.dataset, keras.layers

# %% [markdown]
# ## What are the two questions?
# A shop sorts each product twice: into a main category, and inside it into a sub category. R5, a student report that this course
# checks, lets one network answer both. Its pictures are not public, so we use other product pictures, and of these the four
# largest main categories.

# %%
main, sub = "masterCategory", "subCategory"  # what the shop calls the two
four = tuple(data.classes.get(main, [])[:4])  # sorted by their number of pictures
pictures = DataConfig(
    name=data.name, validation=0.15, limit=limit or None,
    target=main, more_targets=(sub,), keep={main: four}, stratify=sub,
)  # fmt: skip
seen, divided = parts(data, pictures)

# %%
images, train, test = data.images, divided.train, divided.test
used = np.concatenate([train, divided.validation])  # of these we may know the labels
labels = {"main": seen.labels[main], "sub": seen.labels[sub]}
classes = {"main": np.array(seen.classes[main]), "sub": np.array(seen.classes[sub])}
truth = {name: labels[name][test] for name in labels}
of_four = np.flatnonzero(labels["main"] >= 0)
sorting = pd.DataFrame({name: classes[name][labels[name][of_four]] for name in labels})

# %%
pair = ["main", "sub"]
largest = sorting.value_counts().reset_index().groupby("main").head(2)
first = sorting.assign(position=of_four).drop_duplicates(pair)  # one picture of each pair
first = largest.sort_values("main", kind="stable").merge(first)
shown = images[first["position"]], (first["main"] + ":\n" + first["sub"]).tolist()

# %%
page.show(
    plots.pictures(*shown, columns=8, size=10),
    alt=f"One picture of each of these sub categories: {', '.join(first['sub'])}.",
    caption="The two largest sub categories of each main category, one picture of each.",
    thumbnail=True,
)

# %%
shares = {name: sorting[name].value_counts(normalize=True) for name in labels}
twice = (sorting.drop_duplicates().groupby("sub").size() > 1).sum()
guesses = [f"{own.index[0]} is right for {own.iloc[0]:.0%}" for own in shares.values()]
page.say(
    f"There are {len(shares['main'])} main and {len(shares['sub'])} sub categories. Sub "
    f"categories that belong to more than one main category: {twice or 'none'}. Always "
    f"answering {' of all pictures, always answering '.join(guesses)}. We train on "
    f"{len(train):,} pictures{' (few, to save time)' * bool(limit)} and test on {len(test):,}."
)

# %% [markdown]
# ## How does one network give two answers?
# The convolutions are the **trunk**. They turn a picture into a list of numbers. Each question has a **head** that reads
# this list, here one dense layer. `asked` is the list of questions: `["main", "sub"]` gives two heads, `["sub"]` one.


# %% tags=["open"]
def network(asked):
    inputs = keras.Input(images.shape[1:])
    maps = layers.Rescaling(1 / 255)(inputs)
    for filters in (16, 32, 64):
        maps = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(maps)
    trunk = layers.Flatten()(maps)
    heads = {name: layers.Dense(len(classes[name]), name=name)(trunk) for name in asked}
    return keras.Model(inputs, heads)


# %%
two = network(["main", "sub"])
numbers = two.get_layer("sub").kernel.shape[0]
sizes = {name: len(classes[name]) for name in labels}
page.show(
    plots.heads(images.shape[1:], (16, 32, 64), numbers, sizes),
    alt="A picture, three convolutions, a list of numbers, and from it two heads with a loss each.",
    caption="One trunk, two heads, and one loss to lower: the sum.",
)

# %% [markdown]
# Each head has a loss. Keras adds them, and every training step tries to lower the sum. So both questions shape the trunk, and
# that is the reason to share: what helps one question may help the other. Losses, labels and answers are dictionaries with an
# entry for each head:


# %% tags=["open"]
def answers(asked, seed):
    keras.utils.set_random_seed(seed)
    model = network(asked)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", {name: loss for name in asked}, jit_compile=False)
    wanted = {name: labels[name][train] for name in asked}
    model.fit(images[train], wanted, batch_size=batch_size, epochs=epochs, verbose=0)
    logits = model.predict(images[test], verbose=0)
    return {name: logits[name].argmax(axis=1) for name in asked}  # to the test pictures


# %% [markdown]
# ## Is one network better than two?
# R5 does not compare with networks that have one head. We do: the same trunk, pictures and number of epochs, each network
# trained several times with other random numbers.
#
# **Your guess:** how much better will two heads be than one on sub categories? A negative number means worse.

# %%
guess = None  # e.g. 0.02: your guess, in test accuracy

# %% tags=["open"]
both = [answers(["main", "sub"], seed) for seed in range(seeds)]  # one network, two heads
main_alone = [answers(["main"], seed) for seed in range(seeds)]
sub_alone = [answers(["sub"], seed) for seed in range(seeds)]

# %%
exist = labels["main"][used], labels["sub"][used]
alone = {"main": main_alone, "sub": sub_alone}
measured = hierarchy.measured(both, alone, truth, exist)
page.results["tables"]["together"] = worth = two_heads.two_or_one(measured)
page.guess(guess, worth["difference"].iloc[1], "the gain in sub categories")

# %%
told = two_heads.told_dots(measured, worth)
page.show(
    plots.seed_by_seed(two_heads.dots(measured), "test accuracy"),
    alt=f"Test accuracy of each training. {told}",
    caption="Dots: trainings, joined by seed. Bar and number: the mean. Both scales span as much.",
)

# %%
weights = {name: network([name]).count_params() for name in labels} | {
    "both": two.count_params()
}
saved = 1 - weights["both"] / (weights["main"] + weights["sub"])
page.say(
    f"{told} (In brackets: 95% intervals over seeds.) The one network has {weights['both']:,} "
    f"weights, {saved:.0%} fewer than the two together, because its questions share the trunk."
)

# %% [markdown]
# ## Can the two answers contradict each other?
# Each head answers on its own. So the network can call one picture Footwear and Bags, and no product is both. We call a pair of
# answers **impossible** if no training or validation picture has it as its labels.

# %% tags=["open"]
# used: the training and validation pictures
pairs = set(zip(labels["main"][used], labels["sub"][used], strict=True))
said = both[0]  # the first network's answers
impossible = [pair not in pairs for pair in zip(said["main"], said["sub"], strict=True)]

# %%
page.say(hierarchy.told(measured))

# %% [markdown]
# ## What is a table of sub categories worth?
# You can remove the contradictions without training: let the sub category decide, and look its main category up, again in the
# labels of the training and validation pictures.

# %% tags=["open"]
main_of = dict(zip(labels["sub"][used], labels["main"][used], strict=True))
looked_up = [main_of.get(answer, -1) for answer in said["sub"]]  # -1: not in the table

# %%
some = hierarchy.examples(both[0], truth, exist, images[test], main_of, most=5)
shown = hierarchy.captions(both[0], truth, classes, some, main_of)
if len(some):
    page.show(
        plots.answered(images[test[some]], *shown, ["main head", "sub head", "table"]),
        alt=f"{len(some)} pictures with impossible pairs of answers.",
        caption=f"{hierarchy.told_examples(shown[0], sum(impossible))} Red: wrong.",
    )
page.say(two_heads.told_first(said, truth, impossible, looked_up))

# %%
measured = hierarchy.with_table(measured, both, sub_alone, truth, main_of)
sure = hierarchy.cannot_lose(truth, main_of)
rows = two_heads.table_rows(measured, weights)
page.table("table", rows, "Share of test pictures right, rounded means over the trainings")
page.say(two_heads.told_won(measured, sure))
page.table("measured", measured, "Each training: shares right, numbers of pictures", fold=True)

# %% [markdown]
# ## At full length
# The kit comes with trainings of R5's two networks, a ResNet-34 and a VGG-16 with the same heads, each with several seeds. They
# learned from all pictures of a public data set, not from R5's own, so its claims are judged on other pictures than it had.
# To judge *fluctuates*, we add up by how much the validation accuracy falls from one epoch to the next.

# %%
rows = {}
for name, shown in hierarchy.FULL.items():
    full = hierarchy.of_runs(carried.of_row(name), (main, sub))
    rows[shown] = hierarchy.shown(hierarchy.contradictions(*full))
of_both = pd.DataFrame(rows).T.rename_axis("network").reset_index()
length = by_reference.at_full_length(list(hierarchy.FULL), "test_subCategory_accuracy")
page.results["full_length"] = two_heads.told_full(rows, length.tally)
page.table("full_length", of_both, f"Share of test pictures right, mean over {length.seeds}")
told = "R5's claims, judged on other product pictures than R5's (validation; 95% intervals)"
judged = by_reference.in_percent(length.judged)
page.table("claims_reference", length.judged, told, shown=judged)

# %% [markdown]
# ## What we found

# %%
guessing = {name: own.iloc[0] for name, own in shares.items()}
page.conclude(
    two_heads.told_lesson(worth),
    hierarchy.told_share(measured, rows),
    two_heads.told_advice(measured),
    answer=two_heads.told_answer(measured, worth, weights, guessing),
    sure=two_heads.told_sure(measured, worth, sure),
)

# %% [markdown]
# ## Your turn
# 1. Which sub category with 20 test pictures or more is hardest, and what is it mistaken for? Use `truth["sub"]` and the answers in
#    `both`. Is it a mistake that you could make, too?
#
# *Your answer:*
#
# 2. Pass `loss_weights={"main": 5.0, "sub": 1.0}` to `model.compile` where two heads are asked. Which accuracy changes?
#
# *Your answer:*
#
# 3. Set `epochs` to 12. Is the difference between one network and two still the same?
#
# *Your answer:*

# %% tags=["solution"]
page.say(
    f"Task 1: {two_heads.told_hardest(both, truth, classes['sub'])} Tasks 2 and 3: change the "
    "cell and run again. A larger weight lets that question shape the trunk more."
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
