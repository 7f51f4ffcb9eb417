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
dataset: str = "auto"  # auto takes real pictures, grey and in colour, where they can be had, else drawn ones
pictures: int = 12000  # compared with one another, drawn evenly from training and test; 0: all

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
from lib.data.prepare import prepare
from lib.data.splits import split
from lib.evaluation import statistics

data, results = notebook.start(
    "01_data_audit", {"profile": profile, "dataset": dataset, "pictures": pictures}
)
shop = notebook.colour(results)

# %%
whole = DataConfig(name=data.name, grouped=False)
is_test = np.isin(np.arange(len(data)), split(prepare(data, whole), whole).test)
labels, classes = data.labels["class"], data.classes["class"]
known = labels >= 0

# %% [markdown]
# ## What is there, and is it balanced?
# Counts first: a class with few pictures is learnt badly and measured badly.

# %%
counts = audit.class_counts(labels[known], classes, is_test[known]).reset_index()
notebook.table(counts, f"Pictures of each class, {len(data):,} in all")
results["tables"]["class_counts"] = counts

# %%
share = counts["share"]
notebook.say(
    f"The largest class holds {share.max():.1%} of the pictures, the smallest {share.min():.1%}: whoever always answers "
    f"with the largest class is right in {share.max():.1%} of the cases. That is the least a network has to beat."
)

# %%
chosen = [np.flatnonzero(labels == k)[:10] for k in range(len(classes))]
notebook.show(
    plots.pictures(data.images[np.concatenate(chosen)], columns=10),
    alt="Ten pictures of each class, a class a row: " + ", ".join(classes) + ".",
    caption="The first ten pictures of each class, a class a row, from "
    + f"{classes[0]} (top) to {classes[-1]} (bottom).",
    thumbnail=True,
)

# %% [markdown]
# The networks here divide every pixel by 255; others subtract the mean and divide by the standard deviation. The share of
# zeros says how much of a picture is background.

# %%
pixels = audit.pixel_statistics(data.images)
pixel_table = pixels.rename_axis("measure").rename("value").reset_index()
notebook.table(pixel_table, "Pixel values, divided by 255", digits=4)
results["tables"]["pixels"] = pixel_table

