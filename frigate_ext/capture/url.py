"""Which stream addresses are let in, and how they are shown to people."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

MAX_LENGTH: Final = 2048
NETWORK_SCHEMES: Final = frozenset({"rtsp", "rtsps", "http", "https"})
_MASK: Final = "***"
_SCHEME = re.compile(r"([A-Za-z0-9+.\-]+)[:,]")
"""What FFmpeg takes for a protocol: `exec:`, `concat:`, `subfile,` ... as well as `rtsp:`."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_HOST = re.compile(r"[^\W_][\w.\-]*|[0-9A-Fa-f:.]+(%[\w.\-]+)?")
_PARAMETER = re.compile(r"([^=&;?/#]+)=([^&;#]*)")
_SECRET = re.compile(
    r"pass|pwd|psw|secret|token|auth|key|sig|cred|session|sid|user|usr|login|account", re.IGNORECASE
)


def check_url(url: str) -> None:
    """Raise ValueError, in words without credentials, unless `url` is an address we may open.

    Allowed are rtsp, rtsps, http and https with a host, file:// and plain paths. Everything else that FFmpeg
    would act on is refused: other protocols (`exec:`, `concat:` ...), options, and white space that could
    smuggle them into a command line.
    """
    if not url:
        raise ValueError("the stream address is empty")
    if len(url) > MAX_LENGTH:
        raise ValueError(f"the stream address is longer than {MAX_LENGTH} characters")
    if _CONTROL.search(url):
        raise ValueError("the stream address contains control characters")
    if url.startswith("-"):
        raise ValueError("the stream address begins with '-', like an option")
    scheme = _scheme(url)
    if scheme in NETWORK_SCHEMES:
        _check_network(url)
    elif scheme == "file":
        _check_file(url)
    elif scheme is not None:
        shown = "such" if "@" in url else f"'{scheme}:'"
        raise ValueError(
            f"{shown} streams are not supported: use rtsp://, rtsps://, http://, https:// or a file"
        )


def scheme_of(url: str) -> str:
    """Return `rtsp`, `rtsps`, `http`, `https`, or `file` (also for plain paths), of a checked address."""
    return _scheme(url) or "file"


def file_path(url: str) -> Path:
    """Return the file that a checked path or file:// address names."""
    return Path(unquote(urlsplit(url).path)) if _scheme(url) == "file" else Path(url)


def mask_url(url: str) -> str:
    """`url` without credentials, for logs and people; never raises.

    User and password, and the values of parameters that look like secrets, become `***`. Everything up to the
    *last* `@` counts as credentials: a password with an unescaped `/` or `?` must not leak half.
    """
    shown = _mask_userinfo(url)[:MAX_LENGTH]
    return _PARAMETER.sub(_mask_parameter, shown)


def secret_parts(url: str) -> list[tuple[int, int]]:
    """Start and end of the password before the last `@`, and of what `mask_url` masks after it.

    Without a colon, all before the `@` is taken for a password.
    """
    _, slashes, _ = url.partition("://")
    start, at = url.find("://") + 3 if slashes else 0, url.rfind("@")
    parts = [found.span(2) for found in _PARAMETER.finditer(url, max(at, 0)) if _is_secret(found)]
    if at <= start:
        return parts
    colon = url.find(":", start, at)
    return [(colon + 1 if colon >= 0 else start, at), *parts]


def _scheme(url: str) -> str | None:
    found = _SCHEME.match(url)
    return found[1].lower() if found else None


def _check_network(url: str) -> None:
    if re.search(r"[\s\\\"'<>`|]", url):
        raise ValueError(
            "the stream address contains white space, quotes or other characters: percent-encode them"
        )
    if "#" in url:
        raise ValueError("the stream address contains '#': percent-encode it as %23")
    parts = _split(url)
    if not parts.netloc or not parts.hostname:
        raise ValueError(f"the stream address has no host: expected {parts.scheme}://host/...")
    if not _HOST.fullmatch(parts.hostname):
        raise ValueError(
            "the stream address has a malformed host: percent-encode special characters of a password"
        )


def _check_file(url: str) -> None:
    parts = _split(url)
    if not url.lower().startswith("file://") or parts.netloc not in {"", "localhost"} or len(parts.path) <= 1:
        raise ValueError("a file's address has the form file:///path/to/video.mp4")
    if _CONTROL.search(unquote(parts.path)):
        raise ValueError("the file's path contains control characters")


def _split(url: str) -> SplitResult:
    """Like urlsplit, but its errors quote no password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("the stream address has a malformed host or port") from None
    if port == 0:
        raise ValueError("the stream address has port 0")
    return parts


def _mask_userinfo(url: str) -> str:
    at = url.rfind("@")
    start, slashes, _ = url.partition("://")
    is_path = url.startswith(("/", "./", "../")) or start.lower() == "file"
    if at < 0 or is_path:
        return url
    kept = start + slashes if slashes and len(start) < at else ""
    return f"{kept}{_MASK}:{_MASK}@{url[at + 1 :]}"


def _mask_parameter(found: re.Match[str]) -> str:
    return f"{found[1]}={_MASK}" if _is_secret(found) else found[0]


def _is_secret(found: re.Match[str]) -> bool:
    return bool(found[2] and _SECRET.search(unquote(found[1])))
