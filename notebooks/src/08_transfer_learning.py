# %% [markdown]
# # 08 · Does it help if a network has already seen other pictures?
# We freeze a network that has learned something else, train a small head on it, and compare it with one trained from scratch.
#
# **You will learn** to freeze and thaw a network in Keras, to store its features, to prepare the pixels the way it expects.\
# **You need** notebook 02: how to train in Keras, and what an interval over seeds says.\
# **Time** 40 minutes with its exercises; the quick profile runs in less than a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real product pictures if they are there, else synthetic ones
imagenet: list = ["mobilenet_v2"]  # backbones, if weights are at hand; the first is taken apart
download: bool = True  # whether weights may be fetched; it gives up after 15 seconds
limit: int = 360  # pictures with a known usage, for training and validation together; 0: all
few: int = 360  # of them at most, in the short examples in plain Keras
few_epochs: int = 10  # passes of the heads there, with 32 pictures per step
fine_epochs: int = 4  # passes of fine-tuning
article_limit: int = 2000  # pictures with a known article, for a backbone of our own
epochs: int = 10  # passes of the heads, and of the network from scratch, as in report R1
batch_size: int = 5  # pictures per step, as in report R1
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
from itertools import product

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

from lib import models, notebook, plots, runs
from lib.base.backend import keras
from lib.config import DataConfig
from lib.data import r1
from lib.data.parts import parts
from lib.evaluation import comparison, metrics, picture_by_picture, sentences
from lib.runs import few_labels
from lib.training import heads, recipes

page = notebook.start("08_transfer_learning", globals(), colour=True)
data, layers = page.dataset, keras.layers

# %% [markdown]
# ## What is the task?
# The task is that of R1, a student report that this course checks: to tell from a picture what a product is worn for, its
# **usage**.

# %%
about = {"target": "usage", "keep": {"usage": r1.CLASSES}, "validation": 0.15}
pictures = DataConfig(name=data.name, limit=limit or None, **about)
seen, split = parts(data, pictures)
labels, classes = seen.labels["usage"], seen.classes["usage"]
some = np.concatenate([split.train[labels[split.train] == k][:3] for k in range(len(classes))])
counts = ", ".join(f"{(labels[split.train] == k).sum():,} {classes[k]}" for k in range(3))
page.show(
    plots.pictures(data.images[some], [classes[k] for k in labels[some]], columns=9),
    alt=f"Up to three training pictures each of {', '.join(classes)}.",
    caption=f"Training pictures and their usage, up to three of each. In all: {counts}.",
    thumbnail=True,
)

# %% [markdown]
# Most pictures are of one class, so accuracy says little. We take **macro-F1**: each class gets a mark from 0 to 1, its F1, and
# we take the mean. F1 is high only if the pictures of the class are found, and few others are put into it.
#
# Three baselines need no network. One always gives the largest class. One looks up the article (shirt, watch, heels) and
# answers with its most common usage; it sees no picture. One copies the usage of the most similar training picture.

# %%
measure, axes = "test_macro_f1", ("test macro-F1", "head minus scratch")
anchors = runs.grid(heads.baselines(pictures, classes[0]), 1, data)
rival = comparison.best(runs.tabulate(anchors), "val_macro_f1")
baseline = anchors[rival][0]
reached = f"macro-F1 {baseline.metrics['val_macro_f1']:.3f}"
best = f"The best baseline on validation pictures is **{rival}** ({reached})."

# %% [markdown]
# ## How do you reuse a trained network?
# **Transfer learning** takes a network that has learned something else, without its last layer: the **backbone**. It turns a
# picture into numbers, its **features**. A small **head** on top answers the new question.
# The best-known backbones were trained on ImageNet, over a million photographs. Without their weights, we train a backbone
# of our own, to name the article.

# %%
known = parts(data, pictures.changed(limit=min(few, limit or few)))[1]  # of the short examples
own = heads.teacher(pictures, article_limit)  # settings of the backbone of our own
settings = heads.on(imagenet, pictures, own, download, epochs=epochs, batch_size=batch_size)
scratch = "R1.baseline"
other = recipes.recipe(scratch, pictures, epochs=epochs, batch_size=batch_size)
grid = runs.grid(settings | {scratch: other}, seeds, data)  # compared below

