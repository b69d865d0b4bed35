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


def test_an_unknown_name_is_refused_with_the_known_ones(tmp_path):
    with pytest.raises(ModelError, match="yolov8n"):
        weights.pull("yolov99", tmp_path)
