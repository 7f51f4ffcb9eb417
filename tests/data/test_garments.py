"""The drawn grey set: its counts, its bytes, its cache, its masks and its planted defects."""

import ast
import hashlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib.base.errors import LookbookError
from lib.data.synthetic import garments, light, shapes
from lib.data.synthetic.garments import bags, defects, drawing, shoes, tops, trousers

# The bytes of the whole set with seed 0, and of the first ten pictures of each class. Where a change of the drawing is
# meant, raise garments.VERSION and put the new sums here. Where none is meant, the machines have come apart.
WHOLE_SET = "c950a41e18bfe0e4a671f20d203f7042a78dcccb2e1fb2f7792e9b56e46fae0b"
FIRST_TEN = "4374cef33e24e68276751bd394144f23a7a5c900c9fb05a8cf995669b984ceb9"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """The whole set, drawn once for all tests of this file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKBOOK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield garments.load()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder and the list of the seeds drawn into it; what is drawn is a small stand-in."""
    arrays = {
        "images": np.zeros((1200, 28, 28, 1), np.uint8),
        "labels": np.arange(1200) % 10,
        "garment_mask": np.ones((1200, 28, 28), bool),
        "part_mask": np.ones((1200, 28, 28), bool),
        "defects": np.array([("blank", 3, -1, -1)], defects.ROW),
    }
    drawn = []
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(garments, "draw", lambda seed: drawn.append(seed) or arrays)
    return tmp_path / "cache", drawn


def planted(dataset, kind):
    table = dataset.truth["defects"]
    return table[table["kind"] == kind]


def sha256(*arrays):
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


# What load gives.


def test_shapes_types_and_names(dataset):
    assert dataset.name == "garments"
    assert dataset.images.shape == (7000, 28, 28, 1) and dataset.images.dtype == np.uint8
    assert dataset.labels["class"].shape == (7000,) and dataset.labels["class"].dtype == np.int64
    assert dataset.classes["class"] == [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]  # fmt: skip
    assert dataset.test.tolist() == list(range(6000, 7000))
    assert dataset.ids[42] == "garments-00042" and len(set(dataset.ids)) == 7000
    assert dataset.groups is None
    assert dataset.provenance.count(".") == 1 and "seed 0" in dataset.provenance
    for name in ("garment_mask", "part_mask"):
        assert dataset.truth[name].shape == (7000, 28, 28) and dataset.truth[name].dtype == bool


def test_every_class_has_600_and_100_pictures_and_they_are_shuffled(dataset):
    labels = dataset.labels["class"].copy()
    wrong = planted(dataset, "wrong label")
    labels[wrong["position"]] = wrong["true_label"]
    assert np.bincount(labels[:6000]).tolist() == [600] * 10
    assert np.bincount(labels[6000:]).tolist() == [100] * 10
    assert np.bincount(labels[:500], minlength=10).min() > 20 and np.bincount(labels[6000:6500]).min() > 20


def test_every_pair_of_classes_differs_in_its_mean_picture(dataset):
    pictures, labels = dataset.images[:, :, :, 0], dataset.labels["class"]
    means = [pictures[labels == label].mean(axis=0) for label in range(10)]
    for one in range(10):
        for other in range(one):
            assert np.abs(means[one] - means[other]).max() > 20, (one, other)


def test_pictures_use_the_whole_range_and_are_not_saturated(dataset):
    pictures = dataset.images[np.setdiff1d(np.arange(7000), planted(dataset, "blank")["position"])]
    assert (pictures == 0).mean() > 0.3
    assert (pictures == 255).mean() < 0.1
    assert pictures.max(axis=(1, 2, 3)).min() > 30


@pytest.mark.parametrize("seed", [-1, 1.5, "0", None])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(LookbookError, match="whole number"):
        garments.load(seed)


# The same bytes for the same seed.


def test_the_bytes_of_the_whole_set_are_frozen(dataset):
    truth = dataset.truth
    table = np.array([tuple(row) for row in truth["defects"].itertuples(index=False)], defects.ROW)
    found = sha256(dataset.images, dataset.labels["class"], truth["garment_mask"], truth["part_mask"], table)
    assert found == WHOLE_SET


def test_the_first_pictures_of_every_class_are_frozen():
    arrays = [array for label in range(10) for array in drawing.draw_some(label, drawing.generator(0, label, 0), 10)]
    assert sha256(*arrays) == FIRST_TEN


@pytest.mark.parametrize("label", range(10))
def test_the_seed_decides_the_picture(label):
    once, again, other = (drawing.draw_some(label, drawing.generator(seed, label, 0), 4) for seed in (5, 5, 6))
    for one, two in zip(once, again, strict=True):
        assert np.array_equal(one, two)
    assert not np.array_equal(once[0], other[0])


