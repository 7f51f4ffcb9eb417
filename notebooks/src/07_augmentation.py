# %% [markdown]
# # 07 · Which changed copies of the training pictures help?
# This notebook changes training pictures at random. It looks for copies whose label is no longer true, and trains a network
# without changes, then with each change.
#
# **You will learn** to look at changes before you train with them, and to tell what they teach from what they are worth.\
# **You need** notebook 02, notebook 03 for the gap between two losses, and notebook 05 for Holm's correction.\
# **Time** 30 minutes with its exercises; the quick profile runs in less than a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
operations: list = ["horizontal_flip", "vertical_flip", "erase"]  # one network each
limit: int = 360  # pictures for training and validation together; 0: all
epochs: int = 28  # passes over the training pictures; report R3 makes 20, over 48,000
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd

from lib import notebook, plots, runs
from lib.base.backend import keras
from lib.base.text import listed
from lib.claims import by_reference, standing
from lib.config import DataConfig
from lib.data import augment, policies
from lib.data.parts import parts
from lib.evaluation import augmented, changes, comparison, sentences
from lib.explain import probing
from lib.training import recipes

page = notebook.start("07_augmentation", globals())
data, labels = page.dataset, page.dataset.labels["class"]
classes = data.classes["class"]

# %% [markdown]
# ## What does the network get to see?
# With **augmentation** a network does not see the training pictures themselves. In every epoch it sees a copy of each, changed
# at random. In Keras, layers do this, which are off when the network predicts. These three are from a tutorial that R3, a
# student's report, follows. They mirror a picture or not, rotate it by up to 36 degrees, and zoom by up to a tenth.

# %% tags=["open"]
change = keras.Sequential([
    keras.layers.RandomFlip("horizontal"),
    keras.layers.RandomRotation(0.1, fill_mode="nearest"),  # a tenth of a full turn
    keras.layers.RandomZoom(0.1, fill_mode="nearest"),
])  # fmt: skip

# %%
changed_by = policies.each()
keras.utils.set_random_seed(0)
pictures = DataConfig(name=data.name, limit=limit or None)
_, split = parts(data, pictures)
of_class = [data.images[split.train[labels[split.train] == k]] for k in range(len(classes))]
filled = [own for own in of_class if len(own)]
first, second = (own[[own.mean(axis=(1, 2, 3)).argmax()]] for own in filled[-2:])  # bright ones
epoch_by_epoch = np.asarray(
    change(np.repeat(first, len(changed_by), axis=0).astype("float32"), training=True)
)
seen = [f"epoch {k}" for k in range(1, 1 + len(changed_by))]

# %% [markdown]
# The kit changes the pictures before they reach the network. The lower row of Figure 1 shows each of its changes. *Shear*
# moves the upper rows to one side and the lower ones to the other. *Erase* covers a random rectangle with noise (Zhong et al.
# 2017, arXiv 1708.04896). In training, flips and erasing happen to half of the copies. **R3's mix** is a flip, rotation and zoom,
# as above. **R4's mix**, of another report, flips both ways, rotates by up to 45 degrees and zooms by up to a fifth.

# %%
sheet = [first, epoch_by_epoch.round().astype("uint8"), second]
sheet += [
    augment.augment(second, policy, np.random.default_rng(5)) for policy in changed_by.values()
]
page.say(policies.strengths())
names = ["picture", *seen, "picture", *(name.replace(" ", "\n") for name in changed_by)]

# %%
page.show(
    plots.pictures(np.concatenate(sheet), names, columns=1 + len(changed_by), size=10),
    alt=f"A training picture and copies of it; another, changed by: {', '.join(changed_by)}.",
    caption="Above: epochs with R3's mix. Below: each change alone, both mixes (R4's upside down).",
    thumbnail=True,
)

