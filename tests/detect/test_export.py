import pytest

from frigate_ext.detect import export as exporting
from frigate_ext.errors import ModelError


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "mine.pt"
    path.write_bytes(b"not opened when its export is there")
    return path


@pytest.fixture
def unlockable(tmp_path):
    """A cache whose lock can't be taken, as on a read-only file system (where root is stopped too)."""
    cache = tmp_path / "cache"
    (cache / "exports" / ".lock").mkdir(parents=True)
    return cache


def test_a_kept_export_serves_from_a_cache_that_cannot_be_written(weights, unlockable):
    kept = unlockable / "exports" / exporting._key(weights, "openvino")
    kept.mkdir()
    assert exporting.export(weights, unlockable) == kept


def test_a_missing_export_says_that_the_cache_cannot_be_written(weights, unlockable):
    with pytest.raises(ModelError, match=r"mine\.pt can't be exported into .*cache"):
        exporting.export(weights, unlockable)
