# %% [markdown]
# # 09 · May one network answer several questions at once?
# Trains report R5's networks, which name a product's main category and its sub category with two heads on one trunk, then
# asks what a single task would have given, how often the two answers contradict each other, and whose loss is lower.
#
# **You will learn** to train several heads, to measure classes with few pictures, to tell which losses may be compared.\
# **You need** notebooks 02 and 06: intervals over seeds, one net against one recipe.\
# **Time** a few minutes with the quick profile; notebook 00 measures it for your computer.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto takes real products where they can be had, else drawn garments
arguments: dict = {"width": 16, "blocks": [1, 1, 1, 1]}  # of the ResNet; {}: R5's ResNet-34
vgg_arguments: dict = {"width": 16, "blocks": [1, 1, 1, 1, 1]}  # of the VGG; {}: R5's VGG-16
limit: int = 1500  # pictures for training and validation together; 0: all
epochs: int = 5  # passes over the training pictures; R5 states none
batch_size: int = 32  # pictures a step; R5 states none
precision: str = "float32"  # mixed_bfloat16 is faster on many processors
seeds: int = 3  # trainings of each network that differ only in their random numbers
published_seeds: int = 1  # likewise, where the sizes of two losses are held against each other

# %% [markdown]
# ## Set-up

# %%
import math
import textwrap

import numpy as np
import pandas as pd
from scipy.special import log_softmax

from lib import claims, models, notebook, plots, runs
from lib.base.errors import LookbookError
from lib.config import DataConfig, RunConfig
from lib.data import r1, splits
from lib.data.prepare import prepare
from lib.evaluation import comparison, metrics, statistics
from lib.training import recipes

# %%
own = {"profile": profile, "dataset": dataset, "limit": limit, "epochs": epochs, "seeds": seeds}
own |= {"arguments": arguments, "vgg_arguments": vgg_arguments, "batch_size": batch_size}
own |= {"precision": precision, "published_seeds": published_seeds}
data, results = notebook.start("09_multi_task", own, colour=True)
main, sub = "masterCategory", "subCategory"
short, four = {main: "main", sub: "sub"}, ("gender", "season", "baseColour", "usage")
of_seeds = "one seed" if seeds == 1 else f"{seeds} seeds"
if missing := {main, sub, *four} - set(data.labels):
    raise LookbookError(
        f"{data.name} has no {', '.join(sorted(missing))}: take a set with a product table"
    )
of_published = "one seed" if published_seeds == 1 else f"{published_seeds} seeds"


# %%
def settings(system: str, pictures: DataConfig, **more) -> RunConfig:
    """Return how `system` is trained here; more: arguments of its builder, beside this notebook's."""
    shape = vgg_arguments if system == "R5.vgg16" else arguments
    return recipes.recipe(
        system, pictures, epochs=epochs, batch_size=batch_size, precision=precision, arguments=shape | more
    )  # fmt: skip


# %% [markdown]
# ## What are the two questions?
# The shop sorts every product twice: into a main category, and inside it into a sub category. R5 answers both for its four
# main categories. Its pictures are not public; we take the four largest main categories of ours.

# %%
sizes = np.bincount(data.labels[main][data.labels[main] >= 0])
largest = [data.classes[main][k] for k in np.argsort(-sizes, kind="stable")[:4]]
pictures = DataConfig(
    name=data.name, target=main, more_targets=(sub,), keep={main: largest},
    stratify=sub, validation=0.15, limit=limit or None,
)  # fmt: skip
seen = prepare(data, pictures)
parts = splits.split(seen, pictures)
names = {target: seen.classes[target] for target in (main, sub)}
notebook.say(
    f"{int((seen.labels[main] >= 0).sum()):,} pictures have both answers. {len(parts.train):,} train here, "
    f"{len(parts.validation):,} are for looking on the way, and {len(parts.test):,} test. All pictures of one product, "
    "and pictures that are nearly the same, are in one of the three. A limit leaves out training and validation pictures, "
    "never test ones."
)

# %%
used = np.flatnonzero(seen.labels[main] >= 0)
sorting = pd.DataFrame(
    {target: np.array(names[target])[seen.labels[target][used]] for target in names}
)
per_pair = sorting.value_counts().reset_index(name="pictures")
overview = pd.DataFrame(
    {main: name, "pictures": rows["pictures"].sum(), "sub categories": len(rows)}
    | {"largest": f"{rows[sub].iloc[0]} ({rows['pictures'].iloc[0]:,})"}
    | {"smallest": f"{rows[sub].iloc[-1]} ({rows['pictures'].iloc[-1]:,})"}
    for name in largest
    for rows in [per_pair[per_pair[main] == name]]
)
notebook.table(overview, "Main categories, and the sub categories in them")
results["tables"]["categories"] = overview

# %%
top = per_pair.groupby(main, sort=False).head(5)
examples = top.sort_values(main, key=lambda mains: mains.map(largest.index), kind="stable")
first_of = [
    used[((sorting[main] == row[main]) & (sorting[sub] == row[sub])).to_numpy()][0]
    for _, row in examples.iterrows()
]
notebook.show(
    plots.pictures(
        data.images[first_of],
        [f"{row[main]}:\n{textwrap.fill(row[sub], 14)}" for _, row in examples.iterrows()],
    ),
    alt="One picture of each of the largest sub categories: " + ", ".join(examples[sub]) + ".",
    caption="One picture of each of the five largest sub categories of every main category.",
)