# %%
backbone = runs.backbone(next(iter(settings.values())), data)  # the first one
articles = len(parts(data, own.data)[1].train) if "kit" in settings else 0
coarse = picture_by_picture.told_coarse(labels[split.validation], classes)
page.say(
    f"{heads.taken(imagenet, settings)} {heads.known(split, known, articles)} {coarse} {best}"
)


# %% tags=["open"]
def head(seed: int) -> list:
    """Return the layers of a new head, whose first weights the seed decides."""
    keras.utils.set_random_seed(seed)
    hidden, dropout = layers.Dense(128, activation="relu"), layers.Dropout(0.5)
    return [hidden, dropout, layers.Dense(len(classes))]


# %%
images = {"train": data.images[known.train], "validation": data.images[known.validation]}
before_fit, network = backbone.get_weights(), keras.Sequential([backbone, *head(0)])
fresh = models.build(scratch, data.images.shape[1:], len(classes))
before, learns = heads.before(next(iter(settings)), articles), f"{len(split.train):,} pictures"
page.show(
    plots.reused(data.images[split.train[0]], backbone, network, fresh, before, learns),
    alt="A picture goes through a frozen backbone and a head, or through a network from scratch.",
    caption="What we compare. Dashed: frozen.",
)

# %% [markdown]
# `trainable = False` **freezes** the backbone: `fit` leaves its weights alone. Set it before you call `compile`.