# %%
means = np.stack([data.images[labels == k].mean(axis=0) for k in range(len(classes))])
notebook.show(
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
exact = duplicates.as_pairs(duplicates.exact_duplicates(data.images))
step = -(-len(data) // pictures) if pictures else 1
compared = np.arange(0, len(data), step)
near = duplicates.near_duplicates(data.images[compared])
near[["position", "partner"]] = compared[near[["position", "partner"]]]

# %%
pairs = pd.concat([exact.assign(kind="exact"), near.assign(kind="near")], ignore_index=True)
pairs = duplicates.across_splits(pairs, is_test, labels)
by_place = pairs.groupby(["kind", "where"], observed=True)["same_label"]
pair_table = by_place.agg(pairs="size", same_label="sum").reset_index()
notebook.table(pair_table, f"Pairs of duplicates (near ones among {len(compared):,} pictures)")
results["tables"]["duplicates"] = pair_table
if step > 1:
    notebook.say(
        f"One picture in {step} was compared, so only one near pair in {step**2} had a chance to be found."
    )

# %%
leaks = pairs[pairs["where"] == "across the split"]
first = (
    pd.concat([leaks, pairs]).drop_duplicates(["position", "partner"]).groupby("kind").head(5)
)
notebook.show(
    plots.pairs(
        data.images[first["position"]],
        data.images[first["partner"]],
        list(first["kind"] + "\n" + first["where"]),
    ),
    alt=f"{len(first)} pairs of duplicates, one picture above the other.",
    caption="Duplicates found, those across the split first. Look at the near ones: not every one is the same garment.",
)

# %%
conflicts = int((~pairs["same_label"]).sum())
notebook.say(
    f"**{len(leaks)}** pairs lie across the split: test pictures that training has seen, exactly or nearly. "
    f"In **{conflicts}** pairs the two pictures carry different labels: look at them, one of the two may be wrong."
)

# %% [markdown]
# ## Which labels look wrong, and what do people see?
# A model that was not shown a picture says how likely its label is. The least likely ones are worth a look; a picture can
# also just be hard.

# %%
asked = compared[known[compared]]
suspects = audit.suspected_wrong_labels(data.images[asked], labels[asked])
suspects["position"] = asked[suspects["position"]]
top = suspects.head(20)
titles = [f"{classes[row.label]}?\n{classes[row.suggested]}" for row in top.itertuples()]
notebook.show(
    plots.pictures(data.images[top["position"]], titles, columns=10),
    alt="Twenty pictures whose label the model finds least likely.",
    caption="The twenty least likely labels: the given label with a question mark, the model's suggestion below it.",
)

# %%
results["tables"]["suspects"] = top
certain = int((suspects["score"] < 0.05).sum())
notebook.say(
    f"Of {len(asked):,} pictures the model would label {len(suspects):,} otherwise; for {certain:,} of them it gives "
    "the stated label less than one chance in twenty."
)

# %% [markdown]
# For Fashion-MNIST's 10,000 test pictures, volunteers' votes have been published (Ishida and others, ICLR 2023). The labels
# come from the shop's categories, not from what is visible, so people disagree with them.

# %%
people = votes.load_votes() if votes.belong_to(data) else None
if people is None:
    notebook.say(
        "No votes are shown: they are optional, and they are about the publisher's own files of "
        "Fashion-MNIST only. `lookbook data fetch fashion-mnist-h` brings them."
    )

# %%
if people is not None:
    agreement = votes.agreement(people, labels[data.test])
    notebook.show(
        plots.shares(
            agreement, "share of people who chose the published label", "test pictures"
        ),
        alt=f"Histogram of agreement; the mean is {agreement.mean():.2f}.",
        caption="For each test picture, the share of people who chose its published label.",
    )

# %%
if people is not None:
    human = votes.majority_accuracy(people, labels[data.test])
    notebook.say(
        "By the published labels, people's majority vote is right for "
        f"**{human:.1%}** of the pictures."
    )
    people_row = {"majority_accuracy": human, "mean_agreement": float(agreement.mean())}
    results["tables"]["people"] = [people_row]

# %% [markdown]
# ## Does the product table fit its pictures?
# A shop's pictures come with a table: a row for each product, a column for each property. Rows without a picture, pictures
# without a row, and rows that a reader of CSV files cannot take get lost without a word, unless somebody counts. The
# sentence on top says whether this shop is real or drawn.

# %%
twins = groups.twins(shop.images)
counted = audit_table.audit(shop, twins)
results["tables"]["audit"] = counted
overview = {
    name.replace("_", " "): len(value) if isinstance(value, list) else value
    for name, value in counted.items()
    if not isinstance(value, dict)
}
notebook.table(
    pd.DataFrame(overview.items(), columns=["what", "how many"]), "The shop, counted"
)

# %%
lost = shop.source[shop.source["reason"] != ""]
notebook.table(
    lost[["id", "row", "reason"]].head(15).replace({"row": -1}, None),
    f"Rows and pictures that cannot be used, {min(len(lost), 15)} of {len(lost)}; all others are",
)

# %% [markdown]
# Products have names like `Shirt, blue`. Where nothing protects the comma, a row has more fields than the header. What
# readers make of that:

# %%
readers = audit_table.readers(shop)
notebook.table(readers, "The same table, read in four ways")
results["tables"]["readers"] = readers

# %% [markdown]
# The headers of the picture files say their size and mode (RGB: colour, L: grey). A network needs one shape: grey pictures
# get three equal channels, others stand on a canvas with the colour of their border.

# %%
sizes = audit_table.sizes(shop)
notebook.table(sizes, "Sizes (pixels) and modes of the picture files")
results["tables"]["sizes"] = sizes

# %% [markdown]
# A value can be missing in two ways: nothing is written, or the text NA. pandas takes both for the number NaN unless told
# otherwise, `pd.read_csv(..., keep_default_na=False)`. Here NA means no value; as a country's code it is Namibia.

# %%
missing = audit_table.missing_as_written(shop)
notebook.table(
    missing, "Rows without a value, by column and by how the table says it", digits=5
)
results["tables"]["missing_as_written"] = missing

# %%
rare = audit_table.rare_classes(shop)
notebook.table(
    rare,
    "Classes of each column; below_10 and single: classes of fewer than 10 pictures, and of one",
)
results["tables"]["rare_classes"] = rare

# %%
counts_of = {
    column: sorted(counted["class_counts"][column].values())[::-1] for column in shop.labels
}
notebook.show(
    plots.class_sizes(counts_of),
    alt="Pictures of each class, by rank: "
    + "; ".join(f"{t} from {c[0]:,} to {c[-1]:,}" for t, c in counts_of.items())
    + ".",
    caption="The classes of each column, largest first. Below ten pictures, a test part of 15 % gets one or none.",
)

# %% [markdown]
# ## What would a random split leak?
# Shops photograph a product several times, sell it in several shades, and enter it twice. Such pictures are **twins**: equal
# or nearly equal pictures, or products of one name. If one of them is trained on and the other tested, the test
# asks what was told before. The kit therefore keeps twins in one part (a **grouped** split).

# %%
by = leak.twin_groups(shop, twins)
sizes_of = {kind: np.bincount(number) for kind, number in by.items()}
group_table = pd.DataFrame(
    [(kind, (n > 1).sum(), n[n > 1].sum(), n.max()) for kind, n in sizes_of.items()],
    columns=["twins_by", "groups", "pictures", "largest"],
)
notebook.table(group_table, "Groups of twins: by name, and by equal or nearly equal picture")
results["tables"]["twin_groups"] = group_table

# %%
largest = np.flatnonzero(by["name"] == sizes_of["name"].argmax())[:10]
shown = pd.concat([twins[twins["kind"] == kind].head(5) for kind in ("exact", "near")])
notebook.show(
    plots.pairs(
        shop.images[shown["position"]], shop.images[shown["partner"]], list(shown["kind"])
    ),
    alt=f"{len(shown)} pairs of twins, one picture above the other.",
    caption="Twins by picture. A near one is the same shot, saved, cut or lit a little otherwise, or another shade. "
    "Is every one of them?",
)

# %%
notebook.show(
    plots.pictures(shop.images[largest], columns=10),
    alt=f"{len(largest)} pictures of the largest group with one name.",
    caption="The largest group of one name. One product or only one kind: the split keeps it whole.",
)

# %% [markdown]
# Twins should have the same labels. Where they have not, one of them is wrong, or the label does not follow from the
# picture: no network can learn it then.

# %%
conflicts = pd.concat(
    [leak.conflicts(shop, number).assign(twins_by=kind) for kind, number in by.items()]
)
wide = conflicts.pivot(index="target", columns="twins_by", values=["conflicting", "share"])
wide.columns = [f"{what}, by {kind}" for what, kind in wide.columns]
wide = wide.loc[list(shop.labels)].reset_index().convert_dtypes()
notebook.table(
    wide, "Groups of twins whose labels disagree: how many, and which share of all groups"
)
results["tables"]["conflicts"] = conflicts

# %%
odd = conflicts[conflicts["twins_by"] == "picture"].sort_values("share").iloc[-1]
first_label, second_label = (
    shop.labels[odd["target"]][twins[side]] for side in ("position", "partner")
)
odd_pairs = twins[
    (first_label != second_label) & (first_label >= 0) & (second_label >= 0)
].head(8)
names_of = np.array(shop.classes[odd["target"]])[shop.labels[odd["target"]]]

# %%
notebook.show(
    plots.pairs(
        shop.images[odd_pairs["position"]],
        shop.images[odd_pairs["partner"]],
        [
            f"{names_of[a]}\n{names_of[b]}"
            for a, b in odd_pairs[["position", "partner"]].to_numpy()
        ],
    ),
    alt=f"{len(odd_pairs)} pairs of twins whose {odd['target']} differs.",
    caption=f"Twins that disagree in {odd['target']}: above, the upper picture's label, then the lower one's.",
)

# %% [markdown]
# Now the leak itself: a plain random split, 70/15/15, and the share of its test pictures with a twin in training. Then the
# simplest learner there is: the **nearest neighbour** repeats the label of the training picture that looks most alike. The
# same test pictures are asked twice, the second time without their twins in training.

# %%
neighbours = leak.nearest_neighbour(
    shop,
    by,
    tuple(t for t in ("articleType", "usage", "baseColour") if t in shop.labels) or ("class",),
)
notebook.table(neighbours, "How often the nearest training picture has the right label")
results["tables"]["nearest_neighbour"] = neighbours
target = neighbours.columns[3]
way = neighbours.set_index(["split", "test_pictures"])[target]
loss = way["random", "all"] - way["random, twins out of training", "all"]

# %%
bars = neighbours[neighbours["number"] > 0].rename(columns={"split": "group"})
right = (bars[target] * bars["number"]).round().astype(int)
limits = [statistics.wilson(*each) for each in zip(right, bars["number"], strict=True)]
bars[["low", "high"]] = limits
notebook.show(
    plots.intervals(
        bars, "test_pictures", target, f"accuracy of the nearest neighbour, {target}"
    ),
    alt="; ".join(
        f"{group}, {kind}: {accuracy:.3f}"
        for group, kind, accuracy in bars[["group", "test_pictures", target]].to_numpy()
    ),
    caption="Bars are 95 % intervals (Wilson). The gap between the splits is what the leak was worth.",
)

# %%
shares = counted["random_split_leak"]
parts = neighbours[neighbours["split"] == "random"].set_index("test_pictures")["number"]
either = 1 - parts["no twin"] / parts["all"]
notebook.say(
    f"Of a random split's test pictures **{shares['name_twin']:.1%}** have a name twin in training and "
    f"**{shares['picture_twin']:.1%}** a picture twin."
)
if parts["picture twin"]:
    notebook.say(
        f"With a picture twin the nearest neighbour tells {target} right in "
        f"{way['random', 'picture twin']:.1%} of the cases, with all twins taken out of training in "
        f"{way['random, twins out of training', 'picture twin']:.1%}."
    )

# %% [markdown]
# ## How much did the audit miss?
# On real data nobody knows. On drawn sets every fault was planted, so the audit itself can be judged.

# %%
blank = audit.blank_pictures(data.images)
found = {"exact duplicate": exact, "near duplicate": near, "blank": blank}
if "defects" not in data.truth:
    notebook.say(
        "The grey pictures are real: what the audit missed, nobody can say. "
        "`lookbook report 01 --dataset garments` shows it on drawn ones."
    )

# %% [markdown]
# Where faults were planted, as many suspected labels are counted as there are wrong ones, the most suspicious first.

# %%
if "defects" in data.truth:
    defects = data.truth["defects"]
    defects = defects[
        defects["position"].isin(compared) & defects["partner"].isin([-1, *compared])
    ]
    planted = (defects["kind"] == "wrong label").sum()
    found["wrong label"] = suspects["position"].head(planted).to_numpy()
    found["exact duplicate"] = exact[exact.isin(compared).all(axis=1)]
    found["blank"] = blank[np.isin(blank, compared)]
    judged = audit.score_against_truth(found, defects)
    notebook.table(
        judged,
        "Faults planted among the grey pictures compared, and what the audit found of them",
    )
    results["tables"]["planted_defects"] = judged

# %%
if "defects" in shop.truth:
    shop_judged = audit_table.judge(shop, twins)
    notebook.table(
        shop_judged,
        "Faults planted in the drawn shop, and what the audit found. Equal, other usage: copies whose usage was changed",
    )
    results["tables"]["planted_defects_colour"] = shop_judged
else:
    notebook.say(
        "The shop is real as well: its faults are known only as far as they were found."
    )

# %% [markdown]
# ## What we found

# %%
notebook.conclude(results, [
    f"Grey: {len(data):,} pictures in {len(classes)} classes, the largest {share.max() / share.min():.2f} times the "
    f"smallest; {len(blank)} are blank; {len(exact)} exact pairs among all, {len(near)} near ones among "
    f"{len(compared):,} compared; {len(leaks)} pairs lie across the split.",
    f"A simple model disagrees with {len(suspects):,} of {len(asked):,} labels, clearly with {certain:,}; many of those "
    "pictures are merely hard.",
    f"Colour: {counted['rows']:,} rows and {counted['images']:,} pictures; {len(lost)} rows or pictures cannot be used; "
    f"{counted['rows_with_extra_commas']} rows break a CSV reader; {rare['single'].sum()} classes have one picture.",
    f"A random split leaks: {either:.1%} of its test pictures have a twin in training, by name or by picture. With the "
    f"twins out, the nearest neighbour's {target} accuracy on the same pictures is {loss:.3f} lower.",
])  # fmt: skip

# %% [markdown]
# ## Your turn
# 1. Which class has the most suspected wrong labels?
# 2. How many of the twenty pictures above would you relabel yourself?
# 3. Which column's twins disagree most, and would you believe that label?
# 4. Report R3 says its set has about 22,000 pictures; its publisher counts 70,000. How many does the report miss?

# %% tags=["solution"]
worst = suspects["label"].value_counts()
notebook.say(
    f"Task 1: **{classes[worst.index[0]]}**, {worst.iloc[0]:,} times. "
    f"Task 3: **{odd['target']}**, {odd['share']:.1%} of the groups. "
    f"Task 4: **{70_000 - 22_000:,}**; the report's count cannot be right."
)

# %% [markdown]
# ## Questions
# 1. Why does a duplicate across the split make a network look better than it is?
# 2. Why is a picture that the model finds unlikely not necessarily labelled wrong?
# 3. People reach less than a good network on these labels. Does that make the network better than people?
# 4. What would you do with two equal pictures that carry different labels?
# 5. A random split measures a higher accuracy than a grouped one. Which of the two will a new product meet?

# %%
notebook.save(results)
