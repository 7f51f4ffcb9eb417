"""The settings that decide a training."""

import json
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from lib.base.errors import LookbookError, nearest

SEEDS = 2**32 - 1  # the largest one that NumPy and Keras take


class Settings(BaseModel):
    """Base of all settings: unknown names are refused, values cannot change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_no_number(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, bool) and cls.model_fields[str(info.field_name)].annotation in (int, float, int | None):
            raise ValueError(f"give a number, not {str(value).lower()}")
        return value

    def changed(self, **named: Any) -> Self:
        """Return these settings with the named ones changed, checked like new ones (pydantic's `model_copy` is not)."""
        return _checked(type(self), self.model_dump() | named, f"settings of {type(self).__name__}")


Kind = TypeVar("Kind", bound=Settings)


class DataConfig(Settings):
    """Which pictures are trained on, chosen on and tested on."""

    name: str  # data set, as `lib.data.catalogue.load` knows it
    target: str = "class"
    more_targets: tuple[str, ...] = ()  # answered at the same time, a head each; a picture needs a label in all of them
    keep: dict[str, tuple[str, ...]] = {}  # column -> values: pictures with another value there are left out
    limit: int | None = Field(None, ge=20)  # training and validation pictures together; None: all
    validation: float = Field(0.2, gt=0, lt=1)  # share of all that are not the publisher's test pictures
    test: float = Field(0.15, gt=0, lt=1)  # likewise; only where the publisher fixed no test pictures
    stratify: str | None = None  # target whose shares every part keeps; None: `target`
    grouped: bool = True  # False: groups are torn apart, a wrong way, to show what it is worth (notebook 01)
    protocol: Literal["kit", "R1", "R1.augmented"] = "kit"  # R1: the report's own way, faults included (lib.data.r1);
    # it fixes its own few pictures and parts, so limit, validation, test and grouped change nothing there
    split_seed: int = Field(0, ge=0, le=SEEDS)  # one split for all seeds, so that runs differ in the training alone
    limit_seed: int = Field(0, ge=0, le=SEEDS)  # which pictures `limit` takes; the test pictures stay the same

    @model_validator(mode="after")
    def _each_target_once(self) -> "DataConfig":
        targets = (self.target, *self.more_targets)
        twice = [target for target in targets if targets.count(target) > 1]
        if twice:
            raise ValueError(f"more_targets: '{twice[0]}' is a target already; name it once")
        return self


class AugmentationConfig(Settings):
    """Random changes to training pictures (lib.data.augment); a field at its default changes nothing."""

    horizontal_flip: float = Field(0.0, ge=0, le=1)  # probability
    vertical_flip: float = Field(0.0, ge=0, le=1)  # probability
    shift: float = Field(0.0, ge=0, lt=1)  # largest shift along each axis, share of the side, in whole pixels
    rotation: float = Field(0.0, ge=0, le=180)  # largest angle, degrees, either way
    zoom: float = Field(0.0, ge=0, lt=1)  # largest change of size, share, either way, the same for both axes
    shear: float = Field(0.0, ge=0, lt=90)  # largest angle, degrees, either way
    erase: float = Field(0.0, ge=0, le=1)  # probability that a random rectangle is covered with noise


class OptimizerConfig(Settings):
    """Optimiser by Keras's name, and how its learning rate goes; Keras's usual Adam where a report says no more."""

    name: Literal["adam", "adamw", "rmsprop", "sgd"] = "adam"
    learning_rate: float = Field(0.001, gt=0)  # the highest one, where a schedule changes it
    momentum: float = Field(0.0, ge=0, lt=1)  # of sgd
    nesterov: bool = False  # of sgd's momentum: the gradient counts once more, ahead of its average (Nesterov 1983)
    weight_decay: float = Field(0.0, ge=0)  # decoupled from the gradient (Loshchilov & Hutter 2019, arXiv 1711.05101)
    schedule: Literal["constant", "cosine", "exponential", "one-cycle", "triangular"] = (
        "constant"  # lib.training.schedules
    )
    decay: float = Field(0.9, gt=0, le=1)  # of the exponential schedule: the factor from epoch to epoch

    @model_validator(mode="after")
    def _momentum_is_for_sgd(self) -> "OptimizerConfig":
        if self.momentum and self.name != "sgd":
            raise ValueError(f"momentum is for sgd; {self.name} has its own averages")
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov changes sgd's momentum: give momentum, too")
        return self


class EarlyStoppingConfig(Settings):
    """End a training that no longer gets better on validation pictures, and go back to its best epoch."""

    monitor: Literal["val_loss", "val_accuracy"] = "val_loss"
    patience: int = Field(5, ge=1)  # epochs without a better one


class RunConfig(Settings):
    """Everything that decides a training. `system` is an id of systems.md, or one of `lib.models.anchors`."""

    system: str
    arguments: dict[str, Any] = {}  # of the system's builder
    data: DataConfig
    augmentation: AugmentationConfig = AugmentationConfig()  # of training pictures; nothing else can be augmented
    optimizer: OptimizerConfig = OptimizerConfig()
    batch_size: int = Field(32, ge=1, le=1_000_000)
    epochs: int = Field(20, ge=1, le=100_000)  # at most, with early stopping
    early_stopping: EarlyStoppingConfig | None = None
    imbalance: Literal["none", "class_weights", "balanced_sampling"] = "none"  # of training pictures alone
    start: "RunConfig | None" = None  # a run to begin from: its head (fine-tuning), or its network as the backbone
    precision: Literal["float32", "mixed_bfloat16"] = "float32"
    label_smoothing: float = Field(0.0, ge=0, lt=1)  # share of the truth given to all classes alike (arXiv 1512.00567)
    test_time_flip: bool = False  # logits are means over a picture and its mirror image (test-time augmentation)
    test_every_epoch: bool = False  # a wrong way, to show what it is worth; a guard fires
    seed: int = Field(0, ge=0, le=SEEDS)

    @model_validator(mode="after")
    def _imbalance_is_of_one_target(self) -> "RunConfig":
        if self.imbalance != "none" and self.data.more_targets:
            raise ValueError(f"imbalance={self.imbalance} is for one target; leave more_targets out")
        return self


def parse(settings: dict, where: str = "the settings") -> RunConfig:
    """Return `settings` as a RunConfig; LookbookError in one line that names the first wrong setting."""
    return _checked(RunConfig, settings, where)


def _checked(kind: type[Kind], settings: dict, where: str) -> Kind:
    try:
        return kind(**settings)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        hint = ""
        if first["type"] == "extra_forbidden":
            parts: dict[str, type[Settings]] = {
                "data": DataConfig,
                "augmentation": AugmentationConfig,
                "optimizer": OptimizerConfig,
                "early_stopping": EarlyStoppingConfig,
            }
            fields = parts.get(str(first["loc"][0]), kind).model_fields
            hint = f" ({nearest(str(first['loc'][-1]), list(fields))})"
        message = first["msg"].removeprefix("Value error, ")
        raise LookbookError(": ".join(filter(None, [where, name, f"{message}{hint}"]))) from error


def read(file: Path) -> RunConfig:
    """Return the RunConfig in a JSON file."""
    return parse(settings_in(file), where=str(file))


def settings_in(file: Path) -> dict:
    """Return what a JSON file says of a run, unchecked; LookbookError where it holds no settings at all."""
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LookbookError(f"{file}: no such file; the config.json in a folder of runs/ is an example") from error
    except ValueError as error:
        raise LookbookError(f"{file}: not JSON ({error}); every run's config.json is an example") from error
    if not isinstance(settings, dict):
        raise LookbookError(
            f"{file}: holds no settings but a {type(settings).__name__}; every run's config.json is one"
        )
    return settings
