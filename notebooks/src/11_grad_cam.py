# %% [markdown]
# # 11 · Which heat map can you believe?
# We draw heat maps with six methods, and test each one where we know the right answer.
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
from lib.data.parts import parts
from lib.evaluation import comparison
from lib.explain import cam, controls, gradients, layers, maps, story, targets
from lib.explain.checks import redrawing, table, verdicts
from lib.explain.checks.examples import examples
from lib.training.loop import predict

page = notebook.start("11_grad_cam", globals())
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## Where does a network look?
# The last convolution gives, for each picture, a small map of cells. Each cell has many channels, and still knows where in
# the picture it lies. A **class activation map** shows how strongly each cell supports one class.

# %%
settings = RunConfig(
    system=system, data=DataConfig(name=data.name, limit=limit or None), epochs=epochs
)
trained = runs.grid({system: settings}, seeds, data, weights=True)
page.record(runs.flat(trained))
network = runs.network(trained[system][0], data)

# %%
_, split = parts(data, settings.data)
labels, answers = data.labels["class"][split.test], trained[system][0].predicted("test")
right = np.flatnonzero(answers == labels)
asked, first = (
    each[-6:] for each in np.unique(labels[right], return_index=True)
)  # six classes
pictures = data.images[split.test[right[first]]]
names = [classes[label] for label in asked]

# %%
accuracies = [run.metrics["test_accuracy"] for run in trained[system]]
page.say(
    f"The networks classify {min(accuracies):.0%} to {max(accuracies):.0%} of the test pictures "
    f"correctly ({comparison.seeds(seeds)}). Below is one picture of each of {len(asked)} classes "
    "that the first network gets right."
)

# %% [markdown]
# This is **Grad-CAM** (Selvaraju et al. 2017, arXiv 1610.02391) in three lines. The gradient says how the logit of the class
# would change if a cell's channel grew. Its mean is the channel's weight. The map is the weighted sum of the channels. The paper
# then sets negative values to zero; we keep them, and draw them blue.

# %%
layer = layers.named(network, -1)
channels, changes = gradients.activations_and_gradients(
    network, layer, targets.logit, pictures, asked
)
weights = changes.mean(axis=(1, 2), keepdims=True)
by_hand = (channels * weights).sum(axis=-1)
assert np.allclose(by_hand, cam.raw(network, pictures, asked)["Grad-CAM"])
page.say(
    f"The map of `{layer}` has {by_hand.shape[1]} x {by_hand.shape[2]} cells for a picture of "
    f"{pictures.shape[1]} x {pictures.shape[2]} pixels. The kit's own function gives the same map."
)

# %% [markdown]
# There are other methods. Red supports the class that is written above, blue speaks against it.
#
# - **Grad-CAM++** (arXiv 1710.11063) counts only positive gradients. **HiResCAM** (arXiv 2011.08891) multiplies cell by cell
#   instead of taking a mean. **LayerCAM** (Jiang et al. 2021) does so with positive gradients only.
# - **Score-CAM** (arXiv 1910.01279) and **occlusion** (arXiv 1311.2901) need no gradient. They cover parts of the picture and
#   ask the network again.
#
# Three of the nine rows below are **controls**: maps that never saw the network. Each row has its own colour scale; pale means
# little evidence.
#
# **Your guess, before you read on:** which three rows are the controls? *Write it here.*

# %%
found = maps.maps(network, pictures, asked, methods=[*maps.METHODS, *controls.CONTROLS])
shuffled = np.random.default_rng(2).permutation(list(found))
letters = dict(zip("ABCDEFGHI", shuffled, strict=True))  # which method each row is
rows = plots.relative({letter: found[name] for letter, name in letters.items()})
page.show(
    plots.heat_maps(pictures, rows, names),
    alt="One picture of each of six classes, and nine rows of heat maps over them, named A to I.",
    caption="Six methods and three controls, smoothly enlarged. Which is which?",
    thumbnail=True,
)

# %%
blind = [letter for letter, name in letters.items() if name in controls.CONTROLS]
in_order = ", ".join(f"{letter} {name}" for letter, name in letters.items())
page.say(
    f"**{', '.join(blind)}** never saw the network: noise, the picture's edges (Sobel), and a "
    f"blob in the middle. In order: {in_order}. A map that looks sensible may know nothing."
)


# %%
def four_maps(picture, label, at):
    image = pictures[[names.index(picture)]]
    own = cam.raw(network, image, np.array([classes.index(label)]), at)
    row = {label: np.concatenate([*plots.relative(own).values()])}
    return plots.heat_maps(image.repeat(len(own), 0), row, list(own), maps.in_words(row))


# %%
if (
    not paths.for_a_report()
):  # in JupyterLab you can choose the picture, the class and the layer
    page.study(
        four_maps,
        alt="One picture and its four class activation maps, cell by cell.",
        caption="Evidence for the class at the left, cell by cell, each method on its own scale.",
        picture=names,
        label=classes,
        at=[layer, *layers.spatial(network)["layer"]],
    )

