# %% [markdown]
# # 13 · What holds, what is best, and at what cost?
# Sets all systems side by side at full length, and says of every claim of the five reports whether it holds.
#
# **You will learn** to rank with intervals, to weigh accuracy against cost, to ask whether a combination is worth it.\
# **You need** notebooks 02 and 03, so that you know intervals over seeds and how a choice flatters.\
# **Time** 40 minutes with its exercises; it trains nothing, and runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; the figures are the same in every profile
dataset: str = (
    "auto"  # auto: real Fashion-MNIST where it can be had; it is needed for pictures alone
)
leave_out: list = []  # systems to do without, by their names in the first table

# %% [markdown]
# ## Set-up

# %%
import numpy as np

from lib import notebook, plots, runs
from lib.claims import reports
from lib.data.fashion_mnist import reader, votes
from lib.evaluation import calibration, comparison, ensembles, picture_by_picture, ranks
from lib.runs import card, full_length, overview

page = notebook.start("13_comparison", globals())
classes = reader.CLASSES

# %% [markdown]
# Nothing is trained here. Everything below comes from the **reference runs** that the kit carries: all real pictures, full
# length, several seeds. So the figures are the same in every profile, and no pictures are needed for them.

# %%
carried = {name: full_length.grid(name) for name in full_length.SHAPES}
page.carried(runs.flat(*carried.values()))
missing = full_length.missing()
page.say(
    f"{len(runs.flat(*carried.values()))} reference runs of {sum(map(len, carried.values()))} rows. "
    + (f"Not run yet: {', '.join(missing)}." if missing else "None is missing.")
)

# %% [markdown]
# ## Which system is best, and what does it cost?
# One row for each system that is trained as its report says. A **place** is an interval: every pair of systems is compared
# seed by seed, and only a difference that is resolved after Holm's correction moves a system up or down (Mogstad et al.
# 2024, doi:10.1093/restud/rdad006). Systems on other pictures are ranked among themselves.
#
# **Your guess, before you run on:** how much more does the best system compute for a picture than the worst? *Write it
# here.*

# %%
systems = full_length.as_recipes(carried["fashion-mnist"] | carried["fashion-product"])
systems = {name: own for name, own in systems.items() if name not in leave_out}
found = overview.overview(systems)
printed = {label: reports.claimed(label) for label in found["label"]}
page.table(
    "systems",
    overview.shown(found, printed),
    "All systems, best first. Claimed: the accuracy that the report prints; of test pictures where it prints one",
    digits=2,
)

# %%
devices = sorted({run.environment["device"] for run in runs.flat(systems)})
page.say(
    f"Trained on {', '.join(devices)}, while other work ran beside: the minutes are what a reader may expect, not a "
    "race. Multiply-adds are those of one picture in use; an answer over a picture and its mirror image takes two passes."
)

# %% [markdown]
# A system is worth its cost only if none that costs less is as good. Those that no other one beats are the **Pareto front**.
# In use, multiply-adds count; before that, training time does.

# %%
axes = {"multiply_adds": "multiply-adds of one picture", "minutes": "minutes of training"}
same = found[found["pictures"] == "fashion-mnist"]
fronts = {f"front_{each}": ranks.front(same[each], same["mean"]) for each in axes}
page.show(
    plots.trade_off(same.assign(**fronts), axes, "mean", "test accuracy"),
    alt=f"Test accuracy over cost: {comparison.told_means(same)}.",
    caption="Fashion-MNIST. Bars: 95 % intervals over seeds. Blue, dotted line: no other system beats it.",
    thumbnail=True,
)

# %% [markdown]
# ## What is hard, and for whom?
# Report R4 proposes to combine models by what each is strong at. So we choose one system by its **validation** accuracy, and
# ask at which classes another one is better. Each cell is one of many comparisons. Of a hundred, five would look sure by
# chance, so Holm's correction goes over all cells together.

# %%
grey = {name: own for name, own in systems.items() if name in carried["fashion-mnist"]}
table = runs.tabulate(grey)
chosen = comparison.best(table, "val_accuracy")
by_class = picture_by_picture.against(picture_by_picture.recalls(grey, classes), chosen)

