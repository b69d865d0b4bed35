"""Where the values of ``{FRIGATE_NAME}`` come from."""

from __future__ import annotations

from collections.abc import Mapping as Names
from pathlib import Path

from config.problems import Problems
from config.tree import Mapping, Place, Scalar

PREFIX = "FRIGATE_"
MAX_SECRET_BYTES = 64 * 1024


def known_names(env: Names[str, str], root: Mapping, problems: Problems) -> dict[str, str]:
    """All names by rising precedence: the file's own ``environment_vars``, the environment, secret files."""
    names = {
        name: entry.value.value
        for name, entry in root.mapping("environment_vars").entries.items()
        if name.startswith(PREFIX) and isinstance(entry.value, Scalar) and isinstance(entry.value.value, str)
    }
    names |= {name: value for name, value in env.items() if name.startswith(PREFIX)}
    return names | _secrets(env, problems)


def secret_files(env: Names[str, str]) -> list[Path]:
    """Files whose names are names, too."""
    directory = Path(env.get("CREDENTIALS_DIRECTORY") or "/run/secrets")
    try:
        return sorted(file for file in directory.glob(f"{PREFIX}*") if file.is_file())
    except OSError:
        return []


def _secrets(env: Names[str, str], problems: Problems) -> dict[str, str]:
    names: dict[str, str] = {}
    for file in secret_files(env):
        try:
            names[file.name] = _read_secret(file)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "is no short text"
            problems.add(Place(-1, 0, 0, str(file)), f"can't be used as a secret: {reason}")
    return names


def _read_secret(file: Path) -> str:
    with file.open("rb") as stream:
        content = stream.read(MAX_SECRET_BYTES + 1)
    if len(content) > MAX_SECRET_BYTES:
        raise ValueError(file.name)
    return content.decode().strip()
