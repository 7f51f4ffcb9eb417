"""Is my figure normal? A run beside the reference runs of the same settings.

As MLPerf's reference convergence points do (github.com/mlcommons/logging, rcp_checker), but in words and both ways: too
low is no more normal than too high.
"""

from collections.abc import Iterable

from lib.evaluation import statistics
from lib.runs import carried
from lib.training.run import Run


def normal(run: Run, measure: str = "test_accuracy") -> str:
    """Return in words how a run's figure fits the reference runs of the same settings; "" where there are none.

    "the same" as the reference run of its seed, else "within" or "outside" what one more run would give (95%).
    """
    others = {each.config.seed: each.metrics[measure] for each in carried.alike(run.config)}
    figure = run.metrics[measure]
    if abs(others.get(run.config.seed, -1) - figure) < 1e-9:
        return f"{figure:.4f}, the same as the reference run of this seed"
    if len(others) < 2:
        return ""
    low, high = statistics.prediction_interval(list(others.values()))
    where = f"what one more run gives, {low:.4f} to {high:.4f} ({len(others)} reference runs, 95%)"
    if low <= figure <= high:
        return f"{figure:.4f}, within {where}"
    return f"{figure:.4f}, outside {where}: other packages or pictures, or one run of twenty"


def beside(runs: Iterable[Run]) -> list[str]:
    """Return a sentence for each run that was trained here and has reference runs to compare with."""
    here = [run for run in runs if run.origin == "here" and not run.metrics["diverged"]]
    return [f"{run.label}, seed {run.config.seed}: test accuracy {said}." for run in here if (said := normal(run))]
