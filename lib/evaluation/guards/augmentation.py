"""Guard of the random changes: may one change what a label means?"""

from lib.config import AugmentationConfig
from lib.data.dataset import Dataset

UPRIGHT = ("garments", "garments-colour", "fashion-mnist", "fashion-product")  # clothes and shoes as shops show them


def label_unsafe_augmentation(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when an augmentation may change what a label means (`unsafe`)."""
    sentences = unsafe(run.config.augmentation, dataset.name)
    return bool(sentences), " ".join(sentences) or "none is known to change what a label means"


def unsafe(settings: AugmentationConfig, data_name: str) -> list[str]:
    """Return a sentence for each operation that may change what a label means in that data set; empty: none.

    Knows the sets of garments and shoes in UPRIGHT alone. Of every other set it says nothing.
    """
    if data_name not in UPRIGHT:
        return []
    cut = "less than half of a picture may stay in view, and sleeves, hems and soles, which tell classes apart, be lost"
    faults = {
        "vertical_flip: no shop shows clothes or shoes upside down": settings.vertical_flip > 0,
        "rotation: beyond 45 degrees clothes and shoes lie on their side": settings.rotation > 45,
        "shear: beyond 45 degrees the top slides sideways by more than half the height": settings.shear > 45,
        f"shift: {cut}": (1 - settings.shift) ** 2 < 0.5,
        f"zoom: {cut}": (1 + settings.zoom) ** -2 < 0.5,
    }
    return [f"{sentence}." for sentence, found in faults.items() if found]
