# %% [markdown]
# # 12 · What can you find out from a report without its code?
# We take numbers that student reports print, and find by counting which of them cannot be true together.
#
# **You will learn** to add up a printed matrix, to check a printed share, to see what copies are worth, and to compare losses.\
# **You need** notebooks 02 and 03: confusion matrices, intervals, and the three parts of the pictures.\
# **Time** 40 minutes with its exercises; it trains nothing, and runs in seconds.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means; here all are the same
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had; only to show pictures
most: int = 1000  # the largest number of pictures in figure 2, 700 or more
share: str = "0.8333"  # a share to check, with every digit that is printed: put in your own
of_pictures: int = 30  # the number of pictures that it is said to be a share of

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd

from lib import claims, notebook, plots, runs
from lib.claims import copies, rules, within
from lib.data import r1
from lib.data.augment import augment
from lib.data.policies import policy
from lib.evaluation import comparison, metrics, statistics
from lib.runs import carried

page = notebook.start("12_reading_reports", globals())
data = page.dataset

# %% [markdown]
# ## Do this matrix and this accuracy belong together?
# We have five reports that students wrote on networks for fashion pictures, R1 to R5, but neither their code nor their
# networks. Still, the numbers have to agree with each other. If they do not, something is wrong: perhaps a slip of the pen.

# %%
names = {"R4.rmsprop": "ours, not augmented", "R4.rmsprop_aug": "ours, augmented"}
grid = {system: carried.of_row(system) for system in names}
copied = carried.of_row("R1.augmented, own way")
matrix = claims.printed_confusion()  # of R4
page.carried(runs.flat(grid) + copied)

# %% [markdown]
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
# Correct answers are on the diagonal. Guess before you count: what share of all pictures is that?

# %%
guess = None  # e.g. 0.9: your guess, before you run on

# %%
right, total = int(np.trace(matrix)), int(matrix.to_numpy().sum())
counted, stated = right / total, claims.printed("R4.rmsprop_aug", "test_accuracy")
page.guess(guess, counted, "the share on the diagonal")
told = f"{right:,} of the {total:,} pictures are on the diagonal: **{counted:.4f}**."
page.say(f"{told} The text claims an accuracy of **{stated:.4f}**.")

# %% [markdown]
# One network has one accuracy on one set of pictures. So one of the two is wrong, or they come from two different networks.
# The report does not say. *At full length* below, we set our own trainings beside the two numbers.
#
# ## Which classes are hard to tell apart?
# R4 says that T-shirts and shirts are its hardest pair. Its matrix agrees. Now read the sums of the columns: how often did
# the network give each answer, right or wrong?

# %%
answers = matrix.sum(axis="index").sort_values(ascending=False)
page.say(
    f"The network says {answers.index[0]} {answers.iloc[0]:,} times, {answers.index[1]} "
    f"{answers.iloc[1]:,} times and {answers.index[-1]} only {answers.iloc[-1]:,} times, although "
    f"each has 1,000 pictures. It calls {matrix.loc['T-shirt/top', 'Shirt']} T-shirts shirts, and "
    f"{matrix.loc['Shirt', 'T-shirt/top']} shirts T-shirts."
)

# %% [markdown]
# So the mistake goes one way: T-shirts become shirts, hardly ever the reverse. The network says *Shirt* too often, for
# pullovers and dresses, too. Is that due to the pictures, or to R4's training? We have trained R4's network several times,
# with its augmentation and without. Which pair do our networks confuse most, and do they say *Shirt* too often?

# %%
rows = []
for system, name in names.items():
    for run in grid[system]:
        own = metrics.confusion(run.labels("test"), run.predicted("test"), list(matrix))
        rows.append((name, metrics.hardest_pair(own), own["Shirt"].sum()))
pairs = pd.DataFrame(rows, columns=["network", "hardest pair", "called Shirt"])

# %%
groups = pairs.groupby("network", sort=False)
often = groups["called Shirt"].agg(trainings="size", fewest="min", most="max")
often["usual hardest pair"] = groups["hardest pair"].agg(lambda own: own.mode()[0])
page.table("pairs", often.reset_index(), "How often each network says Shirt", fold=True)
without, with_it = often.to_dict("records")

# %%
always = "all" if with_it["fewest"] > max(1000, without["most"]) else "do not all"
page.say(
    f"With R4's augmentation our networks {always} say *Shirt* more often than without it: "
    f"{with_it['fewest']:,} to {with_it['most']:,} times, against {without['fewest']:,} to "
    f"{without['most']:,}. Their usual hardest pair is {with_it['usual hardest pair']}, without it "
    f"{without['usual hardest pair']}; R4's is {metrics.hardest_pair(matrix)}."
)

# %% [markdown]
# All our networks see the same test pictures. So if only the augmented ones say *Shirt* too often, the pictures are not the
# reason.
#
# ## How many pictures were there?
# R1 gives three numbers of validation pictures: 6,667 in the text (15% of its shop), 30 in its figure 3, and 670 in its
# figure 4, after every part had been enlarged with changed copies. Its log of ResNet50 lets us recount. First the training:
# the log shows 280 steps in each of 10 epochs, and the text has a batch size of 5.