# %%
better = by_class[by_class["sure"] & (by_class["difference"] > 0)]
sure = ", ".join(f"{row.system} at {row._1}" for row in better.itertuples(index=False))
page.show(
    plots.strengths(by_class, chosen),
    alt=f"Recall by class of {chosen}, and by how much the other systems differ.",
    caption=f"Top row: {chosen}, found of 100. Below: difference in points. Bold and framed: sure.",
)
page.say(
    f"At {by_class[by_class['sure']]['class'].nunique()} of {len(classes)} classes a difference "
    f"from {chosen} is sure. Surely better than it: **{sure or 'no system at any class'}**."
)

# %%
columns = ["class", "system", "recall", "low", "high", "difference", "least", "most", "p_holm"]
page.table(
    "classes", by_class[columns], f"Recall by class, difference from {chosen}", fold=True
)

# %% [markdown]
# Are the pictures that networks get wrong those that people get wrong, too? Fashion-MNIST-H has the answers of dozens of people
# for each test picture (Ishida et al. 2023, arXiv 2202.00395).

# %%
positions, labels, networks_wrong = picture_by_picture.wrong(grey)
answers = votes.load_votes() if votes.in_their_order(labels) else None
if answers is None:
    page.say("What people answered is not here: `lookbook data fetch fashion-mnist-h` gets it.")
else:
    people_wrong = 1 - votes.agreement(answers, labels)
    groups = picture_by_picture.by_share(people_wrong, networks_wrong)
    together = picture_by_picture.correlation(people_wrong, networks_wrong)

# %%
if answers is not None:
    page.show(
        plots.intervals(groups, "people", "networks", "share of networks that are wrong"),
        alt="The more people are wrong about a picture, the more networks are.",
        caption="Rows: which share of people is wrong, and of how many pictures. Bars: 95 % intervals.",
    )
    page.say(
        f"Rank correlation {together:.2f}. The class that most people choose is the label of "
        f"{votes.majority_accuracy(answers, labels):.1%} of the pictures; the class that {chosen} "
        f"chooses is, of {table.loc[table['system'] == chosen, 'test_accuracy'].mean():.1%}."
    )

# %%
always = np.flatnonzero(networks_wrong == 1)
if answers is not None:  # first those that people find easy
    always = always[np.argsort(people_wrong[always], kind="stable")]
page.say(
    f"{len(always)} of {len(labels):,} test pictures are wrong in every run of every system. "
    + ("" if page.dataset.name == "fashion-mnist" else "The pictures themselves are not here.")
)

# %%
if page.dataset.name == "fashion-mnist" and len(always):
    guessed = grey[chosen][0].predicted("test")
    page.show(
        plots.pictures(
            page.dataset.images[positions[always[:10]]],
            [f"{classes[guessed[k]]}?\n{classes[labels[k]]}" for k in always[:10]],
        ),
        alt="Ten test pictures that every run of every system got wrong.",
        caption=f"Wrong in every run. Above: what {chosen} saw; below: the label.",
    )

# %% [markdown]
# ## How far can its answers be trusted?
# A network answers with a probability, its **confidence**. It is **calibrated** where, of the answers with confidence .8, eight
# of ten are right. The **calibration error** is the mean distance between the two. **Temperature scaling** divides all logits
# by one number, found on validation pictures (Guo et al. 2017, arXiv 1706.04599). No answer changes, only how sure it is.

# %%
sure_of = full_length.with_logits(grey)
errors = calibration.tabulate(sure_of)
page.table(
    "calibration", errors, "Calibration error on test pictures, before and after", fold=True
)
page.say(
    f"Calibration error: {comparison.told_means(comparison.summarise(errors, 'error'))}. After "
    f"scaling: {comparison.told_means(comparison.summarise(errors, 'scaled_error'))}."
)

# %%
panels = {
    title: {name: calibration.pooled(own, scaled) for name, own in sure_of.items()}
    for title, scaled in (("as trained", False), ("after temperature scaling", True))
}
page.show(
    plots.reliability(panels),
    alt="Accuracy over confidence of each system, before and after temperature scaling.",
    caption="Test pictures of all seeds. Below the dotted line a network is too sure.",
)

# %% [markdown]
# Whoever hands on a network hands on what is known of it: a **model card** (Mitchell et al. 2019, arXiv 1810.03993).

# %%
page.table("card", card.card(grey[chosen], classes), f"Model card of {chosen}", fold=True)

# %% [markdown]
# ## Are several systems better than the best one?
# Networks that err on different pictures can correct one another. The members are the systems above that carry their logits,
# joined seed by seed in four ways:
#
# - the **mean** of their probabilities,
# - **weighted by class**, as we read report R4: a member counts for a class by its F1 there, on validation pictures,
# - the **strongest at each class** alone says how probable that class is: a bolder reading,
# - **stacked**: a logistic regression learns from the validation pictures how to weigh them (Wolpert 1992).
#
# The measure is the **best member**, chosen by validation accuracy: a combination that is not better costs more for nothing.

