# %% [markdown]
# # 07 · Which changed copies of the training pictures help?
# Changes training pictures at random, looks for copies whose label is no longer true, and trains one network with each
# change and without any.
#
# **You will learn** to look at changes before you train with them, to tell what they do to overfitting from what they are worth.\
# **You need** notebook 02, and notebook 03 for the gap between training and validation.\
# **Time** 30 minutes with its exercises; the quick profile runs in less than a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had, else synthetic garments
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
from lib.claims import by_reference
from lib.config import AugmentationConfig, DataConfig
from lib.data import augment, policies
from lib.data.parts import parts
from lib.evaluation import comparison, sentences
from lib.explain import probing
from lib.training import recipes

page = notebook.start("07_augmentation", globals())
data, labels = page.dataset, page.dataset.labels["class"]
classes = data.classes["class"]

# %% [markdown]
# ## What does the network get to see?
# With **augmentation** a network does not see the training pictures themselves. In every epoch it sees a copy of each, changed
# at random. In Keras, layers do that. These three are from a tutorial whose network a student's report (R3) uses. They mirror a
# picture or leave it, turn it by up to a tenth of a full turn, and zoom by up to a tenth.

# %%
change = keras.Sequential([
    keras.layers.RandomFlip("horizontal"),
    keras.layers.RandomRotation(0.1, fill_mode="nearest"),
    keras.layers.RandomZoom(0.1, fill_mode="nearest"),
])  # fmt: skip

# %%
keras.utils.set_random_seed(0)
pictures = DataConfig(name=data.name, limit=limit or None)
_, split = parts(data, pictures)
boots = data.images[split.train[labels[split.train] == len(classes) - 1]]
garment = boots[[boots.mean(axis=(1, 2, 3)).argmax()]]  # a bright one shows most
copies = np.asarray(change(np.repeat(garment, 9, axis=0).astype("float32"), training=True))

# %%
page.show(
    plots.pictures(
        np.concatenate([garment, copies.round().astype("uint8")]),
        ["picture", *[f"epoch {k}" for k in range(1, 10)]],
    ),
    alt="A training picture and nine randomly changed copies of it.",
    caption="One training picture, and what a network could see of it in nine epochs.",
)

# %% [markdown]
# Such layers stand in front of the network, and are switched off when the network predicts. The kit changes the pictures outside of the network, which
# is faster without a GPU. Here is each of its changes by itself, and the combinations of two reports. *Erase* covers a
# random rectangle with noise (Zhong et al. 2017, arXiv 1708.04896).

# %%
names = [*AugmentationConfig.model_fields, "R3", "R4"]
changes = {name.replace("_", " "): policies.policy(name) for name in names}
titles = ["picture", *changes]
every_third = range(0, len(classes), 3)
firsts = data.images[[split.train[labels[split.train] == k][0] for k in every_third]]

# %%
by_chance = ("horizontal_flip", "vertical_flip", "erase")
surely = {
    name: settings.model_copy(
        update={each: 1.0 for each in by_chance if getattr(settings, each)}
    )
    for name, settings in changes.items()
}
columns = [firsts] + [
    augment.augment(firsts, settings, np.random.default_rng(181))
    for settings in surely.values()
]
sheet = np.stack(columns, axis=1).reshape(-1, *data.images.shape[1:])  # row by row

# %%
page.show(
    plots.pictures(sheet, titles * len(firsts), columns=len(titles)),
    alt=f"{len(firsts)} training pictures, as they are and changed by: {', '.join(changes)}.",
    caption="Flips and erasing meet every picture here; in training they come by chance.",
    thumbnail=True,
)

# %% [markdown]
# ## Is the label still true?
# Augmentation tells the network: these changes do not matter for the label. Somebody has to decide whether that is so. To find
# copies worth looking at, we ask a network that was trained without augmentation. It is R3.initial, the network that you built
# in notebook 02. We change validation pictures that it gets right, and see which copies it takes for something else.

