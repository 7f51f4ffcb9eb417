"""One function judges every claim, by the rule that claims.yaml states for it.

figure, within   a figure that the report printed after one training. It is contradicted when the interval in which one
                 more training of ours would land excludes it, and holds when that interval is also narrower than
                 `within` on either side: narrow enough to have shown otherwise.
between          the interval of the mean has to lie inside two limits; null: no limit on that side.
higher, lower    than another system, seed by seed: the difference has to be resolved. Of shares a difference of less
                 than `lib.evaluation.comparison.EQUAL` counts as equal for practice.
stated, counted  a figure that the report's own numbers, or the data set (`by`), must give: it holds where the counted
                 one may have been printed so. No training is needed; nor for
beside           two sentences of one report: otherwise (they exclude each other), or unfounded (the second takes the
                 ground from the first, which may still be true). People laid them side by side; nothing is computed.

Verdicts: holds; contradicted, with what we see; not supported (it may be true, but what the report shows does not say
so); equal for practice; not resolvable with n seeds; not judged, with why.
"""

import math

from lib.base.errors import LookbookError
from lib.evaluation import comparison

# How a verdict begins.
KINDS = ("holds", "contradicted", "not supported", "equal for practice", "not resolvable", "not judged")
NOT_RUN = "not run"  # a claim without runs
MEANING = {  # of the verdicts
    "holds": "our trainings, or a count, agree",
    "contradicted": "they do not agree",
    "not resolvable": "open: several trainings were not enough to decide",
    "not supported": "may be true, but does not follow from what the report shows",
    "equal for practice": "the difference is too small to matter",
    "not judged": "the report tells too little to repeat it",
    NOT_RUN: "notebook 11 can run it",
}
NAMES = ("figure", "between", "higher", "lower", "counted", "beside")
BESIDE = {
    "otherwise": "contradicted: the report itself says otherwise",
    "unfounded": "not supported: it does not follow from what is shown",
}


def judge(measured: dict, rule: dict, comparable: bool) -> str:
    """Return the verdict on a claim.

    measured: n, diverged, low and high (95% interval of the mean, or of the difference); for `figure` one_low and
    one_high (of one more run); for `higher` and `lower` the verdict of `lib.evaluation.comparison.against`; for
    `counted` alone counted.
    comparable: whether pictures and length are the report's. LookbookError for a rule that does not exist.
    """
    kind = next((name for name in NAMES if name in rule), None)
    if kind is None:
        raise LookbookError(f"claims.yaml: no rule {'/'.join(rule) or 'at all'}; write one of: {', '.join(NAMES)}")
    if kind == "beside":
        return BESIDE[rule["beside"]]
    if kind == "counted":
        lowest, highest = limits(rule["stated"])
        told = f"contradicted: {rule.get('by', 'the report itself')} says otherwise"
        return "holds" if lowest <= measured["counted"] <= highest else told
    if not comparable:
        return "not judged: other pictures or length"
    if measured["diverged"]:
        return "not judged: a training diverged"
    if measured["n"] < 2:
        return "not judged: one seed" if measured["n"] else "not judged: no run"
    unresolved = f"not resolvable with {comparison.seeds(measured['n'])}"
    if kind == "figure":
        return _figure(rule, measured["one_low"], measured["one_high"]) or unresolved
    if kind == "between":
        return _between(rule["between"], measured["low"], measured["high"]) or unresolved
    return _direction(kind, measured["verdict"])


def kind(verdict: str) -> str:
    """Return the kind of a verdict: "contradicted" of "contradicted: we measure more"."""
    return next((each for each in KINDS if verdict.startswith(each)), NOT_RUN)


def claimed(rule: dict) -> str:
    """Return in words what a rule asks of a measure: a printed figure, limits, or a direction; "" for sentences."""
    if "between" in rule:
        least, most = rule["between"]
        if least is None or most is None:
            return f"at most {most:g}" if least is None else f"at least {least:g}"
        return f"{least:g} to {most:g}"
    return rule.get("figure", rule.get("stated", next((way for way in ("higher", "lower") if way in rule), "")))


def limits(printed: str) -> tuple[float, float]:
    """Return what a printed figure (".9214") or range (".92-.93") may have been before it was rounded."""
    lowest, highest = printed.split("-")[0], printed.split("-")[-1]
    rounding = 0.5 * 10 ** -len(lowest.partition(".")[2])
    return float(lowest) - rounding, float(highest) + rounding


def _figure(rule: dict, low: float, high: float) -> str | None:
    lowest, highest = limits(rule["figure"])
    if low > highest:
        return "contradicted: we measure more"
    if high < lowest:
        return "contradicted: we measure less"
    return "holds" if (high - low) / 2 <= rule["within"] else None


def _between(ends: list[float | None], low: float, high: float) -> str | None:
    lowest = -math.inf if ends[0] is None else ends[0]
    highest = math.inf if ends[1] is None else ends[1]
    if low > highest:
        return "contradicted: we measure more"
    if high < lowest:
        return "contradicted: we measure less"
    return "holds" if lowest <= low and high <= highest else None


def _direction(wanted: str, verdict: str) -> str:
    if verdict.startswith("clearly"):
        seen = verdict.removeprefix("clearly ")
        return "holds" if seen == wanted else f"contradicted: it is {seen}"
    return "equal for practice" if verdict.startswith("equal") else verdict
