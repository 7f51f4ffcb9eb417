"""A model card of a system: what it is, what it is for, how good it is, and where it fails."""

import importlib

import numpy as np
import pandas as pd

from lib import models
from lib.config import RunConfig
from lib.evaluation import calibration, comparison, metrics, statistics
from lib.runs.full_length import costs, minutes, with_logits
from lib.training.run import Run

ABOUT = {  # of a real set: what it is, where it is from, what it leaves out
    "fashion-mnist": (
        "Fashion-MNIST (Xiao et al. 2017, arXiv 1708.07747, MIT licence): pictures of a shop's products, grey, 28x28 "
        "pixels, ten classes of equal size",
        "single garments, shoes and bags on an even ground, turned into 28x28 grey pixels. Photographs with people, "
        "backgrounds, other light or several garments are not among them",
    ),
    "fashion-product": (
        "Fashion Product Images, small (Aggarwal, Kaggle): product photographs of one shop in colour, 60x80 pixels, "
        "with a table",
        "products of one online shop, on white ground or worn by models. Other shops and countries are not among them",
    ),
}

OWN = {  # what else is to be known of a system
    "fast": "Its recipe was chosen on the same validation pictures; that 12 epochs give less than 94% of the test "
    "pictures was known when 28 became its length.",
}


def card(runs: list[Run], classes: list[str]) -> pd.DataFrame:
    """Return a model card as rows of section, field, text; no text is empty. Figures are computed, over all seeds.

    runs: of one system, by seed, with one answer. classes: names of that answer's classes, in order.
    Source: Mitchell et al. 2019, Model Cards for Model Reporting, arXiv 1810.03993, section 4.
    """
    config = runs[0].config
    sections = {
        "Model": _model(runs),
        "Intended use": _use(config),
        "Factors": _factors(config, classes),
        "Metrics": _metrics(runs),
        "Evaluation data": _evaluation(runs),
        "Training data": _training(runs),
        "Quantitative analyses": _figures(runs, classes),
        "Ethical considerations": _ethics(config),
        "Caveats": _caveats(runs),
    }
    return pd.DataFrame(
        [
            {"section": section, "field": field, "text": text}
            for section, fields in sections.items()
            for field, text in fields.items()
        ]
    )


def _model(runs: list[Run]) -> dict[str, str]:
    config, environments = runs[0].config, [run.environment for run in runs]
    cost = costs({config.system: runs}).iloc[0]
    module = importlib.import_module(models.SYSTEMS[config.system][0])
    built = (module.build.__doc__ or "").partition("\n")[0].removeprefix("Return ")
    adds = f"{cost['multiply_adds'] / 1e6:.1f} million" if cost["multiply_adds"] > 0 else "an unknown number of"
    from_report = config.system[:2] if config.system[:1] == "R" else ""
    return {
        "who": f"Lookbook, a course kit, after student report {from_report}"
        if from_report
        else "Lookbook, a course kit",
        "when": _span(sorted(str(each["finished"])[:10] for each in environments)),
        "version": f"commit {_span(sorted({str(each['commit']) for each in environments}))}; {_keys(runs)}",
        "type": f"convolutional network: {built} {cost['parameters']:,} parameters, {adds} multiply-adds a picture",
        "training": _trained(config) + f" {minutes(runs):.1f} minutes a run on {environments[0]['device']}, while "
        "other work may have run beside.",
        "more": f"{module.__name__.replace('.', '/')}.py, and {config.system} in lib/training/recipes.yaml",
        "licence": "MIT, as the kit",
    }


def _trained(config: RunConfig) -> str:
    optimizer = config.optimizer
    changes = [f"{name} {value}" for name, value in config.augmentation.model_dump().items() if value]
    schedule = f", schedule {optimizer.schedule}" if optimizer.schedule != "constant" else ""
    decay = f", weight decay {optimizer.weight_decay}" if optimizer.weight_decay else ""
    decay = (
        f", {'Nesterov ' if optimizer.nesterov else ''}momentum {optimizer.momentum}{decay}"
        if optimizer.momentum
        else decay
    )
    smoothing = f" Label smoothing {config.label_smoothing}." if config.label_smoothing else ""
    most = "at most " if config.early_stopping else ""
    return (
        f"{most}{config.epochs} epochs of batches of {config.batch_size}, {optimizer.name} with learning rate "
        f"{optimizer.learning_rate}{schedule}{decay}. Augmentation: {', '.join(changes) or 'none'}.{smoothing}"
    )


