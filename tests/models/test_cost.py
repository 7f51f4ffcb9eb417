"""Multiply-adds by networks small enough to count by hand."""

from lib import models
from lib.base.backend import keras
from lib.models import cost
from lib.models.dilated import DilatedConv2D

layers = keras.layers


def test_every_kind_of_layer_counts_what_its_output_is_made_of():
    inside = keras.Sequential([keras.Input((4, 4, 6)), layers.Conv2D(5, 1)])
    network = keras.Sequential([
        keras.Input((8, 8, 3)),
        layers.Conv2D(4, 3, padding="same", strides=2),  # 4 x 4 x 4 values of 3 x 3 x 3
        layers.BatchNormalization(),  # nothing
        layers.DepthwiseConv2D(3, padding="same"),  # 4 x 4 x 4 values of 3 x 3
        DilatedConv2D(6, 3, padding="same", dilation_rate=2, groups=1),  # 4 x 4 x 6 values of 3 x 3 x 4
        inside,  # 4 x 4 x 5 values of 6
        layers.Flatten(),
        layers.Dense(7),  # 7 values of 80
    ])  # fmt: skip
    assert cost.multiply_adds(network) == 64 * 27 + 64 * 9 + 96 * 36 + 80 * 6 + 7 * 80


def test_groups_see_a_part_of_the_channels():
    network = keras.Sequential([keras.Input((5, 5, 4)), layers.Conv2D(2, 3, groups=2)])
    assert cost.multiply_adds(network) == 3 * 3 * 2 * 9 * 2


def test_the_network_of_report_r3_by_arithmetic():
    network = models.build("R3.initial", (28, 28, 1), 10)
    by_hand = 28 * 28 * 16 * 9 + 14 * 14 * 32 * 9 * 16 + 7 * 7 * 64 * 9 * 32 + 576 * 128 + 128 * 10
    assert cost.multiply_adds(network) == by_hand
