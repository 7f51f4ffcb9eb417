# %% [markdown]
# # 09 · What does accuracy hide if classes are unequal?
# One class has most of the pictures; we try four ways to find the others.
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
from lib.evaluation import comparison, rare, rare_ways, rare_words, statistics, thresholds
from lib.evaluation.metrics import confusion
from lib.evaluation.picture_by_picture import told_coarse
from lib.runs import carried, few_labels
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
some = np.concatenate([split.train[trained == k][:3] for k in range(len(classes))])
sizes = [f"{name} ({n:,})" for name, n in zip(classes, np.bincount(trained), strict=True)]
titles = [classes[k].replace(" ", "\n") for k in labels[some]]
page.show(
    plots.pictures(data.images[some], titles, columns=9),
    alt=f"Up to three training pictures each of {', '.join(classes)}.",
    caption=f"Training pictures, up to three of each usage. In all: {', '.join(sizes)}.",
)

# %% [markdown]
# Three baselines need no network. One always gives the largest class. One looks up the article (shirt, watch, heels) and
# answers with its most common usage; it sees no picture. One copies the usage of the most similar training picture.
#
# **Your guess:** what share of the validation pictures of the second class does looking up the article find?

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
truth, looked_up = anchors[rivals[0]][0].labels("val"), anchors[rivals[0]][0].predicted("val")
second_found = (looked_up[truth == 1] == 1).mean() if (truth == 1).any() else 0.0
page.guess(guess, second_found, f"the share of {classes[1]} that it finds")

# %% [markdown]
# **Recall** is the share of a class that is found. **Precision** is the share of right answers among those that name the class.
# **F1** is high only if both are: F1 = 2 x precision x recall / (precision + recall). **Macro-F1** is the mean of F1 over the
# classes, large or small. **Balanced accuracy** is the mean of the recalls.

# %%
caption = f"{rivals[0].capitalize()}, on the validation pictures"
measures = ["val_accuracy", "val_balanced_accuracy", "val_macro_f1"]
page.table("by_class", rare.by_class(looked_up, truth, classes), caption)
page.say(rare_words.told_f1(truth, anchors[never][0].predicted("val"), looked_up, classes))

# %% [markdown]
# We choose our measure now, before we train a network. Later we might take the one that flatters our favourite. We take
# **macro-F1**, because we want every class found, with few false alarms. If only missed pictures were costly, we would take
# balanced accuracy, which counts what is found.
#
# ## How do we tell the training that a class is rare?
# Two of our four methods change the training. **Class weights** multiply the loss of each picture, so that every class counts
# the same in total. **Balanced sampling** draws the training pictures in such a way that all classes come up equally often, so
# a rare picture is seen again and again.

# %% tags=["open"]
counts = np.bincount(trained)
weights = len(trained) / (len(classes) * counts)  # one for each class
chance = weights[trained] / weights[trained].sum()  # of each training picture, to be drawn
drawn = np.random.default_rng(0).choice(len(trained), size=len(trained), p=chance)

# %% [markdown]
# This is how they reach the training. With sampling, each epoch has a draw of its own:
# ```python
# network.fit(features, trained, epochs=epochs, class_weight=dict(enumerate(weights)))  # class weights
# network.fit(features[drawn], trained[drawn], epochs=1)  # balanced sampling: again with a new draw
# ```

# %%
told = rare_words.told_drawn(classes, np.bincount(trained[drawn], minlength=last + 1), counts)
own = heads.teacher(pictures, article_limit)  # settings of the backbone of our own
on = heads.on(imagenet, pictures, own, download, epochs=epochs, batch_size=batch_size)
backbone, head = next(iter(on.items()))
kit = f" ({own.system})" * bool(head.start)
net = f"Each network is, as in 08, {heads.named(backbone)}{kit}."
page.say(f"{rare_words.told_weights(classes, weights, counts)} {told} {net}")
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
# The network gives each class a number, its **logit**, and answers with the class that has the highest. Our other two methods
# change the logits; no new training is needed. **Logit adjustment** subtracts the logarithm of the class's share of
# the training pictures (Menon et al. 2021, arXiv 2007.07314).

# %% tags=["open"]
_, truth, logits = grid["untreated"][0].predictions("val")
adjusted = logits - np.log(counts / counts.sum())

