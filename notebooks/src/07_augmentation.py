# %% [markdown]
# # 07 · What is augmentation worth, and which pictures may be augmented?
# Changes training pictures at random, one operation at a time and in the reports' combinations, and then does what must not
# be done: it changes test pictures, too, and lets them choose the epoch.
#
# **You will learn** to see which changes keep a label true, to measure what one is worth, to keep the test set out of it.\
# **You need** notebook 02, and notebook 03 for the gap between training and validation.\
# **Time** a few minutes with the quick profile; notebook 00 measures it for your computer.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had, else synthetic garments
operations: list = ["horizontal_flip", "shift", "R3"]  # one network each: lib.data.policies
test_policy: str = "R3"  # one more, if not above; the wrong way changes test pictures with it
flip_system: str = "R3.initial"  # network for R4's policy; R4's own needs hours without a GPU
limit: int = 800  # pictures for training and validation together; 0: all
epochs: int = 8  # passes over the training pictures; report R3 makes 20
most_epochs: int = 12  # where R3.final ends at the latest; report R3's ended at 23
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
from dataclasses import replace

import numpy as np
import pandas as pd

from lib import claims, notebook, plots, runs
from lib.config import AugmentationConfig, DataConfig
from lib.data import augment, policies
from lib.data.splits import split
from lib.evaluation import comparison, statistics
from lib.evaluation.guards.augmentation import unsafe
from lib.training import recipes

page = notebook.start("07_augmentation", globals())
data = page.dataset

# %% [markdown]
# ## Which changes keep the label true?
# Augmentation shows the network, in every epoch, randomly changed copies of the training pictures instead of the pictures.
# It says: these changes do not matter for the label. That has to be true, and people have to decide it. Shorten and
# Khoshgoftaar (2019, doi:10.1186/s40537-019-0197-0) call it the safety of an augmentation.
#
# Each column is one operation, drawn anew for each picture; the last two are the combinations ("policies") of R3 and R4.

# %%
pictures = DataConfig(name=data.name, limit=limit or None)
parts, labels, classes = split(data, pictures), data.labels["class"], data.classes["class"]
names = [*AugmentationConfig.model_fields, "R3", "R4"]
candidates = {name: policies.policy(name) for name in names}

# %%
every_third = range(0, len(classes), 3)
firsts = data.images[[parts.train[labels[parts.train] == k][0] for k in every_third]]
columns = [firsts] + [
    # 181: with four pictures each of the flips changes two, so that one sees both
    augment.augment(firsts, settings, np.random.default_rng(181))
    for settings in candidates.values()
]
sheet = np.stack(columns, axis=1).reshape(-1, *data.images.shape[1:])  # row by row
titles = [name.replace("_", " ") for name in ["picture", *names]]
page.show(
    plots.pictures(sheet, titles * len(firsts), columns=len(titles)),
    alt=f"{len(firsts)} training pictures, as they are and changed by: {', '.join(titles[1:])}.",
    caption="Flips and erasing come by chance, so a picture may look as it did.",
    thumbnail=True,
)

# %%
strengths = pd.DataFrame([settings.model_dump() for settings in candidates.values()])
strengths.insert(0, "policy", names)
page.table(
    "strengths",
    strengths.replace(0, np.nan),
    "How strong: flips and erase as probability, shift and zoom as share, angles in degrees",
    digits=1,
    fold=True,
)

# %% [markdown]
# Erasing covers a random rectangle with noise (Zhong et al. 2017, arXiv 1708.04896). Report R3 names "data augmentation" and
# no operation; its values here are those of the TensorFlow tutorial whose network it uses. R4 names its values. Does the kit
# know of a policy that may change what a label means?

# %%
found = {name: unsafe(settings, data.name) for name, settings in candidates.items()}
warnings = [f"**{name}**: {fault}" for name, faults in found.items() for fault in faults]
page.say(" ".join(warnings) or f"None that the kit knows of, for {data.name}.")

