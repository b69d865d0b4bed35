"""Finds out what a model can do before the first look needs it: by asking its server, and by trying.

Asking costs nothing. Trying puts up to six tiny questions to the model, and settles what no server tells:
whether it binds answers to a schema, and how many pictures it takes.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import simplejpeg

from frigate_ext.errors import BadReplyError, JudgeMisconfiguredError, JudgeUnavailableError
from genai.capabilities import Capabilities, Thinking, from_llamacpp, from_ollama
from genai.channel import Channel, Reply
from genai.prompt import MAX_IMAGES, Message
from genai.settings import Provider

QUESTION_SECONDS = 60.0
"""How long a model may take for one tiny question."""
_PAUSE = 0.5
"""Seconds after which a question that a server failed over is asked once more."""
_SCHEMA = {
    "type": "object",
    "properties": {"word": {"type": "string", "enum": ["violet"]}},
    "required": ["word"],
    "additionalProperties": False,
}
_TEXT = 'Reply with the single word "green" and nothing else.'
_NO_THINKING = ({"chat_template_kwargs": {"enable_thinking": False}}, {"reasoning_effort": "none"})
"""The switches there are: of models that run at home, and of those that others run."""
_PICTURE_TOKENS = 8
"""A picture that was looked at costs more tokens than this; one that was dropped costs none."""
_IMAGES = {
    (True, True): MAX_IMAGES,
    (True, False): 1,
    (False, False): 0,
    (True, None): None,
    (None, None): None,
}
"""How many pictures a model takes that takes one, and many."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a model has shown when it was tried, and the tokens that took.

    `heard_out` says that every question reached the model: what is not known then, it does not show.
    """

    found: Capabilities
    tokens: int
    heard_out: bool = True


async def ask_server(channel: Channel) -> Capabilities:
    """What the provider's server tells about the model. Raises JudgeErrors."""
    match channel.provider:
        case Provider.LLAMACPP:
            return from_llamacpp(await channel.look_up("GET", "/props"))
        case Provider.OLLAMA:
            return from_ollama(await channel.look_up("POST", "/api/show", {"model": await channel.model()}))
    return Capabilities()


async def try_out(channel: Channel) -> Tried:
    """What the model does. Raises JudgeErrors when words get no answer; what else gets none is not known."""
    trial = _Trial(channel)
    words = await trial.ask()
    schema = await trial.shows(_is_bound, schema=_SCHEMA)
    one = await trial.shows(lambda reply: _took(reply, words, 1), 1)
    many = await trial.shows(lambda reply: _took(reply, words, MAX_IMAGES), MAX_IMAGES) if one else one
    thinking = await _thinking(trial) if words.thoughts else Thinking.NEVER
    found = Capabilities(vision=one, schema=schema, images=_IMAGES[one, many], thinking=thinking)
    return Tried(found, trial.tokens, trial.heard_out)


async def knock(channel: Channel, pictures: int) -> Tried:
    """One tiny question, to see whether anybody answers at all. Raises JudgeErrors."""
    trial = _Trial(channel)
    await trial.ask(pictures)
    return Tried(Capabilities(), trial.tokens)


class _Trial:
    """Puts one tiny question after the other, and counts what that costs."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.tokens = 0
        self.heard_out = True

    async def ask(
        self, pictures: int = 0, schema: dict[str, Any] | None = None, extra: dict[str, Any] | None = None
    ) -> Reply:
        """The reply. Raises JudgeErrors."""
        try:
            async with asyncio.timeout(QUESTION_SECONDS):
                reply = await self._channel.trial(_message(pictures), schema, extra)
        except TimeoutError:
            raise JudgeUnavailableError("no answer in time", kind="timeout") from None
        self.tokens += reply.tokens or 0
        return reply

    async def shows(
        self, what: Callable[[Reply], bool | None], pictures: int = 0, **more: Any
    ) -> bool | None:
        """Whether the reply shows it: False where the server refuses or fails twice, None without a reply."""
        for pause in (_PAUSE, 0.0):
            try:
                return what(await self.ask(pictures, **more))
            except JudgeMisconfiguredError:
                return False
            except BadReplyError:
                return None
            except JudgeUnavailableError as error:
                if error.kind != "server_error":
                    self.heard_out = False
                    return None
            await asyncio.sleep(pause)
        return False


async def _thinking(trial: _Trial) -> Thinking:
    """Whether a model that thinks can be told not to."""
    for switch in _NO_THINKING:
        if await trial.shows(lambda reply: not reply.thoughts, extra=switch):
            return Thinking.SWITCHABLE
    return Thinking.ALWAYS


def _took(reply: Reply, words: Reply, pictures: int) -> bool:
    """Whether the model was shown the pictures; a server that counts no tokens is believed."""
    if reply.prompt_tokens is None or words.prompt_tokens is None:
        return True
    return reply.prompt_tokens - words.prompt_tokens > _PICTURE_TOKENS * pictures


def _is_bound(reply: Reply) -> bool | None:
    """Not known of a reply that was cut off."""
    try:
        return bool(json.loads(reply.text) == {"word": "violet"})
    except (ValueError, RecursionError):
        return None if reply.cut_off else False


def _message(pictures: int) -> Message:
    data = b64encode(simplejpeg.encode_jpeg(np.full((64, 64, 3), 128, np.uint8), colorspace="BGR")).decode()
    picture = {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}}
    return {"role": "user", "content": [{"type": "text", "text": _TEXT}, *[picture] * pictures]}
