# %% [markdown]
# # 08 · What does a network bring that has seen other pictures?
# Takes a network that learnt something else, freezes it, trains a small head on it, and compares it with one from scratch.
#
# **You will learn** to freeze and thaw a network in Keras, to keep its features, to prepare pixels as it expects them.\
# **You need** notebook 02, so that you know training in Keras and intervals over seeds.\
# **Time** 40 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real product pictures if they are there, else synthetic ones
imagenet: list = ["mobilenet_v2"]  # backbones, if weights are at hand; the first is taken apart
download: bool = True  # whether weights may be fetched; it gives up after 15 seconds
limit: int = 500  # pictures with a known usage, for training and validation together; 0: all
few: int = 800  # the same, of the parts in plain Keras
few_epochs: int = 10  # passes of the heads there, with 32 pictures per step
fine_epochs: int = 4  # passes of fine-tuning
article_limit: int = 2500  # pictures with a known article, for the kit's own backbone
epochs: int = 5  # passes of the heads, and of the network from scratch; report R1 makes 10
batch_size: int = 5  # pictures per step, as in report R1
seeds: int = 3  # trainings of each network that differ only in their random numbers

# %% [markdown]
# ## Set-up

# %%
import numpy as np
import pandas as pd

from lib import notebook, plots, runs
from lib.base.backend import keras
from lib.config import DataConfig, RunConfig
from lib.data import r1
from lib.data.parts import parts
from lib.evaluation import comparison, metrics, picture_by_picture, sentences
from lib.runs import carried
from lib.training import heads, recipes

page = notebook.start("08_transfer_learning", globals(), colour=True)
data, layers = page.dataset, keras.layers

# %% [markdown]
# ## What is to be told apart?
# R1 is a student report that this course checks. It asks for the **usage** of a product, one of three. Could you?

# %%
about = {"target": "usage", "keep": {"usage": r1.CLASSES}, "validation": 0.15}
pictures = DataConfig(name=data.name, limit=limit or None, **about)
seen, split = parts(data, pictures)
labels, classes = seen.labels["usage"], seen.classes["usage"]
some = np.concatenate([split.train[labels[split.train] == k][:8] for k in range(len(classes))])
page.show(
    plots.pictures(data.images[some], [classes[k] for k in labels[some]], columns=8),
    alt=f"Up to eight training pictures each of {', '.join(classes)}.",
    caption="Training pictures and their usage, up to eight of each.",
    thumbnail=True,
)

# %% [markdown]
# Most pictures are of one class, so accuracy says little. We take **macro-F1**, the mean of the F1 of the classes: it is high
# only if each class is found, and what is called so is right. Notebook 09 has more about such classes. The figure to beat
# comes from a baseline that looks at no picture: it looks up the article, and says the usual usage of that.

# %%
never = RunConfig(system="anchor.majority", data=pictures)
column = RunConfig(system="anchor.column", arguments={"column": "articleType"}, data=pictures)
rival = "looking up the article"
anchors = runs.grid({f"always {classes[0]}": never, rival: column}, 1, data)
article = anchors[rival][0]
page.say(f"Macro-F1 by the article alone: {article.metrics['val_macro_f1']:.3f} (validation).")

# %% [markdown]
# ## How is a trained network used again?
# **Transfer learning** takes a network that has learnt something else, without its last layer: the **backbone**. It turns a
# picture into numbers, its **features**. On them stands a small **head** for the new question (arXiv 1411.1792).
#
# The best known backbones learnt from ImageNet, a million photographs. Where their weights are not at hand, the kit trains a
# backbone of its own. It learns to name the article: shirt, watch, heels. An article is often known where the usage is not.

# %%
known = parts(data, pictures.changed(limit=few))[1]  # positions of the pictures that are used
source = heads.teacher(pictures, article_limit)
settings = heads.on(imagenet, pictures, source, download, epochs=epochs, batch_size=batch_size)
name = next(iter(settings))

# %%
backbone = runs.backbone(settings[name], data)
missing = [each for each in imagenet if each not in settings]
page.say(
    f"{heads.known(limit, article_limit, few)} The backbone that we take apart: **{name}**. "
    f"Left out, because weights are missing: {', '.join(missing) or 'none'}."
)

# %% [markdown]
# Now the step that matters. `trainable = False` **freezes** the backbone: `fit` leaves its weights alone. It has to be said
# before `compile`. Only the two dense layers of the head are trained.


# %%
def head(seed: int) -> list:
    """Return the layers of a new head, whose first weights the seed decides."""
    keras.utils.set_random_seed(seed)
    return [
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(len(classes)),
    ]


