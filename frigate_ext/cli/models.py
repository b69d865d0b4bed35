"""`frigate-ext models ...`: detector weights, and their exports for fast inference."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from frigate_ext.cli.frames import of_camera, sampled
from frigate_ext.cli.options import HERE, Url, connect
from frigate_ext.cli.screen import busy, download_bar, output, print_json, print_table
from frigate_ext.detect import export as exporting
from frigate_ext.detect import quantize as quantizing
from frigate_ext.detect import trust as trusting
from frigate_ext.detect import tuning, weights
from frigate_ext.detect.detector import (
    DetectorSettings,
    choose_backend,
    installed_backends,
    load_detector,
)
from frigate_ext.detect.sample import sample_frame
from frigate_ext.runtime.cache import cache_dir
from frigate_ext.runtime.download import Remote
from genai import text_finder

app = typer.Typer(help="List, fetch and export detector weights.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A name from `models list`, or the path of a .pt file of yours.")]
Trust = Annotated[
    str, typer.Option(metavar="SHA256", help="Hash of a .pt file of yours, which can run any code.")
]


@app.command("list")
def list_(json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False) -> None:
    """List the weights we know, and what this machine has of them."""
    cache = cache_dir()
    exports = exporting.exports(cache)
    models = [
        _describe(known, exports, weights.pulled(known, cache) is not None)
        for known in weights.known_weights()
    ]
    if json:
        print_json(models)
    else:
        print_table(list(models[0]), [list(model.values()) for model in models])


def _describe(known: Remote, exports: list[exporting.Export], pulled: bool) -> dict[str, Any]:
    return {
        "name": known.name,
        "pulled": pulled,
        "exports": [made.format for made in exports if made.name.startswith(f"{known.name}-")],
        "license": weights.LICENSE,
    }


@app.command()
def pull(name: Name) -> None:
    """Fetch weights into the cache and check their hash; `text-finder` is what finds writing in pictures."""
    with download_bar(name) as progress:
        pull_it = text_finder.obtain if name == text_finder.TEXT_FINDER.name else partial(weights.pull, name)
        path = pull_it(cache_dir(), progress)
    output.print(f"{name} is in {path}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def export(
    name: Name,
    target: Annotated[str, typer.Option("--format", help="openvino or onnx.")] = "openvino",
    trust: Trust = "",
) -> None:
    """Export weights, once: the detection process then needs no PyTorch. Takes up to a minute."""
    if target not in ("openvino", "onnx"):
        raise typer.BadParameter("must be openvino or onnx", param_hint="--format")
    cache = cache_dir()
    with download_bar(name) as progress:
        source = weights.locate(name, cache, progress, trusted=[trust])
    with busy(f"exporting {source.name} to {target} ..."):
        path = exporting.export(source, cache, "onnx" if target == "onnx" else "openvino")
    output.print(f"{name} is exported to {path}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def trust(
    model: Annotated[Path, typer.Argument(help="An .onnx file, or a folder with an OpenVINO export.")],
) -> None:
    """Say that you changed a model: it is loaded as it is now, from now on."""
    if model.suffix == ".pt" or not model.exists():
        raise typer.BadParameter(
            "must be an .onnx file or a folder; a .pt can run code: list its hash in trusted_sha256",
            param_hint="MODEL",
        )
    trusting.remember(model, cache_dir())
    output.print(f"{model} is trusted as it is", markup=False, highlight=False, soft_wrap=True)


@app.command()
def bench(
    name: Name = "yolov8n",
    size: Annotated[int, typer.Option(help="Longer side of the input, a multiple of 32.")] = 320,
    trust: Trust = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Measure how fast a model runs here in every way there is, and whether it finds the same each time."""
    cache = cache_dir()
    settings = DetectorSettings(weights=name, size=size, trusted_sha256=(trust,))
    source = weights.locate(name, cache, trusted=[trust])
    ways = tuning.ways(installed_backends(source))
    load = partial(load_detector, cache=cache)
    with busy(f"measuring {source.name} at {size} px ..."):
        measured = list(tuning.measure(settings, load, sample_frame(), ways))
    usual = choose_backend("auto", source)
    chosen = tuning.best([each for each in measured if each.way.backend == usual] or measured)
    rows = [_row(each, chosen) for each in measured]
    if json:
        print_json(rows)
        return
    print_table(list(rows[0]), [list(row.values()) for row in rows])
    output.print(_LEGEND, markup=False, highlight=False, soft_wrap=True)


_LEGEND = """
ms: for one picture, best of some; cpu_ms: the same, of all threads together. Where ms is much more with one
thread, the machine is busy with other things. agreement: how much of what 32 bits on one thread surely find
is found, too. chosen: what the settings `auto` come to; `frigate_ext.model.backend` takes another backend."""


def _row(measured: tuning.Measured, chosen: tuning.Way) -> dict[str, Any]:
    return {
        "backend": measured.way.backend,
        "precision": measured.way.precision,
        "threads": measured.way.threads,
        "ms": round(measured.milliseconds, 1),
        "cpu_ms": round(measured.cpu_milliseconds, 1),
        "agreement": round(measured.agreement, 3),
        "chosen": measured.way == chosen,
    }


@app.command()
def quantize(
    name: Name,
    target: Annotated[Path, typer.Option("--output", help="Where to write the 8-bit model, an .onnx file.")],
    frames: Annotated[
        str, typer.Option(help="A clip, or the address of a stream, of your own cameras.")
    ] = "",
    camera: Annotated[str, typer.Option(help="A camera of the instance that runs at --url.")] = "",
    size: Annotated[int, typer.Option(help="Longer side of the input, a multiple of 32.")] = 320,
    count: Annotated[int, typer.Option(min=16, max=2000, help="Frames to take, one a second.")] = 100,
    trust: Trust = "",
    url: Url = HERE,
) -> None:
    """Make an 8-bit model from what your cameras see, and say how faithful it is."""
    if bool(frames) == bool(camera):
        raise typer.BadParameter("one of both says where frames come from", param_hint="--frames, --camera")
    quantizing.check_ready(target)
    cache = cache_dir()
    source = weights.locate(name, cache, trusted=[trust])
    with busy(f"taking up to {count} frames ..."):
        seen = of_camera(connect(url), camera, count) if camera else sampled(frames, count)
    with busy(f"quantising {source.name} on {len(seen[::2])} frames ..."):
        model = exporting.export(source, cache, "onnx") if source.suffix == ".pt" else source
        quantizing.quantize(model, seen[::2], size, target)
        trusting.remember(target, cache)
    with busy(f"comparing on {len(seen[1::2])} others ..."):
        original, made = (
            load_detector(DetectorSettings(weights=str(one), size=size, threads=1), cache)
            for one in (model, target)
        )
        result = quantizing.compare(original, made, seen[1::2])
    text = f"{_verdict(result, source.name)}\nHow fast it is: frigate-ext models bench {target} --size {size}"
    output.print(text, markup=False, highlight=False, soft_wrap=True)


def _verdict(result: quantizing.Comparison, original: str) -> str:
    """In words, what an 8-bit model keeps of the original."""
    if not result.sure:
        return (
            f"On {result.frames} frames that it was not made from {original} finds nothing for certain: "
            "there is nothing to compare. Take frames that show what you want to be found."
        )
    return (
        f"On {result.frames} frames that it was not made from it finds {result.kept} of {result.sure} things "
        f"that {original} surely finds ({result.kept / result.sure:.1%}), and {result.extra} others."
    )
