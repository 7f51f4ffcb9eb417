# %% [markdown]
# # 03 · What does dropout change?
# Trains one network without dropout, with a little and with much of it, and looks at what else changes when only that
# one setting does.
#
# **You will learn** to read the gap between two losses, to change one setting at a time, to choose without the test set.\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** a few minutes with the quick profile; notebook 00 measures it for your computer.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/profiles.yaml
dataset: str = "auto"  # auto takes real Fashion-MNIST where it can be had, else drawn garments
rates: list = [0.0, 0.2, 0.5]  # none comes first, low, high; R2 states no rate
limit: int = 2000  # pictures for training and validation together; 0: all
epochs: int = 8  # passes over the training pictures; report R2 makes 20 to 30
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import math

import numpy as np
import pandas as pd

from lib import claims, models, notebook, plots, recipes, runs
from lib.backend import keras
from lib.config import DataConfig
from lib.evaluation import comparison

own = {"profile": profile, "dataset": dataset, "rates": rates}
data, results = notebook.start(
    "03_ablation_dropout", own | {"limit": limit, "epochs": epochs, "seeds": seeds}
)

# %% [markdown]
# ## What does dropout do to a picture?
# Dropout sets each value to zero with a fixed probability, the rate, and draws anew at every step. What is left is divided
# by the share that is kept, so that the mean stays the same (Srivastava et al. 2014, JMLR 15, 1929). In our network it acts
# on the feature maps between the layers. Here it acts on pixels, where one can see it.

# %%
highest = max(rates)
picture = data.images[:1].astype("float32")
dropout = keras.layers.Dropout(highest, seed=0)
passes = [np.asarray(dropout(picture, training=True)) for _ in range(200)]
calm = np.asarray(dropout(picture, training=False))

# %%
versions = {
    "picture": picture,
    "training, one pass": passes[0],
    "training, another": passes[1],
    "mean of 200 passes": np.mean(passes, axis=0),
    "in use": calm,
}
notebook.show(
    plots.pictures(
        np.concatenate(list(versions.values())).clip(0, 255).astype("uint8"), list(versions)
    ),
    alt=f"A picture, the same through dropout {highest} twice, the mean of 200 passes, and the picture in use.",
    caption=f"One picture through a dropout layer with rate {highest}. Values above white are drawn white.",
)

# %%
garment = picture > 0
lost = [float((one[garment] == 0).mean()) for one in passes[:2]]
notebook.say(
    f"Of the pixels that are not black, the first pass loses {lost[0]:.0%} and the second {lost[1]:.0%}, not the same "
    f"ones. The mean grey value is {picture.mean():.1f} before, {passes[0].mean():.1f} and {passes[1].mean():.1f} "
    f"after. In use, which is `training=False`, the layer changes {int((calm != picture).sum())} pixels."
)

# %% [markdown]
# So no unit can count on one certain other unit while it learns, and a network that is measured is another one than the
# one that was trained: nothing is missing in it.

# %% [markdown]
# ## How do the curves change with the rate?
# The network is R2.optimised: four convolution blocks, a dropout layer at the end of each. Pictures, split, optimiser and
# seeds are the same for all rates.

# %%
network = models.build("R2.optimised", data.images.shape[1:], len(data.classes["class"]))
stages = [layer for layer in network.layers if isinstance(layer, keras.layers.Dropout)]
usual = stages[0].rate
notebook.say(
    f"{len(stages)} of its {len(network.layers)} layers are dropout; they have "
    f"{sum(layer.count_params() for layer in stages)} of its {network.count_params():,} weights. The report does not "
    f"state the rate it used; the kit's recipe takes {usual}."
)

# %%
counted = f"{seeds} seeds" if seeds > 1 else "one seed"
pictures = DataConfig(name=data.name, limit=limit or None)
settings = {
    f"dropout {rate}": recipes.recipe(
        "R2.optimised",
        pictures,
        epochs=epochs,
        arguments={"dropout": rate},
    )
    for rate in rates
}

# %%
trained = runs.grid(settings, seeds, data)
notebook.record(results, [run for group in trained.values() for run in group], data)

# %%
without, *with_dropout = settings
histories = {name: [run.history for run in group] for name, group in trained.items()}
notebook.show(
    plots.learning_curves(histories, {}),
    alt=f"Loss and accuracy by epoch for {', '.join(settings)}: as training went, measured again, and on validation.",
    caption=f"Lines are means over {counted}, bands reach from the smallest to the largest. "
    "Up to 2,000 training pictures are measured again after each epoch, without dropout, as validation pictures are.",
    thumbnail=True,
)

