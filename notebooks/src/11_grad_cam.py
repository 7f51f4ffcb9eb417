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

from lib import notebook, plots, runs
from lib.base.backend import keras
from lib.config import DataConfig, RunConfig
from lib.data import catalogue
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
shown = np.array([right[labels[right] == label][0] for label in np.unique(labels[right])])[:8]
pictures, asked = data.images[shown], labels[shown]
names = [classes[label] for label in asked]

# %% [markdown]
# This is **Grad-CAM** (Selvaraju et al. 2017, arXiv 1610.02391) in three lines. The gradient says how the logit of the class
# would change if a cell's channel grew. Its mean is the channel's weight. The map is the weighted sum of the channels.

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
# Other methods weight the cells in other ways, or ask the network again about pictures of which a part is hidden. Below are
# six methods, and three rows that **never saw the network**: noise, the edges of the picture, and a blob in the middle. Red
# speaks for the class that is written above, blue against it. Each row has its own unit.
#
# **Your guess, before you read on:** which three rows never saw the network? *Write it here.*

# %%
found = maps.maps(network, pictures, asked, methods=[*maps.METHODS, *controls.CONTROLS])
letters = dict(zip("ABCDEFGHI", np.random.default_rng(2).permutation(list(found)), strict=True))
rows = plots.relative({letter: found[name] for letter, name in letters.items()})
page.show(
    plots.heat_maps(pictures, rows, names),
    alt="One picture of each class, and nine rows of heat maps over them, named A to I.",
    caption="Six methods and three controls, each divided by its largest value. Which are which?",
    thumbnail=True,
)

# %%
blind = [letter for letter, name in letters.items() if name in controls.CONTROLS]
page.say(
    f"**{', '.join(blind)}** never saw the network. In order: "
    + ", ".join(f"{letter} {name}" for letter, name in letters.items())
    + ". A map that looks sensible may know nothing."
)

# %% [markdown]
# In JupyterLab you can choose another picture, class and layer here.


# %%
def four_maps(picture, label, at):
    image = pictures[[names.index(picture)]]
    own = plots.relative(cam.raw(network, image, np.array([classes.index(label)]), at))
    row = {label: np.concatenate([*own.values()])}
    return plots.heat_maps(np.repeat(image, len(own), axis=0), row, list(own))


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
# gradient vanishes. **Stretching before cutting.** Many scripts stretch each map from its smallest to its largest value. Then
# even a map that has evidence against the class alone turns red somewhere. Here we ask for a class that is *not* in the picture.

# %%
logit = cam.raw(network, pictures, asked)["Grad-CAM"]
softmax = cam.raw(network, pictures, asked, target=targets.probability)["Grad-CAM"]
absent = np.array(predict(network, pictures)).argmin(axis=1)
against = cam.raw(network, pictures, absent)["Grad-CAM"]
lowest = against.min(axis=(1, 2), keepdims=True)
stretched = (against - lowest) / (np.ptp(against, axis=(1, 2), keepdims=True) + 1e-9)

# %%
scale = np.abs(logit).max()
rows = {"logit": logit / scale, "softmax": softmax / scale}
rows |= plots.relative({"absent class": against}) | {"the same, stretched": stretched}
page.show(
    plots.heat_maps(
        pictures, rows, [f"{names[k]}\n{classes[absent[k]]}?" for k in range(len(names))]
    ),
    alt="Grad-CAM of the logit, of the softmax, of an absent class, and the last one stretched.",
    caption="Rows 1 and 2: the class in the picture, in one unit. Rows 3 and 4: the class that the "
    "network thinks least likely (second line).",
)

# %% [markdown]
# **A map of few cells.** The third mistake needs no training to be seen.

