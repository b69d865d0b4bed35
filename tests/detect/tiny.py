"""Networks of a few nodes in the forms that real exports have: what they find is written into them."""

from pathlib import Path

import numpy as np
import onnx
import openvino as ov
import yaml
from onnx import TensorProto, helper, numpy_helper

LABELS = {0: "person", 1: "car"}
ULTRALYTICS = {"task": "detect", "names": LABELS}
ANY = (None, 3, None, None)


def onnx_file(file: Path, outputs, *, shape=ANY, pixels="images", sizes=False, metadata=None) -> Path:
    """Gives `outputs`, `name -> array` of one picture, for each picture of `shape`.

    With `sizes` there is a second input, and what is called `boxes` is scaled to it.
    """
    dims = [name if side is None else side for name, side in zip("NCHW", shape, strict=True)]
    inputs = [helper.make_tensor_value_info(pixels, TensorProto.FLOAT, dims)]
    nodes = [
        helper.make_node("ReduceMean", [pixels], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
    ]
    constants = [_constant("zero", np.float32(0))]
    if sizes:
        inputs.append(helper.make_tensor_value_info("orig_target_sizes", TensorProto.INT64, ["N", 2]))
        nodes += [
            helper.make_node("Cast", ["orig_target_sizes"], ["size"], to=TensorProto.FLOAT),
            helper.make_node("Concat", ["size", "size"], ["size_twice"], axis=1),
            helper.make_node("Unsqueeze", ["size_twice", "one"], ["scale"]),
        ]
        constants.append(_constant("one", np.array([1])))
    for name, value in outputs.items():
        constants += [
            _constant(f"{name}_found", np.float32(value)),
            _constant(f"{name}_axes", np.arange(1, np.ndim(value) + 1)),
        ]
        scaled = sizes and name == "boxes"
        cast = TensorProto.INT64 if name == "labels" else TensorProto.FLOAT
        nodes += [
            helper.make_node("Unsqueeze", ["nothing", f"{name}_axes"], [f"{name}_none"]),
            helper.make_node("Add", [f"{name}_none", f"{name}_found"], [f"{name}_each"]),
            helper.make_node("Mul", [f"{name}_each", "scale" if scaled else "unit"], [f"{name}_scaled"]),
            helper.make_node("Cast", [f"{name}_scaled"], [name], to=cast),
        ]
    constants.append(_constant("unit", np.float32(1)))
    kinds = {name: TensorProto.INT64 if name == "labels" else TensorProto.FLOAT for name in outputs}
    given = [
        helper.make_tensor_value_info(name, kinds[name], ["N", *np.shape(value)])
        for name, value in outputs.items()
    ]
    graph = helper.make_graph(nodes, "tiny", inputs, given, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, {key: str(value) for key, value in (metadata or {}).items()})
    onnx.save(model, file)
    return file


def openvino_folder(folder: Path, rows) -> Path:
    """Without NMS, as ultralytics exports it; finds `rows` whatever it is shown."""
    folder.mkdir(parents=True)
    source = onnx_file(folder / "tiny.onnx", {"output0": rows})
    ov.save_model(ov.Core().read_model(source), folder / "tiny.xml", compress_to_fp16=False)
    source.unlink()
    (folder / "metadata.yaml").write_text(yaml.safe_dump({**ULTRALYTICS, "end2end": True}))
    return folder


def _constant(name, value):
    return numpy_helper.from_array(np.asarray(value), name)
