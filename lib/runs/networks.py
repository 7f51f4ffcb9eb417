"""The network of a finished run, and what it says of any pictures."""

from typing import TYPE_CHECKING

import numpy as np

from lib import models
from lib.base.errors import LookbookError
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.evaluation import ensembles
from lib.models import needs
from lib.runs.store import fetch_or_train
from lib.training import features
from lib.training.loop import predict
from lib.training.run import MODEL, Run

if TYPE_CHECKING:
    from lib.base.backend import keras


def network(run: Run, dataset: Dataset | None = None) -> "keras.Model":
    """Return the trained network of a run; where the store kept none of it, the run is trained again.

    dataset: what the run was trained on; None: loaded by its name. LookbookError for an anchor, which has no network.
    """
    models.refuse_anchor(run.config.system)
    if not kept(run):
        run = fetch_or_train(run.config, dataset, weights=True)
    return models.load(run.config.system, run.folder / MODEL)


def kept(run: Run) -> bool:
    """Return whether the trained network of a run is at hand; of ablations and most reference runs it is not."""
    return (run.folder / MODEL).exists()


def backbone(config: RunConfig, dataset: Dataset) -> "keras.Model":
    """Return the frozen backbone under a head of these settings: uint8 pictures of `dataset` to a list of features.

    Its first layers prepare the pixels. The kit's own backbone is fetched or trained. LookbookError for other systems.
    """
    from lib.base.backend import keras
    from lib.models import backbones

    name, preprocessing = needs.backbone_of(config)
    if not name:
        raise LookbookError(f"{config.system} has no backbone: take R1.resnet50 or one of the transfer.* systems")
    if name != backbones.KIT:
        base = backbones.build(name, dataset.images.shape[1:], preprocessing)
    elif config.start is None:
        raise LookbookError("backbone=kit: it is a run of the kit: give its settings as `start`")
    else:
        base = backbones.from_run(fetch_or_train(config.start, dataset, weights=True))
    return keras.Model(base.inputs[0], backbones.pooled(base), name=name)


def logits(run: Run, dataset: Dataset, positions: np.ndarray | None = None) -> np.ndarray | dict[str, np.ndarray]:
    """Return what a run's network says of the pictures of `dataset` at `positions` (all), float32 (N, classes).

    dataset: any pictures of the size that the network takes. Of several targets: a dictionary of logits by target.
    """
    positions = np.arange(len(dataset)) if positions is None else positions
    return predict(network(run), features.inputs(dataset, run.config, positions), positions, run.config.test_time_flip)


def over_mirror(run: Run, dataset: Dataset) -> np.ndarray:
    """Return a run's answer over each test picture and its mirror image, float64 (N, classes): log of the mean softmax.

    This is test-time augmentation (Krizhevsky et al. 2012). dataset: what the run was trained on, pictures of the size
    that the network takes.
    """
    positions, _, own = run.predictions("test")
    mirrored = np.ascontiguousarray(dataset.images[positions][:, :, ::-1])
    other = predict(network(run, dataset), mirrored, np.arange(len(mirrored)), False)
    assert isinstance(other, np.ndarray)  # a run whose logits are carried has one answer
    return ensembles.averaged([own, other])
