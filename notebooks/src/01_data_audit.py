# %% [markdown]
# # 01 · What is in the data, and what is wrong with it?
# First the pictures, before any network; then those of a shop, which are in colour and come with a table of products.
#
# **You will learn** to look first, to find copies and doubtful labels, to count what a table loses, to see a split leak.\
# **You need** notebook 00.\
# **Time** 30 minutes with its exercises; the quick profile runs in half a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto takes real pictures, grey and in colour, else synthetic ones
pictures: int = 3500  # compared with one another, taken evenly from all of them; 0: all

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupShuffleSplit, cross_val_predict
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline

from lib import notebook, plots
from lib.audit import duplicates, leak, rows, table
from lib.audit import pictures as audit
from lib.data import groups
from lib.evaluation import comparison

page = notebook.start("01_data_audit", globals())
data, shop = page.dataset, page.colour()

# %% [markdown]
# ## What is there, and is it balanced?

# %%
labels, classes = data.labels["class"], data.classes["class"]
chosen = [np.resize(np.flatnonzero(labels == k), 9) for k in range(len(classes))]
strips = plots.strips([data.images[of_class] for of_class in chosen], classes)
about = f"Pictures of each class: {', '.join(classes)}."
caption = "Look before you count: the first pictures of each class."
page.show(strips, alt=about, caption=caption, thumbnail=True)

# %% [markdown]
# A network learns a small class badly, and we measure it badly. A program that always names the largest class is right as often
# as that class occurs: a network has to beat that. And a picture of one single grey shows nothing, whatever its label:

# %% tags=["open"]
blank = np.flatnonzero([picture.std() < 2 for picture in data.images])  # grey levels of 255

# %%
known = labels >= 0
is_test = audit.in_test(data)
counts = audit.class_counts(labels[known], classes, is_test[known]).reset_index()
page.table("class_counts", counts, "Pictures of each class", fold=True)
most, least = counts["share"].max(), counts["share"].min()
page.say(
    f"There are {len(data):,} pictures. The largest class holds {most:.1%} of them, the "
    f"smallest {least:.1%}. **{len(blank)}** pictures are blank."
)

# %% [markdown]
# ## Are there copies?
# A test picture that is also in training tests nothing. A **copy** has the same bytes, so it is easy to find:

# %% tags=["open"]
exact = pd.Series([picture.tobytes() for picture in data.images]).duplicated(keep=False)
page.say(f"**{exact.sum()}** of {len(data):,} pictures have a copy.")

# %% [markdown]
# **Near copies** show the same garment in other light, or moved by a pixel. So we move each garment into the middle and even out
# the light (`centred`, ours). **PCA** then makes 64 numbers of each picture. A picture and its nearest neighbour are near copies
# if they are far closer than others: less than 0.3 times as far apart as that picture and its tenth neighbour. To compare every
# picture with every other takes long, so we compare a part (the parameter `pictures`): `single` is that part, without blank
# pictures and copies.

# %%
audit.one_thread()  # so small a model is faster so
number = min(pictures or len(data), len(data))
compared = np.linspace(0, len(data) - 1, number).astype(int)
copies = np.flatnonzero(pd.Series([picture.tobytes() for picture in data.images]).duplicated())
single = np.setdiff1d(compared, np.concatenate([blank, copies]))
single = single if len(single) > 1 else compared  # where all pictures are one

