# %% [markdown]
# # 09 · What does accuracy hide where classes are unequal?
# Sorts product pictures into three classes, one of which has nearly all of them, and tries four ways to find the others.
#
# **You will learn** to read accuracy beside macro-F1, to treat rare classes, to say what a handful of pictures can show.\
# **You need** notebook 08, so that you know the head on a frozen backbone.\
# **Time** 40 minutes with its exercises; the quick profile runs in about 25 seconds.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real product pictures if they are there, else synthetic ones
imagenet: list = ["mobilenet_v2"]  # the backbone, where its weights are at hand
download: bool = True  # whether weights may be fetched; it gives up after 15 seconds
limit: int = 2000  # pictures for training and validation together; 0: all
article_limit: int = 2500  # as in notebook 08: pictures for the kit's own backbone
epochs: int = 5  # passes of the head; report R1's are 10
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
from lib.evaluation import comparison, rare, sentences, statistics, thresholds
from lib.runs import carried
from lib.training import heads

page = notebook.start("09_imbalance", globals(), colour=True)
data = page.dataset

# %% [markdown]
# ## What does accuracy say here?
# The task is that of R1, a student report that this course checks: a picture of a product goes in, its usage comes out.

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
# Three baselines need no network. One always says the largest class. One looks up the article, and says the usual usage of
# that article; it sees no picture. One takes the usage of the most similar training picture.
#
# Guess: in which share of the validation pictures is the first one right?

# %%
guess = None  # e.g. 0.5: your guess

# %%
simple = {
    f"always {common}": {"system": "anchor.majority"},
    "by the article": {"system": "anchor.column", "arguments": {"column": "articleType"}},
    "most similar": {"system": "anchor.nearest"},
}
settings = {name: RunConfig(data=pictures, **kind) for name, kind in simple.items()}

# %%
anchors = runs.grid(settings, 1, data)
measures = ["val_accuracy", "val_balanced_accuracy", "val_macro_f1"]
baselines = runs.tabulate(anchors)[["system", *measures]]
page.table("baselines", baselines, "Baselines, on the validation pictures")
page.guess(guess, baselines["val_accuracy"].iloc[0], f"always {common}")

# %% [markdown]
# How can one who never looks be right so often, and have the lowest macro-F1? **F1** of a class is high if its pictures are
# found (recall), and what is called so is right (precision). **Macro-F1** is the mean over classes, large or small.
# **Balanced accuracy** is the mean of their recalls alone.

# %%
never = anchors[f"always {common}"][0]
each = f1_score(never.labels("val"), never.predicted("val"), average=None, zero_division=0)
told = ", ".join(f"{value:.3f} ({name})" for name, value in zip(classes, each, strict=True))
page.say(f"F1 of always {common}: {told}. Their mean is its macro-F1: {each.mean():.3f}.")

# %% [markdown]
# ## How can training be told that a class is rare?
# The network is the head of notebook 08, on the same frozen backbone. Two ways act on its training. **Class weights** multiply
# the loss of each picture, so that every class counts alike in the sum. In Keras that is `fit(..., class_weight=weights)`.

# %%
counts = np.bincount(trained)
weights = len(trained) / (len(classes) * counts)
told = ", ".join(f"{value:.2f} ({name})" for name, value in zip(classes, weights, strict=True))
page.say(f"Weights: {told}.")

# %% [markdown]
# **Balanced sampling** draws the pictures of each step, so that every class comes equally often. A rare picture is then
# seen again and again. Validation and test pictures stay as they are in both ways.

# %%
source = heads.teacher(pictures, article_limit)
here = {"epochs": epochs, "batch_size": batch_size}
name, head = next(iter(heads.on(imagenet, pictures, source, download, **here).items()))
ways = ["untreated", "class weights", "balanced sampling"]
kinds = ["none", "class_weights", "balanced_sampling"]
settings = {way: head.changed(imbalance=kind) for way, kind in zip(ways, kinds, strict=True)}
grid = runs.grid(settings, seeds, data)
teachers = [runs.fetch_or_train(source, data)] if head.start else []
page.record([*runs.flat(anchors, grid), *teachers])
page.say(f"The backbone here: **{name}**.")

