"""Which systems no other one beats at less cost."""

import numpy as np


def front(costs: np.ndarray, figures: np.ndarray) -> np.ndarray:
    """Return which systems no other one beats: none costs at most as much and is better, or less and is as good.

    costs: float (N,), lower is better. figures: float (N,), higher is better. bool (N,); one without a cost (NaN) is
    not on the front. Source: Pareto's optimum.
    """
    beaten = [
        bool((((costs <= cost) & (figures > figure)) | ((costs < cost) & (figures >= figure))).any())
        for cost, figure in zip(costs, figures, strict=True)
    ]
    return ~np.array(beaten, dtype=bool) & ~np.isnan(costs) & ~np.isnan(figures)
