"""The line to one provider's server: a question goes out, the model's words come back.

Bounded in size here; bounded in time by whoever awaits: cancelling `ask` at any point closes its connection.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai

from frigate_ext.errors import BadReplyError, JudgeError, JudgeMisconfiguredError, JudgeUnavailableError
from genai.failures import Circumstances, RefusedError, from_connection, from_refusal
from genai.prompt import Message, reply_schema
from genai.settings import Provider, ProviderSettings, address, body_options, check, client_options
from genai.verdict import clean

logger = logging.getLogger(__name__)

MAX_BODY = 2 * 1024 * 1024
"""Bytes read of a reply, unpacked."""
MAX_ERROR_BODY = 64 * 1024
"""Bytes read of an answer other than 2xx."""
_MISFITS = 3
_TRIAL_TOKENS = 128
"""Of a reply that is only to show what a model can do."""
_LIMITS = ("max_completion_tokens", "max_tokens")
_STRICT = frozenset({Provider.OPENAI, Provider.AZURE_OPENAI})
_MOST_TOKENS = 1 << 40
"""More than any look uses; larger counts are nonsense that a database could not hold."""
_BOUNDED = frozenset({Provider.LLAMACPP, Provider.OLLAMA})


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said; `cut_off` when it hit its limit of tokens."""

    text: str
    model: str
    tokens: int | None
    cut_off: bool
    prompt_tokens: int | None = None
    thoughts: bool = False
    """Whether the model thought before it answered."""


