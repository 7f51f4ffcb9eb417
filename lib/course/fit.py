"""Can a notebook make sense of these pictures with these parameters? Asked before it runs, and by its first cell."""

from lib import config as configs
from lib.audit import pictures as audit
from lib.base.errors import LookbookError
from lib.config import RunConfig
from lib.data import catalogue, r1
from lib.data.dataset import Dataset
from lib.data.parts import parts
from lib.training import fits, heads, recipes

USAGE = {"target": "usage", "keep": {"usage": r1.CLASSES}, "validation": 0.15}
MAIN = {"target": "masterCategory", "more_targets": ("subCategory",), "stratify": "subCategory", "validation": 0.15}
NEEDED: dict[str, dict[str, tuple[str, ...]]] = {  # columns that a notebook is about, and the values they must have
    "08_transfer_learning": {"usage": r1.CLASSES, "articleType": ()},
    "09_imbalance": {"usage": r1.CLASSES, "articleType": ()},
    "10_multi_task": {"masterCategory": (), "subCategory": ()},
}
TASKS = {"08_transfer_learning": USAGE, "09_imbalance": USAGE, "10_multi_task": MAIN}
SYSTEMS = {  # what a notebook trains that has no parameter for it
    "00_start_here": ["R1.baseline"],  # its own network is as deep; that one's batch of 5 stands for none
    "03_ablation_dropout": ["R2.optimised"],
    "06_optimizers": ["R2.simple"],
    "07_augmentation": ["R3.initial"],
    "08_transfer_learning": ["R1.baseline"],
    "09_imbalance": ["R1.baseline"],  # its head takes the same batches
}

SMALLER = {  # how a notebook is told to take smaller batches, where it has a parameter for that
    "batch_size": "set batch_size={batch}",
    "batch_sizes": "set batch_sizes=[{half}, {batch}] and base={batch}",
}


def refuse(name: str, parameters: dict, dataset: Dataset) -> None:
    """Raise LookbookError, in one line that names the notebook, where it cannot run on these pictures."""
    try:
        missing = lacks(dataset, NEEDED.get(name, {}))
        if missing:
            raise LookbookError(f"{dataset.name} has no {missing}, which this notebook is about: take other pictures")
        smaller = next((told for parameter, told in SMALLER.items() if parameter in parameters), "")
        for config in _configs(name, parameters, dataset):
            fits.refuse(config, dataset, smaller)
    except LookbookError as error:
        raise LookbookError(f"{name}: {error}") from error


def lacks(dataset: Dataset, needed: dict[str, tuple[str, ...]]) -> str:
    """Return in words which columns, or values of them, the data set does not have; "" where it has all."""
    columns = [column for column in needed if column not in dataset.labels]
    if columns:
        return f"column {' and '.join(columns)}"
    values = {
        column: [value for value in wanted if value not in dataset.classes[column]] for column, wanted in needed.items()
    }
    return " and no ".join(f"'{value}' in column {column}" for column, own in values.items() for value in own)


def resolve(name: str, colour: bool, needed: dict[str, tuple[str, ...]]) -> catalogue.Resolved:
    """Return what a data set's name stands for (`lib.data.catalogue.resolve`); own pictures that lack what is needed
    give way to the kit's own set, with the reason.
    """
    found = catalogue.resolve(name, colour)
    missing = lacks(catalogue.load(found.name), needed) if found.name.startswith("own:") else ""
    if not missing:
        return found
    other = catalogue.resolve("auto", colour)
    why = f"{found.name} has no {missing}: {other.name} stands in for it in this part."
    return catalogue.Resolved(other.name, " ".join(filter(None, [why, other.reason])))


def _configs(name: str, parameters: dict, dataset: Dataset) -> list[RunConfig]:
    """Return settings as demanding as those that the notebook will train with, none for one that trains nothing."""
    if "limit" not in parameters:
        if "pictures" in parameters:  # 01 divides them
            parts(dataset, configs.DataConfig(name=dataset.name, grouped=False))
            step = -(-len(dataset) // parameters["pictures"]) if parameters["pictures"] else 1
            compared = dataset.labels["class"][::step]
            audit.refuse_few(compared[compared >= 0])
        return []
    data = {"name": dataset.name, "limit": parameters["limit"] or None} | TASKS.get(name, {})
    own = {"batch_size": parameters["batch_size"]} if "batch_size" in parameters else {}
    if "batch_sizes" in parameters:
        own["batch_size"] = max(parameters["batch_sizes"], default=1)
    one = [parameters["system"]] if "system" in parameters else SYSTEMS.get(name, ["anchor.majority"])
    checked = configs.parse({"system": "anchor.majority", "data": data})  # a wrong limit is said in one line
    if "systems" in parameters:  # 02 takes them with settings of its own
        return [configs.parse({"system": each, "data": data} | own) for each in parameters["systems"]]
    found = [recipes.recipe(each, checked.data, **own) for each in one if each != "anchor.majority"]
    if "article_limit" in parameters:  # the kit's own backbone, where no other is at hand
        found.append(heads.teacher(checked.data, parameters["article_limit"]))
    return found or [checked]
