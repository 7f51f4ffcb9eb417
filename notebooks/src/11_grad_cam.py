# %% [markdown]
# # 11 · Which heat map may be believed?
# Draws in six ways where a network looks, and holds every map against answers that are known without it.
#
# **You will learn** to draw a class activation map, to avoid three mistakes, to test a map before you believe it.\
# **You need** notebook 02, so that you know networks, logits and intervals over seeds.\
# **Time** 40 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # names the run; what it means stands in lib/course/profiles.yaml
dataset: str = "auto"  # auto: real Fashion-MNIST where it can be had, else synthetic garments
system: str = "R3.initial"  # whose maps are drawn: a network with one answer
limit: int = 1500  # pictures for training and validation together; 0: all
epochs: int = 4  # passes over the training pictures
seeds: int = 3  # trainings of each network that differ only in their random numbers
number: int = 20  # test pictures that each check looks at
redrawn: int = 4  # synthetic garments of each class that are drawn again without a part
colour_limit: int = 400  # product pictures for training and validation together; 0: all
colour_epochs: int = 3  # report R1 makes 10

# %% [markdown]
# ## Set-up

# %%
import numpy as np

from lib import claims, notebook, plots, runs
from lib.base.backend import keras
from lib.config import DataConfig, RunConfig
from lib.data import catalogue, r1
from lib.data.parts import parts
from lib.evaluation import comparison
from lib.explain import cam, controls, gradients, layers, maps, story, targets
from lib.explain.checks import redrawing, table, verdicts
from lib.training.loop import predict

page = notebook.start("11_grad_cam", globals())
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## Where does a network look?
# The last convolution gives, for each picture, a small map of cells. Each cell has many channels, and still knows where in
# the picture it lies. A **class activation map** asks how much each cell speaks for one class.

# %%
settings = RunConfig(
    system=system, data=DataConfig(name=data.name, limit=limit or None), epochs=epochs
)
trained = runs.grid({system: settings}, seeds, data, weights=True)
page.record(runs.flat(trained))
network = runs.network(trained[system][0], data)

# %%
_, split = parts(data, settings.data)
labels = data.labels["class"]
right = split.test[trained[system][0].predicted("test") == labels[split.test]]
shown = np.array([right[labels[right] == label][0] for label in np.unique(labels[right])])
pictures, asked = data.images[shown], labels[shown]
names = [classes[label] for label in asked]

# %% [markdown]
# This is **Grad-CAM** (Selvaraju et al. 2017, arXiv 1610.02391) in three lines. The gradient says how the logit of the class
# would change if a cell's channel grew. Its mean is the channel's weight. The map is the weighted sum of the channels. The paper
# then sets what is below zero to zero; we keep it, and draw it blue.

# %%
layer = layers.named(network, -1)
channels, slopes = gradients.activations_and_gradients(
    network, layer, targets.logit, pictures, asked
)
weights = slopes.mean(axis=(1, 2), keepdims=True)
by_hand = (channels * weights).sum(axis=-1)
assert np.allclose(by_hand, cam.raw(network, pictures, asked)["Grad-CAM"])
page.say(
    f"The map of `{layer}` has {by_hand.shape[1]} x {by_hand.shape[2]} cells for a picture of "
    f"{pictures.shape[1]} x {pictures.shape[2]} pixels. The kit's own function gives the same map."
)

# %% [markdown]
# There are other methods. Red speaks for the class that is written above, blue against it.
#
# - **Grad-CAM++** lets positive slopes alone count, **HiResCAM** multiplies cell by cell instead of taking a mean, and
#   **LayerCAM** does so with positive slopes.
# - **Score-CAM** and **occlusion** take no gradient. They hide places, and ask the network again.
#
# Three of the nine rows below are **controls**: maps that never saw the network. Each row has its own unit, so what is pale
# has little evidence.
#
# **Your guess, before you read on:** which three rows are the controls? *Write it here.*

# %%
found = maps.maps(network, pictures, asked, methods=[*maps.METHODS, *controls.CONTROLS])
letters = dict(zip("ABCDEFGHI", np.random.default_rng(2).permutation(list(found)), strict=True))
rows = plots.relative({letter: found[name] for letter, name in letters.items()})
page.show(
    plots.heat_maps(pictures, rows, names),
    alt="One picture of each class, and nine rows of heat maps over them, named A to I.",
    caption="Six methods and three controls, smoothly enlarged. Which are which?",
    thumbnail=True,
)

# %%
blind = [letter for letter, name in letters.items() if name in controls.CONTROLS]
page.say(
    f"**{', '.join(blind)}** never saw the network: noise, the picture's edges (Sobel), and a blob "
    "in the middle. In order: "
    + ", ".join(f"{letter} {name}" for letter, name in letters.items())
    + ". A map that looks sensible may know nothing."
)

# %% [markdown]
# In JupyterLab you can choose another picture, class and layer here.


# %%
def four_maps(picture, label, at):
    image = pictures[[names.index(picture)]]
    own = cam.raw(network, image, np.array([classes.index(label)]), at)
    row = {label: np.concatenate([*plots.relative(own).values()])}
    return plots.heat_maps(image.repeat(len(own), 0), row, list(own), maps.in_words(row))


