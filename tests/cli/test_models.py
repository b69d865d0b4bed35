"""Models: 8 bits from a camera of a running instance, and what is wrong with what was asked for."""

import itertools

import cv2
import numpy as np
import pytest

from frigate_ext.cli import frames as taking
from frigate_ext.cli.client import Client
from frigate_ext.cli.exits import Exit
from frigate_ext.cli.models import _verdict
from frigate_ext.detect.quantize import Comparison
from frigate_ext.detect.weights import locate
from frigate_ext.errors import ModelError

LATEST = ("GET", "/api/front%20door/latest.png")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(taking, "_EVERY", 0.0)


def png(level):
    return cv2.imencode(".png", np.full((48, 64, 3), level, np.uint8))[1].tobytes()


def test_frames_of_a_camera_are_taken_one_by_one_each_once(server):
    times = itertools.chain.from_iterable((str(n), str(n)) for n in itertools.count())
    server.headers["X-Frame-Time"] = lambda: next(times)
    server.answers[LATEST] = 200, png(128)
    frames = taking.of_camera(Client(server.url, "key"), "front door", 3)
    assert len(frames) == 3
    assert len(server.asked) == 5
    assert set(server.keys) == {"Bearer key"}
    assert frames[0].size == (64, 48)
    assert int(frames[0].y.mean()) == 126  # video range: 16 + 128 * 219 / 255


def test_a_camera_without_new_frames_ends_it(server, monkeypatch):
    monkeypatch.setattr(taking, "_PATIENCE", 0.3)
    server.headers["X-Frame-Time"] = lambda: "5.0"
    server.answers[LATEST] = 200, png(128)
    assert len(taking.of_camera(Client(server.url, None), "front door", 3)) == 1


def test_a_picture_that_is_none_is_an_error(server):
    server.headers["X-Frame-Time"] = lambda: "5.0"
    server.answers[LATEST] = 200, b"no picture"
    with pytest.raises(ModelError, match="can't be read"):
        taking.of_camera(Client(server.url, None), "front door", 3)


@pytest.mark.parametrize("source", [[], ["--frames", "a.mp4", "--camera", "yard"]], ids=["none", "both"])
def test_frames_come_from_one_place(run, source):
    assert run("models", "quantize", "yolov8n", "--output", "a.onnx", *source).exit_code == Exit.USAGE


def test_that_nothing_can_be_written_is_told_before_frames_are_waited_for(run, server, tmp_path):
    output = str(tmp_path / "nowhere" / "a.onnx")
    asked = run("models", "quantize", "yolov8n", "--camera", "yard", "--output", output)
    assert asked.exit_code == Exit.FAILURE
    assert "there is no folder" in asked.err


@pytest.mark.slow
def test_a_camera_that_there_is_not_is_told_in_the_servers_words(run, server, yolov8n_weights, tmp_path):
    server.answers["GET", "/api/yard/latest.png"] = 404, {"detail": "no camera is called yard"}
    asked = run("models", "quantize", "yolov8n", "--camera", "yard", "--output", str(tmp_path / "a.onnx"))
    assert "no camera is called yard" in asked.err
    assert asked.exit_code != 0


def test_a_cache_that_keeps_nothing_is_a_failure_with_words(run, tmp_path, monkeypatch):
    (tmp_path / "cache").write_text("no folder")
    (tmp_path / "yard.onnx").write_bytes(b"network")
    monkeypatch.setenv("FRIGATE_EXT_CACHE", str(tmp_path / "cache"))
    failed = run("models", "trust", str(tmp_path / "yard.onnx"))
    assert failed.exit_code == Exit.FAILURE
    assert "can't be kept" in failed.err


def test_how_faithful_a_model_is_is_told_in_counts():
    told = _verdict(Comparison(frames=50, sure=200, kept=199, extra=3), "yolov8n.pt")
    assert "199 of 200 things" in told
    assert "(99.5%), and 3 others" in told


def test_frames_that_prove_nothing_are_told_to():
    assert "nothing to compare" in _verdict(Comparison(frames=50, sure=0, kept=0, extra=0), "yolov8n.pt")


def test_a_changed_model_is_trusted_again_and_a_pickle_never(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FRIGATE_EXT_CACHE", str(tmp_path / "cache"))
    model = tmp_path / "yard.onnx"
    for content in (b"network", b"another"):
        model.write_bytes(content)
        assert run("models", "trust", str(model)).exit_code == 0
        assert locate(str(model), tmp_path / "cache") == model
    (tmp_path / "yard.pt").touch()
    for refused in (tmp_path / "yard.pt", tmp_path / "none.onnx"):
        assert run("models", "trust", str(refused)).exit_code == Exit.USAGE
