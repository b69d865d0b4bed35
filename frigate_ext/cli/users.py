"""`frigate-ext users ...`: people's accounts of a running instance."""

from __future__ import annotations

import sys
from typing import Annotated, Any
from urllib.parse import quote

import typer

from frigate_ext.cli.options import HERE, AsJson, Cameras, Url, connect
from frigate_ext.cli.screen import local_time, output, print_json, print_table
from frigate_ext.domain.account import Role

app = typer.Typer(help="List, add, change and remove people's accounts.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The user's name.")]
RoleOption = Annotated[Role, typer.Option("--role", help="What they may do.")]
Stdin = Annotated[bool, typer.Option("--stdin", help="Read the password from standard input.")]


@app.command("list")
def list_(url: Url = HERE, json: AsJson = False) -> None:
    """List users."""
    users = connect(url).call("GET", "/api/users")["items"]
    if json:
        print_json(users)
        return
    rows = [[user["username"], user["role"], _sees(user), local_time(user["created_at"])] for user in users]
    print_table(["user", "role", "sees", "since"], rows)


@app.command()
def add(
    name: Name, role: RoleOption = Role.VIEWER, camera: Cameras = None, stdin: Stdin = False, url: Url = HERE
) -> None:
    """Add a user; asks for their password."""
    body = {"username": name, "password": _password(stdin), "role": role.value, "cameras": camera or None}
    connect(url).call("POST", "/api/users", json=body)
    output.print(f"{name} may sign in now.", markup=False, highlight=False)


@app.command()
def password(name: Name, stdin: Stdin = False, url: Url = HERE) -> None:
    """Set a user's password, which ends their sessions."""
    connect(url).call("PUT", f"{_path(name)}/password", json={"password": _password(stdin)})
    output.print(f"The password of {name} is set.", markup=False, highlight=False)


@app.command()
def role(name: Name, role: RoleOption, camera: Cameras = None, url: Url = HERE) -> None:
    """Change what a user may do and see."""
    body = {"role": role.value, "cameras": camera or None}
    connect(url).call("PUT", f"{_path(name)}/role", json=body)
    output.print(f"{name} is {role.value} now.", markup=False, highlight=False)


@app.command()
def remove(name: Name, url: Url = HERE) -> None:
    """Remove a user, with their sessions and keys."""
    connect(url).call("DELETE", _path(name))
    output.print(f"{name} is removed.", markup=False, highlight=False)


def _path(name: str) -> str:
    return f"/api/users/{quote(name, safe='')}"


def _sees(user: dict[str, Any]) -> str:
    if user["role"] == Role.ADMIN.value or user["cameras"] is None:
        return "every camera"
    return ", ".join(user["cameras"]) or "no camera"


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    entered: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return entered