# %%
page.study(
    four_maps,
    alt="One picture and its four class activation maps, cell by cell.",
    caption="Evidence for the class at the left, cell by cell, each method in its own unit.",
    picture=names,
    label=classes,
    at=[layer, *layers.spatial(network)["layer"]],
)

# %% [markdown]
# ## Which mistakes are easy to make?
# **The softmax instead of the logit.** Where a network is sure, its probability is nearly 1 and hardly changes, so the
# gradient vanishes. What is left in the row below are the pictures of which it is unsure. **Stretching.** Many scripts
# stretch each map from its smallest to its largest value. Then a map that has evidence *against* the class alone turns red
# somewhere, too. Here we ask for the class that the network thinks least likely.

# %%
logit = cam.raw(network, pictures, asked)["Grad-CAM"]
softmax = cam.raw(network, pictures, asked, target=targets.probability)["Grad-CAM"]
absent = np.array(predict(network, pictures)).argmin(axis=1)
against = cam.raw(network, pictures, absent)["Grad-CAM"]
lowest = against.min(axis=(1, 2), keepdims=True)
stretched = (against - lowest) / (np.ptp(against, axis=(1, 2), keepdims=True) + 1e-9)

# %%
rows = plots.relative({"logit": logit, "softmax": softmax, "absent class": against})
page.show(
    plots.heat_maps(
        pictures,
        rows | {"the same, stretched": stretched},
        [f"{names[k]}\n{classes[absent[k]]}?" for k in range(len(names))],
    ),
    alt="Grad-CAM of the logit, of the softmax, of an absent class, and the last one stretched.",
    caption="Rows 1 and 2: the class in the picture. Rows 3 and 4: the absent class below it.",
)

# %% [markdown]
# **A map of few cells** can hardly point at anything.

# %%
resnet = keras.applications.ResNet50(weights=None, include_top=False, input_shape=(80, 60, 3))
cells = layers.spatial(resnet).set_index("layer")[["rows", "columns"]]
coarse, finer = (cells.loc[name].tolist() for name in ("conv5_block3_out", "conv4_block6_out"))
page.say(
    f"ResNet50's last map of an 80 x 60 picture has {coarse[0]} x {coarse[1]} cells. One stage "
    f"earlier it has {finer[0]} x {finer[1]}."
)

# %% [markdown]
# ## Does a map know what the network needs?
# For a drawn garment we can find out. It is drawn again from the same random numbers, without its collar, say, and the network
# is asked again. By how much the logit of its class falls is what the part is truly worth **to this network**. So we train
# the network on the synthetic garments (where `dataset` is another).

# %%
drawn_set = data if data.name == "garments" else catalogue.load("garments")
drawn_settings = settings.changed(data=settings.data.changed(name="garments"))
drawn_network = runs.network(
    runs.fetch_or_train(drawn_settings, drawn_set, weights=True), drawn_set
)
garments = redrawing.draw(5 * redrawn)

# %%
images, titles = redrawing.examples(
    drawn_network, garments, ["Shirt", "Coat", "Trouser", "Bag"]
)
page.show(
    plots.pictures(images, titles, columns=6),
    alt="A shirt, a coat, trousers and a bag, each whole and without each of five parts.",
    caption="One garment each, drawn again without a part; the number is the change of the logit. "
    "* was drawn to decide the class.",
)

# %%
worth = redrawing.importance(drawn_network, garments)
page.table("parts", worth, "Each part's worth: mean fall of the logit without it", fold=True)
needed = redrawing.told(redrawing.most_needed(worth))
page.say(needed)

# %% [markdown]
# These are means over many garments; a single one may differ. A good map of one garment has its evidence in the parts in the same order. Three networks
# are asked: one that learnt shuffled labels, so nothing; one after a single epoch; and the one above.

# %%
ranks = verdicts.by_quality(drawn_settings, drawn_set, seeds, redrawn)
page.show(
    plots.intervals(ranks, "method", "value", "rank correlation with the parts' true worth", 0),
    alt="Rank correlation of methods and controls with the parts' true worth, for three networks.",
    caption="1: the map ranks the parts as the network does. Bars: 95% intervals over seeds.",
)
page.table("redrawing", ranks, "The same in numbers", fold=True)
again = verdicts.repeated(drawn_settings, drawn_set, 5 * redrawn)
best = ranks[ranks["group"] == f"{epochs} epochs"].nlargest(1, "value").iloc[0]
page.say(
    f"After {epochs} epochs the highest mean is that of {best['method']}, {best['value']:.2f}. "
    f"Another training of the same network knows the parts' worth with {again:.2f}."
)