class Channel:
    """Belongs to one event loop. Raises only JudgeErrors (and CancelledError)."""

    def __init__(self, settings: ProviderSettings) -> None:
        self.provider = settings.provider
        self._settings = settings
        check(settings)
        self._timeout = openai.Timeout(settings.read_timeout, connect=settings.connect_timeout)
        self._http = openai.DefaultAsyncHttpxClient(
            timeout=self._timeout, follow_redirects=False, event_hooks={"response": [_refuse_errors]}
        )
        self._client = self._make_client()
        self._body = body_options(settings)
        self._model = settings.model
        """Found out where not configured, and again after a refusal: the server may have another by then."""
        self._takes_schema = True
        self._misfits = 0
        """Answers that the server itself could not read, with a schema."""

    @property
    def takes_schema(self) -> bool:
        """False once the server has refused one."""
        return self._takes_schema

    async def ask(self, messages: Sequence[Message]) -> Reply:
        async with self._named_errors():
            return _reply(await self._post(messages), await self.model(), self._settings.name)

    async def trial(
        self, message: Message, schema: dict[str, Any] | None, extra: dict[str, Any] | None = None
    ) -> Reply:
        """The short reply to one message, bound to `schema` if any; `extra` stands in the request's body."""
        options = self._body | {self._limit: _TRIAL_TOKENS} | (extra or {})
        body: dict[str, Any] = {**options, "messages": [message]}
        if schema:
            body["response_format"] = _format("trial", schema, self.provider)
        async with self._named_errors():
            return _reply(await self._create(body), await self.model(), self._settings.name)

    async def look_up(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the server tells at `path` below its root, outside the OpenAI protocol."""
        root = urlsplit(str(self._client.base_url))
        url = f"{root.scheme}://{root.netloc}{path}"
        headers = {"Authorization": f"Bearer {self._key}"}
        async with (
            self._named_errors(),
            self._http.stream(method, url, json=body, headers=headers) as response,
        ):
            return _json(await _whole(response.aiter_bytes()), self._settings.name)

    @property
    def known_model(self) -> str | None:
        """The model that is asked, as far as it is known yet."""
        return self._model or None

    async def model(self) -> str:
        """The configured model, else the one that the server has."""
        if not self._model:
            self._model = await self._only_model()
        return self._model

    async def close(self) -> None:
        await self._client.close()

    def _make_client(self) -> openai.AsyncOpenAI:
        where = address(self._settings)
        options: dict[str, Any] = {"max_retries": 0, "timeout": self._timeout, "http_client": self._http}
        options |= client_options(self._settings)
        if where.api_version:
            return openai.AsyncAzureOpenAI(
                azure_endpoint=where.base_url, api_version=where.api_version, api_key=self._key, **options
            )
        return openai.AsyncOpenAI(base_url=where.base_url, api_key=self._key, **options)

    @property
    def _limit(self) -> str:
        """What the option is called that bounds a reply; OpenAI's newer models refuse the older name."""
        theirs = urlsplit(str(self._client.base_url)).hostname == "api.openai.com"
        usual = "max_completion_tokens" if theirs or self.provider is Provider.AZURE_OPENAI else "max_tokens"
        return next((name for name in _LIMITS if name in self._body), usual)

    @property
    def _key(self) -> str:
        """Never none: the client would then take OPENAI_API_KEY, and show it to any server at all."""
        return self._settings.api_key or "none"

    async def _post(self, messages: Sequence[Message]) -> bytes:
        """The reply's body; without a schema from the first refusal of one on, or once it does harm."""
        with_schema = self._takes_schema
        try:
            return await self._post_once(messages, with_schema=with_schema)
        except RefusedError as refused:
            if not with_schema or not (refused.is_about_format or refused.is_about_reply):
                raise
            self._note_misfit(refused)
        return await self._post_once(messages, with_schema=False)

    def _note_misfit(self, refused: RefusedError) -> None:
        self._misfits += 1
        if self._takes_schema and (refused.is_about_format or self._misfits >= _MISFITS):
            self._takes_schema = False
            logger.info(
                "%s does not take a JSON schema; from now on it is asked without", self._settings.name
            )

    async def _post_once(self, messages: Sequence[Message], *, with_schema: bool) -> bytes:
        body: dict[str, Any] = {**self._body, "messages": messages}
        if with_schema:
            schema = reply_schema(bounded=self.provider in _BOUNDED)
            body["response_format"] = _format("verdict", schema, self.provider)
        return await self._create(body)

    async def _create(self, body: dict[str, Any]) -> bytes:
        """What the server answers.

        Posted as it is: the client's typed method walks every word of a body, for longer than it takes to
        send it.
        """
        response: Any = await self._client.post(
            "/chat/completions",
            body={"model": await self.model(), **body},
            options={"security": {"bearer_auth": True}},
            cast_to=httpx2.Response,
            stream=True,  # so that nobody reads more of it than `_whole` does
            stream_cls=openai.AsyncStream[Any],
        )
        async with aclosing(response):
            return await _whole(response.aiter_bytes())

    @asynccontextmanager
    async def _named_errors(self) -> AsyncIterator[None]:
        """Turns whatever goes wrong on the line into JudgeErrors."""
        try:
            yield
        except RefusedError as refused:
            error = from_refusal(refused, self._circumstances())
            self._model = self._settings.model
            raise error from None
        except (openai.APIConnectionError, httpx2.HTTPError) as error:
            raise from_connection(error, self._settings.name) from error
        except openai.OpenAIError as error:
            raise JudgeMisconfiguredError(f"{self._settings.name}: {type(error).__name__}") from error

    async def _only_model(self) -> str:
        """The model of a server that has just one; which one to take of several is for a person to say."""
        async with self._client.models.with_streaming_response.list() as response:
            listed = _json(await _whole(response.iter_bytes()), self._settings.name).get("data")
        models = (
            [model.get("id") for model in listed if isinstance(model, dict)]
            if isinstance(listed, list)
            else []
        )
        names = [name for name in models if isinstance(name, str)]
        if len(names) == 1:
            logger.info(
                "%s: no model configured, its server has %s", self._settings.name, clean(names[0], 100)
            )
            return names[0]
        choice = clean(", ".join(sorted(names)), 200) or "none"
        raise JudgeMisconfiguredError(
            f"{self._settings.name}: say which model; its server has: {choice}", kind="model"
        )

    def _circumstances(self) -> Circumstances:
        return Circumstances(self._settings.name, self._model, self._settings.api_key, time.time())


async def _refuse_errors(response: Any) -> None:
    """Hook of the HTTP client: end an answer other than 2xx here, before anyone reads all of it."""
    if not response.is_success:
        body = await _head(response.aiter_bytes(), MAX_ERROR_BODY)
        raise RefusedError(response.status_code, response.headers, body)


async def _whole(chunks: AsyncIterator[bytes]) -> bytes:
    body = await _head(chunks, MAX_BODY)
    if len(body) > MAX_BODY:
        raise BadReplyError(f"the server sends more than {MAX_BODY} bytes")
    return body


async def _head(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    """All of a body, or somewhat more than `limit` bytes of a longer one."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            break
    return bytes(body)


def _format(name: str, schema: dict[str, Any], provider: Provider) -> dict[str, Any]:
    strict = provider in _STRICT
    return {"type": "json_schema", "json_schema": {"name": name, "strict": strict, "schema": schema}}


def _json(body: bytes, provider: str) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        read = None
    if isinstance(read, dict):
        return read
    if body.lstrip()[:1] == b"<":
        raise JudgeUnavailableError(f"{provider}: a web page answers instead of a model", kind="html")
    raise JudgeUnavailableError(f"{provider}: the answer is not the OpenAI protocol", kind="protocol")


def _reply(body: bytes, model: str, provider: str) -> Reply:
    read = _json(body, provider)
    try:
        choice = read["choices"][0]
        message = choice["message"]
        content, refusal = message.get("content"), message.get("refusal")
    except (LookupError, TypeError, AttributeError):
        raise _without_choice(read, provider) from None
    if refusal:
        raise BadReplyError(f"{provider}: the model refuses: {clean(refusal, 120)}")
    text = _text(content)
    return Reply(
        text=text,
        model=clean(read.get("model"), 100) or model,
        tokens=_count(read, "total_tokens"),
        cut_off=choice.get("finish_reason") == "length",
        prompt_tokens=_count(read, "prompt_tokens"),
        thoughts=bool(message.get("reasoning_content") or message.get("reasoning"))
        or "<think" in text
        or _thought_in_secret(read),
    )


def _count(read: dict[str, Any], name: str) -> int | None:
    usage = read.get("usage")
    tokens = usage.get(name) if isinstance(usage, dict) else None
    return tokens if type(tokens) is int and 0 <= tokens < _MOST_TOKENS else None


def _thought_in_secret(read: dict[str, Any]) -> bool:
    """Whether thoughts were paid for that are not shown."""
    usage = read.get("usage")
    details = usage.get("completion_tokens_details") if isinstance(usage, dict) else None
    return isinstance(details, dict) and bool(details.get("reasoning_tokens"))


def _text(content: object) -> str:
    """The text of a message, which may come in parts; '' where there is none."""
    parts = content if isinstance(content, list) else [{"text": content}]
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return "".join(text for text in texts if isinstance(text, str))


def _without_choice(read: dict[str, Any], provider: str) -> JudgeError:
    if read.get("error"):
        return JudgeUnavailableError(f"{provider}: the server reports an error", kind="server_error")
    return JudgeUnavailableError(f"{provider}: the answer is not the OpenAI protocol", kind="protocol")
