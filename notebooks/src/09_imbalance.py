# %% [markdown]
# # 09 · What does accuracy hide if classes are unequal?
# Most product pictures belong to one of three classes; we try four ways to find the other two.
#
# **You will learn** to read accuracy beside macro-F1, to deal with rare classes, and to say what a few pictures can show.\
# **You need** notebook 08: what a head on a frozen backbone is.\
# **Time** 40 minutes with its exercises; the quick profile runs in about 25 seconds.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real product pictures if they are there, else synthetic ones
imagenet: list = ["mobilenet_v2"]  # the backbone, if its weights are at hand
download: bool = True  # whether weights may be fetched; it gives up after 15 seconds
limit: int = 2000  # pictures for training and validation together; 0: all
article_limit: int = 2500  # as in notebook 08: pictures for a backbone of our own
epochs: int = 5  # passes of the head; report R1 used 10
batch_size: int = 5  # pictures per step, as in report R1
seeds: int = 3  # trainings of each head that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from lib import notebook, plots, runs
from lib.config import DataConfig, RunConfig
from lib.data import r1
from lib.data.parts import parts
from lib.evaluation import comparison, rare, statistics, thresholds
from lib.runs import carried
from lib.training import heads

page = notebook.start("09_imbalance", globals(), colour=True)
data = page.dataset

# %% [markdown]
# ## What does accuracy say here?
# The task is that of R1, a student report that this course checks: given a picture of a product, say what it is worn for, its
# usage.

# %%
about = {"target": "usage", "keep": {"usage": r1.CLASSES}, "validation": 0.15}
pictures = DataConfig(name=data.name, limit=limit or None, **about)
seen, split = parts(data, pictures)
labels, classes = seen.labels["usage"], seen.classes["usage"]
trained = labels[split.train]
common, rarest, last = classes[0], classes[-1], len(classes) - 1

# %%
some = np.concatenate([split.train[trained == k][:8] for k in range(len(classes))])
sizes = [f"{name} ({n:,})" for name, n in zip(classes, np.bincount(trained), strict=True)]
page.show(
    plots.pictures(data.images[some], [classes[k] for k in labels[some]], columns=8),
    alt=f"Up to eight training pictures each of {', '.join(classes)}.",
    caption=f"Training pictures, up to eight of each usage. In all: {', '.join(sizes)}.",
    thumbnail=True,
)

# %% [markdown]
# Three baselines need no network. One always gives the largest class. One looks up the article (shirt, watch, heels) and
# answers with its most common usage; it sees no picture. One copies the usage of the most similar training picture.
#
# Guess: for what share of the validation pictures is the first one right?

# %%
guess = None  # e.g. 0.5: your guess

# %%
column = {"system": "anchor.column", "arguments": {"column": "articleType"}}
simple = {
    f"always {common}": RunConfig(data=pictures, system="anchor.majority"),
    "looking up the article": RunConfig(data=pictures, **column),
    "copying the most similar picture": RunConfig(data=pictures, system="anchor.nearest"),
}
never, *rivals = simple
anchors = runs.grid(simple, 1, data)
measures = ["val_accuracy", "val_balanced_accuracy", "val_macro_f1"]
baselines = runs.tabulate(anchors)[["system", *measures]]
page.table("baselines", baselines, "Baselines, on the validation pictures")
page.guess(guess, baselines["val_accuracy"].iloc[0], never)

# %% [markdown]
# How can a method that never looks at a picture be right so often, and still have the lowest macro-F1? The **F1** of a class
# is high only if its pictures are found (**recall**), and if the pictures put into it really belong to it
# (**precision**). **Macro-F1** is the mean over the classes, large or small. **Balanced accuracy** is the mean of the recalls.

# %%
truth, said = anchors[never][0].labels("val"), anchors[never][0].predicted("val")
scores = f1_score(truth, said, average=None, zero_division=0)
told = ", ".join(f"{score:.3f} ({name})" for name, score in zip(classes, scores, strict=True))
page.say(f"F1 of *{never}*: {told}. Their mean is its macro-F1: {scores.mean():.3f}.")
looked_up = anchors[rivals[0]][0].predicted("val")
page.say(rare.told_f1(truth, looked_up, 1, rivals[0], classes[1]))

# %% [markdown]
# ## How do we tell the training that a class is rare?
# The network is the head of notebook 08, on the same frozen backbone. Two of our four methods change its training. **Class
# weights** multiply the loss of each picture, so that every class counts the same in total. In Keras that is
# `fit(..., class_weight=weights)`.

# %%
counts = np.bincount(trained)
weights = len(trained) / (len(classes) * counts)
told = ", ".join(f"{value:.2f} ({name})" for name, value in zip(classes, weights, strict=True))
page.say(f"Weights: {told}.")

