# %% [markdown]
# # 01 · What is in the data, and what is wrong with it?
# This notebook looks at the pictures before any network does. It shows grey pictures, then
# colour pictures from a shop. The shop also has a product table, and its data have more faults.
#
# **You will learn** to look first, to find copies and doubtful labels, to count what a table loses, to see a split leak.\
# **You need** notebook 00.\
# **Time** 30 minutes with its exercises; the quick profile runs in half a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto takes real pictures, grey and in colour, else synthetic ones
pictures: int = 3500  # compared with one another, taken evenly from all of them; 0: all

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd

from lib import notebook, plots
from lib.audit import duplicates, leak
from lib.audit import pictures as audit
from lib.audit import table as audit_table
from lib.config import DataConfig
from lib.data import groups
from lib.data.fashion_mnist import votes
from lib.data.parts import parts
from lib.evaluation import comparison

page = notebook.start("01_data_audit", globals())
data, shop = page.dataset, page.colour()
labels, classes = data.labels["class"], data.classes["class"]

# %% [markdown]
# ## What is there, and is it balanced?
# Look before you count. These are the grey pictures, one class per row.

# %%
chosen = [np.resize(np.flatnonzero(labels == k), 10) for k in range(len(classes))]
page.show(
    plots.pictures(data.images[np.concatenate(chosen)], columns=10),
    alt="Ten pictures of each class, one class per row: " + ", ".join(classes) + ".",
    caption=f"Ten pictures of each class, one class per row: {', '.join(classes)}.",
    thumbnail=True,
)

# %% [markdown]
# A network learns a small class badly, and we measure it badly. Whoever always answers with the largest class is right as often
# as that class occurs. This is the least that a network has to beat.

# %%
known = labels >= 0
_, divided = parts(data, DataConfig(name=data.name, grouped=False))
is_test = np.isin(np.arange(len(data)), divided.test)
counts = audit.class_counts(labels[known], classes, is_test[known]).reset_index()
page.table("class_counts", counts, "Pictures of each class", fold=True)

# %%
most, least = counts["share"].max(), counts["share"].min()
blank = audit.blank_pictures(data.images)
page.say(
    f"There are {len(data):,} pictures. The largest class holds {most:.1%} of them, the "
    f"smallest {least:.1%}. **{len(blank)}** pictures are blank: they show nothing."
)

# %% [markdown]
# ## Are there duplicates?
# A test picture that is also in training tests nothing. **Exact duplicates** have the same bytes, so they are easy to
# find:

# %%
exact = pd.Series([picture.tobytes() for picture in data.images]).duplicated(keep=False)
page.say(f"**{exact.sum()}** of {len(data):,} pictures have an exact duplicate.")

# %% [markdown]
# **Near duplicates** show the same garment in other light, or moved by a pixel. To find them, every picture is compared with
# every other. That takes a long time, so only a part of the pictures is compared (the parameter `pictures`).

# %%
number = min(pictures or len(data), len(data))
compared = np.linspace(0, len(data) - 1, number).astype(int)
pairs = duplicates.all_pairs(data.images, compared)
pairs = duplicates.across_splits(pairs, is_test, labels)
across = pairs[pairs["where"] == "across the split"]
tests = np.where(is_test[across["position"]], across["position"], across["partner"])
seen = {kind: len(np.unique(tests[across["kind"] == kind])) for kind in ("exact", "near")}

# %%
first = pairs.sort_values("where", kind="stable").groupby("kind").head(5)  # "across" is first
page.show(
    plots.pairs(
        data.images[first["position"]],
        data.images[first["partner"]],
        list(first["kind"]),
    ),
    alt=f"{len(first)} pairs of duplicates, one picture above the other.",
    caption="Duplicates, one above the other. One picture is in training and one in the test part "
    f"for {(first['where'] == 'across the split').sum()} of these {len(first)} pairs. Is every "
    "near pair the same garment?",
)

# %%
differ = (~pairs["same_label"]).sum()
agree = (
    f"The labels differ in **{differ}** pairs." if differ else "The labels agree in every pair."
)
page.say(
    f"**{seen['exact']}** test pictures have an exact duplicate in training. Among the {number:,} "
    f"pictures compared ({(number / len(data)) ** 2:.0%} of all pairs), **{seen['near']}** test "
    f"pictures have a near one there. {agree}"
)
by_place = pairs.groupby(["kind", "where"])["same_label"].agg(pairs="size", same_label="sum")
page.table("duplicates", by_place.reset_index(), "Pairs of duplicates", fold=True)