def test_only_arithmetic_that_every_machine_does_alike_is_used():
    numpy = {
        "abs", "arange", "argsort", "array", "clip", "concatenate", "dtype", "float32", "float64", "floor", "full",
        "int16", "integer", "load", "maximum", "minimum", "ndarray", "pad", "random", "rint", "save", "sign", "sqrt",
        "stack", "uint8", "where",
    }  # fmt: skip
    for path in Path(drawing.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.value.id == "np":
                    assert node.attr in numpy, f"{path.name}:{node.lineno}: np.{node.attr}"
                if node.value.id == "rng":
                    assert node.attr == "random", f"{path.name}:{node.lineno}: rng.{node.attr}"
            if isinstance(node, ast.BinOp):
                assert not isinstance(node.op, ast.Pow | ast.MatMult), f"{path.name}:{node.lineno}"


def test_drawing_stays_in_float32():
    rng = drawing.generator(0)
    x, y = shapes.placed_grid(rng, 2)
    assert {x.dtype, y.dtype, light.clouds(rng, 2, 3, 3).dtype} == {np.dtype(np.float32)}
    drawn = [trousers.draw_trousers(rng, 2), bags.draw_bag(rng, 2), shoes.draw_shoe(rng, 2, "Sandal")]
    drawn.append(tops.draw_top(rng, 2, "Coat"))
    assert {array.dtype for arrays in drawn for array in arrays} == {np.dtype(np.float32)}


# The cache.


def names_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".locks")


def test_a_second_load_reads_and_does_not_draw(cache):
    folder, drawn = cache
    first, second = garments.load(3), garments.load(3)
    assert drawn == [3]
    assert isinstance(second.images, np.memmap) and not second.images.flags.writeable
    assert np.array_equal(first.images, second.images)
    pd.testing.assert_frame_equal(first.truth["defects"], second.truth["defects"])
    assert names_in(folder) == [f"garments-{garments.VERSION}-3"]


def test_another_seed_or_version_is_drawn_anew(cache, monkeypatch):
    folder, drawn = cache
    garments.load(0)
    garments.load(1)
    monkeypatch.setattr(garments, "VERSION", garments.VERSION + 1)
    garments.load(0)
    assert drawn == [0, 1, 0] and len(names_in(folder)) == 3


def flip_a_byte(path):
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)


DAMAGE = {
    "flipped bit": lambda folder: flip_a_byte(folder / "images.npy"),
    "cut file": lambda folder: (folder / "part_mask.npy").write_bytes((folder / "part_mask.npy").read_bytes()[:5000]),
    "empty file": lambda folder: (folder / "labels.npy").write_bytes(b""),
    "missing file": lambda folder: (folder / "defects.npy").unlink(),
    "no sums": lambda folder: (folder / "sums.json").unlink(),
    "sums are no table": lambda folder: (folder / "sums.json").write_text("[1]"),
    "sums are no JSON": lambda folder: (folder / "sums.json").write_bytes(b"\xff\xfe{"),
    "sums lack one": lambda folder: (folder / "sums.json").write_text("{}"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_folder_is_drawn_anew(cache, damage):
    folder, drawn = cache
    garments.load()
    DAMAGE[damage](folder / f"garments-{garments.VERSION}-0")
    assert garments.load().labels["class"][:3].tolist() == [0, 1, 2]
    garments.load()
    assert len(drawn) == 2


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_in_the_middle_leaves_nothing_behind(cache, monkeypatch, error):
    folder, _ = cache
    save, calls = np.save, []

    def failing(path, array):
        calls.append(path)
        if len(calls) == 3:
            raise error
        save(path, array)

    monkeypatch.setattr(np, "save", failing)
    with pytest.raises(LookbookError if isinstance(error, OSError) else KeyboardInterrupt) as caught:
        garments.load()
    assert len(calls) == 3 and names_in(folder) == []
    if isinstance(error, OSError):
        line = str(caught.value)
        assert str(folder) in line and "No space left" in line and "LOOKBOOK_CACHE" in line and "\n" not in line


def test_a_cache_that_is_a_file_gives_one_line(tmp_path, monkeypatch, cache):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path / "file"))
    with pytest.raises(LookbookError, match="LOOKBOOK_CACHE"):
        garments.load()


TWO = """
import sys, time
from pathlib import Path
import numpy as np
from lib.data.synthetic import store
log, folder = Path(sys.argv[1]), Path(sys.argv[2])
def told(word):
    with log.open("a") as file:
        file.write(word + " ")
    return log.read_text().split()
def draw():
    begin = time.monotonic()
    told("draws")
    while told("-").count("begins") < 2 and time.monotonic() < begin + 20:
        time.sleep(0.02)
    time.sleep(0.5)  # so that the other must wait
    return {"a.npy": np.arange(1000), "b.txt": "drawn"}
told("begins")
content = store.fetch_or_draw(folder, ("a.npy", "b.txt"), draw)
assert content["a.npy"].sum() == 499500 and content["b.txt"] == "drawn"
"""


