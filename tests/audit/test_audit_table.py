"""The audit of a table of products: what it counts, on a small shop whose faults are known, and on the real one."""

import numpy as np
import pandas as pd
import pytest

from lib.audit import rows as audit_rows
from lib.audit import table as audit_table
from lib.base.errors import LookbookError
from lib.data import groups
from lib.data.dataset import Dataset
from lib.data.fashion_product import table as products

HEADER = "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName"
COUNTS = {
    "rows",
    "rows_with_extra_commas",
    "images",
    "rows_without_image",
    "images_without_row",
    "not_60x80",
    "not_rgb",
    "rows_used",
    "set_aside",
}
COUNTS |= {"missing", "class_counts", "exact_duplicate_groups", "exact_duplicate_images", "random_split_leak"}


def row(own, usage="Casual", season="Summer", name="", article="Shirts", colour="Blue"):
    main = "Apparel" if own % 2 else "Accessories"
    return f"{own},Men,{main},Topwear,{article},{colour},{season},2012,{usage},{name or f'Shirt {own}'}"


@pytest.fixture(scope="module")
def shop() -> Dataset:
    """Return 40 used pictures: rows 1 to 40, and rows and files with every fault that a table can have."""
    lines = [row(own, usage="Formal" if own % 4 == 0 else "Casual") for own in range(1, 41)]
    lines[1] = row(2, usage="NA", name="Shirt, blue")
    lines[2] = row(3, usage="", season="NA", name="Shirt, red, large")
    lines[4] = row(5, colour="Teal", name="NA")
    lines += [row(90), "91,Men,Apparel", row(5, name="again"), row(92), row(94)]
    pictures = [(str(own), 60, 80, "RGB", "") for own in range(1, 41)]
    pictures[6], pictures[7], pictures[8] = ("7", 53, 80, "RGB", ""), ("8", 60, 60, "RGB", ""), ("9", 60, 80, "L", "")
    pictures += [
        ("91", 60, 80, "RGB", ""),
        ("92", 0, 0, "", "no picture (of no known format)"),
        ("93", 60, 80, "L", ""),
    ]
    pictures += [("94", 0, 0, "", "an empty file")]
    images = np.random.default_rng(0).integers(0, 255, (40, 80, 60, 3), dtype=np.uint8)
    images[[20, 30]] = images[10]
    images[25] = images[15]
    return products.dataset(
        "shop",
        products.read_styles("\n".join([HEADER, *lines]) + "\n", "styles.csv"),
        pd.DataFrame(pictures, columns=["id", "width", "height", "mode", "reason"]),
        images,
        "A shop for a test.",
    )


@pytest.fixture(scope="module")
def pairs(shop):
    return groups.twins(shop.images)


def test_audit_counts_rows_files_and_duplicates(shop, pairs):
    found = audit_table.audit(shop, pairs)
    assert set(found) == COUNTS
    assert (found["rows"], found["images"], found["rows_with_extra_commas"]) == (45, 44, 2)
    assert (found["rows_without_image"], found["images_without_row"]) == (["90"], ["93"])
    assert (found["not_60x80"], found["not_rgb"]) == (2, 2)
    assert (found["exact_duplicate_groups"], found["exact_duplicate_images"]) == (2, 5)
    assert set(found["random_split_leak"]) == {"name_twin", "picture_twin"}


def test_audit_counts_what_is_missing_and_every_class(shop, pairs):
    found = audit_table.audit(shop, pairs)
    in_the_cut_row = dict.fromkeys(["subCategory", "articleType", "baseColour", "year"], 1)
    missing = {"gender": 0, "masterCategory": 0, "season": 2, "usage": 3, "productDisplayName": 2}
    assert found["missing"] == in_the_cut_row | missing
    assert found["class_counts"]["usage"] == {"Casual": 32, "Formal": 10}
    assert list(found["class_counts"]["baseColour"].items()) == [("Blue", 43), ("Teal", 1)]


def test_missing_as_written_tells_empty_from_na(shop):
    table = audit_table.missing_as_written(shop).set_index("column")
    assert table.loc["usage", ["empty", "text_NA", "missing"]].tolist() == [2, 1, 3]
    assert table.loc["season", ["empty", "text_NA", "missing"]].tolist() == [1, 1, 2]
    assert table.loc["usage", "share"] == pytest.approx(3 / 45)


def test_classes_of_a_target_that_is_no_column_are_counted_by_pictures(shop):
    labels = {"class": np.array([0, 1, 1, -1] * 10)}
    other = Dataset("own", shop.images, labels, {"class": ["a", "b"]}, shop.ids, "", source=shop.source)
    assert audit_table.class_counts(other, "class") == {"b": 20, "a": 10}


def test_rare_classes(shop):
    table = audit_table.rare_classes(shop).set_index("target")
    assert table.loc["baseColour", ["classes", "below_10", "single", "largest"]].tolist() == [2, 1, 1, "Blue"]
    assert table.loc["baseColour", "rarest"] == "Teal (1), Blue (39)"
    assert table.loc["usage", "share"] == pytest.approx(28 / 38)


def test_readers_lose_what_the_kit_keeps(shop):
    table = audit_table.readers(shop).set_index("reader")
    assert table.loc["pandas.read_csv", "rows"] == 0
    assert table.loc["pandas.read_csv", "what_happens"] == "stops: Expected 10 fields in line 3, saw 11"
    assert table.loc['pandas.read_csv, on_bad_lines="skip"', "lost"] == 2
    assert table.loc["csv.DictReader", ["lost", "what_happens"]].tolist() == [0, "cuts 2 names at a comma"]
    assert table["lost"].iloc[-1] == 0