# %%
epoch = 280 * 5  # steps, and pictures per step
few, many = sum(r1.FEW["train"]), sum(r1.ENLARGED["train"])
page.say(
    f"280 x 5 = **{epoch:,}** pictures in an epoch, {epoch / few:g} times the {few} of its figure "
    f"3. The {many:,} of its figure 4 would need {-(-many // 5)} steps."
)

# %% [markdown]
# Now the validation. With 30 pictures, only 31 shares are possible, from 0/30 to 30/30. A printed share that is not among
# them cannot come from 30 pictures. This is the **GRIM test** (Brown & Heathers 2017, doi:10.1177/1948550616673876). The log
# has ten validation accuracies, of which nine can be read. Which of R1's three numbers can give them?

# %%
log = ["0.9833", "0.9900", "0.9733", "0.9567", "0.9367", "0.9667", "0.9700", "0.9500", "0.9167"]


def fits(printed: str, pictures: int) -> bool:
    """Return whether some number of so many pictures gives the printed share, of four decimals."""
    nearest = round(float(printed) * pictures)
    return f"{nearest / pictures:.4f}" == printed


given = {number: sum(fits(each, number) for each in log) for number in (30, 670, 6667)}
told = ", ".join(f"with {number:,} pictures {count}" for number, count in given.items())
page.say(f"The log prints {', '.join(log)}. Of these nine are possible: {told}.")

# %%
sizes = list(range(1, most + 1))
fitting = [sum(fits(each, number) for each in log) for number in sizes]
every = [number for number, count in zip(sizes, fitting, strict=True) if count == len(log)]
fewest = every[0]
marks = {number: f"{number} pictures" for number in (30, fewest, 670)}
page.show(
    plots.fitting(sizes, fitting, marks, "pictures", "accuracies that fit"),
    alt=f"How many of nine accuracies fit each number of pictures. {fewest} is the first for all.",
    caption="How many of the nine printed accuracies each number of pictures can give.",
)

# %%
wrong = [f"{number:,}" for number, count in given.items() if count < len(log)]
page.say(
    f"Of all numbers up to {most:,}, only {' and '.join(map(str, every))} can give all nine. "
    f"{fewest} is {fewest // 30} times 30, as {epoch:,} is {epoch // few} times {few}. So the "
    f"log fits ten copies of each picture of R1's figure 3, and not {' or '.join(wrong)} pictures."
)

# %% [markdown]
# Larger numbers fit more easily: with four decimals, every share fits from 10,000 pictures on. And sometimes you do not even
# need a log. Fashion-MNIST has 60,000 pictures for training and 10,000 for testing. According to R2
# there are 70,000 for training and 10,000 others for testing, according to R3 22,000 in all. Both are wrong.
#
# **Try your own.** Take an accuracy from your own coursework, with all its digits, and the number of pictures behind it. Put
# both into the parameters cell as `share` and `of_pictures`.

# %%
page.say(statistics.told_share(share, of_pictures))

# %% [markdown]
# ## What are copies worth?
# R1 enlarged its test pictures, too. Each picture was turned, sheared and flipped until its class was big enough.

# %%
table = copies.counted("test")
page.table("copies", table, "R1's test pictures before and after copying", digits=1)
changed = augment(np.repeat(data.images[:1], 9, axis=0), policy("R1"), np.random.default_rng(0))
drawn = "" if data.name == "fashion-mnist" else " (not the real pictures)"
page.show(
    plots.pictures(np.concatenate([data.images[:1], changed])),
    alt="One picture, and nine changed copies of it.",
    caption=f"One picture and nine changed copies of it{drawn}.",
)

# %% [markdown]
# If all copies of a picture are right or wrong together, the two Smart Casual pictures decide a third of the accuracy. The
# number of *different* pictures that would tell us as much is called the **effective number** (Kish 1965). If copies always agree, it
# is (sum of copies)² / (sum of copies²), over the pictures of the table. Do they agree in networks that we trained on copies?

# %%
each = np.repeat(table["copies of each"], table["pictures"])
alike = each.sum() ** 2 / (each**2).sum()
answered, worth = copies.answered(copied), copies.worth(copied)
xlabel = "share of its copies that are right"
page.show(
    plots.shares(answered["right"], xlabel, "test pictures, all trainings"),
    alt="Most test pictures have all or none of their copies right.",
    caption=f"R1.augmented, {len(each)} test pictures in each of our {len(copied)} trainings.",
)

# %%
page.say(copies.told_worth(alike, worth))

# %% [markdown]
# We do not know whether R1 tested on all of these copies: its log shows only training and validation.
#
# ## Which losses may be compared?
# R1 sets the loss of a public notebook beside its own. The public one predicts gender, season, colour and usage of a
# product; R1 predicts only three usages. R1's loss is far lower, and R1 takes that as progress.
#
# First, what loss does guessing give? If you give each of n classes the same probability, the loss is ln n. If you know how
# frequent the classes are, you do better: the loss is their **entropy**. Each loss below has two such values: R1's figures 3
# and 4 give different class counts, and the public notebook does not say whether it averages or adds its four losses.