@pytest.mark.parametrize("killed", [False, True])
def test_two_processes_draw_a_set_once_and_both_get_it(tmp_path, killed):
    log, folder = tmp_path / "log.txt", tmp_path / "cache" / "set-1"
    log.touch()
    command = [sys.executable, "-c", TWO, str(log), str(folder)]
    first = subprocess.Popen(command)
    while "draws" not in log.read_text():
        time.sleep(0.02)
    if killed:
        first.kill()
    second = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    said = second.communicate(timeout=60)[1]
    assert (first.wait(60), second.returncode) == (-signal.SIGKILL if killed else 0, 0)
    assert killed or "drawn pictures: 0/1 another process makes them, waits" in said
    assert log.read_text().split().count("draws") == 1 + killed
    assert names_in(folder.parent) == ["set-1"]


# The masks.


def test_masks_fit_the_pictures(dataset):
    shown = np.setdiff1d(np.arange(7000), planted(dataset, "blank")["position"])
    garment, part = dataset.truth["garment_mask"][shown], dataset.truth["part_mask"][shown]
    pictures = dataset.images[shown, :, :, 0]
    assert garment.sum(axis=(1, 2)).min() > 30
    assert part.sum(axis=(1, 2)).min() > 0
    assert not (part & ~drawing.neighbourhood(garment)).any()  # inside the garment or next to it
    assert pictures[~garment].max() < 140  # what is outside is an edge at most
    assert (pictures[garment] > 0).mean() > 0.99


def test_the_part_is_where_the_class_is_decided(dataset):
    labels, part = dataset.labels["class"].copy(), dataset.truth["part_mask"]
    wrong = planted(dataset, "wrong label")
    labels[wrong["position"]] = wrong["true_label"]
    share = {name: part[labels == label].mean(axis=0) for label, name in enumerate(dataset.classes["class"])}
    rows, columns = np.arange(28)[:, None], np.arange(28)[None, :]

    def centre(name):
        weight = share[name] / share[name].sum()
        return (weight * rows).sum(), (weight * columns).sum()

    assert centre("Dress")[0] > 17  # the skirt is low
    assert centre("Bag")[0] < 11  # the handle is high
    assert centre("Ankle boot")[1] > 15  # the shaft is at the heel, on the right
    assert share["Coat"][10:20, 12:16].mean() > 4 * share["Coat"][10:20, 4:8].mean()  # down the middle
    assert share["Trouser"][12:24, 12:16].mean() > 4 * share["Trouser"][12:24, 4:8].mean()
    assert share["Pullover"][14:20, 4:8].mean() > 2 * share["T-shirt/top"][14:20, 4:8].mean()  # long sleeves


def test_neighbourhood_grows_by_one_pixel():
    mask = np.zeros((1, 5, 5), bool)
    mask[0, 0, 2] = True
    expected = np.zeros((5, 5), bool)
    expected[:2, 1:4] = True
    assert np.array_equal(drawing.neighbourhood(mask)[0], expected)


# The planted defects.


def test_defects_are_listed_with_their_counts(dataset):
    table = dataset.truth["defects"]
    assert list(table.columns) == ["kind", "position", "partner", "true_label"]
    assert table["kind"].value_counts().to_dict() == {
        "wrong label": 70, "exact duplicate": 60, "near duplicate": 60, "blank": 14,
    }  # fmt: skip
    assert table["position"].is_monotonic_increasing
    used = pd.concat([table["position"], table.loc[table["partner"] >= 0, "partner"]])
    assert used.is_unique  # no picture has two defects
    duplicates = table["kind"].str.endswith("duplicate")
    assert (table.loc[~duplicates, "partner"] == -1).all()
    assert table.loc[duplicates, "partner"].between(0, 5999).all()  # the copied picture is a training picture
    assert (table.loc[table["kind"] != "wrong label", "true_label"] == -1).all()


@pytest.mark.parametrize("kind", ["exact duplicate", "near duplicate"])
def test_half_of_the_duplicates_lie_across_the_splits(dataset, kind):
    assert (planted(dataset, kind)["position"] >= 6000).sum() == 30


def test_exact_duplicates_are_equal_and_there_are_no_others(dataset):
    pairs = planted(dataset, "exact duplicate")
    arrays = [dataset.images, dataset.labels["class"], dataset.truth["garment_mask"], dataset.truth["part_mask"]]
    for array in arrays:
        assert np.array_equal(array[pairs["position"]], array[pairs["partner"]])
    assert len({picture.tobytes() for picture in dataset.images}) == 7000 - 60