# %%
page.say(rare_words.told_shift(logits, adjusted, truth, classes, counts))

# %% [markdown]
# **Offsets** are numbers added to the logits, found by search: we take those with the best macro-F1 on the validation
# pictures. To see how it works, we first search for the rarest class only.

# %% tags=["open"]
offsets, said = np.linspace(0, 8, 33), {}
for offset in offsets:
    moved = logits.copy()
    moved[:, last] += offset
    said[offset] = moved.argmax(axis=1)
scores = [f1_score(truth, each, average="macro", zero_division=0) for each in said.values()]

# %%
of_last = rare.shares({key: [each] for key, each in said.items()}, truth, classes)
told, marks = rare_words.told_search(offsets, scores, classes, counts)
figure = plots.shifted(offsets, scores, of_last, rarest, marks)
caption = f"First training, validation. Only {rarest} is shifted; right: what is found of it."
page.show(figure, alt=told, caption=caption)
page.say(told)

# %% [markdown]
# The best macro-F1 is too good, because the offset was chosen on the same pictures. So from here on, offsets are chosen for
# all classes, on one half of the validation pictures, and judged on the other. For the test pictures they are chosen on all.

# %%
shifts, answers = thresholds.tabulate(grid["untreated"], trained)
table, simplest = pd.concat([runs.tabulate(grid), shifts]), runs.tabulate(anchors)
every = pd.concat([simplest.assign(system="baseline: " + simplest["system"]), table])
means = every.groupby("system", sort=False)[measures].mean().reset_index()
shown = means.rename(columns=lambda name: name.removeprefix("val_"))
caption = f"Validation pictures; what networks reach are means over {comparison.seeds(seeds)}"
page.table("ways", means, caption, shown=shown)
chosen = comparison.best(table[table["system"] != "untreated"], measures[-1])
said = rare_ways.told_choice(pd.concat([simplest, table]), measures, simple, chosen)
few = told_coarse(truth, classes, "The validation pictures")
apart = rare_ways.told_apart(table, weights, counts, batch_size, classes)
page.say(f"{said} {few}\n\n{apart}")

# %% [markdown]
# ## What is won, and what is lost?
# Only now do we look at the test pictures. First one training: of all, the one in the middle by what it finds
# of the rarest class.

# %%
truth = grid["untreated"][0].labels("test")
answers |= rare.of_runs(grid)[0] | rare.of_runs(anchors)[0]
found = rare.found(answers, truth, last)
best = found[found["way"] == chosen]
middle = rare.middle(best)

# %%
two = {way: confusion(truth, answers[way][middle], classes) for way in ("untreated", chosen)}
page.say(rare_words.told_matrices(*two.values(), chosen, list(best["found"])))
page.show(
    plots.confusions(two),
    alt=f"Confusion matrices on the test pictures: untreated, and {chosen}.",
    caption=f"Test pictures, seed {middle}. Framed: right answers. Blue: mistakes; darker: a "
    "greater share of the row.",
    thumbnail=True,
)

# %% [markdown]
# Now all methods, in all trainings: macro-F1, and recall and precision of the rarer classes.

# %%
measure = "test_macro_f1"
scores = comparison.summarise(pd.concat([simplest, table]), measure)
scores = scores.sort_values("mean", ascending=False, kind="stable", ignore_index=True)
dotted = comparison.best(simplest, "val_macro_f1")
of_classes = rare.shares(answers, truth, classes)
mark = anchors[dotted][0].metrics[measure]
page.show(
    plots.ways(scores, of_classes, list(dict.fromkeys([rarest, classes[1]])), simple, mark),
    alt=f"Test macro-F1: {comparison.told_means(scores)}.",
    caption="Test pictures, all trainings. Left: means with 95% intervals over seeds. Grey: "
    f"baselines. Dotted: {dotted}, best of them on validation.",
)

