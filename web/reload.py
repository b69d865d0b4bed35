"""Taking a changed configuration over, and how it is."""

from __future__ import annotations

from config.reload import Outcome, ReloadState
from frigate_ext.domain.document import Document
from frigate_ext.errors import InvalidRequestError
from web.context import services
from web.declare import Group
from web.documents.system import ReloadDocument
from web.permissions import ADMIN
from web.problems import error_of

routes = Group("configuration", "/api/config")


@routes.route("GET", "/reload", access=ADMIN, reply=ReloadDocument)
def show() -> Document:
    """Say whether what the files say holds, what came of the last change, and what waits for a start."""
    return reload_document(services().reload.outcome)


@routes.route("POST", "/reload", access=ADMIN, reply=ReloadDocument, conflicts=("reload_busy",))
def reload() -> Document:
    """Take over what the files say now; only what has changed begins anew.

    Wrong files are refused with all that is wrong (422, `config_refused`), and what held before goes on.
    """
    outcome = services().reload.reload()
    if outcome.state is ReloadState.REFUSED:
        raise refusal(outcome)
    return reload_document(outcome)


def refusal(outcome: Outcome) -> InvalidRequestError:
    """Return the error that tells all problems of a refused configuration, each with its place."""
    text = "; ".join(map(str, outcome.problems))
    return InvalidRequestError(text, code="config_refused", problems=list(outcome.problems))


def reload_document(outcome: Outcome) -> Document:
    """Write an outcome down."""
    return {
        "state": outcome.state.value,
        "problems": [error_of(problem) for problem in outcome.problems],
        "changes": list(outcome.changes.live),
        "next_start": list(outcome.changes.next_start),
        "failures": list(outcome.failures),
        "time": outcome.time,
    }
