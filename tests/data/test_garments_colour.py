"""The drawn colour set: its counts, its bytes, its table, its cache, its masks and its planted defects."""

import ast
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib.base.errors import LookbookError
from lib.data.synthetic import garments_colour
from lib.data.synthetic import store as drawn
from lib.data.synthetic.garments.drawing import generator
from lib.data.synthetic.garments_colour import articles, canvas, defects, drawing, plan

# The bytes of the first products of each article with seed 0, and of the whole set. Where a change of the drawing is
# meant, raise garments_colour.VERSION and put the new sums here. Where none is meant, the machines have come apart.
FIRST = "37fb6921337721765c77d59c7b94dd971bf911f6e97fa68c62d139c51a78a2dc"
WHOLE_SET = "743ddbc6e355a3be183e12651ef0cc35d83fc514c64d1b335088ebf2e21ff866"


@pytest.fixture(scope="module")
def dataset():
    """The whole set, drawn once for all tests of this session."""
    return garments_colour.load()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder and the list of the seeds drawn into it; what is drawn is a set of a few rows."""
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path / "cache"))
    row = "Men,Apparel,Topwear,Shirts,White,Fall,2012,Casual"
    images = generator(1).random((3, 80, 60, 3))
    content = {
        "images.npy": (images * 255).astype(np.uint8),
        "garment_mask.npy": np.ones((3, 80, 60), bool),
        "part_mask.npy": np.ones((3, 80, 60), bool),
        "groups.npy": np.arange(3),
        "styles.csv": f"{','.join(defects.HEADER)}\n7,{row},One\n8,{row},Two\n9,{row},Three\n",
        "pictures.csv": "id,width,height,mode\n7,60,80,RGB\n8,60,80,RGB\n9,60,80,RGB\n",
        "defects.csv": "kind,position,partner,id,target,true_value\nblank,1,-1,8,,\n",
        "digest.txt": "0123456789abcdef",
    }
    drawn = []
    monkeypatch.setattr(garments_colour, "draw", lambda seed: drawn.append(seed) or content)
    return tmp_path / "cache", drawn


def planted(dataset, kind):
    table = dataset.truth["defects"]
    return table[table["kind"] == kind]


def sha256(*arrays):
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def used(dataset):
    """The rows of the table whose picture is used, in the order of the pictures."""
    rows = dataset.source[dataset.source["position"] >= 0]
    return rows.sort_values("position")


# What load gives.


def test_shapes_types_and_names(dataset):
    count = len(dataset)
    assert dataset.name == "garments-colour" and 5500 < count < 6500
    assert dataset.images.shape == (count, 80, 60, 3) and dataset.images.dtype == np.uint8
    assert sorted(dataset.labels) == sorted(dataset.classes) == sorted(plan.COLUMNS)
    for target, labels in dataset.labels.items():
        assert labels.shape == (count,) and labels.dtype == np.int64
        assert labels.min() >= -1 and labels.max() == len(dataset.classes[target]) - 1
    assert dataset.test is None and dataset.validation is None
    assert len(set(dataset.ids.tolist())) == count
    assert dataset.groups.shape == (count,) and dataset.groups.dtype == np.int64
    assert dataset.provenance.count(".") == 1 and "seed 0" in dataset.provenance
    for name in ("garment_mask", "part_mask"):
        assert dataset.truth[name].shape == (count, 80, 60) and dataset.truth[name].dtype == bool


def test_labels_are_what_the_table_says(dataset):
    rows = used(dataset)
    assert rows["position"].tolist() == list(range(len(dataset)))
    assert rows["id"].tolist() == dataset.ids.tolist()
    for target, labels in dataset.labels.items():
        written = [name if name not in ("", "NA") else None for name in rows[target]]
        assert [dataset.classes[target][k] if k >= 0 else None for k in labels] == written


def test_classes_are_as_uneven_as_in_a_shop(dataset):
    usage = dict(
        zip(dataset.classes["usage"], np.bincount(dataset.labels["usage"][dataset.labels["usage"] >= 0]), strict=True)
    )
    three = [usage[name] for name in ("Casual", "Formal", "Smart Casual")]
    assert 0.85 < three[0] / sum(three) < 0.92
    assert 60 <= three[2] < 150 and {"Sports", "Ethnic"} < usage.keys()
    main = np.bincount(dataset.labels["masterCategory"])
    assert (main > 200).sum() == 4 and main.min() < 20
    sub = np.bincount(dataset.labels["subCategory"])
    assert 10 <= len(sub) <= 16 and sorted(sub)[:2] == [1, 2]
    assert 16 <= len(dataset.classes["articleType"]) <= 30


def test_every_sub_category_lies_in_one_main_category(dataset):
    pairs = set(zip(dataset.labels["subCategory"], dataset.labels["masterCategory"], strict=True))
    assert len(pairs) == len(dataset.classes["subCategory"])


def test_about_a_quarter_of_the_rows_share_their_name_and_stay_together(dataset):
    rows = used(dataset)
    names = rows["productDisplayName"]
    shared = (names != "") & names.duplicated(keep=False)
    assert 0.2 < shared.mean() < 0.35
    for _, positions in rows[shared].groupby("productDisplayName")["position"]:
        assert len(set(dataset.groups[positions])) == 1


def test_the_colour_drawn_is_the_colour_named(dataset):
    planted_here = dataset.truth["defects"]["position"]
    labels, classes = dataset.labels["baseColour"], dataset.classes["baseColour"]
    article = dataset.labels["articleType"]
    chosen = (article == dataset.classes["articleType"].index("Tshirts")) & (labels >= 0)
    chosen[planted_here[planted_here >= 0]] = False
    wrong = 0
    for position in np.flatnonzero(chosen)[:200]:
        pixels = dataset.images[position][dataset.truth["garment_mask"][position]]
        middle = np.median(pixels, axis=0)
        distance = {name: np.abs(middle - articles.COLOURS[name]).sum() for name in classes}
        wrong += classes[labels[position]] not in sorted(distance, key=distance.get)[:4]
    assert wrong < 60  # broad stripes hide it


def test_pictures_show_something_on_white_paper(dataset):
    shown = np.setdiff1d(np.arange(len(dataset)), planted(dataset, "blank")["position"])
    corner = dataset.images[shown][:, :3, :3].mean(axis=(1, 2, 3))
    assert np.median(corner) > 235 and np.median(dataset.images[shown].min(axis=(1, 2, 3))) < 60


@pytest.mark.parametrize("seed", [-1, 1.5, "0", None])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(LookbookError, match="whole number"):
        garments_colour.load(seed)


# The same bytes for the same seed.


def first(seed):
    """Pictures and masks of the first two products of every article."""
    arrays, named = [], set()
    for number, article in enumerate(articles.ARTICLES):
        arrays += drawing.draw_some(plan.products(generator(seed, number), article, named)[:2], seed, number, 0)
    return arrays


def test_the_first_products_of_every_article_are_frozen():
    assert sha256(*first(0)) == FIRST


def test_the_seed_decides_the_pictures():
    assert not np.array_equal(first(1)[0], first(0)[0])


def test_the_bytes_of_the_whole_set_are_frozen(dataset):
    truth = dataset.truth
    table = truth["defects"].to_csv(index=False).encode()
    rows = used(dataset)[["id", *plan.COLUMNS, "productDisplayName"]].to_csv(index=False).encode()
    found = sha256(dataset.images, truth["garment_mask"], truth["part_mask"], np.frombuffer(table + rows, np.uint8))
    assert found == WHOLE_SET


def test_only_arithmetic_that_every_machine_does_alike_is_used():
    numpy = {
        "abs", "arange", "argsort", "array", "ascontiguousarray", "clip", "concatenate", "float32", "float64", "floor",
        "full", "int64", "integer", "load", "maximum", "memmap", "minimum", "ndarray", "pad", "random", "repeat",
        "rint", "save", "sign", "sort", "sqrt", "uint8", "where", "zeros", "zeros_like",
    }  # fmt: skip
    for path in Path(drawing.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.value.id == "np":
                    assert node.attr in numpy, f"{path.name}:{node.lineno}: np.{node.attr}"
                if node.value.id in ("rng", "view"):
                    assert node.attr == "random", f"{path.name}:{node.lineno}: {node.value.id}.{node.attr}"
            if isinstance(node, ast.BinOp):
                assert not isinstance(node.op, ast.Pow | ast.MatMult), f"{path.name}:{node.lineno}"


def test_drawing_stays_in_float32():
    for number, article in enumerate(articles.ARTICLES):
        some = plan.products(generator(0, number), article, set())[:1]
        design = {flag: np.full((1, 1, 1), some[0][flag], np.float32) for flag in plan.FLAGS}
        layers = drawing.DRAWINGS[some[0]["drawing"]](generator(1), generator(2), 1, design)
        assert {name: array.dtype.name for name, array in layers.items()} == dict.fromkeys(layers, "float32"), article
        assert all(array.shape == (1, 80, 60) for array in layers.values())


def test_the_views_of_a_product_share_their_design():
    repeated = canvas.Repeated(generator(3), np.array([0, 0, 1]))
    once, again = repeated.random(3), repeated.random((3, 2, 2))
    assert once[0] == once[1] != once[2]
    assert np.array_equal(again[0], again[1]) and not np.array_equal(again[0], again[2])


# The cache.


def names_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".locks")


def test_a_second_load_reads_and_does_not_draw(cache):
    folder, drawn = cache
    first_time, second = garments_colour.load(3), garments_colour.load(3)
    assert drawn == [3]
    assert isinstance(second.images, np.memmap) and not second.images.flags.writeable
    assert np.array_equal(first_time.images, second.images)
    pd.testing.assert_frame_equal(first_time.truth["defects"], second.truth["defects"])
    assert names_in(folder) == [f"garments-colour-{garments_colour.VERSION}-3"]


def flip_a_byte(path):
    content = bytearray(path.read_bytes())
    content[-10] ^= 1
    path.write_bytes(content)


DAMAGE = {
    "flipped bit": lambda folder: flip_a_byte(folder / "images.npy"),
    "cut file": lambda folder: (folder / "part_mask.npy").write_bytes((folder / "part_mask.npy").read_bytes()[:5000]),
    "empty file": lambda folder: (folder / "styles.csv").write_bytes(b""),
    "missing file": lambda folder: (folder / "defects.csv").unlink(),
    "no sums": lambda folder: (folder / "sums.json").unlink(),
    "sums are no table": lambda folder: (folder / "sums.json").write_text("[1]"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_folder_is_drawn_anew(cache, damage):
    folder, drawn = cache
    garments_colour.load()
    DAMAGE[damage](folder / f"garments-colour-{garments_colour.VERSION}-0")
    assert garments_colour.load().ids.tolist() == ["7", "8", "9"]
    garments_colour.load()
    assert len(drawn) == 2


def test_a_full_disk_leaves_nothing_behind(cache, monkeypatch):
    folder, _ = cache
    save, calls = np.save, []

    def failing(path, array):
        calls.append(path)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        save(path, array)

    monkeypatch.setattr(drawn.np, "save", failing)
    with pytest.raises(LookbookError, match="No space left.*LOOKBOOK_CACHE"):
        garments_colour.load()
    assert len(calls) == 3 and names_in(folder) == []


# The masks.


def test_masks_fit_the_pictures(dataset):
    odd = pd.concat([planted(dataset, kind)["position"] for kind in ("blank", "other size")])
    shown = np.setdiff1d(np.arange(len(dataset)), odd)
    garment, part = dataset.truth["garment_mask"][shown], dataset.truth["part_mask"][shown]
    assert garment.sum(axis=(1, 2)).min() > 150 and part.sum(axis=(1, 2)).min() > 10
    assert not (part & ~garment).any() and garment.mean() < 0.5
    pictures = dataset.images[shown[:500]].astype(int)
    paper = np.array([np.median(picture[~mask], axis=0) for picture, mask in zip(pictures, garment[:500], strict=True)])
    away = np.abs(pictures - paper[:, None, None]).max(axis=3)
    assert np.percentile(away[~garment[:500]], 90) < 40 < np.median(away[garment[:500]])


def test_the_part_is_where_article_and_usage_are_decided(dataset):
    article, classes = dataset.labels["articleType"], dataset.classes["articleType"]
    rows, columns = np.arange(80)[:, None], np.arange(60)[None, :]

    def centre(name):
        share = dataset.truth["part_mask"][article == classes.index(name)].mean(axis=0)
        return (share * rows).sum() / share.sum(), (share * columns).sum() / share.sum()

    assert centre("Dresses")[0] > 42  # the skirt
    assert centre("Ties")[0] < 20  # the knot
    assert centre("Handbags")[0] < 35  # the handle
    assert centre("Shirts")[0] < 35  # collar and front
    assert centre("Watches") == pytest.approx((40, 30), abs=3)  # the dial
    assert centre("Heels")[1] > 32  # the heel, right but for the mirrored ones


# The planted defects.


def test_defects_are_listed_with_their_counts(dataset):
    table = dataset.truth["defects"]
    assert list(table.columns) == ["kind", "position", "partner", "true_label", "id", "target"]
    expected = defects.COUNTS | {
        "missing value": sum(defects.MISSING.values()),
        "row without picture": defects.ROWS_WITHOUT_PICTURE,
        "repeated id": defects.REPEATED_IDS,
    }
    assert table["kind"].value_counts().to_dict() == expected
    shown = table[table["position"] >= 0]
    assert shown["position"].is_unique and shown["position"].is_monotonic_increasing
    copied = table.loc[(table["partner"] >= 0) & (table["position"] >= 0), "partner"]
    assert copied.is_unique and not set(copied) & set(shown["position"])  # whose copy a picture is has no defect
    assert dataset.ids[shown["position"]].tolist() == shown["id"].tolist()
    assert (table.loc[~table["kind"].isin(["exact duplicate", "near duplicate", "repeated id"]), "partner"] == -1).all()


def test_every_row_and_every_picture_is_accounted_for(dataset):
    source = dataset.source
    unused = source[source["position"] < 0]
    assert (unused["reason"] != "").all() and (source.loc[source["position"] >= 0, "reason"] == "").all()
    missing = {"row without picture", "picture without row", "too few fields", "repeated id"}
    table = dataset.truth["defects"]
    assert sorted(unused["id"]) == sorted(table.loc[table["kind"].isin(missing), "id"])
    assert sorted(unused.loc[unused["row"] == -1, "id"]) == sorted(planted(dataset, "picture without row")["id"])
    rows = source.loc[source["row"] > 0, "row"]
    assert sorted(rows) == list(range(1, len(rows) + 1))


def test_exact_duplicates_are_equal_and_some_contradict_each_other(dataset):
    pairs = planted(dataset, "exact duplicate")
    assert np.array_equal(dataset.groups[pairs["position"]], dataset.groups[pairs["partner"]])
    for array in (dataset.images, dataset.truth["garment_mask"], dataset.truth["part_mask"]):
        assert np.array_equal(array[pairs["position"]], array[pairs["partner"]])
    assert len({picture.tobytes() for picture in dataset.images}) == len(dataset) - len(pairs)
    usage = dataset.labels["usage"]
    contrary = pairs[usage[pairs["position"]] != usage[pairs["partner"]]]
    assert contrary["target"].tolist() == ["usage"] * len(contrary) and len(contrary) == 11
    assert contrary["true_label"].tolist() == usage[contrary["partner"]].tolist()
    names = used(dataset)["productDisplayName"].to_numpy()
    assert (names[pairs["position"]] != names[pairs["partner"]]).sum() == 11


def test_near_duplicates_show_the_same_thing_otherwise(dataset):
    pairs = planted(dataset, "near duplicate")
    for position, partner in zip(pairs["position"], pairs["partner"], strict=True):
        image, original = dataset.images[[position, partner]].astype(float)
        assert not np.array_equal(image, original)
        shifts = [np.roll(original, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
        inner = (slice(2, -2), slice(2, -2))
        assert max(np.corrcoef(image[inner].ravel(), moved[inner].ravel())[0, 1] for moved in shifts) > 0.98
    together = dataset.groups[pairs["position"]] == dataset.groups[pairs["partner"]]
    assert together.mean() > 0.7  # shifted ones with another name may pass for two products


def test_wrong_labels_and_missing_values_are_wrong_and_missing(dataset):
    for kind, targets in (("wrong label", {"usage": 60, "articleType": 40}), ("missing value", defects.MISSING)):
        table = planted(dataset, kind)
        assert table["target"].value_counts().to_dict() == targets
        for row in table[table["target"] != "productDisplayName"].itertuples():
            label = dataset.labels[row.target][row.position]
            assert row.true_label >= 0 and row.true_label != label and (label == -1) == (kind == "missing value")
    names = used(dataset)["productDisplayName"].to_numpy()
    assert (names == "").sum() == defects.MISSING["productDisplayName"]


def test_blank_cut_and_grey_pictures_are_as_the_table_says(dataset):
    rows = used(dataset)
    blank = planted(dataset, "blank")["position"]
    assert np.ptp(dataset.images[blank].reshape(len(blank), -1).astype(int), axis=1).max() <= 2
    assert not dataset.truth["garment_mask"][blank].any()
    size = list(zip(rows["width"], rows["height"], strict=True))
    other = [position for position, found in enumerate(size) if found != (60, 80)]
    assert other == planted(dataset, "other size")["position"].tolist()
    assert {size[position] for position in other} == {(53, 80), (60, 60)}
    for position in other:
        width, height = size[position]
        outside = np.ones((80, 60), bool)
        outside[(80 - height) // 2 : (80 + height) // 2, (60 - width) // 2 : (60 - width) // 2 + width] = False
        assert len(np.unique(dataset.images[position][outside], axis=0)) == 1
        assert not dataset.truth["garment_mask"][position][outside].any()
    grey = planted(dataset, "grey")["position"]
    assert (rows["mode"] == "L").to_numpy().nonzero()[0].tolist() == grey.tolist()
    assert (dataset.images[grey] == dataset.images[grey][..., :1]).all()


def test_extra_commas_are_in_the_name(dataset):
    rows = used(dataset)
    commas = rows[rows["extra_commas"] > 0]
    assert commas["position"].tolist() == planted(dataset, "extra commas")["position"].tolist()
    assert (commas["productDisplayName"].str.count(",") == commas["extra_commas"]).all()
