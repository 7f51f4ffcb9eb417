# %% [markdown]
# # 07 · Which changed copies of the training pictures help?
# This notebook changes training pictures at random. It looks for copies whose label is no longer true, and trains a network
# without changes, then once with each change.
#
# **You will learn** to look at changes before you train with them, to see that less overfitting is not yet a better result.\
# **You need** notebook 02, and notebook 03 for the gap between training and validation.\
# **Time** 30 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
operations: list = ["horizontal_flip", "vertical_flip", "erase"]  # one network each
limit: int = 480  # pictures for training and validation together; 0: all
epochs: int = 32  # passes over the training pictures; report R3 makes 20, over 48,000
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd

from lib import notebook, plots, runs
from lib.base.backend import keras
from lib.claims import by_reference, reports
from lib.config import DataConfig
from lib.data import augment, policies
from lib.data.parts import parts
from lib.evaluation import augmented, changes, comparison, rates, sentences
from lib.explain import probing
from lib.training import recipes

page = notebook.start("07_augmentation", globals())
data, labels = page.dataset, page.dataset.labels["class"]
classes = data.classes["class"]

# %% [markdown]
# ## What does the network get to see?
# With **augmentation** a network does not see the training pictures themselves. In every epoch it sees a copy of each, changed
# at random. In Keras, this is done by layers. These three are from a tutorial that R3, a student's report, follows. They mirror
# a picture or not, rotate it by up to 36 degrees, and zoom by up to a tenth.

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

# %% [markdown]
# Such layers are the first ones of the network, and are switched off when it predicts. The kit changes the pictures
# outside of the network, which is faster without a GPU. The lower row of Figure 1 shows each of its changes. *Shear* moves the
# upper rows to one side and the lower ones to the other. *Erase* covers a random rectangle with noise (Zhong et al. 2017, arXiv
# 1708.04896); in training, flips and erasing happen to half of the copies. **R3's mix** is a flip, rotation and zoom, as above. **R4's mix**, of another student's report, flips both ways,
# rotates by up to 45 degrees and zooms by up to a fifth.

# %%
sheet = [first, epoch_by_epoch.round().astype("uint8"), second]
sheet += [
    augment.augment(second, policy, np.random.default_rng(0)) for policy in changed_by.values()
]
seen = [f"epoch {k}" for k in range(1, 1 + len(changed_by))]
names = ["picture", *seen, "picture", *changed_by]

# %%
page.show(
    plots.pictures(np.concatenate(sheet), names, columns=1 + len(changed_by)),
    alt=f"A training picture and copies of it; another, changed by: {', '.join(changed_by)}.",
    caption="Above: what a network sees of a picture in its epochs. Below: each change by itself.",
    thumbnail=True,
)

# %% [markdown]
# ## Is the label still true?
# Augmentation tells the network: these changes do not matter for the label. Somebody has to decide whether that is so. To find
# copies worth looking at, we ask a network that was trained without augmentation. It is R3.initial, the network that you built
# in notebook 02. We change every validation picture that it gets right, and see which copies it then gets wrong.

# %%
settings = {"no augmentation": recipes.recipe("R3.initial", pictures, epochs=epochs)}
trained = runs.grid(settings, seeds, data)
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
    plots.intervals(shares, "change", "share", "share of copies that it gets wrong", row=0.24),
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
titles = [
    f"{name}\n{classes[labels[right[k]]]}\n{classes[said[name][k]]}?"
    for name, k in shown.items()
]

# %%
before = data.images[[right[k] for k in shown.values()]]
after = np.array([copies[name][k] for name, k in shown.items()])
page.show(
    plots.pairs(before, after, titles),
    alt=f"{len(shown)} validation pictures above their changed copies.",
    caption="Above: a validation picture; below: its copy. In words: the change, the true label, "
    "the wrong answer to the copy. Each is the wrongly answered copy that differs most.",
)