# %% [markdown]
# ## Can the answer be moved after training?
# Two other ways need no new training. They add a number to each class's logit. **Logit adjustment**
# takes off the logarithm of the class's share in training (Menon et al. 2021, arXiv 2007.07314).

# %%
_, truth, logits = grid["untreated"][0].predictions("val")
adjusted = logits - np.log(counts / counts.sum())
before, after, true = logits.argmax(axis=1), adjusted.argmax(axis=1), truth == last
page.say(
    f"Called {rarest}, seed 0: {(before == last).sum()} before, {(after == last).sum()} after, of "
    f"them {(after == last)[true].sum()} rightly. There are {true.sum()} in all."
)

# %% [markdown]
# **Offsets** are searched instead: those with the best macro-F1 on the validation pictures. What chose them may not judge them.
# So each half of the validation pictures is measured with the offsets that the other half chose.

# %%
after, answers = thresholds.tabulate(grid["untreated"], trained)
table = pd.concat([runs.tabulate(grid), after])
means = table.groupby("system", sort=False)[measures].mean().reset_index()
page.table("ways", means, f"Validation pictures, means over {comparison.seeds(seeds)}")

# %%
by = {measure: comparison.best(table, measure) for measure in measures}
chosen = by["val_macro_f1"]
page.say(
    f"By accuracy we would choose {by['val_accuracy']}, by balanced accuracy "
    f"{by['val_balanced_accuracy']}. We choose by macro-F1, and that is **{chosen}**. The measure "
    "decides, so it has to be fixed first. A gain in one of the three may cost another."
)

# %% [markdown]
# ## What is won, and what is lost?
# Now the test pictures, for the first time. The three baselines stand beside the networks. A network with a lower macro-F1
# than the article alone is a poor choice on the whole. It may still find pictures that the article's name does not give away.

# %%
measure = "test_macro_f1"
scores = comparison.summarise(pd.concat([runs.tabulate(anchors), table]), measure)
page.show(
    plots.intervals(scores, "system", "mean", "test macro-F1"),
    alt=f"Test macro-F1: {comparison.told_means(scores)}.",
    caption="Bars are 95% intervals of the mean over seeds. The three baselines are one answer "
    "each, without seeds.",
)
worth = comparison.against(table, measure, "untreated")
page.table("worth", worth, "Test macro-F1, minus that of untreated, seed by seed", fold=True)
page.say(rare.told_worth(worth))

# %%
truth = grid["untreated"][0].labels("test")
answers = {way: [run.predicted("test") for run in grid[way]] for way in grid} | answers
answers["by the article"] = [anchors["by the article"][0].predicted("test")]
recalls = rare.recalls(answers, truth, classes)
page.show(
    plots.class_dots(recalls, {"recall": "share of test pictures found"}, "way"),
    alt="Recall of each class by every way, means over seeds.",
    caption="Recall of each class on the test pictures, mean over seeds. What a way wins in the "
    f"rare classes it may lose in {common}.",
)

# %% [markdown]
# ## What can so few pictures show?
# These are all test pictures of the rarest class. In how many trainings was each one found?

# %%
asked = np.flatnonzero(truth == last)
hits = np.sum([each[asked] == truth[asked] for each in answers[chosen]], axis=0)
positions = grid["untreated"][0].positions("test")[asked]
page.show(
    plots.pictures(data.images[positions], [f"{k} of {len(answers[chosen])}" for k in hits]),
    alt=f"All {len(asked)} test pictures of {rarest}.",
    caption=f"All test pictures of {rarest}, and how many trainings of {chosen} find each.",
)

# %% [markdown]
# Say that 3 of 10 are found. The share of all such pictures in the world that would be found is then uncertain: another ten
# would give another count. How wide is its 95% interval, from 0 to 1?

# %%
width_guess = None  # e.g. 0.2: your guess

# %%
low, high = statistics.wilson(3, 10)
page.guess(width_guess, high - low, "the width of that interval")
page.say(
    f"Wilson's interval for 3 of 10: {low:.2f} to {high:.2f}. For a width of 0.2, where half "
    f"are found, one needs {statistics.pictures_needed(0.2)} pictures."
)

