# %% [markdown]
# # 13 · What holds, what is best, and at what cost?
# Sets all systems side by side at full length, and says of every claim of the five reports whether it holds.
#
# **You will learn** to rank with intervals, to weigh accuracy against cost, to ask whether a combination is worth it.\
# **You need** notebooks 02 and 03, so that you know intervals over seeds and how a choice flatters.\
# **Time** 40 minutes with its exercises; it trains nothing, and runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; the figures are the same in every profile
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had; it is needed for pictures alone
leave_out: list = []  # systems to do without, by their names in the first table

# %% [markdown]
# ## Set-up

# %%
import numpy as np

from lib import claims, notebook, plots, runs
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
