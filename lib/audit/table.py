"""What is wrong with a table of products and with the files it names; its pictures are compared in lib.audit.leak."""

import csv
import io
from collections import Counter

import numpy as np
import pandas as pd

from lib.audit import leak
from lib.audit import pictures as pictures_audit
from lib.base.errors import LookbookError
from lib.base.text import listed
from lib.data.dataset import Dataset
from lib.data.fashion_product.table import HEIGHT, WIDTH
from lib.data.source import MISSING

# what the reader adds, and the id
KEPT = ("id", "row", "position", "reason", "extra_commas", "width", "height", "mode")
TABLE_ONLY = ("too few fields", "too many fields", "id again", "no id", "the picture of row", "several pictures")
NO_PICTURE = "no picture"  # the reason in `Dataset.source` of a row whose picture is nowhere
FEW = 10  # pictures; of fewer, a test part of 15% gets too few to measure anything


def audit(dataset: Dataset, pairs: pd.DataFrame, seed: int = 0) -> dict:
    """Return the counts of an audit, as results.json holds them.

    rows: of the table, usable or not: rows_used, rows_without_image (ids), and set_aside, for another reason -> how
    many; rows_with_extra_commas; images: picture files, each once; images_without_row: ids; not_60x80, not_rgb: files,
    by their header;
    missing: column -> rows without a value (empty, or the text NA); class_counts: target -> {class: rows of the table};
    exact_duplicate_groups, exact_duplicate_images: of used pictures, equal in every pixel as RGB;
    random_split_leak: see leak.random_split_leak.
    pairs: of lib.data.groups.twins.
    """
    source, rows = sheet(dataset), table(dataset)
    files = _files(source)
    known = files[files["width"] > 0]
    exact = pairs[pairs["kind"] == "exact"]
    return {
        "rows": len(rows),
        "rows_used": int((rows["reason"] == "").sum()),
        "rows_without_image": rows["id"][rows["reason"] == NO_PICTURE].tolist(),
        "set_aside": _set_aside(rows),
        "rows_with_extra_commas": int((rows["extra_commas"] > 0).sum()),
        "images": len(files),
        "images_without_row": source["id"][source["row"] < 0].tolist(),
        "not_60x80": int(((known["width"] != WIDTH) | (known["height"] != HEIGHT)).sum()),
        "not_rgb": int((known["mode"] != "RGB").sum()),
        "missing": missing_as_written(dataset).set_index("column")["missing"].to_dict(),
        "class_counts": {target: class_counts(dataset, target) for target in dataset.labels},
        "exact_duplicate_groups": int(exact["position"].nunique()),
        "exact_duplicate_images": int(exact["position"].nunique() + len(exact)),
        "random_split_leak": leak.random_split_leak(dataset, leak.twin_groups(dataset, pairs), seed),
    }


def overview(counted: dict) -> pd.DataFrame:
    """Return the counts of `audit` as rows of a table, what and how many; of a list of ids its length."""
    written = {
        "not_60x80": "pictures of another size than 60x80", "not_rgb": "pictures that are not RGB",
        "rows_with_extra_commas": "of all rows: with extra commas",
    }  # fmt: skip
    aside = {f"rows set aside: {reason}": number for reason, number in counted["set_aside"].items()}
    flat: dict = {}
    for what, value in counted.items():
        flat |= aside if what == "set_aside" else {what: value}
    plain = {written.get(what, what): value for what, value in flat.items() if not isinstance(value, dict)}
    rows = [(what.replace("_", " "), len(value) if isinstance(value, list) else value) for what, value in plain.items()]
    return pd.DataFrame(rows, columns=["what", "how many"])


def _set_aside(rows: pd.DataFrame) -> dict[str, int]:
    """Return how many rows are not used, by the reason, without those that only lack a picture."""
    reasons = rows["reason"][~rows["reason"].isin(["", NO_PICTURE])]
    kinds = [next((kind for kind in TABLE_ONLY if reason.startswith(kind)), "another reason") for reason in reasons]
    return dict(Counter(kinds))


