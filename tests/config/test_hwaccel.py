import pytest

from config.hwaccel import acceleration
from frigate_ext.capture.acceleration import Acceleration


@pytest.mark.parametrize(
    "arguments, wanted",
    [
        ("auto", None),
        ("", None),
        ((), None),
        ("preset-vaapi", Acceleration("vaapi")),
        ("preset-nvidia", Acceleration("cuda")),
        ("preset-intel-qsv-h265", Acceleration("qsv")),
        ("preset-from-the-future", Acceleration("preset-from-the-future")),
        ("-hwaccel cuda -hwaccel_device 1", Acceleration("cuda", "1")),
        (
            ("-hwaccel", "vaapi", "-vaapi_device", "/dev/dri/renderD128"),
            Acceleration("vaapi", "/dev/dri/renderD128"),
        ),
        ("-hwaccel auto", None),
        ("-c:v h264_v4l2m2m", None),
    ],
)
def test_what_frigates_arguments_ask_for(arguments, wanted):
    assert acceleration(arguments) == wanted


def test_an_inputs_own_arguments_come_before_the_cameras_and_the_files(load_texts):
    config = load_texts("""
ffmpeg: {hwaccel_args: preset-nvidia}
cameras:
  a: {ffmpeg: {inputs: [{path: a.mp4, roles: [detect]}]}}
  b: {ffmpeg: {hwaccel_args: preset-vaapi, inputs: [{path: b.mp4, roles: [detect]}]}}
  c: {ffmpeg: {inputs: [{path: c.mp4, roles: [detect], hwaccel_args: [-hwaccel, qsv]}]}}
""")
    wanted = [acceleration(camera.hwaccel_args) for camera in config.cameras.values()]
    assert wanted == [Acceleration("cuda"), Acceleration("vaapi"), Acceleration("qsv")]
