"""What a system needs besides pictures: features of a backbone, the weights of one, a run to begin from."""

from lib import models
from lib.config import RunConfig


def takes_features(config: RunConfig) -> bool:
    """Return whether the network of `config` is a head that is trained on features."""
    from lib.models import transfer

    return bool(backbone_of(config)[0]) and transfer.takes_features(config.arguments)


def takes_start(config: RunConfig) -> bool:
    """Return whether the network of `config` can begin from another run: as its backbone, or for its head."""
    from lib.models import backbones

    name, _ = backbone_of(config)
    return name == backbones.KIT or (bool(name) and not takes_features(config))


def weights_digest(config: RunConfig, download: bool = True) -> str:
    """Return what decides a run besides settings, pictures and code: which weights its backbone has; "" without one.

    download: whether they are fetched when they are not here. LookbookError when there are none. The kit's own backbone
    is named by the settings it was trained with.
    """
    from lib.models import backbones

    name, _ = backbone_of(config)
    return backbones.find(name, download).digest if name not in ("", backbones.KIT) else ""


def backbone_of(config: RunConfig) -> tuple[str, str | None]:
    """Return the backbone of the network of `config`, "" without one, and its preprocessing (None: its own)."""
    module, fixed = models.SYSTEMS.get(config.system, ("", {}))
    if module != "lib.models.transfer":
        return "", None
    arguments = {"backbone": "resnet50"} | fixed | config.arguments
    return arguments["backbone"], arguments.get("preprocessing")
