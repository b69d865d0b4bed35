"""A policy on a clock that the test turns."""

from zoneinfo import ZoneInfo

from frigate_ext.runtime.clock import ManualClock
from jobs.plan import Scene
from jobs.policy import Policy
from jobs.trigger import EdgeDetector

QUIET = Scene(online=True)
ACTIVE = Scene(online=True, active=True)
BLIND = Scene(online=False)


class Rig:
    """A policy with a clock, a detector of edges and a judge that says what the test says."""

    def __init__(self, watch, message, person, verdict, **settings):
        self.clock = ManualClock()
        self.policy = Policy(watch, zone=ZoneInfo("UTC"), **settings)
        self._message, self._person, self._verdict = message, person, verdict
        self._detector = EdgeDetector()
        self._seq = 0

    def see(self, *ids, **changes):
        """A message with these people in view, now; True when an edge of it will be looked at."""
        self._seq += 1
        people = [self._person(name, **changes) for name in ids]
        update = self._message(self._seq, *people, frame_time=self.clock.wall)
        kept = [self.policy.offer(edge, self.clock.now()) for edge in self._detector.step(update)]
        return any(kept)

    def plan(self, scene=QUIET):
        return self.policy.plan(self.clock.now(), scene)

    def begin(self, scene=QUIET):
        return self.policy.begin(self.clock.now(), scene)

    def answer(self, ask, answer, *, in_frame=(), paid=(0,), **advice):
        frame_time = ask.edge.frame_time if ask.edge else self.clock.wall
        seen = {o.id for o in ask.edge.objects} if ask.edge else set(in_frame)
        verdict = self._verdict(answer, frame_time, **advice)
        return self.policy.answered(self.clock.now(), ask, verdict, seen, paid)

    def look(self, answer, scene=QUIET, **advice):
        """Begin and answer the look that must be due now; returns why and what follows."""
        ask = self.begin(scene)
        assert ask is not None, self.plan(scene)
        return ask.reason, self.answer(ask, answer, **advice)

    def look_until_due(self, answer):
        """Sleep until a look is due and answer it; True when an alert follows."""
        while not self.plan().look:
            self.sleep()
        return self.look(answer)[1].alert

    def sleep(self, scene=QUIET):
        """Turn the clock to when the policy wants to be asked again; returns the seconds."""
        seconds = self.plan(scene).at - self.clock.monotonic
        self.clock.advance(seconds)
        return seconds