# %% [markdown]
# ## Which mistakes are easy to make?
# **1. The softmax instead of the logit.** If a network is sure, its probability is nearly 1 and hardly changes, so the gradient
# nearly vanishes. The map becomes pale (compare rows 1 and 2). It can even change its sign, because the probability also depends on
# the logits of all other classes.
#
# **2. Stretching.** Many scripts stretch each map from its smallest to its largest value. Then even a map with evidence only
# *against* the class turns red somewhere (compare rows 3 and 4, which ask for the class that the network thinks least likely).

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
# ## Does the map show what the network needs?
# For a drawn garment we can find out. We draw it again from the same random numbers, but without its collar, for example, and
# ask the network again. The drop in the logit of its class shows how much the part matters **to this network**. With real
# pictures, we train the same network on the drawn garments for this.

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
    "* marks a part that defines the class.",
)

# %%
worth = redrawing.importance(drawn_network, garments)
page.table("parts", worth, "How much each part matters: mean drop in the logit", fold=True)
needed = redrawing.told(redrawing.most_needed(worth))
again = verdicts.repeated(drawn_settings, drawn_set, 5 * redrawn)
page.say(
    f"{needed} These are means over {5 * redrawn} garments of each class; single garments, as in "
    "the figure, can differ. Two trainings of the same network do not order the parts alike "
    f"(rank correlation {again:.2f}; 1 is the same order), so do not expect more of a map."
)

# %% [markdown]
# ## Which methods pass which check?
# Five checks ask whether the evidence lies in the right place:
#
# - *redrawing*: do the parts of a drawn garment have the same order in the map as in the network (rank correlation)?
# - *mosaic*: four pictures in one, two of them of the class: what share of the evidence lies on those two?
# - *pointing*: one of the four is of the class: how often does the highest point lie on it?
# - *patch*: a chequered patch alone tells the label: what share of the evidence lies on it?
# - *ROAD* (Remove And Debias, Rong et al. 2022, arXiv 2202.00449): we paint over the least relevant pixels, then the most
#   relevant ones. By how much is the probability of the class higher in the first case?
#
# For *mosaic*, *pointing* and *patch* we train the network on pictures of that kind.

# %%
samples, titles = examples(data, settings.data, pictures[0], found["HiResCAM"][0])
page.show(
    plots.pictures(samples, titles, columns=6),
    alt="A mosaic with two and one with one picture of the class, two patches, ROAD's pictures.",
    caption="What the checks show the network. ROAD: half of the pixels painted over (HiResCAM).",
)

# %% [markdown]
# Four checks ask whether the map changes when it should: for the *other class* (the network's second choice), for a network that
# learnt *shuffled labels*, and when the weights become random layer by layer, from the output (*top*) or from the input (*bottom*).
# The value is 1 minus the rank correlation with the map before: 0 is the same map, 1 an unrelated one. Higher is better in all nine.

# %%
by_seed = verdicts.measure(settings, data, seeds, number=number, redrawn=redrawn)
judged = verdicts.judge(by_seed)  # against the best control, seed by seed
found_out = verdicts.findings(judged)
page.results["tables"]["pointing"] = verdicts.pointing(by_seed)
place = judged[judged["p_holm"].notna()]

# %%
page.show(
    plots.passes(place),
    alt=" ".join(found_out),
    caption=f"Where the evidence lies: mean over {comparison.seeds(seeds)}, {number} pictures each "
    f"(redrawing: {10 * redrawn} garments). Small: 95% interval of the difference from the best "
    f"control, each on its own. Green: clearly better, red: clearly worse, corrected for "
    f"{len(place)} comparisons (Holm). Chance is .5 in mosaic, .25 in pointing.",
)
page.table("checks", judged, "The checks in numbers", fold=True)
page.table(
    "changes", verdicts.changes(judged), "How much each map changes; a control never does", 2
)

# %% [markdown]
# A large part covers more edges and more of the middle, and usually matters more. So *Sobel* and *centre* are partly right in
# *redrawing* without having seen the network. A method can have a high mean and not pass, if it differs much from seed to seed.

# %% [markdown]
# ## Was the story of report R1 true?
# Report R1 looked at two Grad-CAM pictures. It says that its simple network *looks at the shape of the clothing*, and that its
# improved one looks *only where that matters, at the handbag, and at the pose*, because models in casual clothes hold their arms
# differently. The task is the usage of a product. Both networks have the same layers; the improved one trains on augmented,
# balanced pictures.

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
# Two pictures fit any story, so we change pictures instead. A *silhouette* keeps only the shape and fills it with one colour:
# a picture still classified correctly needed nothing else. A model's arms are at the sides, so we hide the sides, too. **Balanced
# accuracy** is the share found of each usage, averaged over usages. A network that always says Casual is right most of the time,
# and gives the same answer whatever we hide; its balanced accuracy shows that it knows nothing.

# %%
measured = story.measured(pair, colour)
page.table("story", story.table(measured), story.caption(measured), 2)
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
# 1. Which of the nine rows A to I did you take for controls, and were they?
#
# *Your answer:*
#
# 2. Ask for the evidence **for** the first class **against** the second: `cam.raw(network, pictures, pairs)` with `pairs` of
#    shape (6, 2). What makes the network prefer Shirt to its second choice?
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