# %% [markdown]
# ## Is the label still true?
# Augmentation tells the network: these changes do not matter for the label. Somebody has to decide whether that is so. To find
# copies worth looking at, we ask a network that was trained without augmentation. It is R3.initial, the network that you built
# in notebook 02. We change every validation picture that it gets right, and see which copies it then gets wrong.

# %%
settings = {"no augmentation": recipes.recipe("R3.initial", pictures, epochs=epochs)}
for operation in operations:  # one network each: we compare them further down
    own = recipes.recipe("R3.initial", pictures, epochs=epochs, augmentation=operation)
    settings[operation.replace("_", " ")] = own
trained = runs.grid(settings, seeds, data, weights=limit > 0)  # at full length too many to keep
page.record(runs.flat(trained))

# %%
network = runs.network(trained["no augmentation"][0], data)
validation = split.validation
right = validation[probing.answered(network, data.images[validation]) == labels[validation]]
copies = {
    name: augment.augment(data.images[right], policy, np.random.default_rng(0))
    for name, policy in changed_by.items()
}
said = {name: probing.answered(network, images) for name, images in copies.items()}
lost = {name: np.flatnonzero(answers != labels[right]) for name, answers in said.items()}

# %%
shares = pd.DataFrame({"change": list(lost), "number": len(right)})
shares["share"] = [len(own) / max(len(right), 1) for own in lost.values()]
shares = comparison.with_wilson(shares, "share", "number").sort_values("share")
page.show(
    plots.intervals(shares, "change", "share", "share of copies that it gets wrong", row=0.19),
    alt="; ".join(shares["change"] + shares["share"].map(": {:.2f}".format)),
    caption=f"{len(right):,} validation pictures that one network (seed 0) gets right: how many "
    "copies of them it gets wrong. Each copy has the change. Bars are 95% intervals.",
)

# %%
shown = {
    name: own[
        np.abs(copies[name][own].astype(int) - data.images[right[own]]).mean((1, 2, 3)).argmax()
    ]
    for name, own in lost.items()
    if len(own)
}
words = [
    (name, classes[labels[right[k]]], f"{classes[said[name][k]]}?") for name, k in shown.items()
]

# %%
before = data.images[[right[k] for k in shown.values()]]
after = np.array([copies[name][k] for name, k in shown.items()])
none = [name for name, own in lost.items() if not len(own)]
never = f" Missing, as no copy was answered wrongly: {listed(none)}." if none else ""
page.show(
    plots.changed(before, after, words),
    alt=f"{len(shown)} validation pictures above their changed copies.",
    caption="Above: a validation picture with its label. Below: its copy with the wrong answer, of "
    f"several the one that differs most from its picture.{never}",
)

# %% [markdown]
# Now judge for yourself. If you would still give the label, the network has something to learn from such a copy; if not, the
# copy teaches something false. Some keep their label but never occur: no shop shows an upside-down shoe. If all its shoes point
# one way, a mirrored one does not occur either, while a mirrored shirt may.
#
# ## Does augmentation delay overfitting?
# Each network is R3.initial, without dropout. Only the change differs: the pictures, epochs and seeds are the same.
#
# **Your guess, before you run on:** by how much does the first change, a horizontal flip, raise the test accuracy?

# %%
guess = None  # e.g. 0.05: your guess, as a share; negative if you expect a loss

# %%
page.show(
    plots.loss_curves(runs.histories(trained), height=2.25),
    alt=f"Loss by epoch of {', '.join(trained)}: as training went, measured again, validation.",
    caption="Bold: means over seeds. Thin: validation loss of each seed, a dot where it is lowest. "
    "Bar: the gap.",
)

# %% [markdown]
# The dashed line can lie above the orange one because a network gets better during an epoch (notebook 03). With augmentation it is
# of changed copies, which are harder: this can lift it further, and says nothing of overfitting. The solid lines are of pictures as
# they are. A network **overfits** if its validation loss turns and rises while the
# solid training loss goes on falling. The **gap** is validation loss minus training loss at the end.

