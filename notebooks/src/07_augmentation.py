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
from lib.config import AugmentationConfig, DataConfig
from lib.data import augment, policies
from lib.data.parts import parts
from lib.evaluation import changes, comparison, sentences
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

# %%
change = keras.Sequential([
    keras.layers.RandomFlip("horizontal"),
    keras.layers.RandomRotation(0.1, fill_mode="nearest"),  # a tenth of a full turn
    keras.layers.RandomZoom(0.1, fill_mode="nearest"),
])  # fmt: skip

# %%
keras.utils.set_random_seed(0)
pictures = DataConfig(name=data.name, limit=limit or None)
_, split = parts(data, pictures)
boots = data.images[split.train[labels[split.train] == len(classes) - 1]]
garment = boots[[boots.mean(axis=(1, 2, 3)).argmax()]]  # a bright one shows most
epoch_by_epoch = np.asarray(
    change(np.repeat(garment, 9, axis=0).astype("float32"), training=True)
)

# %%
page.show(
    plots.pictures(
        np.concatenate([garment, epoch_by_epoch.round().astype("uint8")]),
        ["picture", *[f"epoch {k}" for k in range(1, 10)]],
    ),
    alt="A training picture and nine randomly changed copies of it.",
    caption="One training picture, and what a network could see of it in nine epochs.",
    thumbnail=True,
)

# %% [markdown]
# Such layers are the first ones of the network, and are switched off when it predicts. The kit changes the pictures
# outside of the network, which is faster without a GPU. Here is each of its changes. *Erase* covers a random rectangle with
# noise (Zhong et al. 2017, arXiv 1708.04896). R3 and R4 are the combinations of two student reports.

# %%
names = [*AugmentationConfig.model_fields, "R3", "R4"]
changed_by = {name.replace("_", " "): policies.always(name) for name in names}
sheet = [garment] + [
    augment.augment(garment, settings, np.random.default_rng(0))
    for settings in changed_by.values()
]

# %%
page.show(
    plots.pictures(np.concatenate(sheet), ["picture", *changed_by], columns=len(sheet)),
    alt=f"A training picture, as it is and changed by: {', '.join(changed_by)}.",
    caption="Each change by itself. In training, flips and erasing happen to half of the copies.",
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

# %%
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
    plots.intervals(shares, "change", "share", "share of copies that it gets wrong"),
    alt="; ".join(shares["change"] + shares["share"].map(": {:.2f}".format)),
    caption=f"Of {len(right):,} validation pictures that the network gets right, how many it gets "
    "wrong after the change. Bars are 95% intervals (Wilson).",
)

# %%
rng = np.random.default_rng(0)
found = [(name, rng.choice(own)) for name, own in lost.items() if len(own)]
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
# Now judge for yourself. If you would still give the label, the network has something to learn from such a copy. If you would
# not, the copy teaches something false. Some copies keep their label but never occur in practice: an upside-down shoe is still
# a shoe, but no shop shows one. A check at the top of the report may warn about such changes. That is expected.
#
# ## Does augmentation delay overfitting?
# Each network is R3.initial. Only the change differs: the pictures, epochs and seeds are the same, without dropout and without
# early stopping. Validation and test pictures are never changed.
#
# **Your guess, before you run on:** by how much does the first change, a horizontal flip, raise the test accuracy?

# %%
guess = None  # e.g. 0.05: your guess, as a share; negative if you expect a loss

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
page.curves(trained)

# %% [markdown]
# With augmentation the dashed line is measured on changed copies, the solid ones on pictures as they are. Copies are harder, so
# its loss is higher and its accuracy lower, and that says nothing of overfitting. A network overfits if its validation loss
# turns and rises while the solid training loss goes on falling. The **gap** is the validation loss minus the training loss
# after the last epoch, as in notebook 03.

# %%
table = runs.tabulate(trained)
turns = comparison.against(table, "turn", "no augmentation")
later = turns.loc[turns["verdict"] == comparison.HIGHER, "system"].tolist()
means = comparison.summarise(table, "turn")
told_gap = changes.narrower(comparison.against(table, "gap", "no augmentation"))
page.say(f"{changes.to_delay(means, later, 'no augmentation', epochs)} {told_gap}")

