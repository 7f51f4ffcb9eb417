# %% [markdown]
# # 13 · What holds, what is best, and at what cost?
# We compare all systems after their full training, and check every claim of the five reports.
#
# **You will learn** to compare with intervals, to weigh accuracy against cost, and to judge a report's claims.\
# **You need** notebooks 02 and 03, so that you know confidence intervals over seeds, and why choosing the best result makes it
# look better than it is.\
# **Time** 60 minutes including exercises; it trains nothing, and runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; quick and full give the same results
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had; only to show pictures
seeds: int = 20  # of each system, at most: task 2 asks what fewer seeds can tell
leave_out: list = []  # systems to leave out, by their names in the first table
mine: list = []  # files or folders with pictures of your own; without any: four that the kit draws

# %% [markdown]
# ## Set-up

# %%
import numpy as np

from lib import notebook, plots, runs
from lib.claims import by_reference, reports
from lib.data.fashion_mnist import reader, votes
from lib.evaluation import calibration, comparison, ensembles, front, picture_by_picture
from lib.predict import examples, for_figure, look, words
from lib.predict.judge import judge
from lib.runs import card, full_length, overview

page = notebook.start("13_comparison", globals())
classes = reader.CLASSES

# %% [markdown]
# Nothing is trained here. Everything below comes from the **reference runs** that the kit comes with: networks that were trained
# on all real pictures, with several seeds. You do not need the pictures on this computer.

# %%
carried = {name: full_length.grid(name, seeds) for name in full_length.SHAPES}
page.carried(runs.flat(*carried.values()))
page.say(full_length.told(carried))

# %% [markdown]
# ## Which system is best, and what does it cost?
# A system's name begins with its report: R1 sorts products by usage, R2 to R4 sort Fashion-MNIST, R5 sorts products by two
# categories. The systems of R4 share one large network and differ in the optimizer; `_aug`: trained on changed pictures, too.
# `textbook` is the small network found in many textbooks, and `fast` is the kit's own network. We chose its 28 epochs after seeing
# its test accuracy with 12, so its figure may be slightly too good. No other system was tuned on test pictures.
#
# We choose the best system by its **validation** accuracy, and subtract its test accuracy from that of every other system, seed
# by seed. The more one compares, the more differences look clear by chance. So a difference is called clear only if it stays so
# after a correction for the number of comparisons (**Holm's correction**).
#
# **Your guess, before you run on:** how many times as much work per picture does the best system need as the cheapest? *Write it
# here.*

# %%
systems = full_length.without(full_length.as_recipes(*carried.values()), leave_out)
costs = overview.overview(systems)
same = overview.with_fronts(costs, "fashion-mnist")
grey = {name: systems[name] for name in same["system"]}

# %%
table = runs.tabulate(grey)
best = comparison.best(table, "val_accuracy")
minus = comparison.against(table, "test_accuracy", best)

# %%
about = (
    "Claimed: what the report says. Weights in thousands (for a head on a pretrained network, "
    "only the head's); MACs: how many millions of multiply-adds the answer to one picture "
    f"takes; minutes of training on a CPU. Trained on {full_length.devices(systems)}, while "
    "other jobs were running"
)
page.table(
    "systems",
    overview.shown(same, reports.claimed, minus),
    f"Systems on Fashion-MNIST, best first, with 95% intervals. {about}",
)
others = costs[costs["pictures"] != "fashion-mnist"]
products = overview.shown(others, reports.claimed)
page.table("product_systems", products, "The same for systems on product pictures", fold=True)

# %%
lower = int((minus["verdict"] == comparison.LOWER).sum())
than = f"{'each' if lower == len(minus) else lower} of the {len(minus)} other systems"
page.say(f"{best} has a clearly higher test accuracy than {than}.")

# %% [markdown]
# A system is worth its cost only if no cheaper one is as good. The systems that no other one beats form the **Pareto front**.
# The figure shows two fronts: one for the work per picture, and one for the time of training. `fast` looks at each picture and
# at its mirror image; its multiply-adds include both. Other jobs were running, so a few tenths of a minute mean nothing.

# %%
page.show(
    plots.trade_off(same, overview.COSTS, "mean", "test accuracy"),
    alt=f"Test accuracy over cost: {comparison.told_means(same)}.",
    caption="Bars: 95% intervals over seeds. Blue, on the dotted line: the Pareto front.",
    thumbnail=True,
)

