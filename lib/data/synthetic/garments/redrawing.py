"""The same garments with one part left out: what the part does to a picture is known, not guessed."""

import numpy as np

from lib.data.synthetic.garments.drawing import CHUNK, draw_some, generator, parts_of

# Third number of the streams. In its place the streams of the data set have the number of a chunk, which is below 70:
# no garment drawn here is a picture of the data set.
STREAM = 1000
LEVELS = 5  # a change of fewer grey levels does not count


def redraw(label: int, seed: int, n: int) -> tuple[np.ndarray, list[str], np.ndarray, np.ndarray]:
    """Return n garments (1 or more) of class `label` (0 to 9), and each of them again without each part of its class.

    images, uint8 (n, 28, 28, 1): the garments with all their parts;
    parts: the names of the P parts of the class;
    without, uint8 (P, n, 28, 28, 1): the same garments, each without that part, else the same to the byte;
    masks, bool (P, n, 28, 28): where the two differ by LEVELS or more; all False where a garment has not that part, or
    has it so faintly that it cannot be seen. The camera's grain is the same in both and does not count.

    The same seed gives the same bytes on every machine, and a larger n only adds garments. None is in the data set.
    """
    parts = parts_of(label)
    chunks = range((n + CHUNK - 1) // CHUNK)
    drawn = [
        np.concatenate([draw_some(label, generator(seed, label, STREAM, chunk), CHUNK, part)[0] for chunk in chunks])
        for part in ["", *parts]
    ]
    images, without = drawn[0][:n], np.stack(drawn[1:])[:, :n]
    masks = np.abs(without.astype(np.int16) - images) >= LEVELS
    return images[..., None], parts, without[..., None], masks
