"""A scripted, seeded day in front of seven cameras: what is in view, and when each watch's condition holds.

Times are seconds after midnight. What a detector sees is written down directly: an object is believed after
`BELIEVED` s, and counts as stationary `SETTLED` s after it stopped.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from frigate_ext.domain.watch import Mode, Watch

DAY = 86400.0
HOUR = 3600.0
BELIEVED, SETTLED = 0.6, 10.0
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Stay:
    """Where an object is from `start` on, until its next stay."""

    start: float
    zone: str | None = None
    moves: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """One tracked object's life; `stays` are in order of time, the first begins it."""

    name: str
    label: str
    stays: tuple[Stay, ...]
    end: float
    believed: bool = True
    """False: the detector never comes to believe in it."""

    @property
    def start(self) -> float:
        return self.stays[0].start

    def at(self, time: float) -> Stay:
        return next(stay for stay in reversed(self.stays) if stay.start <= time)

    def changes(self) -> Iterator[float]:
        """When something about it may be seen to change."""
        yield self.start + BELIEVED
        for stay in self.stays:
            yield from (stay.start, stay.start + SETTLED)
        yield self.end


@dataclass(frozen=True, slots=True)
class Script:
    """One camera's day and the watch on it."""

    watch: Watch
    visits: tuple[Visit, ...]
    holds: tuple[tuple[float, float], ...] = ()
    """When the condition holds, in order."""

    def holds_at(self, time: float) -> bool:
        return any(start <= time < end for start, end in self.holds)


def day(seed: int) -> list[Script]:
    """The same day for the same seed; the lone parked car comes first."""
    writers = (_parked, _street, _porch, _gate, _rain, _dusk, _night)
    return [write(_Page(random.Random(f"{seed} {write.__name__}"))) for write in writers]


@dataclass
class _Page:
    """What is written of one camera's day so far."""

    chance: random.Random
    visits: list[Visit] = field(default_factory=list)
    holds: list[tuple[float, float]] = field(default_factory=list)

    def enters(self, label: str, start: float, end: float, **fields: bool) -> None:
        """Something moves through the picture, in no zone."""
        self.comes(label, (Stay(start),), end, **fields)

    def comes(self, label: str, stays: tuple[Stay, ...], end: float, **fields: bool) -> None:
        self.visits.append(Visit(f"{len(self.visits)}", label, stays, end, **fields))

    def times(self, begin: float, end: float, apart: float, mean: float) -> Iterator[float]:
        """Arrivals at random, `mean` s between two and never less than `apart`."""
        time = begin + self.chance.expovariate(1 / mean)
        while time < end:
            yield time
            time += apart + self.chance.expovariate(1 / max(1.0, mean - apart))

    def script(self, name: str, condition: str, labels: tuple[str, ...], *zones: str) -> Script:
        watch = Watch(
            name=name,
            camera=name,
            condition=condition,
            labels=labels,
            zones=zones,
            mode=Mode.STANDING,
            duration=None,
        )
        return Script(watch, tuple(sorted(self.visits, key=lambda visit: visit.start)), tuple(self.holds))


def _parked(page: _Page) -> Script:
    """One car stands in the watched zone from midnight to midnight, and nothing else ever happens."""
    page.comes("car", (Stay(0.0, "drive", moves=False),), DAY)
    return page.script("parked", "somebody tampers with the car", ("person", "car"), "drive")


def _street(page: _Page) -> Script:
    """Passers-by all day; one in twenty-five or so has the dog that is watched for."""
    for time in page.times(6 * HOUR, 23 * HOUR, 0.0, 4 * _MINUTE):
        page.enters("person", time, time + page.chance.uniform(6, 25))
    for time in page.times(6 * HOUR, 22 * HOUR, 25 * _MINUTE, 90 * _MINUTE):
        end = time + page.chance.uniform(4, 12)
        page.enters("dog", time, end)
        page.holds.append((time + BELIEVED, end))
    return page.script("street", "a dog runs about without a leash", ("person", "dog"))