# %% [markdown]
# Someone who says the rarest class **at random**, as often as the network, also hits some. The network must hit clearly more:
# its whole interval has to lie above that.

# %%
found = rare.found(answers, truth, last)
page.table("rarest", found, f"{rarest} on the test pictures; blind: at random", fold=True)
shown = found[found["way"].isin(["untreated", chosen])]
shown = shown.assign(label=shown["way"] + ", seed " + shown["seed"].astype(str))
blind = shown.assign(recall=shown["blind"], low=shown["blind"], high=shown["blind"])

# %%
page.show(
    plots.intervals(
        pd.concat([shown.assign(group="network"), blind.assign(group="at random")]),
        "label",
        "recall",
        f"share of {rarest} that is found",
    ),
    alt=f"Found, by the seed: {rare.told(shown)}.",
    caption=f"Found of {len(asked)} test pictures of {rarest}. Bars: 95% Wilson intervals.",
)

# %% [markdown]
# Seeds give more trainings, not more pictures. And pictures that resemble each other tell less than as many different ones.
#
# ## At full length
# The kit carries runs on all real pictures, at full length, each with several seeds. They are what a claim is judged by.

# %%
rows = ["R1.baseline", "R1.resnet50", *(f"R1.resnet50, {way}" for way in ways[1:])]
page.reference(*rows, measure=measure)
full = {row: carried.of_row(row) for row in rows}
small = rare.overview(full, r1.CLASSES)
page.table("full_length", small, "The same runs, means over seeds, on the test pictures")

# %%
one = chosen if chosen in ways[1:] else ways[2]
there = comparison.against(runs.tabulate(full), measure, rows[1]).set_index("system")["verdict"]
told = worth.set_index("system")["verdict"][one], [there[f"{rows[1]}, {one}"]]
agrees = sentences.here_and_there(*told, f"in macro-F1 {one}", "no treatment")
page.say(agrees)
page.results["full_length"] = f"{agrees} {rare.told_overview(small)}"

# %% [markdown]
# ## What we found

# %%
accuracy, _, macro = baselines.iloc[0][measures]
best = found[found["way"] == chosen]
article = anchors["by the article"][0].metrics[measure]
own = comparison.against_figure(table[table["system"] == chosen], measure, article)
page.conclude(
    f"Accuracy hides the rare classes. Always answering {common} is right for {accuracy:.1%} of "
    f"the validation pictures, but its macro-F1 is only {macro:.3f}.",
    f"Validation macro-F1 chooses {chosen}. {rare.told_worth(worth)} In the test "
    f"{sentences.versus(own['verdict'][0], f'the network ({chosen})', 'looking up the article')}.",
    agrees,
    f"Test pictures of {rarest} found: {rare.told(best)}. In {int(best['sure'].sum())} of "
    f"{len(best)} trainings that is clearly more than by chance.",
    sure=rare.told_few(best, rarest),
)

# %% [markdown]
# ## Your turn
# 1. Which two classes does the untreated network mistake for each other most often?
#
# *Your answer:*
#
# 2. How many test pictures of the rare classes does the untreated network get right that the article alone gets wrong?
#
# *Your answer:*
#
# 3. Set `batch_size` to 64. Does the test macro-F1 with class weights differ less from seed to seed?
#
# *Your answer:*

# %% tags=["solution"]
column, net = answers["by the article"][0] == truth, answers["untreated"][0] == truth
others = truth > 0
page.say(
    f"Task 2: **{int((others & net & ~column).sum())}**, and {int((others & ~net & column).sum())} "
    f"the other way round, of {int(others.sum())} (seed 0). Task 1: "
    "`metrics.confusion` of notebook 02 tells. Task 3: change the parameters cell and run again. A "
    "step of five pictures in which one has a large weight follows that one."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which measure would you print for these classes, and what can be said
# of the rarest one? They will appear in the report.*

# %% [markdown]
# ## Questions
# 1. A network is right in nine of ten cases. What do you ask first?
# 2. Balanced accuracy rises, and macro-F1 falls. What has the network begun to do?
# 3. A wrong *Formal* costs a customer a minute, and a missed one nothing. Which measure do you choose?
# 4. Why may training pictures be drawn again, and test pictures not?

# %%
page.save()