# %% [markdown]
# ## Which classes are hard?
# Report R4 proposes to combine models by what each is strong at. So we ask on which classes another system is better than the
# best one. That is one comparison for each system and class, and all of them are corrected together.

# %%
by_class = picture_by_picture.against(picture_by_picture.recalls(grey, classes), best)
page.say(picture_by_picture.told(by_class, best))
page.table(
    "classes", by_class, f"Share of each class found, and difference from {best}", fold=True
)

# %%
positions, labels, networks = picture_by_picture.wrong(grey)
people = votes.of_pictures(labels)
always = picture_by_picture.always_wrong(networks, people)
page.say(
    f"{len(always)} of {len(labels):,} test pictures are wrong in every run of every system."
)

# %%
if people is not None:
    page.say(
        "Are these the pictures that people get wrong, too? Fashion-MNIST-H has the answers of "
        "dozens of people for each test picture (Ishida et al. 2023, arXiv 2202.00395). Every "
        "system has the same weight, however many seeds it has. "
        f"{picture_by_picture.told_people(people, networks)}"
    )

# %%
if people is not None:
    shares = picture_by_picture.by_share(people, networks)
    page.show(
        plots.intervals(shares, "people", "networks", "share of networks that are wrong"),
        alt="The more people are wrong about a picture, the more networks are.",
        caption="Rows: the share of people who are wrong (number of pictures). 95% intervals.",
    )

# %%
if page.dataset.name == "fashion-mnist" and len(always):
    shown, guessed = always[:10], grey[best][0].predicted("test")
    page.show(
        plots.pictures(
            page.dataset.images[positions[shown]],
            [f"{best}: {classes[guessed[k]]}\nlabel: {classes[labels[k]]}" for k in shown],
        ),
        alt=f"{len(shown)} test pictures that every run of every system got wrong.",
        caption="Wrong in every run; of these, the ones that people find easiest.",
    )

# %% [markdown]
# ## How far can its answers be trusted?
# A network answers with a probability, its **confidence**. It is **calibrated** if eight of ten answers given with confidence .8
# are right. **Temperature scaling** divides all logits by one number, found on validation pictures (Guo et al. 2017, arXiv
# 1706.04599). The answers stay the same; only the confidence changes.

# %%
with_logits = full_length.with_logits(grey)
errors = calibration.tabulate(with_logits)
page.say(calibration.told(errors, best))
page.table("calibration", errors, "Calibration error of each run on test pictures", fold=True)

# %%
known = "Model card (Mitchell et al. 2019, arXiv 1810.03993): what is known of"
page.table("card", card.card(grey[best], classes), f"{known} {best}", fold=True)

# %% [markdown]
# ### Your own picture
# A phone photo does not look like the pictures in this data set: it is large, in colour, and usually shows a dark garment on a
# light background. So we **prepare** it: what differs from the colour of the background becomes light on black, and the box
# around it goes into the middle of 28x28 pixels. Crop closely: leftover background moves the garment to one side. With each
# answer come a scaled confidence and a **conformal set**: as many classes as it takes to include the right one for 99% of
# pictures like the validation pictures. If a picture is unlike the training pictures, its bars are grey, because the confidence
# means nothing there. This warning often fails, as you will see. `lookbook predict` does the same with files.
#
# **Your guess:** what will the network make of a chair, and of a clock?

# %%
answers = look(mine or examples())
page.show(
    plots.answers(**for_figure(answers)),
    alt="; ".join(f"{one.name}: {one.answer}" for one in answers),
    caption="Pictures from outside: as they are, what the network saw, and the evidence for (red) "
    "and against (blue) its answer. Grey bars: unlike the training pictures.",
)
page.say(" ".join(words.outside(one) for one in answers))
page.say(words.missed(judge()))
page.fold("Where these numbers come from", {"Measured": words.behind(judge())})

# %% [markdown]
# ## Are several systems better than the best one?
# Networks that make different mistakes can correct one another. The **members** are the systems above whose answers to every
# picture the kit has kept. We combine them seed by seed with four methods:
#
# - the **mean** of their probabilities,
# - **weighted by class**, as we read report R4: a member's weight for a class is its F1 there, on validation pictures,
# - **strongest at each class**: for each class we ask only the member that is strongest there,
# - **stacked**: a logistic regression learns on validation pictures how to weigh them (Wolpert 1992,
#   doi:10.1016/S0893-6080(05)80023-1).
#
# They have to beat the **best member**, which validation accuracy chooses. R4 only meant its own systems, without `fast`, so we
# combine those as well.

