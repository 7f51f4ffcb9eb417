# %% [markdown]
# # 08 · Does it help if a network has already seen other pictures?
# We freeze a network that has learned something else, train a small head on it, and compare it with one trained from scratch.
#
# **You will learn** to freeze and thaw a network in Keras, to store its features, to prepare the pixels the way it expects.\
# **You need** notebook 02: how to train in Keras, and what an interval over seeds says.\
# **Time** 40 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real product pictures if they are there, else synthetic ones
imagenet: list = ["mobilenet_v2"]  # backbones, if weights are at hand; the first is taken apart
download: bool = True  # whether weights may be fetched; it gives up after 15 seconds
limit: int = 500  # pictures with a known usage, for training and validation together; 0: all
few: int = 800  # the same, in the short examples in plain Keras
few_epochs: int = 10  # passes of the heads there, with 32 pictures per step
fine_epochs: int = 4  # passes of fine-tuning
article_limit: int = 2500  # pictures with a known article, for a backbone of our own
epochs: int = 5  # passes of the heads, and of the network from scratch; report R1 makes 10
batch_size: int = 5  # pictures per step, as in report R1
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

from lib import notebook, plots, runs
from lib.base.backend import keras
from lib.claims import by_reference, reports
from lib.config import DataConfig, RunConfig
from lib.data import r1
from lib.data.parts import parts
from lib.evaluation import comparison, metrics, picture_by_picture, sentences
from lib.runs import carried
from lib.training import heads, recipes

page = notebook.start("08_transfer_learning", globals(), colour=True)
data, layers = page.dataset, keras.layers

# %% [markdown]
# ## What is the task?
# The task is that of R1, a student report that this course checks: to tell from a picture what a product is worn for, its
# **usage**. There are three: Casual, Formal and Smart Casual. Could you tell?

# %%
about = {"target": "usage", "keep": {"usage": r1.CLASSES}, "validation": 0.15}
pictures = DataConfig(name=data.name, limit=limit or None, **about)
seen, split = parts(data, pictures)
labels, classes = seen.labels["usage"], seen.classes["usage"]
some = np.concatenate([split.train[labels[split.train] == k][:8] for k in range(len(classes))])
counts = ", ".join(f"{(labels[split.train] == k).sum():,} {classes[k]}" for k in range(3))
page.show(
    plots.pictures(data.images[some], [classes[k] for k in labels[some]], columns=8),
    alt=f"Up to eight training pictures each of {', '.join(classes)}.",
    caption=f"Training pictures and their usage, up to eight of each. In all: {counts}.",
    thumbnail=True,
)

# %% [markdown]
# Most pictures are of one class, so accuracy says little. We take **macro-F1**, the mean of the F1 of the classes. The F1 of
# a class is high only if its pictures are found, and if the pictures put into it really belong to it (notebook 09).
#
# Three baselines need no network. One always gives the largest class. One looks up the article (shirt, watch, heels) and
# answers with its most common usage; it sees no picture. One copies the usage of the most similar training picture.

# %%
column = {"system": "anchor.column", "arguments": {"column": "articleType"}}
simple = {
    f"always {classes[0]}": RunConfig(data=pictures, system="anchor.majority"),
    "looking up the article": RunConfig(data=pictures, **column),
    "copying the most similar picture": RunConfig(data=pictures, system="anchor.nearest"),
}
anchors = runs.grid(simple, 1, data)
rival = comparison.best(runs.tabulate(anchors), "val_macro_f1")
baseline = anchors[rival][0]
to_beat = f"a macro-F1 of {baseline.metrics['val_macro_f1']:.3f}"
page.say(f"On the validation pictures the best of them is **{rival}**, with {to_beat}.")

# %% [markdown]
# ## How do you reuse a trained network?
# **Transfer learning** takes a network that has learned something else, without its last layer: the **backbone**. It turns a
# picture into numbers, its **features**. A small **head** on top answers the new question (arXiv 1411.1792).
#
# The best-known backbones were trained on ImageNet, over a million photographs. If their weights are not available, we train
# a backbone of our own: it learns to name the article, of more pictures from the same shop. So it has seen *more* pictures
# than the head, but not *other* ones. In many shops the article is known, and the usage is not.

