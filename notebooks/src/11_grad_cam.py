# %% [markdown]
# # 11 · Which heat map can you believe?
# Six methods draw a heat map of the same answer, and the maps differ. So we test each method where we know the right answer.
#
# **You will learn** to draw a class activation map, to avoid two mistakes, and to test a map before you believe it.\
# **You need** notebook 02, so that you know networks, logits and intervals over seeds.\
# **Time** 40 minutes with its exercises; the quick profile runs in about a minute.

# %% tags=["parameters"]
profile: str = "quick"  # see lib/course/profiles.yaml for what it means
dataset: str = "auto"  # auto: real Fashion-MNIST if it can be had, else synthetic garments
system: str = "R3.initial"  # the network whose maps we draw; it must have one answer
limit: int = 1500  # pictures for training and validation together; 0: all
epochs: int = 4  # passes over the training pictures
seeds: int = 3  # trainings of each network that differ only in their random numbers
number: int = 20  # test pictures in each check
redrawn: int = 4  # garments of each class that we draw again without a part
colour_limit: int = 400  # product pictures for training and validation together; 0: all
colour_epochs: int = 3  # report R1 trains for 10

# %% [markdown]
# ## Set-up

# %%
import numpy as np

from lib import claims, notebook, plots, runs
from lib.base import paths
from lib.config import DataConfig, RunConfig
from lib.data import catalogue, r1
from lib.evaluation import comparison
from lib.explain import cam, controls, gradients, layers, maps, probing, story, targets
from lib.explain.checks import redrawing, table, verdicts
from lib.explain.checks.examples import examples, questions
from lib.explain.checks.road import painted

page = notebook.start("11_grad_cam", globals())
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## Where does a network look?
# The last convolution gives, for each picture, a small map of cells. Each cell has many channels, and still knows where in
# the picture it lies. A **class activation map** shows how strongly each cell supports one class.

# %%
own = DataConfig(name=data.name, limit=limit or None)
settings = RunConfig(system=system, data=own, epochs=epochs)
trained = runs.grid({system: settings}, seeds, data, weights=True)
page.record(runs.flat(trained))
network = runs.network(trained[system][0], data)

# %%
positions, labels, logits = trained[system][0].predictions("test")
chosen = maps.surest(labels, logits, 3)  # of the classes that it is surest of one picture each
asked, pictures = labels[chosen], data.images[positions[chosen]]
names = [classes[label] for label in asked]

# %% [markdown]
# This is **Grad-CAM** (Selvaraju et al. 2017, arXiv 1610.02391). The gradient says how the logit of the class would change if a
# channel grew in a cell. Its mean over all cells is the channel's weight. The map is the weighted sum of the channels. In
# TensorFlow (the kit does the same with JAX, too):
#
# ```python
# both = keras.Model(network.inputs, [network.get_layer(layer).output, network.outputs[0]])
# with tf.GradientTape() as tape:
#     channels, logits = both(pictures)  # channels: pictures x rows x columns x channels
#     of_class = tf.gather(logits, asked, axis=1, batch_dims=1)  # the logit of each picture's class
# changes = tape.gradient(of_class, channels)
# weights = tf.reduce_mean(changes, axis=(1, 2), keepdims=True)  # one for each channel
# grad_cam = tf.reduce_sum(channels * weights, axis=-1)
# ```

# %%
layer = layers.named(network, -1)  # the last convolution
channels, changes = gradients.activations_and_gradients(
    network, layer, targets.logit, pictures, asked
)
by_hand = (channels * changes.mean(axis=(1, 2), keepdims=True)).sum(axis=-1)
assert np.allclose(by_hand, cam.raw(network, pictures, asked)["Grad-CAM"])

# %%
accuracies = [run.metrics["test_accuracy"] for run in trained[system]]
page.say(
    f"The networks classify {min(accuracies):.0%} to {max(accuracies):.0%} of the test pictures "
    f"correctly ({comparison.seeds(seeds)}). We explain answers of the first network."
)

