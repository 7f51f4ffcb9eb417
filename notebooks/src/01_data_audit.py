# %% [markdown]
# # 01 · What is in the data, and what is wrong with it?
# Looks at the pictures before any network does: how many, how balanced, which are doubled, which labels look wrong. First
# at grey pictures, then at a shop's pictures in colour with their table, which is dirtier.
#
# **You will learn** to look first, to count what a table loses, to find leaks between training and test, to judge an audit
# by planted faults.\
# **You need** notebook 00.\
# **Time** a minute or two; notebook 00 shows what it took on your computer.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto takes real pictures, grey and in colour, else synthetic ones
pictures: int = 12000  # compared with one another, taken evenly from all of them; 0: all

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

# %%
page = notebook.start("01_data_audit", globals())
data, shop = page.dataset, page.colour()
labels, classes = data.labels["class"], data.classes["class"]
known = labels >= 0
_, divided = parts(data, DataConfig(name=data.name, grouped=False))
is_test = np.isin(np.arange(len(data)), divided.test)

# %% [markdown]
# ## What is there, and is it balanced?
# Counts first: a class with few pictures is learnt badly and measured badly.

# %%
counts = audit.class_counts(labels[known], classes, is_test[known]).reset_index()
page.table("class_counts", counts, f"Pictures of each class, {len(data):,} in all")
share = counts["share"]
page.say(
    f"The largest class holds {share.max():.1%} of the pictures, the smallest {share.min():.1%}: "
    f"whoever always answers with the largest class is right in {share.max():.1%} of the cases. "
    "That is the least a network has to beat."
)

# %%
chosen = [np.resize(np.flatnonzero(labels == k), 10) for k in range(len(classes))]
page.show(
    plots.pictures(data.images[np.concatenate(chosen)], columns=10),
    alt="Ten pictures of each class, one class per row: " + ", ".join(classes) + ".",
    caption=f"Ten pictures of each class, one class per row, from {classes[0]} to {classes[-1]}.",
    thumbnail=True,
)

# %% [markdown]
# The networks here divide every pixel by 255; others subtract the mean and divide by the standard deviation. The share of
# zeros says how much of a picture is background.

# %%
pixels = audit.pixel_statistics(data.images).rename_axis("measure").reset_index(name="value")
page.table("pixels", pixels, "Pixel values, divided by 255")

# %%
means = np.stack([data.images[labels == k].mean(axis=0) for k in range(len(classes))])
page.show(
    plots.pictures(means.astype("uint8"), classes, columns=5),
    alt="The mean picture of each class.",
    caption="The mean of each class. Where two look alike, a linear model will confuse them.",
)

# %% [markdown]
# ## Are there pictures twice?
# A test picture that was also a training picture is not a test. Byte-equal pictures are easy to find. Near duplicates,
# the same garment under other light or moved by a pixel, are searched for among as many as the
# parameter `pictures` says.

