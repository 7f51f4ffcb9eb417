# %% [markdown]
# # 13 · What holds, what is best, and at what cost?
# We check every claim of the five reports, and compare all systems after their full training. Nothing is trained here:
# all is from **reference runs**, networks that were trained on all real pictures with several seeds, and come with the kit.
#
# **You will learn** to judge a report's claims, to weigh accuracy against cost, and to combine networks.\
# **You need** notebooks 02, 03 and 05: intervals over seeds, why the best of many flatters, and Holm's correction.\
# **Time** 40 minutes with its exercises; it trains nothing, and runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; quick and full give the same results
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had; only to show pictures
seeds: int = 20  # of each system, at most: task 2 asks what fewer seeds can tell
leave_out: list = []  # systems to leave out, by their names in the table of systems
mine: list = []  # files or folders with pictures of your own; without any: four that the kit draws

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd

from lib import notebook, plots, runs
from lib.claims import by_reference, reports, standing, within
from lib.data.fashion_mnist import reader
from lib.evaluation import calibration, comparison, ensembles, front, guards
from lib.predict import examples, for_figure, look, words
from lib.predict.judge import judge
from lib.runs import card, full_length, overview

page = notebook.start("13_comparison", globals())

# %%
carried = {name: full_length.grid(name, seeds) for name in full_length.SHAPES}
page.carried(runs.flat(*carried.values()))
systems = full_length.without(full_length.as_recipes(*carried.values()), leave_out)
grey = {name: own for name, own in systems.items() if name in carried["fashion-mnist"]}
members = full_length.shared(full_length.with_logits(grey))  # section 3 combines them
table = runs.tabulate(grey)
if full_length.missing():
    page.say(full_length.told(carried))

# %% [markdown]
# ## Which claims hold?
# R1 to R5 are five student reports of earlier years. R1 sorts products by usage, R2 to R4 sort Fashion-MNIST (70,000 small
# photographs of clothes), R5 sorts products by two categories. What follows the figure says how a claim is judged.

# %%
every_row = {name: own for rows in carried.values() for name, own in rows.items()}
judged = by_reference.everything(every_row, *by_reference.combined(members))
claims, stands = reports.every(judged), standing.of_each(judged)
page.show(
    plots.stacked(standing.counts(stands), "report", standing.COLOURS, "claims"),
    alt=f"Verdicts on the claims of each report. {standing.found(stands)}",
    caption="How the claims of each report stand. Epochs ours: the report does not fix them.",
)

# %% [markdown]
# For each claim that needs training we fixed a rule before we trained (lib/claims/claims.yaml). The claim *holds* or is
# *contradicted* if the 95% interval of our runs is narrow enough to say so. A claim about a number is contradicted by more as
# well as by less. Each claim is judged on its own, **not corrected** for their number. What is neither is *open*.

# %%
page.table(
    "counts", standing.verdicts(stands), "Claims by verdict and report, with an example", 0
)
page.say(f"{standing.sums(stands)} {standing.told(stands)}")

# %%
two = standing.retold(judged, "R3.improved", "R4.confusion.accuracy").removesuffix(".")
page.say(
    f"Two contradictions that everybody can check. {two}, where the right answers stand: "
    f"{within.r4_accuracy():.1%}."
)
page.table(
    "verdicts",
    reports.shown(claims),
    "What the reports claim, and what the reference runs say",
    by={"report": claims["report"], "verdict": claims["verdict"]},
)
for report, said in reports.authored().items():
    page.fold(said["title"], reports.page(report, claims))

# %% [markdown]
# ## Which system is best, and what does it cost?
# A system's name begins with its report. The systems of R4 share one large network and differ in the optimizer; `_aug`: trained
# on changed pictures, too. `textbook` is the small network found in many textbooks, and `fast` is the kit's own. We chose its 28
# epochs after seeing its test accuracy with 12, so its figure may be slightly too good. No other was tuned on test pictures.
#
# We choose the best system by its **validation** accuracy, and subtract its test accuracy from that of every other system, seed
# by seed. A difference is called clear only if it stays so after **Holm's correction** for the number of comparisons.
#
# A system is worth its cost only if no cheaper one is as good. The systems that no other one beats form the **Pareto front**: one
# for the work per picture, one for the time of training. `fast` looks at each picture and at its mirror image; both count.
#
# **Your guess, before you run on:** how many times as much work per picture does the best system need as the cheapest?

# %%
guess = None  # e.g. 5

# %%
costs = overview.overview(systems)
same = overview.with_fronts(costs, "fashion-mnist")
best = comparison.best(table, "val_accuracy")
minus = comparison.against(table, "test_accuracy", best)
work = same.set_index("system")["multiply_adds"]
page.guess(guess, work[best] / work.min(), "the work of the best, beside the cheapest")

