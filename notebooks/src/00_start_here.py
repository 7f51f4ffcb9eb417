# %% [markdown]
# # 00 · Is everything ready?
# Checks the installation, shows the pictures, and measures how long the other notebooks will take on this computer.
#
# **You will learn** which parts the kit needs, which pictures you work with, how fast this computer trains.\
# **You need** nothing.\
# **Time** under a minute.

# %% tags=["parameters"]
profile: str = "quick"  # smoke, quick or full: whose times the last table estimates
dataset: str = "auto"  # auto takes real Fashion-MNIST where it can be had, else drawn garments
systems: list = ["R2.simple", "R3.initial"]  # the networks whose speed is measured

# %% [markdown]
# ## Set-up

# %%
import pandas as pd

from lib import notebook, plots
from lib.base import paths
from lib.base.progress import duration
from lib.course import checkup, timing
from lib.course import notebooks as settings

data, results = notebook.start(
    "00_start_here", {"profile": profile, "dataset": dataset, "systems": systems}
)

# %% [markdown]
# ## Is everything there?
# The same list as `lookbook check`. A line that is not ok says what to do about it.

# %%
checks = pd.DataFrame(checkup.check())
checks["ok"] = checks["ok"].map({True: "yes", False: "NO"})
notebook.table(checks, "What the kit needs, and what it found")

# %%
missing = int((checks["ok"] == "NO").sum())
notebook.say(
    "Everything is there."
    if missing == 0
    else f"**{missing} lines need attention** before you go on."
)

# %% [markdown]
# ## Which pictures will I work with?
# Every notebook prints this sentence, so that nobody mistakes drawn pictures for real ones.

# %%
notebook.say(f"*{data.provenance}*")

# %%
labels = data.labels["class"]
first = [int((labels == k).argmax()) for k in range(len(data.classes["class"]))]
notebook.show(
    plots.pictures(data.images[first], data.classes["class"], columns=5),
    alt="One picture of each class: " + ", ".join(data.classes["class"]) + ".",
    caption="The first picture of each class.",
    thumbnail=True,
)

# %% [markdown]
# ## How fast does this computer train?
# Each network trains on a few pictures, after a warm-up in which Keras prepares its computations. Other programs that run
# at the same time make the figure smaller.

# %%
speeds = {system: timing.training_speed(system, data) for system in systems}
speed_table = pd.DataFrame(
    {"system": list(speeds), "pictures per second": list(speeds.values())}
)
notebook.table(speed_table, "Measured just now", digits=0)
results["tables"]["speed"] = speed_table

# %% [markdown]
# ## How long will each notebook take here?
# Pictures to train on, times epochs, times seeds, divided by the speed just measured: a lower limit, since starting and
# measuring come on top. Beside it the time of your own last report, where there is one (`lookbook report` runs this
# notebook after the others, so that they are there). A training is never repeated, so
# a notebook's second run takes much less.

# %%
planned = settings.resolve(settings.notebooks(), profile, {})
pool = len(data) - len(data.test)
rows = [timing.row(name, planned[name], speeds, pool, paths.reports()) for name in planned]
notebook.table(pd.DataFrame(rows), f"Time of each notebook, profile {profile}")
results["tables"]["time"] = rows

# %% [markdown]
# ## What we found

# %%
slowest = min(speeds, key=speeds.get)
epoch = 0.8 * pool / speeds[slowest]
notebook.conclude(results, [
    "Everything the kit needs is there." if missing == 0 else f"{missing} parts are missing.",
    f"The notebooks work with {data.name}: {len(data):,} pictures.",
    f"The slowest network here, {slowest}, trains on {speeds[slowest]:,.0f} pictures a second; one epoch of four fifths "
    f"of the training pictures takes about {duration(epoch)}.",
])  # fmt: skip

# %% [markdown]
# ## Your turn
# 1. How many whole epochs of the slowest network above, on every training picture, fit into ten
#    minutes on this computer?
# 2. Close your browser's other tabs and run the speed cell again. By how many per cent does the figure change?

# %% tags=["solution"]
epochs_in_ten_minutes = int(600 / epoch)
notebook.say(
    f"Task 1: **{epochs_in_ten_minutes}** epochs. Task 2 has another answer on every computer."
)

# %% [markdown]
# ## Questions
# 1. Why does the first training step take longer than the second?
# 2. Why is a measured time of one single run a poor base for comparing two computers?
# 3. What would change if the pictures were 56 by 56 instead of 28 by 28?

# %%
notebook.save(results)