# %%
members = full_length.shared(sure_of)
together = ensembles.beside_best(members)
page.say(f"Members: {', '.join(members)}. The best one by validation accuracy is {chosen}.")
gains = page.compare("ensembles", together, "test_accuracy", "best member", digits=4)

# %% [markdown]
# One network can also answer twice, about a picture and about its mirror image. `fast` always does so. Of each other network
# there is one seed, so McNemar's test tells whether it, and not its recipe, gained.

# %%
for name, own in members.items():
    if page.dataset.name != "fashion-mnist" or not full_length.network_here(own[0]):
        continue
    if not own[0].config.test_time_flip:
        page.say(
            f"{name}: {ensembles.told_gain(own[0], runs.over_mirror(own[0], page.dataset))}."
        )
if page.dataset.name != "fashion-mnist":
    page.say("The pictures are not here, so no network can look at their mirror images.")

# %%
proposed = {name: own for name, own in sure_of.items() if name.startswith("R4.")}
combined = [ensembles.as_claimed(full_length.shared(proposed))] if len(proposed) > 1 else []
if not combined:
    page.say(
        "R4 means its own models. They are not run yet, so nothing above judges its claim."
    )

# %% [markdown]
# ## Which claims hold?
# Every claim of the five reports has a rule that was fixed before anybody looked (lib/claims/claims.yaml). Choose a report or a
# verdict.

# %%
tabulated = [runs.tabulate(runs.flat(own)) for own in carried.values() if own]
judged = reports.every(*tabulated, *combined)
page.table(
    "verdicts",
    reports.shown(judged),
    "What the reports claim, and what the reference runs say",
    by=["report", "verdict"],
)

# %% [markdown]
# A page for each report, as reproducibility papers have it: what it covers, what holds, what was easy, what was hard.

# %%
for report, said in reports.authored().items():
    page.fold(said["title"], reports.page(report, judged))

# %% [markdown]
# ## What we found

# %%
best = same.set_index("system").loc[chosen]
cheap = same.loc[same["multiply_adds"].idxmin()]
place = ranks.told(best["first"], best["last"], best["of"])
more = best["multiply_adds"] / cheap["multiply_adds"]
page.conclude(
    f"Of {best['of']} systems on Fashion-MNIST, {chosen} gets {best['mean']:.1%} of the test "
    f"pictures right ({place}). For a picture it computes {more:.0f} times as much as "
    f"{cheap['system']}, which gets {cheap['mean']:.1%}.",
    f"Of the {len(judged)} claims of the reports: {reports.counted(judged)}.",
    f"Test accuracy minus that of the best member: {comparison.told_all(gains, 4)}",
    f"{len(always)} of {len(labels):,} test pictures are wrong in every run of every system.",
    sure=f"95 % interval {best['low']:.2%} to {best['high']:.2%}",
)

# %% [markdown]
# ## Your turn
# 1. Leave the best system out: `leave_out = ["fast"]`. What is the mean of probabilities worth over the best member now?
#
# *Your answer:*
#
# 2. How many test pictures does the cheapest system get right that the chosen one gets wrong, with seed 0?
#
# *Your answer:*
#
# 3. Average the seeds of the chosen system instead of several systems. Does that get more test pictures right than one seed?
#
# *Your answer:*

# %% tags=["solution"]
one, other = (grey[name][0].predicted("test") == labels for name in (cheap["system"], chosen))
alike = ensembles.averaged([run.predictions("test")[2] for run in members[chosen]])
alone = np.mean([run.metrics["test_accuracy"] for run in members[chosen]])
page.say(
    f"Task 2: {int((one & ~other).sum()):,}. Task 3: {(alike.argmax(axis=1) == labels).mean():.4f} "
    f"together, {alone:.4f} alone on average; it is one combination, so there is no interval. Task "
    "1: change the parameters cell and run again. Members of like strength gain more."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which system would you use, and which claim surprised you? The report
# carries them.*

# %% [markdown]
# ## Questions
# 1. Two systems have the places 1st to 2nd and 1st to 3rd. Which one is better?
# 2. Why may stacking learn from validation pictures, and not from training pictures?
# 3. A claim is *not resolvable*. What would you do to resolve it, and what would that cost?

# %%
page.save()