# %% [markdown]
# An upside-down shoe is still a shoe, so the label stays true. But nobody will ever ask about one: the network spends
# weights on pictures that do not occur. With an upside-down 6 it would be worse, for that is a 9.

# %% [markdown]
# ## Is R3's final network better than its initial one?
# R3.final is R3.initial with three changes: augmentation, a dropout layer, and early stopping, which ends the training when
# the validation accuracy has not risen for some epochs and goes back to the best one (Prechelt 1998,
# doi:10.1007/3-540-49430-8_3). The length is a fourth change, which early stopping brings: R3.final may train for longer.
# The report calls the result much better. Whatever comes out, a comparison that changes four things at once cannot say which
# of them did it. The next section takes augmentation alone.

# %%
initial = recipes.recipe("R3.initial", pictures, epochs=epochs)
final = recipes.recipe("R3.final", pictures, epochs=most_epochs)
trained = runs.grid({"R3.initial": initial}, seeds, data, weights=True)  # looked at again below
trained |= runs.grid({"R3.final": final}, seeds, data)
two = runs.tabulate(trained)

# %%
page.show(
    plots.learning_curves(runs.histories(trained), {}),
    alt="Loss and accuracy by epoch: as training went, measured again, and on validation.",
    caption="How each network learns. Lines are means over seeds, dotted where fewer are left. "
    "Training pictures are measured again as they are, not augmented.",
)

# %% [markdown]
# With augmentation and dropout the dashed line is the accuracy on changed pictures, with units missing: a harder task than
# validation. It may lie below the validation line, and that says nothing about overfitting. The training line that was
# measured again does.

# %%
stops = two.loc[two["system"] == "R3.final", ["seed", "epochs", "best_epoch", "val_accuracy"]]
page.table(
    "stops",
    stops,
    f"R3.final: epochs trained, of {most_epochs} at most, and the one whose weights are kept. "
    "The report's ended at 23; it does not state how long it waited",
)

# %% [markdown]
# Overfitting shows as a gap: training accuracy minus validation accuracy, of the weights that are kept. R3.initial keeps
# those of its last epoch, R3.final those of its best by validation. The best of several looks better than it is, so
# R3.final's gap looks smaller, too.

# %%
two["gap as it went"] = two["running_accuracy"] - two["val_accuracy"]
kinds = {"gap as it went": "training as it went", "accuracy_gap": "training measured again"}
gaps = pd.concat(
    comparison.summarise(two, measure).assign(group=words) for measure, words in kinds.items()
)
page.show(
    plots.intervals(gaps, "system", "mean", "training minus validation accuracy", mark=0),
    alt="Training minus validation accuracy of R3.initial and R3.final; figures stand below.",
    caption="The gap, against both training accuracies; bars are 95 % intervals over seeds.",
)
page.table("gaps", gaps, "The gap in figures", fold=True)

# %%
measures = {"val_accuracy": "validation accuracy", "val_loss": "validation loss"}
rows = pd.concat(comparison.against(two, measure, "R3.initial") for measure in measures)
rows["system"] = list(measures.values())
page.say(f"R3.final minus R3.initial: {comparison.told_all(rows, digits=3)}")

# %% [markdown]
# That is no verdict yet: R3.final's is the best of many epochs, R3.initial's that of its last. Test pictures choose no
# epoch, so they decide, below.

# %% [markdown]
# ## What is one operation worth?
# The network is R3.initial again, with nothing else changed: no dropout, no early stopping, the same epochs, the same seeds.
# We compare on validation pictures, which are never augmented. "R3" is that report's whole policy, by itself.

# %%
alone = {
    name: recipes.recipe("R3.initial", pictures, epochs=epochs, augmentation=name)
    for name in dict.fromkeys([test_policy, *operations])
}
without = "no augmentation"
each = {without: trained["R3.initial"]}
each |= runs.grid({test_policy: alone.pop(test_policy)}, seeds, data, weights=True)
each |= runs.grid(alone, seeds, data)
table = runs.tabulate(each)