def test_near_duplicates_show_the_same_garment_otherwise(dataset):
    pairs = planted(dataset, "near duplicate")
    labels, garment = dataset.labels["class"], dataset.truth["garment_mask"]
    assert np.array_equal(labels[pairs["position"]], labels[pairs["partner"]])
    mirrored = 0
    for position, partner in zip(pairs["position"], pairs["partner"], strict=True):
        image, original = dataset.images[[position, partner], :, :, 0]
        assert not np.array_equal(image, original)
        as_it_is = likeness(image, original, garment[position], garment[partner])
        flipped = likeness(image, original[:, ::-1], garment[position], garment[partner][:, ::-1])
        assert max(as_it_is, flipped) > 0.97
        mirrored += flipped > as_it_is
    assert 3 <= mirrored <= 25


def likeness(image, original, mask, original_mask):
    """The best correlation over the shifts by up to one pixel that bring the masks together; 0 if none does."""
    inner, found = (slice(1, -1), slice(1, -1)), [0.0]
    for shift in ((down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)):
        if np.array_equal(np.roll(original_mask, shift, (0, 1))[inner], mask[inner]):
            moved = np.roll(original, shift, (0, 1))[inner]
            found.append(np.corrcoef(image[inner].ravel(), moved.ravel())[0, 1])
    return max(found)


def test_wrong_labels_are_wrong_and_in_the_training_part(dataset):
    wrong = planted(dataset, "wrong label")
    labels = dataset.labels["class"][wrong["position"]]
    assert (wrong["position"] < 6000).all()
    assert (labels != wrong["true_label"]).all()
    assert wrong["true_label"].between(0, 9).all() and wrong["true_label"].nunique() > 5
    look_alike = wrong["true_label"].map(defects.LOOK_ALIKE) == labels
    assert 35 <= look_alike.sum() < 60


def test_blank_pictures_show_nothing(dataset):
    blank = planted(dataset, "blank")["position"]
    pictures = dataset.images[blank].reshape(14, -1).astype(int)
    assert (np.ptp(pictures, axis=1) <= 2).all() and (np.ptp(pictures, axis=1) == 0).sum() == 7
    assert (blank >= 6000).sum() == 4
    assert not dataset.truth["garment_mask"][blank].any() and not dataset.truth["part_mask"][blank].any()


# The drawing tools.


def test_distances_have_known_values():
    x = np.array([0.0, 3.0, 5.0], np.float32)
    zero = np.zeros(3, np.float32)
    assert shapes.ellipse(x, zero, 3.0, 3.0).tolist() == pytest.approx([-3, 0, 2])
    assert shapes.box(x, zero, 3.0, 2.0).tolist() == [-2, 0, 2]
    strap = shapes.band(x, zero, (np.float32(0), np.float32(-4)), (np.float32(0), np.float32(4)), 1.0, 1.0)
    assert strap.tolist() == [-1, 2, 4]
    bowed = shapes.band(x, zero, (np.float32(0), np.float32(-4)), (np.float32(0), np.float32(4)), 1.0, 1.0, 3.0)
    assert bowed.tolist() == [2, -1, 1]
    ends = shapes.band(zero, x, (np.float32(0), np.float32(-4)), (np.float32(0), np.float32(4)), 1.0, 1.0, cut=True)
    assert ends.tolist() == [-1, -1, 1]
    assert shapes.cover(np.array([-1, 0, 1], np.float32)).tolist() == [1, 0.5, 0]


def test_curves_have_known_values():
    s = np.array([-5, 0, 1, 2, 9], np.float32)
    assert shapes.profile(s, (0, 4.0), (2, 8.0)).tolist() == [4, 4, 6, 8, 8]
    assert light.wave(np.array([0, 0.25, 0.5, 1], np.float32)).tolist() == [1, 0, -1, 1]
    cos, sin = shapes.direction(np.array([0, 0.5, 1], np.float32))
    assert cos.tolist() == pytest.approx([1, 0.6, 0]) and sin.tolist() == pytest.approx([0, 0.8, 1])


def test_average_takes_the_four_samples_of_a_pixel():
    fine = np.zeros((1, 56, 56), np.float32)
    fine[0, 2, 5] = 1
    coarse = shapes.average(fine)
    assert coarse.shape == (1, 28, 28) and coarse[0, 1, 2] == 0.25 and np.count_nonzero(coarse) == 1


def test_random_values_keep_their_bounds():
    rng = drawing.generator(1)
    assert shapes.uniform(rng, 1000, 2, 3).min() >= 2 and shapes.uniform(rng, 1000, 2, 3).max() < 3.0001
    assert 0.2 < shapes.chance(rng, 1000, 0.3).mean() < 0.4
    assert sorted(drawing.shuffled(rng, 50)) == list(range(50)) != drawing.shuffled(rng, 50).tolist()