# %% [markdown]
# **Balanced sampling** draws the pictures for each step in such a way that all classes come up equally often. A rare picture
# is then seen again and again. Validation and test pictures are left as they are.

# %%
own = heads.teacher(pictures, article_limit)  # settings of the backbone of our own
here = {"epochs": epochs, "batch_size": batch_size}
head = next(iter(heads.on(imagenet, pictures, own, download, **here).values()))
settings = {
    "untreated": head,
    "class weights": head.changed(imbalance="class_weights"),
    "balanced sampling": head.changed(imbalance="balanced_sampling"),
}
grid = runs.grid(settings, seeds, data)
teachers = [runs.fetch_or_train(own, data)] if head.start else []
page.record([*runs.flat(anchors, grid), *teachers])

# %% [markdown]
# ## Can we shift the answers after training?
# The network gives each class a number, its **logit**, and answers with the class that has the highest. Two more methods add
# something to the logits; no new training is needed. **Logit adjustment** subtracts the logarithm of the class's share of
# the training pictures (Menon et al. 2021, arXiv 2007.07314).

# %%
_, truth, logits = grid["untreated"][0].predictions("val")
adjusted = logits - np.log(counts / counts.sum())
page.say(rare.told_shift(logits, adjusted, truth, classes))

# %% [markdown]
# **Offsets** are found by search: we take those with the best macro-F1 on the validation pictures. To see how it works, we
# first search for the rarest class only.

# %%
offsets = np.linspace(0, 8, 33)
shifted = [logits + offset * (np.arange(len(classes)) == last) for offset in offsets]
scores = [f1_score(truth, each.argmax(axis=1), average="macro") for each in shifted]
best = f"The best offset for {rarest} is {offsets[np.argmax(scores)]:.2f}"
page.say(f"{best}: the macro-F1 changes from {scores[0]:.3f} to {max(scores):.3f}.")

# %% [markdown]
# That figure is too good: we must not judge the offsets on the pictures we chose them with. So from here on we choose offsets
# for all classes on one half of the validation pictures, and judge them on the other. For the test pictures we choose them on
# all validation pictures.

# %%
shifts, answers = thresholds.tabulate(grid["untreated"], trained)
table = pd.concat([runs.tabulate(grid), shifts])
means = table.groupby("system", sort=False)[measures].mean().reset_index()
page.table("ways", means, f"Validation pictures, means over {comparison.seeds(seeds)}")

# %%
said = ["accuracy", "balanced accuracy", "macro-F1"]
by = {name: comparison.best(table, key) for name, key in zip(said, measures, strict=True)}
chosen = by["macro-F1"]
page.say(rare.told_choice(by))

# %% [markdown]
# ## What is won, and what is lost?
# Only now do we look at the test pictures.

# %%
measure = "test_macro_f1"
simplest = runs.tabulate(anchors)
scores = comparison.summarise(pd.concat([simplest, table]), measure)
page.show(
    plots.intervals(scores, "system", "mean", "test macro-F1", mark=simplest[measure].max()),
    alt=f"Test macro-F1: {comparison.told_means(scores)}.",
    caption="Bars are 95% intervals of the mean over seeds. Dotted: the best baseline.",
)
worth = comparison.against(table, measure, "untreated")
page.table("worth", worth, "Test macro-F1, minus that of untreated, seed by seed", fold=True)

# %%
truth = grid["untreated"][0].labels("test")
answers = {way: [run.predicted("test") for run in grid[way]] for way in grid} | answers
answers |= {way: [anchors[way][0].predicted("test")] for way in rivals}
recalls = rare.recalls(answers, truth, classes)
page.show(
    plots.class_dots(recalls, {"recall": "share of test pictures found"}, "way"),
    alt="Recall of each class by every method, means over seeds.",
    caption="Recall of each class on the test pictures, mean over seeds. What a method gains in "
    f"the rare classes it can lose in {common}.",
)

# %%
found = rare.found(answers, truth, last)
page.table("rarest", found, f"{rarest} on the test pictures, by training", fold=True)
best = found[found["way"] == chosen]
price = rare.told_price(best, rarest)
right = table.groupby("system")["test_accuracy"].mean()
page.say(f"{price} Test accuracy: {right[chosen]:.3f}; untreated {right['untreated']:.3f}.")

# %% [markdown]
# ## What can so few pictures show?
# These are all test pictures of the rarest class. In how many trainings was each one found?

# %%
asked = np.flatnonzero(truth == last)
hits = np.sum([answer[asked] == last for answer in answers[chosen]], axis=0)
positions = grid["untreated"][0].positions("test")[asked]
page.show(
    plots.pictures(data.images[positions], [f"{k} of {len(answers[chosen])}" for k in hits]),
    alt=f"All {len(asked)} test pictures of {rarest}.",
    caption=f"All test pictures of {rarest}, and how many trainings of {chosen} find each.",
)