# %% [markdown]
# Large parts take in more of the edges and of the middle, and are often worth more. So these two controls are partly right
# without having seen the network, and a method has to beat them.
#
# ## Which methods pass which check?
# Five checks ask whether the evidence lies in the right place:
#
# - *redrawing*: as above;
# - *mosaic*: four pictures in one, two of them of the class: which share of the evidence lies on those two?
# - *pointing*: one of the four is of the class: how often does the highest point lie on it?
# - *patch*: a small patch alone tells the label: which share of the evidence lies on it?
# - *ROAD*: how much more of the probability stays when the least relevant pixels are painted over than the most relevant?
#
# Four ask whether the map changes when it must: for the second class, for a network that learnt shuffled labels, and when the
# weights are drawn anew, layer by layer, from the output (*top*) or from the input. Value: 1 minus the rank correlation with
# the map before. *mosaic* to *patch* and *shuffled labels* train a network of their own. More is better in all nine.

# %%
by_seed = verdicts.measure(settings, data, seeds, number=number, redrawn=redrawn)
judged = verdicts.judge(by_seed).assign(layer=layer)
found_out = verdicts.findings(judged)
page.results["tables"]["pointing"] = verdicts.pointing(by_seed)

# %%
page.show(
    plots.passes(judged),
    alt=" ".join(found_out),
    caption=f"Mean over {comparison.seeds(seeds)}; small: 95% interval of the difference from the "
    "best control, seed by seed. Green: clearly better, red: clearly worse, grey: not resolved. "
    "Chance is .5 in mosaic, .25 in pointing; in the last four rows 0 is unchanged, 1 unrelated.",
)
page.table("checks", judged, "The same in numbers", fold=True)

# %% [markdown]
# A control never changes, so any change beats it in the last four rows, and there the size counts: a map that stays much the
# same when the class or the weights change shows the picture rather than the network. **Which layer** is a choice, too:

# %%
convolutions = len(layers.convolutions(network))
per_layer = verdicts.by_layer(settings, data, judged, seeds, convolutions, number)
page.table("layers", per_layer, "Two checks at each convolution; * clearly beats the controls")

# %% [markdown]
# ## Was the story of report R1 true?
# Report R1 looked at two Grad-CAM pictures. Its simple network *looks at the shape of the clothing*; its improved one *only where
# that matters, at the handbag, and at the pose*: models in casual clothes hold their arms otherwise. The task is the usage of a
# product. Both networks have the same layers; the improved one trains on augmented, balanced pictures.

# %%
colour = page.colour(usage=story.USAGES)
both = story.settings(colour, colour_limit or None, colour_epochs)
pair = runs.grid(both, seeds, colour, weights=True)
page.record(runs.flat(pair), colour)

# %%
chosen, usages, looks = story.examples(pair, colour)
page.show(
    plots.heat_maps(colour.images[chosen], plots.relative(looks), usages),
    alt="Grad-CAM of the simple and the improved network on three product pictures of each usage.",
    caption="Seed 0, evidence for the usage written above. What story would you tell?",
)

# %% [markdown]
# Two pictures fit any story, so we change pictures instead. A *silhouette* keeps the shape alone, with its inside in one colour:
# what is still right needed no more. Arms are at the sides, which we hide. **Balanced accuracy** is the mean over usages, since
# a network that always says Casual is right most of the time, and keeps its answer whatever one hides.

# %%
measured = story.measured(pair, colour)
page.table("story", story.table(measured), "The story, taken apart: means over seeds", 2)
enough = claims.comparable(
    colour.name, colour_limit, colour_epochs, 10, "fashion-product", sum(r1.ENLARGED["train"])
)  # as many training pictures as R1 had, changed copies among them
judged = page.claims(story.for_claims(measured), enough)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    *found_out,
    needed,
    story.told(measured, colour),
    sure=f"passed: over {comparison.seeds(seeds)} clearly better than maps blind to the network",
)

# %% [markdown]
# ## Your turn
# 1. Which of the nine rows A to I did you take for a control, and was it one?
#
# *Your answer:*
#
# 2. Ask for the evidence **for** the first class **against** the second: `cam.raw(network, pictures, pairs)` with `pairs` of
#    shape (10, 2). What tells a shirt from the class that the network thinks second most likely?
#
# *Your answer:*
#
# 3. Write a method of your own, a function of (activations, gradients), into `METHODS` of `lib/explain/cam.py`, and run the
#    notebook again. Does it pass ROAD?
#
# *Your answer:*

# %% tags=["solution"]
pairs = np.stack([asked, np.array(table.second(network, pictures, asked))], axis=1)
difference = cam.raw(network, pictures, pairs)["HiResCAM"]
page.show(
    plots.heat_maps(
        pictures,
        {"first - second": difference},
        [f"{classes[a]}\nnot {classes[b]}" for a, b in pairs],
    ),
    alt="HiResCAM of the logit of each picture's class minus that of the second class.",
    caption="Task 2: evidence for the true class against the one named above.",
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which map would you show in a report, and what would you write beneath
# it? They will appear in the report.*

# %% [markdown]
# ## Questions
# 1. Why can a method pass all checks with weights drawn anew and still be wrong about where the evidence is?
# 2. A map of the early layers looks sharp. Why is that no sign that it is right?
# 3. Report R1 saw two pictures. How many would you need to say that a network looks at handbags?

# %%
page.save()