# %%
step = -(-len(data) // pictures) if pictures else 1
compared = np.arange(0, len(data), step)
pairs = duplicates.all_pairs(data.images, compared)
pairs = duplicates.across_splits(pairs, is_test, labels)

# %%
by_place = pairs.groupby(["kind", "where"])["same_label"]
page.table(
    "duplicates",
    by_place.agg(pairs="size", same_label="sum").reset_index(),
    f"Pairs of duplicates; near ones among {len(compared):,} of the {len(data):,} pictures",
)

# %%
first = pairs.sort_values("where", kind="stable").groupby("kind").head(5)  # "across" is first
page.show(
    plots.pairs(
        data.images[first["position"]],
        data.images[first["partner"]],
        list(first["kind"] + "\n" + first["where"]),
    ),
    alt=f"{len(first)} pairs of duplicates, one picture above the other.",
    caption="Duplicates found. Look at the near ones: not every one is the same garment.",
)

# %%
leaks = int((pairs["where"] == "across the split").sum())
page.say(
    f"**{leaks}** pairs lie across the split: test pictures that training has seen, exactly or "
    f"nearly. In **{(~pairs['same_label']).sum()}** pairs the labels differ: "
    "one of the two may be wrong."
)

# %% [markdown]
# ## Which labels look wrong, and what do people see?
# A model that was not shown a picture says how likely its label is. The least likely ones are worth a look; a picture can
# also just be hard.

# %%
asked = compared[known[compared]]
suspects = audit.suspected_wrong_labels(data.images, labels, asked)
page.results["tables"]["suspects"] = top = suspects.head(20)
page.show(
    plots.pictures(
        data.images[top["position"]],
        [f"{classes[row.label]}?\n{classes[row.suggested]}" for row in top.itertuples()],
    ),
    alt="The pictures whose label the model finds least likely.",
    caption="The least likely labels: the given one with a question mark, below it the model's.",
)

# %%
certain = int((suspects["score"] < 0.05).sum())
page.say(
    f"Of {len(asked):,} pictures the model would label {len(suspects):,} otherwise; for "
    f"{certain:,} of them it gives the stated label less than one chance in twenty."
)

# %% [markdown]
# For Fashion-MNIST's 10,000 test pictures, volunteers' votes have been published (Ishida and others, ICLR 2023;
# `lookbook data fetch fashion-mnist-h` brings them). The labels come from the shop's categories, not from what is visible,
# so people disagree with them.

# %%
people = votes.load_votes() if votes.belong_to(data) else None
if people is None:
    page.say("Not shown: no votes are here, or these are not the publisher's pictures.")
else:
    agreement = votes.agreement(people, labels[data.test])
    human = votes.majority_accuracy(people, labels[data.test])
    page.show(
        plots.shares(
            agreement, "share of people who chose the published label", "test pictures"
        ),
        alt=f"Histogram of agreement; the mean is {agreement.mean():.2f}.",
        caption="For each test picture, the share of people who chose its published label. "
        f"Their majority vote is right for {human:.1%} of the pictures, by the published labels.",
    )

# %% [markdown]
# ## Does the product table fit its pictures?
# A shop's pictures come with a table: one row per product, one column per property. Rows without a picture, pictures
# without a row, and rows that a reader of CSV files cannot take get lost without a word, unless somebody counts. The
# sentence on top says whether this shop is real or synthetic.

# %%
twins = groups.twins(shop.images)
counted = audit_table.audit(shop, twins)
page.table("audit", audit_table.overview(counted), "The shop, counted")

# %%
lost = shop.source.loc[shop.source["reason"] != "", ["id", "row", "reason"]].head(15)
about = f"The first {len(lost)} rows and pictures that cannot be used (row -1: none)"
page.table("lost", lost, about, fold=True)

# %% [markdown]
# Products have names like `Shirt, blue`. Where nothing protects the comma, a row has more fields than the header. What
# readers make of that:

# %%
page.table("readers", audit_table.readers(shop), "The same table, read in four ways")

# %% [markdown]
# The headers of the picture files say their size and mode (RGB: colour, L: grey). A network needs one shape: grey pictures
# get three equal channels, others stand on a canvas with the colour of their border.

# %%
page.table("sizes", audit_table.sizes(shop), "Sizes (pixels) and modes of the picture files")

# %% [markdown]
# A value can be missing in two ways: nothing is written, or the text NA. pandas takes both for the number NaN unless told
# otherwise, `pd.read_csv(..., keep_default_na=False)`. Here NA means no value; as a country's code it is Namibia.

# %%
missing = audit_table.missing_as_written(shop)
about = "Rows without a value, by column and by how the table says it"
page.table("missing_as_written", missing, about, digits=5, fold=True)

# %%
rare = audit_table.rare_classes(shop)
about = (
    "Classes of each column: how many have fewer than 10 pictures, and how many a single one"
)
page.table("rare_classes", rare, about, fold=True)
sizes = {t: sorted(n.values(), reverse=True) for t, n in counted["class_counts"].items()}
page.show(
    plots.class_sizes(sizes),
    alt="Pictures of each class, by rank: "
    + "; ".join(f"{target} from {n[0]:,} to {n[-1]:,}" for target, n in sizes.items()),
    caption="The classes of each column, largest first. Below ten pictures, "
    "a test part of 15 % gets one or none.",
)

# %% [markdown]
# ## What would a random split leak?
# Shops photograph a product several times, sell it in several shades, and enter it twice. Such pictures are **twins**: equal
# or nearly equal pictures, or products of one name. If one of them is trained on and the other tested, the test
# asks what was told before. The kit therefore keeps twins in one part (a **grouped** split).

# %%
by = leak.twin_groups(shop, twins)
page.table("twin_groups", leak.group_sizes(by), "Groups of twins: by name, and by picture")

# %%
shown = twins.groupby("kind").head(5)
page.show(
    plots.pairs(
        shop.images[shown["position"]], shop.images[shown["partner"]], list(shown["kind"])
    ),
    alt=f"{len(shown)} pairs of twins, one picture above the other.",
    caption="Twins by picture. A near one is the same shot, saved, cut or lit a little otherwise, "
    "or another shade. Is every one of them?",
)

# %%
largest = np.flatnonzero(by["name"] == np.bincount(by["name"]).argmax())[:10]
page.show(
    plots.pictures(shop.images[largest]),
    alt=f"{len(largest)} pictures of the largest group with one name.",
    caption="The largest group of one name. One product or one kind: the split keeps it whole.",
)

# %% [markdown]
# Twins should have the same labels. Where they have not, one of them is wrong, or the label does not follow from the
# picture: no network can learn it then.

# %%
conflicts = leak.conflicts_by(shop, by)
about = "Groups of twins whose labels disagree: how many, and which share of all groups"
page.table("conflicts", conflicts, about)

# %%
worst = conflicts.sort_values("share, by picture", na_position="first").iloc[-1]
odd = leak.disagreeing(shop, twins, worst["target"]).head(8)
page.show(
    plots.pairs(
        shop.images[odd["position"]],
        shop.images[odd["partner"]],
        list(odd["label"] + "\n" + odd["partner_label"]),
    ),
    alt=f"{len(odd)} pairs of twins whose {worst['target']} differs.",
    caption=f"Twins that disagree in {worst['target']}: first the upper picture's label.",
)

# %% [markdown]
# Now the leak itself: a plain random split, 70/15/15, and the share of its test pictures with a twin in training. Then the
# simplest learner there is: the **nearest neighbour** repeats the label of the training picture that looks most alike. The
# same test pictures are asked twice, the second time without their twins in training.

# %%
targets = [t for t in ("articleType", "usage", "baseColour") if t in shop.labels] or ["class"]
neighbours = leak.nearest_neighbour(shop, by, tuple(targets))
about = "How often the nearest training picture has the right label"
page.table("nearest_neighbour", neighbours, about, fold=True)

# %%
target = targets[0]
bars = neighbours[neighbours["number"] > 0].rename(columns={"split": "group"})
page.show(
    plots.intervals(
        comparison.with_wilson(bars, target, "number"),
        "test_pictures",
        target,
        f"accuracy of the nearest neighbour, {target}",
    ),
    alt="; ".join(
        bars["group"] + ", " + bars["test_pictures"] + bars[target].map(": {:.3f}".format)
    ),
    caption="Bars are 95 % intervals (Wilson). The gap between the splits is the leak's worth.",
)

# %%
right = neighbours.set_index(["split", "test_pictures"])[target]
loss = right["random", "all"] - right["random, twins out of training", "all"]
leaked = counted["random_split_leak"]
page.say(
    f"Of a random split's test pictures **{leaked['name_twin']:.1%}** have a name twin in training "
    f"and **{leaked['picture_twin']:.1%}** a picture twin. Without these twins in training the "
    f"nearest neighbour tells {target} right {100 * loss:.1f} percentage points less often."
)

# %% [markdown]
# ## How much did the audit miss?
# On real data nobody knows. On synthetic sets every fault was planted, so the audit itself can be judged
# (`lookbook report 01 --dataset garments`). As many suspected labels are counted as there are wrong ones, the most
# suspicious first; equal, other usage: copies whose usage was changed.

# %%
if "defects" in data.truth:
    judged = audit.judge(data, pairs, suspects, compared)
    about = "Faults planted among the grey pictures compared, and what the audit found of them"
    page.table("planted_defects", judged, about)
if "defects" in shop.truth:
    judged = audit_table.judge(shop, twins)
    about = "Faults planted in the synthetic shop, and what the audit found"
    page.table("planted_defects_colour", judged, about)
if not (data.truth or shop.truth):
    page.say("These pictures are real: what the audit missed, nobody can say.")

# %% [markdown]
# ## What we found

# %%
exact = int((pairs["kind"] == "exact").sum())
page.conclude(
    f"Of the {len(data):,} grey pictures in {len(classes)} classes {exact} are exact copies; "
    f"{leaks} pairs of equal or nearly equal pictures lie across the split; a simple model "
    f"disagrees with {len(suspects):,} of {len(asked):,} labels, though some pictures are "
    "merely hard.",
    f"The largest class has {share.max() / share.min():.2f} times the pictures of the smallest.",
    f"Of the shop's {counted['rows']:,} rows, {counted['rows_with_extra_commas']} break a CSV "
    f"reader; {rare['single'].sum()} classes have a single picture.",
    f"Of a random split's test pictures {leaked['name_twin']:.1%} have a twin in training by name, "
    f"{leaked['picture_twin']:.1%} by picture; without them the nearest neighbour's accuracy in "
    f"{target} is {loss:.3f} lower.",
)

# %% [markdown]
# ## Your turn
# 1. In which class are most of the suspected wrong labels?
# 2. How many of the twenty pictures above would you relabel yourself?
# 3. Which column's twins disagree most, and would you believe that label?
# 4. Report R3 says its set has about 22,000 pictures; its publisher counts 70,000. How many does the report miss?

# %% tags=["solution"]
most = np.bincount(suspects["label"], minlength=len(classes))
page.say(
    f"Task 1: **{classes[most.argmax()]}**, {most.max():,} times. Task 3: **{worst['target']}**, "
    f"{worst['share, by picture']:.1%} of the groups. Task 4: **{70_000 - 22_000:,}**."
)

# %% [markdown]
# ## Questions
# 1. Why does a duplicate across the split make a network look better than it is?
# 2. Why is a picture that the model finds unlikely not necessarily labelled wrong?
# 3. People reach less than a good network on these labels. Does that make the network better than people?
# 4. What would you do with two equal pictures that carry different labels?
# 5. A random split measures a higher accuracy than a grouped one. Which of the two will a new product meet?

# %%
page.save()