# %% [markdown]
# If every sub category belonged to one main category, the second answer would contain the first. Does it?

# %%
homes = per_pair.groupby(sub)[main].nunique()
shared = per_pair[per_pair[sub].isin(homes.index[homes > 1])].sort_values(sub, kind="stable")
if len(shared):
    notebook.table(shared, "Sub categories that stand in more than one main category")
notebook.say(
    f"{int((homes == 1).sum())} of {len(homes)} sub categories stand in one main category only"
    + (", the others have a name that two of them share." if len(shared) else ".")
)

# %% [markdown]
# What a guesser reaches who knows how frequent the classes are is the figure to beat. Its loss, when it always answers with
# these shares, is the entropy of the labels: the **prior entropy**, in nats.


# %%
def guessing(target: str) -> dict:
    """Return what one can reach in a task without looking at any picture."""
    trained_on, tested_on = (seen.labels[target][part] for part in (parts.train, parts.test))
    most = int(np.bincount(trained_on).argmax())
    return {
        "task": target, "classes": len(names[target]), "most frequent": names[target][most],
        "its share of the test pictures": float((tested_on == most).mean()),
        "prior entropy": metrics.prior_entropy(tested_on),
    }  # fmt: skip


# %%
anchors = pd.DataFrame([guessing(main), guessing(sub)])
notebook.table(
    anchors, "The figures to beat: accuracy of the majority class, loss of its shares"
)
results["tables"]["guessing"] = anchors

# %% [markdown]
# ## How do two heads learn together?
# One trunk, a ResNet (He et al. 2016, arXiv 1512.03385), turns a picture into one vector. Two heads read it: a small one
# for the main category and a larger one, with dropout, for the sub category. Their losses are added, and one step of SGD
# with momentum serves both; the learning rate falls along a cosine to zero. The hope is old (Caruana 1997,
# doi:10.1023/A:1007379606734): what helps one task may help the other. R5 trains in PyTorch, which adds the weight decay to
# the gradient; Keras takes it from the weights, so the kit's recipe translates the number (lib/training/recipes.yaml).

# %%
shape, numbers = data.images.shape[1:], {target: len(names[target]) for target in names}
versions = {"both": (numbers, {}), "main": (numbers[main], {"head": "main"})}
versions |= {"sub": (numbers[sub], {"head": "sub"})}
count = {
    name: models.build("R5.resnet34_mtl", shape, classes, **(arguments | head)).count_params()
    for name, (classes, head) in versions.items()
}
shared_weights = count["main"] + count["sub"] - count["both"]
full_name = recipes.label(settings("R5.resnet34_mtl", pictures))
notebook.say(
    f"`{full_name}` has {count['both']:,} parameters: {shared_weights:,} in the trunk, "
    f"{count['main'] - shared_weights:,} in the main head, {count['sub'] - shared_weights:,} in the sub head. "
    + ("It is smaller than R5's, to save time." if arguments else "It is R5's network.")
)

# %%
both_heads = {system: settings(system, pictures) for system in ("R5.resnet34_mtl", "R5.vgg16")}
trained = runs.grid(both_heads, seeds, data)
resnet, vgg = trained["R5.resnet34_mtl"], trained["R5.vgg16"]
measures = {"loss": "loss", "accuracy": "accuracy", "macro_f1": "macro-F1", "auroc": "AUROC"}


# %%
def of_head(history: pd.DataFrame, part: str, target: str) -> pd.DataFrame:
    """Return the history of one head on one part of the pictures: epoch and the four measures."""
    columns = {f"{part}_{target}_{measure}": measure for measure in measures}
    return history[["epoch", *columns]].rename(columns=columns)


words = {"train": "training", "val": "validation"}
lines = {
    f"{short[target]}, {words[part]}": [of_head(run.history, part, target) for run in resnet]
    for target in names
    for part in words
}

# %%
notebook.show(
    plots.curves(lines, {key: measures[key] for key in ("loss", "accuracy")}),
    alt=f"Loss and accuracy by epoch of both heads of {full_name}, on training and validation pictures.",
    caption=f"Both heads of R5.resnet34_mtl: lines are means over {of_seeds}, bands reach from the smallest to the "
    "largest. Training pictures (up to 2,000) are measured again after each epoch, without dropout.",
    thumbnail=True,
)  # fmt: skip

# %%
notebook.show(
    plots.curves(lines, {key: measures[key] for key in ("macro_f1", "auroc")}),
    alt="Macro-F1 and AUROC by epoch of both heads, on training and validation pictures.",
    caption="Macro-F1 is the mean of the classes' F1, AUROC the mean of their areas under the ROC curve, one class "
    "against the others; a class of three pictures counts as much as one of thousands. A class without a picture in a part "
    "is left out of its mean, so training and validation means are of different classes.",
)

# %% [markdown]
# The two figures differ most where classes are rare. AUROC asks only whether a class's pictures are ranked above the others,
# F1 whether the class is named. A class that is never named has an F1 of zero, and can have a high AUROC.
#
# The report's second network is a VGG-16 (Simonyan & Zisserman 2015, arXiv 1409.1556). We give it the same heads; R5 says
# "similar". Its learning rate is multiplied by .9 after each epoch.

