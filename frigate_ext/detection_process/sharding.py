"""Which process or host works on which camera; decides, knows no process.

Cameras stay where they are while others come and go, and those that wake one another stay together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Group = tuple[str, ...]
"""Cameras that belong together, in the configuration's order."""

_CAMERAS_EACH = 16
"""A process looks with one thread; some twenty busy cameras at 5 fps are all that it carries."""


@dataclass(frozen=True, slots=True)
class Place:
    """A process here, or a node elsewhere."""

    name: str
    cameras: frozenset[str] | None = None
    """Those it is there for, whatever else there is; None: its share of those that nobody names."""
    processes: int | None = None
    """Of a node; None: as many as its cameras are worth on its cores."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who there is to work on cameras."""

    processes: int = 1
    """On this machine."""
    nodes: tuple[Place, ...] = ()
    takeover: bool = False
    """Whether others work on the cameras of a node that is away."""


@dataclass(frozen=True, slots=True)
class Plan:
    """By camera."""

    homes: Mapping[str, str] = field(default_factory=dict)
    """Where it belongs while every node lives."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Where it is."""


def plan(groups: Sequence[Group], sharing: Sharing, alive: Collection[str], before: Plan) -> Plan:
    """Who works on what, while of the nodes these are `alive`; `before` is the last answer.

    Processes of this machine count as alive: they are started again here.
    """
    here = process_names(sharing)
    home = homes(groups, [*map(Place, here), *sharing.nodes], before.homes)
    if not sharing.takeover:
        return Plan(home, home)
    living = [*here, *(node.name for node in sharing.nodes if node.name in alive)]
    return Plan(home, taken_over(groups, home, living, before.places))


def process_names(sharing: Sharing) -> list[str]:
    """Of those on this machine."""
    return ["detection", *(f"detection-{number}" for number in range(2, sharing.processes + 1))]


def processes_for(cores: int, cameras: int) -> int:
    """How many processes are worth their memory: as few as carry all cameras, on a core each."""
    return max(1, min(cores, -(-cameras // _CAMERAS_EACH)))


def groups_of(cameras: Iterable[str], neighbours: Mapping[str, Collection[str]]) -> list[Group]:
    """The cameras in groups that are connected by `neighbours`, whichever of two names the other."""
    groups: list[list[str]] = []
    for camera in cameras:
        near = [group for group in groups if any(_are_near(camera, one, neighbours) for one in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(one for group in near for one in group), camera])
    return [tuple(group) for group in groups]


def _are_near(one: str, other: str, neighbours: Mapping[str, Collection[str]]) -> bool:
    return other in neighbours.get(one, ()) or one in neighbours.get(other, ())


def homes(groups: Iterable[Group], places: Collection[Place], before: Mapping[str, str]) -> dict[str, str]:
    """Where each camera belongs while every place lives; `before` is the last answer.

    A group goes where most of it has been, else to whom has least; the loads of places that were filled
    without `before` differ by the largest group at most. At least one place must take a share.
    """
    found = {camera: place.name for place in places for camera in place.cameras or ()}
    rest = [free for group in groups if (free := tuple(one for one in group if one not in found))]
    found = {camera: name for group in groups for camera in group if (name := found.get(camera))}
    return found | _shared_out(rest, [place.name for place in places if place.cameras is None], found, before)


def taken_over(
    groups: Iterable[Group], home: Mapping[str, str], alive: Collection[str], before: Mapping[str, str]
) -> dict[str, str]:
    """Where each camera is while only `alive` (in order) live: at home, or with whom has taken it over."""
    found = {camera: name for camera, name in home.items() if name in alive}
    orphans = [left for group in groups if (left := tuple(one for one in group if one not in found))]
    return found | _shared_out(orphans, list(alive), found, before)


def _shared_out(
    groups: Iterable[Group], names: list[str], placed: Mapping[str, str], before: Mapping[str, str]
) -> dict[str, str]:
    """A place of `names` for each group: those that have been somewhere first, then the largest first."""
    if not names:
        return {}
    loads = Counter(placed.values())
    found: dict[str, str] = {}
    usual = {group: _usual(group, names, before) for group in groups}
    for group in sorted(usual, key=lambda one: (usual[one] is None, -len(one))):
        name = usual[group] or min(names, key=lambda one: loads[one])
        loads[name] += len(group)
        found |= dict.fromkeys(group, name)
    return found


def _usual(group: Group, names: Collection[str], before: Mapping[str, str]) -> str | None:
    been = Counter(before[camera] for camera in group if before.get(camera) in names)
    return been.most_common(1)[0][0] if been else None
