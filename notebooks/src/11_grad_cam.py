# %% [markdown]
# # 11 · Which heat map can you believe?
# Six methods draw a heat map of the same answer, and the maps differ. So we test each method where we know the right answer.
#
# **You will learn** to draw a class activation map, to avoid two mistakes, and to test a map before you believe it.\
# **You need** notebook 02, so that you know networks, logits and intervals over seeds.\
# **Time** 60 minutes including exercises; the quick profile runs in about two minutes.

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
from lib.explain.checks.examples import examples
from lib.explain.checks.road import painted

page = notebook.start("11_grad_cam", globals())
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## Where does a network look?
# The last convolution gives, for each picture, a small map of cells. Each cell has many channels, and still knows where in
# the picture it lies. A **class activation map** shows how strongly each cell supports one class.

# %%
own_data = DataConfig(name=data.name, limit=limit or None)
settings = RunConfig(system=system, data=own_data, epochs=epochs)
trained = runs.grid({system: settings}, seeds, data, weights=True)
page.record(runs.flat(trained))
network = runs.network(trained[system][0], data)

# %%
accuracies = [run.metrics["test_accuracy"] for run in trained[system]]
page.say(
    f"The networks classify {min(accuracies):.0%} to {max(accuracies):.0%} of the test pictures "
    f"correctly ({comparison.seeds(seeds)}). We explain answers of the first network."
)

# %%
positions, labels, logits = trained[system][0].predictions("test")
chosen = maps.surest(labels, logits, 4)  # of the classes that it is surest of one picture each
asked, pictures = labels[chosen], data.images[positions[chosen]]
names = [classes[label] for label in asked]

# %% [markdown]
# This is **Grad-CAM** (Selvaraju et al. 2017, arXiv 1610.02391). The gradient says how the logit of the class would change if a
# channel grew in a cell. Its mean over all cells is the channel's weight. The map is the weighted sum of the channels. The paper
# then sets negative values to zero; we keep them, and draw them blue.

# %% tags=["open"]
layer = layers.named(network, -1)  # the last convolution
channels, changes = gradients.activations_and_gradients(
    network, layer, targets.logit, pictures, asked
)  # both: pictures x rows x columns x channels
weights = changes.mean(axis=(1, 2), keepdims=True)  # one for each channel
by_hand = (channels * weights).sum(axis=-1)  # pictures x rows x columns: the map

# %%
assert np.allclose(by_hand, cam.raw(network, pictures, asked)["Grad-CAM"])
page.say(
    f"The map of `{layer}` has {by_hand.shape[1]} x {by_hand.shape[2]} cells for a picture of "
    f"{pictures.shape[1]} x {pictures.shape[2]} pixels. The kit's own function gives the same map."
)

# %% [markdown]
# There are other methods. **Grad-CAM++** (arXiv 1710.11063) counts only positive gradients. **HiResCAM** (arXiv 2011.08891)
# multiplies cell by cell instead of taking a mean. **LayerCAM** (Jiang et al. 2021) does so with positive gradients only.
# **Score-CAM** (arXiv 1910.01279) and **occlusion** (arXiv 1311.2901) need no gradient: they cover parts of the picture and ask
# the network again.
#
# The figure also has three **controls**: maps that never saw the network. Red supports the class of the picture, blue speaks
# against it, grey says nothing.
#
# **Your guess, before you read on:** which three columns are the controls? *Write it here.*

# %%
found = maps.maps(network, pictures, asked, methods=[*maps.METHODS, *controls.CONTROLS])
shuffled = np.random.default_rng(2).permutation(list(found))
letters = dict(zip("ABCDEFGHI", shuffled, strict=True))  # which method each column is
columns = {letter: found[name] for letter, name in letters.items()}
page.show(
    plots.heat_maps(pictures, plots.relative(columns), names),
    alt=f"Pictures of {', '.join(names)}, and nine heat maps over each, named A to I.",
    caption="Six methods and three controls, smoothly enlarged. Each column has its own scale.",
    thumbnail=True,
)
page.say(maps.disagreement(found, letters, names))


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
# *against* a class turns red somewhere. We ask for a class that is absent: the one that the network thinks least likely.

