import os

import pytest

from frigate_ext.runtime.cache import cache_dir, fill_cache


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """One that is empty, beside what came with the installation."""
    seed = tmp_path / "seed"
    (seed / "models").mkdir(parents=True)
    (seed / "models" / "yard.pt").write_text("weights")
    (seed / "exports" / "yard-onnx").mkdir(parents=True)
    (seed / "exports" / "yard-onnx" / "yard.onnx").write_text("network")
    (seed / "exports" / ".lock").touch()
    monkeypatch.setenv("FRIGATE_EXT_SEED", str(seed))
    monkeypatch.setenv("FRIGATE_EXT_CACHE", str(tmp_path / "data" / "cache"))
    return cache_dir()


def files(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_what_came_with_the_installation_is_in_the_cache(cache):
    fill_cache()
    assert files(cache) == {"models/yard.pt": "weights", "exports/yard-onnx/yard.onnx": "network"}


def test_a_copy_that_was_cut_short_by_a_process_of_the_same_number_is_made_again(cache):
    partial = cache / "exports" / f".yard-onnx.{os.getpid()}"
    partial.mkdir(parents=True)
    (partial / "yard.onnx").write_text("net")
    fill_cache()
    assert files(cache)["exports/yard-onnx/yard.onnx"] == "network"


def test_what_is_there_stays_as_it_is(cache):
    (cache / "models").mkdir(parents=True)
    (cache / "models" / "yard.pt").write_text("newer")
    fill_cache()
    assert files(cache)["models/yard.pt"] == "newer"


def test_without_anything_to_take_over_no_cache_is_made(cache, monkeypatch):
    monkeypatch.delenv("FRIGATE_EXT_SEED")
    fill_cache()
    assert not cache.exists()


def test_a_cache_that_can_not_be_written_ends_nothing(cache, caplog):
    cache.parent.mkdir()
    cache.write_text("no folder")
    fill_cache()
    assert "it may have to be fetched" in caplog.text
