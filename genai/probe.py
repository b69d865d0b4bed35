"""Finds out what a model can do before the first look needs it: by asking its server, and by trying.

Asking costs nothing. Trying puts up to five tiny questions to the model, and settles what no server tells:
whether it binds answers to a schema, and how many pictures it takes.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import numpy as np
import simplejpeg

from frigate_ext.errors import JudgeMisconfiguredError, JudgeUnavailableError
from genai.capabilities import Capabilities, Thinking, from_llamacpp, from_ollama
from genai.channel import Channel, Reply
from genai.prompt import MAX_IMAGES, Message
from genai.settings import Provider

_SCHEMA = {
    "type": "object",
    "properties": {"word": {"type": "string", "enum": ["violet"]}},
    "required": ["word"],
    "additionalProperties": False,
}
_TEXT = 'Reply with the single word "green" and nothing else.'
_NO_THINKING = {"chat_template_kwargs": {"enable_thinking": False}}
_PICTURE_TOKENS = 8
"""A picture that was looked at costs more tokens than this; one that was dropped costs none."""


async def ask_server(channel: Channel) -> Capabilities:
    """What the provider's server tells about the model. Raises JudgeErrors."""
    match channel.provider:
        case Provider.LLAMACPP:
            return from_llamacpp(await channel.look_up("GET", "/props"))
        case Provider.OLLAMA:
            return from_ollama(await channel.look_up("POST", "/api/show", {"model": await channel.model()}))
    return Capabilities()


async def try_out(channel: Channel) -> Capabilities:
    """What the model does, over what its server tells. Raises JudgeErrors when words get no answer."""
    words = await channel.trial(_message(0), None)
    bound = await _answered(channel, _message(0), _SCHEMA)
    pictures = [await _takes(channel, words, count) for count in (1, MAX_IMAGES)]
    tried = Capabilities(
        vision=pictures[0],
        schema=bound is not None and _is_bound(bound.text),
        images=(MAX_IMAGES if pictures[1] else 1) if pictures[0] else None,
        thinking=await _thinking(channel, words),
    )
    try:
        return tried.over(await ask_server(channel))
    except (JudgeMisconfiguredError, JudgeUnavailableError):
        return tried


async def _takes(channel: Channel, words: Reply, pictures: int) -> bool:
    reply = await _answered(channel, _message(pictures), None)
    if reply is None or reply.prompt_tokens is None or words.prompt_tokens is None:
        return reply is not None
    return reply.prompt_tokens - words.prompt_tokens > _PICTURE_TOKENS * pictures


async def _thinking(channel: Channel, words: Reply) -> Thinking:
    if not words.thoughts:
        return Thinking.NEVER
    quiet = await _answered(channel, _message(0), None, _NO_THINKING)
    return Thinking.SWITCHABLE if quiet is not None and not quiet.thoughts else Thinking.ALWAYS


async def _answered(
    channel: Channel,
    message: Message,
    schema: dict[str, Any] | None,
    extra: dict[str, Any] | None = None,
) -> Reply | None:
    """The reply; None where the server refuses what it is asked or fails over it."""
    try:
        return await channel.trial(message, schema, extra)
    except JudgeMisconfiguredError:
        return None
    except JudgeUnavailableError as error:
        if error.kind == "server_error":
            return None
        raise


def _is_bound(text: str) -> bool:
    try:
        return bool(json.loads(text) == {"word": "violet"})
    except (ValueError, RecursionError):
        return False


def _message(pictures: int) -> Message:
    data = b64encode(simplejpeg.encode_jpeg(np.full((64, 64, 3), 128, np.uint8), colorspace="BGR")).decode()
    picture = {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}}
    return {"role": "user", "content": [{"type": "text", "text": _TEXT}, *[picture] * pictures]}
