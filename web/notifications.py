"""Notifications on people's own devices, at Frigate's addresses."""

from __future__ import annotations

from werkzeug.exceptions import Forbidden

from frigate_ext.domain.document import Document
from frigate_ext.domain.subscription import Subscription
from frigate_ext.errors import InvalidRequestError, NotFoundError, Problem
from frigate_ext.notify.webpush_crypto import decoded, is_device_key
from web.bodies import DeviceBody, RegisterBody, UnregisterBody
from web.context import identity, request_headers, services
from web.declare import Body, Group
from web.documents.accounts import KeyTextDocument, RegisteredDocument
from web.permissions import ANYONE_SIGNED_IN
from web.push import Push
from web.tokens import digest, presented

routes = Group("notifications", "/api/notifications", tag="accounts")

_AUTH_BYTES = 16


@routes.route("GET", "/pubkey", access=ANYONE_SIGNED_IN, reply=KeyTextDocument)
def public_key() -> str:
    """Return the key that a browser subscribes to (`applicationServerKey`); 404 where web push is off."""
    return _push().public_key


@routes.route(
    "POST",
    "/register",
    access=ANYONE_SIGNED_IN,
    body=Body(RegisterBody),
    reply=RegisteredDocument,
)
def register(body: RegisterBody) -> Document:
    """Have a device told of alerts on the cameras that its user may see, from now on.

    Until it is unregistered, its session is signed out, or its user gets a new password or is removed.
    """
    push, who = _push(), identity()
    if who.account is None and services().authenticator.enabled:
        raise Forbidden("Sign in as a user for this: a key or a proxy has no devices.")
    cookie = services().accounts.settings.cookie_name
    token = presented(request_headers(), cookie) if who.account else None
    device = _device(push, body.sub)
    push.devices.add(device, who.account, digest(token) if token else None)
    return {"success": True, "message": "This device is told of alerts from now on."}


@routes.route("POST", "/unregister", access=ANYONE_SIGNED_IN, body=Body(UnregisterBody), status=204)
def unregister(body: UnregisterBody) -> None:
    """Tell a device no more; whoever knows its endpoint is it. Idempotent."""
    _push().devices.withdraw(body.endpoint)


def _push() -> Push:
    push = services().push
    if push is None:
        raise NotFoundError("Web push is off: see frigate_ext.push in the configuration.", code="push_off")
    return push


def _device(push: Push, sub: DeviceBody) -> Subscription:
    if not push.services.serve(sub.endpoint):
        raise _wrong("sub.endpoint", "is no address of a push service that may be used")
    p256dh, auth = _bytes("p256dh", sub.keys.p256dh), _bytes("auth", sub.keys.auth)
    if not is_device_key(p256dh):
        raise _wrong("sub.keys.p256dh", "is no point on P-256")
    if len(auth) != _AUTH_BYTES:
        raise _wrong("sub.keys.auth", f"must have {_AUTH_BYTES} bytes")
    return Subscription(id=0, endpoint=sub.endpoint, p256dh=p256dh, auth=auth, created_at=push.now())


def _bytes(name: str, text: str) -> bytes:
    try:
        return decoded(text)
    except ValueError as error:
        raise _wrong(f"sub.keys.{name}", "is no base64url") from error


def _wrong(field: str, message: str) -> InvalidRequestError:
    problem = Problem(field, message)
    return InvalidRequestError(str(problem), code="bad_subscription", problems=[problem])
