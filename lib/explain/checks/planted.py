"""Pictures of which we know where a network must look, or that there is nothing to be learnt.

A network is trained on each, and its maps are held against what is known. All take the pictures of `taking_part`.
"""

from dataclasses import replace

import numpy as np

from lib.config import DataConfig, RunConfig
from lib.data.dataset import Dataset, evenly
from lib.data.parts import parts
from lib.explain.checks.mosaics import halved, quarter
from lib.explain.probing import background

SIDE = 5  # pixels of the patch
TESTS = 600  # test pictures that are kept: more than any check looks at


def taking_part(dataset: Dataset, config: DataConfig) -> Dataset:
    """Return the pictures that a run with these settings trains, chooses and (up to 600) tests on, in memory.

    Its validation and test parts are fixed, so it is divided alike whatever is changed in it; `settings` goes with it.
    """
    seen, split = parts(dataset, config)
    own = [split.train, split.validation, split.test[evenly(len(split.test), TESTS)]]
    ends = np.cumsum([len(part) for part in own])
    positions = np.concatenate(own)
    return Dataset(
        name=dataset.name,
        images=np.asarray(seen.images[positions]),
        labels={config.target: seen.labels[config.target][positions]},
        classes={config.target: seen.classes[config.target]},
        ids=dataset.ids[positions],
        provenance=dataset.provenance,
        validation=np.arange(ends[0], ends[1]),
        test=np.arange(ends[1], ends[2]),
    )


def settings(config: RunConfig) -> RunConfig:
    """Return the settings for pictures of `taking_part`, in which `limit` and `keep` have had their say."""
    return config.changed(data=DataConfig(name=config.data.name, target=config.data.target))


def with_patch(dataset: Dataset, seed: int = 0) -> Dataset:
    """Return the same pictures with labels drawn by lot and a patch that tells them; truth["patch"] says where it is.

    Label 1: a chequered patch of 5x5 pixels; label 0: a flat one about as bright. Both lie anywhere. Nothing
    else tells the two apart, so a network that is right more often than half of the time has looked at the patch.
    """
    rng = np.random.default_rng(seed)
    count, height, width = dataset.images.shape[:3]
    labels = rng.integers(0, 2, count)
    tops, lefts = (rng.integers(0, side - SIDE + 1, count) for side in (height, width))
    rows, columns = (starts[:, None] + np.arange(SIDE) for starts in (tops, lefts))
    places = (np.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :])
    patches = np.array([np.full((SIDE, SIDE), 127), np.indices((SIDE, SIDE)).sum(axis=0) % 2 * 255], "uint8")
    images, where = np.array(dataset.images), np.zeros((count, height, width), bool)
    images[places] = patches[labels][..., None]
    where[places] = True
    labelled = _relabelled(dataset, np.asarray(labels), ["flat patch", "chequered patch"])
    return replace(labelled, images=images, digest=None, truth={"patch": where})


def placed(dataset: Dataset, seed: int = 0) -> Dataset:
    """Return the pictures halved in height and width, each in one quarter by lot, with background in the others.

    A network that was trained on them knows a class in every quarter of a mosaic, as one that was trained on whole
    pictures does not.
    """
    places = np.random.default_rng(seed).integers(0, 4, len(dataset))
    images = np.broadcast_to(background(dataset.images)[:, None, None], dataset.images.shape).copy()
    small = halved(dataset.images)
    for place in range(4):
        own = places == place
        images[own, *quarter(place, images)] = small[own]
    return replace(dataset, images=images, digest=None, truth={}, source=None)


def shuffled(dataset: Dataset, seed: int = 0) -> Dataset:
    """Return the same pictures with the labels of others: a network can learn them by heart, but nothing from them.

    Source: Adebayo et al. 2018, Sanity Checks for Saliency Maps, arXiv 1810.03292, section 3.2.
    """
    (target,) = dataset.labels
    labels = np.random.default_rng(seed).permutation(dataset.labels[target])
    return _relabelled(dataset, labels, dataset.classes[target])


def _relabelled(dataset: Dataset, labels: np.ndarray, classes: list[str]) -> Dataset:
    (target,) = dataset.labels
    return replace(dataset, labels={target: labels}, classes={target: classes}, truth={}, source=None)
