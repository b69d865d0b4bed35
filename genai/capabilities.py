"""What a model and its server can do, as far as it is known. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any


class Thinking(StrEnum):
    """Whether the model writes thoughts before its answer, which take time and tokens."""

    NEVER = "does not think first"
    SWITCHABLE = "thinks first unless told not to"
    ALWAYS = "thinks first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """None: not known."""

    vision: bool | None = None
    """Whether it takes pictures."""
    schema: bool | None = None
    """Whether an answer is bound to a JSON schema."""
    images: int | None = None
    """How many pictures it takes at once, as far as was tried; 0 where it takes none."""
    thinking: Thinking | None = None

    def over(self, other: Capabilities) -> Capabilities:
        """`other`, where this knows nothing itself."""
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(other, **{name: value for name, value in known.items() if value is not None})

    def __str__(self) -> str:
        """For people; '' where nothing is known."""
        schema = {True: "keeps to the schema", False: "keeps to no schema", None: ""}[self.schema]
        return ", ".join(filter(None, (self._pictures(), schema, self.thinking)))

    def _pictures(self) -> str:
        if self.vision is None:
            return ""
        if not self.vision:
            return "takes no pictures"
        return f"takes up to {self.images} pictures" if self.images else "takes pictures"


def from_llamacpp(props: Mapping[str, Any]) -> Capabilities:
    """From what llama.cpp's server tells at `/props`. Its grammar binds every answer to a schema."""
    modalities, template = props.get("modalities"), props.get("chat_template")
    vision = modalities.get("vision") if isinstance(modalities, Mapping) else None
    return Capabilities(
        vision=vision if isinstance(vision, bool) else None,
        images=0 if vision is False else None,
        schema=True,
        thinking=_of_template(template) if isinstance(template, str) else None,
    )


def from_ollama(shown: Mapping[str, Any]) -> Capabilities:
    """From what Ollama tells at `/api/show`. Its grammar binds every answer to a schema."""
    told = shown.get("capabilities")
    if not isinstance(told, list):
        return Capabilities()
    return Capabilities(
        vision="vision" in told,
        images=None if "vision" in told else 0,
        schema=True,
        thinking=Thinking.SWITCHABLE if "thinking" in told else Thinking.NEVER,
    )


def from_answer(text: str, *, bound: bool, thoughts: bool) -> Capabilities:
    """What an answer to a look shows; `bound` says that it was to keep to a schema.

    Whether its pictures were looked at can't be told from it: some servers drop them in silence.
    """
    return Capabilities(
        schema=bound and _is_object(text),
        thinking=Thinking.ALWAYS if thoughts else Thinking.NEVER,
    )


def _is_object(text: str) -> bool:
    """Whether it is JSON and nothing else."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _of_template(template: str) -> Thinking:
    if "enable_thinking" in template:
        return Thinking.SWITCHABLE
    return Thinking.ALWAYS if "<think>" in template else Thinking.NEVER