# %% [markdown]
# Suppose 3 of 10 are found. Another ten pictures would give another count, so the true share is uncertain. Guess: how wide is
# its 95% interval?

# %%
width_guess = None  # e.g. 0.2: your guess

# %%
low, high = statistics.wilson(3, 10)
page.guess(width_guess, high - low, "the width of that interval")
page.say(
    f"Wilson's interval, made for few pictures, is {low:.2f} to {high:.2f}. For one only 0.2 wide "
    f"you would need {statistics.pictures_needed(0.2)} pictures (if half of them are found)."
)

# %% [markdown]
# Guessing the rarest class **at random**, as often as the network says it, also gets some right. The network is clearly better
# only if its whole interval lies above that.

# %%
xlabel = f"share of the {len(asked)} test pictures of {rarest} that is found"
if best["found"].any():
    page.show(
        plots.intervals(rare.beside_chance(best), "training", "recall", xlabel),
        alt=f"Found by {chosen}, training by training: {rare.told(best)}.",
        caption=f"What {chosen} finds. Bars are 95% Wilson intervals.",
    )
luck = rare.told_luck(best, rarest)
page.say(luck)

# %% [markdown]
# More seeds give you more trainings, but no more test pictures.
#
# ## At full length
# Is it the same on all real pictures? The kit carries such runs: a head on ResNet50, as in R1, and the same with two of our
# methods (R1 itself enlarged the rare classes with changed copies).

# %%
ways = list(settings)[1:]
net = "R1.resnet50"
rows = {"untreated": net} | {way: f"{net}, {way}" for way in ways}
full = {way: carried.of_row(row) for way, row in rows.items()}
overview = rare.overview(full, r1.CLASSES)
page.table("full_length", overview, "Head on ResNet50, all real pictures, means over 5 seeds")

# %%
tests = {"test_accuracy": "test accuracy", measure: "test macro-F1"}
both = (
    pd.concat([simplest, table]).groupby("system", sort=False)[list(tests)].mean().reset_index()
)
both = both[both["system"].isin(overview["system"])].assign(group="here")
page.show(
    plots.class_dots(pd.concat([both, overview.assign(group="real")]), tests, "system"),
    alt="Accuracy and macro-F1 of each method, here and on all real pictures.",
    caption="The most accurate method need not have the highest macro-F1.",
)
one = chosen if chosen in ways else ways[1]
told = rare.told_change(overview, {"untreated": "a head on ResNet50", one: one}, r1.CLASSES[-1])
page.results["full_length"] = told

# %% [markdown]
# ## What we found

# %%
accuracy, _, macro = baselines.iloc[0][measures]
rival_scores = {way: anchors[way][0].metrics[measure] for way in rivals}
than = rare.beside(table[table["system"] == chosen], measure, rival_scores)
told = scores.set_index("system")["mean"]
page.conclude(
    rare.told_never(classes, accuracy, macro),
    page.results["full_length"],
    f"{rare.told_worth(worth)} {rare.told_beside(than, chosen, told[chosen], rival_scores)}",
    rare.told_offsets(told, right, chosen),
    rare.told_methods(runs.tabulate(full), measure, "untreated"),
    sure=rare.told_few(best, rarest),
)

# %% [markdown]
# ## Your turn
# 1. Which two classes does the untreated network mistake for each other most often?
#
# *Your answer:*
#
# 2. How many test pictures of the rare classes does the untreated network get right that looking up the article gets wrong?
#
# *Your answer:*
#
# 3. Set `batch_size` to 64. Does the test macro-F1 with class weights differ less from seed to seed?
#
# *Your answer:*

# %% tags=["solution"]
article, net = (answers[way][0] == truth for way in (rivals[0], "untreated"))
others = truth > 0
page.say(
    "Task 1: use `metrics.confusion` from notebook 02. Task 2: "
    f"{(others & net & ~article).sum()} of {others.sum()} (first training); the other way round "
    f"{(others & ~net & article).sum()}. Task 3: change the parameters cell and run again. In a "
    "step of five pictures, one with a large weight decides the direction."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which measure would you print for these classes, and what can be said
# of the rarest one? They will appear in the report.*

# %% [markdown]
# ## Questions
# 1. A network is right nine times out of ten. What do you ask first?
# 2. Balanced accuracy rises, and macro-F1 falls. What has the network begun to do?
# 3. A wrong *Formal* costs a customer a minute, and a missed one nothing. Which measure do you choose?
# 4. Why may training pictures be drawn more than once, but test pictures not?

# %%
page.save()
