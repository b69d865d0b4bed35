"""What commands that talk to a running instance share."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from frigate_ext.cli.client import Client

HERE = "http://127.0.0.1:5055"

Url = Annotated[str, typer.Option("--url", envvar="FRIGATE_EXT_URL", help="Where frigate_ext runs.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Cameras = Annotated[
    list[str] | None,
    typer.Option("--camera", help="Sees only this camera; may repeat. Without it, every one."),
]


def connect(url: str) -> Client:
    """A client with the key of the environment; commands take none, since others see command lines."""
    return Client(url, os.environ.get("FRIGATE_EXT_API_KEY"))
