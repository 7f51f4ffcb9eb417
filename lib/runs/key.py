"""The name of a run: a hash of its settings, its data, the backend, and the VERSION of each room that decides figures.

Code is not hashed: moving a file or wording a message anew trains nothing again (`lib.base.versions`).
"""

import hashlib
import json

from lib import models
from lib.base import outside, versions
from lib.config import AugmentationConfig, RunConfig
from lib.models import needs


def key(
    config: RunConfig,
    data_fingerprint: str,
    start: str | None = None,
    backend: str | None = None,
    weights: str | None = None,
) -> str:
    """Return the run's name, 16 hex digits.

    backend: None: the one in use; "": whichever, as reference runs are named. weights: None: the digest of those that
    its backbone has here (`lib.models.needs.weights_digest`).
    data_fingerprint: `Dataset.fingerprint`. start: the key of the run to begin from, which may have other pictures.
    LookbookError for an unknown system, or one whose backbone has no weights here.
    """
    decisive = {
        "settings": canonical(config),
        "data": data_fingerprint,
        "backend": outside.backend_name() if backend is None else backend,
        "versions": versions.of(*rooms(config)),
        "network": repr(models.SYSTEMS.get(config.system)),
        "weights": needs.weights_digest(config) if weights is None else weights,
        "start": start,
    }
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:16]


def canonical(config: RunConfig) -> str:
    """Return the settings as JSON text that is the same for the same settings."""
    settings = config.model_dump(mode="json", exclude_defaults=True)  # a new setting leaves the older keys as they are
    return json.dumps(settings, sort_keys=True, separators=(",", ":"))


def rooms(config: RunConfig) -> list[str]:
    """Return the rooms of versions.yaml that decide this run's figures."""
    found = ["defaults", "prepare", "splits", "train", *models.rooms(config.system)]
    if config.system not in models.ANCHORS:
        found += ["loop", "blocks", "ends"]
    if needs.takes_features(config):
        found.append("features")
    if config.data.protocol != "kit":
        found += ["r1", "augment"]
    if config.imbalance != "none":
        found.append("imbalance")
    if config.augmentation != AugmentationConfig():
        found.append("augment")
    if config.optimizer.schedule != "constant":
        found.append("schedules")
    if config.label_smoothing:
        found.append("smoothing")
    return sorted(set(found))
