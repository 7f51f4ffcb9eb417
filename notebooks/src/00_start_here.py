# %% [markdown]
# # 00 · Is everything ready?
# Checks the installation, shows the pictures, measures how fast this computer trains, and shows what the other notebooks took.
#
# **You will learn** which parts the kit needs, which pictures you work with, how fast this computer trains.\
# **You need** nothing.\
# **Time** under a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had, else synthetic garments
systems: list = ["R2.simple", "R3.initial"]  # the networks whose speed is measured

# %% [markdown]
# ## Set-up

# %%
import pandas as pd

from lib import notebook, plots
from lib.base.progress import duration
from lib.course import checkup, timing

page = notebook.start("00_start_here", globals())
data = page.dataset

# %% [markdown]
# ## Is everything there?
# The same list as `lookbook check`. A line that is not ok says what to do about it.

# %%
checks = pd.DataFrame(checkup.check())
missing = ", ".join(checks.loc[~checks["ok"], "what"])
ready = (
    f"Before you go on, see to: {missing}." if missing else "Everything the kit needs is there."
)
checks["ok"] = checks["ok"].map({True: "yes", False: "NO"})

# %%
page.table("checks", checks, "What the kit needs, and what it found")
page.say(f"**{ready}**")

# %% [markdown]
# ## Which pictures will I work with?
# Every notebook prints this sentence, so that nobody mistakes synthetic pictures for real ones.

# %%
page.say(f"*{data.provenance}*")

# %%
labels, classes = data.labels["class"], data.classes["class"]
first = [int((labels == k).argmax()) for k in range(len(classes))]
page.show(
    plots.pictures(data.images[first], classes, columns=5),
    alt="One picture of each class: " + ", ".join(classes) + ".",
    caption="The first picture of each class.",
    thumbnail=True,
)

# %% [markdown]
# ## How fast does this computer train?
# Each network trains on a few pictures, after a warm-up in which Keras prepares its computations. Other programs that run
# at the same time make the figure smaller.

# %%
speeds = pd.Series({system: timing.training_speed(system, data) for system in systems})
speeds = speeds.rename_axis("system").rename("pictures per second").reset_index()
page.table("speed", speeds, "Measured just now", digits=0)

# %% [markdown]
# ## How long did the notebooks take?
# As measured in the last report of each. A training is never repeated, so a notebook's second report takes much less;
# `lookbook report` runs this notebook after the others.

# %%
page.table("times", timing.last_reports(), "The last report of each notebook")

# %% [markdown]
# ## What we found

# %%
slowest, speed = speeds.sort_values("pictures per second").iloc[0]
epoch = 0.8 * len(data) / speed
page.conclude(
    ready,
    f"The notebooks work with {data.name}: {len(data):,} pictures.",
    f"The slowest network here, {slowest}, trains on {speed:,.0f} pictures a second: "
    f"an epoch of four fifths of all pictures takes about {duration(epoch)}.",
)

# %% [markdown]
# ## Your turn
# 1. How many whole epochs of the slowest network above, on four fifths of all pictures, fit into ten
#    minutes on this computer?
# 2. Close your browser's other tabs and run the speed cell again. By how many per cent does the figure change?

# %% tags=["solution"]
page.say(f"Task 1: **{int(600 / epoch)}** epochs. Task 2: every computer has its own answer.")

# %% [markdown]
# ## Questions
# 1. Why does the first training step take longer than the second?
# 2. Why is a measured time of one single run a poor base for comparing two computers?
# 3. What would change if the pictures were 56 by 56 instead of 28 by 28?

# %%
page.save()