def test_a_set_without_a_table_is_refused(stripes):
    with pytest.raises(LookbookError, match="stripes has no table to audit; take "):
        audit_table.table(stripes)


def test_judge_finds_what_is_there_and_misses_what_is_not(shop, pairs):
    planted = [
        ("exact duplicate", 20, 10, "21", "usage"),
        ("exact duplicate", 30, 10, "31", ""),
        ("exact duplicate", 25, 15, "26", ""),
        ("near duplicate", 3, 4, "4", ""),
        ("extra commas", 2, -1, "3", ""),
        ("extra commas", 1, -1, "2", ""),
        ("grey", 8, -1, "9", ""),
        ("repeated id", -1, 4, "5", ""),
        ("too few fields", -1, -1, "91", ""),
        ("row without picture", -1, -1, "90", ""),
        ("picture without row", -1, -1, "93", ""),
        ("missing value", 1, -1, "2", "usage"),
        ("missing value", 3, -1, "4", "usage"),
    ]
    defects = pd.DataFrame(planted, columns=["kind", "position", "partner", "id", "target"])
    labels = shop.labels | {"usage": np.where(np.arange(40) == 20, 1, 0)}
    drawn = Dataset(**vars(shop) | {"labels": labels, "truth": {"defects": defects}})
    alike = pd.DataFrame({"position": [20], "partner": [21], "kind": ["near"]})
    table = audit_table.judge(drawn, pd.concat([pairs, alike], ignore_index=True)).set_index("kind")
    figures = ["planted", "found", "missed", "false alarms"]
    for kind in ("repeated id", "too few fields", "row without picture", "picture without row", "equal, other usage"):
        assert table.loc[kind, figures].tolist() == [1, 1, 0, 0], kind
    assert table.loc["exact duplicate", figures].tolist() == [3, 3, 0, 0]
    assert table.loc["near duplicate", figures].tolist() == [1, 0, 1, 1]
    assert table.loc["extra commas", figures].tolist() == [2, 2, 0, 0]
    assert table.loc["other size", figures].tolist() == [0, 0, 0, 2]
    assert table.loc["missing value", figures].tolist() == [2, 1, 1, 2]


def test_the_real_table(real_data):
    from lib.data.fashion_product import reader as fashion_product

    if fashion_product.product_files.find() is None:
        pytest.skip("no product set in LOOKBOOK_DATA")
    with fashion_product.product_files.opened(fashion_product.product_files.find()) as files:
        table = products.read_styles(files.styles, files.where)
        known = pd.DataFrame({"id": list(files.pictures), "width": 60, "height": 80, "mode": "RGB"})
    known = known[known["id"].isin(table["id"])]
    order = table["id"][table["id"].isin(known["id"])]
    known = known.set_index("id").loc[order].reset_index()
    blank = np.broadcast_to(np.zeros((1, 1, 1, 1), np.uint8), (len(known), 80, 60, 3))
    real = products.dataset("real", table, known, blank, "", digest="-", groups=np.arange(len(known)))
    found = audit_table.audit(real, pd.DataFrame({"position": [], "partner": [], "kind": []}))
    assert (found["rows"], found["rows_with_extra_commas"], found["images"]) == (44_446, 22, 44_441)
    assert len(found["rows_without_image"]) == 5 and found["images_without_row"] == []
    assert found["missing"]["usage"] == 317 and found["missing"]["season"] == 21
    counts = found["class_counts"]["usage"]
    assert (counts["Casual"], counts["Formal"], counts["Smart Casual"]) == (34_414, 2_359, 67)
    assert "NA" not in counts


def test_the_overview_counts_lists_and_leaves_out_what_has_parts(shop, pairs):
    table = audit_table.overview(audit_table.audit(shop, pairs)).set_index("what")["how many"]
    assert table["rows without image"] == len(audit_table.audit(shop, pairs)["rows_without_image"])
    assert "class counts" not in table and table["rows"] > 0
    aside = table[table.index.str.startswith("rows set aside")].sum()
    assert table["rows used"] + table["rows without image"] + aside == table["rows"]


def test_a_few_lines_are_shown_as_they_stand_and_which_rows_can_be_used(shop, pairs):
    lines = audit_rows.raw(shop).splitlines()
    assert lines[2] == "```text" and lines[-1] == "```" and lines[3].startswith("id,")
    assert lines[5].count(",") > lines[4].count(",") == lines[3].count(",")
    counted = audit_table.audit(shop, pairs)
    assert "rows can be used. The others: " in audit_rows.told(counted)
    told = audit_rows.in_short(counted, audit_table.readers(shop))
    assert told.endswith("more fields than the header; pandas stops there.")
    assert "none of its" in audit_rows.in_short(counted | {"rows_with_extra_commas": 0}, pd.DataFrame())


def test_a_small_class_in_two_columns_is_counted_once(shop):
    labels = np.array([0, 1, 1, *[2] * 37])
    names = ["Vouchers", "Umbrellas", "Shirts"]
    columns = {"subCategory": labels, "articleType": labels, "usage": np.array([0] * 3 + [1] * 37)}
    classes = {"subCategory": names, "articleType": names, "usage": ["Home", "Casual"]}
    small = audit_table.small_classes(Dataset("own", shop.images, columns, classes, shop.ids, ""))
    assert small["name"].tolist() == ["Vouchers", "Umbrellas", "Home"]
    assert audit_table.told_small(small, 2) == (
        "3 classes have fewer than 10 pictures: Vouchers (in subCategory and articleType), "
        "Umbrellas (in subCategory and articleType) and 1 more. Of such a class a test part of 15% gets too few "
        "pictures to measure anything, often none."
    )
    assert audit_table.told_small(small.iloc[:0]) == "No class has fewer than 10 pictures."
