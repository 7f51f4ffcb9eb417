# %% [markdown]
# # 02 · How far does a plain network get?
# Trains the two plain networks of the reports, beside three methods that need no network, and holds the reports' figures
# against what comes out.
#
# **You will learn** to read a figure beside its anchors, to see overfitting in two curves, to say how sure a figure is.\
# **You need** notebook 01, so that you know the pictures.\
# **Time** a few minutes with the quick profile; notebook 00 measures it for your computer.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto takes real Fashion-MNIST where it can be had, else drawn garments
systems: list = ["R2.simple", "R3.initial"]  # ids of the networks
limit: int = 4000  # pictures for training and validation together; 0: all
epochs: int = 10  # passes over the training pictures; report R3 makes 20
batch_size: int = 32  # pictures a step; report R2's value, and Keras's default
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import pandas as pd

from lib import claims, models, notebook, plots, runs
from lib.config import DataConfig, RunConfig
from lib.data.fashion_mnist import votes
from lib.evaluation import metrics, statistics

own = {
    "profile": profile,
    "dataset": dataset,
    "systems": systems,
    "limit": limit,
    "epochs": epochs,
}
data, results = notebook.start(
    "02_baseline_cnn", own | {"batch_size": batch_size, "seeds": seeds}
)

# %% [markdown]
# ## What must a network beat?
# Three anchors: always the most frequent class, a linear model on the pixels, and the label of the nearest training
# picture. A network that does not beat them has learnt nothing worth its trouble.

# %%
pictures = DataConfig(name=data.name, limit=limit or None)
anchors = [
    runs.fetch_or_train(RunConfig(system=system, data=pictures), data)
    for system in ("anchor.majority", "anchor.linear", "anchor.nearest")
]

# %%
anchor_table = runs.tabulate(anchors)[["system", "val_accuracy", "val_macro_f1", "seconds"]]
notebook.table(anchor_table, "Anchors, on the validation pictures")
results["tables"]["anchors"] = anchor_table

# %%
best_anchor = anchor_table.loc[anchor_table["val_accuracy"].idxmax()]
notebook.say(
    f"The best of them, **{best_anchor['system']}**, reaches {best_anchor['val_accuracy']:.3f} without any network. "
    "That is the figure to beat; the majority class is the figure of someone who never looks."
)

# %% [markdown]
# ## How are the networks built?
# R2.simple has two convolutions, R3.initial three. Both end in one dense layer and a logit for each class. Most
# parameters sit in the dense layer, not in the convolutions.

# %%
network = models.build(systems[-1], data.images.shape[1:], len(data.classes["class"]))
layers = [
    {
        "layer": layer.name,
        "output": str(layer.output.shape[1:]),
        "parameters": layer.count_params(),
    }
    for layer in network.layers
]
notebook.table(
    pd.DataFrame(layers),
    f"{systems[-1]}: {network.count_params():,} parameters (report R3 prints 98,442 for R3.initial)",
)

# %% [markdown]
# ## How do they learn?
# Every network is trained once for each seed. A training that lies in the run store is fetched, not repeated.


# %%
def settings(system: str, seed: int) -> RunConfig:
    return RunConfig(
        system=system, data=pictures, epochs=epochs, batch_size=batch_size, seed=seed
    )


# %%
trained = [
    runs.fetch_or_train(settings(system, seed), data)
    for system in systems
    for seed in range(seeds)
]
notebook.record(results, anchors + trained, data)

# %%
to_beat = anchor_table.set_index("system")["val_accuracy"].drop("anchor.majority").to_dict()
histories = {
    system: [run.history for run in trained if run.config.system == system]
    for system in systems
}
notebook.show(
    plots.learning_curves(histories, to_beat),
    alt=f"Loss and accuracy by epoch for {' and '.join(systems)}: as training went, measured again, and on validation.",
    caption=f"Lines are means over {seeds} seeds, bands reach from the smallest to the largest. "
    "Up to 2,000 training pictures are measured again after each epoch, as validation pictures are. "
    "Dotted: the anchors' validation accuracy.",
    thumbnail=True,
)

# %% [markdown]
# The dashed line is what Keras prints while it trains: a mean over an epoch in which the network still changed. The solid
# training line is measured after the epoch, so it is the one to hold against validation. Overfitting is where that line
# goes on and the validation line turns.

# %%
turning = {
    system: pd.concat(histories[system]).groupby("epoch")["val_loss"].mean().idxmin()
    for system in systems
}
notebook.say(" ".join(
    f"**{system}**: the mean validation loss is lowest after epoch {epoch} of {epochs}." for system, epoch in turning.items()
))  # fmt: skip

# %% [markdown]
# ## How good are they, and how sure is that?
# Every training read the test pictures once, after its last epoch; only now do we look at what came out. The interval is
# for the mean over seeds (Student's t); with few seeds it is wide, and that is the honest answer.

# %%
everything = runs.tabulate(anchors + trained)
rows = [
    {"system": name} | statistics.over_seeds(group["test_accuracy"])
    for name, group in everything.groupby("system", sort=False)
]
means = everything.groupby("system")[["test_macro_f1", "test_balanced_accuracy"]].mean()
comparison = pd.DataFrame(rows).merge(means, on="system")
notebook.table(
    comparison,
    "Test accuracy: n seeds, mean, standard deviation (sd), 95 % interval of the mean (low, high); other means",
)
results["tables"]["test_accuracy"] = comparison

