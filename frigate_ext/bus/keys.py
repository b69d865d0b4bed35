"""CurveZMQ keys (https://rfc.zeromq.org/spec/26): who may connect from other hosts, and to whom."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import asdict, dataclass, field
from pathlib import Path

import zmq

from frigate_ext.errors import ConfigError, Problem

PUBLIC_KEY = re.compile(r"[0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}")
"""32 bytes in Z85, https://rfc.zeromq.org/spec/32."""
DOMAIN = b"frigate_ext"
_MAX_BYTES = 4096


@dataclass(frozen=True, slots=True)
class KeyPair:
    """In Z85, as all keys here."""

    public: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NodeKeys:
    """A node's own keys, and the public one of the main process that it talks to."""

    public: str
    secret: str = field(repr=False)
    server: str


def new_pair() -> KeyPair:
    """Keys that nobody has had before."""
    public, secret = zmq.curve_keypair()
    return KeyPair(public.decode(), secret.decode())


def write_keys(path: Path, keys: KeyPair | NodeKeys) -> None:
    """For this user's eyes alone; ConfigError where the file can't be made or is there already."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from error
    with os.fdopen(file, "w", encoding="ascii") as text:
        json.dump(asdict(keys), text, indent=2)


def read_server_keys(path: Path) -> KeyPair:
    """Raises ConfigError."""
    return KeyPair(*_read(path, "public", "secret"))


def read_node_keys(path: Path) -> NodeKeys:
    """Raises ConfigError."""
    return NodeKeys(*_read(path, "public", "secret", "server"))


def listen_with(socket: zmq.Socket[bytes], keys: KeyPair) -> None:
    """Let whatever `socket` is bound to from now on be open only to keys that an `Authenticator` knows."""
    socket.setsockopt(zmq.CURVE_SERVER, 1)
    socket.setsockopt(zmq.CURVE_SECRETKEY, keys.secret.encode())
    socket.setsockopt(zmq.ZAP_DOMAIN, DOMAIN)
    socket.setsockopt(zmq.ZAP_ENFORCE_DOMAIN, 1)


def connect_with(socket: zmq.Socket[bytes], keys: NodeKeys | None) -> None:
    """Encrypt what `socket` connects to from now on; None leaves it plain."""
    if keys:
        socket.setsockopt(zmq.CURVE_SERVERKEY, keys.server.encode())
        socket.setsockopt(zmq.CURVE_PUBLICKEY, keys.public.encode())
        socket.setsockopt(zmq.CURVE_SECRETKEY, keys.secret.encode())


def _read(path: Path, *names: str) -> list[str]:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise _refused(path, "others may read it: chmod 600")
            keys = json.loads(file.read(_MAX_BYTES))
        found = [keys[name] for name in names]
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise _refused(path, f"expected a file of `frigate-ext bus keys` with {', '.join(names)}") from error
    if not all(isinstance(key, str) and PUBLIC_KEY.fullmatch(key) for key in found):
        raise _refused(path, "its keys are none")
    return found


def _refused(path: Path, why: str) -> ConfigError:
    return ConfigError([Problem("", f"the key file {path} can't be used: {why}")])
