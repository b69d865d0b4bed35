import hashlib
import shutil

import pytest

from frigate_ext.detect import weights
from frigate_ext.errors import ModelError


def test_a_cache_with_the_right_file_is_not_fetched_again(yolov8n_weights, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "yolov8n.pt").symlink_to(yolov8n_weights)
    assert weights.pull("yolov8n", tmp_path) == tmp_path / "models" / "yolov8n.pt"


def test_a_tampered_cache_does_not_count_as_pulled(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "yolov8n.pt").write_bytes(b"evil")
    (default, *_) = weights.known_weights()
    assert default.name == "yolov8n"
    assert weights.pulled(default, tmp_path) is None


def test_a_pickle_of_unknown_origin_is_refused_until_its_hash_is_trusted(tmp_path):
    mine = tmp_path / "mine.pt"
    mine.write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    with pytest.raises(ModelError, match=digest):
        weights.locate(str(mine), tmp_path)
    with pytest.raises(ModelError, match="any code"):
        weights.locate(str(mine), tmp_path, trusted=["0" * 64])
    assert weights.locate(str(mine), tmp_path, trusted=[digest.upper()]) == mine


def test_known_weights_are_trusted_wherever_they_lie(yolov8n_weights, tmp_path):
    mine = tmp_path / "mine.pt"
    shutil.copyfile(yolov8n_weights, mine)
    assert weights.locate(str(mine), tmp_path) == mine


def test_an_export_needs_no_trust(tmp_path):
    (tmp_path / "mine.onnx").write_bytes(b"no pickle")
    assert weights.locate(str(tmp_path / "mine.onnx"), tmp_path) == tmp_path / "mine.onnx"
    assert weights.locate(str(tmp_path / "mine.onnx"), tmp_path, trusted=[""]) == tmp_path / "mine.onnx"


def test_where_hashes_are_listed_an_export_has_to_be_among_them(tmp_path):
    mine = tmp_path / "mine.onnx"
    mine.write_bytes(b"no pickle")
    digest = hashlib.sha256(b"no pickle").hexdigest()
    with pytest.raises(ModelError, match=f"none of the files whose hashes are listed.*{digest}"):
        weights.locate(str(mine), tmp_path, trusted=["0" * 64])
    assert weights.locate(str(mine), tmp_path, trusted=["0" * 64, digest]) == mine


def test_of_an_export_in_a_folder_network_and_weights_are_checked(tmp_path):
    files = {"a.xml": b"network", "a.bin": b"weights", "metadata.yaml": b"names"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    network, numbers = (hashlib.sha256(files[name]).hexdigest() for name in ("a.xml", "a.bin"))
    assert weights.locate(str(tmp_path), tmp_path, trusted=[network, numbers]) == tmp_path
    with pytest.raises(ModelError, match=r"a\.bin is not loaded"):
        weights.locate(str(tmp_path), tmp_path, trusted=[network])


def test_an_unknown_name_is_refused_with_the_known_ones(tmp_path):
    with pytest.raises(ModelError, match="yolov8n"):
        weights.pull("yolov99", tmp_path)
