# %% [markdown]
# # 12 · What can be read out of a report without its code?
# Takes figures that student reports print, and finds by counting which of them cannot be true together.
#
# **You will learn** to count a printed matrix, to test a printed share, to see what copies are worth, to compare losses.\
# **You need** notebooks 02 and 03, so that you know confusion matrices, intervals and the three parts of the pictures.\
# **Time** 40 minutes with its exercises; it trains nothing, and runs in seconds.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; quick and full give the same figures
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had; only to show pictures
most: int = 1000  # the largest number of pictures that is tried, 700 or more
share: str = "0.8333"  # a share to test, with every digit that is printed: put in your own
of_pictures: int = 30  # the number of pictures that it is said to be a share of

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd
from scipy.stats import entropy

from lib import claims, notebook, plots, runs
from lib.claims import copies, within
from lib.data import r1
from lib.data.augment import augment
from lib.data.policies import policy
from lib.evaluation import comparison, metrics, statistics
from lib.runs import carried

page = notebook.start("12_reading_reports", globals())
data = page.dataset

# %% [markdown]
# We have the texts of five student reports, R1 to R5, and neither their code nor their networks. Still, figures have
# to fit each other. Where they do not, at least one of them is wrong, and nobody has to train anything to see it.

# %%
grid = {name: carried.of_row(name) for name in ("R4.rmsprop_aug", "R4.rmsprop")}
copied = carried.of_row("R1.augmented, own way")
matrix = claims.printed_confusion()  # of R4
page.carried(runs.flat(grid) + copied)
drawn = "" if data.name == "fashion-mnist" else "Not the real pictures. "

# %% [markdown]
# ## Do this matrix and this accuracy belong together?
# R4 chose RMSprop with augmentation as its best system. It prints the confusion matrix of that network on the test
# pictures: true classes in rows, predicted classes in columns.

# %%
page.show(
    plots.confusion(matrix, sums=True),
    alt="The confusion matrix that report R4 prints, with the sums of its rows and columns.",
    caption="The matrix that R4 prints, with sums that we added. Colour shows the mistakes.",
    thumbnail=True,
)

# %% [markdown]
# What is right lies on the diagonal. Guess before you count: which share of all pictures is that?

# %%
guess = None  # e.g. 0.9: your guess, before you run on

# %%
right, total = int(np.trace(matrix)), int(matrix.to_numpy().sum())
stated = claims.printed("R4.rmsprop_aug", "test_accuracy")
page.guess(guess, right / total, "the share on the diagonal")
page.say(
    f"On the diagonal are {right:,} of {total:,} pictures: **{right / total:.4f}**. For the same "
    f"pictures the text states **{stated:.4f}**."
)

# %% [markdown]
# One network on one set of pictures has one accuracy. So the matrix or the text is wrong, or they are of two networks.
# Which, the report does not say. *At full length* below, we set our own trainings beside the two figures.
#
# ## Which classes are hard to tell apart?
# R4 says that T-shirts and shirts are its hardest pair. In its matrix that is so. Now read the sums of the columns: how
# often was each class answered, right or wrong?

# %%
answers = matrix.sum(axis="index").sort_values(ascending=False)
page.say(
    f"{answers.iloc[0]:,} pictures are called {answers.index[0]}, and only {answers.iloc[-1]:,} "
    f"{answers.index[-1]}; each class has 1,000. {matrix.loc['T-shirt/top', 'Shirt']} T-shirts are "
    f"called shirts, and {matrix.loc['Shirt', 'T-shirt/top']} shirts are called T-shirts."
)

# %% [markdown]
# So the mistake goes one way: T-shirts become shirts, hardly ever the reverse. The network says *Shirt* too often, for
# pullovers and dresses, too. Does that lie in the pictures, or in this one training? R4.rmsprop is the same
# network without augmentation. Which pair do ours confuse most, and do they say *Shirt* too often?

