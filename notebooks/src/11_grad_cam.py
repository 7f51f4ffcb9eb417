# %% [markdown]
# # 11 · Which heat map can you believe?
# Six methods draw heat maps of one answer, and they differ. We test them, where we can, on pictures whose
# right answer we know.
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
colour_epochs: int = 0  # passes of report R1's two networks; 0: they are not trained
colour_limit: int = 3000  # product pictures for their training and validation; 0: all

# %% [markdown]
# ## Set-up

# %%
import numpy as np

from lib import claims, notebook, plots, runs
from lib.base import paths
from lib.base.backend import keras
from lib.config import DataConfig, RunConfig
from lib.data.parts import parts
from lib.explain import cam, controls, gradients, layers, maps, story, targets
from lib.explain.checks import redrawing, table, told, verdicts
from lib.explain.checks.examples import examples, on_drawn, questions, worked
from lib.explain.checks.painting import painted

page = notebook.start("11_grad_cam", globals())
data, classes = page.dataset, page.dataset.classes["class"]

# %% [markdown]
# ## Where does a network look?
# The last convolution gives a small map of cells, each with many channels. A **class activation map** shows how strongly each cell
# supports one class. It needs the channels, and their gradient: how the logit of the class changes with them.

# %%
own = DataConfig(name=data.name, limit=limit or None)
settings = RunConfig(system=system, data=own, epochs=epochs)
trained = runs.grid({system: settings}, seeds, data, weights=True)
page.record(runs.flat(trained))
network = runs.network(trained[system][0], data)
pictures, labels = maps.surest(trained[system][0], data, 3)  # of the surest classes one each


# %% tags=["open"]
def channels_and_changes(network, layer, pictures, asked):
    import tensorflow as tf

    both = keras.Model(network.inputs, [network.get_layer(layer).output, network.outputs[0]])
    with tf.GradientTape() as tape:
        channels, logits = both(pictures)  # channels: pictures x rows x columns x channels
        of_class = tf.gather(logits, asked, axis=1, batch_dims=1)
    return channels.numpy(), tape.gradient(of_class, channels).numpy()


# %%
if keras.backend.backend() == "jax":  # which has no tape
    channels_and_changes = gradients.of_logit

# %% [markdown]
# **Grad-CAM** (Selvaraju et al. 2017) weighs a channel by the mean of its changes. **HiResCAM** differs in one line.

# %% tags=["open"]
layer = layers.named(network, -1)  # the last convolution
asked = labels  # the class of each picture
channels, changes = channels_and_changes(network, layer, pictures, asked)
weights = changes.mean(axis=(1, 2), keepdims=True)  # one for each channel
grad_cam = (channels * weights).sum(axis=-1)  # a map of each picture
hires_cam = (channels * changes).sum(axis=-1)  # in each cell a weight of its own

# %%
names = [classes[label] for label in asked]
learnt_from = len(parts(data, own)[1].train)
page.say(maps.told_network(network, system, trained[system], learnt_from))
page.table(
    "methods",
    maps.methods(),
    "Six methods (sources: lib/explain/cam.py and probing.py)",
    fold=True,
)

# %% [markdown]
# Grad-CAM++, too, has one weight a channel, but of the positive changes alone; LayerCAM is HiResCAM with those alone. Two methods need
# many answers of the network. Score-CAM hides the picture except where a channel is high, and weighs the channel by the answer.
# Occlusion moves a window over the picture, and tells how far the logit falls.
#
# The figure has nine columns: the six methods and three **controls**, which never saw the network. Red supports the class of the
# picture, blue speaks against it (many papers leave it out). Which three are the controls? Decide before you read below it.

# %%
found = maps.maps(network, pictures, asked, methods=[*maps.METHODS, *controls.CONTROLS])
shuffled = np.random.default_rng(2).permutation(list(found))
letters = dict(zip("ABCDEFGHI", shuffled, strict=True))  # which method each column is
columns = {letter: found[name] for letter, name in letters.items()}

# %%
page.show(
    plots.heat_maps(pictures, plots.relative(columns, each=True), names),
    alt=f"Pictures of {', '.join(names)}, and nine heat maps over each, named A to I.",
    caption="Each map has its own scale. The network names these pictures right.",
    thumbnail=True,
)

# %%
page.say(f"{maps.told_columns(letters)} {maps.disagreement(found, letters, names, pictures)}")


def four_maps(picture, label, at):  # for JupyterLab, where one can choose
    image = pictures[[names.index(picture)]]
    own = cam.raw(network, image, np.array([classes.index(label)]), at)
    return plots.heat_maps(image, plots.relative(own), [label], maps.in_words(own))