# %%
gains = page.compare("val_accuracy", table, "val_accuracy", without, digits=3)

# %% [markdown]
# Augmentation makes it harder to learn the training pictures by heart. So it takes from the training accuracy first. What it
# gives to validation mostly comes out of the gap: where there is hardly a gap, there is little to give back. And it needs
# time, since no picture is seen twice. The table has both sides.

# %%
shown = ["train_accuracy", "val_accuracy", "accuracy_gap", "val_loss"]
sides = table.groupby("system", sort=False)[shown].mean().reset_index()
page.table("sides", sides, "Means over seeds; training accuracy is measured again, unchanged")
narrower = comparison.told_all(comparison.against(table, "accuracy_gap", without), digits=3)
page.say(f"The gap, minus that without augmentation: {narrower}")

# %%
chosen = comparison.best(table, "val_accuracy")
page.say(
    f"By the mean validation accuracy we choose **{chosen}**. The best of several looks better "
    f"than it is. And intervals over seeds do not know that validation has only "
    f"{len(parts.validation):,} pictures."
)

# %% [markdown]
# ## What is R4's vertical flip worth?
# R4 turns by up to 45 degrees, zooms, and flips both ways. We train with its policy, and with the same policy without the
# vertical flip: one setting apart.

# %%
bare = flip_system.removesuffix("_aug")  # R4's recipe without augmentation is named so
changes = {"epochs": epochs, "augmentation": None}
flips = {without: recipes.recipe(bare, pictures, **changes)}
for policy in ("R4.upright", "R4"):
    flips[policy] = recipes.recipe(flip_system, pictures, **changes | {"augmentation": policy})
flipped = runs.grid(flips, seeds, data)
flip_table = runs.tabulate(flipped)
page.say(f"The network is **{bare}**; R4's own, in the full profile, takes many times as long.")

# %%
both = page.compare("flip_val_accuracy", flip_table, "val_accuracy", without, digits=3)

# %%
policies_alone = flip_table[flip_table["system"] != without]  # one question, so no correction
upside_down = comparison.against(policies_alone, "val_accuracy", "R4.upright")
flip = comparison.told_all(upside_down, digits=3)
page.say(f"Validation accuracy minus that of R4.upright: {flip}")
page.table("vertical_flip", upside_down, "The same in figures", fold=True)

# %% [markdown]
# R4 says itself that augmentation gained it little. It guesses why: test pictures look much like training pictures. Here is
# what it prints, each figure from one training. The guess can be tested; we come to it in the last section.

# %%
by_r4 = pd.DataFrame(
    {
        "system": system,
        "measure": measure,
        "without": claims.printed(system, measure),
        "with": claims.printed(f"{system}_aug", measure),
    }
    for system in ("R4.rmsprop", "R4.adam")
    for measure in ("val_accuracy", "test_accuracy")
)
page.table("by_r4", by_r4, "Report R4: accuracy without and with augmentation", digits=4)

# %% [markdown]
# ## What do the test pictures say, and do the reports' words hold?
# Everything is chosen, so now the test pictures may be read. They are as the publisher made them.

# %%
tested = page.compare("test_accuracy", table, "test_accuracy", without, digits=3)

# %%
better = comparison.told_all(comparison.against(two, "test_accuracy", "R3.initial"), digits=3)
page.say(f"Test accuracy minus that of R3.initial: {better}")

# %% [markdown]
# Most of what the reports say is in words. So each claim gets one criterion (lib/claims/claims.yaml), before we look.
#
# - *R3.final is much better*: its test accuracy is higher than that of R3.initial, seed by seed, and that is resolved.
# - *R3.initial overfits, R3.final does not*: the interval of the gap, training pictures measured again, lies above, or below,
#   the middle between the two gaps that the report prints. If it contains the middle, nothing is resolved.
# - *R4's gain is small*: the whole interval of the test accuracy's difference lies within one percentage point of zero.
#
# Printed figures are held against the interval in which ONE more training of ours would land: the reports trained once.