def _porch(page: _Page) -> Script:
    """Couriers leave a parcel, somebody takes it in later; others come to the door, most only pass by."""
    for time in page.times(8 * HOUR, 19 * HOUR, 100 * _MINUTE, 110 * _MINUTE):
        down, taken = time + page.chance.uniform(5, 9), time + page.chance.uniform(15, 75) * _MINUTE
        _steps_onto(page, "porch", time, down + page.chance.uniform(1, 4))
        _steps_onto(page, "porch", taken - 4, taken + 3)
        page.holds.append((down, taken))
    for time in page.times(7 * HOUR, 22 * HOUR, 0.0, 40 * _MINUTE):
        _steps_onto(page, "porch", time, time + page.chance.uniform(8, 40))
    for time in page.times(6 * HOUR, 23 * HOUR, 0.0, 6 * _MINUTE):
        page.enters("person", time, time + page.chance.uniform(5, 20))
    return page.script("porch", "a parcel lies on the porch", ("person",), "porch")


def _steps_onto(page: _Page, zone: str, start: float, leaves: float) -> None:
    page.comes("person", (Stay(start), Stay(start + 3, zone), Stay(leaves)), leaves + 4)


def _gate(page: _Page) -> Script:
    """Cars drive by all day; some stop in front of the gate and stand there for a while."""
    for time in page.times(6 * HOUR, 22 * HOUR, 100 * _MINUTE, 150 * _MINUTE):
        stops, goes = time + page.chance.uniform(4, 8), time + page.chance.uniform(5, 90) * _MINUTE
        stays = (Stay(time), Stay(time + 2, "gate"), Stay(stops, "gate", moves=False), Stay(goes, "gate"))
        page.comes("car", (*stays, Stay(goes + 3)), goes + 6)
        page.holds.append((stops, goes))
    for time in page.times(0.0, DAY, 0.0, 3 * _MINUTE):
        page.enters("car", time, time + page.chance.uniform(3, 8))
    return page.script("gate", "a car stands in front of the gate", ("car",), "gate")


def _rain(page: _Page) -> Script:
    """Rain from ten to four: shapes that nobody believes in all the time, and some that pass for a person."""
    for time in page.times(10 * HOUR, 16 * HOUR, 0.0, 20.0):
        page.enters("person", time, time + page.chance.uniform(0.4, 3), believed=False)
    for time in page.times(10 * HOUR, 16 * HOUR, 0.0, 3 * _MINUTE):
        page.enters("person", time, time + page.chance.uniform(1, 3))
    _visitors(page, 8 * HOUR, 20 * HOUR, 90 * _MINUTE)
    return page.script("rain", "somebody walks about in the yard", ("person",))


def _visitors(page: _Page, begin: float, end: float, mean: float) -> None:
    """The ones that the condition is about."""
    for time in page.times(begin, end, 25 * _MINUTE, mean):
        leaves = time + page.chance.uniform(5, 30)
        page.enters("person", time, leaves)
        page.holds.append((time + BELIEVED, leaves))


def _dusk(page: _Page) -> Script:
    """Three parked cars that the detector loses and finds again as others while the light goes and comes."""
    for car in range(3):
        time, until = 0.0, 0.0
        while time < DAY:
            dim = 6 * HOUR < time < 7.5 * HOUR or 17 * HOUR < time < 19 * HOUR
            until = (
                min(DAY, time + page.chance.expovariate(1 / (5 * _MINUTE))) if dim else _next_dim(time, car)
            )
            page.comes("car", (Stay(time, moves=False),), until)
            time = until + page.chance.uniform(1, 20)
    _visitors(page, 5 * HOUR, 20 * HOUR, 120 * _MINUTE)
    return page.script("dusk", "somebody walks between the cars", ("person", "car"))


def _next_dim(time: float, car: int) -> float:
    """When the light next changes, not for all cars at once."""
    return next((h * HOUR + 31.0 * car + 1 for h in (6, 17) if h * HOUR + 31.0 * car + 1 > time), DAY)


def _night(page: _Page) -> Script:
    """A garden where nothing happens, but for somebody who runs through it in two seconds, three times."""
    for hour in (1.37, 3.14, 23.2):
        page.enters("person", hour * HOUR, hour * HOUR + BELIEVED + 2)
        page.holds.append((hour * HOUR + BELIEVED, hour * HOUR + BELIEVED + 2))
    return page.script("night", "somebody is in the garden", ("person",))
