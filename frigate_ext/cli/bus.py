"""`frigate-ext bus ...`: what hosts that detect need to connect."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from frigate_ext.bus.keys import NodeKeys, new_pair, read_server_keys, write_keys
from frigate_ext.cli.screen import output

app = typer.Typer(help="Make keys for hosts that detect.", no_args_is_help=True)


@app.command()
def keys(
    nodes: Annotated[list[str], typer.Argument(help="Names of hosts that will run `frigate-ext detect`.")],
    folder: Annotated[Path, typer.Option(help="Where the key files go.")] = Path("keys"),
) -> None:
    """Make a key file for each node, and server.key unless it is there; print what belongs into the YAML."""
    server_file = folder / "server.key"
    if not server_file.exists():
        write_keys(server_file, new_pair())
    server = read_server_keys(server_file)
    lines = ["frigate_ext:", "  bus:", f"    key: {server_file}", "  detection:", "    nodes:"]
    for node in nodes:
        pair = new_pair()
        write_keys(folder / f"{node}.key", NodeKeys(pair.public, pair.secret, server.public))
        lines.append(f'      {node}: {{key: "{pair.public}"}}')
    output.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