# %% [markdown]
# There are other methods. **Grad-CAM++** (arXiv 1710.11063) counts only positive gradients. **HiResCAM** (arXiv 2011.08891)
# multiplies cell by cell: what a channel is worth in one place does not count in another. **LayerCAM** (Jiang et al. 2021) does so with positive gradients only.
# **Score-CAM** (arXiv 1910.01279) and **occlusion** (arXiv 1311.2901) need no gradient: they cover parts of the picture and ask
# the network again.
#
# The figure also has three **controls**: maps that never saw the network. Red supports the class of the picture, blue speaks
# against it (many papers leave it out). **Your guess, before you read on:** which three are the controls? *Write it here.*

# %%
found = maps.maps(network, pictures, asked, methods=[*maps.METHODS, *controls.CONTROLS])
shuffled = np.random.default_rng(2).permutation(list(found))
letters = dict(zip("ABCDEFGHI", shuffled, strict=True))  # which method each column is
columns = {letter: found[name] for letter, name in letters.items()}
page.show(
    plots.heat_maps(pictures, plots.relative(columns, each=True), names),
    alt=f"Pictures of {', '.join(names)}, and nine heat maps over each, named A to I.",
    caption="Six methods and three controls, smoothly enlarged. Each map has its own scale.",
    thumbnail=True,
)
page.say(maps.disagreement(found, letters, names, pictures))


# %% In JupyterLab you can choose the picture, the class and the layer
def four_maps(picture, label, at):
    image = pictures[[names.index(picture)]]
    own = cam.raw(network, image, np.array([classes.index(label)]), at)
    return plots.heat_maps(image, plots.relative(own), [label], maps.in_words(own))


if not paths.for_a_report():
    choices = {"picture": names, "label": classes, "at": layers.spatial(network)["layer"]}
    told = "Evidence for the class at the left, cell by cell; each method has its own scale."
    page.study(four_maps, alt="A picture and its maps.", caption=told, **choices)

# %% [markdown]
# ## Which mistakes are easy to make?
# **1. The softmax instead of the logit.** If a network is sure, its probability is nearly 1 and hardly changes, so the gradient
# nearly vanishes, and with it the map. The map can even change its sign, because the probability also depends on the logits of
# all other classes.
#
# **2. Stretching.** Many scripts stretch each map from its smallest to its largest value. Then even a map with evidence only
# *against* a class turns red somewhere. We ask for a class that is absent: the one whose map has least red.

# %%
absent, against = maps.most_against(network, pictures, asked, len(classes))
k = [int(np.maximum(against, 0).sum(axis=(1, 2)).argmin())]  # least red
logit = cam.raw(network, pictures, asked)["Grad-CAM"][k]
softmax = cam.raw(network, pictures, asked, target=targets.probability)["Grad-CAM"][k]
low, high = against.min(axis=(1, 2), keepdims=True), against.max(axis=(1, 2), keepdims=True)
stretched = ((against - low) / (high - low + 1e-9))[k]

# %%
drawn = {"logit": logit, "→ softmax": softmax, "absent class": against[k]}
below = {name: [f"at most {one.max():.2g}" for one in drawn[name]] for name in list(drawn)[:2]}
below["absent class"] = [f"{classes[each]}?" for each in absent[k]]
shown = plots.relative(drawn, like={"→ softmax": "logit"}) | {"→ stretched": stretched}
here = {"below": below, "apart": "absent class", "large": True, "scale": False}
page.show(
    plots.heat_maps(pictures[k], shown, [names[each] for each in k], **here),
    alt="Grad-CAM of the logit, of the softmax, of an absent class, and the last one stretched.",
    caption="Grad-CAM; each arrow is a mistake. Logit and softmax have the same scale.",
)

# %% [markdown]
# ## Does the map show what the network needs?
# For a drawn garment we can find out. We draw it again from the same random numbers, but without its collar, for example, and
# ask the network again. The change of its logit shows how much the part matters **to this network**. With real pictures, we
# train the same network on the drawn garments for this.

# %%
drawn_set = data if data.name == "garments" else catalogue.load("garments")
drawn_settings = settings.changed(data=settings.data.changed(name="garments"))
drawn_network = table.network(drawn_settings, drawn_set)
garments = redrawing.draw(5 * redrawn)