# %%
known = parts(data, pictures.changed(limit=few))[1]  # the parts of the examples in plain Keras
own = heads.teacher(pictures, article_limit)  # settings of the backbone of our own
settings = heads.on(imagenet, pictures, own, download, epochs=epochs, batch_size=batch_size)
name = next(iter(settings))  # of the first backbone
backbone = runs.backbone(settings[name], data)
page.say(f"{heads.known(limit, article_limit, few, split)} {heads.taken(imagenet, settings)}")

# %% [markdown]
# Now the step that matters. `trainable = False` **freezes** the backbone: `fit` leaves its weights alone. Set it before you
# call `compile`. Only the two dense layers of the head are trained.


# %%
def head(seed: int) -> list:
    """Return the layers of a new head, whose first weights the seed decides."""
    keras.utils.set_random_seed(seed)
    hidden, dropout = layers.Dense(128, activation="relu"), layers.Dropout(0.5)
    return [hidden, dropout, layers.Dense(len(classes))]


# %%
images = {"train": data.images[known.train], "validation": data.images[known.validation]}
backbone.trainable = False
network = keras.Sequential([backbone, *head(0)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

# %%
network.compile("adam", loss, jit_compile=False)
learned = backbone.get_weights()
keras.utils.set_random_seed(0)
past = network.fit(images["train"], labels[known.train], epochs=2, verbose=2)

# %%
same = all(map(np.array_equal, learned, backbone.get_weights()))
trained = sum(int(np.prod(each.shape)) for each in network.trainable_weights)
page.say(
    f"`fit` trained {trained:,} of {network.count_params():,} weights. "
    f"Those of the backbone are {'the same as before' if same else '**changed**'}."
)

# %% [markdown]
# A frozen backbone gives the same features in every epoch. So let each picture go through it **once**, and train the head
# alone. The losses agree, because both heads start with the same weights. Compare the times per step (`ms/step`).

# %%
features = {part: backbone.predict(each, verbose=0) for part, each in images.items()}


def learn(network, inputs: dict, seed: int, rate=0.001, passes=few_epochs, verbose=0) -> float:
    """Train a network; return its macro-F1 on the validation pictures."""
    keras.utils.set_random_seed(seed)
    network.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    network.fit(inputs["train"], labels[known.train], epochs=passes, verbose=verbose)
    logits = np.array(network(inputs["validation"]))
    return metrics.classification(labels[known.validation], logits)["macro_f1"]


two_epochs = learn(keras.Sequential(head(0)), features, seed=0, passes=2, verbose=2)

# %% [markdown]
# What do the features know? For each validation picture we look for the seven nearest training pictures, once by pixels and
# once by features. How many of them show the same article?

# %%
pixels = {part: each.reshape(len(each), -1) / 255 for part, each in images.items()}
articles, shown, shares = data.labels["articleType"], [], []
for values in (pixels, features):
    search = NearestNeighbors(n_neighbors=7).fit(values["train"])
    near = known.train[search.kneighbors(values["validation"], return_distance=False)]
    shares.append((articles[near] == articles[known.validation][:, None]).mean())
    first = np.flatnonzero(labels[known.validation] == 1)[0]
    shown += [known.validation[first], *near[first]]
page.show(
    plots.pictures(data.images[shown], columns=8),
    alt="A picture, and the training pictures nearest to it by pixels and by features.",
    caption="The seven training pictures nearest to the one on the left: by pixels (top), by "
    f"features (bottom). {shares[0]:.0%} and {shares[1]:.0%} of all such show the same article.",
)

# %% [markdown]
# ## Is a head better than a network from scratch?
# Now we repeat this with several seeds. The network from scratch is R1.baseline, that of report R1: two convolutions, trained
# on the same pictures. How much better will the head be, in test macro-F1? Below zero means worse.

# %%
guess = None  # e.g. 0.1: your guess

# %%
measure, scratch = "test_macro_f1", "R1.baseline"
other = recipes.recipe(scratch, pictures, epochs=epochs, batch_size=batch_size)
grid = runs.grid({scratch: other} | settings, seeds, data)
table = runs.tabulate(grid)
teachers = [runs.fetch_or_train(own, data)] if "kit" in settings else []
page.record([*runs.flat(anchors, grid), *teachers])

# %% [markdown]
# Of several heads we take the one that does best on the validation pictures. Only then do we look at the test pictures.

# %%
chosen = comparison.best(table[table["system"] != scratch], "val_macro_f1")
two = table[table["system"].isin([scratch, chosen])]
gain = comparison.against(two, measure, scratch).iloc[0]
page.guess(guess, gain["difference"], "what the head gains")
named = {scratch: "network from scratch", chosen: "head"}
compared = pd.concat([runs.tabulate(anchors), two]).replace({"system": named})
means = comparison.summarise(compared, measure)
page.show(
    plots.intervals(means, "system", "mean", "test macro-F1", mark=baseline.metrics[measure]),
    alt=f"Test macro-F1: {comparison.told_means(means)}.",
    caption=f"Bars are 95% intervals of the mean over seeds. Dotted: {rival}.",
)

# %% [markdown]
# Which pictures does the head get right, in every seed, that the best baseline gets wrong, and the reverse?

# %%
found = picture_by_picture.only(grid[chosen], [baseline])
kinds = [data.classes["articleType"][k] for k in articles[split.test]]
page.say(picture_by_picture.told_only(found, ["the head", rival], baseline, kinds, classes))
dull = [run.predicted("val") for run in grid[scratch]]
page.say(sentences.told_dull(dull, "the network from scratch"))

# %% [markdown]
# ## What happens if the pixels are not prepared?
# A backbone expects pixels in the form it was trained on. MobileNetV2 takes values from -1 to 1. ResNet50 takes blue before
# green before red, minus the ImageNet mean. Our own takes values from 0 to 1. In `keras.applications` this is a separate
# function, `preprocess_input`, and if you forget it, Keras does not warn you. Our backbones have it as their first layers.
# *Not prepared*: we cut them off and feed values from 0 to 255. *Prepared twice*: we rescale, then the network rescales again.

# %%
position = [type(layer).__name__ for layer in backbone.layers].index("Rescaling")
prepare = backbone.layers[position]
bare = keras.Model(prepare.output, backbone.output)  # the backbone without its preparation
plain = {part: each.astype("float32") for part, each in images.items()}
twice = {part: prepare(prepare(each)) for part, each in plain.items()}
ways = {
    "prepared": features,
    "not prepared": {part: bare.predict(each, verbose=0) for part, each in plain.items()},
    "prepared twice": {part: bare.predict(each, verbose=0) for part, each in twice.items()},
}

# %%
tops = {(way, seed): keras.Sequential(head(seed)) for way in ways for seed in range(seeds)}
scores = [(way, seed, learn(top, ways[way], seed)) for (way, seed), top in tops.items()]
scores = pd.DataFrame(scores, columns=["system", "seed", "val_macro_f1"])
pixels_cost = page.compare("pixels", scores, "val_macro_f1", reference="prepared")

# %% [markdown]
# Not every such mistake costs something. Our own backbone has only convolutions, ReLU and pooling after its rescaling: larger
# pixels give larger features, and a new head can cope. A backbone with batch normalisation has the old scale in its weights.
#
# ## Is it worth thawing the backbone?
# **Fine-tuning** continues training with the last layers of the backbone unfrozen, at a tenth of the learning rate. The head
# is trained first: a fresh one would send random gradients into good weights. Batch normalisation stays frozen, because few
# pictures would spoil its statistics. For a fair comparison we train the frozen version for just as long.

# %%
last = 12 if len(backbone.layers) > 20 else 5  # layers to thaw; our own backbone is a short one


def thawed(top):
    """Return backbone and head as one network; of the backbone only the last layers can learn."""
    backbone.set_weights(learned)
    backbone.trainable = True
    for number, layer in enumerate(reversed(backbone.layers)):
        layer.trainable = number < last and not isinstance(layer, layers.BatchNormalization)
    return keras.Sequential([backbone, top])


# %%
tuned, slowly = [], {"rate": 0.0001, "passes": fine_epochs}
for seed in range(seeds):
    top = tops["prepared", seed]  # a trained head
    before = top.get_weights()
    tuned.append(("frozen", seed, learn(top, features, seed, **slowly)))
    top.set_weights(before)
    tuned.append(("thawed", seed, learn(thawed(top), images, seed, **slowly)))
tuned = pd.DataFrame(tuned, columns=["system", "seed", "val_macro_f1"])
thawing = comparison.against(tuned, "val_macro_f1", "frozen")
page.say(sentences.told_tuning(thawing.iloc[0]))

# %% [markdown]
# ## At full length
# Here there are few labels, and our own backbone has seen the same shop only. The kit carries runs on all real pictures, more
# than 25,000 of them with a usage to train on, with backbones from ImageNet. R1.resnet50 is the head on ResNet50.

# %%
rows = {named[scratch]: scratch, "head on ResNet50": "R1.resnet50"}
rows["head on MobileNetV2"] = "transfer.mobilenet_v2"
rows["looking up the article"] = "anchor.column, usage"
rows["copying the most similar picture"] = "anchor.nearest, usage"
full = {name: carried.of_row(row) for name, row in rows.items()}
at_length = runs.tabulate(full)
real = comparison.summarise(at_length, measure)
page.show(
    plots.intervals(real, "system", "mean", "test macro-F1"),
    alt=f"Test macro-F1 at full length: {comparison.told_means(real)}.",
    caption="Reference runs, all real pictures. Bars: 95% intervals of the mean over seeds.",
)

# %%
nets = list(rows)[:3]
page.say(sentences.told_recalls({name: full[name] for name in nets}, classes))
judged = by_reference.judged({row: carried.of_row(row) for row in (scratch, "R1.resnet50")})
page.table("claims_reference", judged, notebook.BESIDE, shown=reports.read(judged))
real = sentences.at_full_length(at_length, measure, nets, named[scratch])
page.results["full_length"] = f"{real} {sentences.FEW_UNTRIED}"

# %% [markdown]
# ## What we found

# %%
mean = means.set_index("system")["mean"]
reached = (heads.named(chosen), mean["head"]), (f"a {named[scratch]}", mean[named[scratch]])
told = sentences.answer(gain, *reached, "test macro-F1", len(split.train))
of_head, figure = two[two["system"] == chosen], baseline.metrics[measure]
beats = comparison.against_figure(of_head, measure, figure)
by_rival = f"{rival} ({figure:.3f}), which needs no network"

# %%
wrong_pixels = sentences.told_pixels(scores, pixels_cost, labels[known.validation], classes[0])
page.conclude(
    f"{told} {sentences.placed(beats, by_rival, {chosen: 'the head'})}",
    page.results["full_length"],
    f"Prepare the pixels exactly once. {wrong_pixels}",
    *(sentences.told_teacher(article_limit) for _ in teachers),
    sure=sentences.how_sure(gain, "the head", f"{comparison.seeds(seeds)} of each network"),
)

# %% [markdown]
# ## Your turn
# 1. Set `backbone.trainable = True` before `compile`. How many weights does `fit` train now, and how long is an epoch?
#
# *Your answer:*
#
# 2. How many test pictures does the head get right in every seed that the network from scratch gets wrong in every seed?
#
# *Your answer:*
#
# 3. Set `limit` to a quarter, then to twice its value. How does the difference between the head and the network from scratch change?
#
# *Your answer:*

# %% tags=["solution"]
won, lost = picture_by_picture.only(grid[chosen], grid[scratch])
told = f"Task 2: **{len(won)}**; the other way round it is {len(lost)}."
page.say(f"{told} Tasks 1 and 3: change the cell and run the notebook again.")

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: when would you reuse a trained network, and when not?*

# %% [markdown]
# ## Questions
# 1. Why must `trainable` be set before `compile`?
# 2. Once the features are stored, you can no longer augment the pictures. Why not?

# %%
page.save()