# %% [markdown]
# Now judge for yourself. If you would still give the label, the network has something to learn from such a copy. If you would
# not, the copy teaches something false. Some copies keep their label but never occur in practice: an upside-down shoe is still
# a shoe, but no shop shows one. A check at the top of the report may name such changes.
#
# ## Does augmentation delay overfitting?
# Each network is R3.initial. Only the change differs: the pictures, epochs and seeds are the same, without dropout and without
# early stopping. Validation and test pictures are never changed.
#
# **Your guess, before you run on:** by how much does the first change, a horizontal flip, raise the test accuracy?

# %%
guess = None  # e.g. 0.05: your guess, as a share; negative if you expect a loss

# %%
for operation in operations:
    own = recipes.recipe("R3.initial", pictures, epochs=epochs, augmentation=operation)
    settings[operation.replace("_", " ")] = own
trained |= runs.grid(settings, seeds, data)
page.record(runs.flat(trained))

# %%
page.show(
    plots.loss_curves(runs.histories(trained)),
    alt=f"Loss by epoch of {', '.join(trained)}: as training went, measured again, validation.",
    caption="Lines are means over seeds; of the validation loss, thin lines are seeds, dots their "
    "lowest points. The bar at the last epoch is the gap. Losses above the axis are not shown.",
)

# %% [markdown]
# With augmentation the dashed line is measured on changed copies, the solid ones on pictures as they are. Copies are harder, so
# its loss is higher, and that says nothing of overfitting. A network **overfits** if its validation loss turns and rises while
# the solid training loss goes on falling. The **gap** is the validation loss minus the training loss after the last epoch, as
# in notebook 03.

# %%
table = runs.tabulate(trained)
PLAIN = "no augmentation"
turns, rises, gaps = (comparison.against(table, m, PLAIN) for m in ("turn", "rise", "gap"))
told_gap = changes.narrower(gaps)
told_delay = changes.overfits(table, PLAIN, epochs)
page.say(f"{told_delay} {changes.to_delay(turns, rises, 'in this run')}")

# %% [markdown]
# A smaller gap is not good in itself. Copies make it harder to memorise the training pictures, whether they teach anything
# or not. What counts is how often the network is right on new pictures.
#
# ## Which change helps on new pictures?
# We choose by the validation pictures. The test pictures then say what the choice is worth. Accuracy counts how often the
# network is right. The loss also asks how sure it was: a wrong answer that it was sure of costs most.

# %%
chosen = comparison.best(table, "val_accuracy")
validated = comparison.summarise(table, "val_accuracy")
close = validated, chosen, len(split.validation)
page.say(f"We choose **{chosen}**. {augmented.toss(*close)}")
three = ("test_accuracy", "test_loss", "val_loss")
gains, losses, val_losses = (comparison.against(table, m, PLAIN) for m in three)

# %%
panels = {"difference in test accuracy": (gains, "points"), "in test loss": (losses, "+.3f")}
page.show(
    plots.numbered(panels, "difference", zero=True),
    alt=f"Test accuracy minus that of no augmentation: {comparison.told_differences(gains)}.",
    caption="Each change minus no augmentation, seed by seed, on the test pictures. Left, more is "
    "better; right, less. Bars are 95% intervals, each on its own.",
)
page.say(
    f"{changes.on_loss(val_losses, 'validation loss')} {changes.on_loss(losses, 'test loss')}"
)
page.table("test_accuracy_differences", gains, "Gains in test accuracy", fold=True)
first = gains.iloc[0]
page.guess(guess, float(first["difference"]), f"{first['system']}: gain in test accuracy")

# %% [markdown]
# ## At full length
# The kit comes with runs of R3.initial on all real pictures, with several seeds. We judge the claims of R3 by these runs.
# R3.final is R3's mix with dropout and early stopping.

