"""Asking a camera over HTTP: deadlines on every wait, and errors without the address."""

from __future__ import annotations

import threading
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import (
    AbstractHTTPHandler,
    BaseHandler,
    HTTPBasicAuthHandler,
    HTTPDefaultErrorHandler,
    HTTPDigestAuthHandler,
    HTTPErrorProcessor,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPRedirectHandler,
    OpenerDirector,
    Request,
    UnknownHandler,
)

from frigate_ext.capture.failure import RefusedError, StalledError
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.capture.wire import Patience, dial, secure
from frigate_ext.errors import StreamError

_CHUNK: Final = 64 * 1024
_MAX_REASON: Final = 80
_REFUSALS: Final = frozenset({401, 403})


class HttpCamera:
    """One address that is asked by GET, with the Basic or Digest login its URL carries. For one thread.

    No proxy, no netrc and no other scheme after a redirect: the standard opener would use them all.
    """

    def __init__(self, settings: StreamSettings, stopping: threading.Event) -> None:
        self._settings = settings
        self._patience = Patience(stopping, settings.open_timeout)
        self._url, passwords = _without_credentials(settings.url)
        self._opener = _opener(self._patience, passwords)

    def get(self) -> HTTPResponse:
        """Send the request and wait for the answer's header; raises StreamError."""
        self._patience.allow(self._settings.open_timeout)
        try:
            response: HTTPResponse = self._opener.open(
                Request(self._url),  # noqa: S310 - `check_url` has seen it
                timeout=self._settings.open_timeout,
            )
        except (OSError, HTTPException, ValueError) as error:
            raise _translate(error) from None
        self.expect_data()
        return response

    def expect_data(self) -> None:
        """Grant the next picture its time: it must be complete within `stall_timeout`."""
        self._patience.allow(self._settings.stall_timeout)

    def read(self, response: HTTPResponse) -> bytes:
        """Wait for more of the body, at most 64 KiB; empty at its end. Raises StreamError."""
        try:
            return response.read1(_CHUNK)
        except TimeoutError:
            raise StalledError(f"no complete picture for {self._settings.stall_timeout:g} s") from None
        except (OSError, HTTPException, ValueError) as error:
            raise _translate(error) from None


class _Connection(HTTPConnection):
    def __init__(self, host: str, *, patience: Patience, tls: bool, timeout: float) -> None:
        self.default_port = 443 if tls else 80
        super().__init__(host, timeout=timeout)
        self._patience = patience
        self._tls = tls

    def connect(self) -> None:
        wire = dial(self.host, self.port, self._patience)
        self.sock = secure(wire, self.host) if self._tls else wire


class _DigestOnce(HTTPDigestAuthHandler):
    """Offers a login once: the standard handler repeats a wrong one until the camera locks the account."""

    def retry_http_digest_auth(self, req: Request, auth: str) -> Any:
        return None if req.has_header(self.auth_header) else super().retry_http_digest_auth(req, auth)


class _Handler(AbstractHTTPHandler):
    """Opens http and https addresses over patient sockets.

    It sees answers first and closes those that lead to another request: the handlers for logins would leave
    them open, the one for redirects would read them, however long.
    """

    handler_order = 100

    def __init__(self, patience: Patience) -> None:
        super().__init__()
        self._patience = patience

    def http_open(self, request: Request) -> Any:
        return self.do_open(partial(_Connection, patience=self._patience, tls=False), request)

    def https_open(self, request: Request) -> Any:
        return self.do_open(partial(_Connection, patience=self._patience, tls=True), request)

    def http_error_401(self, _request: Request, response: HTTPResponse, *_: object) -> None:
        response.close()

    http_error_301 = http_error_302 = http_error_303 = http_error_307 = http_error_308 = http_error_401
    http_request = AbstractHTTPHandler.do_request_
    https_request = AbstractHTTPHandler.do_request_


def _opener(patience: Patience, passwords: HTTPPasswordMgrWithDefaultRealm) -> OpenerDirector:
    opener = OpenerDirector()
    handlers: list[BaseHandler] = [
        _Handler(patience),
        _DigestOnce(passwords),
        HTTPBasicAuthHandler(passwords),
        HTTPRedirectHandler(),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
        UnknownHandler(),
    ]
    for handler in handlers:
        opener.add_handler(handler)
    return opener


def _without_credentials(url: str) -> tuple[str, HTTPPasswordMgrWithDefaultRealm]:
    parts = urlsplit(url)
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    passwords = HTTPPasswordMgrWithDefaultRealm()
    if parts.username is not None:
        everywhere = f"{bare.scheme}://{bare.netloc}/"
        passwords.add_password(None, everywhere, unquote(parts.username), unquote(parts.password or ""))
    return urlunsplit(bare), passwords


def _translate(error: Exception) -> StreamError:
    """Say it in words that quote no address; for the same reason causes are not chained."""
    if isinstance(error, HTTPError):
        error.close()
        words = f"{error.code} {error.reason}"[:_MAX_REASON]
        return RefusedError(words) if error.code in _REFUSALS else StreamError(words)
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return StreamError(str(cause))
    if isinstance(cause, OSError):
        return StreamError(cause.strerror or type(cause).__name__)
    return StreamError(f"not a proper HTTP answer ({type(error).__name__})")