# %%
mine = rare.methods(table, answers, truth, classes)
mine = mine.drop(columns=["macro-F1", f"{rarest} found"], index=0)
caption = (
    f"Test macro-F1 and accuracy, {comparison.seeds(seeds)}. Clear: p < 0.05, corrected for "
)
page.table("methods", mine, f"{caption}{len(mine) - 1} methods (Holm)")
rival_scores = {way: anchors[way][0].metrics[measure] for way in rivals}
than = rare.beside(table[table["system"] == chosen], measure, rival_scores)
reached = scores.set_index("system")["mean"]
page.say(rare_ways.told_beside(than, chosen, reached[chosen], rival_scores))
page.table("rarest", found, f"{rarest} on the test pictures, by training", fold=True)

# %% [markdown]
# ## What can so few pictures show?
# Here are test pictures of the rarest class. In how many trainings was each one found?

# %%
asked = np.flatnonzero(truth == last)[:30]
hits = np.sum([answer[asked] == last for answer in answers[chosen]], axis=0)
asked, hits = asked[np.argsort(-hits, kind="stable")], np.sort(hits)[::-1]
positions = grid["untreated"][0].positions("test")[asked]
columns = max(-(-len(asked) // (1 + len(asked) // 16)), 10)  # two rows alike
page.show(
    plots.pictures(data.images[positions], [f"{k} of {seeds}" for k in hits], columns=columns),
    alt=f"{len(asked)} test pictures of {rarest}.",
    caption=f"{rarest}, test pictures, and how many trainings of {chosen} find each.",
)

# %% [markdown]
# Suppose 3 of 10 are found. Another ten pictures would give another count, so the true share is uncertain.
#
# **Your guess:** how wide is its 95% interval?

# %%
width_guess = None  # e.g. 0.2: your guess

# %%
low, high = statistics.wilson(3, 10)
page.guess(width_guess, high - low, "the width of that interval")
told = f"Wilson's interval, made for few pictures, is {low:.2f} to {high:.2f}. An interval only"
needed = statistics.pictures_needed(0.2)
page.say(f"{told} 0.2 wide needs {needed} pictures (if half are found).")
page.say(rare_words.told_luck(best, rarest))

# %% [markdown]
# ## At full length
# Is it the same on all real pictures? The kit carries such runs: a head on ResNet50, and two of our methods on it.

# %%
ways, net = list(settings)[1:], "R1.resnet50"
rows = {"untreated": net} | {way: f"{net}, {way}" for way in ways}
full = {way: carried.of_row(row) for way, row in rows.items()}
real = (runs.tabulate(full), *rare.of_runs(full), r1.CLASSES)
caption = "A head on ResNet50 on all real test pictures: means over 5 seeds; found: the range"
page.table("full_length", rare.methods(*real), caption)
plain = [carried.of_row(few_labels.USAGE[way])[0].metrics[measure] for way in rivals]
worth = comparison.against(table, measure, "untreated").set_index("system", drop=False)
one = worth.loc[chosen if chosen in ways else ways[1]]  # of those that were trained there, too
second = of_classes[of_classes["group"] == classes[1]].set_index("way")["recall"]
page.results["full_length"], why = rare_ways.told_full(*real, one, second["untreated"])
page.say(f"Macro-F1 there without a network: {rare_words.each(rivals, plain)}. {why}")

# %% [markdown]
# ## What we found

# %%
rival = comparison.best(simplest[simplest["system"] != never], "val_macro_f1")
beside = comparison.row_of(rival, than)
rival = rival, simplest.set_index("system")["val_macro_f1"][rival]
right = table.groupby("system")["test_accuracy"].mean()[["untreated", chosen]].to_dict()
page.conclude(
    "A number that is right for the common class can be blind to the rare ones.",
    rare_ways.told_advice(pd.concat([simplest, table]), rarest, chosen, rival),
    rare_ways.told_price(real[0], one["system"], best, rarest, chosen),
    answer=rare_words.told_never(classes, (truth == 0).mean(), right, found),
    sure=rare_words.told_few(best, rarest, beside),
)

# %% [markdown]
# ## Your turn
# 1. Work out precision and recall of the second class for both networks, from the two confusion matrices. Which network
#    has the higher F1?
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
second = {way: f1_score(truth == 1, answers[way][middle] == 1, zero_division=0) for way in two}
told = rare_words.each(second, second.values(), ".2f")
rights = [(truth > 0) & net & ~article, (truth > 0) & ~net & article, truth > 0]
page.say(rare_words.told_tasks(classes[1], told, *map(sum, rights)))

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