# %%
validated = {
    f"{short[target]}, {name}": [of_head(run.history, "val", target) for run in group]
    for target in names
    for name, group in (("ResNet", resnet), ("VGG", vgg))
}
for keys in (("loss", "accuracy"), ("macro_f1", "auroc")):
    both = {key: measures[key] for key in keys}
    notebook.show(
        plots.curves(validated, both),
        alt=f"Validation {' and '.join(both.values())} by epoch of both heads, for the ResNet and the VGG.",
        caption=f"Validation {' and '.join(both.values())} of both heads, ResNet and VGG; means over {of_seeds}.",
    )  # fmt: skip

# %%
everything = runs.tabulate(trained)
speed = pd.DataFrame(
    {"settings": group[0].label, "parameters": group[0].metrics["parameters"],
     "learning rate, last epoch": group[0].history["learning_rate"].iloc[-1],
     "seconds a training": fastest["seconds"],
     "pictures a second": len(parts.train) * fastest["epochs"] / fastest["seconds"]}
    for group in trained.values()
    for fastest in [min((run.metrics for run in group), key=lambda figures: figures["seconds"])]
)  # fmt: skip
notebook.table(
    speed,
    f"How fast they train, in {precision}, on {results['provenance']['device']}: training pictures a second, the "
    "measuring after each epoch included. The fastest training of each counts: the computer may have been busy in the others",
)
results["tables"]["speed"] = speed

# %% [markdown]
# R5 describes its curves in words. So each claim gets a criterion, before we look: the whole 95 % interval over seeds must
# lie in a range. These are six intervals, each for itself: nothing is corrected for their number.
#
# - *The main task gets near 1.0*: validation accuracy above 95 %. *It hardly overfits*: training accuracy, measured again,
#   minus validation accuracy is below 2 percentage points. A network that has learnt nothing has no gap, so this is judged
#   only where the accuracy is nearer to 1 than to the share of the largest class.
# - *The sub task is lower* than the main task, in validation accuracy, and *fluctuates more*: its accuracy falls more from
#   epoch to epoch, summed.
# - *VGG-16 is worse*: validation accuracy below that of the ResNet, in each task.


# %%
def judged(claim: str, values: pd.Series, low: float, high: float) -> dict:
    """Return a row: the claim, mean and interval of `values` (one a seed), and whether they lie in low to high."""
    over = statistics.over_seeds(values)
    inside = low < over["low"] and over["high"] < high
    outside = over["high"] <= low or over["low"] >= high
    verdict = "holds" if inside else "does not hold"
    if not inside and not outside:
        verdict = f"not resolvable with {len(values)} seeds"
    if math.isnan(over["low"]):
        missing = "one seed" if len(values) < 2 else "a figure is missing"
        verdict = f"not judged: {missing}"
    row = {"the report says": claim} | {key: over[key] for key in ("mean", "low", "high")}
    return row | {"verdict": claims.here(verdict, False)}


# %%
def fall(run: runs.Run, target: str) -> float:
    """Return how much a head's validation accuracy fell from epoch to epoch, summed."""
    own = run.history[f"val_{target}_accuracy"]
    return comparison.falls(run.history.assign(val_accuracy=own))


figure = {name: rows.set_index("seed") for name, rows in everything.groupby("system")}
first, second = figure["R5.resnet34_mtl"], figure["R5.vgg16"]
falls = {target: pd.Series([fall(run, target) for run in resnet]) for target in names}
on = {target: f"val_{target}_accuracy" for target in names}
gap = first[f"train_{main}_accuracy"] - first[on[main]]

# %%
report = pd.DataFrame([
    judged("main: near 1.0", first[on[main]], 0.95, math.inf),
    judged("main: hardly overfits", gap, -math.inf, 0.02),
    judged("sub minus main: lower", first[on[sub]] - first[on[main]], -math.inf, 0),
    judged("sub minus main: fluctuates more", falls[sub] - falls[main], 0, math.inf),
    judged("main, VGG minus ResNet: worse", second[on[main]] - first[on[main]], -math.inf, 0),
    judged("sub, VGG minus ResNet: worse", second[on[sub]] - first[on[sub]], -math.inf, 0),
])  # fmt: skip

# %%
if first[on[main]].mean() < (1 + anchors["its share of the test pictures"].iloc[0]) / 2:
    report.loc[1, "verdict"] = "not judged: it has learnt too little"
results["tables"]["report"] = report
notebook.table(
    report,
    "The report says / we see, on validation pictures, with 95 % interval over seeds. 'here' judges our pictures and "
    "networks, which are not the report's.",
)

# %% [markdown]
# ## Which sub categories are hard?
# The report shows the confusion matrix of the sub task on its validation pictures. We take the test pictures: nothing here is
# chosen by them, and they are more. Classes stand in the order of their main categories, so that mistakes inside one form a
# block.

# %%
positions, truth, logits = resnet[0].predictions("test", sub)
tested = np.bincount(truth, minlength=len(names[sub]))
parent = dict(per_pair.drop_duplicates(sub)[[sub, main]].to_numpy())
order = [name for name in sorted(parent, key=lambda name: largest.index(parent[name]))]
order = [name for name in order if tested[names[sub].index(name)] >= 10]
matrix = metrics.confusion(truth, logits.argmax(axis=1), names[sub])
confused = metrics.confused_pairs(matrix).head(5)
others = matrix.loc[order].drop(columns=order).sum(axis=1)

