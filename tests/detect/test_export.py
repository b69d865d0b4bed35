import pytest

from frigate_ext.detect import export as exporting
from frigate_ext.detect import manifest
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
    written(kept)
    assert exporting.export(weights, unlockable) == kept


def test_a_kept_export_is_not_served_when_it_is_not_what_was_made(weights, unlockable):
    kept = unlockable / "exports" / exporting._key(weights, "openvino")
    written(kept)
    (kept / "a.bin").write_bytes(b"damaged")
    with pytest.raises(ModelError, match="can't be exported"):
        exporting.export(weights, unlockable)


@pytest.mark.parametrize("damage", ["content", "file gone", "no hashes"])
@pytest.mark.parametrize("target", ["openvino", "onnx"])
def test_a_damaged_export_is_made_anew(weights, tmp_path, monkeypatch, damage, target, caplog):
    monkeypatch.setattr(exporting, "_run", play_exporter)
    model = exporting.export(weights, tmp_path, target)
    folder = model if target == "openvino" else model.parent
    (file,) = [*folder.glob("*.bin"), *folder.glob("*.onnx")]
    if damage == "content":
        file.write_bytes(b"damaged")
    elif damage == "file gone":
        file.unlink()
    else:
        (folder / manifest.NAME).unlink()
    assert exporting.export(weights, tmp_path, target) == model
    assert file.read_bytes() == b"made"
    assert caplog.text.count("made anew") == 1
    exporting.export(weights, tmp_path, target)
    assert caplog.text.count("made anew") == 1


def test_what_a_killed_exporter_has_left_behind_goes(weights, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "_run", play_exporter)
    left = tmp_path / "exports" / ".making-abc"
    left.mkdir(parents=True)
    (left / "half.bin").write_bytes(b"half")
    made = exporting.export(weights, tmp_path)
    assert {path.name for path in made.parent.iterdir()} == {".lock", made.name}


def written(folder):
    folder.mkdir()
    (folder / "a.xml").write_bytes(b"network")
    (folder / "a.bin").write_bytes(b"weights")
    manifest.write(folder / manifest.NAME, manifest.hashes(manifest.files_of(folder)))


def play_exporter(copy, scratch, target):
    """Writes what the child process would, as far as files go."""
    if target == "onnx":
        copy.with_suffix(".onnx").write_bytes(b"made")
        return
    folder = scratch / f"{copy.stem}_openvino_model"
    folder.mkdir()
    (folder / "a.xml").write_bytes(b"made")
    (folder / "a.bin").write_bytes(b"made")


def test_a_missing_export_says_that_the_cache_cannot_be_written(weights, unlockable):
    with pytest.raises(ModelError, match=r"mine\.pt can't be exported into .*cache"):
        exporting.export(weights, unlockable)