# %% [markdown]
# This is the report's pair of figures, with and without dropout, drawn anew (R2, figures 4.1 and 4.2). Two things differ.
# The report's second curve is measured on the **test** pictures after every epoch, ours on validation pictures. And the
# report trained once for each setting, so it has no bands.
#
# The dashed line is the loss as training went, the solid one is measured after the epoch. Three things set them apart:
#
# - the dashed line is a mean over an epoch in which the network still improved: it lies higher;
# - with dropout, units are missing in it: it lies higher still;
# - batch normalisation (Ioffe & Szegedy 2015, arXiv 1502.03167) takes the statistics of the batch in training, and in
#   use those it has gathered. These lag behind where training is short, and dropout makes their variance too large for
#   a network with nothing missing (Li et al. 2018, arXiv 1801.05134). This can lift the solid line above the dashed one.

# %%
everything = runs.tabulate(trained)
kinds = {"running_loss": "as it went", "train_loss": "measured again", "val_loss": "validation"}
last = everything.groupby("system", sort=False)[list(kinds)].mean()
notebook.table(
    last.rename(columns=kinds).reset_index(),
    f"Training loss, twice, and validation loss after the last epoch; means over {counted}",
)
handicap = last["running_loss"] - last["train_loss"]
notebook.say("The dashed line ends above the solid one by " + ", ".join(
    f"{above:+.3f} ({name})" for name, above in handicap.items()
) + ". A minus sign says that it ends below.")  # fmt: skip

# %% [markdown]
# ## Where does the validation loss turn, and how wide is the gap?
# A network overfits where its training loss goes on falling and its validation loss turns. Two figures say so without
# looking at curves: the epoch with the lowest validation loss, and the gap after the last epoch, which is the validation
# loss minus the training loss.


# %%
def lowest(history: pd.DataFrame) -> float:
    """Return the epoch with the lowest validation loss; NaN where there never was a finite one."""
    losses = history.set_index("epoch")["val_loss"].dropna()
    return float(losses.idxmin()) if len(losses) else math.nan


# %%
all_histories = [history for group in histories.values() for history in group]
turned = pd.Series([lowest(history) for history in all_histories])
everything["turn"] = turned.where(~everything["diverged"].astype(bool))
minima = [history["val_loss"].min() for history in all_histories]
everything["rise"] = everything["val_loss"] - minima
everything["gap"] = everything["val_loss"] - everything["train_loss"]
everything["drawn_gap"] = everything["val_loss"] - everything["running_loss"]

# %%
by_system = everything.groupby("system", sort=False)
turns = comparison.summarise(everything, "turn").assign(
    first=by_system["turn"].min().to_numpy(),
    last=by_system["turn"].max().to_numpy(),
    rise=by_system["rise"].mean().to_numpy(),
)
notebook.table(
    turns,
    f"Epoch (of {epochs}) of the lowest validation loss: mean, its 95 % interval (low, high), first and last seed. "
    "rise: by how much the validation loss has risen at the end",
    digits=2,
)
results["tables"]["turns"] = turns
falling = [name for name, group in by_system if (group["rise"] == 0).all()]
notebook.say(f"Still falling at the end in every seed: {', '.join(falling) or 'none'}.")

# %%
kept = {"drawn_gap": "as it went", "gap": "measured again"}
gaps = pd.concat(
    comparison.summarise(everything, measure).assign(group=words)
    for measure, words in kept.items()
)
results["tables"]["gaps"] = gaps
notebook.show(
    plots.intervals(gaps, "system", "mean", "validation loss minus training loss", mark=0),
    alt="Gap after the last epoch: "
    + "; ".join(f"{row.system}, {row.group}: {row.mean:+.3f}" for row in gaps.itertuples())
    + ".",
    caption=f"The gap after {epochs} epochs, to the training loss as it went and measured again; bars are 95 % intervals over seeds.",
)

# %% [markdown]
# The two colours answer different questions. Against the loss as it went, the network in training is compared with the
# network in use, and these are not the same: the gap mixes overfitting with all that sets the two training lines apart.
# Only against the loss measured again does one network meet old pictures and new ones. And a small gap is no merit by
# itself: a network that learns nothing has none.

# %%
narrower = comparison.against(everything, "gap", without)
results["tables"]["gap_differences"] = narrower
notebook.table(
    narrower.drop(columns=["p", "smallest"]),
    f"Gap (measured again) minus that of {without}, seed by seed; p_holm: paired t-test with Holm's correction",
)

