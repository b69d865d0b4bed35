"""Who hears of it when something happens to a job."""

from __future__ import annotations

from collections.abc import Callable

from frigate_ext.app.ways import Ways
from frigate_ext.domain.look import Alert, AlertStatus, Look
from frigate_ext.domain.watch import Job
from frigate_ext.full_pictures import FullPictures
from frigate_ext.stats import Tally
from web.live.news import News


class Announcer:
    """Tells the ways out what happens to jobs."""

    def __init__(
        self,
        ways: Ways,
        tally: Tally,
        news: News,
        pictures: Callable[[], FullPictures],
    ) -> None:
        self._ways = ways
        self._tally = tally
        self._news = news
        self._pictures = pictures

    def job_changed(self, job: Job) -> None:
        self._news.job_changed(job)
        self._pictures().job_changed(job)
        if mqtt := self._ways.mqtt:
            mqtt.job_changed(job)

    def job_deleted(self, job: Job) -> None:
        self._news.job_deleted(job)
        self._ways.clear(job.id)

    def look_finished(self, look: Look, job: Job) -> None:
        self._tally.look_finished(look)
        self._news.look_finished(look, job)

    def alert_committed(self, alert: Alert) -> None:
        if alert.status is AlertStatus.VERIFIED:
            self._tally.alert_committed(alert)
        self._ways.outbox.kick()
        self._pictures().alert_committed(alert)
        self._news.alert_committed(alert)
