"""What was measured on foreign pictures of the networks that the kit carries (measured.json, beside this file).

`lookbook bench predict unlike` writes it, where the real pictures are on disk. It holds for these networks alone, which
it names by a digest of their weights: the same settings trained again give others.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lib.base import files
from lib.predict import prepare, scores

if TYPE_CHECKING:
    from lib.predict.judge import Judge

FILE = Path(__file__).with_suffix(".json")


def of(judge: "Judge") -> dict[str, dict]:
    """Return what was measured of a network, {} where it was another one, or prepared or judged in another way.

    right: by set the share of pictures answered right. hits: by set the share called unlike the training pictures.
    warned: how many shop pictures are, and how many are right with the warning and without. Each has its own command
    and date.
    """
    found = files.read_json(FILE)["networks"].get(judge.row, {}) if FILE.exists() else {}
    about = _about(judge)
    if {name: found.get(name) for name in about} != about:
        return {}
    return {name: part for name, part in found.items() if name not in about}


def write(what: str, found: dict[str, dict], judges: list["Judge"]) -> None:
    """Put what was measured, by row, into measured.json; what else is there of the same networks stays."""
    origin = {"command": " ".join(["lookbook", *sys.argv[1:]]), "date": f"{datetime.now(UTC):%Y-%m-%d}"}
    networks = {each.row: _about(each) | of(each) | {what: found[each.row] | origin} for each in judges}
    files.write_json(FILE, {"networks": networks})


def _about(judge: "Judge") -> dict[str, str]:
    return {"key": judge.key, "preparation": prepare.CHOSEN, "score": scores.CHOSEN}