# %%
shop = [own for _, own in within.FOUR_TASKS.values()]  # entropies of the four columns
resnet = "R1.resnet50 protocol=R1.augmented"
last, new = (claims.printed(resnet, measure) for measure in ("running_loss", "val_loss"))
public = claims.printed("R1.published", "running_loss")
losses = copies.losses({"train": last, "validation": new}, public, shop)
page.table("losses", losses, "Losses after the last epoch, as a share of guessing")
page.say(copies.told_losses(losses))

# %% [markdown]
# ## At full length
# The kit carries runs of R4's best system, and of the same without augmentation, on all real pictures.

# %%
beside = [("R4's text", stated), ("R4's matrix", counted)]
for system, name in names.items():
    for run in grid[system]:
        beside.append((f"{name}, seed {run.config.seed}", run.metrics["test_accuracy"]))
beside = pd.DataFrame(beside, columns=["network", "accuracy"]).assign(pictures=total)
beside = comparison.with_wilson(beside, "accuracy", "pictures")
page.show(
    plots.intervals(beside, "network", "accuracy", "test accuracy"),
    alt="; ".join(f"{row.network}: {row.accuracy:.3f}" for row in beside.itertuples()) + ".",
    caption="Bars: 95% intervals, for other test pictures but the same trained network.",
)

# %%
trained = [run.metrics["test_accuracy"] for run in grid["R4.rmsprop_aug"]]
plain = np.mean([run.metrics["test_accuracy"] for run in grid["R4.rmsprop"]])
low, high = statistics.prediction_interval(trained)
once_more = (
    f"If we trained R4's best system once more, we would expect an accuracy of {low:.3f} to "
    f"{min(high, 1):.3f} (95%, from only {len(trained)} trainings). R4's matrix ({counted:.3f}) "
    f"lies {statistics.lies(counted, low, high)} that range, its text ({stated:.3f}) "
    f"{statistics.lies(stated, low, high)}."
)
page.say(f"{once_more} Without augmentation our networks reach {plain:.3f} on average.")

# %% [markdown]
# The kit keeps all statements that can be judged without any training. We collected them because they looked odd, so they
# are not a fair sample. Here are four of them.

# %%
judged = within.compare()
shown = judged[["report", "claim", "elsewhere", "verdict"]]
odd = judged["id"].isin(["R1.ninth", "R2.pictures", "R3.improved", "R4.confusion.columns"])
page.table("odd", shown[odd].iloc[:, :3], "What reports say, and what contradicts it")
page.table("discrepancies", shown, f"All {len(judged)} statements", fold=True)
kinds = judged["verdict"].map(rules.kind).value_counts()
page.say(
    f"Of {len(judged)} statements, {kinds['contradicted']} are contradicted by the report itself "
    f"or by the data set, {kinds['not supported']} do not follow from what is shown, and "
    f"{kinds['holds']} hold."
)

# %% [markdown]
# ## What we found

# %%
which = "none" if len(wrong) == len(given) else "not all"
page.conclude(
    f"A lot, by counting: R4 claims an accuracy of {stated:.1%}, but the confusion matrix that it "
    f"prints adds up to {counted:.1%}. R1 gives three numbers of validation pictures (6,667, 30 "
    f"and 670); its log fits {which} of them, but it fits {fewest}.",
    f"R1's {table['copies'].sum()} test pictures are {len(each)} pictures and copies of them. In "
    f"our own trainings they were worth only {min(worth):.0f} to {max(worth):.0f} different ones.",
    "Five checks, a minute each: add up the diagonal; sum the columns; multiply a share by the "
    "number of pictures; count the different pictures; work out the loss of guessing.",
    sure="The counting is certain, but what went wrong is not: R4 may have printed two different "
    "networks, and R1 may have made ten copies of each picture and described another set.",
)

# %% [markdown]
# ## Your turn
# 1. Check an accuracy of your own coursework, as above. Does it fit? From how many on does every share fit?
#
# *Your answer:*
#
# 2. R3 prints 169 parameters for its first convolution: 16 filters of 3 x 3 on a grey picture. How many are there really?
#
# *Your answer:*
#
# 3. R1's first network prints the `share` of the parameters cell as its validation accuracy in nine of ten epochs. R1's
#    figure 3 counts 25 Casual, 3 Formal and 2 Smart Casual validation pictures. What was it probably answering?
#
# *Your answer:*

# %% tags=["solution"]
page.say(
    "Task 1: with four decimals every share fits from 10,000 pictures on; with two, from 100 on. "
    f"Task 2: nine weights and a bias for each filter, **{within.r3_first_layer()}**. Task 3: "
    f"{statistics.count_behind('0.8333', 30)} of 30 are right, as many as are Casual: it probably "
    "answered Casual every time."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which number of a report would you check first, and why? They will
# appear in the report.*

# %% [markdown]
# ## Questions
# 1. A report prints a confusion matrix and no accuracy. Which other numbers can you get from it?
# 2. Why does a number that fits prove nothing?
# 3. Enlarging a test part with copies gives a narrower interval. Why is it too narrow?
# 4. What must a report print so that two losses can be compared?

# %%
page.save()