# %%
table = runs.tabulate(trained)
PLAIN = augmented.PLAIN
turns, rises, gaps = (comparison.against(table, m, PLAIN) for m in ("turn", "rise", "gap"))
told_delay = changes.to_delay(turns, rises, "in this run")
page.say(f"{changes.overfits(table, PLAIN, epochs)} {told_delay} {changes.narrower(gaps)}")


# %% [markdown]
# ## Which change helps on new pictures?
# We choose by the validation pictures; the test pictures then say what the choice is worth. Both are as shops show them. A second
# question: is a network that was trained with a change better on pictures that are changed in this way? It and the network without
# get the same copies of the validation pictures. (With `limit = 0` no networks are kept, and this is left out.)


# %% tags=["open"]
def advantage(without: keras.Model, taught: keras.Model, copies: np.ndarray) -> float:
    """Return the accuracy on these copies of the network taught a change, minus the other one."""
    truth = labels[validation]
    right = [probing.answered(network, copies) == truth for network in (without, taught)]
    return right[1].mean() - right[0].mean()


# %%
networks = {run.key: runs.network(run, data) for run in runs.flat(trained) if runs.kept(run)}
rows = []
for operation in dict.fromkeys(operations):
    name, policy = operation.replace("_", " "), policies.always(operation)
    copies = augment.augment(data.images[validation], policy, np.random.default_rng(1))
    for seed, pair in enumerate(zip(trained[PLAIN], trained[name], strict=True)):
        if all(run.key in networks for run in pair):
            gain = advantage(*(networks[run.key] for run in pair), copies)
            rows.append({"system": name, "seed": seed, "gained_accuracy": gain})

# %%
gains = augmented.named(comparison.against(table, "test_accuracy", PLAIN))
taught = augmented.taught(rows)
chosen = comparison.best(table, "val_accuracy")
validated = comparison.summarise(table, "val_accuracy")
page.say(f"We choose **{chosen}**. {augmented.ahead(validated, chosen, len(validation))}")

# %%
panels = {"accuracy on test pictures, difference": (gains, "points")}
if len(taught):
    panels["accuracy on copies, difference"] = (taught, "points")
page.show(
    plots.numbered(panels, "difference", zero=True, palette=augmented.COLOURS),
    alt=f"Test accuracy minus that of no augmentation: {comparison.told_differences(gains)}; "
    f"accuracy on copies changed so: {comparison.told_differences(taught)}.",
    caption="Each change minus no augmentation, with 95% intervals. Each panel has its own scale.",
)
if unclear := changes.alone(gains, first=True):  # "" where the correction changes nothing
    page.say(unclear)
page.table("test_accuracy_differences", gains, "Gains in test accuracy", fold=True)
first = gains.iloc[0]
page.guess(guess, float(first["difference"]), f"{first['system']}: gain in test accuracy")

# %% [markdown]
# ## At full length
# The kit comes with runs on all real pictures, with several seeds: of R3.initial with each change, and of R4's network with R4's
# mix and without, trained with RMSprop and with Adam.

# %%
CHANGES = "horizontal flip,shift,vertical flip,rotation,zoom,shear,erase,R3's augmentation"
rows = ["R3.initial", *(f"R3.initial, {each}" for each in CHANGES.split(","))]
full = by_reference.at_full_length(rows, "test_accuracy", against="R3.initial")
gained = augmented.named(full.means)
r4 = [
    by_reference.at_full_length((net, f"{net}_aug"), "test_accuracy", against=net)
    for net in ("R4.rmsprop", "R4.adam")
]
lost_r4 = augmented.named(augmented.together(pd.concat(each.means for each in r4)))