# %% [markdown]
# ## Which rate would we choose?
# We choose on the validation pictures. The report chose by its test curves, and then quoted the same test pictures. A
# choice is for these pictures and this many epochs: dropout slows learning down, so a short training favours low rates.

# %%
validation = comparison.summarise(everything, "val_accuracy")
results["tables"]["val_accuracy"] = validation
notebook.table(
    validation, "Validation accuracy after the last epoch, with 95 % interval of the mean"
)
chosen = validation.sort_values("mean", ascending=False)["system"].iloc[0]
rivals = comparison.against(everything, "val_accuracy", chosen)
notebook.say(f"We choose **{chosen}**, for its mean. Minus it: " + "; ".join(
    f"{row.system} {row.difference:+.4f}, {row.verdict}" for row in rivals.itertuples()
) + ".")  # fmt: skip

# %% [markdown]
# The choice is made, so now the test pictures may be read. Every difference is from the network without dropout.

# %%
differences = notebook.compare(
    results, "test_accuracy", everything, "test_accuracy", reference=without
)

# %% [markdown]
# What would somebody have chosen who trained once for each rate? Each row below is such a person. The two columns on the
# right are the **Wrong way**: the rate is chosen by the test accuracy, which is then quoted. That figure can never be
# the lower one of the two, whether the rate is better or not.