# %%
ready = overview.shown(same, reports.claimed, minus)
page.table("systems", ready, "Systems on Fashion-MNIST, best first, with 95% intervals")
others = costs[costs["pictures"] != "fashion-mnist"]
products = overview.shown(others, reports.claimed)
page.table("product_systems", products, "The same for systems on product pictures", fold=True)

# %%
page.say(f"{front.told_lower(minus, best)} {overview.given(grey, best)}")
page.say(
    "Claimed: what the report prints (val.: for validation). Multiply-adds: the work for one "
    "picture. Minutes: on CPUs that had other work, too. Differences: of the seeds both have. "
    f"{guards.caught(runs.flat(grey))}"
)

# %%
page.show(
    plots.trade_off(same, overview.COSTS, "mean", "test accuracy"),
    alt=f"Test accuracy over cost: {comparison.told_means(same)}.",
    caption="95% intervals. Blue, dotted: Pareto front. Triangles: below. Bracket: equal work.",
    thumbnail=True,
)

# %% [markdown]
# ## Are several networks better than one?
# Networks that make different mistakes can correct one another, if none is much weaker: an average counts a weak answer as much as
# a good one. The **members** are the systems whose answers the kit has kept. Four ways to combine them:
#
# - the **mean** of their probabilities,
# - **weighted by class**, as we read report R4: a member's weight for a class is its F1 there (see 09), on validation pictures,
# - **strongest at each class**: for each class we ask only the member with the highest F1 there,
# - **stacked**: a logistic regression learns on validation pictures how to weigh them (Wolpert 1992).

# %%
first = [own[0] for own in members.values()]  # one run of each member
_, truth, _ = first[0].predictions("test")  # positions, labels, logits
shares = np.stack([calibration.probabilities(run.predictions("test")[2]) for run in first])
known = [run.predictions("val")[2] for run in first]
f1 = ensembles.strengths(first[0].predictions("val")[1], known)

# %% tags=["open"]
mean = shares.mean(axis=0)  # shares: members x pictures x classes
weights = f1 / f1.sum(axis=0)  # members x classes; those of a class add up to 1
weighted = (shares * weights[:, None, :]).sum(axis=0)  # None: the same for every picture
asked = f1.argmax(axis=0)  # for each class the number of the member that is best at it
strongest = np.stack([shares[m, :, k] for k, m in enumerate(asked)], axis=1)
right = [(each.argmax(axis=1) == truth).mean() for each in (mean, weighted, strongest)]

# %% [markdown]
# A simpler rival: average several trainings of the **same** network. What does this gain over one of them, picture by picture?

# %%
combined = ensembles.beside_best(members)  # all four ways, seed by seed
lead = combined["member"].iloc[0]  # the member with the highest validation accuracy
alike = np.stack([calibration.probabilities(r.predictions("test")[2]) for r in members[lead]])
alone = (alike.argmax(axis=2) == truth).mean(axis=0)  # share of its trainings that are right
gain = (alike.mean(axis=0).argmax(axis=1) == truth) - alone
half = 1.96 * gain.std() / np.sqrt(len(gain))  # half of a 95% interval of the mean

# %%
gains = comparison.against(combined, "test_accuracy", "best member")
columns = ["system", "difference", "low", "high"]
clear = gains["verdict"].isin([comparison.HIGHER, comparison.LOWER])
drawn = gains[columns].assign(clear=clear)[~ensembles.same(gains)]
several = len(members[lead]) > 1
if several:
    ends = [gain.mean(), gain.mean() - half, gain.mean() + half]
    about = [f"{len(members[lead])} trainings of {lead}", *ends, ends[1] * ends[2] > 0]
    drawn = pd.concat([drawn, pd.DataFrame([about], columns=drawn.columns)])

# %%
page.show(
    plots.gains(drawn, f"test accuracy, minus that of {lead}", int(several)),
    alt=ensembles.told_trainings(members[lead], gains, gain),
    caption="95% intervals: above the line over seeds, below over pictures. Grey: not clear.",
)

# %%
about = "Test accuracy minus that of the best member; p_holm and verdict: corrected (Holm)"
page.table("ensembles_differences", gains[[*columns, "p_holm", "verdict"]], about, 4, fold=True)
page.say(
    f"The {len(members)} members, {comparison.seeds(len(members[lead]))} each: "
    f"{', '.join(members)}. {ensembles.found(gains, lead)} "
    f"{ensembles.told_same(gains, members, lead)}"
)
page.say(ensembles.told_trainings(members[lead], gains, gain))

