"""The redrawn garments: the same pictures without one part, and nothing else changed."""

import numpy as np
import pytest

from lib.base.errors import LookbookError
from lib.data.synthetic.garments import bags, drawing, redrawing, shoes, tops, trousers
from lib.data.synthetic.garments.drawing import CLASSES, neighbourhood
from lib.data.synthetic.garments.redrawing import redraw

N = 60


@pytest.fixture(scope="module")
def redrawn():
    """What redraw gives for every class, by its name: (images, parts, without, masks)."""
    return {name: redraw(label, 0, N) for label, name in enumerate(CLASSES)}


def touched(name):
    """Where the same garments are, and where the part is that decides their class: every pixel they touch."""
    label = CLASSES.index(name)
    drawn = []
    for chunk in range(N // drawing.CHUNK):
        rng = drawing.generator(0, label, redrawing.STREAM, chunk)
        if name in ("Trouser", "Bag"):
            drawn.append((trousers.draw_trousers if name == "Trouser" else bags.draw_bag)(rng, drawing.CHUNK))
        else:
            draw = shoes.draw_shoe if name in shoes.NAMES else tops.draw_top
            drawn.append(draw(rng, drawing.CHUNK, name))
    return [np.concatenate([arrays[k] for arrays in drawn]) > 0 for k in (1, 2)]


def changed(redrawn, name, part):
    """Where a picture changes at all when the part is left out, bool (N, 28, 28)."""
    images, parts, without, _ = redrawn[name]
    return (without[parts.index(part)] != images)[..., 0]


def test_shapes_and_types(redrawn):
    for label, (images, parts, without, masks) in enumerate(redrawn.values()):
        assert parts == drawing.parts_of(label) and len(parts) >= 3
        assert images.shape == (N, 28, 28, 1) and without.shape == (len(parts), N, 28, 28, 1)
        assert masks.shape == (len(parts), N, 28, 28)
        assert (images.dtype, without.dtype, masks.dtype) == (np.uint8, np.uint8, bool)


@pytest.mark.parametrize("label", [1, 5])
def test_the_same_seed_gives_the_same_bytes_and_more_pictures_only_add_to_them(redrawn, label):
    images, parts, without, masks = redrawn[CLASSES[label]]
    again = redraw(label, 0, 13)
    assert np.array_equal(again[0], images[:13]) and again[1] == parts
    assert np.array_equal(again[2], without[:, :13]) and np.array_equal(again[3], masks[:, :13])
    assert not np.array_equal(redraw(label, 1, 13)[0], again[0])


def test_nothing_left_out_is_what_draw_some_gives(redrawn):
    for label, name in enumerate(CLASSES):
        plain, named = (
            drawing.draw_some(label, drawing.generator(0, label, redrawing.STREAM, 0), 10, *without)
            for without in ((), ("",))
        )
        assert all(np.array_equal(one, two) for one, two in zip(plain, named, strict=True))
        assert np.array_equal(plain[0], redrawn[name][0][:10, :, :, 0])


def test_no_stream_is_one_of_the_data_set():
    chunks = (drawing.TRAIN + drawing.TEST) // drawing.CHUNK
    for label in range(10):
        used = {drawing.generator(0, label, chunk).random() for chunk in range(chunks)}
        assert not used & {drawing.generator(0, label, redrawing.STREAM, chunk).random() for chunk in range(chunks)}


def test_most_pictures_have_three_parts_or_more(redrawn):
    for name, (_, _, _, masks) in redrawn.items():
        present = masks.any(axis=(2, 3)).sum(axis=0)
        assert (present >= 3).mean() > 0.9 and present.mean() > 4, name


def test_a_garment_that_has_not_the_part_is_the_same_without_it(redrawn):
    assert not changed(redrawn, "T-shirt/top", "hood").any()
    assert not changed(redrawn, "Ankle boot", "toe straps").any()
    for name, part in (("Coat", "hood"), ("Sandal", "shaft")):
        images, parts, without, masks = redrawn[name]
        number = parts.index(part)
        lacking = ~masks[number].any(axis=(1, 2))
        assert 0.5 < lacking.mean() < 1
        assert np.array_equal(without[number, lacking], images[lacking])


def test_masks_show_the_changes_that_can_be_seen(redrawn):
    for images, _, without, masks in redrawn.values():
        change = np.abs(without.astype(int) - images)[..., 0]
        assert (change[masks] >= redrawing.LEVELS).all() and (change[~masks] < redrawing.LEVELS).all()


@pytest.mark.parametrize(
    "name, part",
    [
        ("Pullover", "sleeves"),
        ("T-shirt/top", "sleeves"),
        ("Dress", "skirt"),
        ("Shirt", "collar"),
        ("Sandal", "toe straps"),
        ("Sandal", "heel strap"),
        ("Sneaker", "laces"),
        ("Ankle boot", "shaft"),
    ],
)
def test_only_the_part_and_the_pixels_next_to_it_change(redrawn, name, part):
    _, known = touched(name)
    found = changed(redrawn, name, part)
    assert found.any() and not (found & ~neighbourhood(known)).any()


def test_a_bag_without_its_handle_keeps_its_body(redrawn):
    found, (_, handle) = changed(redrawn, "Bag", "handle"), touched("Bag")
    elsewhere = (found & ~neighbourhood(handle)).any(axis=(1, 2))
    assert found.any(axis=(1, 2)).mean() > 0.7
    assert elsewhere.mean() < 0.1  # loops at the sides of a clutch, whose deciding part is its upper rim


def test_trousers_without_the_gap_are_filled_between_the_legs(redrawn):
    images, parts, without, _ = redrawn["Trouser"]
    garment, _ = touched("Trouser")
    left = np.maximum.accumulate(garment, axis=2)
    right = np.maximum.accumulate(garment[:, :, ::-1], axis=2)[:, :, ::-1]
    between = left & right
    assert not (changed(redrawn, "Trouser", "gap") & ~between).any()
    assert (without[parts.index("gap")][between] > 0).mean() > 0.99 > (images[between] > 0).mean()


def test_waistband_and_hems_lie_at_the_ends(redrawn):
    garment, _ = touched("Trouser")
    rows = np.arange(28)[None, :, None]
    top = np.where(garment, rows, 28).min(axis=(1, 2))[:, None, None]
    end = np.where(garment, rows, -1).max(axis=(1, 2))[:, None, None]
    assert not (changed(redrawn, "Trouser", "waistband") & (rows > top + 3)).any()
    assert not (changed(redrawn, "Trouser", "hems") & (rows < end - 3)).any()


def test_a_part_that_is_only_drawn_on_leaves_the_outline():
    for label, part in ((0, "print"), (4, "front"), (6, "seams"), (1, "fly"), (8, "zip"), (9, "elastic")):
        with_it, without = (drawing.draw_some(label, drawing.generator(7, label), 20, name) for name in ("", part))
        assert np.array_equal(with_it[1], without[1]) and not np.array_equal(with_it[0], without[0])


@pytest.mark.parametrize(
    "label, part, hint",
    [
        (0, "sleves", "'sleeves'"),
        (1, "gaps", "'gap'"),
        (7, "lace", "'laces'"),
        (8, "handel", "'handle'"),
        (8, "hood", ""),
    ],
)
def test_an_unknown_part_gives_one_line_with_the_nearest_name(label, part, hint):
    with pytest.raises(LookbookError) as caught:
        drawing.draw_some(label, drawing.generator(0), 2, part)
    line = str(caught.value)
    assert f"'{part}'" in line and hint in line and CLASSES[label] in line and "\n" not in line
