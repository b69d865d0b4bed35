"""The HTTP client of the command line."""

from __future__ import annotations

from typing import Any

import requests

from frigate_ext.cli.exits import UnreachableError
from frigate_ext.errors import InvalidRequestError

_TIMEOUT = (3.0, 15.0)


class Client:
    """Talks to a running frigate_ext; `key` is its API key where it asks for one."""

    def __init__(self, url: str, key: str | None) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def call(self, method: str, path: str, **request: Any) -> Any:
        """The reply's JSON; None for an empty one. Blocks; raises as `fetch`."""
        return self._document(self.fetch(method, path, **request))

    def fetch(self, method: str, path: str, **request: Any) -> requests.Response:
        """The reply. Blocks.

        Raises UnreachableError when nobody answers, InvalidRequestError with the server's words for a 4xx.
        """
        try:
            response = requests.request(
                method, f"{self._url}{path}", headers=self._headers, timeout=_TIMEOUT, **request
            )
        except requests.RequestException as exc:
            raise self._unreachable() from exc
        if response.ok:
            return response
        document = self._document(response)
        if response.status_code == 401:  # noqa: PLR2004 - nobody signed in
            why = (
                f"{self._url} wants an API key: put one into FRIGATE_EXT_API_KEY (api_key in the data folder)"
            )
            raise InvalidRequestError(why, code="401")
        if response.status_code >= 500:  # noqa: PLR2004 - the server's own failure
            raise UnreachableError(f"{self._url} failed: {_words(document)}")
        raise InvalidRequestError(_words(document), code=str(response.status_code))

    def _document(self, response: requests.Response) -> Any:
        try:
            return response.json() if response.content else None
        except requests.RequestException as exc:
            raise self._unreachable() from exc

    def _unreachable(self) -> UnreachableError:
        return UnreachableError(f"{self._url} does not answer: is `frigate-ext run` running there?")


def _words(problem: Any) -> str:
    if not isinstance(problem, dict):
        return "an answer that makes no sense"
    told = [f"{e.get('field')}: {e.get('message')}" for e in problem.get("errors") or []]
    return "\n".join(told) or str(problem.get("detail") or problem.get("title"))