backbone.trainable = False
network = keras.Sequential([backbone, *head(0)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
network.compile("adam", loss, jit_compile=False)
learnt = backbone.get_weights()
keras.utils.set_random_seed(0)
past = network.fit(data.images[known.train], labels[known.train], epochs=2, verbose=2)

# %%
same = all(map(np.array_equal, learnt, backbone.get_weights()))
trained = sum(int(np.prod(each.shape)) for each in network.trainable_weights)
page.say(
    f"`fit` trained {trained:,} of {network.count_params():,} weights. "
    f"Those of the backbone are {'the same as before' if same else '**changed**'}."
)

# %% [markdown]
# A frozen backbone gives the same features in every epoch. So let each picture go through it **once**, and train the head
# alone. Compare the second epochs: the losses agree, as both heads begin alike. Now look at the time per step (`ms/step`).

# %%
places = {"train": known.train, "validation": known.validation}
features = {part: backbone.predict(data.images[own], verbose=0) for part, own in places.items()}


def learn(network, inputs: dict, seed: int, rate=0.001, passes=few_epochs) -> float:
    """Train a network on kept features; return its macro-F1 on the validation pictures."""
    keras.utils.set_random_seed(seed)
    network.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    network.fit(inputs["train"], labels[known.train], epochs=passes, verbose=2 * (passes == 2))
    logits = network.predict(inputs["validation"], verbose=0)
    return metrics.classification(labels[known.validation], logits)["macro_f1"]


two_epochs = learn(keras.Sequential(head(0)), features, seed=0, passes=2)

# %% [markdown]
# What do the features know? Here are the training pictures that are nearest to one validation picture.

# %%
pixels = {part: data.images[own].reshape(len(own), -1) / 255 for part, own in places.items()}
number, shown = np.flatnonzero(labels[known.validation] == 1)[0], []
for values in (pixels, features):
    away = ((values["train"] - values["validation"][number]) ** 2).sum(axis=1)
    shown += [known.validation[number], *known.train[np.argsort(away)[:7]]]
page.show(
    plots.pictures(data.images[shown], columns=8),
    alt="A picture, and the training pictures nearest to it by pixels and by features.",
    caption="Nearest to the picture on the left: by pixels (above), by features (below).",
)

# %% [markdown]
# ## Does a head beat a network from scratch, and the article?
# The run store now does what you have seen, with several seeds. R1.baseline is the network of report R1: two convolutions,
# trained from scratch. Both learn the usage from the same pictures.
# By how much will the head be better, in test macro-F1? Below zero means worse.

# %%
guess = None  # e.g. 0.1: your guess

# %%
measure, scratch = "test_macro_f1", "R1.baseline"
other = recipes.recipe(scratch, pictures, epochs=epochs, batch_size=batch_size)
grid = runs.grid({scratch: other} | settings, seeds, data)
table = runs.tabulate(grid)
teachers = [runs.fetch_or_train(source, data)] if "kit" in settings else []
page.record([*runs.flat(anchors, grid), *teachers])

# %% [markdown]
# Of the heads we choose the best on the validation pictures. Then, and only then, the test pictures are read.

# %%
chosen = comparison.best(table[table["system"] != scratch], "val_macro_f1")
page.say(f"By validation macro-F1 we take the head on **{chosen}**.")
two = table[table["system"].isin([scratch, chosen])]
gain = comparison.against(two, measure, scratch).iloc[0]
page.guess(guess, gain["difference"], "what the head gains")

# %%
own = {scratch: "the network from scratch", chosen: "the head"}
four = pd.concat([runs.tabulate(anchors), two]).replace({"system": own})
means = comparison.summarise(four, measure)
page.show(
    plots.intervals(means, "system", "mean", "test macro-F1"),
    alt=f"Test macro-F1: {comparison.told_means(means)}.",
    caption="Bars are 95% intervals of the mean over seeds; answers without a network have none.",
)
page.say(sentences.told_dull([run.predicted("val") for run in grid[scratch]], scratch))
page.table("transfer", means, f"Test macro-F1: {comparison.SUMMARISED}", fold=True)

# %% [markdown]
# Which pictures does the head get right that the article gets wrong, and the reverse?

# %%
found = picture_by_picture.only(grid[chosen], [article], most=8)
some, titles = picture_by_picture.titled(found, ["head", "article"], article, classes)
page.show(
    plots.pictures(data.images[split.test[some]], titles, columns=8),
    alt="Test pictures that only the head gets right, or only the article.",
    caption="Who is right, and the usage. The head is right, or wrong, in every seed.",
)

# %% [markdown]
# ## What if the pixels are not prepared?
# A backbone expects its pixels as it was trained with. MobileNetV2 takes values from -1 to 1. ResNet50 takes blue before
# green before red, less the mean of ImageNet. The kit's own takes 0 to 1. Here the backbone's first layers see to that. In
# `keras.applications` it is a function of its own, `preprocess_input`, and easily forgotten. Keras says nothing then.
# **Two wrong ways:** we cut these layers off, and give the pixels as they are, from 0 to 255. Or they are rescaled twice, by
# us and by the network.

# %%
kinds = [type(layer).__name__ for layer in backbone.layers]
prepare = backbone.layers[kinds.index("Rescaling")]
bare = keras.Model(prepare.output, backbone.output)  # what follows the preparation
plain = {part: data.images[own].astype("float32") for part, own in places.items()}
ways = {
    "prepared": features,
    "not prepared": {part: bare.predict(own, verbose=0) for part, own in plain.items()},
    "prepared twice": {
        part: bare.predict(prepare(prepare(own)), verbose=0) for part, own in plain.items()
    },
}

# %%
scores = pd.DataFrame(
    {
        "system": way,
        "seed": seed,
        "val_macro_f1": learn(keras.Sequential(head(seed)), values, seed),
    }
    for way, values in ways.items()
    for seed in range(seeds)
)
pixels_cost = page.compare("pixels", scores, "val_macro_f1", reference="prepared")
pixels_told = sentences.told_pixels(scores, pixels_cost, labels[known.validation], classes[0])
page.say(pixels_told)

# %% [markdown]
# A wrong way may also cost nothing. The kit's own backbone has only convolutions, ReLU and pooling after its rescaling:
# larger pixels give larger features, and a new head can cope. A backbone with batch normalisation has the old scale in its
# weights. Where the macro-F1 is that of one class only, the network says this class to all.
#
# ## Is it worth thawing the backbone?
# **Fine-tuning** goes on with the last layers of the backbone thawed, at a tenth of the learning rate. The head is trained
# first: a fresh one would send random gradients into good weights. Batch normalisation stays frozen, because few pictures
# would spoil its statistics. The frozen one trains as long. All seeds share few validation pictures: others may differ.

# %%
thawed = 12 if len(kinds) > 20 else 5  # layers; the kit's own backbone is a short one
cut = backbone.layers[-1 - thawed].output
start, end = keras.Model(backbone.input, cut), keras.Model(cut, backbone.output)
maps = {part: start.predict(data.images[own], verbose=0) for part, own in places.items()}
learnt = end.get_weights()


# %%
def go_on(seed: int) -> list[dict]:
    """Train a head, then more with the backbone frozen, and again with its end thawed."""
    top = keras.Sequential(head(seed))
    learn(top, features, seed)
    before = top.get_weights()
    scores = {"frozen": learn(top, features, seed, rate=0.0001, passes=fine_epochs)}
    top.set_weights(before)
    end.set_weights(learnt)
    for layer in end.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    whole = keras.Sequential([end, *top.layers])
    scores["thawed"] = learn(whole, maps, seed, rate=0.0001, passes=fine_epochs)
    return [{"system": k, "seed": seed, "val_macro_f1": v} for k, v in scores.items()]


# %%
tuned = pd.DataFrame(sum(map(go_on, range(seeds)), []))
thawing = sentences.told_tuning(comparison.against(tuned, "val_macro_f1", "frozen").iloc[0])
page.say(thawing)

# %% [markdown]
# ## At full length
# The kit carries runs on all real pictures, at full length, each with several seeds. They are what a claim is judged by.
# Runs with R1's few pictures and their changed copies are judged, too (see notebook 12).

# %%
rows = ["R1.baseline", "R1.resnet50", "transfer.mobilenet_v2"]
own_way = [f"R1.{system}, own way" for system in ("baseline", "augmented", "resnet50")]
page.reference(*rows, measure="test_macro_f1", also=own_way)

# %%
full = runs.tabulate({row: carried.of_row(row) for row in rows})
ahead = comparison.against(full, measure, scratch)
pair = "a head", "a network from scratch"
agrees = sentences.here_and_there(gain["verdict"], ahead["verdict"], *pair)
page.say(agrees)
page.results["full_length"] = agrees

# %% [markdown]
# At full length R1.baseline learnt from more than 25,000 pictures, and longer. That may make up for what a backbone knows.
#
# ## What we found

# %%
beside = comparison.against_figure(two, measure, article.metrics[measure])
beats = sentences.who_beats(beside, own, rival)
page.conclude(
    f"With {len(known.train)} training pictures, "
    f"{sentences.versus(gain['verdict'], heads.named(chosen), own[scratch])}. {beats}. "
    f"Test macro-F1: {comparison.told_means(means)}.",
    agrees,
    pixels_told,
    thawing,
    sure=f"head minus network from scratch: {comparison.span(gain, '+.3f')}",
)

# %% [markdown]
# ## Your turn
# 1. Set `backbone.trainable = True` before `compile`. How many weights does `fit` train now, and how long is an epoch?
#
# *Your answer:*
#
# 2. How many test pictures does the head get right in every seed that R1.baseline gets wrong in every seed?
#
# *Your answer:*
#
# 3. Set `limit` to a quarter, then to twice its value. How does the difference between head and R1.baseline change?
#
# *Your answer:*

# %% tags=["solution"]
won, lost = picture_by_picture.only(grid[chosen], grid[scratch])
page.say(f"Task 2: **{len(won)}**, {len(lost)} the other way round. Tasks 1 and 3: run again.")

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: when would you use a trained network again, and when not?*

# %% [markdown]
# ## Questions
# 1. Why has `trainable` to be set before `compile`?
# 2. Features are kept, and pictures can no longer be augmented. Why?
# 3. Head and network from scratch learn the usage from the same pictures. What did the kit's own backbone learn from before?

# %%
page.save()