# %%
logit = cam.raw(network, pictures, asked)["Grad-CAM"]
softmax = cam.raw(network, pictures, asked, target=targets.probability)["Grad-CAM"]
absent = logits[chosen].argmin(axis=1)
against = cam.raw(network, pictures, absent)["Grad-CAM"]
lowest = against.min(axis=(1, 2), keepdims=True)
stretched = (against - lowest) / (np.ptp(against, axis=(1, 2), keepdims=True) + 1e-9)

# %%
drawn = {"logit": logit, "softmax": softmax, "absent class": against}
below = {name: [f"{one.max():.2g}" for one in drawn[name]] for name in ("logit", "softmax")}
below["absent class"] = [classes[k] for k in absent]
shown = plots.relative(drawn, like={"softmax": "logit"}) | {"stretched": stretched}
page.show(
    plots.heat_maps(pictures, shown, names, below=below),
    alt="Grad-CAM of the logit, of the softmax, of an absent class, and the last one stretched.",
    caption="Grad-CAM. Logit and softmax have the same scale; below them is the largest value of "
    "each map. The other columns have their own; below the third is the absent class.",
)

# %% [markdown]
# ## Does the map show what the network needs?
# For a drawn garment we can find out. We draw it again from the same random numbers, but without its collar, for example, and
# ask the network again. The change of its logit shows how much the part matters **to this network**. With real pictures, we
# train the same network on the drawn garments for this.

# %%
drawn_set = data if data.name == "garments" else catalogue.load("garments")
drawn_settings = settings.changed(data=settings.data.changed(name="garments"))
drawn_run = runs.fetch_or_train(drawn_settings, drawn_set, weights=True)
drawn_network = runs.network(drawn_run, drawn_set)
garments = redrawing.draw(5 * redrawn)

# %%
garment = redrawing.examples(drawn_network, garments, ["Shirt", "Coat", "Trouser", "Bag"])
page.show(
    plots.pictures(*garment, columns=8, size=10.5),
    alt="A shirt, a coat, trousers and a bag, each whole and without each of three parts.",
    caption="Each whole, then without a part. The number is the change of the logit. A part with * "
    "defines the class.",
)

# %%
worth = redrawing.importance(drawn_network, garments)
page.table("parts", worth, "How much each part matters: mean drop in the logit", fold=True)
page.say(
    f"{redrawing.told(redrawing.most_needed(worth))} These are means over {5 * redrawn} garments a "
    "class; single garments, as in the figure, can differ."
)

# %% [markdown]
# ## Which methods pass which check?
# The **evidence** on an area is what the map adds up to there. Where a check asks for a share, only positive values count: the sum
# on the area, divided by the sum everywhere. Five checks ask whether the evidence lies in the right place. Three ask whether the
# map changes when it should: 1 minus the rank correlation of the two maps, so 0 means the same map.
#
# *Rank correlation* is 1 for the same order, and 0 for orders that have nothing in common. *Probability* is that of the class. For
# *mosaic*, *pointing*, *patch* and *shuffled labels* we train the network on such pictures.

# %%
checks = [each for each in table.CHECKS if each != "weights from bottom"]
options = {"number": number, "redrawn": redrawn, "checks": checks}
by_seed = verdicts.measure(settings, data, seeds, **options)
judged = verdicts.judge(by_seed)  # against the best control, seed by seed
asks = verdicts.questions(judged, drawn_settings, drawn_set, pictures.shape[1:3])
page.table("questions", asks, "The checks. Higher is better in all of them")

# %%
samples = examples(data, settings.data, pictures[0], found["HiResCAM"][0])
page.show(
    plots.pictures(*samples, columns=6, size=10.5),
    alt="A mosaic with two and one with one picture of the class, two patches, ROAD's pictures.",
    caption="What the checks ask. ROAD: half of the pixels painted over, ranked by HiResCAM's map.",
)

