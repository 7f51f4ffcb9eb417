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
most: int = 1000  # the largest number of pictures to try, 700 or more
share: str = "0.9733"  # a share to check, with every digit that is printed: put in your own
of_pictures: int = 150  # the number of pictures that it is said to be a share of

# %% [markdown]
# ## Set-up

# %%
import numpy as np

from lib import claims, notebook, plots, runs
from lib.claims import copies, rules, told, within
from lib.data.augment import augment
from lib.data.policies import policy
from lib.evaluation import statistics
from lib.runs import carried

page = notebook.start("12_reading_reports", globals())
data = page.dataset

# %% [markdown]
# ## Do this matrix and this accuracy belong together?
# We have five reports that students wrote on networks for fashion pictures, R1 to R5, but neither their code nor their
# networks. The reports are not part of this kit: we copied their numbers. Numbers have to agree with each other. If they do not,
# something is wrong: perhaps a slip of the pen. We have not asked the authors, so we name no cause as certain.

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
    plots.added_up(matrix),
    alt="The confusion matrix that report R4 prints, with the sums of its rows and columns.",
    caption="The matrix that R4 prints: true classes in rows, predicted classes in columns. "
    "Framed: right answers. Blue: mistakes. No number: 0. The sums are ours.",
    thumbnail=True,
)

# %% [markdown]
# Correct answers are on the diagonal.
#
# **Your guess, before you count:** what share of all pictures is that?

# %%
guess = None  # e.g. 0.9: your guess, before you run on

# %% tags=["open"]
right = int(np.trace(matrix))  # the sum of the diagonal
total = int(matrix.to_numpy().sum())
counted = right / total

# %%
stated = claims.printed("R4.rmsprop_aug", "test_accuracy")
page.guess(guess, counted, "the share on the diagonal")
page.say(
    f"{right:,} of the {total:,} pictures are on the diagonal: **{counted:.2%}**. The text claims "
    f"an accuracy of **{stated:.2%}**."
)

# %% [markdown]
# One network has one accuracy on one set of pictures. So one of the two is wrong, or they come from two networks, or from two
# sets of pictures. The report does not say. But we can train R4's best system ourselves, several times, with its augmentation and without.

# %%
groups = {
    name: [run.metrics["test_accuracy"] for run in grid[system]]
    for system, name in reversed(names.items())
}
ranges = {name: statistics.prediction_interval(values) for name, values in groups.items()}
marks = {"R4's matrix": counted, "R4's text": stated}
page.show(
    plots.once_more(groups, ranges, marks, "test accuracy"),
    alt="; ".join(f"{name}: {min(own):.1%} to {max(own):.1%}" for name, own in groups.items())
    + ".",
    caption="R4's network trained by us. Points: one training each (their height means "
    "nothing). Bands: where one more training would land (95% range). Dashed: R4's two accuracies.",
)
page.say(told.text_and_matrix(counted, stated, *groups.values()))

# %% [markdown]
# ### Which classes are hard to tell apart?
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
# pullovers and dresses, too. Is that due to the pictures, or to R4's training? Our own trainings answered the same pictures.

# %%
often = {
    name: [
        int((run.predicted("test") == list(matrix).index("Shirt")).sum())
        for run in grid[system]
    ]
    for system, name in names.items()
}
page.say(told.shirts(often["ours, augmented"], often["ours, not augmented"]))

# %% [markdown]
# ## How many pictures were there?
# R1 trained two networks: a small one, which we call its first, and a head on ResNet50. How many pictures did it use? It says so
# in several places. The log of its ResNet50 has the lines that Keras prints after each epoch, so it lets us count again. First
# the training pictures: the log shows 280 steps in each epoch, and the text has a batch size of 5.

# %%
page.table("r1", told.counts(), "How many pictures R1 used, by each place that tells it")
steps = 280
epoch = steps * 5  # pictures per step
page.say(told.steps(epoch, steps))

# %% [markdown]
# Now the validation pictures. Of 30 pictures, only 31 shares are possible, from 0/30 to 30/30. A printed share that is not among
# them is not of 30 pictures. This is the **GRIM test** (Brown & Heathers 2017). Nine of the log's ten validation accuracies can
# be read. Which number of pictures gives all nine?


# %% tags=["open"]
def fits(printed: str, pictures: int) -> bool:
    """Return whether some number of so many pictures gives the printed share, of four decimals."""
    nearest = round(float(printed) * pictures)
    return f"{nearest / pictures:.4f}" == printed


log = ["0.9833", "0.9900", "0.9733", "0.9567", "0.9367", "0.9667", "0.9700", "0.9500", "0.9167"]
given = {number: sum(fits(each, number) for each in log) for number in (6667, 30, 670, 300)}

# %%
page.say(told.grim(log[0], 30, 300))
sizes = list(range(1, most + 1))
fitting = [sum(fits(each, number) for each in log) for number in sizes]
every = [number for number, count in zip(sizes, fitting, strict=True) if count == len(log)]
own = {number: given[number] for number in (30, 670, 6667)}
page.show(
    plots.fitting(sizes, fitting, own, "number of validation pictures", "accuracies that fit"),
    alt=f"How many of nine accuracies fit each number of pictures. {every[0]} fits all.",
    caption="How many of R1's nine accuracies each number of pictures can give. Orange: R1's own.",
)
page.say(told.fitting(every, most, epoch))
page.say(told.by_chance(6667, given[6667], len(log)))