# %%
axis = ("system", "mean", "test accuracy minus that without a change", 0)
page.show(
    plots.intervals(gained, *axis, augmented.COLOURS, augmented.points(gained), row=0.29),
    alt=f"At full length, {full.told}.",
    caption=f"R3.initial with each change, minus R3.initial: {full.seeds}. Bars are 95% intervals. "
    f"Colour: clear or not after correction for {len(gained)} comparisons.",
)
missed = changes.alone(gained, first=not unclear)
page.say(f"{missed} {sentences.disagree(gains, full.means, 'for')}")

# %%
every = augmented.named(full.runs)
full_rises = comparison.against(every, "rise", "R3.initial")
page.results["full_length"] = augmented.at_length(
    gained, lost_r4, int(r4[0].runs["epochs"].max())
)
told_full = changes.overfits(every, "R3.initial", 20)
page.say(f"{told_full} {augmented.overfits_less(full_rises, gained)}")

# %% [markdown]
# *An explanation, not a result.* Why might erasing help? It hides a part of every second copy, so a network cannot rely on one
# detail, such as a collar; and the rest looks exactly like a test picture. A mix changes nearly every copy, and most of each, so
# there is more to learn in the same epochs.
#
# R4 says that its mix gains its networks little, less than a point. It states neither epochs nor learning rate: we chose 20
# epochs (in the table: *epochs ours*) and Keras's default rate. R3.final is R3's mix with dropout and early stopping, so it
# does not say what the mix alone does. Its limit in the table is the middle between the gaps that R3 prints for its two networks.

# %%
page.say(changes.fits(r4[-1].runs, "R4.adam", "With R4's mix, its network with Adam"))
final = by_reference.at_full_length(["R3.initial", "R3.final"], "test_accuracy")
judged = pd.concat(each.judged for each in [final, *r4])
judged = judged[judged["id"].str.contains("aug.gain|final.better|final.overfits")]
beside = "What R3 and R4 say, and our runs"
page.table("claims_reference", judged, beside, shown=standing.read(judged))

# %% [markdown]
# ## What we found

# %%
page.conclude(
    augmented.lesson(gained),
    f"A copy that fools the network is not yet a bad copy. {augmented.misled(shares, gained)}",
    "Less overfitting is not yet a better network: copies are just harder to memorise.",
    answer=augmented.in_short(gains, taught),
    sure=changes.reaching(
        gains, f"{comparison.seeds(seeds)} and {len(split.train):,} training pictures"
    ),
)

# %% [markdown]
# **How to choose changes.** (1) Look at twenty copies of each: would you give the label? (2) Try one change at a time, with
# several seeds. (3) Choose on validation. (4) If a network still gets many of its own training pictures
# wrong, try more epochs.
#
# ## Your turn
# 1. Look at the pairs again. Which copies should lose their label?
#
# *Your answer:*
#
# 2. In which class does the mean training picture differ most from its own mirror image? What does a horizontal flip do there?
#
# *Your answer:*
#
# 3. Set `operations` to `["R4", "R4.upright"]`: R4's mix with and without its vertical flip. What is it worth?
#
# *Your answer:*

# %% tags=["solution"]
means = np.stack([images.mean(axis=0) for images in of_class])
askew = np.abs(means - means[:, :, ::-1]).mean(axis=(1, 2, 3))
page.say(
    f"Task 2: **{classes[askew.argmax()]}**, by {askew.max():.0f} grey values per pixel. If a "
    "class always looks one way, its flips are like no test picture. Task 3: change a parameter."
)

# %% [markdown]
# **My conclusion.** *In two sentences of your own: which changes would you train with here, and how do you know?*

# %% [markdown]
# ## Questions
# 1. With augmentation, the training accuracy that Keras prints can be lower than the validation accuracy. Why?
# 2. Which changes would be safe for pictures of clothes on people, and which for handwritten digits?
# 3. Why might augmentation need more epochs?
# 4. Do the changes that fool the network most often help least at full length? Why might that be?
# 5. Somebody changes the test pictures, too, as report R1 did. Which question does the accuracy then answer?

# %%
page.save()