def sheet(dataset: Dataset) -> pd.DataFrame:
    """Return `source`; LookbookError of a set that came without a table."""
    if dataset.source is None:
        raise LookbookError(f"{dataset.name} has no table to audit; take fashion-product, garments-colour or own:PATH")
    return dataset.source


def table(dataset: Dataset) -> pd.DataFrame:
    """Return the rows of `source` that stand in the table, without the pictures that no row names."""
    return sheet(dataset)[sheet(dataset)["row"] >= 0]


def columns(dataset: Dataset) -> list[str]:
    """Return the table's own columns, without the id."""
    return [name for name in sheet(dataset).columns if name not in KEPT]


def missing_as_written(dataset: Dataset) -> pd.DataFrame:
    """Return how the table says that it knows no value: column, empty, text_NA, missing (both), share (of the rows)."""
    rows = table(dataset)
    found = []
    for name in columns(dataset):
        text = rows[name].str.strip()
        empty, written = int((text == "").sum()), int((text == "NA").sum())
        found.append((name, empty, written, empty + written, (empty + written) / max(len(rows), 1)))
    return pd.DataFrame(found, columns=["column", "empty", "text_NA", "missing", "share"])


def class_counts(dataset: Dataset, target: str) -> dict[str, int]:
    """Return the rows of each class, most first, ties by name; of a target that is no column, the pictures."""
    if target in sheet(dataset) and len(table(dataset)):
        counts = Counter(value for value in table(dataset)[target].str.strip() if value not in MISSING)
    else:
        labels = dataset.labels[target]
        counts = Counter(dataset.classes[target][label] for label in labels[labels >= 0])
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def rare_classes(dataset: Dataset) -> pd.DataFrame:
    """Return a row a target: classes, largest and its share (of the labelled), below_10, single, the three rarest.

    below_10: classes of fewer than 10 pictures; single: of one, which no split can divide.
    """
    rows = []
    for target, names in dataset.classes.items():
        labels = dataset.labels[target]
        counts = np.bincount(labels[labels >= 0], minlength=len(names))
        order = np.argsort(-counts, kind="stable")
        rarest = ", ".join(f"{names[k]} ({counts[k]})" for k in order[:-4:-1])
        rows.append(
            (
                target,
                len(names),
                names[order[0]],
                counts.max() / counts.sum(),
                (counts < FEW).sum(),
                (counts == 1).sum(),
                rarest,
            )
        )
    return pd.DataFrame(rows, columns=["target", "classes", "largest", "share", "below_10", "single", "rarest"])


def small_classes(dataset: Dataset) -> pd.DataFrame:
    """Return the classes of fewer than 10 pictures, the smallest first: name, pictures, columns.

    A class that has the same name and the same pictures in several columns is one class: columns says which.
    """
    found: dict[tuple, list[str]] = {}
    for target, names in dataset.classes.items():
        labels = dataset.labels[target]
        counts = np.bincount(labels[labels >= 0], minlength=len(names))
        for k in np.flatnonzero((counts > 0) & (counts < FEW)):
            found.setdefault((names[k], tuple(np.flatnonzero(labels == k))), []).append(target)
    rows = [(name, len(positions), " and ".join(columns)) for (name, positions), columns in found.items()]
    rows.sort(key=lambda row: row[1])
    return pd.DataFrame(rows, columns=["name", "pictures", "columns"])


def told_small(small: pd.DataFrame, most: int = 4) -> str:
    """Return the rows of `small_classes` in sentences: "2 classes have ...: Vouchers (in usage) and ..."."""
    if small.empty:
        return f"No class has fewer than {FEW} pictures."
    named = [f"{row.name} (in {row.columns})" for row in small.head(most).itertuples(index=False)]
    named += [f"{len(small) - most} more"] if len(small) > most else []
    return (
        f"{len(small)} class{'es have' if len(small) > 1 else ' has'} fewer than {FEW} pictures: {listed(named)}. Of "
        "such a class a test part of 15% gets too few pictures to measure anything, often none."
    )


def written(dataset: Dataset) -> str:
    """Return the lines of the table, put together again as they were written: fields parted by commas."""
    names = ["id", *columns(dataset)]
    rows = table(dataset)[names].itertuples(index=False, name=None)
    return "\n".join([",".join(names), *map(",".join, rows)]) + "\n"


