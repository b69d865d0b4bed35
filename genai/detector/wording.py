"""What the judge found, in words: with numbers for the log, short for a phone."""

from __future__ import annotations

from frigate_ext.domain.camera import Camera
from frigate_ext.domain.verdict import Answer
from genai.detector.condition import Amount, Near, Place, Things
from genai.detector.evaluate import Finding, Tally
from genai.detector.labels import plural


def reasoning(finding: Finding, camera: Camera) -> str:
    """For the log: "2 people in Driveway (0.91, 0.85), asked for at least 1"."""
    counted = "; ".join(_counted(tally, camera) for tally in finding.tallies)
    return (
        f"{counted}; one that is followed can't be seen just now"
        if finding.answer is Answer.UNSURE
        else counted
    )


def message(finding: Finding, camera: Camera) -> str:
    """For a phone: "Person in Driveway"; empty where nothing is to be told."""
    if finding.answer is not Answer.MET:
        return ""
    told = [_found(tally, camera) for tally in finding.tallies if tally.holds]
    text = " and ".join(dict.fromkeys(told))
    return text[:1].upper() + text[1:]


def _counted(tally: Tally, camera: Camera) -> str:
    number = len(tally.objects)
    scores = ", ".join(f"{score:.2f}" for score in tally.scores)
    seen = f"{number} {_described(tally.count.things, number, camera)}"
    return f"{seen}{f' ({scores})' if scores else ''}, asked for {_asked(tally.count.amount)}"


def _found(tally: Tally, camera: Camera) -> str:
    number = len(tally.objects)
    prefix = {0: "no ", 1: ""}.get(number, f"{number} ")
    where = "" if tally.count.things.places else f" at {camera.friendly_name}"
    return f"{prefix}{_described(tally.count.things, number or 1, camera)}{where}"


def _asked(amount: Amount) -> str:
    low, high = amount
    if high == 0:
        return "none"
    if high is None:
        return f"at least {low}"
    return f"exactly {low}" if low == high else f"at most {high}"


def _described(things: Things, number: int, camera: Camera) -> str:
    motion = {None: "", True: "moving ", False: "still "}[things.moving]
    names = [label.replace("_", " ") for label in things.labels] or ["object"]
    nouns = " or ".join(name if number == 1 else plural(name) for name in names)
    where = "".join(_at(place, camera) for place in things.places)
    beside = "".join(_beside(near, camera) for near in things.near)
    return f"{motion}{nouns}{where}{beside}"


def _at(place: Place, camera: Camera) -> str:
    friendly = {zone.name: zone.friendly_name for zone in camera.zones}
    names = " or ".join(friendly.get(zone, zone) for zone in place.zones)
    return f" {'in' if place.inside else 'outside'} {names}"


def _beside(near: Near, camera: Camera) -> str:
    return f" {'near' if near.close else 'not near'} {_described(near.things, 1, camera)}"
