"""The data set and its split as the settings of a run see them, prepared once per process."""

from lib.config import DataConfig
from lib.data.dataset import Dataset
from lib.data.prepare import prepare
from lib.data.splits import Split, split

KEPT = 8  # of the last settings asked for: a notebook compares a few

_kept: dict[tuple[int, str], tuple[Dataset, Dataset, Split]] = {}


def parts(dataset: Dataset, config: DataConfig) -> tuple[Dataset, Split]:
    """Return `dataset` with the labels and classes that `config` asks for, and its training, validation and test.

    LookbookError as in `lib.data.prepare.prepare` and `lib.data.splits.split`.
    """
    key = (id(dataset), config.model_dump_json())  # the data set is kept beside: nothing else can get its id
    if key not in _kept:
        prepared = prepare(dataset, config)
        _kept[key] = (dataset, prepared, split(prepared, config))
        while len(_kept) > KEPT:
            del _kept[next(iter(_kept))]
    return _kept[key][1:]