# %%
real = page.dataset.name == "fashion-mnist"
able = full_length.with_networks(members) if real else {}
twice = {name: runs.over_mirror(run, page.dataset) for name, run in able.items()}
if twice:
    gained = ensembles.told_gains(able, twice)
    page.say(f"Do others gain by the mirror image, as fast does? {gained}")

# %% [markdown]
# ## How far can its answers be trusted?
# A network answers with a probability, its **confidence**. It is **calibrated** if eight of ten answers given with confidence .8
# are right. **Temperature scaling** divides all logits (the numbers before softmax) by one number, found on validation pictures
# (Guo et al. 2017, arXiv 1706.04599). The answers stay the same; only the confidence changes.

# %% tags=["open"]
run = members[lead][0]
by = calibration.temperature(*run.predictions("val")[1:])  # labels and logits
_, truth, logits = run.predictions("test")
before, after = (calibration.probabilities(logits, t) for t in (1, by))
panels = {"as trained": before, f"logits divided by {by:.2f}": after}

# %%
page.show(
    plots.reliability({t: calibration.reliability(truth, each) for t, each in panels.items()}),
    alt="Share of right answers over confidence, as trained and after temperature scaling.",
    caption=f"{lead}, seed {run.config.seed}, test pictures. Below the dotted line it is too sure. "
    "A point's size: how many pictures.",
)
errors = calibration.tabulate(members)
page.say(calibration.told(errors, run, calibration.reliability(truth, after)))
page.table("calibration", errors, "Calibration error of each run on test pictures", fold=True)
fields = card.card(grey[best], reader.CLASSES)
page.table("card", fields, f"Model card of {best}", fold=True)

# %% [markdown]
# All this is about pictures like those of the data set. A picture of your own is **prepared** first: what differs from the
# background becomes light on black, in 28x28 pixels. Every answer is one of the ten classes, whatever the picture shows. Grey
# bars are a warning that a picture is unlike the training pictures, so that the confidence means nothing.

# %%
answers = look(mine or examples(), heat_maps=False)
page.show(
    plots.answers(**for_figure(answers)),
    alt="; ".join(f"{one.name}: {one.answer}" for one in answers),
    caption="Pictures from outside, what the network saw of them, and its likeliest answers.",
)
page.say(words.missed(judge()))
page.fold("Where these numbers come from", {"Measured": words.behind(judge())})

# %% [markdown]
# ## What we found

# %%
cost, advice = front.told(same, best)
page.results["in_short"] = {
    "Holds": standing.found(stands),
    "Best": f"{front.told_best(same, best)} {front.told_lead(minus)}",
    "Cost": cost,
}
page.conclude(
    f"{standing.more_of(stands)}, and {front.told_price(same, best)}.",
    advice,
    f"{ensembles.advice(gains, lead, gain)} {reports.proposed(judged)}",
    "Read a report twice before you train anything: its own numbers and sentences, or the data "
    "set, decide more than you expect.",
    sure=f"Each claim is judged on its own, so a few verdicts can be chance. "
    f"{standing.unsettled(stands)}",
)

# %% [markdown]
# ## Your turn
# 1. Leave the best system out: `leave_out = ["fast"]`. What does the mean of probabilities gain now?
#
# *Your answer:*
#
# 2. Set `seeds` to 2. Which intervals of the table of systems become wider, and which verdicts change?
#
# *Your answer:*
#
# 3. Write a fifth way in NumPy: the answer that most members give (a vote). How many test pictures does it get right?
#
# *Your answer:*
#
# 4. Read your own networks: `pd.read_json("../reports/02_baseline_cnn/results.json", typ="series")["runs"]`. Which one is best
#    on validation? Why does it not belong into the table of systems?
#
# *Your answer:*

# %% tags=["solution"]
most = np.array([np.bincount(each).argmax() for each in shares.argmax(axis=2).T])
page.say(
    f"Task 3: the vote gets {(most == truth).mean():.1%} right; mean, weighted and strongest get "
    f"{', '.join(f'{each:.1%}' for each in right)}. Tasks 1 and 2: change the parameters cell and "
    "run again. Members of similar strength gain more; with two seeds you can be sure of little. "
    "Task 4: a quick run is of other or fewer pictures, and of fewer epochs."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which system would you use, and which claim surprised you? They will appear in
# the report.*

# %% [markdown]
# ## Questions
# 1. Two systems are each clearly worse than the best one. Does the table say which of the two is better?
# 2. Why may stacking learn from validation pictures, and not from training pictures?
# 3. A claim is *not resolvable*. What would you do to resolve it, and how much training would that take?

# %%
page.save()
