# %% [markdown]
# # 13 · What holds, what is best, and at what cost?
# We take up every claim of the five reports, and compare all systems after their full training. Nothing is trained here:
# all is from **reference runs**, networks that were trained on real pictures with several seeds, and come with the kit.
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

from lib import notebook, plots, runs
from lib.claims import by_reference, reports, standing, within
from lib.data.fashion_mnist import reader
from lib.evaluation import calibration, comparison, ensemble_words, ensembles, front, guards
from lib.predict import FOREIGN, examples, for_figure, look, words
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
# R1 to R5 are student reports. R1 and R5 sort products, R2 to R4 sort Fashion-MNIST, small photographs of clothes.

# %%
every_row = {name: own for rows in carried.values() for name, own in rows.items()}
judged = by_reference.everything(every_row, *by_reference.combined(members))
claims, stands = reports.every(judged), standing.of_each(judged)
page.show(
    plots.stacked(standing.counts(stands), "report", standing.COLOURS, "claims"),
    alt=f"Verdicts on the claims of each report. {standing.found(stands)}",
    caption="How the claims of each report stand. Epochs ours: the report fixes none, we chose.",
)

# %% [markdown]
# For each claim that needs training we fixed a rule before we trained (lib/claims/claims.yaml). The claim *holds* or is
# *contradicted* if the 95% interval of our runs is narrow enough to say so. A claim about a number is contradicted by more as
# well as by less. Reports trained once: so their number is compared with the range in which *one more* of our trainings would
# end, and more seeds narrow that only so far. Each claim is judged on its own, **not corrected** for their number. What is neither is
# *open*. A sentence that we check in two ways counts as two claims.

# %%
page.table("counts", standing.verdicts(stands), "Claims by verdict, with an example", 0)
page.say(standing.told(stands))

# %%
two = standing.retold(judged, "R3.improved", "R4.confusion.accuracy").removesuffix(".")
page.say(
    f"Two contradictions that everybody can check. {two}, where the right answers stand: "
    f"{within.r4_accuracy():.1%}."
)

# %%
some = claims[claims["verdict"].isin([standing.HOLDS, standing.AGAINST])]
some = some[~some.duplicated(["report", "verdict"])].sort_values("report", kind="stable")
shown = reports.shown(some.assign(place="")).drop(columns="seeds")
beside = "From each report the first claim that holds and the first contradicted one, if any"
page.table("some", shown, beside)

# %%
page.table(
    "verdicts",
    reports.shown(claims),
    "All claims, and what the reference runs say",
    by={"report": claims["report"], "verdict": claims["verdict"]},
)
for report, said in reports.authored().items():
    page.fold(said["title"], reports.page(report, claims))

# %% [markdown]
# ## Which system is best, and what does it cost?
# A system's name begins with its report. R4 trained one large network with three optimisers; `_aug`: on changed pictures, too.
# `textbook` is the network of a well-known textbook, `fast` is ours. Two figures may be too good: we chose the 28 epochs of `fast`
# after seeing its test accuracy with 12, and R2 chose the settings of `R2.optimised` by its test curves.
#
# We choose the best system by its **validation** accuracy, and subtract its test accuracy from that of every other system, seed
# by seed. A difference is clear only if it stays so after **Holm's correction** for the number of comparisons.
#
# A system is worth its work only if no cheaper one is as good: such systems form the **Pareto front**.
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
page.show(
    plots.trade_off(same, overview.COSTS, "mean", "test accuracy"),
    alt=f"Test accuracy over cost: {comparison.told_means(same)}.",
    caption="95% intervals. Blue, dotted: Pareto front. Points of equal work stand side by side.",
    thumbnail=True,
)

# %%
ready = overview.shown(same, reports.claimed, minus)
page.table("systems", ready, "Systems on Fashion-MNIST, best first, with 95% intervals")
others = costs[costs["pictures"] != "fashion-mnist"]
products = overview.shown(others, reports.claimed)
page.table("product_systems", products, "The same for systems on product pictures", fold=True)

# %%
given, aids = overview.given(grey, best)
page.say(
    f"A difference is the mean over the seeds that both systems have: it need not be that of the "
    f"two columns. {front.told_lower(minus, best)} {aids}"
)
page.say(
    "Claimed: by the report (val.: for validation). Multiply-adds: the work for one picture, of "
    "fast for both its looks. Minutes: of training, on CPUs with other work, too (–: on a GPU). "
    f"{guards.caught(runs.flat(grey))}"
)