# %%
rows = {"R4's matrix": matrix}
for run in runs.flat(grid):
    own = metrics.confusion(run.labels("test"), run.predicted("test"), list(matrix))
    rows[f"our {run.label}, seed {run.config.seed}"] = own
pairs = pd.DataFrame({"matrix": list(rows)})
pairs["hardest pair"] = [metrics.hardest_pair(own) for own in rows.values()]
pairs["called Shirt"] = [own["Shirt"].sum() for own in rows.values()]
page.table("pairs", pairs, "The pair with the most mistakes, both ways, in each matrix")

# %%
often = pairs.iloc[1:].groupby(pairs["matrix"].str[4:-8])["called Shirt"].agg(["min", "max"])
told = ", ".join(f"{row.Index} {row.min:,} to {row.max:,} times" for row in often.itertuples())
page.say(f"A thousand would be right. *Shirt* is said by {told}.")

# %% [markdown]
# ## How many pictures were there?
# R1 gives three numbers of validation pictures: 6,667 in the text (15% of its shop), 30 in figure 3, and 670 in figure 4,
# after every part had been enlarged with changed copies. Its log of ResNet50 lets us count anew. First the training: the log
# shows 280 steps in each of 10 epochs, and the text has a batch size of 5.

# %%
epoch = 280 * 5  # steps, and pictures per step
few, many = sum(r1.FEW["train"]), sum(r1.ENLARGED["train"])
page.say(
    f"280 x 5 = **{epoch:,}** pictures in an epoch, {epoch / few:g} times the {few} of figure 3. "
    f"The {many:,} of figure 4 would be {-(-many // 5)} steps."
)

# %% [markdown]
# Now the validation. A share of 30 pictures is one of 31 fractions, from 0/30 to 30/30. A printed share that is none of
# them cannot be of 30 pictures. This is the **GRIM test** (Brown & Heathers 2017, doi:10.1177/1948550616673876). These are
# the nine validation accuracies that can be read in the log:

# %%
log = ["0.9833", "0.9900", "0.9733", "0.9567", "0.9367", "0.9667", "0.9700", "0.9500", "0.9167"]
for number in (30, 300):
    nearest = round(float(log[0]) * number)
    print(f"{nearest} of {number} is {nearest / number:.4f}; the log prints {log[0]}")

# %%
sizes = list(range(1, most + 1))
fits = [sum(statistics.count_behind(own, n) is not None for own in log) for n in sizes]
every = [n for n, own in zip(sizes, fits, strict=True) if own == len(log)]
marks = {n: f"{n} pictures" for n in (30, every[0], 670)}
page.show(
    plots.fitting(sizes, fits, marks, "pictures", "figures that fit"),
    alt=f"Numbers of pictures, and how many of the nine figures fit. {every[0]} fit all nine.",
    caption="How many of the nine printed accuracies each number of pictures can give.",
)

# %%
fewest = every[0]
page.say(
    f"Up to {most:,}, only {', '.join(map(str, every))} pictures can give all nine. {fewest} is "
    f"{fewest // 30} times 30, as {epoch:,} is {epoch // few} times {few}. So the "
    "log fits ten copies of each of the few pictures, and not the parts of figure 4."
)

# %% [markdown]
# Sometimes no log is needed. Fashion-MNIST has 60,000 pictures for training and 10,000 for testing. R2 speaks of 70,000 for
# training and 10,000 others for testing, R3 of 22,000 in all.
#
# **Your own figure.** Take a share from your own coursework, with all its digits, and the number of pictures behind it. Put
# both into the parameters cell as `share` and `of_pictures`.

# %%
page.say(statistics.told_share(share, of_pictures))

# %% [markdown]
# ## What are copies worth?
# R1 enlarged its test pictures, too. Each picture was turned, sheared and flipped until there were enough of its class.