# %% tags=["open"]
flat = duplicates.centred(data.images[single])
numbers = PCA(min(64, len(single) // 2), random_state=0).fit_transform(flat)
search = NearestNeighbors(n_neighbors=min(10, len(single) - 1)).fit(numbers)
distances, neighbours = search.kneighbors()  # of each picture, the nearest one first
ratio = distances[:, 0] / distances[:, -1]  # beside its tenth neighbour
near = np.flatnonzero(ratio < 0.3)

# %%
ends = {"position": single[near], "partner": single[neighbours[near, 0]], "ratio": ratio[near]}
pairs = duplicates.all_pairs(data.images, pd.DataFrame(ends))
pairs = duplicates.across_splits(pairs, is_test, labels)
seen = duplicates.seen(pairs, is_test)  # test pictures with a copy in training
first = duplicates.shown(pairs, data.images)
two = [data.images[first[side]] for side in ("position", "partner")]
page.show(
    plots.pairs(*two, first["kind"].map({"exact": "copy", "near": "near copy"}).tolist()),
    alt=f"{len(first)} pairs of copies and near copies, one picture above the other.",
    caption="Pairs that the search reports. Do the last ones, the least alike, show one garment?",
)
page.say(duplicates.told(pairs, seen, number, len(data)))

# %% [markdown]
# ## Which labels look wrong?
# A simple model (PCA, then logistic regression) says how likely each label is. It is trained five times, each time without a fifth
# of the pictures, and judges those. One picture of each pair of copies is left out before: no picture is judged by a model that
# saw it, or a copy that we found. Then we look at the least likely labels. But a picture can also just be hard.

# %% tags=["open"]
asked = audit.without(compared[labels[compared] >= 0], [*blank, *pairs["partner"]], labels)
given, flat = labels[asked], data.images[asked].reshape(len(asked), -1) / np.float32(255)
size = min(64, len(asked) // 2, flat.shape[1])
model = make_pipeline(PCA(size, random_state=0), LogisticRegression(C=0.1, max_iter=300))
likely = cross_val_predict(model, flat, given, cv=5, method="predict_proba")
there, column = np.unique(given, return_inverse=True)
own = likely[np.arange(len(asked)), column]  # how likely is the label that was given?
unlikely = asked[np.argsort(own)]  # the least likely first

# %%
suspects = audit.doubted(asked, given, likely)
page.results["tables"]["suspects"] = top = suspects.head(12)
both = top[["label", "suggested"]].to_numpy()
titles = [f"label: {classes[k]}\nmodel: {classes[other]}" for k, other in both]
wrong = audit.really_wrong(data, top["position"].to_numpy())  # where that is known
kept = " Copies were kept, or too few would stay." * bool(
    np.isin(pairs["partner"], asked).any()
)
page.show(
    plots.pictures(data.images[top["position"]], titles, columns=6, red=wrong, size=10),
    alt="The pictures whose label the model finds least likely.",
    caption="The least likely labels: the given one, and below it what the model suggests."
    + " Red: wrong, because we planted it." * bool(len(wrong))
    + kept,
)

# %% [markdown]
# How good is such an audit? On real pictures nobody knows how many labels are wrong: go through the list from the top, and stop
# when most labels look right. In a synthetic set every fault was planted, so we can count what was found. For the real test
# pictures of Fashion-MNIST there are votes of people (Ishida et al. 2023, arXiv 2202.00395).

# %%
known_wrong = judged = None
if "defects" in data.truth:
    judged = audit.judge(data, pairs, suspects, compared)
    known_wrong = len(wrong)
    about = f"Faults planted among the {number:,} pictures compared, and what the audit found"
    page.table("planted_defects", judged, about, shown=audit.in_words(judged))
    black = audit.told_black(data, len(top), known_wrong)
    page.say(f"{audit.told(data, judged, suspects)} {black}".strip())
if people := audit.told_votes(data, labels):
    page.say(people)

# %% [markdown]
# ## Does a product table fit its pictures?
# A shop's pictures come with a table: one row per product, one column per property. Commas separate the fields. A name may hold a
# comma, too; if it is not inside quotes, the row has more fields than the header. Some readers then stop with an error, others
# drop rows or cut names without a word.

# %%
page.say(rows.raw(shop))
read = table.readers(shop)
shown = read.rename(columns={"what_happens": "what happens"})
page.table("readers", read, "The whole table, read by four readers", shown=shown)

# %% [markdown]
# The repair is short, because the name is the last column: split each line only at as many commas as the header has. What
# follows is the name, with its commas.

# %% tags=["open"]
lines = table.written(shop).split("\n")
commas = lines[0].count(",")
fields = [line.split(",", commas) for line in lines[1:] if line]
repaired = pd.DataFrame(fields, columns=lines[0].split(","))  # all rows

# %%
twins = groups.twins(shop.images)
counted = table.audit(shop, twins)
page.say(rows.told(counted))
page.table("audit", table.overview(counted), "Everything that was counted", fold=True)
if "defects" in shop.truth:
    about = "Faults planted in the synthetic shop, and what the audit found"
    page.table("planted_defects_colour", table.judge(shop, twins), about, fold=True)
small, rare = table.small_classes(shop), table.rare_classes(shop)
page.say(table.told_small(small))
page.table("rare_classes", rare, "Each column's classes: how many have few pictures", fold=True)

# %% [markdown]
# ## What leaks in a random split?
# Shops photograph a product several times, sell it in several shades, and enter it twice. Such pictures are **twins**: (nearly)
# equal pictures, or products with the same name. If one is trained on and the other tested, the network has already seen the
# answer. Twins may also have different labels. Then one is wrong, or the picture cannot show what the label says.

# %%
by = leak.twin_groups(shop, twins)
conflicts = leak.conflicts_by(shop, by)
worst = conflicts.sort_values("share, by picture", na_position="first").iloc[-1]
odd = leak.disagreeing(shop, twins, worst["target"]).head(4)
named = leak.name_twins(shop, by, 4)
told = "▲ " + odd["label"] + "\n▼ " + odd["partner_label"]  # of the upper one, of the lower one

# %%
sides, second = ("position", "partner"), f"Same picture, other {worst['target']}"
same, other = ([shop.images[found[side]] for side in sides] for found in (named, odd))
page.show(
    plots.halves(
        {"Same name": (*same, named["name"].tolist()), second: (*other, told.tolist())}
    ),
    alt=f"{len(named)} pairs of one name and {len(odd)} of one picture, one above the other.",
    caption="Two kinds of twins, one above the other. Do those of one name show the same thing? "
    f"Those on the right differ in {worst['target']} (▲ the upper one's, ▼ the lower one's).",
)
page.table("conflicts", conflicts, "Groups of twins whose labels disagree", fold=True)

# %% [markdown]
# We split the shop at random: 70% of the pictures for training, 15% for validation, 15% for the test.
#
# **Your guess, before you run on:** how many of the test pictures have a twin in training?

# %%
guess = None  # e.g. 0.1: your guess, as a share of the test pictures

# %%
target = next((t for t in ("articleType", "usage") if t in shop.labels), "class")
features, divided, clean, has_twin = leak.asked_twice(shop, by, target)
together = leak.together(shop, twins)  # the number of each picture's group of twins
page.say(f"**{has_twin.mean():.1%}** of the test pictures have a twin in training.")
page.guess(guess, has_twin.mean(), "the share with a twin in training")

# %% [markdown]
# Does it matter? The simplest learner of all, the **nearest neighbour**, repeats the label of the training picture that looks
# most alike. We test it on the same pictures twice: once with and once without their twins in training. `divided` is the random
# split, `clean` its training pictures without those twins, and `features` makes 64 numbers or fewer of each picture.

# %% tags=["open"]
truth, test = shop.labels[target], divided.test
twice = pd.DataFrame({"twin": has_twin})  # a row for each test picture
for name, train in {leak.LEFT: divided.train, leak.TAKEN: clean}.items():
    learner = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(features[train])
    nearest = learner.kneighbors(features[test], return_distance=False)[:, 0]
    twice[name] = truth[train[nearest]] == truth[test]  # is the answer right?

# %%
bars = comparison.with_wilson(leak.shares(twice), "mean", "size")
more = {"beside": leak.gains(twice), "heading": "twins add (points)", "told": ".0%", "row": 0.5}
page.show(
    plots.intervals(bars, "who", "mean", f"share of right answers, {target}", **more),
    alt="; ".join(bars["who"] + ", " + bars["group"] + bars["mean"].map(": {:.3f}".format)),
    caption="The nearest neighbour on test pictures (in brackets: how many), with their twins left "
    "in training and taken out. Right: the difference, of the same pictures asked twice, so its "
    "interval may be clear where the bars overlap. All intervals: 95%.",
)
page.say(leak.told(twice))

# %% [markdown]
# The cure is a **grouped** split: draw whole groups of twins, not single pictures. The kit does so, too.

# %% tags=["open"]
cut = GroupShuffleSplit(n_splits=1, test_size=0.15, random_state=0)
training, tested = next(cut.split(features, groups=together))
still = np.isin(together[tested], together[training]).mean()
page.say(f"Now **{still:.0%}** of the test pictures have a twin in training.")

# %% [markdown]
# ## What we found

# %%
drawn = " Faults that we planted tell nothing of real data." * bool(data.truth or shop.truth)
page.conclude(
    "Before training: drop copies from the test part, look at the least likely labels, repair rows "
    "instead of skipping them, and keep twins in one part.",
    "Look before you train: one accuracy alone shows none of these faults.",
    answer=f"Copies: {seen['exact']} of {is_test.sum():,} test pictures are byte for byte in "
    f"training. {audit.in_short(suspects, len(asked), known_wrong, len(top), judged)} "
    f"{rows.in_short(counted, read)} {leak.in_short(twice)}",
    sure="Copies and rows are counted exactly, but what counts as a near copy or as a twin by "
    f"picture hangs on a limit of ours. A doubted label may be right, and its picture hard.{drawn}",
)

# %% [markdown]
# ## Your turn
# 1. Look at the least likely labels again. Which would you change yourself, and which pictures are just hard?
#
# *Your answer:*
#
# 2. Take the twins by picture that disagree. What would you write into that column for each pair, and how would you find out?
#
# *Your answer:*
#
# 3. Which of the shop's classes has a single picture, and what can a split into training and test do with it? Count with
#    `np.bincount(shop.labels["articleType"])`, or another column.
#
# *Your answer:*

# %% tags=["solution"]
alone, often = small.loc[small["pictures"] == 1, "name"], suspects["label"].mode().get(0, 0)
page.say(
    f"Task 1: most doubts are about **{classes[often]}**, mostly because it is hard. Task 2: of "
    f"{worst['target']} the picture alone cannot tell; ask the shop, or leave such pairs out. "
    f"Task 3: **{', '.join(alone) or 'none'}**. One picture is trained on or tested, not both."
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: what would you do about these data before you train on them? They will
# appear in the report.*

# %% [markdown]
# ## Questions
# 1. Why is a picture that the model finds unlikely not necessarily labelled wrong?
# 2. What would you do with two equal pictures that have different labels?
# 3. A random split measures a higher accuracy than a grouped one. Which of the two should you expect on a new product?

# %%
page.save()
