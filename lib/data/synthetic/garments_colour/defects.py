"""The planted defects, of pictures and of the table, so that an audit can be held against known truth."""

import numpy as np
import pandas as pd

from lib.data.pictures import letterbox
from lib.data.synthetic.garments.drawing import shuffled
from lib.data.synthetic.garments_colour.articles import ARTICLES
from lib.data.synthetic.garments_colour.canvas import HEIGHT, WIDTH
from lib.data.synthetic.garments_colour.plan import COLUMNS, pick

COUNTS = {  # how many of each, in the order of planting
    "exact duplicate": 45,  # by number modulo 4: 0 and 1 name and labels too, 2 another name, 3 another usage
    "near duplicate": 45,  # every second one with another name
    "wrong label": 100,  # 60 in usage, 40 in articleType
    "blank": 10,
    "other size": 16,  # 53x80, and 60x60 every third
    "grey": 60,
    "extra commas": 22,
    "too few fields": 2,
    "picture without row": 4,
}
MISSING = {"usage": 90, "season": 20, "baseColour": 15, "productDisplayName": 7, "year": 2, "gender": 2}
ROWS_WITHOUT_PICTURE = 5
REPEATED_IDS = 1
HEADER = ["id", *COLUMNS, "productDisplayName"]


def plant(drawn: dict, rng: np.random.Generator) -> dict:
    """Plant the defects of COUNTS and MISSING into the drawn set and return it as files would hold it.

    drawn: images, garment_mask, part_mask and rows, as `drawing.draw_all` returns them; changed in place. Returns
    images, garment_mask and part_mask of the pictures with a row that can be read, in the order of the table; pictures,
    a table (id, width, height, mode) of them and, at its end, of the pictures without such a row;
    styles, the text of a styles.csv;
    defects, a table (kind, position, partner, id, target, true_value) sorted by position, -1 where the picture is not
    used. target: the column that is wrong or missing; true_value: what belongs there, else ""; partner: whose copy the
    picture or the row is, else -1.
    No picture has two defects, and no partner has one.
    """
    rows = drawn["rows"]
    single = [k for k in shuffled(rng, len(rows)) if rows[k]["views"] == 1 and rows[k]["drawing"] != "odd"]
    free = [int(k) for k in single if rows[k]["usage"] == "Casual"]  # so that rare usages lose none
    partners = [int(k) for k in single if rows[k]["usage"] != "Casual"] + free[-1000:]
    partners = [partners[k] for k in shuffled(rng, len(partners))]
    free = free[:-1000]
    sizes = {k: (WIDTH, HEIGHT, "RGB") for k in range(len(rows))}
    found: list[dict] = []

    def note(kind: str, k: int, target: str = "", true: str = "") -> None:
        found.append(dict(kind=kind, position=k, partner=-1, id=rows[k]["id"], target=target, true_value=true))

    for kind, count in COUNTS.items():
        for number in range(count):
            if kind == "wrong label":
                k, target, wrong = _mislabelled(rng, rows, free if number % 2 else partners, number < 60)
                note(kind, k, target=target, true=rows[k][target])
                rows[k][target] = wrong
                continue
            k = free.pop()
            if kind.endswith("duplicate"):
                found.append(_duplicate(drawn, rng, k, partners, kind, number))
                continue
            if kind == "blank":
                _blank(drawn, k, number, rng)
            elif kind == "other size":
                sizes[k] = (WIDTH, 60, "RGB") if number % 3 == 2 else (53, HEIGHT, "RGB")
            elif kind == "grey":
                sizes[k] = (WIDTH, HEIGHT, "L")
            elif kind == "extra commas":
                words = rows[k]["productDisplayName"].split(" ")
                rows[k]["productDisplayName"] = f"{' '.join(words[:2])}, {' '.join(words[2:])}" + ", New" * (number % 2)
            note(kind, k)
    used = {row["position"] for row in found}
    for column, count in MISSING.items():
        for number in range(count):
            k = next(k for k in free if rows[k][column] and rows[k][column] != "NA" and k not in used)
            used.add(k)
            note("missing value", k, target=column, true=rows[k][column] if column in COLUMNS else "")
            rows[k][column] = "" if number % 4 == 3 or column == "productDisplayName" else "NA"
    return _as_files(drawn, sizes, found, rng)


def _duplicate(drawn: dict, rng: np.random.Generator, k: int, partners: list[int], kind: str, number: int) -> dict:
    """Make row k show what one of the partners shows, which is taken out of them. Return the row of the defects."""
    rows, exact = drawn["rows"], kind == "exact duplicate"
    conflict, renamed = exact and number % 4 == 3, number % 4 == 2 if exact else number % 2
    partner = next(p for p in reversed(partners) if not conflict or _others(rows[p]))
    partners.remove(partner)
    _copy(drawn, partner, k, None if exact else rng)
    row = rows[partner] | {"id": rows[k]["id"]}
    if renamed:
        row["productDisplayName"] = _other_name(rows, partner, k)
    if conflict:
        row["usage"] = pick(rng, _others(rows[partner]))
    rows[k] = row
    target, true = ("usage", rows[partner]["usage"]) if conflict else ("", "")
    return dict(kind=kind, position=k, partner=partner, id=row["id"], target=target, true_value=true)


def _others(row: dict) -> dict[str, float]:
    """Return the usages that the row's article may also have, with their shares."""
    return {usage: share for usage, share in ARTICLES[row["articleType"]][5].items() if usage != row["usage"]}