# %%
settings = {"no augmentation": recipes.recipe("R3.initial", pictures, epochs=epochs)}
trained = runs.grid(settings, seeds, data)
network = runs.network(trained["no augmentation"][0], data)

# %%
validation = split.validation
right = validation[probing.answered(network, data.images[validation]) == labels[validation]]
copies = {
    name: augment.augment(data.images[right], policy, np.random.default_rng(0))
    for name, policy in changes.items()
}
said = {name: probing.answered(network, images) for name, images in copies.items()}

# %%
lost = {name: np.flatnonzero(answers != labels[right]) for name, answers in said.items()}
shares = ", ".join(
    f"{len(own) / max(len(right), 1):.0%} ({name})" for name, own in lost.items()
)
page.say(
    f"Of {len(right):,} pictures that it gets right, it takes for something else when changed: "
    f"{shares}."
)
found = [
    (name, own[-place % len(own)]) for place, (name, own) in enumerate(lost.items()) if len(own)
]

# %%
page.show(
    plots.pairs(
        data.images[[right[k] for _, k in found]],
        np.array([copies[name][k] for name, k in found]),
        [
            f"{name}\n{classes[labels[right[k]]]}\n{classes[said[name][k]]}?"
            for name, k in found
        ],
    ),
    alt=f"{len(found)} validation pictures above their changed copies.",
    caption="Above: the change, the label, and the network's wrong answer to the copy (below).",
)

# %% [markdown]
# Now judge for yourself. Where you would still give the label, the network has something to learn from such a copy. Where you
# would not, the copy teaches something false. In between lie copies that keep their label, but that never occur in use:
# an upside-down shoe is still a shoe, but no shop shows one.
#
# ## Does augmentation delay overfitting?
# Each network is R3.initial. Only the change differs: the same pictures, epochs and seeds, no dropout, no early stopping.
# Validation and test pictures are never changed.
#
# **Your guess, before you run on:** by how much does the first change, a horizontal flip, raise the test accuracy?

# %%
guess = None  # e.g. 0.05: your guess, as a share; negative where you expect a loss

# %%
settings |= {
    operation.replace("_", " "): recipes.recipe(
        "R3.initial", pictures, epochs=epochs, augmentation=operation
    )
    for operation in operations
}
trained |= runs.grid(settings, seeds, data)
page.record(runs.flat(trained))

# %%
page.curves({name: trained[name] for name in list(trained)[:4]})

# %% [markdown]
# The dashed line is measured on changed copies, the solid ones on pictures as they are. Copies are harder, so a dashed loss
# above the validation loss says nothing of overfitting. Overfitting shows where the validation loss turns and rises while the
# solid training loss goes on falling.

# %%
table = runs.tabulate(trained)
turns = comparison.told_means(comparison.summarise(table, "turn"), 1)
later = comparison.against(table, "turn", "no augmentation")
later = later.loc[later["verdict"] == comparison.HIGHER, "system"]
page.say(
    f"Of {epochs} epochs, the validation loss is lowest after {turns}, means over seeds. "
    + (
        f"Surely later: {', '.join(later)}."
        if len(later)
        else "A delay of overfitting cannot be seen."
    )
)

# %% [markdown]
# The gap is the validation loss minus the training loss after the last epoch, as in notebook 03.

# %%
gaps = page.compare("gap", table, "gap", "no augmentation")

# %% [markdown]
# A smaller gap is no merit by itself: copies make it harder to learn the training pictures by heart, whether they teach anything
# or not. What counts is how often the network is right on new pictures.
#
# ## Which change helps on new pictures?
# We choose by the validation pictures. The test pictures then say what the choice is worth.

# %%
chosen = comparison.best(table, "val_accuracy")
validated = comparison.told_means(comparison.summarise(table, "val_accuracy"))
page.say(f"Mean validation accuracy: {validated}. We choose **{chosen}**.")

# %%
gains = page.compare("test_accuracy", table, "test_accuracy", "no augmentation")
first = gains.iloc[0]
page.guess(guess, float(first["difference"]), f"{first['system']}: gain in test accuracy")