# %%
CHANGES = "horizontal flip,shift,vertical flip,rotation,zoom,shear,erase,R3's augmentation"
rows = ["R3.initial", *(f"R3.initial, {each}" for each in CHANGES.split(",")), "R3.final"]
full = by_reference.at_full_length(rows, "test_accuracy", against="R3.initial")
gained = augmented.named(full.means)
r4 = [
    by_reference.at_full_length((net, f"{net}_aug"), "test_accuracy", against=net)
    for net in ("R4.rmsprop", "R4.adam")
]
lost_r4 = augmented.named(pd.concat(each.means for each in r4))

# %%
axis = ("system", "mean", "test accuracy minus that without a change", 0)
page.show(
    plots.intervals(gained, *axis, augmented.COLOURS, augmented.points(gained)),
    alt=f"At full length, {full.told}.",
    caption=f"R3.initial with each change, minus R3.initial: {full.seeds}. Bars are 95% intervals. "
    f"Colour: clear or not after correction for {len(gained)} comparisons. Not drawn, since they "
    f"are far outside: {augmented.outside(lost_r4)}.",
)
page.say(f"{changes.alone(gained)} {sentences.disagree(gains, full.means, 'for')}")

# %%
every = augmented.named(full.runs)
full_turns, full_rises, full_losses = (
    comparison.against(every, m, "R3.initial") for m in ("turn", "rise", "test_loss")
)
shown = augmented.beside_one_another(gained, full_losses, full_turns, full_rises)
page.table("full", gained, augmented.CAPTION, shown=shown)

# %%
told_full = changes.overfits(every, "R3.initial", 20)
mixes = every[every["system"].isin(augmented.MIXES)]
beside = comparison.against(mixes, "test_accuracy", "R3's mix")
told_mix = rates.one_better(beside, "R3's mix alone")
page.say(f"{told_full} {augmented.less_and_right(full_rises, gained)} {told_mix}.")

# %% [markdown]
# *An explanation, not a result.* Why might erasing help? It hides a part of every second copy, so a network cannot rely on one
# detail, such as a collar; and the rest looks exactly like a test picture. A turned or upside-down garment looks like no test
# picture: the network learns cases that never come. A mix changes nearly every copy, so there is more to learn in the same epochs.
#
# R4 says that its mix gains its networks little, less than a point. It states neither epochs nor learning rate. We gave it 20
# epochs and Keras's default rate.

# %%
told_r4 = changes.fits(r4[-1].runs, "R4.adam", "With R4's mix, its network with Adam")
page.say(told_r4)
page.results["full_length"] = augmented.at_length(pd.concat([gained, lost_r4]), shares)
judged = pd.concat(each.judged for each in [full, *r4])
judged = judged[judged["id"].str.contains("aug.gain|final.better|final.overfits")]
beside = "What R3 and R4 say, and our runs"
page.table("claims_reference", judged, beside, shown=reports.read(judged))

# %% [markdown]
# ## What we found

# %%
page.conclude(
    f"{augmented.in_short(gains)} {augmented.close(*close)}",
    "A copy that fools the network is not yet a bad copy: ask whether its label is still true.",
    f"Less overfitting is not yet a better network. {told_gap}",
    sure=changes.reaching(
        gains, f"{comparison.seeds(seeds)} and {len(split.train):,} training pictures"
    ),
)

# %% [markdown]
# ## Your turn
# 1. Look at the pairs again. Which copies should lose their label?
#
# *Your answer:*
#
# 2. In which class does the mean training picture differ most from its own mirror image? What does a horizontal flip do there?
#
# *Your answer:*
#
# 3. Set `operations` to `["R4", "R4.upright"]`: report R4's policy, and the same without the vertical flip. What is that flip
#    worth?
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
# 1. With augmentation, why can training accuracy as it went be lower than validation accuracy?
# 2. Which changes would be safe for pictures of clothes on people, and which for handwritten digits?
# 3. Why does augmentation need more epochs?
# 4. Do the changes that fool the network most often help least at full length? Why might that be?
# 5. Somebody changes the test pictures, too, as report R1 did. Which question does the accuracy then answer?

# %%
page.save()