# %%
notebook.show(
    plots.confusion_shares(matrix.loc[order, order].assign(others=others)),
    alt=f"Confusion matrix of the {len(order)} sub categories with ten test pictures or more.",
    caption=f"{resnet[0].label}, seed 0: true sub categories in rows, predicted ones in columns; the "
    "darker, the larger the share of the row. Sub categories with fewer than ten test pictures have no row; where one of "
    "them is predicted, it counts in the last column.",
)  # fmt: skip
notebook.table(confused, "The five pairs most often confused, in either direction")
results["tables"]["confused_pairs"] = confused


# %% [markdown]
# Recall is a share of a limited number of pictures, so it has an interval (Wilson); it is of seed 0. F1 and AUROC are means
# over the seeds.


# %%
def scores(group: list) -> pd.DataFrame:
    """Return recall, low, high, f1 and auroc of each sub category on the test pictures, means over runs."""
    each = [
        metrics.class_scores(*run.predictions("test", sub)[1:], names[sub]) for run in group
    ]
    return pd.concat(each).groupby("class", sort=False).mean(numeric_only=True)


# %%
by_class, by_vgg, seed_0 = scores(resnet), scores(vgg), scores(resnet[:1])
table = pd.DataFrame({
    "sub category": names[sub], "of": [parent[name] for name in names[sub]],
    "trained on": np.bincount(seen.labels[sub][parts.train], minlength=len(names[sub])),
    "tested on": tested,
    "recall": seed_0["recall"].to_numpy(),
    "low": seed_0["low"].to_numpy(), "high": seed_0["high"].to_numpy(),
    "F1": by_class["f1"].to_numpy(), "AUROC": by_class["auroc"].to_numpy(),
    "F1, VGG": by_vgg["f1"].to_numpy(), "AUROC, VGG": by_vgg["auroc"].to_numpy(),
})  # fmt: skip

# %%
measurable = table[(table["tested on"] > 0) & (table["trained on"] > 0)]
shown = measurable.sort_values("F1", ascending=False, kind="stable")
notebook.table(
    shown.drop(columns="of").rename(columns={"trained on": "training", "tested on": "test"}),
    "Sub categories, with their numbers of training and test pictures, best F1 first: recall of seed 0 with its 95 % "
    f"interval, the others over {of_seeds}",
    digits=2,
)
results["tables"]["classes"] = table

# %%
of_networks = pd.concat([
    shown.assign(group="ResNet"),
    shown.drop(columns=["F1", "AUROC"]).assign(group="VGG").rename(columns=lambda c: c.removesuffix(", VGG")),
])  # fmt: skip
of_networks = of_networks.loc[:, ~of_networks.columns.str.endswith(", VGG")]
notebook.show(
    plots.class_dots(of_networks, {"F1": "F1", "AUROC": "AUROC"}, "sub category"),
    alt="F1 and AUROC of each sub category for both networks, best F1 first; the last ones with an F1 of zero: "
    + ", ".join(shown.loc[shown["F1"] == 0, "sub category"]) + ".",
    caption=f"F1 and AUROC of each sub category on the test pictures, in the order of the table; means over {of_seeds}.",
)  # fmt: skip

# %%
nobody = splits.only_in_training(seen, pictures, parts)[sub]
unseen = table.loc[table["trained on"] == 0, "sub category"].tolist()
untested = table.loc[
    (table["tested on"] == 0) & (table["trained on"] > 0), "sub category"
].tolist()
few = table[table["tested on"].between(1, 9)]
follows = measurable["trained on"].corr(measurable["F1"], method="spearman")
notebook.say(
    f"Trained on, but without a test picture, so that there is no figure at all: {', '.join(untested) or 'none'}"
    + (f" ({len(nobody)} of them without a validation picture, too: their pictures are of one product)" if nobody else "")
    + f". With one to nine test pictures: {len(few)} sub categories; one picture moves their recall by more than a tenth. "
    + (f"No training picture in this subset, so they cannot be named: {', '.join(unseen)}. " if unseen else "")
    + f"F1 goes with the number of training pictures: rank correlation {follows:+.2f} (Spearman)."
)  # fmt: skip

# %% [markdown]
# The report names sub categories on which its VGG does well, and others on which it does badly. Its categories are finer
# than ours, so each is looked for here, and judged by the class that contains it, among those with ten test pictures or
# more: a good one should lie above their median F1 with every seed, a bad one below. Where the median is below a tenth, and
# on a part of the pictures, nothing is judged. AUROC stands beside.

# %%
claimed_classes = [
    ("outwear", "good", None, "jackets are a part of Topwear"),
    ("trousers", "good", "Bottomwear", "trousers are a part of it"),
    ("earrings", "good", "Jewellery", "earrings are a part of it"),
    ("brooch", "bad", "Jewellery", "a brooch would be a part of it"),
    ("neckwear", "bad", "Ties", "scarves and stoles stand elsewhere"),
    ("back", "bad", None, "not clear what it is"),
]
found_here = measurable.set_index("sub category")
ranked = found_here[found_here["tested on"] >= 10]
f1 = pd.DataFrame({run.config.seed: scores([run]).loc[ranked.index, "f1"] for run in vgg})
sides = np.sign(f1 - f1.median())  # a row a class, a column a seed


