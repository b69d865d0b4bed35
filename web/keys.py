"""API keys over HTTP: what programs sign in with."""

from __future__ import annotations

from werkzeug.exceptions import Forbidden

from frigate_ext.domain.account import ApiKey
from frigate_ext.domain.document import Document
from frigate_ext.errors import NotFoundError
from web.bodies import KeyBody
from web.context import identity, services
from web.declare import Body, Group
from web.documents.accounts import KeyDocument, NewKeyDocument
from web.documents.base import Listed, ProblemDocument
from web.permissions import ANYONE_SIGNED_IN
from web.users import known_cameras

routes = Group("keys", "/api/keys", tag="accounts")

_LARGEST = 2**63 - 1


@routes.route("GET", "", access=ANYONE_SIGNED_IN, reply=Listed[KeyDocument])
def listing() -> Document:
    """List one's own keys; to an admin, everybody's."""
    who, keys = identity(), services().accounts.keys
    own = keys.list(who.account) if who.account else ()
    listed = keys.list() if who.rules_everything else own
    return {"items": [_document(key) for key in listed], "next": None}


@routes.route(
    "POST",
    "",
    access=ANYONE_SIGNED_IN,
    body=Body(KeyBody),
    reply=NewKeyDocument,
    status=201,
    conflicts=("too_many_keys",),
    also={404: ProblemDocument},
)
def add(body: KeyBody) -> Document:
    """Make a key, and show it this once. It never opens more than its user may open."""
    owner = body.username if body.username and identity().rules_everything else _account()
    key, secret = services().accounts.add_key(
        owner, body.name, body.role, known_cameras(body.cameras), read_only=body.read_only
    )
    return _document(key) | {"key": secret}


@routes.route("DELETE", "/<int:key_id>", access=ANYONE_SIGNED_IN, status=204)
def revoke(key_id: int) -> None:
    """Make a key worthless: one's own, or as an admin any."""
    keys = services().accounts.keys
    key = keys.get(min(key_id, _LARGEST))
    if not identity().rules_everything and key.user != _account():
        raise NotFoundError(f"There is no key {key_id}.", code="unknown_key")
    keys.revoke(key.id)


def _account() -> str:
    """Return the user who has signed in; keys and proxies have no keys of their own."""
    account = identity().account
    if account is None:
        raise Forbidden("Sign in as a user for this, or as an admin name one.")
    return account


def _document(key: ApiKey) -> Document:
    return {
        "id": key.id,
        "username": key.user,
        "name": key.name,
        "prefix": key.prefix,
        "role": key.role.value,
        "cameras": None if key.cameras is None else list(key.cameras),
        "read_only": key.read_only,
        "created_at": key.created_at,
        "used_at": key.used_at,
    }