def _mislabelled(rng: np.random.Generator, rows: list[dict], pool: list[int], usage: bool) -> tuple[int, str, str]:
    """Take a row from the pool that can be taken for something else. Return it, the column and the wrong value."""
    for k in reversed(pool):
        row = rows[k]
        alike = [
            name for name, rest in ARTICLES.items() if rest[0] == row["subCategory"] and name != row["articleType"]
        ]
        wrong = _others(row) if usage else dict.fromkeys(alike, 1.0)
        if wrong:
            pool.remove(k)
            return k, "usage" if usage else "articleType", pick(rng, wrong)
    raise AssertionError("the pool holds articles with several usages")


def _other_name(rows: list[dict], partner: int, k: int) -> str:
    """Return the partner's name with the brand of row k and a word that no other name has."""
    brand = rows[k]["productDisplayName"].split(" ")[0]
    return f"{brand} {rows[partner]['productDisplayName'].split(' ', 1)[1]} Edition {rows[k]['id']}"


def _copy(drawn: dict, source: int, target: int, rng: np.random.Generator | None) -> None:
    """Overwrite the target with the source; with `rng`, as saved once more: lit a little otherwise, a third shifted."""
    down = right = 0
    if rng is not None and rng.random() < 0.33:
        down, right = int(rng.random() * 3) - 1, int(rng.random() * 3) - 1
    rows = np.clip(np.arange(HEIGHT) - down, 0, HEIGHT - 1)
    columns = np.clip(np.arange(WIDTH) - right, 0, WIDTH - 1)
    for name in ("images", "garment_mask", "part_mask"):
        drawn[name][target] = drawn[name][source][rows][:, columns]
    if rng is not None:
        image = drawn["images"][target].astype(np.float64)
        noise = (rng.random(image.shape) + rng.random(image.shape) - 1) * 4
        light = 0.975 + 0.04 * rng.random()
        drawn["images"][target] = np.clip(np.rint(image * light + noise), 0, 255).astype(np.uint8)


def _blank(drawn: dict, k: int, number: int, rng: np.random.Generator) -> None:
    """Make a picture blank: a grey of its own, so that no two are equal; every second one with a faint noise."""
    image = drawn["images"][k]
    image[:] = 252 - 20 * number
    if number % 2:
        image += np.floor(rng.random(image.shape) * 3).astype(np.uint8)
    drawn["garment_mask"][k] = drawn["part_mask"][k] = False


def _as_files(drawn: dict, sizes: dict, found: list[dict], rng: np.random.Generator) -> dict:
    """Cut and grey pictures, take out those that no row names, and write the table: see `plant`."""
    rows = drawn["rows"]
    lost = {row["position"]: row["kind"] for row in found if row["kind"] in ("too few fields", "picture without row")}
    for k, (width, height, mode) in sizes.items():
        if (width, height) != (WIDTH, HEIGHT):
            _cut(drawn, k, width, height)
        if mode == "L":
            red, green, blue = (drawn["images"][k, :, :, channel].astype(np.int64) for channel in range(3))
            grey = (red * 19595 + green * 38470 + blue * 7471 + 32768) // 65536  # as Pillow's mode L (ITU-R 601)
            drawn["images"][k] = grey.astype(np.uint8)[:, :, None]
    lines = [",".join(HEADER)]
    kept = [k for k in range(len(rows)) if k not in lost]
    for k, row in enumerate(rows):
        if lost.get(k) != "picture without row":
            lines.append(",".join(row[column] for column in HEADER[: 4 if k in lost else None]))
    spare = [1 + number for number in range(ROWS_WITHOUT_PICTURE)]  # no drawn id is that small
    for number in spare:
        twin = rows[kept[int(rng.random() * len(kept))]]
        odd = twin | {"id": str(number), "productDisplayName": f"Lost {twin['articleType']} {number}"}
        lines.insert(1 + int(rng.random() * len(lines)), ",".join(odd[column] for column in HEADER))
        found.append(dict(kind="row without picture", position=-1, partner=-1, id=odd["id"], target="", true_value=""))
    for number in range(REPEATED_IDS):
        twin = rows[kept[number]]
        lines.append(
            ",".join((twin | {"productDisplayName": "Again " + twin["productDisplayName"]})[c] for c in HEADER)
        )
        found.append(
            dict(kind="repeated id", position=-1, partner=kept[number], id=twin["id"], target="", true_value="")
        )
    place = {k: position for position, k in enumerate(kept)} | dict.fromkeys([-1, *lost], -1)
    table = pd.DataFrame(found)
    for column in ("position", "partner"):
        table[column] = [place[k] for k in table[column]]
    order = [*kept, *lost]
    pictures = pd.DataFrame([(rows[k]["id"], *sizes[k]) for k in order], columns=["id", "width", "height", "mode"])
    files = {name: drawn[name][kept] for name in ("images", "garment_mask", "part_mask")}
    defects = table.sort_values("position", kind="stable").reset_index(drop=True)
    return files | {"pictures": pictures, "styles": "\n".join(lines) + "\n", "defects": defects}


def _cut(drawn: dict, k: int, width: int, height: int) -> None:
    """Cut the picture to its middle `width` x `height` pixels, and lay it on a ground as the real set's reader does."""
    top, left = (HEIGHT - height) // 2, (WIDTH - width) // 2
    inner = slice(top, top + height), slice(left, left + width)
    for name in ("garment_mask", "part_mask"):
        mask = np.zeros((HEIGHT, WIDTH), bool)
        mask[inner] = drawn[name][k][inner]
        drawn[name][k] = mask
    drawn["images"][k] = letterbox(drawn["images"][k][inner].copy(), WIDTH, HEIGHT)