# %%
def judge_class(here: str | None, said: str) -> str:
    """Return whether the class of ours lies on the side of the median that the report's word asks for."""
    if here not in ranked.index:
        return "not judged: " + ("fewer than ten test pictures" if here else "no counterpart")
    side = sides.loc[here]
    reasons = {
        "a part of the pictures": limit > 0,
        "one seed": seeds < 2,
        "the median F1 is nearly 0": f1.median().min() < 0.1,
        "the seeds are not on one side": side.nunique() > 1 or side.iloc[0] == 0,
    }
    if any(reasons.values()):
        return "not judged: " + next(reason for reason, there in reasons.items() if there)
    agrees = (side.iloc[0] > 0) == (said == "good")
    return claims.here("holds" if agrees else "does not hold", False)


# %%
medians = ranked[["F1, VGG", "AUROC, VGG"]].median()
counterparts = pd.DataFrame(
    {"the report's class": name, "said to be": said, "here": here or "–", "why": why}
    | {key: found_here[key].get(here, math.nan) for key in medians.index}
    | {"verdict": judge_class(here, said)}
    for name, said, here, why in claimed_classes
)
notebook.table(
    counterparts,
    f"The report's good and bad classes, means over {of_seeds}. Of the {len(ranked)} classes ranked the median F1 is "
    f"{medians.iloc[0]:.2f}, the median AUROC {medians.iloc[1]:.2f}",
)
results["tables"]["counterparts"] = counterparts

# %% [markdown]
# A claim about a class holds for one way of cutting the shop into classes. Two of the report's classes, one good and one bad,
# fall into the same one here, so they cannot both hold, whatever the network does.
#
# ## Is it worth answering together?
# Against what? The report trains two heads and compares them with nothing. So the same network is trained with one head, the
# main one or the sub one, on the same pictures with the same seeds. That is a **single task**. Learning rate and number of
# epochs are the same for all, and tuned for none.

# %%
alone_on = {
    f"{short[target]} alone": pictures.changed(target=target, more_targets=())
    for target in names
}
single = {
    name: settings("R5.resnet34_mtl", own_pictures, head=head)
    for (name, own_pictures), head in zip(alone_on.items(), ("main", "sub"), strict=True)
}
alone = runs.grid(single, seeds, data)
same = all(
    np.array_equal(group[0].predictions("test")[0], positions) for group in alone.values()
)
notebook.say(f"All are tested on the same pictures: {'yes' if same else 'no'}.")


# %%
def of_task(group: list, target: str, name: str) -> pd.DataFrame:
    """Return a row a run: system (`name`), seed, and the test figures of one task, named as for a single one."""
    figures = runs.tabulate(group)
    prefix = f"test_{target}_" if f"test_{target}_accuracy" in figures else "test_"
    columns = {f"{prefix}{measure}": f"test_{measure}" for measure in measures}
    return figures[["seed", "diverged", *columns]].rename(columns=columns).assign(system=name)


tasks = {
    target: pd.concat([
        of_task(alone[f"{short[target]} alone"], target, f"{short[target]} alone"),
        of_task(resnet, target, "both heads"),
    ])
    for target in names
}  # fmt: skip

# %%
means = pd.concat(
    comparison.summarise(tasks[target], "test_accuracy").assign(task=short[target])
    for target in names
)
means.insert(0, "task", means.pop("task"))
notebook.table(means, "Test accuracy: seeds that did not diverge (n), mean, standard deviation, 95 % interval of the mean")  # fmt: skip
results["tables"]["test_accuracy"] = means

# %% [markdown]
# Accuracy forgets rare classes, so the other measures stand beside it. Every difference is both heads minus one head, seed
# by seed.


# %%
def gain(target: str, measure: str) -> pd.DataFrame:
    """Return a row a seed: what the second head changes in a measure of a task."""
    by_seed = tasks[target].pivot(index="seed", columns="system", values=f"test_{measure}")
    change = by_seed["both heads"] - by_seed[f"{short[target]} alone"]
    name = f"{short[target]} {measures[measure]}"
    return pd.DataFrame({"system": name, "seed": change.index, "difference": change.to_numpy()})


changes = [gain(target, measure) for target in names for measure in measures]
nothing = pd.DataFrame({"system": "one head alone", "seed": range(seeds), "difference": 0.0})
together = comparison.against(pd.concat([nothing, *changes]), "difference", "one head alone")
results["tables"]["together"] = together

# %%
drawn = together[~together["system"].str.endswith("loss")]
notebook.show(
    plots.intervals(drawn, "system", "difference", "both heads minus one head alone", mark=0),
    alt="Both heads minus one head alone, test pictures: "
    + "; ".join(f"{row.system} {row.difference:+.3f}, {row.verdict}" for row in drawn.itertuples())
    + ".",
    caption="What the second head changes, test pictures, seed by seed; bars are 95 % intervals, each for itself. Right of the "
    "dotted line both heads are better.",
)  # fmt: skip
notebook.table(
    together.drop(columns="p"),
    "The same in figures, and the losses. p_holm: paired t-test with Holm's correction for the number of rows. smallest: the "
    "smallest true difference that so many seeds would resolve four times in five.",
)  # fmt: skip