# %% [markdown]
# ## Which labels look wrong?
# A model trained on the other pictures says how likely each label is. The least likely labels are worth a look. But a picture
# can also just be hard.

# %%
asked = compared[known[compared]]
suspects = audit.suspected_wrong_labels(data.images, labels, asked)
page.results["tables"]["suspects"] = top = suspects.head(20)
given = top[["label", "suggested"]].to_numpy()
titles = [f"label: {classes[k]}\nmodel: {classes[other]}" for k, other in given]
page.show(
    plots.pictures(data.images[top["position"]], titles, columns=7),
    alt="The pictures whose label the model finds least likely.",
    caption="The least likely labels: the given one, and below it what the model suggests.",
)

# %%
often = suspects["label"].mode().iloc[0]  # the class that is doubted most
doubted, at_top = ((found["label"] == often).sum() for found in (suspects, top))
told_labels = f"The model would change {len(suspects):,} of {len(asked):,} labels."
page.say(
    f"{told_labels} **{doubted}** of these are labelled {classes[often]}, but of the {len(top)} "
    f"pictures above {'**none** is' if not at_top else f'**{at_top}** are'}. If a class is often "
    "doubted, but rarely at the top, its pictures are hard; its labels need not be wrong."
)

# %% [markdown]
# How good is such an audit? On real pictures nobody knows. In a synthetic set every fault was planted, so we can count what
# was found and what was missed.

# %%
if "defects" in data.truth:
    judged = audit.judge(data, pairs, suspects, compared)
    about = f"Faults planted among the {number:,} pictures compared, and what the audit found"
    page.table("planted_defects", judged, about)
    told_labels = audit.told(judged)
    page.say(told_labels)
if votes.belong_to(data) and (people := votes.load_votes()) is not None:
    human = votes.majority_accuracy(people, labels[data.test])
    page.say(
        "People have voted on the test pictures (Ishida et al. 2023, arXiv 2202.00395). The "
        f"label with most votes is the published one for **{human:.1%}** of them."
    )

# %% [markdown]
# ## Does a product table fit its pictures?
# A shop's pictures come with a table: one row per product, one column per property. Some rows have no picture, some pictures
# have no row, and some rows cannot be parsed by a CSV reader. Some readers then stop with an error, others drop rows or
# cut names without a word. So we count.

# %%
twins = groups.twins(shop.images)
counted = audit_table.audit(shop, twins)
page.table("audit", audit_table.overview(counted), "The shop, counted")
if "defects" in shop.truth:
    about = "Faults planted in the synthetic shop, and what the audit found"
    page.table("planted_defects_colour", audit_table.judge(shop, twins), about, fold=True)

# %% [markdown]
# Some products have a name with a comma in it, like `Shirt, blue`. If nothing protects the comma, the row has more fields than
# the header. Each reader handles that differently:

# %%
read = audit_table.readers(shop)
shown = read.rename(columns={"what_happens": "what happens"})
page.table("readers", read, "The same table, read by four readers", shown=shown)

# %% [markdown]
# Each column divides the products into classes. If a class has fewer than ten pictures, a test part of 15% gets one or none.

# %%
small = audit_table.small_classes(shop)
page.say(audit_table.told_small(small))
rare = audit_table.rare_classes(shop)
page.table("rare_classes", rare, "Each column's classes: how many have few pictures", fold=True)

# %% [markdown]
# ## What leaks in a random split?
# Shops photograph a product several times, sell it in several shades, and enter it twice. Such pictures are **twins**: nearly
# equal pictures, or products with the same name. If one is trained on and the other tested, the network has already seen the
# answer. The kit therefore keeps twins in one part (a **grouped** split). Twins by picture look like the duplicates above.
# Twins by name look like this:

# %%
by = leak.twin_groups(shop, twins)
same = leak.name_twins(shop, by, 7)
page.show(
    plots.pairs(
        shop.images[same["position"]],
        shop.images[same["partner"]],
        list(same["name"]),
    ),
    alt=f"{len(same)} pairs of products with the same name, one picture above the other.",
    caption="Twins by name only, one above the other: do they show the same garment?",
)

# %% [markdown]
# Twins should have the same labels. If their labels differ, one of them is wrong, or the picture does not show the label. No
# network can learn such a label.

# %%
conflicts = leak.conflicts_by(shop, by)
worst = conflicts.sort_values("share, by picture", na_position="first").iloc[-1]
odd = leak.disagreeing(shop, twins, worst["target"]).head(8)
titles = list(odd["label"] + "\n" + odd["partner_label"])
page.show(
    plots.pairs(shop.images[odd["position"]], shop.images[odd["partner"]], titles),
    alt=f"{len(odd)} pairs of twins whose {worst['target']} differs.",
    caption=f"Twins that disagree in {worst['target']}: first the upper picture's label.",
)
page.table("conflicts", conflicts, "Groups of twins whose labels disagree", fold=True)