# %%
notebook.show(
    plots.intervals(comparison, "system", "mean", "test accuracy"),
    alt="Test accuracy of anchors and networks: "
    + ", ".join(f"{r['system']} {r['mean']:.3f}" for r in rows)
    + ".",
    caption="Test accuracy; bars are 95 % intervals over seeds. Anchors have no seeds, so they have no bar.",
)

# %% [markdown]
# Which network is better? Both were trained with the same seeds on the same pictures, so the question is whether the
# difference, seed by seed, is surely not zero.

# %%
first, second = systems[0], systems[-1]
accuracy = everything.set_index("system")["test_accuracy"]
difference = statistics.paired(accuracy[[first]], accuracy[[second]])
verdict = "resolved" if difference["resolved"] else f"not resolvable with {seeds} seeds"
notebook.say(
    f"{second} minus {first}: {difference['mean']:+.4f}, 95 % interval {difference['low']:+.4f} "
    f"to {difference['high']:+.4f}: **{verdict}**."
)
results["tables"]["difference"] = [{"first": first, "second": second} | difference]

# %% [markdown]
# ## Which classes are taken for one another?
# The confusion matrix of the last network, its first seed.

# %%
shown = next(run for run in trained if run.config.system == systems[-1])
_, truth, logits = shown.predictions("test")
matrix = metrics.confusion(truth, logits.argmax(axis=1), data.classes["class"])
notebook.show(
    plots.confusion(matrix),
    alt=f"Confusion matrix of {shown.label} on {len(truth):,} test pictures.",
    caption=f"{shown.label}, seed {shown.config.seed}: true classes in rows, predicted ones in columns.",
)

# %%
confused = metrics.confused_pairs(matrix).head(5)
notebook.table(confused, "The five pairs most often confused, in either direction")
results["tables"]["confused_pairs"] = confused

# %% [markdown]
# A class's recall is a proportion of a limited number of pictures; its Wilson interval says how far it may be off. Where
# people's votes on the same pictures are at hand, they stand beside.

# %%
recall = metrics.class_recall(matrix).assign(group=shown.label)
people = votes.load_votes() if votes.belong_to(data) else None
if people is not None:
    seen = metrics.confusion(truth, people.argmax(axis=1), data.classes["class"])
    recall = pd.concat([recall, metrics.class_recall(seen).assign(group="people (most votes)")])
results["tables"]["class_recall"] = recall

# %%
lowest = recall.loc[recall["group"] == shown.label].nsmallest(1, "recall").iloc[0]
notebook.show(
    plots.intervals(recall, "class", "recall", "recall on the test pictures"),
    alt=f"Recall of each class with its interval; lowest is {lowest['class']} with {lowest['recall']:.2f}.",
    caption="Recall of each class, bars are 95 % Wilson intervals. Where people's votes tie, the first class counts.",
)
if people is None:
    notebook.say(
        "People's votes are optional, and are about the publisher's own files of Fashion-MNIST only: "
        "`lookbook data fetch fashion-mnist-h` brings them."
    )

# %% [markdown]
# ## Do the reports' figures hold?
# A report trained once. So its figure is held against the interval in which ONE more training of ours would land (low,
# high), and only where pictures and epochs are the report's.

# %%
whole_set = data.name == "fashion-mnist" and not limit
claimed = claims.compare(runs.tabulate(trained), whole_set)
notebook.table(claimed, "Claim beside measurement", digits=4)
results["tables"]["claims"] = claimed

# %% [markdown]
# ## What we found

# %%
ours = comparison.set_index("system")["mean"]
top = confused.iloc[0]
verdicts = claimed["verdict"].value_counts()
notebook.conclude(results, [
    f"Mean test accuracy over {seeds} seeds: {first} {ours[first]:.3f}, {second} {ours[second]:.3f}; the difference is "
    f"{verdict}. The best anchor, {best_anchor['system']}, reaches {ours[best_anchor['system']]:.3f}.",
    f"{top['class']} and {top['and']} are confused most: {top['mistakes']} of {len(truth):,} test pictures.",
    "The reports' claims: " + "; ".join(f"{count} {words}" for words, count in verdicts.items()) + ".",
])  # fmt: skip

# %% [markdown]
# ## Your turn
# 1. Set `seeds` to 5 in the parameters cell. How wide is R3.initial's interval now, in percentage points?
# 2. How many of the test pictures does the last network get right that the linear model gets wrong?
# 3. Set `epochs` to 3. By how much do the validation accuracies of the two networks differ now?

# %% tags=["solution"]
linear = next(run for run in anchors if run.config.system == "anchor.linear")
right = logits.argmax(axis=1) == truth
linear_right = linear.predictions("test")[2].argmax(axis=1) == truth
notebook.say(
    f"Task 2: {second} gets **{int((right & ~linear_right).sum()):,}** pictures right that the "
    "linear model gets wrong. Tasks 1 and 3: change the parameters cell and run the notebook again."
)

# %% [markdown]
# ## Questions
# 1. Why is the training loss that Keras prints often higher than the one measured again?
# 2. Why may the epoch not be chosen by the test accuracy?
# 3. A report prints one accuracy, after one training. What else would you need to know?
# 4. Which of the two intervals answers "is this network better than that one": seeds or Wilson?

# %%
notebook.save(results)