# %%
accuracies = together[together["system"].str.endswith("accuracy")]
gained = "; ".join(f"{row.system} {comparison.told(row)}" for row in accuracies.itertuples())
single_seconds = [runs.tabulate(group)["seconds"].min() for group in alone.values()]
notebook.say(
    f"A training with both heads takes {figure['R5.resnet34_mtl']['seconds'].min():.0f} s, the two single ones "
    f"{sum(single_seconds):.0f} s together (the fastest of each: the computer may have been busy), and in use one pass gives "
    f"both answers. What it does to the test accuracy: {gained}."
)  # fmt: skip

# %% [markdown]
# ## Can the two answers contradict each other?
# Each head answers for itself, so a picture can be called Footwear and Bags. Such a pair is impossible: no training picture
# has it.

# %%
main_labels, sub_labels = (seen.labels[target][parts.train] for target in names)
possible = np.zeros((len(names[main]), len(names[sub])), dtype=bool)
possible[main_labels, sub_labels] = True
answers = {target: resnet[0].predictions("test", target) for target in names}
main_says, sub_says = (logits.argmax(axis=1) for _, _, logits in answers.values())
outside = metrics.impossible_pairs(main_says, sub_says, main_labels, sub_labels)
impossible = np.flatnonzero(outside)
low, high = statistics.wilson(len(impossible), len(main_says))
seen_never = int((~possible[answers[main][1], answers[sub][1]]).sum())  # labels, not answers
notebook.say(
    f"{len(impossible):,} of {len(main_says):,} test pictures get an impossible pair from the net of seed 0: "
    f"{len(impossible) / len(main_says):.2%} (95 % interval {low:.2%} to {high:.2%}). {seen_never} test pictures have such a "
    "pair of labels: impossible means unseen."
)

# %%
some = impossible[:10]
titles = [
    f"{names[main][main_says[k]]},\n{textwrap.fill(names[sub][sub_says[k]], 14)}" for k in some
]
if len(some):
    notebook.show(
        plots.pictures(data.images[positions[some]], titles, columns=max(len(some), 5)),
        alt=f"{len(some)} pictures with impossible pairs of answers: {'; '.join(titles)}.",
        caption="Test pictures with a pair of answers that no training picture has: main category, sub category.",
    )

# %%
wrong_main = main_says != answers[main][1]
wrong_sub = sub_says != answers[sub][1]
wrong = wrong_main | wrong_sub
found = int(wrong[impossible].sum())
found_low, found_high = statistics.wilson(found, int(wrong.sum()))
notebook.say(
    f"Of the {len(impossible):,} impossible pairs {int(wrong_main[impossible].sum()):,} have a wrong main category, "
    f"{int(wrong_sub[impossible].sum()):,} a wrong sub category, and {found:,} at least one of the two. So a contradiction "
    "points at a mistake without any label, and a shop can show just these pictures to a person. But of all "
    f"{int(wrong.sum()):,} pictures with a wrong answer ({wrong.mean():.0%} of the test pictures) it finds "
    f"{found / max(wrong.sum(), 1):.1%} (95 % interval {found_low:.1%} to {found_high:.1%}): the others are wrong without one."
)  # fmt: skip

# %% [markdown]
# A way of reading the two heads that respects the hierarchy makes no such mistake. Three are easy: the sub category decides
# and the main one is where it belongs; the main category decides and the best sub category inside it is taken; or the pair
# is taken whose probabilities, multiplied, are highest among the possible ones. None needs a new training. And whoever lets
# the sub category decide needs no main head: the network with the sub head alone is read that way, too.

# %%
home = np.array([np.bincount(main_labels[sub_labels == k], minlength=4).argmax() for k in range(len(names[sub]))])  # fmt: skip