# %% [markdown]
# **Try your own.** Take an accuracy from your own coursework, with all its digits, and the number of pictures behind it. Put
# both into the parameters cell as `share` and `of_pictures`.

# %%
page.say(statistics.told_share(share, of_pictures))

# %% [markdown]
# ## What are copies worth?
# R1 enlarged its test pictures, too. Each picture was turned, sheared and flipped until its class was big enough.

# %%
table = copies.counted("test")
about = "R1's test pictures and copies (which of them it tested on, is not said)"
shown = table.rename(columns={"copies of each": "copies of each, on average"})
page.table("copies", table, about, digits=1, shown=shown)
changed = augment(np.repeat(data.images[:1], 9, axis=0), policy("R1"), np.random.default_rng(0))
bright = 255 - np.concatenate([data.images[:1], changed])  # negatives: dark on white
drawn = ", drawn by code" * bool(data.truth)
page.show(
    plots.pictures(bright, ["original", *["copy"] * 9], columns=10),
    alt="One picture, and nine changed copies of it.",
    caption=f"A picture of the set {data.name}{drawn}, and nine copies of it, changed as R1 did.",
)

# %% [markdown]
# Take one picture 99 times and another once. If copies are always right or wrong together, the first decides nearly everything.
# The **effective number** (Kish 1965) says how many *different* pictures tell as much as these 100: (99 + 1)² / (99² + 1²) = 1.02.

# %% tags=["open"]
each = np.repeat(table["copies of each"], table["pictures"])  # one number for each picture
alike = each.sum() ** 2 / (each**2).sum()

# %%
page.say(told.effective(table, alike))
answered, worth = copies.answered(copied), copies.worth(copied)
twice = copies.twice(answered)
legend = {"copies": "each copy counts alike", "pictures": "each picture counts alike"}
page.show(
    plots.twice(twice, "training", legend, "share of right answers"),
    alt="Accuracy of each training, over all copies and over the different pictures.",
    caption="Do copies agree? R1's first network, trained by us on training copies, on "
    f"{each.sum():.0f} copies of {len(each)} pictures.",
)
page.say(told.copies_agree(answered, twice))
page.say(copies.told_worth(alike, worth))
page.fold("How this number is measured", copies.behind_worth(alike))

# %% [markdown]
# ## Which losses may be compared?
# R1 finds its loss far lower than that of a public notebook, and takes that as progress. But the public network answers four
# questions at once, R1's only one. So divide each loss by that of guessing. Whoever guesses knows how often each class
# comes, but sees no picture. The loss is then the **entropy** of these shares:

# %% tags=["open"]
shares = np.array([25, 3, 2]) / 30  # of R1's first count: Casual, Formal, Smart Casual
guessing = -(shares * np.log(shares)).sum()

# %%
shop = [own for _, own in within.FOUR_TASKS.values()]  # entropies of the four columns
resnet = "R1.resnet50 protocol=R1.augmented"
last, new = (claims.printed(resnet, measure) for measure in ("running_loss", "val_loss"))
public = claims.printed("R1.published", "running_loss")
losses = copies.losses({"train": last, "validation": new}, public, shop, copied)
shown = losses.drop(columns=["low", "high", "least", "most"])
about = f"Losses beside those of guessing; {guessing:.3f} is worked out above"
page.table("losses", losses, about, shown=shown)
page.say(copies.told_losses(losses, copied))

# %% [markdown]
# ## What else is there to find?

# %%
judged = within.compare()
page.say(
    f"{told.statements(judged)} Here are three. Cover the last two columns: what would you check?"
)
shown = judged[["report", "claim", "elsewhere"]].assign(
    verdict=judged["verdict"].map(rules.kind)
)
shown = shown.replace(r"(?<!\d)\.(?=\d)", "0.", regex=True)  # .4013 is 0.4013
three = ["R2.pictures", "R2.chosen", "R3.total"]
page.table(
    "odd", shown[judged["id"].isin(three)], "What reports say, and what another place says"
)

# %% [markdown]
# ## What we found

# %%
wrong = [number for number, count in given.items() if count < len(log)]
column = (answers.index[0], int(answers.iloc[0]), int(matrix.loc[answers.index[0]].sum()))
alike_of = (int(each.sum()), len(each))
of_losses = "R1: {}; public: {}".format(*losses["loss / guessing"].iloc[[0, 2]])  # training
checks = told.checklist((stated, counted), column, wrong, alike_of, of_losses)
page.table("checks", checks, "Five checks, a minute each")

# %%
page.results["in_short"] = {"Answer": told.answer(stated, counted, wrong, every[0])}
page.conclude(
    "The numbers of a report have to agree with each other. To see that they do not, you need "
    "neither its code nor a network; to ask which is likelier, we trained networks.",
    f"A copy is no new picture: R1's {each.sum():.0f} copies of test pictures are worth about "
    f"{alike:.0f} different ones by counting, {told.span(worth)} by {len(worth)} trainings.",
    "Do these five checks on your own report before you hand it in.",
    sure="The counting is certain, but what went wrong is not: R4 may have printed two different "
    "networks, and R1 may have made ten copies of each picture, or set the number of steps.",
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
# 3. R1's first network prints the same validation accuracy in nine of ten epochs: five sixths, with four decimals. R1's first
#    count has 25 Casual, 3 Formal and 2 Smart Casual validation pictures. What was it probably answering?
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
about = f"All {len(judged)} statements (contradicted: the two do not agree)"
page.table("discrepancies", shown, about, fold=True)

# %%
page.save()