# %% [markdown]
# ## Are several networks better than one?
# Networks that make different mistakes can correct one another, if none is much weaker: an average counts a weak answer as much as
# a good one. The **members** are the systems whose answers the kit has kept. Four ways to combine them:
#
# - the **mean** of their probabilities,
# - **weighted by class**, as we read report R4: a member's weight for a class is its F1 there (precision and recall in one),
# - **strongest at each class**: for each class we ask only the member with the highest F1 there,
# - **stacked**: a logistic regression learns how to weigh them (Wolpert 1992).
#
# F1 is measured, and stacking learns, on validation pictures. A simpler rival: average several trainings of the **same** network.

# %%
lead = ensembles.best_member(members)  # the one with the highest validation accuracy
gains = ensembles.over_pictures(members)  # all ways, on average of the seeds
drawn = gains[~ensemble_words.same(gains)]

# %%
page.show(
    plots.gains(
        drawn,
        f"test accuracy, minus that of {lead}",
        int(drawn["system"].str.contains(" trainings of ").sum()),
    ),
    alt=f"Test accuracy minus that of {lead}, in points: {ensemble_words.told(gains)}.",
    caption="What each way gains on the test pictures, with 95% intervals, corrected for their "
    "number. Grey: not clear.",
)

# %%
page.say(
    f"The {len(members)} members, {comparison.seeds(len(members[lead]))} each: "
    f"{', '.join(members)}. {ensemble_words.told_same(gains, members, lead)}"
)
page.say(
    f"{ensemble_words.found(gains, lead)} The intervals are about these trainings: others may "
    "differ by more."
)

# %%
real = page.dataset.name == "fashion-mnist"
able = full_length.with_networks(members) if real else {}
twice = {name: runs.over_mirror(run, page.dataset) for name, run in able.items()}
if twice:
    gained = ensembles.told_gains(able, twice)
    page.say(f"Do others gain by the mirror image, as fast does? {gained}")

# %%
first = [own[0] for own in members.values()]  # one run of each member
_, truth, _ = first[0].predictions("test")  # positions, labels, logits
shares = np.stack([calibration.probabilities(run.predictions("test")[2]) for run in first])
known = [run.predictions("val")[2] for run in first]
f1 = ensembles.strengths(first[0].predictions("val")[1], known)

# %% [markdown]
# The first three ways in NumPy:

# %% tags=["open"]
mean = shares.mean(axis=0)  # shares: members x pictures x classes
weights = f1 / f1.sum(axis=0)  # members x classes; those of a class add up to 1
weighted = (shares * weights[:, None, :]).sum(axis=0)  # None: the same for every picture
asked = f1.argmax(axis=0)  # for each class the number of the member that is best at it
strongest = np.stack([shares[m, :, k] for k, m in enumerate(asked)], axis=1)
right = [(each.argmax(axis=1) == truth).mean() for each in (mean, weighted, strongest)]

# %% [markdown]
# ## How far can its answers be trusted?
# A network answers with a probability, its **confidence**. It is **calibrated** if eight of ten answers given with confidence .8
# are right. **Temperature scaling** divides all logits (the numbers before softmax) by one number, found on validation pictures
# (Guo et al. 2017, arXiv 1706.04599). Only the confidence changes, not the answer.

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
# All this is about pictures like those of the data set. Of a picture from outside the network sees 28x28 pixels, light on black,
# and answers with one of the ten classes, whatever it shows. Grey bars: a warning that it is unlike the training pictures.

# %%
asked_of = judge()  # the network that answers
answers = look(mine or examples(), heat_maps=False)
page.show(
    plots.answers(**for_figure(answers)),
    alt="; ".join(f"{one.name}: {one.answer}" for one in answers),
    caption=f"{'Your pictures' if mine else 'Pictures that the kit drew'}, what the network saw, "
    f"and its likeliest answers: {words.whose(asked_of)}.",
)
page.say(f"{words.unwarned(answers, () if mine else FOREIGN)} {words.missed(asked_of)}")
page.fold("Where these numbers come from", {"Measured": words.behind(asked_of)})

# %% [markdown]
# ## What we found

# %%
cost, advice = front.told(same, best)
page.results["in_short"] = {
    "Holds": standing.found(stands),
    "Best": f"{front.told_best(same, best)} {front.told_lead(minus)} {given}",
    "Cost": cost,
}
page.conclude(
    f"{standing.more_of(stands)}.",
    advice,
    f"{ensemble_words.advice(gains, lead)} {reports.proposed(judged)}",
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
# 3. A claim is *not resolvable*. When can more seeds settle it, and when can they not?

# %%
page.save()
