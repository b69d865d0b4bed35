"""`frigate_ext.bus` and `.detection`: which processes and hosts work on cameras, and how they talk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from config.sections.base import Section
from frigate_ext.bus.endpoints import is_local, listen_endpoints
from frigate_ext.bus.keys import PUBLIC_KEY
from frigate_ext.errors import ConfigError

_NAME = re.compile(r"(?!detection)[A-Za-z0-9_-]{1,64}")


def _endpoint(value: str) -> str:
    try:
        listen_endpoints(value)
    except ConfigError as error:
        raise ValueError(error.problems[0].message) from error
    return value


def _remote(value: str) -> str:
    if not _endpoint(value).startswith("tcp://"):
        raise ValueError("other hosts are reached by tcp://host:port only")
    return value


def _public_key(value: str) -> str:
    if not PUBLIC_KEY.fullmatch(value):
        raise ValueError("is no public key, as `frigate-ext bus keys` shows them")
    return value


def _node_name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError(
            "a node's name has letters, digits, '-' and '_', and does not begin with 'detection'"
        )
    return value


class Bus(Section):
    endpoint: Annotated[str, AfterValidator(_endpoint)] | None = None
    """For the processes of this machine; None: chosen inside `data_dir`."""
    unencrypted: bool = False
    """Whether `endpoint` may be reached from other machines though nobody there has to prove who they are."""
    remote: Annotated[str, AfterValidator(_remote)] | None = None
    """Where nodes on other hosts connect, encrypted; None: nowhere."""
    key: Path | None = None
    """The file with our keys for that."""

    @model_validator(mode="after")
    def _is_guarded(self) -> Bus:
        if self.endpoint and not self.unencrypted and not is_local(self.endpoint):
            raise ValueError(
                "endpoint: can be reached from the network, where anybody could feed it; "
                "let other hosts connect to `remote`, or say `unencrypted: true`"
            )
        if self.remote and not self.key:
            raise ValueError("remote: needs `key`, a file of `frigate-ext bus keys`")
        return self


Processes = Literal["auto"] | Annotated[int, Field(ge=1, le=64)]


class Node(Section):
    """A host that runs `frigate-ext detect`."""

    key: Annotated[str, AfterValidator(_public_key)]
    """Its public key."""
    cameras: tuple[str, ...] | None = Field(default=None, max_length=1024)
    """Those it works on; None: its share of those that no node names."""
    processes: Processes = "auto"
    """On that host; auto: by its cores, and by the cameras that it has."""


class Detection(Section):
    """How the cameras are shared out."""

    processes: Processes = "auto"
    """On this machine; auto: by its cores, and by the cameras."""
    nodes: dict[Annotated[str, AfterValidator(_node_name)], Node] = Field(default_factory=dict, max_length=64)
    takeover: bool = False
    """Whether others work on the cameras of a node that is away."""

    @model_validator(mode="after")
    def _each_once(self) -> Detection:
        named = [camera for node in self.nodes.values() for camera in node.cameras or ()]
        if twice := sorted({camera for camera in named if named.count(camera) > 1}):
            raise ValueError(f"nodes: a camera has one node, but several name: {', '.join(twice)[:200]}")
        keys = [node.key for node in self.nodes.values()]
        if len(set(keys)) < len(keys):
            raise ValueError("nodes: each has a key of its own")
        return self