# %% [markdown]
# A smaller gap is not good in itself. Copies make it harder to memorise the training pictures, whether they teach anything
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
# ## At full length
# The kit comes with runs on all real pictures, with several seeds. We judge the claims of R3 by these runs. R3.final is R3's
# whole package: its augmentation with dropout and early stopping.

# %%
CHANGES = ["horizontal flip", "shift", "vertical flip", "rotation", "zoom", "shear", "erase"]
rows = [f"R3.initial, {name}" for name in [*CHANGES, "R3's augmentation"]]
rows = ["R3.initial", *rows, "R3.final"]
full = by_reference.at_full_length(rows, "test_accuracy", against="R3.initial")
clear = full.means["verdict"].isin([comparison.HIGHER, comparison.LOWER])
gained = full.means.assign(group=np.where(clear, "clear", "not clear"))

# %%
gained = gained.replace({"R3.final": "R3's whole package"})
page.show(
    plots.intervals(gained, "system", "mean", "gain in test accuracy", mark=0),
    alt=f"At full length, {full.told}.",
    caption=f"R3.initial with each change, minus R3.initial: {full.seeds}. Bars are 95% intervals, "
    f"each on its own. Colour: whether it is clear after correction for {len(gained)} comparisons. "
    "R3's whole package has its augmentation, dropout and early stopping.",
)
differ = sentences.disagree(gains, full.means, "for")
page.say(f"{changes.helpful(gained)} {changes.alone(gained)}")
page.say(f"{differ} There, a network sees 48,000 training pictures; here {len(split.train):,}.")

# %% [markdown]
# The student report R4 flips both ways, rotates by up to 45 degrees and zooms. It says that this gains its networks little,
# less than a point.

# %%
r4 = [
    by_reference.at_full_length((net, f"{net}_aug"), "test_accuracy", against=net)
    for net in ("R4.rmsprop", "R4.adam")
]
of_r4 = {"R4.rmsprop_aug": "R4's augmentation with RMSprop", "R4.adam_aug": "that with Adam"}
lost_r4 = pd.concat(each.means for each in r4).replace(of_r4)
page.say(changes.raised(lost_r4))
package = {"R3's whole package": "R3's augmentation with dropout and early stopping"}
page.results["full_length"] = changes.helpful(pd.concat([gained.replace(package), lost_r4]))

# %%
judged = pd.concat(each.judged for each in [full, *r4])
judged = judged[judged["id"].str.contains("aug.gain|final.better|final.overfits")]
beside = "What R3 and R4 say, and our runs"
page.table("claims_reference", judged, beside, shown=reports.read(judged))

# %% [markdown]
# ## What we found

# %%
best = "the one without augmentation" if chosen == "no augmentation" else f"that with {chosen}"
page.conclude(
    f"{changes.helpful(gains)} On the validation pictures the best network is {best}.",
    changes.misled(shares, full.means),
    f"R4 says that its augmentation gains little. {changes.raised(lost_r4)}",
    f"{told_gap} A smaller gap is not good in itself.",
    differ,
    sure=changes.would_be_missed(
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
of_class = [data.images[split.train[labels[split.train] == k]] for k in range(len(classes))]
means = np.stack([images.mean(axis=0) for images in of_class])
askew = np.abs(means - means[:, :, ::-1]).mean(axis=(1, 2, 3))
page.say(
    f"Task 2: **{classes[askew.argmax()]}**, by {askew.max():.0f} grey values per pixel on "
    f"average. The least is {classes[askew.argmin()]} with {askew.min():.0f}. If a class always "
    "looks the same way, a flip shows pictures that the test set does not have. Task 1 is yours to "
    "judge. For task 3 change the parameters cell and run again."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which changes would you train with here, and how do you know? They will
# appear in the report.*

# %% [markdown]
# ## Questions
# 1. With augmentation, why can training accuracy as it went be lower than validation accuracy?
# 2. Which changes would be safe for pictures of clothes on people, and which for handwritten digits?
# 3. Why does augmentation need more epochs?
# 4. Do the changes that fool the network most often help least at full length? Why might that be?
# 5. Somebody changes the test pictures, too, as report R1 did. Which question does the accuracy then answer?

# %%
page.save()
