# %% [markdown]
# # 01 · What is in the data, and what is wrong with it?
# Looks at the pictures before any network does. First at grey pictures, then at a shop's pictures in colour with their table,
# which is dirtier.
#
# **You will learn** to look first, to find copies and doubtful labels, to count what a table loses, to see a split leak.\
# **You need** notebook 00.\
# **Time** 30 minutes with its exercises; the quick profile runs in half a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto takes real pictures, grey and in colour, else synthetic ones
pictures: int = 4000  # compared with one another, taken evenly from all of them; 0: all

# %% [markdown]
# ## Set-up

# %%
import numpy as np

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
# A class with few pictures is learnt badly and measured badly. Whoever always answers with the largest class is right as
# often as that class occurs: this is the least that a network has to beat.

# %%
known = labels >= 0
_, divided = parts(data, DataConfig(name=data.name, grouped=False))
is_test = np.isin(np.arange(len(data)), divided.test)
counts = audit.class_counts(labels[known], classes, is_test[known]).reset_index()
share = counts["share"]

# %%
page.say(
    f"{len(data):,} pictures. The largest class holds {share.max():.1%} of them, the smallest "
    f"{share.min():.1%}."
)
page.table("class_counts", counts, "Pictures of each class", fold=True)

# %% [markdown]
# ## Are there pictures twice?
# A test picture that was also a training picture is not a test. Byte-equal pictures are easy to find. **Near duplicates** show
# the same garment in other light, or moved by a pixel. To find them, each picture is compared with each other one, which
# takes long. So only as many take part as the parameter `pictures` says.

