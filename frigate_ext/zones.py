"""Which zones a tracked object is in, by Frigate's rules: where it stands, for how many frames, how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from frigate_ext.domain.filters import LabelFilter, Polygon, stands_in
from frigate_ext.domain.frame import LONGEST_GAP
from frigate_ext.domain.geometry import Box, Size


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRule:
    """A zone and what it takes to be in it. `polygon` is relative."""

    name: str
    polygon: Polygon
    inertia: int = 3
    """Consecutive frames inside before an object counts as present for the first time."""
    loitering_time: float = 0.0
    """Seconds it must have spent inside, after that, to be in the zone."""
    objects: tuple[str, ...] = ()
    """Labels the zone is for; empty means all."""
    filters: Mapping[str, LabelFilter] = field(default_factory=dict)
    """By label; size, shape and `threshold` (of the median score) must be met once, on entering."""


class ZonePresence:
    """The zones of one tracked object. `step` is called for every frame the object is in."""

    def __init__(self, label: str, rules: Sequence[ZoneRule]) -> None:
        self.current: tuple[str, ...] = ()
        self.entered: tuple[str, ...] = ()
        self.pending_loitering = False
        """It is in a zone with a loitering time, whether or not that has passed."""
        self._label = label
        self._stays: list[_Stay] = []
        self.change(rules)

    def change(self, rules: Sequence[ZoneRule]) -> None:
        """Go by other rules; a stay in a zone that is as it was goes on."""
        stays = {stay.rule.name: stay for stay in self._stays if stay.rule in rules}
        meant = [rule for rule in rules if not rule.objects or self._label in rule.objects]
        self._stays = [stays.get(rule.name) or _Stay(rule) for rule in meant]
        self._note()

    def step(self, box: Box, computed_score: float, frame: Size, time: float) -> None:
        """`time` is the frame's; leaving a zone counts at once."""
        for stay in self._stays:
            stay.step(self._label, box, computed_score, frame, time)
        self._note()

    def _note(self) -> None:
        self.current = tuple(stay.rule.name for stay in self._stays if stay.inside)
        self.entered += tuple(name for name in self.current if name not in self.entered)
        self.pending_loitering = any(stay.loitering for stay in self._stays)


class _Stay:
    """One object and one zone."""

    def __init__(self, rule: ZoneRule) -> None:
        self.rule = rule
        self.inside = False
        self.loitering = False
        self._frames = 0
        self._dwelt = 0.0
        self._since: float | None = None
        """Time of the last frame, while present."""

    def step(self, label: str, box: Box, computed_score: float, frame: Size, time: float) -> None:
        present = self._present(stands_in(self.rule.polygon, box, frame))
        admitted = present and (self.inside or self._admits(label, box, computed_score, frame))
        self._count(time, admitted=admitted)
        self.inside = admitted and self._dwelt >= self.rule.loitering_time
        self.loitering = admitted and self.rule.loitering_time > 0

    def _present(self, standing: bool) -> bool:  # noqa: FBT001 - the only thing it is told
        """Inertia is overcome once; an object that comes back is present at once."""
        settled = self._frames >= self.rule.inertia
        if not settled:
            self._frames = self._frames + 1 if standing else 0
        return standing and self._frames >= self.rule.inertia

    def _admits(self, label: str, box: Box, computed_score: float, frame: Size) -> bool:
        rule = self.rule.filters.get(label)
        return rule is None or (rule.accepts(box, frame) and computed_score >= rule.threshold)

    def _count(self, time: float, *, admitted: bool) -> None:
        """Time adds up over visits, but not what a clock was set by."""
        if admitted and self._since is not None and 0 < time - self._since <= LONGEST_GAP:
            self._dwelt += time - self._since
        self._since = time if admitted else None
