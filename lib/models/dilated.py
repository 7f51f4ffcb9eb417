"""A dilated convolution that is fast on small maps: the layer of R4's blocks."""

import numpy as np

from lib.base.backend import keras
from lib.base.errors import LookbookError

ops = keras.ops

DENSE = 9  # positions of a sub-map up to which one matrix product replaces the convolution: faster at 3x3, not at 5x5


@keras.saving.register_keras_serializable("lookbook")
class DilatedConv2D(keras.layers.Conv2D):
    """Conv2D with stride 1, padding "same" and an odd kernel: the same function and weights, faster on small maps.

    With dilation d an output sees only every d-th row and column. So a map falls apart into d x d sub-maps that do not
    mix, and on each the convolution is an ordinary one. On small sub-maps most taps of the kernel fall outside; there
    the convolution is one matrix product that leaves them out. LookbookError for other strides, paddings and kernels.

    `keras.models.load_model` finds this class only after `import lib.models.dilated`.
    """

    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        odd = all(size % 2 for size in self.kernel_size)
        if not odd or self.strides != (1, 1) or self.padding != "same" or self.groups != 1:
            raise LookbookError(f"kernel size {self.kernel_size}: take odd sizes, stride 1, padding 'same', one group")

    def convolution_op(self, inputs, kernel):
        """Return the convolution of `inputs` (batch, H, W, C) with `kernel` (h, w, C, filters), without bias."""
        height, width, channels = inputs.shape[1:]
        vertical, horizontal = min(self.dilation_rate[0], height), min(self.dilation_rate[1], width)
        rows, columns = -(-height // vertical), -(-width // horizontal)  # of the largest sub-map
        kernel = _reachable(ops.convert_to_tensor(kernel), rows, columns)  # JAX slices no variable
        if (vertical, horizontal) == (1, 1) or tuple(kernel.shape[:2]) == (1, 1):
            return ops.conv(inputs, kernel, padding="same")
        # The zeros that make all sub-maps equally large are those that padding "same" means anyway.
        x = ops.pad(inputs, ((0, 0), (0, rows * vertical - height), (0, columns * horizontal - width), (0, 0)))
        x = ops.reshape(x, (-1, rows, vertical, columns, horizontal, channels))
        x = _products(x, kernel, height, width) if rows * columns <= DENSE else _convolutions(x, kernel)
        x = ops.reshape(x, (-1, rows * vertical, columns * horizontal, self.filters))
        return _cut(x, (0, 0, 0, 0), (height, width, self.filters))


def _reachable(kernel, rows: int, columns: int):
    """Return `kernel` without the taps that fall outside a map of rows x columns wherever the kernel stands."""
    top, left = (max(0, size // 2 - (reach - 1)) for size, reach in zip(kernel.shape[:2], (rows, columns), strict=True))
    if top == left == 0:
        return kernel
    height, width = kernel.shape[:2]
    return ops.slice(kernel, (top, left, 0, 0), (height - 2 * top, width - 2 * left, *kernel.shape[2:]))


def _cut(x, start: tuple[int, ...], shape: tuple[int, ...]):
    """Return x[:, start[1] : start[1] + shape[0], ...]; unlike that of indexing, the gradient of `slice` is fast."""
    return ops.slice(x, start, (ops.shape(x)[0], *shape))


def _convolutions(x, kernel):
    """Return the convolution of every sub-map of x (batch, rows, vertical, columns, horizontal, C), laid out alike.

    x[:, :, i, :, j] is sub-map (i, j).
    """
    _, rows, vertical, columns, horizontal, channels = x.shape
    x = ops.reshape(ops.transpose(x, (0, 2, 4, 1, 3, 5)), (-1, rows, columns, channels))
    x = ops.reshape(ops.conv(x, kernel, padding="same"), (-1, vertical, horizontal, rows, columns, kernel.shape[-1]))
    return ops.transpose(x, (0, 3, 1, 4, 2, 5))


def _products(x, kernel, height: int, width: int):
    """Return the same as `_convolutions`, by a matrix product for the sub-maps of each size.

    The first height % step rows of sub-maps are one longer than the others, and the columns likewise.
    """
    _, rows, vertical, columns, horizontal, channels = x.shape
    bands = []
    for top, bottom, m in _sizes(height, vertical):
        parts = []
        for left, right, n in _sizes(width, horizontal):
            part = _cut(x, (0, 0, top, 0, left, 0), (m, bottom - top, n, right - left, channels))
            parts.append(ops.pad(_product(part, kernel), [(0, 0)] * 3 + [(0, columns - n)] + [(0, 0)] * 2))
        band = ops.concatenate(parts, axis=4)
        bands.append(ops.pad(band, [(0, 0), (0, rows - m)] + [(0, 0)] * 4))
    return ops.concatenate(bands, axis=2)


def _sizes(length: int, step: int) -> list[tuple[int, int, int]]:
    """Return (first, end, size) of the sub-maps of equal size along a side of `length` pixels: the longer first."""
    size, longer = divmod(length, step)
    return [(0, longer, size + 1), (longer, step, size)] if longer else [(0, step, size)]


def _product(x, kernel):
    """Return the convolution of sub-maps of one size, x (batch, rows, vertical, columns, horizontal, C)."""
    _, rows, vertical, columns, horizontal, channels = x.shape
    matrix = _matrix(kernel, rows, columns)
    x = ops.matmul(ops.reshape(ops.transpose(x, (0, 2, 4, 1, 3, 5)), (-1, rows * columns * channels)), matrix)
    x = ops.reshape(x, (-1, vertical, horizontal, rows, columns, kernel.shape[-1]))
    return ops.transpose(x, (0, 3, 1, 4, 2, 5))


def _matrix(kernel, rows: int, columns: int):
    """Return the convolution of a map of rows x columns as a matrix (positions * C, positions * filters).

    Each pair of positions picks its tap by a product with zeros and ones, which is also fast in the gradient.
    """
    height, width, channels, filters = kernel.shape
    picks = np.einsum("abt,cdu->acbdtu", _picks(rows, height), _picks(columns, width)).reshape(-1, height * width)
    picks = ops.cast(picks, keras.backend.standardize_dtype(kernel.dtype))
    taps = ops.matmul(picks, ops.reshape(kernel, (height * width, channels * filters)))
    positions = rows * columns
    taps = ops.transpose(ops.reshape(taps, (positions, positions, channels, filters)), (0, 2, 1, 3))
    return ops.reshape(taps, (positions * channels, positions * filters))


def _picks(size: int, taps: int) -> np.ndarray:
    """Return float32 (size, size, taps): 1 where the output at the second index sees the first by the tap."""
    source, target, tap = np.ogrid[:size, :size, :taps]
    return (source - target + taps // 2 == tap).astype("float32")