def ways(run: runs.Run) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return main and sub answers (N,) on the test pictures, by each way of reading the two heads."""
    p, q = (log_softmax(run.predictions("test", target)[2], axis=1) for target in names)
    pairs = np.where(possible, p[:, :, None] + q[:, None, :], -np.inf).reshape(len(p), -1)
    inside = np.where(possible[p.argmax(axis=1)], q, -np.inf).argmax(axis=1)
    return {
        "each head for itself": (p.argmax(axis=1), q.argmax(axis=1)),
        "the sub category decides": (home[q.argmax(axis=1)], q.argmax(axis=1)),
        "the main category decides": (p.argmax(axis=1), inside),
        "the likeliest possible pair": np.divmod(pairs.argmax(axis=1), q.shape[1]),
    }


# %%
right_main, right_sub = answers[main][1], answers[sub][1]
read = pd.DataFrame(
    {"read": way, "seed": run.config.seed, "main accuracy": (a == right_main).mean(),
     "sub accuracy": (b == right_sub).mean(), "both right": ((a == right_main) & (b == right_sub)).mean(),
     "impossible pairs": int((~possible[a, b]).sum())}
    for run in resnet for way, (a, b) in ways(run).items()
)  # fmt: skip
for run in alone["sub alone"]:
    b = run.predictions("test")[2].argmax(axis=1)
    a, row = home[b], {"read": "sub alone, and where it belongs", "seed": run.config.seed}
    row |= {"main accuracy": (a == right_main).mean(), "sub accuracy": (b == right_sub).mean()}
    row |= {"both right": ((a == right_main) & (b == right_sub)).mean(), "impossible pairs": 0}
    read.loc[len(read)] = row
results["tables"]["hierarchy"] = read

# %%
ways_table = read.drop(columns="seed").groupby("read", sort=False).mean().reset_index()
by_reading = comparison.against(
    read.rename(columns={"read": "system"}), "both right", "each head for itself"
)
results["tables"]["readings"] = by_reading
notebook.table(
    ways_table.assign(**{"impossible pairs": ways_table["impossible pairs"].map("{:.1f}".format)}),
    f"Four ways to read the two heads, and the single task, {len(right_main):,} test pictures, means over {of_seeds}",
    digits=4,
)  # fmt: skip
notebook.table(
    by_reading.drop(columns=["p", "smallest"]).rename(columns={"system": "read"}),
    "Both right: each way minus each head for itself, seed by seed, on the same pictures; p_holm as above",
    digits=4,
)

# %%
of_net = ways(resnet[0])
heads_right = of_net["each head for itself"][0] == right_main
by_parent = statistics.mcnemar(heads_right, of_net["the sub category decides"][0] == right_main)
notebook.say(
    f"Main task, net of seed 0: only the main head is right on {by_parent['only_first']}, only the parent of the sub "
    f"category on {by_parent['only_second']} pictures (McNemar, p = {by_parent['p']:.3g}): "
    + ("**resolved**." if by_parent["p"] < comparison.RESOLVED else f"**not resolvable with {len(heads_right):,} pictures**.")
)  # fmt: skip

# %% [markdown]
# ## Whose loss is lower?
# R1 holds the loss of a public notebook, which predicts gender, season, colour and usage together, against its own for three
# classes of usage, and calls the lower one better. We train a stand-in for the public network (its inside is not described),
# and the same network for R1's three classes alone.

# %%
shares = {"validation": 0.15, "limit": limit or None, "name": data.name}
questions = {
    "four tasks": DataConfig(target=four[0], more_targets=four[1:], **shares),
    "three classes": DataConfig(
        target="usage", keep={"usage": ("Casual", "Formal", "Smart Casual")}, **shares
    ),
}
asked = {
    "four tasks": settings("R1.published", questions["four tasks"]),
    "three classes": settings("R1.published", questions["three classes"], head="main"),
}
published = runs.grid(asked, published_seeds, data)


# %%
def of_loss(group: list, target: str, task: str) -> dict:
    """Return a row: the mean test loss of a task, beside those of guessers without and with the classes' shares."""
    _, labels, logits = group[0].predictions("test", target)
    figures = runs.tabulate(group)
    column = f"test_{target}_loss" if f"test_{target}_loss" in figures else "test_loss"
    loss, prior = figures[column].mean(), metrics.prior_entropy(labels)
    row = {
        "task": f"{task} ({logits.shape[1]} classes)",
        "ln of classes": math.log(logits.shape[1]),
    }
    return row | {"prior entropy": prior, "loss": loss, "share of it": loss / prior}


# %%
rows = [of_loss(published["four tasks"], target, target) for target in four]
losses = pd.DataFrame(rows)
total = losses.sum(numeric_only=True).to_dict() | {"task": "the four together"}
total["share of it"] = total["loss"] / total["prior entropy"]
three = of_loss(published["three classes"], "usage", "usage alone")
losses = pd.concat([losses, pd.DataFrame([total, three])], ignore_index=True)
notebook.table(
    losses,
    f"Test loss in nats, mean over {of_published}, and what one gets who never looks: without knowing the classes' shares "
    "(ln of classes), and knowing them (prior entropy). Of several tasks all of these add up",
)
results["tables"]["losses"] = losses

# %%
notebook.say(
    f"The same network, the same shop: a loss of {total['loss']:.3f} for four tasks, {three['loss']:.3f} for three classes. "
    f"The first is {total['loss'] / three['loss']:.1f} times the second, and that says nothing yet: who never looks at a "
    f"picture gets {total['prior entropy']:.3f} and {three['prior entropy']:.3f}, {total['prior entropy'] / three['prior entropy']:.1f} "
    f"times as much. Against that the network's loss is {total['share of it']:.0%} in the four tasks and "
    f"{three['share of it']:.0%} in the three classes. Below 100 % it has learnt something; above it is worse than the shares alone."
)  # fmt: skip

# %% [markdown]
# Now the printed figures. **Wrong way**: hold one against the other. **Right way**: hold each against the prior entropy of
# its own task and its own pictures. But R1 does not say whether the public loss is the sum of four or their mean, and its
# own log counts other pictures than its text: ten times the few that it had before it balanced them with copies.

# %%
by_system = {(row["system"], row["metric"]): row.get("value") for row in claims.load()}
their_loss = float(by_system["R1.published", "running_loss"])
log_begins, text_says = 0.3293, 0.4717  # R1: first line of figures 8 and 11; text below them
assumed = [] if data.truth else [  # drawn pictures have other shares than any shop
    ("public notebook, a training batch", their_loss, f"a {word} of four; our pictures, its own are not stated", prior)
    for word, prior in (("sum", total["prior entropy"]), ("mean", total["prior entropy"] / 4))
]  # fmt: skip
assumed += [
    (f"R1, {word} pictures", float(by_system["R1.resnet50", key]), f"{'/'.join(map(str, rows[part]))}, {reading}",
     metrics.prior_entropy(np.repeat(range(len(r1.CLASSES)), rows[part])))
    for part, word, key in (("train", "training", "running_loss"), ("validation", "validation", "val_loss"))
    for reading, rows in (("as its text says", r1.ENLARGED), ("times ten, as its log says", r1.FEW))
]  # fmt: skip

