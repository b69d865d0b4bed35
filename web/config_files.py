"""The configuration's files over HTTP: without secrets, checked before they are saved, with a way back."""

from __future__ import annotations

from flask import Response, jsonify

from config.editing.conceal import Tokens
from config.editing.editor import ConfigEditor, FileView, Saved
from config.editing.file import conceal
from config.editing.versions import Version
from config.reload import Outcome
from frigate_ext.domain.document import Document
from frigate_ext.errors import NotFoundError
from web.context import identity, services
from web.declare import Body, Group
from web.documents.base import Listed, ProblemDocument
from web.editing_documents import (
    CheckedDocument,
    FileBody,
    FileDocument,
    FileQuery,
    RestoreBody,
    VersionDocument,
    VersionTextDocument,
)
from web.permissions import ADMIN
from web.reload import reload_document

routes = Group("config", "/api/config", tag="configuration")

CONFLICTS = ("changed_meanwhile", "file_unreadable", "file_read_only", "config_broken", "reload_busy")
NOT_FOUND = {404: ProblemDocument}
_LARGEST = 2**63 - 1


@routes.route(
    "GET", "/raw", access=ADMIN, query=FileQuery, reply=FileDocument, conflicts=CONFLICTS, also=NOT_FOUND
)
def raw(query: FileQuery) -> Response:
    """Return one of the configuration's files with tokens for its secrets, and what is wrong with all."""
    return _answer(editor().view(query.file), editor().outcome())


@routes.route(
    "PUT", "/raw", access=ADMIN, body=Body(FileBody), reply=FileDocument, conflicts=CONFLICTS, also=NOT_FOUND
)
def save(body: FileBody) -> Response:
    """Save a file, its hidden values put back; mistakes are refused, all at once, by line and column.

    A file that has changed on disk since it was read is not overwritten (`changed_meanwhile`).
    """
    return saved(editor().save(body.file, body.text, body.etag, identity().name))


@routes.route(
    "POST",
    "/check",
    access=ADMIN,
    body=Body(FileBody),
    reply=CheckedDocument,
    conflicts=CONFLICTS,
    also=NOT_FOUND,
)
def check(body: FileBody) -> Document:
    """Say what saving this would say and change, and save nothing."""
    checked = editor().check(body.file, body.text, body.etag)
    return {"outcome": reload_document(checked.outcome), "diff": checked.diff}


@routes.route(
    "GET",
    "/versions",
    access=ADMIN,
    query=FileQuery,
    reply=Listed[VersionDocument],
    conflicts=CONFLICTS,
    also=NOT_FOUND,
)
def versions(query: FileQuery) -> Document:
    """List what a file held, newest first; one page holds them all."""
    known = editor().history(query.file)
    return {"items": [_version_document(version) for version in known], "next": None}


@routes.route(
    "GET",
    "/versions/<int:version_id>",
    access=ADMIN,
    reply=VersionTextDocument,
    conflicts=CONFLICTS,
    also=NOT_FOUND,
)
def version(version_id: int) -> Document:
    """Return what a file held, and what going back to it would change."""
    found, diff = editor().version(min(version_id, _LARGEST))
    return {**_version_document(found), "text": conceal(Tokens(), found.text), "diff": diff}


@routes.route(
    "POST",
    "/versions/<int:version_id>/restore",
    access=ADMIN,
    body=Body(RestoreBody),
    reply=FileDocument,
    conflicts=CONFLICTS,
    also=NOT_FOUND,
)
def restore(version_id: int, body: RestoreBody) -> Response:
    """Go back to what a file held; what it holds now stays among the versions."""
    return saved(editor().restore(min(version_id, _LARGEST), body.etag, identity().name))


def editor() -> ConfigEditor:
    """Return the editor; raises NotFoundError where the program was not started with files."""
    found = services().editor
    if found is None:
        raise NotFoundError("The configuration did not come from files.", code="no_files")
    return found


def saved(result: Saved) -> Response:
    """Return the file as it is now."""
    return _answer(result.view, result.outcome)


def _answer(view: FileView, outcome: Outcome) -> Response:
    response = jsonify(
        {
            "file": view.number,
            "name": view.name,
            "files": list(editor().names),
            "text": view.text,
            "etag": view.etag,
            "writable": view.writable,
            "outcome": reload_document(outcome),
        }
    )
    response.set_etag(view.etag)
    return response


def _version_document(version: Version) -> Document:
    return {
        "id": version.id,
        "time": version.time,
        "who": version.who,
        "why": version.why,
        "current": editor().holds(version),
    }