# %% [markdown]
# **Your guess, before you run on:** a random split, 70/15/15. How many of its test pictures have a twin in training?

# %%
guess = None  # e.g. 0.1: your guess, as a share of the test pictures

# %% [markdown]
# Does it matter? The simplest learner of all, the **nearest neighbour**, repeats the label of the training picture that looks
# most alike. We test it on the same pictures twice: once with and once without their twins in training.

# %%
target = next((t for t in ("articleType", "usage") if t in shop.labels), "class")
twice = leak.asked_twice(shop, by, target)
share = float((twice["test pictures"] != "without a twin").mean())
page.say(f"**{share:.1%}** of the test pictures of a random split have a twin in training.")
page.guess(guess, share, "the share with a twin in training")

# %%
bars = pd.concat([twice, twice.assign(**{"test pictures": "all"})])
bars = bars.melt("test pictures", var_name="group", value_name="right")
bars = bars.groupby(["test pictures", "group"], sort=False)["right"].agg(["mean", "size"])
bars = comparison.with_wilson(bars.reset_index(), "mean", "size")
bars["who"] = bars["test pictures"] + " (" + bars["size"].astype(str) + ")"

# %%
page.show(
    plots.intervals(bars, "who", "mean", f"accuracy of the nearest neighbour, {target}"),
    alt="; ".join(bars["who"] + ", " + bars["group"] + bars["mean"].map(": {:.3f}".format)),
    caption="Test pictures, and in brackets how many. Bars are 95% intervals (Wilson).",
)

# %%
lost = twice[leak.LEFT].astype(float) - twice[leak.TAKEN]  # per picture: 1, 0 or -1
half = 1.96 * lost.std() / np.sqrt(len(lost))  # half of a 95% interval of the mean
alone = lost[twice["test pictures"] == "without a twin"].mean()
span = f"{100 * (lost.mean() - half):.1f} to {100 * (lost.mean() + half):.1f}"
page.say(
    f"Without the twins in training, accuracy in {target} falls by **{100 * lost.mean():.1f}** "
    f"points (95% interval: {span}). On test pictures that have no twin it falls by "
    f"{comparison.figure(100 * alone, '.1f')} points: the rest of training still serves them."
)

# %% [markdown]
# ## What we found

# %%
even = "of about equal size" if most < 1.5 * least else "of unequal size"
effect = "clearly lift" if lost.mean() > half else "do not clearly lift"
page.conclude(
    f"There are {len(data):,} grey pictures in {len(classes)} classes {even}; {seen['exact']} "
    "test pictures are also in training, byte for byte. In the shop, "
    f"{share:.0%} of a random split's test pictures have a twin in training, and these twins "
    f"{effect} the accuracy of a nearest neighbour ({100 * lost.mean():+.1f} points).",
    f"Before training: drop the {seen['exact']} copies from the test part, look at the least "
    "likely labels, read the table with a reader that loses no row, and keep twins in one part.",
    told_labels,
    f"{counted['rows_with_extra_commas']:,} of the shop's {counted['rows']:,} rows break a CSV "
    f"reader. {audit_table.told_small(small)}",
    sure="The counts are certain, but a label that looks wrong may belong to a hard picture, and "
    f"what twins are worth was measured in one split (95% interval: {span} points).",
)

# %% [markdown]
# ## Your turn
# 1. In which class are most of the suspected wrong labels? How many of the twenty pictures above would you relabel yourself?
#
# *Your answer:*
#
# 2. Which column's twins disagree most, and would you believe that label?
#
# *Your answer:*
#
# 3. Open the table of the shop's classes. Which columns have a class with a single picture, and what can a split into training
#    and test do with such a class?
#
# *Your answer:*

# %% tags=["solution"]
single = rare.loc[rare["single"] > 0, "target"]
page.say(
    f"Task 1: **{classes[often]}**, {doubted:,} times. Task 2: **{worst['target']}**. Task 3: "
    f"**{', '.join(single) or 'none'}**. A class with a single picture is trained on or tested, "
    "never both."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: what would you do about these data before you train on them? They will
# appear in the report.*

# %% [markdown]
# ## Questions
# 1. Why is a picture that the model finds unlikely not necessarily labelled wrong?
# 2. What would you do with two equal pictures that have different labels?
# 3. A random split measures a higher accuracy than a grouped one. Which of the two should you expect on a new product?

# %%
page.save()
