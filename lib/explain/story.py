"""Report R1's story of its heat maps, taken apart into statements that pictures can answer.

R1 looked at two Grad-CAM pictures: its simple network looks at the shape of the clothing, its improved one only where
that matters, at the handbag, and at the pose, because models in casual clothes hold their arms otherwise.
"""

import numpy as np
import pandas as pd

from lib import runs
from lib.config import DataConfig, RunConfig
from lib.data.dataset import Dataset, evenly
from lib.data.parts import parts
from lib.evaluation import comparison
from lib.explain import cam, maps, regions
from lib.explain.checks.agreement import share_inside
from lib.explain.probing import answered
from lib.training import recipes
from lib.training.run import Run

USAGES = ["Casual", "Formal", "Smart Casual"]
MEASURES = {
    "outline": "share of Grad-CAM's evidence on the outline",
    "silhouettes": "answers that stay when only the silhouette is left",
    "handbags": "the same, of bags",
    "sides": "answers that stay when both sides are hidden",
    "middle": "answers that stay when the middle is hidden",
}


def settings(dataset: Dataset, limit: int | None, epochs: int) -> dict[str, RunConfig]:
    """Return the two networks of the story, by name: R1's plain one, and the same with augmented, balanced pictures.

    Only training pictures are augmented and balanced. R1 did so with validation and test, too: a fault (R1.augmented).
    """
    data = DataConfig(name=dataset.name, target="usage", keep={"usage": USAGES}, limit=limit)
    simple = recipes.recipe("R1.baseline", data, epochs=epochs)
    improved = recipes.recipe("R1.baseline", data, epochs=epochs, augmentation="R1", imbalance="balanced_sampling")
    return {"simple": simple, "improved": improved}


def examples(pair: dict[str, list[Run]], dataset: Dataset) -> tuple[np.ndarray, list[str], dict[str, np.ndarray]]:
    """Return positions of three test pictures of each usage, their usages, and Grad-CAM of each network of seed 0."""
    seen, split = parts(dataset, next(iter(pair.values()))[0].config.data)
    usage, usages = seen.labels["usage"], seen.classes["usage"]
    chosen = np.concatenate([split.test[usage[split.test] == k][:3] for k in range(len(usages))])
    pictures = np.asarray(dataset.images[chosen])
    looks = {
        name: cam.raw(runs.network(own[0], dataset), pictures, usage[chosen])["Grad-CAM"] for name, own in pair.items()
    }
    return chosen, [usages[k] for k in usage[chosen]], looks


def measured(pair: dict[str, list[Run]], dataset: Dataset, number: int = 200) -> pd.DataFrame:
    """Return a row a run: system (its name in `pair`), seed, and MEASURES on up to `number` test pictures."""
    _, split = parts(dataset, next(iter(pair.values()))[0].config.data)
    positions = split.test[evenly(len(split.test), number)]
    pictures = np.asarray(dataset.images[positions])
    articles = np.array([*dataset.classes["articleType"], ""])[dataset.labels["articleType"][positions]]
    bags = np.char.find(np.char.lower(articles), "bag") >= 0
    changed = {
        "silhouettes": regions.silhouettes(pictures),
        "sides": regions.narrowed(pictures, middle=False),
        "middle": regions.narrowed(pictures, middle=True),
    }
    outline = regions.outline(regions.foreground(pictures))
    rows = []
    for name, run in ((name, run) for name, own in pair.items() for run in own):
        network = runs.network(run, dataset)
        said = answered(network, pictures)
        stay = {what: answered(network, images) == said for what, images in changed.items()}
        on_outline = share_inside(maps.maps(network, pictures, said, methods=["Grad-CAM"])["Grad-CAM"], outline)
        row = {"outline": float(np.nanmean(on_outline)) if np.isfinite(on_outline).any() else np.nan}
        row |= {what: float(same.mean()) for what, same in stay.items()}
        row["handbags"] = float(stay["silhouettes"][bags].mean()) if bags.any() else np.nan
        rows.append({"system": name, "seed": run.config.seed} | row)
    return pd.DataFrame(rows)


def table(found: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each measure: what it is, simple and improved (means over seeds), and their difference."""
    rows = []
    for measure, words in MEASURES.items():
        if found[measure].isna().all():
            continue
        means = comparison.summarise(found, measure).set_index("system")["mean"]
        (difference,) = comparison.against(found, measure, "simple").itertuples()
        told = comparison.told(difference, 2).replace("**", "")
        rows.append([words, means["simple"], means["improved"], told])
    return pd.DataFrame(rows, columns=["measure", "simple", "improved", "improved minus simple"])


def told(found: pd.DataFrame) -> str:
    """Return in one sentence what the improved network needs, by what its answers survive."""
    means = found[found["system"] == "improved"][[*MEASURES]].mean()
    bags = f", of bags {means['handbags']:.0%}" if np.isfinite(means["handbags"]) else ""
    return (
        f"R1's improved network keeps {means['sides']:.0%} of its answers when both sides (the arms) are hidden, "
        f"{means['middle']:.0%} when the middle is, and {means['silhouettes']:.0%} of silhouettes{bags}."
    )
