"""Networks of a few nodes in the forms that real exports have: what they find is written into them."""

from pathlib import Path

import openvino as ov
import yaml
from openvino import opset13 as op

LABELS = {0: "person", 1: "car"}


def openvino_folder(folder: Path, rows) -> Path:
    """Without NMS (`(N, rows, 6)`), for inputs of any size; finds `rows` whatever it is shown."""
    pixels = op.parameter([-1, 3, -1, -1], ov.Type.f32, "images")
    nothing = op.multiply(op.reduce_mean(pixels, [2, 3], keep_dims=False), op.constant([[0.0]], ov.Type.f32))
    anything = op.unsqueeze(op.reduce_sum(nothing, [1], keep_dims=True), op.constant(2))
    found = op.add(anything, op.constant([rows], ov.Type.f32))
    folder.mkdir(parents=True)
    ov.save_model(ov.Model([found], [pixels], "tiny"), folder / "tiny.xml", compress_to_fp16=False)
    metadata = {"task": "detect", "names": LABELS, "end2end": True}
    (folder / "metadata.yaml").write_text(yaml.safe_dump(metadata))
    return folder
