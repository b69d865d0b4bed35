"""When a verdict is worth an alert: confirmed, armed, cooled down, within the hour; or as a reminder."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

from frigate_ext.domain.verdict import Answer
from frigate_ext.domain.watch import Mode, Watch
from jobs.history import HOUR, History


class Alarm:
    """What stands between one job's verdicts and people. Pure; times are the monotonic clock's.

    `armed` is False from an alert of a standing job until its condition has been seen cleared.
    """

    def __init__(
        self, watch: Watch, *, armed: bool, alerts: Iterable[float], told: Iterable[float] = ()
    ) -> None:
        """`told` are the times of what was told unverified."""
        self._watch = watch
        self.armed = armed
        self._was_armed = armed
        """Before the last alert."""
        self._alerts = History(alerts)
        self._told = History(told)
        self._answers: deque[Answer] = deque(maxlen=watch.confirm.n)

    def take(self, answer: Answer, now: float) -> bool:
        """Take an answer; True when it is worth an alert, which then counts as sent."""
        if not self.armed and answer is Answer.NOT_MET:
            self.rearm()
        self._answers.append(answer)
        if answer is not Answer.MET or not self._is_confirmed() or self.next_alert() > now:
            return False
        self._answers.clear()
        self._alerts.add(now)
        if self._watch.mode is Mode.STANDING:
            self._was_armed, self.armed = self.armed, False
        return True

    def retract(self) -> None:
        """The last alert was not sent after all."""
        self._alerts.pop()
        self.armed = self._was_armed

    def may_tell(self, now: float) -> bool:
        """Whether people may be told something unverified: as seldom as verified alerts, on its own count."""
        room = self._told.nth_last(self._watch.limits.alerts_per_hour) + HOUR
        return self.armed and max(self.cooling_until(), room) <= now

    def tell(self, now: float) -> None:
        """Something unverified was told; it counts as an alert only once it is verified."""
        self._told.add(now)

    def rearm(self) -> None:
        self.armed = True
        self._answers.clear()

    def forget_answers(self) -> None:
        """What was said so far confirms nothing any more."""
        self._answers.clear()

    def change(self, watch: Watch) -> None:
        """Go on with other limits, knowing what was sent."""
        self._watch = watch
        self._answers = deque(self._answers, maxlen=watch.confirm.n)

    def cooling_until(self) -> float:
        """When an armed job may alert again: after the cooldown, and when the hour has room."""
        return max(self._alerts.last + self._watch.cooldown, self._hour_has_room())

    def next_alert(self) -> float:
        """When a confirmed verdict may alert: armed, after the cooldown; unarmed, when a reminder is due."""
        if self.armed:
            return self.cooling_until()
        every = self._watch.remind_every
        return math.inf if every is None else max(self._alerts.last + every, self._hour_has_room())

    @property
    def is_confirming(self) -> bool:
        """Some looks said met, not yet enough of them, and the next one can still add to them."""
        oldest_goes = len(self._answers) == self._answers.maxlen
        counted = list(self._answers)[1 if oldest_goes else 0 :]
        return self.armed and 0 < counted.count(Answer.MET) < self._watch.confirm.k

    def _is_confirmed(self) -> bool:
        return self._answers.count(Answer.MET) >= self._watch.confirm.k

    def _hour_has_room(self) -> float:
        return self._alerts.nth_last(self._watch.limits.alerts_per_hour) + HOUR
