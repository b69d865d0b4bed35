"""Headers that say one thing only, whoever reads them."""

from __future__ import annotations

from web.asgi import App, Message, Receive, Send, refuse

_TWO_LENGTHS = {b"content-length", b"transfer-encoding"}


class PlainHeaders:
    """Drops and refuses what a proxy before us may have read in another way.

    For WSGI, `remote_user` and `remote-user` are one header: who may send the first would be whom the second
    names. A body with two lengths may be two requests (RFC 9112, 6.1).
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
        if {name for name, _ in headers} >= _TWO_LENGTHS:
            await refuse(send, 400, "malformed", "Send either Content-Length or Transfer-Encoding.")
        else:
            await self._app({**scope, "headers": headers}, receive, send)