# %%
columns = ["Wrong way: as printed", "loss", "what is assumed", "prior entropy"]
printed = pd.DataFrame(assumed, columns=columns)
share = printed["loss"] / printed["prior entropy"]
printed["Right way: share of it"] = share
notebook.table(
    printed, f"The losses that R1 compares; R1's pictures: {', '.join(r1.CLASSES)}", digits=4
)
results["tables"]["printed_losses"] = printed

# %%
of_r1 = share[printed[columns[0]].str.startswith("R1")]
of_public = share.drop(of_r1.index)
ahead = sum(int((of_r1 < one).sum()) for one in of_public)
verdict = f"By what is assumed, R1's losses are {of_r1.min():.2f} to {of_r1.max():.2f} of their prior entropy"
if len(of_public):
    verdict += f" and the public one {of_public.min():.2f} or {of_public.max():.2f} of its own: R1 is ahead in {ahead} of "
    verdict += f"{len(of_public) * len(of_r1)} pairings"
else:
    verdict += "; what the public one is a share of, drawn pictures do not tell"
notebook.say(
    f"R1's text sets {their_loss} against its own training loss, which it says began at {text_says}; its log goes from "
    f"{log_begins} to {float(by_system['R1.resnet50', 'running_loss'])}. And {their_loss} is the loss of one training batch: the "
    f"lines above it in that log go from 1.0531 to 1.3761. {verdict}. The figures cannot be compared."
)

# %% [markdown]
# The reports' figures for these networks, beside ours. R5 does not say how many epochs it trained, and its pictures are not
# ours, so nothing is judged as if they were.

# %%
all_runs = trained | {"R1.published": published["four tasks"]}
claimed = claims.compare(runs.tabulate(all_runs), False)
notebook.table(claimed.drop(columns="report"), "Claim beside measurement", digits=4)
results["tables"]["claims"] = claimed
grids = [trained, alone, published]
used_runs = [run for grid in grids for group in grid.values() for run in group]
notebook.record(results, used_runs, data)

# %% [markdown]
# ## What we found

# %%
by_way = ways_table.set_index("read")
likeliest = by_reading.set_index("system", drop=False).loc["the likeliest possible pair"]
verdicts = counterparts["verdict"].value_counts()
agreed, refuted = verdicts.get("here: holds", 0), verdicts.get("here: does not hold", 0)
reached, shares_of_largest = by_way.iloc[0], anchors["its share of the test pictures"]
said = "; ".join(
    f"*{claim}* ({word})" for claim, word in report[["the report says", "verdict"]].to_numpy()
)

# %%
notebook.conclude(results, [
    f"`{full_name}` reaches a test accuracy of {reached['main accuracy']:.3f} in the main and {reached['sub accuracy']:.3f} in "
    f"the sub task (means over {of_seeds}); always naming the largest class gives {shares_of_largest[0]:.3f} and "
    f"{shares_of_largest[1]:.3f}.",
    f"What R5 says: {said}.",
    f"Of its {len(counterparts)} good and bad classes {agreed} are so here, {refuted} are not, and "
    f"{len(counterparts) - agreed - refuted} cannot be judged.",
    f"Both heads minus one alone, on the test pictures: {gained}.",
    f"Impossible pairs: {reached['impossible pairs']:.1f} of {len(right_main):,} test pictures. Read as the likeliest "
    f"possible pair instead of each head for itself, the share with both answers right changes by {comparison.told(likeliest)}.",
    f"{verdict}. A lower loss of another task is not a better network.",
])  # fmt: skip

# %% [markdown]
# ## Your turn
# 1. Which sub category has the lowest F1 among those with at least 20 test pictures, and with what is it confused most?
# 2. Answer the main task by adding up the sub probabilities inside every main category. How many test pictures does the net
#    of seed 0 get right that way?
# 3. Set `epochs` to 10. By how much does the sub task's validation accuracy rise, and the main task's?

# %% tags=["solution"]
large = measurable[measurable["tested on"] >= 20]
lowest = large.loc[large["F1"] == large["F1"].min(), "sub category"].tolist() or order[:1]
worst = lowest[0]
mistakes = matrix.loc[worst].drop(worst)
_, _, sub_logits = answers[sub]
sums = np.exp(log_softmax(sub_logits, axis=1)) @ np.eye(4)[home]
summed = int((sums.argmax(axis=1) == right_main).sum())
notebook.say(
    f"Task 1: **{', '.join(lowest)}**; seed 0 takes {worst} {mistakes.max()} times for {mistakes.idxmax()}. "
    f"Task 2: **{summed:,}** of {len(right_main):,}; "
    f"the main head gets {int(heads_right.sum()):,}. Task 3: change the parameters cell and run the notebook again."
)

# %% [markdown]
# ## Questions
# 1. The loss is the sum of the two tasks' losses. Which task moves the trunk more at the beginning, and how could that be
#    changed?
# 2. Why can AUROC be near one for a class that is never named?
# 3. When would you expect two tasks to hurt each other?
# 4. A network that chooses among ten equally frequent classes has a loss of 1. A network for 46 colours has a loss of 2.
#    What would you ask before you say which is better?

# %%
notebook.save(results)