# %%
def picks(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return for each seed the system that is best in `measure`, and its test accuracy."""
    # A diverged run is never chosen: its figure is missing, and counts as zero.
    order = table.fillna({measure: 0}).sort_values(measure, ascending=False, kind="stable")
    return order.groupby("seed")[["system", "test_accuracy"]].first()


# %%
right, wrong = picks(everything, "val_accuracy"), picks(everything, "test_accuracy")
people = right.join(wrong, lsuffix=" by validation", rsuffix=" by test").reset_index()
people.columns = ["seed", "by validation", "its test accuracy", "Wrong way: by test", "quoted"]
notebook.table(people, "The rate that one training of each would choose", digits=4)
flattered = float((people["quoted"] - people["its test accuracy"]).mean())
notebook.say(
    f"Different rates chosen: {people['by validation'].nunique()} by validation, "
    f"{people['Wrong way: by test'].nunique()} by test. Choosing by test makes the figure {flattered:.4f} higher on "
    f"average over {counted}."
)
results["tables"]["picks"] = people

# %% [markdown]
# ## Does what the report says hold here?
# Most of what R2 says is in words. So each claim gets a criterion, before we look:
#
# - *Without dropout the test loss diverges from about epoch 5*: the interval of the mean epoch with the lowest validation
#   loss comes within one epoch of 5, and every seed ends above its lowest loss. If the interval covers all epochs, the
#   claim cannot be judged.
# - *With dropout both curves go together*: the interval of the gap after the last epoch lies within a twentieth of zero.
#   A twentieth of loss is about 5 % of the probability that the right class gets. The report does not state which
#   training loss it draws, so we judge with both.
# - *With dropout the test accuracy remains high*: it is higher than without, and the difference is resolved.


# %%
def judge_turn(row: pd.Series, rises: pd.Series) -> str:
    claimed, about = 5, 1  # epochs; "around epoch 5" is read off a curve by eye
    if row["n"] < 2:
        return "not judged: one seed" if not row["diverged"] else "not judged: diverged"
    if epochs <= claimed:
        return f"not judged: only {epochs} epochs"
    if row["low"] <= 1 and row["high"] >= epochs:
        return f"not resolvable with {row['n']} seeds"
    if not (rises.dropna() > 0).all():
        return "does not hold: a seed ends at its lowest loss"
    if row["high"] < claimed - about:
        return "does not hold: it turns earlier"
    return "holds" if row["low"] <= claimed + about else "does not hold: it turns later"


# %%
def judge_gap(row: pd.Series) -> str:
    together = 0.05  # of cross-entropy loss
    if row["n"] < 2:
        return "not judged: one seed" if not row["diverged"] else "not judged: diverged"
    if row["low"] > together:
        return "does not hold: validation higher"
    if row["high"] < -together:
        return "does not hold: validation lower"
    inside = -together <= row["low"] and row["high"] <= together
    return "holds" if inside else f"not resolvable with {row['n']} seeds"


def judge_accuracy(row: pd.Series) -> str:
    words = {"resolved: higher": "holds", "resolved: lower": "does not hold: it is lower"}
    return words.get(row["verdict"], row["verdict"])


# %%
def line(row: pd.Series, words: str, verdict: str) -> dict:
    figures = row[["mean", "low", "high"]].to_dict()
    return {"system": row["system"], "the report says": words} | figures | {"verdict": verdict}


# %%
turn, rises = turns.iloc[0], everything.loc[everything["system"] == without, "rise"]
lines = [line(turn, "diverges from about epoch 5", judge_turn(turn, rises))]
for _, gap in gaps[gaps["system"].isin(with_dropout)].iterrows():
    lines.append(line(gap, f"together ({gap['group']})", judge_gap(gap)))
for _, gain in differences.rename(columns={"difference": "mean"}).iterrows():
    lines.append(line(gain, "test accuracy stays high", judge_accuracy(gain)))
report = pd.DataFrame(lines)
results["tables"]["report"] = report

# %%
whole_set = data.name == "fashion-mnist" and not limit
notebook.table(
    report,
    "The report says / we see (an epoch, a gap or a difference in test accuracy, with its 95 % interval). "
    + (
        "All of the report's pictures." if whole_set else "Not the report's pictures, or fewer."
    ),
)

# %% [markdown]
# One claim is a figure. The report trained once, so it is held against the interval in which ONE more training of ours
# would land (low, high), and only where the pictures are the report's. It is the rate of the kit's recipe that is judged.

# %%
claimed = claims.compare(runs.tabulate(sum(trained.values(), [])), whole_set)
if len(claimed):
    notebook.table(claimed, "Claim beside measurement", digits=4)
    results["tables"]["claims"] = claimed
else:
    notebook.say(
        "None of these rates is that of the kit's recipe, so there is no claim to judge."
    )

# %% [markdown]
# ## What we found

# %%
again = gaps[gaps["group"] == kept["gap"]].set_index("system")["mean"]
drawn = gaps[gaps["group"] == kept["drawn_gap"]].set_index("system")["mean"]
diverged = int(everything["diverged"].sum())
notebook.conclude(results, [
    f"Validation loss is lowest after epoch {turn['mean']:.1f} without dropout (mean over {counted}, of {epochs} "
    f"epochs; {diverged} trainings diverged and are left out); " + "; ".join(f"{r.system}: {r.mean:.1f}" for r in turns.iloc[1:].itertuples()) + ".",
    "Gap at the end, measured again: " + "; ".join(f"{name} {gap:+.3f}" for name, gap in again.items()) + ". "
    "Less than without dropout? " + "; ".join(f"{r.system} {r.verdict}" for r in narrower.itertuples()) + ".",
    "As training went, the gap looks like " + "; ".join(f"{name} {gap:+.3f}" for name, gap in drawn.items()) + ".",
    f"Chosen on validation: {chosen}. Test accuracy minus that without dropout: "
    + "; ".join(f"{r.system} {r.difference:+.4f}, {r.verdict}" for r in differences.itertuples()) + ".",
    "What the report says: " + "; ".join(f"{n} × {words}" for words, n in report["verdict"].value_counts().items()) + ".",
])  # fmt: skip

# %% [markdown]
# ## Your turn
# 1. Add the rate 0.8 to `rates`. How far does its training loss, measured again, end above that without dropout?
# 2. In which epoch is the mean validation **accuracy** without dropout highest? Is it the epoch of the lowest loss?
# 3. Set `epochs` to 16. By how much does the gap without dropout grow?

# %% tags=["solution"]
bare = pd.concat(histories[without]).groupby("epoch")[["val_accuracy", "val_loss"]].mean()
notebook.say(
    f"Task 2: mean validation accuracy is highest after epoch **{bare['val_accuracy'].fillna(0).idxmax()}**, mean "
    f"validation loss is lowest after epoch {bare['val_loss'].fillna(math.inf).idxmin()}. They need not agree: the loss "
    "also punishes mistakes that grow surer. Tasks 1 and 3: change the parameters cell and run the notebook again."
)

# %% [markdown]
# ## Questions
# 1. Why may the validation loss lie below the training loss that Keras prints, even without any overfitting?
# 2. The validation loss rises while the validation accuracy stays. What do the logits do?
# 3. A network ends with a small gap and a low accuracy. Is its rate too low or too high?
# 4. Somebody changes the dropout rate and the learning rate together, and the test accuracy rises. What is learnt?

# %%
notebook.save(results)
