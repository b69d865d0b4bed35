"""Reading, checking, saving and taking back the files that the program was started with."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from config.document import MAX_CHARACTERS
from config.editing import file as files
from config.editing.conceal import Tokens
from config.editing.edit import Change, edit
from config.editing.shapes import Kind, Shape, changes, check, named, place, read_shapes, removal
from config.editing.versions import Version, Versions
from config.load import read_all
from config.problems import Problems
from config.reload import Outcome
from config.tree import plain
from frigate_ext.errors import ConfigError, ConflictError, InvalidRequestError, NotFoundError, Problem

logger = logging.getLogger(__name__)

_HIDDEN = "This is no YAML, so that its secrets can't be told from the rest: it is not shown."


class Reload(Protocol):
    """Makes the files' configuration take effect."""

    def check(self, texts: Mapping[Path, str]) -> Outcome:
        """What would come of it if these files held these texts."""

    def reload(self) -> Outcome:
        """Take over what the files say now; blocks until that is done. Raises ConflictError."""


@dataclass(frozen=True, kw_only=True)
class FileView:
    """A file as it may be shown."""

    number: int
    name: str
    text: str | None
    """With tokens for its secrets; None for a file that is no YAML."""
    etag: str
    writable: bool


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A text, and what saving it would change of what runs; without secrets."""

    outcome: Outcome
    diff: str


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The file after it was written, and what came of it."""

    view: FileView
    outcome: Outcome