# %%
garment = redrawing.examples(drawn_network, garments, ["Coat", "Trouser"])
page.show(
    plots.pictures(*garment, columns=8, size=10.5),
    alt="A coat and trousers, each whole and without each of three parts.",
    caption="Each whole, then without a part. The number is the change of the logit. A part with * "
    "defines the class.",
)

# %%
worth = redrawing.importance(drawn_network, garments)
page.table("parts", worth, "How much each part matters: mean drop in the logit", fold=True)
needs = redrawing.told(redrawing.most_needed(worth))
page.say(
    f"{needs} These are means over {5 * redrawn} garments a class; single ones can differ."
)

# %% [markdown]
# ## Which methods pass which check?
# Five checks ask whether the red lies where it should. *Red* is what is above zero. For mosaic, pointing and patch we train the
# network on pictures like those in the figure. In *redrawing* the parts are ranked twice: by what the map adds up to on them, and
# by the fall of the logit without them; the rank correlation is 1 for the same order, and 0 for unrelated ones.

# %%
checks = [each for each in table.CHECKS if each != "weights from bottom"]
options = {"number": number, "redrawn": redrawn, "checks": checks}
by_seed = verdicts.measure(settings, data, seeds, **options)
judged = verdicts.judge(by_seed)  # against the best control, seed by seed
asks = questions(judged, drawn_settings, drawn_set, pictures.shape[1:3])
page.table("questions", asks, "All checks in words, and what they can give", fold=True)

# %%
part = redrawing.needed(garments, worth) if "redrawing" in set(judged["check"]) else None
samples = examples(data, settings.data, pictures[0], found["HiResCAM"][0], part)
page.show(
    plots.framed(*samples),
    alt="A garment, a mosaic with two and one with one picture of a class, a patch, a painted one.",
    caption="Red frame: a good map is red there. ROAD: Rong et al. 2022, arXiv 2202.00449.",
)

blind = [letter for letter, name in letters.items() if name in controls.CONTROLS]
page.say(
    f"The controls were **{', '.join(blind)}**: noise, edges (Sobel), and a blob in the middle "
    "(centre). To pass a check, a method must be clearly better than the best of the three. "
    f"In all: {maps.in_order(letters)}."
)

# %%
place = judged[judged["p_holm"].notna()]
page.show(
    plots.passes(place),
    alt=" ".join(verdicts.findings(judged)),
    caption="Means (right), and how far above the best control; bars: 95% intervals over seeds, "
    f"same {number} pictures. Green: clearly better ({len(place)} comparisons); grey: not shown "
    "to differ.",
)
page.table("checks", judged, "The checks in numbers", fold=True)
page.results["tables"]["pointing"] = verdicts.pointing(by_seed)

# %% [markdown]
# A bar is for one comparison alone. Of thirty comparisons, one or two look clear by chance, so a dot is green only if it passes
# Holm's stricter test (notebook 05). So a grey bar can miss the line. In *redrawing* edges do well without having seen the
# network, perhaps because a large part has more edges, and usually matters more.
#
# **Does a map change when it should?** We measure 1 minus the rank correlation of both maps' pixels. **0: the same map. 1:
# unrelated. Above 1: rather the reverse.**

# %%
changed = verdicts.changes(judged)
page.table("changes", changed, "How much maps change", 2, shown=verdicts.across(changed))
page.say(verdicts.told_changes(judged))

# %% [markdown]
# **How to use a map.** Take the logit's, and test it on your own pictures: paint over the part that it marks, and ask the network
# again. If the part mattered, the logit falls. For comparison we paint over as many pixels at the edges.

# %%
best = verdicts.chosen(judged)  # passes most checks, and changes with the network
right = np.flatnonzero(logits.argmax(axis=1) == labels)[:number]
images, own_class = data.images[positions[right]], labels[right]
looks = maps.maps(network, images, own_class, methods=[best, "Sobel"])