# %%
table = copies.counted("test")
page.table(
    "copies", table, "R1's test pictures, before and after, and copies of each", digits=0
)
changed = augment(np.repeat(data.images[:1], 9, axis=0), policy("R1"), np.random.default_rng(0))
page.show(
    plots.pictures(np.concatenate([data.images[:1], changed])),
    alt="One picture, and nine changed copies of it.",
    caption=f"{drawn}One and nine copies of it. How many answers do you need to give?",
)

# %% [markdown]
# If a network answers all copies of a picture alike, two pictures decide a third of this accuracy. The number of *different*
# pictures that would tell as much is the **effective number** (Kish 1965). For copies that fare alike it is
# (sum of copies)² / (sum of copies²), over the pictures of the table.
#
# We have trained networks on such copies, and can measure how far copies agree.

# %%
each = np.repeat(table["copies of each"], table["pictures"])
alike = each.sum() ** 2 / (each**2).sum()
answered, worth = copies.answered(copied), copies.worth(copied)
number = int(table["copies"].sum())
wide = {n: 50 * np.ptp(statistics.wilson(round(0.9 * n), n)) for n in (number, round(alike))}
page.show(
    plots.shares(
        answered["right"],
        "share of its copies that are right",
        f"test pictures ({len(each)} per training)",
    ),
    alt="Most test pictures have all or none of their copies right.",
    caption=f"R1.augmented, {len(each)} test pictures in each of our {len(copied)} trainings.",
)

# %%
shown = " pictures, and to ".join(f"±{width:.0f} points with {n}" for n, width in wide.items())
page.say(
    f"If copies fare alike, the {number} copies tell as much as {alike:.0f} different pictures. In "
    f"our trainings they were worth {min(worth):.0f} to {max(worth):.0f}: fewer where the pictures "
    "with most copies happen to differ most. An accuracy near 90% is "
    f"known to {shown}."
)

# %% [markdown]
# ## Which losses may be compared?
# R1 sets the loss of a public notebook beside its own. The public one names gender, season, colour and usage of a product,
# R1 three usages. R1's loss is far lower, and R1 takes that for progress.
#
# First ask what a guesser gets without looking at a picture. Giving each of n classes the same probability has a loss of
# ln n, the natural logarithm. A guesser who knows the shares of the classes does better: that loss is their **entropy**.

# %%
shop = [own for _, own in within.FOUR_TASKS.values()]  # of gender, season, colour, usage
resnet = "R1.resnet50 protocol=R1.augmented"
learnt, new = (claims.printed(resnet, measure) for measure in ("running_loss", "val_loss"))
public = claims.printed("R1.published", "running_loss")
losses = [
    ("R1, training, classes as in figure 4", learnt, entropy(r1.ENLARGED["train"])),
    ("R1, training, classes as in figure 3", learnt, entropy(r1.FEW["train"])),
    ("R1, validation, classes as in figure 4", new, entropy(r1.ENLARGED["validation"])),
    ("R1, validation, classes as in figure 3", new, entropy(r1.FEW["validation"])),
    ("public, training, a sum of four losses", public, sum(shop)),
    ("public, training, a mean of four losses", public, sum(shop) / 4),
]
losses = pd.DataFrame(losses, columns=["loss", "as printed", "of a guesser"])
losses["printed / guesser"] = losses["as printed"] / losses["of a guesser"]
page.table("losses", losses, "Losses after the last epoch, and what guessing gives", digits=4)

# %%
part = losses["printed / guesser"]
page.say(
    f"With equal chances a guesser of three classes has {np.log(3):.2f}, of the public notebook's "
    f"four columns {sum(np.log(n) for n, _ in within.FOUR_TASKS.values()):.2f} together. Of what a "
    f"guesser has, R1's validation loss is {part[2]:.0%} or {part[3]:.0%}, the public one "
    f"{part[4]:.0%} or {part[5]:.0%}. R1 does not say which of its figures counts the "
    "classes of its log, nor the public notebook whether it adds or averages. So nobody can tell."
)

