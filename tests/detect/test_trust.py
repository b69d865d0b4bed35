"""Models that are no code: from the first load on they are what they were."""

import hashlib

import numpy as np
import pytest

from frigate_ext.detect import manifest, trust, weights
from frigate_ext.detect.detector import DetectorSettings, load_detector
from frigate_ext.detect.tuning import tuned
from frigate_ext.errors import ModelError
from tests.detect.tiny import ULTRALYTICS, onnx_file


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def onnx(tmp_path):
    model = tmp_path / "yard.onnx"
    model.write_bytes(b"network")
    return model


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "yard_openvino"
    folder.mkdir()
    for name in ("yard.xml", "yard.bin", "metadata.yaml"):
        (folder / name).write_bytes(name.encode())
    return folder


def load(model, cache):
    """As if an engine took anything."""
    found = weights.locate(str(model), cache)
    weights.loaded(found, cache)
    return found


def test_a_model_that_has_changed_is_refused_until_somebody_says_that_it_was_meant(onnx, cache):
    for _ in range(2):
        assert load(onnx, cache) == onnx
    onnx.write_bytes(b"another network")
    for _ in range(2):
        with pytest.raises(
            ModelError, match=r"has changed since it was first loaded.*models trust .*yard\.onnx"
        ):
            weights.locate(str(onnx), cache)
    trust.remember(onnx, cache)
    assert weights.locate(str(onnx), cache) == onnx


@pytest.mark.parametrize("backend", ["openvino", "onnx"])
@pytest.mark.parametrize("precision", ["auto", "f32"], ids=["measured", "as_set"])
def test_a_half_copied_model_is_not_what_it_is_to_be(tmp_path, cache, backend, precision):
    whole = onnx_file(
        tmp_path / "whole.onnx", {"output0": np.zeros((2, 6))}, metadata={**ULTRALYTICS, "end2end": True}
    ).read_bytes()
    cache.mkdir()
    model = tmp_path / "yard.onnx"
    settings = DetectorSettings(weights=str(model), backend=backend, precision=precision, threads=1)
    model.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="is not a usable"):
        load_detector(tuned(settings, cache), cache)
    model.write_bytes(whole)
    load_detector(tuned(settings, cache), cache).close()
    model.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="has changed since it was first loaded"):
        load_detector(tuned(settings, cache), cache)


def test_where_hashes_are_listed_nothing_is_remembered(onnx, cache):
    digest = hashlib.sha256(b"network").hexdigest()
    weights.loaded(weights.locate(str(onnx), cache, trusted=[digest]), cache, trusted=[digest])
    assert not cache.exists()


@pytest.mark.parametrize("name", ["yard.onnx.data", "yard.onnx_data"])
def test_data_beside_an_onnx_file_belongs_to_it(onnx, cache, name):
    data = onnx.with_name(name)
    data.write_bytes(b"weights")
    load(onnx, cache)
    data.write_bytes(b"other weights")
    with pytest.raises(ModelError, match=rf"not loaded \({name}\)"):
        trust.check(onnx, cache)


@pytest.mark.parametrize("name", ["yard.xml", "yard.bin"])
def test_of_a_folder_network_and_weights_count(folder, cache, name):
    load(folder, cache)
    (folder / "metadata.yaml").write_bytes(b"other names")
    trust.check(folder, cache)
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"not loaded \({name}\)"):
        trust.check(folder, cache)


def test_hashes_beside_a_model_count_from_the_first_time_on(onnx, folder, cache):
    for model, place in ((onnx, onnx.parent), (folder, folder)):
        manifest.write(place / manifest.NAME, manifest.hashes(manifest.files_of(model)))
        load(model, cache)
        manifest.files_of(model)[0].write_bytes(b"something else")
        with pytest.raises(ModelError, match=r"is not what .*SHA256SUMS says"):
            trust.check(model, cache)
    assert not cache.exists()


def test_hashes_of_other_files_say_nothing(onnx, cache):
    (onnx.parent / manifest.NAME).write_text("0" * 64 + "  another.onnx\nno hash\n")
    load(onnx, cache)
    assert cache.exists()


def test_the_same_name_elsewhere_is_another_model(onnx, cache, tmp_path):
    load(onnx, cache)
    other = tmp_path / "other" / onnx.name
    other.parent.mkdir()
    other.write_bytes(b"another network")
    trust.check(other, cache)


def test_where_nothing_can_be_kept_that_is_said(onnx, tmp_path, caplog):
    cache = tmp_path / "cache"
    cache.write_text("no folder")
    load(onnx, cache)
    assert "loaded unchecked" in caplog.text


def test_hashes_are_in_the_form_of_sha256sum(onnx, tmp_path):
    manifest.write(tmp_path / "sums", manifest.hashes([onnx]))
    digest = hashlib.sha256(b"network").hexdigest()
    assert (tmp_path / "sums").read_text() == f"{digest}  yard.onnx\n"
    assert manifest.read(tmp_path / "sums") == {"yard.onnx": digest}
    (tmp_path / "sums").write_text(f"{digest} *./yard.onnx\n")
    assert manifest.read(tmp_path / "sums") == {"yard.onnx": digest}
    assert manifest.read(tmp_path / "none") == {}