# %% [markdown]
# The box *This run* of the report names a guard that fires where pictures are flipped upside down. It is meant to.
#
# ## At full length
# The kit carries runs on all real pictures, at full length, each with several seeds. They are what a claim is judged by.
# R3.final has R3's augmentation, dropout, and early stopping: three changes at once.

# %%
CHANGES = ["horizontal flip", "shift", "vertical flip", "rotation", "zoom", "shear", "erase"]
rows = [f"R3.initial, {name}" for name in [*CHANGES, "R3's augmentation"]]
rows = ["R3.initial", *rows, "R3.final"]
full = by_reference.at_full_length(rows, "test_accuracy", against="R3.initial")
page.show(
    plots.intervals(full.means, "system", "mean", "gain in test accuracy", mark=0),
    alt=f"At full length, {full.told}.",
    caption=f"R3.initial with each change, compared with R3.initial: {full.seeds}, 95% intervals.",
)
differ = sentences.disagree(gains, full.means)
named = full.means.replace({"R3.final": "R3.final (three changes at once)"})
page.results["full_length"] = f"{sentences.helps(named)} {differ}"
page.say(f"At full length: {page.results['full_length']}")

# %% [markdown]
# Student report R4 flips both ways, turns by up to 45 degrees and zooms. It says that this gains its networks little.

# %%
r4 = [
    by_reference.at_full_length((net, f"{net}_aug"), "test_accuracy", against=net)
    for net in ("R4.rmsprop", "R4.adam")
]
judged = pd.concat(each.judged for each in [full, *r4])
judged = judged[judged["id"].str.contains("aug.gain|final.better|final.overfits")]
told = comparison.told_all(pd.concat(each.means for each in r4))
of_gains = judged.loc[judged["id"].str.contains("gain"), "verdict"]
refuted = of_gains.str.startswith("contradicted").all()
says = "These runs contradict that. " if refuted else ""
page.say(f"{says}Test accuracy, compared with no augmentation: {told}")
page.table("claims_reference", judged, "What R3 and R4 say, and our runs", 4, fold=True)

# %% [markdown]
# ## What we found

# %%
gained, narrowed = map(comparison.told_differences, (gains, gaps))
narrower = gaps.loc[gaps["verdict"] == comparison.LOWER, "system"]
most = max(lost, key=lambda name: len(lost[name]))

# %%
page.conclude(
    f"{sentences.helps(gains)} Test accuracy, compared with no augmentation: {gained}.",
    f"Surely smaller is the gap between validation and training loss with "
    f"{', '.join(narrower) or 'no change'}: {narrowed}.",
    f"The network without augmentation is misled most often by {most}: in {len(lost[most]):,} of "
    f"{len(right):,} pictures that it gets right unchanged.",
    differ,
    sure=sentences.unseen(gains),
)

# %% [markdown]
# ## Your turn
# 1. Look at the pairs again. For which copies would you take the label away?
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
of_class = [data.images[split.train[labels[split.train] == k]] for k in range(len(classes))]
means = np.stack([images.mean(axis=0) for images in of_class])
askew = np.abs(means - means[:, :, ::-1]).mean(axis=(1, 2, 3))
page.say(
    f"Task 2: **{classes[askew.argmax()]}**, by {askew.max():.0f} grey values per pixel on "
    f"average; the least is {classes[askew.argmin()]} with {askew.min():.0f}. Where a class always "
    "looks the same way, a flip shows pictures that the test set does not have. Task 1 is yours to "
    "judge; for task 3 change the parameters cell and run again."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which changes would you train with here, and how do you know? They will appear in
# the report.*

# %% [markdown]
# ## Questions
# 1. Why can the accuracy as training went be below the validation accuracy, with augmentation?
# 2. Which changes would be safe for pictures of clothes on people, and which for handwritten digits?
# 3. Why does augmentation need more epochs?
# 4. Do the changes that mislead the network most often help least at full length? Why might that be?
# 5. Somebody changes the test pictures, too, as report R1 did. Which question does the accuracy then answer?

# %%
page.save()