# %%
step = -(-len(data) // pictures) if pictures else 1
compared = np.arange(0, len(data), step)
pairs = duplicates.all_pairs(data.images, compared)
pairs = duplicates.across_splits(pairs, is_test, labels)
across = pairs[pairs["where"] == "across the split"]["kind"].value_counts()
among = f"all {len(data):,}" if step == 1 else f"{len(compared):,} of {len(data):,}"

# %%
first = pairs.sort_values("where", kind="stable").groupby("kind").head(5)  # "across" is first
page.show(
    plots.pairs(
        data.images[first["position"]],
        data.images[first["partner"]],
        list(first["kind"] + "\n" + first["where"]),
    ),
    alt=f"{len(first)} pairs of duplicates, one picture above the other.",
    caption="Duplicates, one above the other. Is every near one the same garment?",
)

# %%
across = across.reindex(["exact", "near"], fill_value=0)
page.say(
    f"**{across['exact']}** exact pairs and **{across['near']}** near ones lie across the split: "
    f"test pictures seen in training. **{(~pairs['same_label']).sum()}** pairs differ in label."
)
if step > 1:
    page.say(
        f"Near ones were searched for among {among} pictures only: of all pairs "
        f"that is about one in {step**2:,}, so most near ones were not looked at."
    )
by_place = pairs.groupby(["kind", "where"])["same_label"].agg(pairs="size", same_label="sum")
page.table("duplicates", by_place.reset_index(), "Pairs of duplicates", fold=True)

# %% [markdown]
# ## Which labels look wrong?
# A model trained on the other pictures says how likely each label is. The least likely labels are worth a look. A picture can
# also just be hard.

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
certain = int((suspects["score"] < 0.05).sum())
page.say(
    f"Of {len(asked):,} pictures the model would label {len(suspects):,} otherwise. To {certain:,} "
    "given labels it grants less than one chance in twenty."
)

# %% [markdown]
# How good is such an audit? On real pictures nobody knows. In a synthetic set every fault was planted, so it can be counted
# what was found, and what was not.

# %%
told_labels = f"A model would change {len(suspects):,} of {len(asked):,} labels."
if "defects" in data.truth:
    judged = audit.judge(data, pairs, suspects, compared)
    about = "Faults planted among the pictures compared, and what the audit found of them"
    page.table("planted_defects", judged, about)
    wrong = judged.set_index("kind").loc["wrong label"]
    told_labels = (
        f"Of {wrong['planted']} planted wrong labels the search finds {wrong['found']}, with "
    )
    told_labels += f"{wrong['false alarms']} false alarms."
else:
    page.say("Here nothing was planted. `lookbook report 01 --dataset garments` counts it.")

# %% [markdown]
# People have voted on the 10,000 test pictures of Fashion-MNIST (Ishida et al. 2023, arXiv 2202.00395;
# `lookbook data fetch fashion-mnist-h`). Its labels come from the shop's categories, not from what one sees.

# %%
people = votes.load_votes() if votes.belong_to(data) else None
if people is None:
    page.say("The votes are not here, or these are not the publisher's pictures.")
else:
    human = votes.majority_accuracy(people, labels[data.test])
    page.say(f"The label with most votes is the published one for **{human:.1%}** of them.")

# %% [markdown]
# ## Does a product table fit its pictures?
# A shop's pictures come with a table: one row per product, one column per property. Rows without a picture, pictures without a
# row, and rows that a reader of CSV files cannot take get lost without a word, unless somebody counts.

# %%
twins = groups.twins(shop.images)
counted = audit_table.audit(shop, twins)
some = np.linspace(0, len(shop) - 1, 10).astype(int)
page.show(
    plots.pictures(shop.images[some]),
    alt="Ten pictures of the shop.",
    caption=f"Ten of {len(shop):,} products: {shop.provenance}",
)
page.table("audit", audit_table.overview(counted), "The shop, counted", fold=True)
if "defects" in shop.truth:
    about = "Faults planted in the synthetic shop, and what the audit found"
    page.table("planted_defects_colour", audit_table.judge(shop, twins), about, fold=True)

# %% [markdown]
# Some products have a name with a comma in it, like `Shirt, blue`. Where nothing protects the comma, the row has more fields
# than the header. Readers differ in what they make of that:

# %%
page.table("readers", audit_table.readers(shop), "The same table, read in four ways")

# %% [markdown]
# Each column divides the products into classes. How many of them are large, and how many small? Of a class with less than
# ten pictures, a test part of 15% gets one or none.

# %%
rare = audit_table.rare_classes(shop)
page.say(
    f"Of {rare['classes'].sum():,} classes **{rare['below_10'].sum():,}** have less than ten "
    f"pictures, **{rare['single'].sum():,}** a single one."
)
page.table("rare_classes", rare, "Each column's classes: how many have few pictures", fold=True)

# %% [markdown]
# ## What would a random split leak?
# Shops photograph a product several times, sell it in several shades, and enter it twice. Such pictures are **twins**: nearly
# equal pictures, or products of one name. If one is trained on and the other tested, the network has already seen the answer.
# The kit therefore keeps twins in one part (a **grouped** split).

# %%
shown = twins.groupby("kind").head(5)
page.show(
    plots.pairs(
        shop.images[shown["position"]], shop.images[shown["partner"]], list(shown["kind"])
    ),
    alt=f"{len(shown)} pairs of twins, one picture above the other.",
    caption="Twins by picture, one above the other: the same picture, or the same shot, or another "
    "shade.",
)

# %%
by = leak.twin_groups(shop, twins)
same = leak.name_twins(shop, by, 7)
page.show(
    plots.pairs(
        shop.images[same["position"]],
        shop.images[same["partner"]],
        list(same["name"]),
    ),
    alt=f"{len(same)} pairs of products of one name, one picture above the other.",
    caption="Twins by name alone, one above the other: do they show the same garment?",
)

# %% [markdown]
# Twins should have the same labels. Where they have not, one label is wrong, or it does not follow from the picture. No
# network can learn it then.

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

# %%
leaked = counted["random_split_leak"]
page.say(
    f"**{leaked['name_twin']:.1%}** of them have a twin by name in training, "
    f"**{leaked['picture_twin']:.1%}** a twin by picture."
)
page.guess(guess, leaked["name_twin"], "the share with a twin by name")

# %% [markdown]
# Does it matter? The simplest learner of all, the **nearest neighbour**, repeats the label of the training picture that looks
# most alike. It is asked about the same test pictures twice, the second time without their twins in training.

# %%
target = next((t for t in ("articleType", "usage") if t in shop.labels), "class")
neighbours = leak.nearest_neighbour(shop, by, (target,))
bars = neighbours[neighbours["number"] > 0].rename(columns={"split": "group"})
bars = comparison.with_wilson(bars, target, "number")
what = f"accuracy of the nearest neighbour, {target}"

# %%
page.show(
    plots.intervals(bars, "test_pictures", target, what),
    alt="; ".join(
        bars["group"] + ", " + bars["test_pictures"] + bars[target].map(": {:.3f}".format)
    ),
    caption="Bars are 95% intervals (Wilson). What twins are worth is the gap in the row 'all', "
    "between 'random' and 'random, twins out of training'.",
)
page.table("nearest_neighbour", neighbours, "The same in figures", fold=True)

# %%
right = neighbours.set_index(["split", "test_pictures"])[target]
loss = right["random", "all"] - right["random, twins out of training", "all"]
page.say(
    f"In the row 'all', from 'random, twins out of training' to 'random', twins are worth "
    f"**{100 * loss:.1f}** percentage points of accuracy in {target}, in this one split."
)

# %% [markdown]
# ## What we found

# %%
exact = int((pairs["kind"] == "exact").sum())
page.conclude(
    f"{told_labels} Exact copies: {exact:,} pairs, {across['exact']:,} across the split; near "
    f"pairs across it: {across['near']:,}. In the shop {leaked['name_twin']:.0%} of a random "
    "split's test pictures have a twin by name in training.",
    f"Of the shop's {counted['rows']:,} rows, {counted['rows_with_extra_commas']:,} break a CSV "
    f"reader; {rare['single'].sum()} classes have a single picture.",
    f"Of a random split's test pictures {leaked['picture_twin']:.1%} have a twin by picture. In "
    f"this split twins give the nearest neighbour {100 * loss:.1f} points of accuracy in {target}.",
    sure=f"near pairs: {among} pictures compared; a label that looks wrong may be just hard",
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
# 3. Open the table of the shop's classes. Which column has most classes with a single picture, and what can a split into
#    training and test do with such a class?
#
# *Your answer:*

# %% tags=["solution"]
most, alone = np.bincount(suspects["label"], minlength=1), rare.loc[rare["single"].idxmax()]
page.say(
    f"Task 1: **{classes[most.argmax()]}**, {most.max():,} times. Task 2: **{worst['target']}**, "
    f"{comparison.figure(worst['share, by picture'], '.1%')}. Task 3: **{alone['target']}**, "
    f"{alone['single']}: such a class is trained on or tested, never both."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: what would you do about these data before you train on them? They will appear in
# the report.*

# %% [markdown]
# ## Questions
# 1. Why is a picture that the model finds unlikely not necessarily labelled wrong?
# 2. What would you do with two equal pictures that carry different labels?
# 3. A random split measures a higher accuracy than a grouped one. Which of the two will a new product meet?

# %%
page.save()