# %% [markdown]
# Only R1's *training* loss is lower in every reading. But R1 trained on copies of few pictures, which a network can learn
# by heart.
#
# ## At full length
# The kit carries runs of R4's best system as its text describes it, and of the same without augmentation, on all real
# pictures, with several seeds. Here they stand beside the two figures of the report.

# %%
figures = [("R4's text", stated), ("R4's matrix", right / total)]
for run in runs.flat(grid):
    figures.append((f"our {run.label}, seed {run.config.seed}", run.metrics["test_accuracy"]))
figures = pd.DataFrame(figures, columns=["figure", "accuracy"]).assign(pictures=total)
page.show(
    plots.intervals(
        comparison.with_wilson(figures, "accuracy", "pictures"),
        *("figure", "accuracy", "test accuracy"),
    ),
    alt="; ".join(f"{row.figure}: {row.accuracy:.3f}" for row in figures.itertuples()) + ".",
    caption="Bars are 95% intervals for other test pictures, not for other seeds.",
)

# %%
ours = [run.metrics["test_accuracy"] for run in grid["R4.rmsprop_aug"]]
plain = [run.metrics["test_accuracy"] for run in grid["R4.rmsprop"]]
low, high = statistics.prediction_interval(ours)
text, printed = (statistics.lies(each, low, high) for each in (stated, right / total))
page.say(
    f"One more training with augmentation would probably land between {low:.4f} and "
    f"{min(high, 1):.4f} (95%). The text's {stated:.4f} lies {text}, the matrix's "
    f"{right / total:.4f} {printed}. That rests on {len(ours)} trainings, of which the lowest has "
    f"{min(ours):.4f} and the next {sorted(ours)[1]:.4f}. "
    f"Without augmentation ours have {np.mean(plain):.4f}."
)

# %% [markdown]
# The kit keeps all statements that need no training. They were collected because they looked odd: no fair sample.

# %%
judged = within.compare()
shown = judged[["report", "claim", "elsewhere", "verdict"]]
page.say(f"All five reports, without any training: {claims.counted(judged)}.")
page.table("discrepancies", shown, "What reports say, and what stands against it", fold=True)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    f"Counting alone shows what cannot all be true: R4's matrix has {right / total:.4f} of the "
    f"pictures right, its text {stated:.4f}. R1 counts 670 validation pictures, but its log cannot "
    f"be of so many; R1's {number} test pictures are copies of {len(each)}.",
    f"Of where one more training of ours would land, R4's text lies {text}, its matrix {printed}.",
    f"R1's log fits {fewest} validation pictures, or a multiple.",
    f"R1's {number} copies were worth {min(worth):.0f} to {max(worth):.0f} pictures in ours.",
    sure="counted; only what one more training would get is estimated",
)

# %% [markdown]
# ## Your turn
# 1. Test a figure of your own coursework, as above. Does it fit? From how many pictures on does every share fit?
#
# *Your answer:*
#
# 2. R3 prints 169 parameters for its first convolution: 16 filters of 3 x 3 on a grey picture. How many are there really?
#
# *Your answer:*
#
# 3. R1's first network has the `share` of the parameters cell as its validation accuracy in nine of ten epochs. Figure 3
#    counts 25 Casual, 3 Formal and 2 Smart Casual pictures. What may the network have answered?
#
# *Your answer:*

# %% tags=["solution"]
page.say(
    "Task 1: with four decimals every share fits from 10,000 pictures on. "
    f"Task 2: nine weights and a bias for each filter, **{within.r3_first_layer()}**. Task 3: "
    f"{statistics.count_behind('0.8333', 30)} of 30 are right, as many as are Casual: it may have "
    "answered Casual every time."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which figure of a report would you check first, and why? They will appear in
# the report.*

# %% [markdown]
# ## Questions
# 1. A report prints a confusion matrix and no accuracy. Which other figures can you get from it?
# 2. Why does a figure that fits prove nothing?
# 3. Enlarging a test part with copies gives a narrower interval. Why is it too narrow?
# 4. What has a report to print so that two losses can be compared?

# %%
page.save()
