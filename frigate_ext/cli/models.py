"""`frigate-ext models ...`: detector weights, and their exports for fast inference."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import typer

from frigate_ext.cli.screen import busy, download_bar, output, print_json, print_table
from frigate_ext.detect import export as exporting
from frigate_ext.detect import weights
from frigate_ext.runtime.cache import cache_dir
from frigate_ext.runtime.download import Remote
from genai import text_finder

app = typer.Typer(help="List, fetch and export detector weights.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A name from `models list`, or the path of a .pt file of yours.")]


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
    trust: Annotated[
        str, typer.Option(metavar="SHA256", help="Hash of a .pt file of yours, which can run any code.")
    ] = "",
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
