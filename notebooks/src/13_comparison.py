# %% [markdown]
# # 13 · What holds, what is best, and at what cost?
# Sets all systems side by side at full length, and says of every claim of the five reports whether it holds.
#
# **You will learn** to rank with intervals, to weigh accuracy against cost, to ask whether a combination is worth it.\
# **You need** notebooks 02 and 03, so that you know intervals over seeds and how a choice flatters.\
# **Time** 40 minutes with its exercises; it trains nothing, and runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; quick and full give the same figures
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had; only to show pictures
seeds: int = 20  # of each system, at most: what fewer can tell is a question below
leave_out: list = []  # systems to do without, by their names in the first table
mine: list = []  # files or folders with pictures of your own; without: four that the kit draws

# %% [markdown]
# ## Set-up

# %%
from lib import notebook, plots, runs
from lib.claims import by_reference, reports
from lib.data.fashion_mnist import reader, votes
from lib.evaluation import calibration, comparison, ensembles, picture_by_picture
from lib.predict import examples, for_figure, look, words
from lib.predict.judge import judge
from lib.runs import card, full_length, overview

page = notebook.start("13_comparison", globals())
classes = reader.CLASSES

# %% [markdown]
# Nothing is trained here. Everything below comes from the **reference runs** that the kit carries: all real pictures, full
# length, several seeds. So quick and full give the same figures, and no pictures are needed for them.

# %%
carried = {name: full_length.grid(name, seeds) for name in full_length.SHAPES}
page.carried(runs.flat(*carried.values()))
page.say(full_length.told(carried))

# %% [markdown]
# ## Which system is best, and what does it cost?
# One row for each system that is trained as its report says. A **place** is an interval: every pair of systems is compared
# seed by seed, and only a sure difference moves a system up or down (Mogstad et al. 2024, doi:10.1093/restud/rdad006). *1st
# to 6th of 11*: five systems are clearly worse. *1st to 11th*: nothing is sure, often because three seeds are few; it does
# not say that the system is good. **MACs** are the multiply-adds of one picture in use; an answer over a picture and its
# mirror image is two passes. `fast` is the kit's own network. How long it trains was set when a test figure of shorter
# trainings was known, which may flatter it a little; no other system has seen a test figure before its end.
#
# **Your guess, before you run on:** how many times as much does the best system compute for a picture as the cheapest?
# *Write it here.*

# %%
systems = full_length.without(full_length.as_recipes(*carried.values()), leave_out)
found = overview.overview(systems)
about = (
    "Claimed: by their report. Weights in thousands (of a head on features: the head alone); MACs "
    "and pictures seen in millions; minutes on a CPU. "
    f"Trained on {full_length.devices(systems)}, while other work ran"
)
for name, own in found.groupby(found["pictures"] == "fashion-mnist", sort=False):
    shown = overview.shown(own, reports.claimed)
    title = "Systems on Fashion-MNIST, best first" if name else "Systems on product pictures"
    page.table(
        "systems" if name else "product_systems", shown, f"{title}. {about}", fold=not name
    )

# %% [markdown]
# A system is worth its cost only if none that costs less is as good. Those that no other one beats are the **Pareto front**:
# of the work for a picture in use, and of the time to train.

# %%
same = overview.with_fronts(found, "fashion-mnist")
page.show(
    plots.trade_off(same, overview.COSTS, "mean", "test accuracy"),
    alt=f"Test accuracy over cost: {comparison.told_means(same)}.",
    caption="Bars: 95% intervals over seeds. Blue, on the dotted line: none that costs less is "
    "better. Other work ran beside, so a few tenths of a minute say nothing.",
    thumbnail=True,
)

# %% [markdown]
# ## What is hard, and for whom?
# Report R4 proposes to combine models by what each is strong at. So we choose one system by its **validation** accuracy, and
# ask at which classes another one is better. Each cell is one of many comparisons. Of a hundred, five would look sure by
# chance, so all cells together are corrected for their number (**Holm's correction**).

# %%
grey = {name: systems[name] for name in same["system"]}
chosen = comparison.best(runs.tabulate(grey), "val_accuracy")
by_class = picture_by_picture.against(picture_by_picture.recalls(grey, classes), chosen)