class ConfigEditor:
    """For several threads at once. `paths` are in the order in which they are laid over each other."""

    def __init__(
        self, paths: Sequence[Path], reload: Reload, versions: Versions, *, now: Callable[[], float]
    ) -> None:
        """`now` is wall time. What the files hold at first is what runs."""
        self._paths = tuple(paths)
        self._reload = reload
        self._versions = versions
        self._now = now
        self._lock = Lock()
        self._sound = {path: files.read(path).text for path in paths}
        """What each file held when nothing was wrong with them last."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the files, as the command line has them."""
        return tuple(map(str, self._paths))

    def view(self, number: int) -> FileView:
        """Raise NotFoundError, or ConflictError (`file_unreadable`)."""
        path = self._path(number)
        content = files.read(path)
        return FileView(
            number=number,
            name=str(path),
            text=content.concealed,
            etag=content.etag,
            writable=files.is_writable(path),
        )

    def outcome(self) -> Outcome:
        """What is wrong with the files as they are, or would come of them."""
        outcome = self._reload.check({})
        if not outcome.problems:
            self._note_sound()
        return outcome

    def check(self, number: int, text: str, etag: str) -> Checked:
        """What saving would say and change. Raises as `save` does, but not for mistakes in the text."""
        path, content = self._path(number), self._current(number, etag)
        whole = self._revealed(content, text)
        return Checked(
            outcome=self._reload.check({path: whole}),
            diff=self._diff(self._sound[path], whole, path.name),
        )

    def save(self, number: int, text: str, etag: str, who: str, why: str = "edited") -> Saved:
        """Write a text with tokens in it, checked, the one before kept.

        Raises NotFoundError; InvalidRequestError (`config_refused` with all mistakes, `hidden_value`,
        `too_long`); ConflictError (`changed_meanwhile`, `file_unreadable`, `file_read_only`, `reload_busy`);
        StoreError.
        """
        with self._lock:
            content = self._current(number, etag)
            return self._save(number, content, self._revealed(content, text), who, why)

    def history(self, number: int) -> list[Version]:
        """Newest first; not to be shown as they are."""
        return self._versions.of(str(self._path(number)))

    def holds(self, version: Version) -> bool:
        """Whether the file holds this now."""
        return files.read(Path(version.file)).text == version.text

    def version(self, version_id: int) -> tuple[Version, str]:
        """A version, and what going back to it would change of the file; raises NotFoundError."""
        version, number = self._version(version_id)
        current = files.read(self._paths[number])
        return version, self._diff(current.text, version.text, self._paths[number].name)

    def restore(self, version_id: int, etag: str, who: str) -> Saved:
        """Go back. Raises NotFoundError, and as `save` does."""
        with self._lock:
            version, number = self._version(version_id)
            return self._save(number, self._current(number, etag), version.text, who, "restored")

    def shapes(self, camera: str) -> list[Shape]:
        """Zones and masks as the files have them now.

        Raises NotFoundError, or ConflictError (`config_broken`, `file_unreadable`).
        """
        section = _below(_tree(self._paths), ("cameras", camera))
        if not isinstance(section, Mapping):
            raise _no_camera(camera)
        return list(read_shapes(section))

    def put_shape(self, camera: str, shape: Shape, who: str) -> Saved:
        """Write a zone or mask.

        Raises NotFoundError, InvalidRequestError (`bad_shape`, `not_editable`), and as `save` does.
        """
        check(shape)
        with self._lock:
            number, written = self._home(camera, shape.kind, shape.name)
            return self._edit(number, changes(shape, camera, written), who, f"{shape.kind}: {shape.name}")

    def remove_shape(self, camera: str, kind: Kind, name: str, who: str) -> Saved:
        """Raise NotFoundError, InvalidRequestError (`not_editable`), and as `save` does."""
        with self._lock:
            number, written = self._home(camera, kind, name)
            if name not in named(written, kind):
                raise NotFoundError(
                    f"There is no {kind.replace('_', ' ')} {name[:80]!r}.", code="unknown_shape"
                )
            return self._edit(number, removal(kind, camera, name, written), who, f"{kind} removed: {name}")

    def _edit(self, number: int, steps: list[Change], who: str, why: str) -> Saved:
        content = files.read(self._paths[number])
        try:
            text = edit(content.text, steps)
        except ConfigError as error:
            raise _broken() from error
        return self._save(number, content, text, who, why)

    def _save(self, number: int, content: files.Content, text: str, who: str, why: str) -> Saved:
        path = self._paths[number]
        if len(text) > MAX_CHARACTERS:
            raise InvalidRequestError(f"{MAX_CHARACTERS} characters are allowed.", code="too_long")
        if problems := self._reload.check({path: text}).problems:
            raise _wrong(problems)
        self._versions.keep(str(path), content.text, time=self._now(), who="", why="found")
        self._current(number, content.etag)
        files.write(path, text)
        self._versions.keep(str(path), text, time=self._now(), who=who, why=why)
        logger.info("%s was changed by %s: %s", path, who or "somebody", why)
        outcome = self._reload.reload()
        self._note_sound()
        return Saved(view=self.view(number), outcome=outcome)

    def _note_sound(self) -> None:
        self._sound = {path: files.read(path).text for path in self._paths}

    def _path(self, number: int) -> Path:
        if not 0 <= number < len(self._paths):
            raise NotFoundError(f"There is no file {number}.", code="unknown_file")
        return self._paths[number]

    def _current(self, number: int, etag: str) -> files.Content:
        content = files.read(self._path(number))
        if content.etag != etag:
            raise ConflictError(f"{self._paths[number]} has changed meanwhile.", code="changed_meanwhile")
        return content

    def _revealed(self, content: files.Content, text: str) -> str:
        return content.tokens.reveal(text.replace("\r\n", "\n").replace("\n", _newline(content.text)))

    def _version(self, version_id: int) -> tuple[Version, int]:
        version = self._versions.get(version_id)
        if version.file not in self.names:
            raise NotFoundError(f"There is no version {version_id}.", code="unknown_version")
        return version, self.names.index(version.file)

    def _diff(self, before: str, after: str, name: str) -> str:
        """Of what may be shown; a changed secret is another token."""
        tokens = Tokens()
        old, new = files.conceal(tokens, before), files.conceal(tokens, after)
        if old is None or new is None:
            return _HIDDEN
        titles = f"{name} (before)", f"{name} (after)"
        return "\n".join(difflib.unified_diff(old.splitlines(), new.splitlines(), *titles, lineterm=""))

    def _home(self, camera: str, kind: Kind, name: str) -> tuple[int, Any]:
        """The file that has the shape, else its likes, else the camera; and what it has of its likes."""
        trees = [_tree([path]) for path in self._paths]
        path = place(kind, camera, name)
        for length in range(len(path), 1, -1):
            for number in range(len(trees) - 1, -1, -1):
                if _below(trees[number], path[:length]) is not None:
                    return number, _below(trees[number], path[:-1])
        raise _no_camera(camera)


def _tree(paths: Sequence[Path]) -> dict[str, Any]:
    """What stands in the files, laid over each other."""
    problems = Problems()
    try:
        tree = read_all(paths, problems, {})
        problems.check()
    except ConfigError as error:
        raise _broken() from error
    return dict(plain(tree))


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _below(node: Any, path: Sequence[str]) -> Any:
    for name in path:
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def _wrong(problems: Sequence[Problem]) -> InvalidRequestError:
    text = "\n".join(map(str, problems))
    return InvalidRequestError(text, code="config_refused", problems=list(problems))


def _no_camera(name: str) -> NotFoundError:
    return NotFoundError(f"There is no camera {name[:80]!r}.", code="unknown_camera")


def _broken() -> ConflictError:
    return ConflictError(
        "The configuration's files have mistakes: correct those first.", code="config_broken"
    )
