"""What `lookbook bench time-to` measured, read from bench.json: the table, the sentence and the figure of the index."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import BaseModel, Field, ValidationError, model_validator

from lib.base import files
from lib.base.errors import LookbookError
from lib.base.progress import duration
from lib.evaluation.statistics import over_seeds

YARDSTICK = "R2.optimised"  # whose whole time the others' times are compared with

Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]


class Final(BaseModel):
    """How trainings of an entry ended, one for each seed: test accuracy, seconds of all epochs, their number."""

    accuracy: list[Share] = Field(min_length=1)
    seconds: list[Seconds]
    epochs: list[int]


class Speed(BaseModel):
    """The part of bench.json that is about time to accuracy: entry -> accuracy -> seconds, one for each seed."""

    time_to: dict[str, dict[Share, list[Seconds | None]]] = Field(min_length=1)  # None: not reached
    final: dict[str, Final]
    runs: dict[str, dict] = {}  # "place": {"pictures", ...}
    provenance: dict[str, dict] = {}  # "time-to": {"device", "date", ...}

    @model_validator(mode="after")
    def _as_many_seeds_everywhere(self) -> "Speed":
        for label, reached in self.time_to.items():
            own = self.final.get(label)
            others: list[list] = [] if own is None else [own.accuracy, own.seconds, own.epochs]
            if own is None or {len(each) for each in [*others, *reached.values()]} != {len(own.accuracy)}:
                raise ValueError(f"{label}: not one figure of each kind for every seed")
        return self


def parse(content: dict, where: str = "bench.json") -> Speed:
    """Return the part about time to accuracy, checked; LookbookError in one line for anything else."""
    try:
        return Speed.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise LookbookError(
            f"{where}: not what `lookbook bench time-to` writes ({place + ': ' if place else ''}{said})"
        ) from error


def ratios(speed: Speed) -> dict[str, list[float | None]]:
    """Return for each entry its times, seed by seed, as shares of the yardstick's whole time with the same seed.

    Under "R3.initial, to 93%" and "R3.initial, whole"; None where not reached. Nothing without the yardstick.
    """
    whole = speed.final[YARDSTICK].seconds if YARDSTICK in speed.final else []
    found: dict[str, list[float | None]] = {}
    for label, reached in speed.time_to.items():
        lists = {f"to {_percent(accuracy)}": times for accuracy, times in reached.items()}
        for what, times in (lists | {"whole": list(speed.final[label].seconds)}).items():
            found[f"{label}, {what}"] = [
                None if time is None else time / base for time, base in zip(times, whole, strict=False)
            ]
    return found if whole else {}


def table(speed: Speed) -> pd.DataFrame:
    """Return a row an entry, ready to print: system, epochs, seeds, time to each accuracy, whole time, test accuracy.

    A time is the mean over all seeds, with its share of T, the yardstick's whole time; where a seed did not arrive, it
    says how many did. Test accuracy: the mean, and how far its 95% interval reaches either way.
    """
    rows = []
    for label, reached in speed.time_to.items():
        final = speed.final[label]
        row = {"system": label, "epochs": str(max(final.epochs)), "seeds": str(len(final.seconds))}
        for accuracy, times in reached.items():
            arrived = [time for time in times if time is not None]
            all_did = len(arrived) == len(times)
            said = _time(speed, arrived) if all_did else f"{len(arrived)} of {len(times)} arrived"
            row[f"to {_percent(accuracy)}"] = said
        rows.append(row | {"whole": _time(speed, final.seconds), "test accuracy": _accuracy(final.accuracy)})
    return pd.DataFrame(rows)


def sentences(speed: Speed) -> list[str]:
    """Return what was found: who is first at the two highest accuracies that an entry reached with all its seeds."""
    accuracies = sorted({accuracy for reached in speed.time_to.values() for accuracy in reached}, reverse=True)
    fastest = {accuracy: _fastest(speed, accuracy) for accuracy in accuracies}
    found = []
    for accuracy, label in [(accuracy, label) for accuracy, label in fastest.items() if label][:2]:
        times = [time for time in speed.time_to[label][accuracy] if time is not None]
        what = f"{_percent(accuracy)} validation accuracy"
        if YARDSTICK in speed.final:
            final, part = speed.final[YARDSTICK], _share(speed, times)
            share = f"{_percent(part)} of" if part <= 1 else f"{part:.1f} times"
            whose = "it" if label == YARDSTICK else YARDSTICK
            both = f"{duration(_mean(times))} against {duration(_mean(final.seconds))}"
            found.append(f"{label} reaches {what} in {share} the time that {whose} takes for its ")
            found[-1] += f"{max(final.epochs)} epochs ({both})."
        else:
            found.append(f"{label} is the first to reach {what}, after {duration(_mean(times))}.")
    missed = [accuracy for accuracy, label in fastest.items() if not label]
    return found + [f"No system reached {_percent(accuracy)} with all its seeds." for accuracy in missed[-1:]]


def section(out: Path) -> dict | None:
    """Return what the index shows of out/bench.json, None where there is no such file or no time to accuracy in it.

    {"error"}: one line about a file that cannot be read. Else "sentences", "columns", "rows", "yardstick",
    "png" (base64), "alt" and "caption".
    """
    file = out / "bench.json"
    if not file.exists():
        return None
    try:
        content = files.read_json(file)
        if isinstance(content, dict) and "time_to" not in content:
            return None
        speed = parse(content, file.name)
    except (LookbookError, OSError) as error:
        return {"error": f"{error}; rename it, which keeps it, and measure again with `lookbook bench time-to`."}
    shown = table(speed)
    place, made = speed.runs.get("place", {}), speed.provenance.get("time-to", {})
    known = [place.get("pictures"), made.get("device"), str(made.get("date", ""))[:10]]
    measured = ", ".join(str(each) for each in known if each)
    return {
        "sentences": sentences(speed),
        "columns": list(shown.columns),
        "rows": shown.values.tolist(),
        "yardstick": YARDSTICK,
        "png": _png(speed),
        "alt": _alt(speed),
        "caption": "A line leads through the mean times to each validation accuracy that all seeds reached. Small dots "
        f"are seeds. A diamond is the end of the training, with test accuracy. Measured: {measured}.",
    }


def _png(speed: Speed) -> str:
    from lib import plots

    final = {label: (own.seconds, own.accuracy) for label, own in speed.final.items() if label in speed.time_to}
    return plots.png(plots.time_to_accuracy(speed.time_to, final), dpi=150)


def _alt(speed: Speed) -> str:
    said = []
    for _, row in table(speed).iterrows():
        times = [f"{name} {row[name]}" for name in row.index if name.startswith("to ")]
        said.append(f"{row['system']}: {', '.join([*times, 'test accuracy ' + row['test accuracy']])}")
    return f"Accuracy over seconds of training, on a logarithmic axis. {'; '.join(said)}."


def _fastest(speed: Speed, accuracy: float) -> str | None:
    """Return the entry whose mean time is the shortest, of those that arrived with every seed."""
    known = {label: reached[accuracy] for label, reached in speed.time_to.items() if accuracy in reached}
    means = {label: _mean(times) for label, times in known.items() if None not in times}
    return min(means, key=means.__getitem__) if means else None


def _share(speed: Speed, times: list[float]) -> float:
    """Return mean time to the yardstick's mean whole time, over the seeds that both have."""
    whole = speed.final[YARDSTICK].seconds
    both = min(len(times), len(whole))
    return _mean(times[:both]) / _mean(whole[:both])


def _time(speed: Speed, times: list[float]) -> str:
    share = f" ({_share(speed, times):.2f} T)" if YARDSTICK in speed.final else ""
    return f"{duration(_mean(times))}{share}"


def _accuracy(values: list[float]) -> str:
    found = over_seeds(values)
    mean = f"{found['mean']:.4f}"
    return f"{mean}, one run" if len(values) < 2 else f"{mean} ± {found['high'] - found['mean']:.4f}"


def _mean(times: Sequence[float | None]) -> float:
    return float(np.mean(np.array(times, dtype="float64")))


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
