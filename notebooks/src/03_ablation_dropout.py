# %% [markdown]
# # 03 · What does dropout change?
# Trains one network without dropout, with a little and with much of it, and looks at what else changes when only that
# one setting does.
#
# **You will learn** to read the gap between two losses, to change one setting at a time, to choose without the test set.\
# **You need** notebook 02, so that you know learning curves and intervals over seeds.\
# **Time** a few minutes with the quick profile; notebook 00 measures it for your computer.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto takes real Fashion-MNIST where it can be had, else drawn garments
rates: list = [0.0, 0.2, 0.5]  # none comes first, low, high; R2 states no rate
limit: int = 1800  # pictures for training and validation together; 0: all
epochs: int = 8  # passes over the training pictures; report R2 makes 20 to 30
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import math

import numpy as np
import pandas as pd

from lib import claims, models, notebook, plots, runs
from lib.base.backend import keras
from lib.config import DataConfig
from lib.evaluation import comparison
from lib.training import recipes

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
pictures = DataConfig(name=data.name, limit=limit or None)
usual = recipes.recipe("R2.optimised", pictures).arguments["dropout"]
notebook.say(
    f"{len(stages)} of its {len(network.layers)} layers are dropout; they have "
    f"{sum(layer.count_params() for layer in stages)} of its {network.count_params():,} weights. The report does not "
    f"state the rate it used; the kit's recipe takes {usual}."
)

# %%
counted = f"{seeds} seeds" if seeds > 1 else "one seed"
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
without = next(iter(settings))
histories = {name: [run.history for run in group] for name, group in trained.items()}
notebook.show(
    plots.learning_curves(histories, {}),
    alt=f"Loss and accuracy by epoch for {', '.join(settings)}: as training went, measured again, and on validation.",
    caption=f"Lines are means over {counted} (dotted: where a training diverged, over those left), bands reach from "
    "the smallest to the largest. "
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
everything["turn"] = [lowest(history) for history in all_histories]
minima = [history["val_loss"].min() for history in all_histories]
everything["rise"] = everything["val_loss"] - minima
everything["gap"] = everything["val_loss"] - everything["train_loss"]
everything["drawn_gap"] = everything["val_loss"] - everything["running_loss"]

# %%
rises = {name: group["rise"].dropna() for name, group in everything.groupby("system")}
turns = comparison.summarise(everything, "turn")
turns["rise"] = [rises[system].mean() for system in turns["system"]]
notebook.table(
    turns,
    f"Epoch (of {epochs}) of the lowest validation loss: mean, its 95 % interval (low, high). "
    "rise: by how much the validation loss has risen at the end",
    digits=2,
)
results["tables"]["turns"] = turns
falling = [name for name in settings if len(rises[name]) and (rises[name] == 0).all()]
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
chosen = comparison.best(everything, "val_accuracy")
notebook.say(
    f"We choose **{chosen}**, for its mean. The mean of the best of several looks better than it is, because the "
    "same pictures chose it: what it is worth, the test pictures say."
)

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
    # A diverged run has no figure, and so is sorted last.
    order = table.sort_values(measure, ascending=False, kind="stable")
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
# Most of what R2 says is in words. So each claim gets a criterion, before we look. "With dropout" is judged at one rate,
# that of the kit's recipe:
#
# - *Without dropout the test loss diverges from about epoch 5*: the interval of the mean epoch with the lowest validation
#   loss comes within one epoch of 5, and every seed ends above its lowest loss. If the interval covers all epochs, the
#   claim cannot be judged.
# - *With dropout both curves go together*: the interval of the gap after the last epoch lies within a twentieth of zero.
#   A twentieth of loss is about 5 % of the probability that the right class gets. The report does not state which
#   training loss it draws; we take the one measured again, which is of the network in use. A network that has learnt
#   nothing has no gap: we judge only where the validation loss ends below half of that of guessing.
# - *With dropout there are signs of overfitting only later*: the epoch of the lowest validation loss is later than
#   without, and the difference is resolved. Where the loss still falls at the end, that epoch is the last one.


# %%
def judge_turn(row: pd.Series, rises: pd.Series) -> str:
    claimed, about = 5, 1  # epochs; "around epoch 5" is read off a curve by eye
    if row["n"] < 2:
        return "not judged: one seed" if not row["diverged"] else "not judged: diverged"
    if epochs <= claimed:
        return f"not judged: only {epochs} epochs"
    if row["low"] <= 1 and row["high"] >= epochs:
        return f"not resolvable with {row['n']} seeds"
    if not (rises > 0).all():
        return "does not hold: a seed ends at its lowest loss"
    if row["high"] < claimed - about:
        return "does not hold: it turns earlier"
    return "holds" if row["low"] <= claimed + about else "does not hold: it turns later"


# %%
def judge_gap(row: pd.Series, loss: float) -> str:
    together = 0.05  # of cross-entropy loss
    if row["n"] < 2:
        return "not judged: one seed" if not row["diverged"] else "not judged: diverged"
    if loss >= math.log(len(data.classes["class"])) / 2:
        return "not judged: it has learnt too little"
    if row["low"] > together:
        return "does not hold: validation higher"
    if row["high"] < -together:
        return "does not hold: validation lower"
    inside = -together <= row["low"] and row["high"] <= together
    return "holds" if inside else f"not resolvable with {row['n']} seeds"


def judge_later(row: pd.Series) -> str:
    words = {"resolved: higher": "holds", "resolved: lower": "does not hold: it is earlier"}
    return words.get(row["verdict"], row["verdict"])


# %%
kits = f"dropout {usual}"  # the recipe's rate; a student may have left it out
two = everything[everything["system"].isin([without, kits])]
turn = turns.iloc[0]
lines = [(turn, "without, diverges from about epoch 5", judge_turn(turn, rises[without]))]
for _, gap in gaps[(gaps["system"] == kits) & (gaps["group"] == kept["gap"])].iterrows():
    lines.append(
        (gap, "with, both curves go together", judge_gap(gap, last.loc[kits, "val_loss"]))
    )
later = comparison.against(two, "turn", without).rename(columns={"difference": "mean"})
for _, delay in later.iterrows():
    lines.append((delay, "with, overfitting comes later", judge_later(delay)))

# %%
whole_set = data.name == "fashion-mnist" and not limit
comparable = whole_set and epochs >= 20  # the network is the report's, as far as it states it
report = pd.DataFrame(
    {"the report says": words}
    | row[["system", "mean", "low", "high"]].to_dict()
    | {"verdict": claims.here(verdict, comparable)}
    for row, words, verdict in lines
)
results["tables"]["report"] = report
notebook.table(
    report,
    "The report says / we see (an epoch, a gap, a difference in epochs; 95 % interval). "
    "'here' judges these pictures, network and epochs, not the report's.",
)

# %% [markdown]
# One claim is a figure: with dropout the test accuracy remains high. The report trained once, so its figure is held
# against the interval in which ONE more training of ours would land (low, high), and only where the pictures and the
# number of epochs are the report's. The report's section 6 also calls dropout the most influential setting: what it adds
# to the test accuracy here stands in the table of differences above.

# %%
claimed = claims.compare(runs.tabulate(sum(trained.values(), [])), comparable)
if len(claimed):
    notebook.table(claimed, "Claim beside measurement", digits=4)
    results["tables"]["claims"] = claimed
else:
    notebook.say(
        f"The kit's recipe has the rate {usual}, which is not among these rates: no claim about a network with dropout is judged."
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
    "What the report says: " + "; ".join(f"*{words}*: {verdict}" for words, verdict in report[["the report says", "verdict"]].to_numpy()) + ".",
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