# %%
comparable = claims.comparable(data.name, limit, epochs) and most_epochs >= 23  # R3's lengths
verdicts = page.claims(runs.tabulate(runs.flat(trained, each, flipped)), comparable)

# %%
went = []
for measure, words in measures.items():
    before, after = (claims.printed(name, measure) for name in ("R3.initial", "R3.final"))
    went.append(f"{words} from {before:g} to {after:g}")
page.say(f"R3 calls its final network “much greater”. What it prints: {', '.join(went)}.")

# %% [markdown]
# So its validation accuracy fell. Its loss did improve, and the gap became smaller. A network can have no gap and still be
# right less often.

# %% [markdown]
# ## What happens when the test set joins in?
# **Wrong way**, the first: augment the test pictures, too. Report R1 did so: it augmented validation and test pictures
# before it measured on them. We take networks that are trained already, with and without augmentation, and measure each on
# the published test pictures and on changed copies of them.


# %%
copies = augment.augment(
    data.images[parts.test], policies.policy(test_policy), np.random.default_rng(0)
)
changed = data.images.copy()
changed[parts.test] = copies
changed = replace(data, images=changed, digest=None)


# %%
def accuracy_on_copies(run: runs.Run) -> float:
    """Return which share of the changed test pictures a run's network gets right."""
    if run.metrics["diverged"]:
        return np.nan
    predicted = runs.logits(run, changed, parts.test).argmax(axis=1)
    return (predicted == labels[parts.test]).mean()


# %%
measured = table[table["system"].isin([without, test_policy])].copy()
nets = runs.flat({name: each[name] for name in (without, test_policy)})
measured["changed"] = measured["key"].map({run.key: accuracy_on_copies(run) for run in nets})
measured["inflated"] = measured["changed"] - measured["test_accuracy"]

# %%
ways = {
    "test_accuracy": "right way: as published",
    "changed": "wrong way: changed",
    "inflated": "wrong way minus right way",
}
seems = f"What training with {test_policy} seems to be worth"
worth = pd.concat(comparison.against(measured, measure, without) for measure in ways)
worth["system"] = list(ways.values())
told = comparison.told_all(worth, digits=3)

# %%
page.show(
    plots.intervals(worth, "system", "difference", "accuracy, minus that without", mark=0),
    alt=f"{seems}: {told}".replace("**", ""),
    caption=f"{seems}; bars are 95 % intervals. Each row is one question by itself, so there is no "
    "correction for several.",
)
page.say(f"{seems}: {told}")
page.table("worth", worth, "The same in figures", fold=True)

# %% [markdown]
# The changed pictures ask another question: who recognises clothes that lie turned on the table? The network that practised
# it knows more about that, and it does not follow that it knows more about the published pictures. It is a fair question,
# if it is asked under its own name. Gontijo-Lopes et al. (2020, arXiv 2002.08973) use the fall of the network trained
# without augmentation as a measure of how far an augmentation leads away from the data. It also tests R4's guess:
# augmentation helps where test pictures differ from training pictures as the augmented ones do.
#
# **Wrong way**, the second: read the test pictures after every epoch, and quote the best. **Right way**: let validation
# choose the epoch, and read the test accuracy of that one. The trainings below did read
# the test pictures each time, and are as long as R3.final may be.

# %%
longer = initial.changed(epochs=most_epochs, test_every_epoch=True)
watched = runs.grid({"R3.initial": longer}, seeds, data)["R3.initial"]
shown = {"val_accuracy": "validation accuracy", "test_accuracy": "test accuracy"}
page.show(
    plots.curves({f"seed {run.config.seed}": [run.history] for run in watched}, shown),
    alt="Validation and test accuracy by epoch for R3.initial, one line per seed.",
    caption="R3.initial, one line per seed. The highest point on the left is a choice; the "
    "highest on the right is a peek.",
)


