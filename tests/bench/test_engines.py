import pytest

from lib.base import cores
from lib.base.errors import LookbookError
from lib.bench import engines
from lib.config import parse


def test_ratios_are_of_the_fastest_turn(monkeypatch):
    monkeypatch.setattr(cores, "count", lambda: 2)
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda name: None)
    given = iter([(4.0, 12.0), (6.0, 5.0), (5.0, 10.0), (7.0, 8.0)])
    monkeypatch.setattr(engines, "_seconds", lambda *_: next(given))
    table = engines.measure(turns=2)
    assert table["engine"].tolist() == ["inline", "processes"], "dask only where it is installed"
    assert table["seconds"].tolist() == [10.0, 5.0] and table["start, seconds"].tolist() == [4.0, 6.0]
    assert table["ratio"].tolist() == [1.0, 2.0] and table["ratio with start"].tolist() == [1.0, 1.27]


def test_runs_are_trained_in_a_process_and_a_store_of_their_own(monkeypatch):
    monkeypatch.setenv("LOOKBOOK_ENGINE", "nonsense")
    anchor = parse({"system": "anchor.majority", "data": {"name": "garments", "limit": 100}})
    assert all(seconds > 0 for seconds in engines._seconds("inline", anchor, 1, 1))


def test_more_jobs_than_cores_are_refused(monkeypatch):
    monkeypatch.setattr(cores, "count", lambda: 2)
    with pytest.raises(LookbookError, match="--jobs 3 is more than the 2 cores here"):
        engines.measure(jobs=3)
