"""One configured base endpoint becomes the three addresses of the bus."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from dataclasses import astuple, dataclass
from pathlib import Path

from frigate_ext.errors import ConfigError, Problem

_MAX_IPC_BYTES = 100
"""`sun_path` holds 107 bytes; the longest suffix below takes 7."""
_TCP = re.compile(r"tcp://(?P<host>\*|\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(?P<port>\d{1,5})")
_ANY_HOST = {"*": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 - compared, not bound


@dataclass(frozen=True, slots=True)
class BusEndpoints:
    """ZeroMQ addresses: publishers connect to `objects_in`, subscribers to `objects_out`."""

    objects_in: str
    objects_out: str
    frames: str


def default_endpoint(data_dir: Path) -> str:
    """Base endpoint of the instance that owns `data_dir`, short enough for a Unix socket."""
    absolute = data_dir.absolute()
    path = absolute / "run" / "bus"
    if len(os.fsencode(path)) > _MAX_IPC_BYTES:
        digest = hashlib.sha256(os.fsencode(absolute)).hexdigest()[:16]
        path = Path(tempfile.gettempdir()) / f"frigate_ext-{digest}" / "bus"
    return f"ipc://{path}"


def listen_endpoints(base: str) -> BusEndpoints:
    """Where the main process binds.

    `base` is `ipc:///path/bus` or `tcp://host:port` (which takes three ports); ConfigError for anything else.
    """
    if base.startswith("ipc://"):
        return _ipc(base)
    host, port = _tcp(base)
    return BusEndpoints(*(f"tcp://{host}:{port + offset}" for offset in range(3)))


def connect_endpoints(base: str) -> BusEndpoints:
    """Where everybody else connects; an address that means *every interface* is reached through loopback."""
    if base.startswith("ipc://"):
        return _ipc(base)
    host, port = _tcp(base)
    return listen_endpoints(f"tcp://{_ANY_HOST.get(host, host)}:{port}")


def orders_endpoint(base: str) -> str:
    """Where nodes hear what they are to do: beside facts and frames, where no facts come out for them."""
    return listen_endpoints(base).objects_out


def prepare_directory(base: str) -> None:
    """Make the folder of an ipc endpoint, for this user alone; refuse one that belongs to somebody else.

    Unix sockets are protected by their folder only: who can reach the bus can feed it false facts.
    """
    if not base.startswith("ipc://"):
        return
    folder = Path(base.removeprefix("ipc://")).parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise _refused(base, f"can't make its folder: {error.strerror}") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise _refused(base, f"{folder} is not a folder of this user")
    if found.st_mode & stat.S_IWOTH:
        raise _refused(base, f"{folder} is writable for everybody")


def remove_sockets(base: str) -> None:
    """Remove the files of an ipc endpoint, which ZeroMQ leaves behind; for who has bound it."""
    if base.startswith("ipc://"):
        for address in astuple(_ipc(base)):
            Path(address.removeprefix("ipc://")).unlink(missing_ok=True)


def is_local(base: str) -> bool:
    """Whether only this machine can reach the endpoint."""
    return base.startswith("ipc://") or _tcp(base)[0] in {"127.0.0.1", "[::1]", "localhost"}


def _ipc(base: str) -> BusEndpoints:
    path = base.removeprefix("ipc://")
    if not path.startswith("/"):
        raise _refused(base, "an ipc path is absolute: ipc:///path/bus")
    if len(os.fsencode(path)) > _MAX_IPC_BYTES:
        raise _refused(base, f"a Unix socket's path is at most {_MAX_IPC_BYTES} bytes long here")
    return BusEndpoints(f"{base}.in", f"{base}.out", f"{base}.frames")


def _tcp(base: str) -> tuple[str, int]:
    match = _TCP.fullmatch(base)
    if not match:
        raise _refused(base, "expected ipc:///path/bus or tcp://host:port")
    port = int(match["port"])
    if not 0 < port <= 65533:  # noqa: PLR2004 - the last port that has two after it
        raise _refused(base, "the port and the two after it must lie in 1..65535")
    return match["host"], port


def _refused(base: str, why: str) -> ConfigError:
    return ConfigError([Problem("frigate_ext.bus.endpoint", f"{base!r} can't be used: {why}")])
