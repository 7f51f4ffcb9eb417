"""Do the settings of a training fit its pictures? Asked before the first of many trainings."""

import json
from functools import cache

from lib import models
from lib.base.errors import LookbookError
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.data.parts import parts
from lib.models import needs

LARGE = 20  # pixels: every network can be built for pictures of that size


def refuse(config: RunConfig, dataset: Dataset) -> None:
    """Raise LookbookError for pictures that cannot be divided, are fewer than a batch, or too small for the network."""
    seen, divided = parts(dataset, config.data)
    if config.system in models.ANCHORS:
        return
    if config.batch_size > len(divided.train):
        raise LookbookError(
            f"batch_size={config.batch_size} is more than the {len(divided.train)} training pictures: take a smaller "
            "one where it can be set, or more pictures"
        )
    if min(seen.images.shape[1:3]) < LARGE and not needs.takes_features(config):
        targets = (config.data.target, *config.data.more_targets)
        classes = tuple((target, len(seen.classes[target])) for target in targets)
        _build(config.system, seen.images.shape[1:], classes, json.dumps(config.arguments, sort_keys=True))


@cache
def _build(system: str, shape: tuple[int, ...], classes: tuple[tuple[str, int], ...], arguments: str) -> None:
    """Build the network once; LookbookError where the pictures are too small for it."""
    models.build(system, shape, dict(classes) if len(classes) > 1 else classes[0][1], **json.loads(arguments))
