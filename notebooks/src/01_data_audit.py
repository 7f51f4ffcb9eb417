# %% [markdown]
# # 01 · What is in the data, and what is wrong with it?
# Looks at the pictures before any network does: how many, how balanced, which are doubled, which labels look wrong.
#
# **You will learn** to look first, to find leaks between training and test, to judge an audit by planted faults.\
# **You need** notebook 00.\
# **Time** a minute or two; notebook 00 shows what it took on your computer.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/profiles.yaml
dataset: str = "auto"  # auto takes real Fashion-MNIST where it can be had, else drawn garments
pictures: int = 12000  # compared with one another, drawn evenly from training and test; 0: all

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd

from lib import notebook, plots
from lib.data import audit, duplicates, votes

data, results = notebook.start(
    "01_data_audit", {"profile": profile, "dataset": dataset, "pictures": pictures}
)
labels, classes = data.labels["class"], data.classes["class"]
is_test = np.isin(np.arange(len(data)), data.test)

# %% [markdown]
# ## What is there, and is it balanced?
# Counts first: a class with few pictures is learnt badly and measured badly.

# %%
counts = audit.class_counts(labels, classes, is_test).reset_index()
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
# ## What do the pixels say?
# The networks here divide every pixel by 255; others subtract the mean and divide by the standard deviation. The share of
# zeros says how much of a picture is background.

# %%
pixels = audit.pixel_statistics(data.images)
pixel_table = pixels.rename_axis("measure").rename("value").reset_index()
notebook.table(pixel_table, "Pixel values, divided by 255", digits=4)
results["tables"]["pixels"] = pixel_table

# %%
notebook.show(
    plots.pixel_values(data.images),
    alt=f"Histogram of pixel values; {pixels['share of zeros']:.0%} of them are 0.",
    caption="How often each pixel value occurs. The tall first bar is the background.",
)

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
groups = pairs.groupby(["kind", "where"], observed=True)["same_label"]
pair_table = groups.agg(pairs="size", same_label="sum").reset_index()
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
# ## Which labels look wrong?
# A model that was not shown a picture says how likely its label is. The least likely ones are worth a look; a picture can
# also just be hard.

# %%
suspects = audit.suspected_wrong_labels(data.images[compared], labels[compared])
suspects["position"] = compared[suspects["position"]]
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
    f"Of {len(compared):,} pictures the model would label {len(suspects):,} otherwise; for {certain:,} of them it gives "
    "the stated label less than one chance in twenty."
)

# %% [markdown]
# ## What do people see?
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
# ## How much did the audit miss?
# On real data nobody knows. On drawn garments every fault was planted, so the audit itself can be judged.

# %%
blank = audit.blank_pictures(data.images)
found = {"exact duplicate": exact, "near duplicate": near, "blank": blank}
if "defects" not in data.truth:
    notebook.say(
        "These are real pictures: what the audit missed, nobody can say. "
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
        judged, "Planted faults among the pictures compared, and what the audit found of them"
    )
    results["tables"]["planted_defects"] = judged

# %% [markdown]
# ## What we found

# %%
notebook.conclude(results, [
    f"{len(data):,} pictures in {len(classes)} classes, the largest {share.max() / share.min():.2f} times the smallest; "
    f"{len(blank)} are blank.",
    f"{len(exact)} exact pairs of duplicates among all pictures, {len(near)} near ones among the {len(compared):,} compared; "
    f"{len(leaks)} pairs lie across the split.",
    f"A simple model disagrees with {len(suspects):,} of {len(compared):,} labels, clearly with {certain:,}; many of those "
    "pictures are merely hard.",
])  # fmt: skip

# %% [markdown]
# ## Your turn
# 1. Which class has the most suspected wrong labels?
# 2. How many of the twenty pictures above would you relabel yourself?
# 3. Report R3 says its set has about 22,000 pictures; its publisher counts 70,000. How many does the report miss?

# %% tags=["solution"]
worst = suspects["label"].value_counts()
notebook.say(
    f"Task 1: **{classes[worst.index[0]]}**, {worst.iloc[0]:,} times. "
    f"Task 3: **{70_000 - 22_000:,}**; the report's count cannot be right."
)

# %% [markdown]
# ## Questions
# 1. Why does a duplicate across the split make a network look better than it is?
# 2. Why is a picture that the model finds unlikely not necessarily labelled wrong?
# 3. People reach less than a good network on these labels. Does that make the network better than people?
# 4. What would you do with two equal pictures that carry different labels?

# %%
notebook.save(results)