if not paths.for_a_report():
    choices = {"picture": names, "label": classes, "at": layers.spatial(network)["layer"]}
    about = "Evidence for the class at the left, cell by cell; each method has its own scale."
    page.study(four_maps, alt="A picture and its maps.", caption=about, **choices)

# %% [markdown]
# ## Which mistakes are easy to make?
# **1. The softmax instead of the logit.** Where a network is sure, its probability hardly changes, so the map nearly vanishes.
#
# **2. Stretching** from the smallest to the largest value. Then even the map of an absent class turns red somewhere.

# %%
absent, against = maps.most_against(network, pictures, asked, len(classes))
k = [int(np.maximum(against, 0).sum(axis=(1, 2)).argmin())]  # where there is least red
softmax = cam.raw(network, pictures, asked, target=targets.probability)["Grad-CAM"][k]
low, high = against.min(axis=(1, 2), keepdims=True), against.max(axis=(1, 2), keepdims=True)
stretched = ((against - low) / (high - low + 1e-9))[k]

# %%
drawn = {"logit": grad_cam[k], "→ softmax": softmax, "absent class": against[k]}
below = {name: [f"at most {one.max():.2g}" for one in drawn[name]] for name in list(drawn)[:2]}
below["absent class"] = [f"{classes[each]}?" for each in absent[k]]
shown = plots.relative(drawn, like={"→ softmax": "logit"}) | {"→ stretched": stretched}
here = {"below": below, "apart": "absent class", "large": True, "scale": False}
page.show(
    plots.heat_maps(pictures[k], shown, [names[each] for each in k], **here),
    alt="Grad-CAM of the logit, of the softmax, of an absent class, and the last one stretched.",
    caption="Grad-CAM, cell by cell; each arrow is a mistake. Logit and softmax share one scale.",
)

# %% [markdown]
# ## How can a map be tested?
# We need pictures of which we know where the red should lie. A drawn garment can be drawn again without its collar, for example:
# how far the logit falls shows how much the part matters **to this network**.

# %%
drawn = on_drawn(settings, data, 5 * redrawn)
if drawn.dataset is not data:
    page.say(
        "Photographs cannot be drawn again, so here the same network learnt drawn garments."
    )
page.table("parts", drawn.worth, "What each part is worth: mean fall of the logit", fold=True)
without = redrawing.examples(drawn.network, drawn.garments, ["Coat", "Trouser"])
page.show(
    plots.pictures(*without, columns=8, size=10.5),
    alt="A coat and trousers, each whole and without each of three parts.",
    caption="Whole, and without a part; what the logit does. *: a part drawn to make the class.",
)

# %% [markdown]
# This is one of five checks. *Redrawing* ranks the parts twice, by the sum of the map on them and by the fall of the logit; the
# score is how alike the two orders are (their rank correlation).

# %%
options = {"number": number, "redrawn": redrawn, "checks": table.FEWER}
by_seed = verdicts.measure(settings, data, seeds, **options)
judged = verdicts.judge(by_seed)  # against the best control, seed by seed
chance = by_seed.query("check == 'painting' and method == 'random'")["value"].mean()
asks = questions(judged, drawn, pictures.shape[1:3], chance)
page.table("questions", asks, "All checks in words, and what they can give", fold=True)

# %%
again = "redrawing" in set(judged["check"])
part = redrawing.needed(drawn.garments, drawn.worth) if again else None
page.show(
    plots.framed(*examples(data, own, pictures[0], found["HiResCAM"][0], chance, part)),
    alt="A garment, a mosaic with two and one with one picture of a class, a patch, a painted one.",
    caption="The five checks. Red frame: a good map is red there (nobody knows where in painting).",
)
skill = table.accuracies(settings, data, seeds, judged)
page.say(f"For some checks the network is trained anew on such pictures. {told.known(skill)}")
mosaic = worked(judged, settings, data, number)
there, looks = mosaic.where, mosaic.maps

# %% [markdown]
# **One mosaic, worked out.** For each map the code divides the red that lies inside the frame by all its red.

# %% tags=["open"]
shares = {}
for name, look in looks.items():
    red = np.maximum(look, 0)  # what is above zero
    shares[name] = (red * there).sum() / red.sum()

# %%
below = [
    f"frame: {classes[mosaic.label]}",
    *(f"{share:.0%} of its red" for share in shares.values()),
]
page.show(
    plots.inside(mosaic.picture, looks, there, below),
    alt="A mosaic and three maps over it; the two pictures of the class are framed.",
    caption="By chance it is half. The methods with the highest and lowest mean score of this "
    "check, and a control, the edge filter (Sobel).",
)

# %% [markdown]
# ## Which methods pass?
# To pass a check, a method must be clearly better than the best of the three controls.

