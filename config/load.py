"""Reading the files: the one way to a Config."""

from __future__ import annotations

import logging
from collections.abc import Mapping as Names
from collections.abc import Sequence
from functools import reduce
from pathlib import Path

from config.build import OURS, build
from config.configuration import Config
from config.document import MAX_CHARACTERS, read_document
from config.keys import frigate_keys
from config.legacy import modernise
from config.merge import merge
from config.names import known_names
from config.problems import Problems
from config.substitute import substitute_fields
from config.tree import Mapping, Place
from config.unknown import check_keys

logger = logging.getLogger(__name__)


def load(paths: Sequence[Path], env: Names[str, str], texts: Names[Path, str] | None = None) -> Config:
    """Read the files, later ones laid over earlier ones, and check them against each other.

    `env` is the process environment; `texts` are read instead of the files they are of. Raises ConfigError
    with all that is wrong, in the order of the files.
    """
    problems = Problems()
    root = modernise(read_all(paths, problems, texts or {}))
    root = substitute_fields(root, known_names(env, root, problems), problems)
    ignored = check_keys(root, OURS, frigate_keys(), problems)
    return build(root, ignored, problems)


def log_ignored_keys(config: Config) -> None:
    """Once, when logging is set up: it needs the configuration first."""
    if config.ignored_keys:
        logger.info("keys for Frigate alone, ignored here: %s", ", ".join(config.ignored_keys))


def read_all(paths: Sequence[Path], problems: Problems, texts: Names[Path, str]) -> Mapping:
    """One tree of all files; a file that can't be read as a whole ends it here."""
    documents = [_read(path, order, problems, texts) for order, path in enumerate(paths)]
    readable = [document for document in documents if document is not None]
    if len(readable) < len(documents):
        problems.check()
    return reduce(merge, readable, Mapping({}, Place(0, 0, 0, "configuration")))


def _read(path: Path, order: int, problems: Problems, texts: Names[Path, str]) -> Mapping | None:
    file = Place(order, 0, 0, str(path))
    try:
        text = texts[path] if path in texts else _text_of(path)
    except OSError as error:
        problems.add(file, f"can't be read: {error.strerror}")
    except ValueError:
        problems.add(file, "is not UTF-8 text")
    else:
        return read_document(text, str(path), order, problems)
    return None


def _text_of(path: Path) -> str:
    with path.open("rb") as stream:
        return stream.read(MAX_CHARACTERS * 4 + 1).decode("utf-8-sig")
