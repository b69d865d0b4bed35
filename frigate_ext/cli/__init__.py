"""The command line, `frigate-ext`."""

from __future__ import annotations

import sys

import typer

from frigate_ext import __version__
from frigate_ext.cli import bus, detect, judges, keys, models, serve, users, watch
from frigate_ext.cli.exits import exit_code
from frigate_ext.cli.screen import errors
from frigate_ext.errors import FrigateExtError
from frigate_ext.runtime.cache import fill_cache

app = typer.Typer(
    name="frigate-ext",
    help="Tell your cameras in plain words what to watch for; be told once, with the picture that proves it.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
serve.install(app)
detect.install(app)
judges.install(app)
app.add_typer(watch.app, name="watch")
app.add_typer(users.app, name="users")
app.add_typer(keys.app, name="keys")
app.add_typer(models.app, name="models")
app.add_typer(bus.app, name="bus")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(  # noqa: ARG001 - handled by its callback
        False, "--version", help="Print the version and exit.", callback=_version, is_eager=True
    ),
) -> None:
    fill_cache()


def main() -> None:
    """Run a command; an error of ours becomes a message and an exit code, never a traceback."""
    try:
        app()
    except FrigateExtError as error:
        errors.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(exit_code(error))