# %%
resnet = keras.applications.ResNet50(weights=None, include_top=False, input_shape=(80, 60, 3))
cells = layers.spatial(resnet).set_index("layer")[["rows", "columns"]]
coarse, finer = (cells.loc[name].tolist() for name in ("conv5_block3_out", "conv4_block6_out"))
fainter = (np.abs(logit).max(axis=(1, 2)) / np.abs(softmax).max(axis=(1, 2))).max()
page.say(
    f"ResNet50's last map of an 80 x 60 picture has {coarse[0]} x {coarse[1]} cells: nearly "
    f"nothing to point at. One stage earlier it has {finer[0]} x {finer[1]}. Where the network is "
    f"surest, the softmax's map above is {fainter:,.0f} times fainter than the logit's."
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
garments = redrawing.draw(redrawn)

# %%
images, titles = redrawing.examples(
    drawn_network, garments, ["Shirt", "Coat", "Trouser", "Bag"]
)
page.show(
    plots.pictures(images, titles, columns=6),
    alt="A shirt, a coat, trousers and a bag, each whole and without each of five parts.",
    caption="Drawn again without a part; the number is the change of the logit of its class.",
)

# %%
worth = redrawing.importance(drawn_network, garments)
page.table("parts", worth, "Each part's worth: mean fall of the logit without it", fold=True)
needed = redrawing.told(redrawing.most_needed(worth))
page.say(needed)

# %% [markdown]
# A good map has its evidence in the parts in the same order. Three networks are asked: one that learnt shuffled labels, so
# nothing; one after a single epoch; and the one above.

# %%
ranks = verdicts.by_quality(drawn_settings, drawn_set, seeds, redrawn)
page.show(
    plots.intervals(ranks, "method", "value", "rank correlation with the parts' true worth", 0),
    alt="Rank correlation of methods and controls with the parts' true worth, for three networks.",
    caption="1: the map ranks the parts as the network does. Bars: 95 % intervals over seeds.",
)
page.table("redrawing", ranks, "The same in numbers", fold=True)

# %% [markdown]
# Large parts are worth more and take in more of any map, so even a blob in the middle is right here and there. A method has
# to beat that.
#
# ## Which methods pass which check?
# Nine checks, each with an answer known beforehand: four pictures in one (*mosaic*, *pointing*), a patch that alone tells the
# label, the most relevant pixels painted over (*ROAD*), the map of another class, of a network that learnt nothing, and of one
# whose weights are drawn anew. Some train a further network on changed pictures. `lib/explain/checks` has a page on each. In
# all of them more is better.

# %%
by_seed = verdicts.measure(settings, data, seeds, number=number, redrawn=redrawn)
judged = verdicts.judge(by_seed).assign(layer=layer)
found_out = verdicts.findings(judged)
page.results["tables"]["pointing"] = verdicts.pointing(by_seed)

# %%
page.show(
    plots.passes(judged),
    alt=" ".join(found_out),
    caption=f"Mean and 95 % interval over {comparison.seeds(seeds)}. Green: the whole interval "
    "lies above the best of the three maps that never saw the network.",
)
page.table("checks", judged, "The same in numbers", fold=True)

# %% [markdown]
# The last four checks are easy: a control never changes, so any change beats it. Here the size counts. A map that stays much
# the same when the class or the weights change shows the picture rather than the network. **Which layer** is a choice, too:

# %%
convolutions = len(layers.convolutions(network))
per_layer = verdicts.by_layer(settings, data, judged, seeds, convolutions, number)
page.table("layers", per_layer, "The checks at each convolution; * beats every control")

# %% [markdown]
# ## Was the story of report R1 true?
# Report R1 looked at two Grad-CAM pictures. Its simple network *looks at the shape of the clothing*; its improved one *only where
# that matters, at the handbag, and at the pose*, since models in casual clothes hold their arms otherwise. Both are its plain
# network; the improved one's training pictures are augmented and balanced.

# %%
colour = page.colour()
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
# Each part of the story says what an answer needs. So we take that away and count the answers that stay. A *silhouette* has the
# shape alone, its inside in one colour. To hide the arms we hide both sides of the picture, beside hiding its middle.

# %%
measured = story.measured(pair, colour)
page.table("story", story.table(measured), "The story, taken apart: means over seeds", 2)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    *found_out,
    needed,
    story.told(measured),
    sure=f"passed: the 95 % interval over {comparison.seeds(seeds)} lies above every control",
)

# %% [markdown]
# ## Your turn
# 1. Which of the nine rows A to I did you take for a control, and was it one?
#
# *Your answer:*
#
# 2. Ask for the evidence **for** the first class **against** the second: `cam.raw(network, pictures, pairs)` with `pairs` of
#    shape (8, 2). Where is it, for a shirt against a T-shirt?
#
# *Your answer:*
#
# 3. Write a method of your own, a function of (activations, gradients). Does it pass ROAD?
#
# *Your answer:*

# %% tags=["solution"]
pairs = np.stack([asked, np.array(table.second(network, pictures, asked))], axis=1)
difference = cam.raw(network, pictures, pairs)["HiResCAM"]
page.show(
    plots.heat_maps(
        pictures, {"first - second": difference}, [classes[k] for k in pairs[:, 1]]
    ),
    alt="HiResCAM of the logit of each picture's class minus that of the second class.",
    caption="Task 2: evidence for the true class against the one named above.",
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which map would you show in a report, and what would you write beneath
# it? The report carries them.*

# %% [markdown]
# ## Questions
# 1. Why can a method pass all checks with weights drawn anew and still be wrong about where the evidence is?
# 2. A map of the early layers looks sharp. Why is that no sign that it is right?
# 3. Report R1 saw two pictures. How many would you need to say that a network looks at handbags?

# %%
page.save()