# %%
place = judged[judged["p_holm"].notna()]
marked = {name: f"{name} †" for name in verdicts.hardly(judged)}
page.show(
    plots.passes(place.replace({"method": marked}), told.control(place)),
    alt=f"{told.unbeaten(judged)} {told.passing(judged)}",
    caption="How far each mean score is above that of the best control. Bar (under some dots): 95% "
    "interval of one comparison alone. Filled dot: clear even among all of them; hollow: not clear."
    + " †: the map hardly changes when it should (see below)."
    * bool(marked),
)
page.table("checks", judged, "The checks in numbers", fold=True)
page.results["tables"]["pointing"] = verdicts.pointing(by_seed)
page.say(f"{told.controls(place)} {told.passing(judged)} {told.corrected(place)}")

# %% [markdown]
# **Does a map change when it should?** We measure 1 minus the rank correlation of both maps' pixels. **0: the same map. 1:
# unrelated. Above 1: rather the reverse.**

# %%
changed = verdicts.changes(judged)
page.table("changes", changed, "How much maps change", 2, shown=told.across(changed))
page.say(told.changes(judged))
best = verdicts.chosen(judged)  # passes most checks of those that change with the network
looks = {name: found[name] for name in (best, "Sobel")}

# %% [markdown]
# ## How do you test a map of your own?
# Of your own pictures nobody knows where the red should lie. But you can paint over the part that a map marks, and ask the network
# again: if the part mattered, the logit falls. Do the same with what an edge filter marks: a map must do better than that.

# %% tags=["open"]
fifth = pictures.shape[1] * pictures.shape[2] // 5  # of the pixels
each = np.arange(len(pictures))
hidden, left = {}, {"whole": np.array(network(pictures))[each, asked]}  # the logits
for name, look in looks.items():
    order = look.reshape(len(look), -1).argsort(axis=1)
    hidden[name] = order[:, -fifth:]  # the fifth that it marks most
    without = painted(pictures, hidden[name])  # each becomes the mean of those around it
    left[name] = np.array(network(without))[each, asked]

# %%
page.show(
    plots.framed(*maps.beside(pictures[:2], names[:2], hidden, left), thin=True),
    alt="Two pictures whole, with the pixels that the method marks, and with those at edges.",
    caption="Orange: around the fifth that is painted over (Rong et al. 2022, arXiv 2202.00449).",
)
page.say(f"{told.pictures(names[:2], left)} {told.painting(judged, best, number)}")

# %% Report R1's two networks: only with colour_epochs, which `--profile full` sets
if colour_epochs:
    colour = page.colour(usage=story.USAGES)
    pair = story.pair(colour, colour_limit or None, colour_epochs, seeds)
    page.record(runs.flat(pair), colour)
    measured = story.measured(pair, colour)
    page.say(f"{story.BEGINS} {story.told(measured, colour)}")
    shown = story.in_percent(measured)
    page.table("story", story.table(measured), story.caption(measured), shown=shown, fold=True)
    enough = claims.comparable(colour.name, colour_limit, colour_epochs, **story.REPORTED)
    judged_claims = page.claims(story.for_claims(measured), enough)

# %% [markdown]
# ## What we found

# %%
page.conclude(
    told.RULE,
    told.unbeaten(judged),
    answer=told.answer(judged),
    sure=told.sure(place, number, seeds),
)

# %% [markdown]
# ## Your turn
# 1. Ask for the evidence **for** the first class **against** the second: `cam.raw(network, pictures, pairs)` with `pairs` of
#    shape (number of pictures, 2). What makes the network prefer the class to its second choice?
#
# *Your answer:*
#
# 2. Write a method of your own, a function of (channels, changes) as in the line for HiResCAM, into `METHODS` of
#    `lib/explain/cam.py`, and run the notebook again. Does it pass *painting*?
#
# *Your answer:*

# %% tags=["solution"]
pairs = np.stack([asked, np.array(table.second(network, pictures, asked))], axis=1)
difference = {"first - second": cam.raw(network, pictures, pairs)["HiResCAM"]}
titles = [f"{classes[a]}\nnot {classes[b]}" for a, b in pairs]
drawing = plots.heat_maps(pictures, difference, titles)
page.show(drawing, alt="The class minus the second one.", caption="Task 1, with HiResCAM.")

# %% [markdown]
# **My conclusion.** *Write two sentences of your own: which map would you show in a report, and what would you write beneath
# it? They will appear in the report.*

# %% [markdown]
# ## Questions
# 1. Why can a map change with the weights as it must, and still be wrong about where the evidence is?
# 2. The maps of an early layer look sharp. Why is that no sign that they are right?
# 3. R1, a student report that this course checks, explained its two networks by two heat maps. How many would you need to say
#    that a network looks at handbags? (`lookbook report 11 --profile full` trains both and judges what R1 says of them.)

# %%
page.save()
