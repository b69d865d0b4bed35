"""`frigate-ext run`, `check-config` and `demo`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from config.load import load
from frigate_ext.app.serve import serve
from frigate_ext.cli.exits import Exit
from frigate_ext.cli.screen import output
from frigate_ext.demo.clip import fetch_clip
from frigate_ext.demo.run import run_demo

ConfigFiles = Annotated[
    list[Path],
    typer.Option(
        "--config",
        "-c",
        envvar="FRIGATE_EXT_CONFIG",
        help="A YAML file; repeat it, and later files add to earlier ones: Frigate's own first, then yours.",
    ),
]


def install(app: typer.Typer) -> None:
    """Add the commands that stand at the top level."""
    app.command()(run)
    app.command("check-config")(check_config)
    app.command()(demo)


def run(config: ConfigFiles) -> None:
    """Watch the configured cameras until stopped (Ctrl-C or SIGTERM)."""
    serve(load(config, os.environ), config, os.environ)


def check_config(config: ConfigFiles) -> None:
    """Read the configuration, say everything that is wrong with it, and exit with 3 if anything is."""
    checked = load(config, os.environ)
    counts = f"{len(checked.cameras)} cameras, {len(checked.watches)} watches"
    output.print(f"The configuration is fine: {counts}.", markup=False, highlight=False)


def demo(
    duration: Annotated[
        float | None, typer.Option(min=1.0, help="Seconds from the first frame; without it, until Ctrl-C.")
    ] = None,
    fetch_only: Annotated[bool, typer.Option(help="Fetch the clip and stop.")] = False,
) -> None:
    """Play a street over RTSP, watch it, and count the alerts that arrive over MQTT."""
    if fetch_only:
        fetch_clip()
        return
    raise typer.Exit(Exit.OK if run_demo(duration) else Exit.FAILURE)
