"""`frigate-ext keys ...`: what programs sign in with."""

from __future__ import annotations

from typing import Annotated

import typer

from frigate_ext.cli.options import HERE, AsJson, Cameras, Url, connect
from frigate_ext.cli.screen import local_time, output, print_json, print_table
from frigate_ext.domain.account import Role

app = typer.Typer(help="List, make and revoke API keys.", no_args_is_help=True)


@app.command("list")
def list_(url: Url = HERE, json: AsJson = False) -> None:
    """List keys; none is shown whole."""
    keys = connect(url).call("GET", "/api/keys")["items"]
    if json:
        print_json(keys)
        return
    columns = ["id", "name", "prefix", "username", "role", "cameras", "read_only"]
    rows = [[key[column] for column in columns] + [local_time(key["used_at"])] for key in keys]
    print_table([*columns, "last used"], rows)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    user: Annotated[str, typer.Option(help="Whose it is: it never opens more than they may open.")],
    role: Annotated[Role, typer.Option(help="What it may do.")] = Role.VIEWER,
    camera: Cameras = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="It changes nothing.")] = False,
    url: Url = HERE,
) -> None:
    """Make a key and print it, this once."""
    scope = {"role": role.value, "cameras": camera or None, "read_only": read_only}
    made = connect(url).call("POST", "/api/keys", json={"name": name, "username": user, **scope})
    output.print(made["key"], markup=False, highlight=False, soft_wrap=True)


@app.command()
def revoke(
    key_id: Annotated[int, typer.Argument(help="The key's id, see `keys list`.")], url: Url = HERE
) -> None:
    """Make a key worthless at once."""
    connect(url).call("DELETE", f"/api/keys/{key_id}")
    output.print(f"Key {key_id} is revoked.", markup=False, highlight=False)