def _use(config: RunConfig) -> dict[str, str]:
    return {
        "for": "comparing networks and recipes in teaching, on the pictures that it was trained for",
        "by": "students and teachers of image classification",
        "not for": f"any decision about a person or a sale, any picture that is not like those of {config.data.name}, "
        "and any class that it does not know: it answers with one of its own, whatever it is shown",
    }


def _factors(config: RunConfig, classes: list[str]) -> dict[str, str]:
    return {
        "that matter": "the class of garment, light, background, how much of the picture it fills, and the camera",
        "that are measured": f"the class alone: {', '.join(classes)}. The set says nothing of the others",
        "people": "the labels name no group of people, so figures by groups cannot be given",
    }


def _metrics(runs: list[Run]) -> dict[str, str]:
    alike = len(set(np.unique_counts(runs[0].labels("test")).counts)) == 1
    why = (
        "because classes are equally large and a mistake costs the same in each"
        if alike
        else "which large classes rule"
    )
    return {
        "measures": f"test accuracy, {why}; recall of each class; calibration error (Guo et al. 2017, "
        "arXiv 1706.04599)",
        "threshold": "none: the answer is the class with the largest logit",
        "uncertainty": f"mean and 95% interval over {comparison.seeds(len(runs))} (Student's t), of training anew on "
        "the same pictures. Other test pictures would make it wider",
    }


def _evaluation(runs: list[Run]) -> dict[str, str]:
    number = len(runs[0].positions("test"))
    what, _ = ABOUT.get(runs[0].config.data.name, (runs[0].config.data.name, ""))
    return {
        "pictures": f"{number:,} test pictures of {what}",
        "why": "they are what the reports, and most of the literature, are measured on",
        "preparation": "pixels as they are, 0 to 255; what a network does to them is one of its layers. The test "
        "pictures were read once a run, after training",
    }


def _training(runs: list[Run]) -> dict[str, str]:
    config = runs[0].config
    _, leaves_out = ABOUT.get(config.data.name, ("", "not known"))
    steps = int(runs[0].history["steps"].iloc[0])
    least, most = (steps - 1) * config.batch_size, steps * config.batch_size
    return {
        "pictures": f"between {least + 1:,} and {most:,} (steps times batch size) of {config.data.name}; "
        f"{len(runs[0].positions('val')):,} more chose settings",
        "what they show": leaves_out,
    }


def _figures(runs: list[Run], classes: list[str]) -> dict[str, str]:
    scores = statistics.over_seeds([run.metrics["test_accuracy"] for run in runs])
    matrices = [metrics.confusion(run.labels("test"), run.predicted("test"), classes) for run in runs]
    found = metrics.class_recall(sum(matrices[1:], matrices[0])).sort_values("recall")
    worst, best = found.iloc[0], found.iloc[-1]
    return {
        "overall": f"{scores['mean']:.4f}, 95% interval {scores['low']:.4f} to {scores['high']:.4f}",
        "by class": f"best {best['class']} {best['recall']:.3f}, worst {worst['class']} {worst['recall']:.3f}; most "
        f"often confused: {metrics.hardest_pair(sum(matrices[1:], matrices[0]))}",
        "by several factors": "cannot be given: the set has one label a picture",
        "sureness": _sureness(runs),
    }


def _sureness(runs: list[Run]) -> str:
    own = with_logits({"": runs}).get("", [])
    if not own:
        return "not measured: the logits are not carried"
    before, after, by = (np.mean(each) for each in zip(*map(calibration.before_and_after, own), strict=True))
    return f"calibration error {before:.3f}, after dividing the logits by {by:.2f} (from validation) {after:.3f}"


def _ethics(config: RunConfig) -> dict[str, str]:
    worn = config.data.name == "fashion-product"
    return {
        "people in the data": "some pictures show models; whether they agreed to this use is not known"
        if worn
        else "none can be recognised: garments alone, 28 pixels wide",
        "harm": "small: a garment is taken for another one. It grows where classes stand for people, as gender and "
        "use of a product do; nothing here is made for that",
    }


def _caveats(runs: list[Run]) -> dict[str, str]:
    own = f" {OWN[runs[0].config.system]}" if runs[0].config.system in OWN else ""
    return {
        "known": "validation accuracy chose it among several, which flatters that figure; its test accuracy did not "
        f"choose it.{own} People disagree about some of the labels, so 1 cannot be reached",
        "advice": "measure it on pictures of your own before you trust a figure of this card",
    }


def _keys(runs: list[Run]) -> str:
    return f"seeds {', '.join(str(run.config.seed) for run in runs)}"


def _span(values: list[str]) -> str:
    return values[0] if values[0] == values[-1] else f"{values[0]} to {values[-1]}"