# %% tags=["open"]
fifth = images.shape[1] * images.shape[2] // 5  # of the pixels
left = {"whole": probing.answers(network, images, own_class)}  # the logits of the classes
hidden = {}
for name, look in looks.items():  # the best method and the edge filter (Sobel)
    order = look.reshape(len(images), -1).argsort(axis=1)
    hidden[name] = order[:, -fifth:]  # the pixels that it marks most
    left[name] = probing.answers(network, painted(images, hidden[name]), own_class)

# %%
first_two = [classes[k] for k in own_class[:2]]
page.show(
    plots.framed(*maps.beside(images, first_two, hidden, left), shaded=True),
    alt="Two pictures whole, with the pixels that the method marks, and with those at edges.",
    caption=f"Two of {len(right)} pictures. Red: the fifth that is painted over.",
)
removed, counted = maps.told_removed(left, best)
page.say(counted)

# %% [markdown]
# ## Was the story of report R1 true?
# R1, a student report that this course checks, looked at two Grad-CAM pictures of networks that name the usage of a product. Its
# simple network *looks at the shape of the clothing*, it says; its improved one, trained on augmented and balanced pictures, looks
# *only where that matters, at the handbag, and at the pose*.

# %%
colour = page.colour(usage=story.USAGES)
both = story.settings(colour, colour_limit or None, colour_epochs)
pair = runs.grid(both, seeds, colour, weights=True)
page.record(runs.flat(pair), colour)
shown, usages, looks, said = story.examples(pair, colour)
relative = plots.relative(looks, each=True)
page.show(
    plots.heat_maps(colour.images[shown], relative, usages, below=said, scale=False),
    alt="Grad-CAM of the simple and the improved network on a product picture of each usage.",
    caption="Grad-CAM of the true usage; below it what the network answers. Own scales; seed 0.",
)

# %% [markdown]
# Two pictures fit any story, so we change pictures instead. A *silhouette* keeps only the shape; or we hide both sides, where a
# model's arms are, or the middle. *Right answers* are a mean over the three usages, so guessing gets a third. The *outline* is
# what lies within a few pixels of a garment's edge. A network that gives most pictures the same answer has learnt little but
# which usage is the most common (a note at the top of this report says so where it is extreme).

# %%
measured = story.measured(pair, colour)
seen = story.in_percent(measured)
page.table("story", story.table(measured), story.caption(measured), shown=seen)
wanted = {"at_least": 10, "wanted": "fashion-product", "pictures": sum(r1.ENLARGED["train"])}
enough = claims.comparable(colour.name, colour_limit, colour_epochs, **wanted)
about_story = page.claims(story.for_claims(measured), enough)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    *verdicts.findings(judged, removed),
    story.told(measured, colour),
    sure=verdicts.told_sure(place, number, seeds),
)

# %% [markdown]
# ## Your turn
# 1. Ask for the evidence **for** the first class **against** the second: `cam.raw(network, pictures, pairs)` with `pairs` of
#    shape (number of pictures, 2). What makes the network prefer the class to its second choice?
#
# *Your answer:*
#
# 2. Write a method of your own, a function of (activations, gradients), into `METHODS` of `lib/explain/cam.py`, and run the
#    notebook again. Does it pass ROAD?
#
# *Your answer:*

# %% tags=["solution"]
pairs = np.stack([asked, np.array(table.second(network, pictures, asked))], axis=1)
difference = cam.raw(network, pictures, pairs)["HiResCAM"]
titles = [f"{classes[a]}\nnot {classes[b]}" for a, b in pairs]
page.show(
    plots.heat_maps(pictures, {"first - second": difference}, titles),
    alt="HiResCAM of the logit of each picture's class minus that of the second class.",
    caption="Task 1: evidence for the true class against the one named above.",
)

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which map would you show in a report, and what would you write beneath
# it? They will appear in the report.*

# %% [markdown]
# ## Questions
# 1. Why can a map change with the weights as it must, and still be wrong about where the evidence is?
# 2. The maps of an early layer look sharp. Why is that no sign that they are right?
# 3. Report R1 saw two pictures. How many would you need to say that a network looks at handbags?

# %%
page.save()