# %%
def pick(run: runs.Run) -> dict:
    """Return the test accuracies of the epochs that validation and test choose, and the last."""
    accuracy = run.history[["val_accuracy", "test_accuracy"]].dropna()
    by_validation, by_test = accuracy.idxmax() if len(accuracy) else (None, None)
    at = accuracy["test_accuracy"]
    return {
        "seed": run.config.seed,
        "last epoch": at.get(accuracy.index.max()),
        "right way": at.get(by_validation),
        "wrong way": at.get(by_test),
    }


# %%
picks = pd.DataFrame(map(pick, watched))
picks["too high by"] = picks["wrong way"] - picks["right way"]
page.table("picks", picks, "Test accuracy by which epoch is quoted", digits=4)
optimism = statistics.over_seeds(picks["too high by"].astype(float))
quoted = f"The wrong way quotes {optimism['mean']:.3f} too much"
quoted += f" ({optimism['low']:.3f} to {optimism['high']:.3f})" if seeds > 1 else ""
page.say(f"{quoted}.")

# %% [markdown]
# No seed can be below zero, whatever the network: a highest value is never lower than another one. What it gains is luck,
# and does not come back on new pictures.

# %% [markdown]
# R3.final did it the right way: early stopping looked at validation pictures, and the test pictures were read once, with the
# weights that were kept. The kit's early stopping cannot look at the test set; there is no such setting. But the
# validation accuracy of the chosen epoch is a highest value itself now, and flattered in the same way. So the figure that R3
# prints for its final network, a validation accuracy, is not what new pictures would give. That takes a third part.
#
# The kit's guards look at every training. Here two are meant to fire: the one for the vertical flip, and the one for test
# pictures that were read too often. If a third one names copies, notebook 01 is about them.

# %%
page.record(runs.flat(trained, each, flipped, {"watched": watched}))

# %% [markdown]
# ## At full length
# The kit carries runs on all real pictures, at full length, each with several seeds. They are what a claim is judged by.

# %%
page.reference(
    "R3.initial",
    "R3.initial, horizontal flip",
    "R3.initial, shift",
    "R3.initial, R3's augmentation",
    "R3.final",
    also=["R4.rmsprop", "R4.rmsprop_aug", "R4.adam", "R4.adam_aug"],
)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    f"Test accuracy minus that without augmentation: {comparison.told_all(tested, digits=3)} "
    f"Minus that of R3.initial: {better}",
    f"The vertical flip in R4's policy, on {bare}, validation accuracy: {flip}",
    f"{seems}: {told}",
    f"{quoted}, when it chooses the epoch by the test pictures.",
)

# %% [markdown]
# ## Your turn
# 1. Set `operations` to `["shear", "zoom", "erase"]`. Which one changes the validation accuracy most, and is it resolved?
# 2. In which class does the mean training picture differ most from its own mirror image? What does a horizontal flip do there?
# 3. Set `most_epochs` to 30. By how much does the wrong way quote too much now?

# %% tags=["solution"]
of_class = [data.images[parts.train[labels[parts.train] == k]] for k in range(len(classes))]
mean_pictures = np.stack([images.mean(axis=0) for images in of_class])
askew = np.abs(mean_pictures - mean_pictures[:, :, ::-1]).mean(axis=(1, 2, 3))
page.say(
    f"Task 2: **{classes[askew.argmax()]}**, by {askew.max():.0f} grey values per pixel on "
    f"average; the least is {classes[askew.argmin()]} with {askew.min():.0f}. Where a class always "
    "looks the same way, a flip shows the network pictures that the test set does not have. "
    "Tasks 1 and 3: change the parameters cell and run the notebook again."
)

# %% [markdown]
# ## Questions
# 1. Why can the accuracy as training went be below the validation accuracy, with augmentation?
# 2. Which changes would be safe for pictures of clothes on people, and which for handwritten digits?
# 3. Why does augmentation need more epochs?
# 4. Somebody predicts each test picture ten times, changed at random, and takes the mean (test-time augmentation). Is that a
#    wrong way?
# 5. The validation set chose the epoch. Which figure would you print for the network, and on which pictures?

# %%
page.save()
