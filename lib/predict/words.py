"""What `lookbook predict` says: as text, and as data for --json."""

import math
from collections.abc import Sequence

from lib.base.text import in_markdown
from lib.predict import judge as judges
from lib.predict import measured, scores
from lib.predict.answer import Answer
from lib.predict.judge import Judge
from lib.predict.prepare import CHOSEN

OWN = "Fashion-MNIST"  # in measured.json: its own test pictures
NOTHING = "Nothing stands out from the background: no answer."
TOP = 3  # classes in the text
NO_JUDGEMENT = "The kit carries no validation answers of this network: no temperature, no sets of classes, no judgement"


def percent(share: float, digits: int = 0) -> str:
    """Return a share as "71%"; what would be 0 or 100 without being it as "<1%" and ">99%"."""
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{100 * share:.{digits}f}%"


def text(answers: Sequence[Answer], judge: Judge) -> str:
    """Return the answers as lines for a terminal: a few for each picture, then what stands behind them all."""
    return "\n".join([*(line for answer in answers for line in [*_of(answer, judge), ""]), *behind(judge)])


def _of(answer: Answer, judge: Judge) -> list[str]:
    if answer.empty:
        return [answer.name, f"  {NOTHING}"]
    best = "   ".join(f"{name} {percent(share)}" for name, share in answer.ranked[:TOP])
    lines = [answer.name, f"  {best}"]
    if answer.set_of_classes is not None and not answer.unlike:
        lines.append(f"  {percent(judges.COVERAGE)} set: {', '.join(answer.set_of_classes)}")
    return lines + [f"  ! {warning}" for warning in warnings(answer, judge)]


def outside(answer: Answer) -> str:
    """Return what a network says of a picture as one sentence of prose, in Markdown."""
    name = f"**{in_markdown(answer.name, [answer.name])}**"
    if answer.empty:
        return f"{name}: nothing stands out from the background, so there is no answer."
    said = f"{name}: {answer.answer}, {percent(answer.confidence)}"
    if answer.unlike:
        return f"{said}, but it is unlike the training pictures."
    others = [each for each in answer.set_of_classes or [] if each != answer.answer]
    second = max([share for name, share in answer.ranked if name != answer.answer], default=0.0)
    rest = f"No other class gets more than {max(math.ceil(100 * second), 1)}%."
    more = f"It could also be: {', '.join(others)}." if others else rest
    return f"{said}. {more}"


def warnings(answer: Answer, judge: Judge) -> list[str]:
    """Return in words why an answer is not to be believed; none where nothing speaks against it."""
    if answer.empty:
        return [NOTHING]
    if not answer.unlike:
        return []
    return [
        f"Unlike the training pictures ({scores.CHOSEN} {answer.score:.2f}, below {judge.unlike:.2f}): the percentages "
        "hold for pictures like those, not for this one."
    ]


def behind(judge: Judge) -> list[str]:
    """Return sentences on the network, its thresholds, and what was measured of them."""
    accuracy = judge.run.metrics["test_accuracy"]
    lines = [f"Network: {judge.row}, seed {judge.run.config.seed}, {percent(accuracy, 1)} of Fashion-MNIST's test set."]
    if judge.unlike is None or judge.temperature is None or judge.covered is None or judge.false_alarms is None:
        return [*lines, f"{NO_JUDGEMENT}."]
    tested = f"{judge.tested:,} test pictures"
    share = percent(judges.COVERAGE)
    lines += [
        f"Probabilities: logits divided by a temperature of {judge.temperature:.2f}, fitted to validation pictures.",
        f"A {share} set is made to hold the right class of {share} of pictures like the validation pictures. It holds "
        f"that of {percent(judge.covered, 1)} of {tested}, with {judge.set_size:.2f} classes on average.",
        f"Unlike the training pictures: {scores.CHOSEN} below {judge.unlike:.2f}, as {percent(judges.FALSE_ALARMS)} of "
        f"validation pictures are. False alarms: {percent(judge.false_alarms, 1)} of {tested}.",
    ]
    return lines + _measured(measured.of(judge))


def whose(judge: Judge) -> str:
    """Return in words which network answers, and whether its confidence is scaled: "fast, seed 0, after scaling"."""
    scaled = "as trained" if judge.temperature is None else "after scaling"
    return f"{judge.row}, seed {judge.run.config.seed}, {scaled}"


def unwarned(answers: Sequence[Answer], foreign: Sequence[str]) -> str:
    """Return in sentences which pictures of something else are answered without a warning; foreign: their names."""
    return " ".join(
        f"{one.name.capitalize()} is called {one.answer}, {percent(one.confidence)} sure, without a warning."
        for one in answers
        if one.name in foreign and not one.empty and not one.unlike
    )


def missed(judge: Judge) -> str:
    """Return in a sentence how much the warning finds, and how often it is wrong; "" where that was not measured."""
    known = measured.of(judge)
    if "hits" not in known:
        return ""
    hits = known["hits"]
    return (
        f"The warning is weak: it stands at {percent(hits['shop, other things'])} of a shop's products that belong to "
        f"none of the ten classes, but also at {percent(hits['shop, its classes'])} of those that belong to one."
    )


def _measured(known: dict) -> list[str]:
    if not {"hits", "right", "warned"} <= set(known):
        return [
            "Foreign pictures: not measured for this network (`lookbook bench predict unlike`, with the real pictures)."
        ]
    hits, right, warned = (
        {name: value for name, value in known[what].items() if isinstance(value, float)}
        for what in ("hits", "right", "warned")
    )
    own = right.pop(OWN)
    called = _listed({name: share for name, share in hits.items() if name != OWN})
    answered = _listed({name: share for name, share in right.items() if name != "mean"})
    return [
        f"Right, prepared as here: {percent(own)} of a sample of {OWN}; of a shop's pictures of nine classes "
        f"{answered}. Of those on white {percent(warned['right, not warned'])} without a warning, "
        f"{percent(warned['right, warned'])} with one.",
        f"Called unlike: {called} ({known['hits']['date']}).",
    ]


def _listed(shares: dict[str, float]) -> str:
    return "; ".join(f"{name} {percent(share)}" for name, share in shares.items())


def data(answers: Sequence[Answer], judge: Judge, problems: Sequence[str]) -> dict:
    """Return all of it as one dictionary for JSON, without pixels."""
    return {
        "network": {
            "row": judge.row, "seed": judge.run.config.seed, "key": judge.key, "temperature": judge.temperature,
            "coverage": judges.COVERAGE, "least_probability": judge.least, "score": scores.CHOSEN,
            "unlike_below": judge.unlike, "false_alarms": judge.false_alarms, "covered": judge.covered,
            "set_size": judge.set_size, "test_pictures": judge.tested,
        },
        "preparation": CHOSEN,
        "measured": measured.of(judge),
        "pictures": [_datum(answer) for answer in answers],
        "problems": list(problems),
    }  # fmt: skip


def _datum(answer: Answer) -> dict:
    return {
        "file": answer.name, "answer": answer.answer, "confidence": answer.confidence,
        "probabilities": dict(answer.ranked), "set": answer.set_of_classes, "score": answer.score,
        "unlike": answer.unlike, "empty": answer.empty,
    }  # fmt: skip
