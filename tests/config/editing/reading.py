"""Files that are read whenever that is asked for."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from config.changes import Changes
from config.load import load
from config.reload import Outcome, ReloadState
from frigate_ext.errors import ConfigError


class Reading:
    """Checks in earnest, and counts how often something was to take effect."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = tuple(paths)
        self.times = 0

    def check(self, texts: Mapping[Path, str]) -> Outcome:
        try:
            load(self.paths, {"CREDENTIALS_DIRECTORY": "/nonexistent"}, texts)
        except ConfigError as error:
            return Outcome(state=ReloadState.REFUSED, problems=tuple(error.problems), time=0.0)
        return Outcome(state=ReloadState.IN_FORCE, time=0.0)

    def reload(self) -> Outcome:
        self.times += 1
        return Outcome(state=ReloadState.IN_FORCE, changes=Changes(live=("camera porch: changed",)), time=0.0)