# %%
members = full_length.shared(with_logits)
together = ensembles.beside_best(members)
gains = comparison.against(together, "test_accuracy", "best member")
columns = ["system", "difference", "low", "high", "p_holm", "verdict"]

# %%
page.table(
    "ensembles_differences",
    gains[columns],
    f"Test accuracy minus that of the best member, {comparison.seeds(gains['n'].max())}; low, "
    "high: 95% interval of each on its own; p_holm and verdict: corrected for four comparisons",
    4,
    fold=True,
)
shares = [f"{row.system} {row.difference * 100:+.1f}" for row in comparison.each_row(gains)]
page.say(
    f"The {len(members)} members: {', '.join(members)}. Points of test accuracy gained: "
    f"{', '.join(shares)}. {ensembles.told_strongest(members, classes)}"
)

# %%
real = page.dataset.name == "fashion-mnist"
able = full_length.with_networks(members) if real else {}
twice = {name: runs.over_mirror(run, page.dataset) for name, run in able.items()}
if twice:
    page.say(
        "One network can also answer twice: about a picture and about its mirror image. `fast` "
        "always does. Of the others we have the network of one seed, so McNemar's test says "
        "whether that network got better, and not whether such networks do. "
        f"{ensembles.told_gains(able, twice)}"
    )

# %% [markdown]
# ## Which claims hold?
# For each claim that needs training we fixed a rule beforehand (lib/claims/claims.yaml). A claim *holds* or is *contradicted* if
# the 95% interval, in brackets, is narrow enough to say so; else it is *not resolvable*. Each report trained once. So for a figure
# that it prints, the interval shows where a single new training is likely to land; for all other claims it is that of the mean.
#
# A claim about a number is contradicted by **more as well as by less**: the test accuracy of `R4.adam` is
# higher here than in R4. R4 states no epochs, and a different length of training may be the reason. Some claims need no training: the report's own numbers
# contradict them, or two of its sentences contradict each other.
#
# The other verdicts: *not supported*, what the report shows does not imply it; *equal for practice*, the difference is too small to
# matter; *not judged*, no training of ours can decide; *not run*, it needs notebook 11 in full. Each claim is judged on its own,
# **not corrected** for their number: of a hundred verdicts at 95%, a few can be chance.

# %%
every_row = {name: own for rows in carried.values() for name, own in rows.items()}
judged = by_reference.everything(every_row, *by_reference.combined(members))
claims = reports.every(judged)
page.table("counts", reports.counts(claims), "Verdicts on the claims of each report", 0)
page.table("telling", reports.telling(judged), reports.TELLING)
page.table(
    "verdicts",
    reports.shown(claims),
    "What the reports claim, and what the reference runs say",
    by={"report": claims["report"], "verdict": claims["verdict"]},
)

# %% [markdown]
# Each report has a page of its own, as in reproducibility papers (Pineau et al. 2021, JMLR 22, p. 7459): what it covers, what
# holds, what was easy to repeat, and what was hard.

# %%
for report, said in reports.authored().items():
    page.fold(said["title"], reports.page(report, claims))

# %% [markdown]
# ## What we found

# %%
cost, advice = front.told(same, best)
page.conclude(
    f"{reports.found(claims)} {cost}",
    f"{reports.untrained(claims)} So read a report twice before you train anything.",
    advice,
    f"{ensembles.found(gains, together['member'].iloc[0])} {reports.proposed(judged)}",
    sure=front.told_lead(minus),
)

# %% [markdown]
# ## Your turn
# 1. Leave the best system out: `leave_out = ["fast"]`. By how much does the mean of probabilities beat the best member now?
#
# *Your answer:*
#
# 2. Set `seeds` to 2. Which intervals of the first table become wider, and which verdicts change?
#
# *Your answer:*
#
# 3. Average the seeds of the chosen system instead of several systems. Does that get more test pictures right than one seed?
#
# *Your answer:*

# %% tags=["solution"]
alike = ensembles.averaged([run.predictions("test")[2] for run in members[best]])
alone = np.mean([run.metrics["test_accuracy"] for run in members[best]])
page.say(
    f"Task 3: {(alike.argmax(axis=1) == labels).mean():.4f} together; each of the same "
    f"{comparison.seeds(len(members[best]))} alone gets {alone:.4f} on average. It is one "
    "combination, so it has no interval. Tasks 1 and 2: change the parameters cell and run "
    "again. Members of similar strength gain more; with two seeds you can be sure of little."
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