# %%
blind = [letter for letter, name in letters.items() if name in controls.CONTROLS]
page.say(
    f"The controls in the first figure are **{', '.join(blind)}** ({maps.in_order(letters)}). A "
    "method passes a check only if it is clearly better than the best of the three: noise, the "
    "picture's edges (Sobel), and a blob in the middle (centre)."
)

# %% [markdown]
# A large part covers more edges and more of the middle, and usually matters more. So *Sobel* and *centre* are partly right in
# *redrawing* without having seen the network. A method can have a high mean and not pass, if it differs much from seed to seed.

# %%
place = judged[judged["p_holm"].notna()]
found_out = verdicts.findings(judged)
page.show(
    plots.passes(place),
    alt=" ".join(found_out),
    caption=f"Where the evidence lies: mean over {comparison.seeds(seeds)}, {number} pictures each "
    f"(redrawing: {10 * redrawn} garments). Small: 95% interval of the difference from the best "
    f"control. Green: clearly better, red: clearly worse, corrected for {len(place)} comparisons.",
)
page.table("checks", judged, "The checks in numbers", fold=True)
page.results["tables"]["pointing"] = verdicts.pointing(by_seed)
changed = verdicts.changes(judged)
page.table("changes", changed, "How much each map changes; a control never does", 2)

# %% [markdown]
# **How to use a map.** Test it on your own picture: paint over the part that it marks, and ask the network again. If the part
# mattered, the logit falls. For comparison we paint over as many pixels that the edge filter marks.

# %% tags=["open"]
best = verdicts.chosen(judged)  # the method that passes most
share = pictures.shape[1] * pictures.shape[2] // 5  # a fifth of the pixels
whole = {"whole": probing.answers(network, pictures, asked)}  # the logits of the classes
without, left = {}, {}
for name in (best, "Sobel"):
    order = found[name].reshape(len(pictures), -1).argsort(axis=1)
    without[name] = painted(pictures, order[:, -share:])
    left[name] = probing.answers(network, without[name], asked)

# %%
page.show(
    plots.pictures(*maps.beside(pictures, names, without, whole | left), columns=12, size=10),
    alt="Each picture whole, without the pixels that a method marks, and without its edges.",
    caption=f"Logits: whole, without the fifth that {best} marks, and that Sobel marks (edges).",
)
page.say(maps.told_removed(whole | left, best))

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
shown, usages, looks = story.examples(pair, colour)
page.show(
    plots.heat_maps(colour.images[shown], plots.relative(looks), usages),
    alt="Grad-CAM of the simple and the improved network on a product picture of each usage.",
    caption="Grad-CAM of R1's networks (seed 0), usage at the left. What story would you tell?",
)

# %% [markdown]
# Two pictures fit any story, so we change pictures instead. A *silhouette* keeps only the shape; or we hide both sides, where a
# model's arms are, or the middle. **Balanced accuracy** is the share found of each usage, averaged over usages: a network that
# always gives the same answer gets no more than guessing.

# %%
measured = story.measured(pair, colour)
page.table("story", story.table(measured), story.caption(measured), 2, fold=True)
page.say(story.hidden(measured))
wanted = {"at_least": 10, "wanted": "fashion-product", "pictures": sum(r1.ENLARGED["train"])}
enough = claims.comparable(colour.name, colour_limit, colour_epochs, **wanted)
about_story = page.claims(story.for_claims(measured), enough)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    *found_out,
    story.told(measured, colour),
    sure=verdicts.told_sure(place, number, seeds),
)

# %% [markdown]
# ## Your turn
# 1. Which of the nine columns A to I did you take for controls, and were they?
#
# *Your answer:*
#
# 2. Ask for the evidence **for** the first class **against** the second: `cam.raw(network, pictures, pairs)` with `pairs` of
#    shape (number of pictures, 2). What makes the network prefer the class to its second choice?
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
# 1. Why can a map change with the weights as it must, and still be wrong about where the evidence is?
# 2. The maps of an early layer look sharp. Why is that no sign that they are right?
# 3. Report R1 saw two pictures. How many would you need to say that a network looks at handbags?

# %%
page.save()