# %%
page.show(
    plots.strengths(by_class, chosen),
    alt=f"Recall by class of {chosen}, and by how much the other systems differ.",
    caption=f"Top: recall of {chosen} in per cent. Below: by how many points others differ, ± the "
    "95% interval of each on its own. Framed: sure after Holm's correction for all cells.",
)
page.say(picture_by_picture.told(by_class, chosen))
page.table("classes", by_class, f"Recall by class, and difference from {chosen}", fold=True)

# %% [markdown]
# Are the pictures that networks get wrong those that people get wrong, too? Fashion-MNIST-H has the answers of dozens of people
# for each test picture (Ishida et al. 2023, arXiv 2202.00395). Every system counts alike, however many seeds it has.

# %%
positions, labels, networks = picture_by_picture.wrong(grey)
people = votes.of_pictures(labels)
if people is None:
    page.say("What people say is not here: `lookbook data fetch fashion-mnist-h` gets it.")

# %%
if people is not None:
    page.show(
        plots.intervals(
            picture_by_picture.by_share(people, networks),
            *("people", "networks", "share of networks that are wrong"),
        ),
        alt="The more people are wrong about a picture, the more networks are.",
        caption="Rows: the share of people who are wrong (number of pictures). 95% intervals.",
    )
    page.say(picture_by_picture.told_people(people, networks))

# %%
always = picture_by_picture.always_wrong(networks, people)
page.say(f"{len(always)} of {len(labels):,} pictures are wrong in every run of every system.")

# %%
if page.dataset.name == "fashion-mnist" and len(always):
    shown, guessed = always[:10], grey[chosen][0].predicted("test")
    page.show(
        plots.pictures(
            page.dataset.images[positions[shown]],
            [f"{chosen}: {classes[guessed[k]]}\nlabel: {classes[labels[k]]}" for k in shown],
        ),
        alt=f"{len(shown)} test pictures that every run of every system got wrong.",
        caption="Wrong in every run; of these, the ones that people find easiest.",
    )

# %% [markdown]
# ## How far can its answers be trusted?
# A network answers with a probability, its **confidence**. It is **calibrated** where, of the answers with confidence .8, eight
# of ten are right. The **calibration error** is the mean distance between the two. **Temperature scaling** divides all logits
# by one number, found on validation pictures (Guo et al. 2017, arXiv 1706.04599). No answer changes, only how sure it is.

# %%
with_logits = full_length.with_logits(grey)
errors = calibration.tabulate(with_logits)
page.say(calibration.told(errors))
page.table("calibration", errors, "Calibration error of each run on test pictures", fold=True)

# %%
page.show(
    plots.reliability(calibration.panels({chosen: with_logits[chosen]})),
    alt=f"Accuracy over confidence of {chosen}, before and after temperature scaling.",
    caption=f"{chosen}, test pictures of all seeds. Below the dotted line a network is too sure.",
)

# %% [markdown]
# Whoever hands on a network hands on what is known of it: a **model card** (Mitchell et al. 2019, arXiv 1810.03993).

# %%
page.table("card", card.card(grey[chosen], classes), f"Model card of {chosen}", fold=True)

# %% [markdown]
# ### Your own picture
# Report R3 tried one picture from outside, and was right. A telephone's picture is no picture of this data
# set: it is large, in colour, and usually shows a dark garment on a light ground. So it is **prepared**: what differs from the
# ground's colour becomes light on black, and is centred in 28x28 pixels. Confidence is temperature-scaled. A **conformal set**
# is made to hold the right class of 99% of pictures like the validation pictures. Where a picture is unlike the training
# pictures, its bars are grey, because no confidence means anything there. This warning often fails, as you will see.
# `lookbook predict` does the same with files.
#
# **Your guess:** what will the network make of a chair, and of a clock?

# %%
answers = look(mine or examples())
page.show(
    plots.answers(**for_figure(answers)),
    alt="; ".join(f"{one.name}: {one.answer}" for one in answers),
    caption="Pictures from outside: as they are, what the network saw, and what spoke for (red) "
    "and against (blue) its answer. Grey bars: unlike the training pictures.",
)
page.say(" ".join(words.outside(one) for one in answers))
page.say(words.missed(judge()))
page.fold("What this rests on", {"Measured": words.behind(judge())})

# %% [markdown]
# ## Are several systems better than the best one?
# Networks that err on different pictures can correct one another. The members are the systems above whose logits are carried,
# joined seed by seed in four ways:
#
# - the **mean** of their probabilities,
# - **weighted by class**, as we read report R4: a member counts for a class by its F1 there, on validation pictures,
# - **strongest at each class**: for each class only the member that is strongest there is asked,
# - **stacked**: a logistic regression learns on validation pictures how to weigh them (Wolpert 1992,
#   doi:10.1016/S0893-6080(05)80023-1).
#
# They have to beat the **best member**, which validation accuracy chooses. R4 means its own systems, without `fast`; how they
# fare together, the table of claims says.