def readers(dataset: Dataset) -> pd.DataFrame:
    """Return what CSV readers make of the table, put together again as written: reader, rows, lost, what_happens.

    lost: rows that the table has and the reader does not return.
    """
    rows, text = table(dataset), written(dataset)
    readers: dict[str, tuple] = {
        "pandas.read_csv": (lambda: pd.read_csv(io.StringIO(text)), lambda read: "reads everything"),
        'pandas.read_csv, on_bad_lines="skip"': (
            lambda: pd.read_csv(io.StringIO(text), on_bad_lines="skip"),
            lambda read: (
                f"drops rows silently; {int(read.isna().sum().sum()):,} values count as missing, also the text NA"
            ),
        ),
        "csv.DictReader": (  # it puts surplus fields under None
            lambda: list(csv.DictReader(io.StringIO(text))),
            lambda read: f"cuts {sum(None in row for row in read):,} names at a comma",
        ),
    }
    found: list[tuple] = []
    for name, (reader, describe) in readers.items():
        try:
            read = reader()
            found.append((name, read, describe(read)))
        except (pd.errors.ParserError, csv.Error) as error:
            found.append((name, [], f"stops: {str(error).strip().rpartition('error: ')[2]}"))
    found.append(("the kit's reader", rows, "joins surplus fields to the name again; NA stays text"))
    shown = [(reader, len(read), len(rows) - len(read), said) for reader, read, said in found]
    return pd.DataFrame(shown, columns=["reader", "rows", "lost", "what_happens"])


def judge(dataset: Dataset, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return how the audit did on a drawn set: kind, planted, found, missed, false alarms (audit.score_against_truth).

    pairs: of lib.data.groups.twins. Pairs are told by positions, everything else by ids.
    """
    source, rows = sheet(dataset), table(dataset)
    number = {name: place for place, name in enumerate(pd.unique(source["id"]))}
    used = source[source["position"] >= 0]
    lacking = used[columns(dataset)].isin(MISSING).any(axis=1)
    conflicting = pairs[(pairs["kind"] == "exact") & _differ(dataset.labels["usage"], pairs)]
    ids = {
        "blank": dataset.ids[pictures_audit.blank_pictures(dataset.images)],
        "other size": used["id"][(used["width"] != WIDTH) | (used["height"] != HEIGHT)],
        "grey": used["id"][used["mode"] == "L"],
        "extra commas": rows["id"][rows["extra_commas"] > 0],
        "missing value": used["id"][lacking],
        "too few fields": rows["id"][rows["reason"].str.startswith("too few fields")],
        "repeated id": rows["id"][rows["reason"].str.startswith("id again")],
        "row without picture": rows["id"][rows["reason"] == NO_PICTURE],
        "picture without row": source["id"][source["row"] < 0],
    }
    found: dict = {f"{kind} duplicate": pairs[pairs["kind"] == kind] for kind in ("exact", "near")}
    found["equal, other usage"] = conflicting
    found |= {kind: np.array([number[each] for each in own], dtype=np.int64) for kind, own in ids.items()}
    defects = dataset.truth["defects"].copy()
    alone = ~defects["kind"].isin(["exact duplicate", "near duplicate"])
    defects.loc[alone, "position"] = defects.loc[alone, "id"].map(number)
    other = defects[(defects["kind"] == "exact duplicate") & (defects["target"] == "usage")]
    defects = pd.concat([defects, other.assign(kind="equal, other usage")], ignore_index=True)
    return pictures_audit.score_against_truth(found, defects)


def _differ(labels: np.ndarray, pairs: pd.DataFrame) -> np.ndarray:
    """Return which pairs, bool, carry two different labels; -1, no label, differs from none."""
    first, second = labels[pairs["position"]], labels[pairs["partner"]]
    return (first != second) & (first >= 0) & (second >= 0)


def _files(source: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `source` that stand for a picture file, each file once; a damaged one has width 0."""
    table_only = source["reason"].str.startswith(TABLE_ONLY)  # a file may be there or not
    return source[(source["width"] > 0) | (source["reason"].ne(NO_PICTURE) & ~table_only)]