# %% tags=["open"]
backbone.trainable = False
network = keras.Sequential([backbone, *head(0)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)  # the head has no softmax
network.compile("adam", loss, jit_compile=False)  # False: starts faster
keras.utils.set_random_seed(0)
past = network.fit(images["train"], labels[known.train], epochs=2, verbose=2)

# %%
same = all(map(np.array_equal, before_fit, backbone.get_weights()))
trained = sum(int(np.prod(each.shape)) for each in network.trainable_weights)
of_all, left = network.count_params(), "unchanged" if same else "**changed**"
page.say(f"`fit` trained {trained:,} of {of_all:,} weights. The backbone is {left}.")

# %% [markdown]
# In plain Keras two other lines begin a backbone from ImageNet; the second prepares the pixels, as our layer `Rescaling` does:
# ```python
# backbone = keras.applications.MobileNetV2(include_top=False, pooling="avg", input_shape=(80, 60, 3))
# pixels = keras.applications.mobilenet_v2.preprocess_input(images["train"].astype("float32"))
# ```
# A frozen backbone gives the same features in every epoch. So let each picture go through it **once**, and train the head
# alone. The losses agree: both heads have the same first weights and order of pictures. Epoch 1 includes the start-up, so
# compare the times per step (`ms/step`) in epoch 2.

# %% tags=["open"]
features = {part: backbone.predict(each, verbose=0) for part, each in images.items()}


def learn(network, inputs: dict, seed: int, passes=few_epochs, verbose=0) -> float:
    """Train a compiled network; return its macro-F1 on the validation pictures."""
    keras.utils.set_random_seed(seed)
    network.fit(inputs["train"], labels[known.train], epochs=passes, verbose=verbose)
    logits = np.array(network(inputs["validation"]))
    return metrics.classification(labels[known.validation], logits)["macro_f1"]


top = keras.Sequential([keras.Input(features["train"].shape[1:]), *head(0)])
top.compile("adam", loss, jit_compile=False)
two_epochs = learn(top, features, seed=0, passes=2, verbose=2)

# %% [markdown]
# What do the features know? For each validation picture we look for the seven most similar training pictures, once by its
# pixels and once by its features. How many of the seven have the same article, and the same usage?

# %% tags=["open"]
pixels = {part: each.reshape(len(each), -1) / 255 for part, each in images.items()}
kinds = np.array([*data.classes["articleType"], "unknown"])[data.labels["articleType"]]
alike = {}
for way, values in {"pixels": pixels, "features": features}.items():
    search = NearestNeighbors(n_neighbors=min(7, len(known.train))).fit(values["train"])
    seven = search.kneighbors(values["validation"], return_distance=False)
    for what, told in {"article": kinds, "usage": labels}.items():
        alike[what, way] = told[known.train][seven] == told[known.validation][:, None]

# %%
rare_ones = labels[known.validation] > 0
page.say(picture_by_picture.told_alike(alike, rare_ones, classes[0], articles > 0))

# %% [markdown]
# ## Is a head better than a network from scratch?
# Now several seeds, on test pictures. The network from scratch is R1's, with two convolutions, and trains for as many epochs.
#
# **Your guess:** how much better will the head be, in test macro-F1? Below zero means worse.

# %%
guess = None  # e.g. 0.1: your guess

# %%
table = runs.tabulate(grid)
teachers = [runs.fetch_or_train(own, data)] if "kit" in settings else []
page.record([*runs.flat(anchors, grid), *teachers])
chosen = comparison.best(table[table["system"] != scratch], "val_macro_f1")
named = {scratch: "network from scratch", chosen: "head"}
two = table[table["system"].isin(named)].replace({"system": named})
gain = comparison.against(two, measure, named[scratch]).iloc[0]
page.guess(guess, gain["difference"], "what the head gains")
means = comparison.summarise(pd.concat([runs.tabulate(anchors), two]), measure)
each = runs.seed_by_seed(two, measure, "head", named[scratch])

# %%
page.show(
    plots.beside(means, list(named.values()), two, measure, axes[0]),
    alt=f"Test macro-F1: {comparison.told_means(means)}. Head - network: {comparison.told(gain)}.",
    caption="Test pictures: means with 95% intervals; rings: each seed. Grey: no network.",
)
same = f"All saw the same {len(split.train):,} training pictures; with others it may differ."
page.say(f"{sentences.by_seed(each, gain, 'both meet the pictures in the same order')} {same}")
dull = sentences.told_dull([run.predicted("val") for run in grid[scratch]], named[scratch])
kept = {who: grid[key] for key, who in named.items()}
page.say(f"{heads.told_enough(kept, epochs)} {dull}")
shown, both = kinds[split.test], {rival: [baseline], "the head": grid[chosen]}

# %%
found = picture_by_picture.only(grid[chosen], [baseline])
article = picture_by_picture.where(found, shown)
told = picture_by_picture.told_only(found, ["the head", rival], article, shown)
page.say(f"{told} {picture_by_picture.told_article(article, shown, both, classes)}")

# %% [markdown]
# ## What happens if the pixels are not prepared?
# A backbone expects pixels in the form it was trained on: MobileNetV2 from -1 to 1, our own from 0 to 1. If you forget
# `preprocess_input`, Keras does not warn you. So for *not prepared* a new model begins after the layer `Rescaling`, and gets
# values from 0 to 255; for *prepared twice* we apply that layer twice.

# %% tags=["open"]
position = [type(layer).__name__ for layer in backbone.layers].index("Rescaling")
prepare = backbone.layers[position]
bare = keras.Model(prepare.output, backbone.output)  # the backbone without its preparation
plain = {part: each.astype("float32") for part, each in images.items()}
twice = {part: prepare(prepare(each)) for part, each in plain.items()}
ways = {"prepared": features}
for way, given in {"not prepared": plain, "prepared twice": twice}.items():
    ways[way] = {part: bare.predict(each, verbose=0) for part, each in given.items()}

# %%
top.compile(keras.optimizers.Adam(0.003), loss, jit_compile=False)
first = [keras.Sequential([*top.inputs, *head(seed)]).get_weights() for seed in range(seeds)]
scores, learned = [], {}
for way, seed in product(ways, range(seeds)):
    heads.begin_again(top, first[seed])
    scores.append((way, seed, learn(top, ways[way], seed)))
    learned[way, seed] = top.get_weights()
scores = pd.DataFrame(scores, columns=["system", "seed", "val_macro_f1"])
caption = f"Validation pictures, means over {comparison.seeds(seeds)} of heads trained by learn"
page.table("pixels", sentences.ranges(prepare, plain["train"], scores), caption)
top.set_weights(learned["prepared", 0])  # a head that was trained on prepared pixels
said = np.argmax(top(features["validation"]), axis=1)

# %% [markdown]
# Not every such mistake costs something. Our own backbone has no normalisation after its rescaling: larger pixels give larger
# features, and a new head can cope. MobileNetV2 has batch normalisation: layers that expect the scale they once learned.
# ## How do you thaw the backbone?
# **Fine-tuning** trains the last layers of the backbone as well, at a tenth of the rate of the heads. The head is trained first:
# the large errors of a new one would spoil good weights. Batch normalisation, if any, stays frozen: few pictures spoil it, too.

# %% tags=["open"]
backbone.trainable = True
for place, layer in enumerate(reversed(backbone.layers)):
    layer.trainable = place < 5 and not isinstance(layer, layers.BatchNormalization)
network = keras.Sequential([backbone, top])  # with a trained head
network.compile(keras.optimizers.Adam(0.0003), loss, jit_compile=False)
tuned = learn(network, images, seed=0, passes=fine_epochs)

# %%
frozen = sum(int(np.prod(each.shape)) for each in network.non_trainable_weights)
begun, after = scores["val_macro_f1"].iloc[0], np.argmax(network(images["validation"]), axis=1)
pixels_cost = comparison.against(scores, "val_macro_f1", "prepared")
wrong_pixels = sentences.told_pixels(scores, pixels_cost, labels[known.validation], classes[0])
page.say(sentences.told_tuning(begun, tuned, frozen, network.count_params(), said != after))

# %% [markdown]
# ## At full length
# The kit carries runs on the real pictures, with backbones from ImageNet. A head should help most where labels are few, so we
# trained with few labels, too. Each seed draws its own few pictures, the same for all networks. The test pictures stay.

# %%
real = few_labels.usage()
page.results["full_length"] = real.told
page.show(
    plots.over_labels(real.means, few_labels.NETWORKS[:2], real.gains, real.early, axes),
    alt=real.told,
    caption="Reference runs on real pictures; networks with 95% intervals. Right: heads minus "
    f"network from scratch; MobileNetV2 by {real.seeds} seeds. Hollow: validation pictures.",
)
page.table("labels", real.means, "Test macro-F1 by the number of labelled pictures", fold=True)
page.say("\n\n".join(real.more))

# %% [markdown]
# ## What we found

# %%
mean, figure = means.set_index("system")["mean"], baseline.metrics[measure]
reached = (heads.named(chosen), mean["head"]), (f"a {named[scratch]}", mean[named[scratch]])
mark = "test macro-F1 (all classes count alike; 1 is best)"
told = sentences.answer(gain, *reached, mark, len(split.train))
beats = comparison.against_figure(two[two["system"] == "head"], measure, figure)
by_rival = f"{rival} ({figure:.3f}), which needs no network"
faster = heads.told_seconds(grid[chosen], grid[scratch], teachers)
page.conclude(
    sentences.as_good(gain, "a head on reused features", f"a {named[scratch]}"),
    f"The rarest class, on the real pictures with all labels: {real.recalls}",
    f"Prepare the pixels exactly once. {wrong_pixels}",
    "Before you reuse a network, try a baseline without one: it may win.",
    answer=f"{told} {sentences.placed(beats, by_rival, {'head': 'the head'})} {faster}",
    sure=sentences.how_sure(gain, "the head", "the differences in each seed"),
)

# %% [markdown]
# ## Your turn
# 1. Set `backbone.trainable = True` before `compile`. How many weights are trained, and how fast?
#
# *Your answer:*
#
# 2. How many test pictures does the head get right in every seed, and the network from scratch in none?
#
# *Your answer:*
#
# 3. Set `limit` and `few` to 125. Does the difference change as in the figure of the reference runs?
#
# *Your answer:*

# %% tags=["solution"]
won, lost = map(len, picture_by_picture.only(grid[chosen], grid[scratch]))
page.say(f"Task 2: **{won}**; the other way round it is {lost}.")

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: when would you reuse a trained network, and when not?*
# ## Questions
# 1. Why must `trainable` be set before `compile`?
# 2. Once the features are stored, you can no longer augment the pictures. Why not?

# %%
page.save()