# %%
members = full_length.shared(with_logits)
together = ensembles.beside_best(members)
page.say(ensembles.told_strongest(members, classes))
gains = page.compare("ensembles", together, "test_accuracy", "best member", digits=4)

# %% [markdown]
# One network can also answer twice, about a picture and about its mirror image. `fast` always does. Of other networks the kit
# carries one seed, so McNemar's test says whether that network gained, and not its recipe.

# %%
real = page.dataset.name == "fashion-mnist"
able = full_length.with_networks(members) if real else {}
twice = {name: runs.over_mirror(run, page.dataset) for name, run in able.items()}
told = ensembles.told_gains(able, twice)
page.say(told or "The pictures are not here, so no network can look at mirror images.")

# %% [markdown]
# ## Which claims hold?
# A claim that needs runs has a rule, which was fixed before they were made (lib/claims/claims.yaml). It *holds* or is
# *contradicted* where the interval is narrow enough to say so, else it is *not resolvable*. In brackets: for a printed figure,
# where one more run would land, because the reports trained once; else the interval of the mean. Other claims need no run: a
# report's own figures decide, or two of its sentences. Choose a report and a verdict.

# %%
everything = {row: own for rows in carried.values() for row, own in rows.items()}
judged = reports.every(by_reference.everything(everything, *by_reference.combined(members)))
page.table(
    "counts", reports.counts(judged), "How many claims of each report met which verdict", 0
)
page.table(
    "verdicts",
    reports.shown(judged),
    "What the reports claim, and what the reference runs say",
    by={"report": judged["report"], "verdict": judged["verdict"]},
)

# %% [markdown]
# A page for each report, as reproducibility papers have it (Pineau et al. 2021, JMLR 22, p. 7459): what it covers, what holds,
# what was easy to repeat, and what was hard.

# %%
for report, said in reports.authored().items():
    page.fold(said["title"], reports.page(report, judged))

# %% [markdown]
# ## What we found

# %%
best = same.set_index("system").loc[chosen]
cheap = same.loc[same["multiply_adds"].idxmin()]
behind, others = best["of"] - best["last"], best["of"] - 1  # clearly worse, and all others
more = best["multiply_adds"] / cheap["multiply_adds"]
page.conclude(
    f"Best on Fashion-MNIST by validation accuracy is {chosen}: {best['mean']:.1%} of the test "
    f"pictures right, clearly better than {behind} of {others} others. {cheap['system']} gets "
    f"{cheap['mean']:.1%} for 1/{more:.0f} of the work per picture. {reports.found(judged)}",
    ensembles.found(gains),
    f"{len(always)} of {len(labels):,} pictures are wrong in every run of every system.",
    calibration.told(errors[errors["system"] == chosen]),
    sure=f"95% interval of the best: {best['low']:.2%} to {best['high']:.2%}"
    if seeds > 1
    else "one seed",
)

# %% [markdown]
# ## Your turn
# 1. Leave the best system out: `leave_out = ["fast"]`. What is the mean of probabilities worth over the best member now?
#
# *Your answer:*
#
# 2. Set `seeds` to 2. Which places become wider, and which verdicts change?
#
# *Your answer:*
#
# 3. Average the seeds of the chosen system instead of several systems. Does that get more test pictures right than one seed?
#
# *Your answer:*

# %% tags=["solution"]
alike = ensembles.averaged([run.predictions("test")[2] for run in members[chosen]])
page.say(
    f"Task 3: {(alike.argmax(axis=1) == labels).mean():.4f} together; alone {best['mean']:.4f} on "
    "average. It is one combination, so it has no interval. Tasks 1 and 2: change the parameters "
    "cell and run again. Members of like strength gain more; with two seeds little is sure."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which system would you use, and which claim surprised you? They will appear in
# the report.*

# %% [markdown]
# ## Questions
# 1. Two systems have the places 1st to 2nd and 1st to 3rd. Which one is better?
# 2. Why may stacking learn from validation pictures, and not from training pictures?
# 3. A claim is *not resolvable*. What would you do to resolve it, and what would that cost?

# %%
page.save()
