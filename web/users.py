"""People's accounts over HTTP, in Frigate's words."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import Forbidden

from frigate_ext.domain.account import User
from frigate_ext.domain.document import Document
from frigate_ext.errors import InvalidRequestError, Problem
from web.bodies import PasswordBody, RightsBody, UserBody
from web.context import identity, request_headers, services
from web.declare import Body, Group
from web.documents.accounts import UserDocument
from web.documents.base import Listed
from web.permissions import ADMIN, ANYONE_SIGNED_IN
from web.tokens import presented

routes = Group("users", "/api/users", tag="accounts")


@routes.route("GET", "", access=ADMIN, reply=Listed[UserDocument])
def listing() -> Document:
    """List all users by name; one page holds them all."""
    return {"items": [_document(user) for user in services().accounts.users.list()], "next": None}


@routes.route(
    "POST",
    "",
    access=ADMIN,
    body=Body(UserBody),
    reply=UserDocument,
    status=201,
    conflicts=("user_exists", "too_many_users"),
)
def add(body: UserBody) -> Document:
    """Make a user. Cameras limit a viewer; without them, they see all."""
    cameras = known_cameras(body.cameras)
    return _document(services().accounts.add_user(body.username, body.password, body.role, cameras))


@routes.route(
    "PUT",
    "/<username>/role",
    access=ADMIN,
    body=Body(RightsBody),
    reply=UserDocument,
    conflicts=("last_admin",),
)
def change(username: str, body: RightsBody) -> Document:
    """Change what a user may do, from their next request on."""
    cameras = known_cameras(body.cameras)
    return _document(services().accounts.users.set_rights(username, body.role, cameras))


@routes.route("PUT", "/<username>/password", access=ANYONE_SIGNED_IN, body=Body(PasswordBody), status=204)
def set_password(username: str, body: PasswordBody) -> None:
    """Set a password, which ends the user's other sessions.

    One's own needs the old one; only an admin sets another user's.
    """
    accounts, who = services().accounts, identity()
    own = who.account is not None and who.account.casefold() == username.casefold()
    if not own and not who.rules_everything:
        raise Forbidden("Only an admin may do this.")
    if own and not accounts.sign_in.is_right(
        username, body.old_password or "", request_headers(), request.remote_addr or ""
    ):
        problem = Problem("old_password", "is not the password")
        raise InvalidRequestError(str(problem), code="bad_old_password", problems=[problem])
    kept = presented(request_headers(), accounts.settings.cookie_name)
    accounts.set_password(username, body.password, session=kept)


@routes.route("DELETE", "/<username>", access=ADMIN, status=204, conflicts=("last_admin",))
def delete(username: str) -> None:
    """Forget a user, with their sessions and keys."""
    services().accounts.users.delete(username)


def known_cameras(names: list[str] | None) -> list[str] | None:
    """Return them; raises InvalidRequestError for a camera that is not there."""
    unknown = [name for name in names or [] if name not in services().cameras]
    if unknown:
        problem = Problem("cameras", f"there is no camera {unknown[0][:80]!r}")
        raise InvalidRequestError(str(problem), code="unknown_camera", problems=[problem])
    return names


def _document(user: User) -> Document:
    cameras = None if user.cameras is None else list(user.cameras)
    return {"username": user.name, "role": user.role.value, "cameras": cameras, "created_at": user.created_at}
