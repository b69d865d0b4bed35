"""Kills a whole life of watch jobs again and again: `python -m tests.jobs.killing FOLDER KILLS SEED`.

Prints what was lost, decided twice and so on, as JSON.
"""

import json
import random
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from frigate_ext.domain.look import AlertStatus, LookState
from frigate_ext.domain.watch import JobState
from frigate_ext.outbox import Outbox
from frigate_ext.store import Store
from jobs import intent
from tests.jobs.doomed import JOBS, _Lines, _Notifier

ROOT = Path(__file__).parents[2]


@dataclass
class Toll:
    """What came of it all; the lists are in words."""

    kills: int
    looks: int = 0
    alerts: int = 0
    asked_again: int = 0
    doubted: int = 0
    lost: list = field(default_factory=list)
    twice: list = field(default_factory=list)


@dataclass
class Found:
    """What a killed program has left."""

    jobs: dict
    looks: list
    alerts: list
    unanswered: dict
    """Picture by condition: what is to be asked again."""

    @classmethod
    def in_folder(cls, folder):
        store = Store.open(folder)
        jobs = {job.id: job for job in store.jobs.list(limit=1000).items}
        looks = [look for job_id in jobs for look in _every(store.looks.of_job, job_id)]
        wishes = {job.watch.condition: store.looks.unanswered(job.id) for job in jobs.values()}
        alerts = _every(lambda limit, before: store.alerts.list(limit=limit, before=before))
        found = cls(jobs, looks, alerts, {name: _read(wish, store) for name, wish in wishes.items() if wish})
        store.close()
        return found

    @property
    def alert_ids(self):
        return {alert.id for alert in self.alerts}


def kill(folder, kills, seed):
    """Kill as often, at instants that follow from the seed."""
    instants, toll = random.Random(seed), Toll(kills)
    due, alerts = {}, set()
    for _ in range(kills):
        asked_before = len(_lines(folder / "asked"))
        _live_for(folder, instants.uniform(0.05, 0.5))
        found = Found.in_folder(folder)
        asked = set(_lines(folder / "asked")[asked_before:])
        missed = {name for name, jpeg in due.items() if f"{name} {jpeg}" not in asked}
        toll.asked_again += len(due) - len(missed)
        toll.lost += [f"question of {name}" for name in missed if found.unanswered.get(name) != due[name]]
        running = sum(job.state is JobState.RUNNING for job in found.jobs.values())
        toll.lost += ["job"] * (JOBS - running)
        toll.lost += [f"alert {alert}" for alert in alerts - found.alert_ids]
        due, alerts = found.unanswered, found.alert_ids
    _add_up(toll, found, _delivered(folder))
    return toll


def _add_up(toll, found, delivered):
    toll.looks, toll.alerts = len(found.looks), len(found.alerts)
    done = [look for look in found.looks if look.state is LookState.DONE and look.episode is not None]
    toll.twice += _repeated((look.job_id, look.episode) for look in done)
    by_id = {look.id: look for look in found.looks}
    verified = [alert for alert in found.alerts if alert.status is AlertStatus.VERIFIED]
    toll.twice += _repeated((one.job_id, by_id[one.look_id].episode or one.id) for one in verified)
    doubted = {look.id for look in found.looks if look.state is LookState.DOUBTED}
    toll.doubted = len(doubted)
    toll.twice += [f"{one.id}, in doubt" for one in found.alerts if one.look_id in doubted]
    for job in found.jobs.values():
        missing = job.alerts - sum(alert.job_id == job.id for alert in verified)
        toll.lost += [f"alert of {job.id}"] * missing
        toll.twice += [f"alert of {job.id}"] * -missing
    toll.lost += [f"delivery of {alert}" for alert in found.alert_ids - delivered]
    toll.twice += [f"delivery of {alert}, unknown" for alert in delivered - found.alert_ids]


def _live_for(folder, seconds):
    """One life of the program, from its first message on; killed in the middle of whatever it did."""
    command = [sys.executable, "-m", "tests.jobs.doomed", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"living\n"
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"it died by itself: {process.wait(seconds)}")
        process.kill()


def _delivered(folder):
    """Everybody who was ever told, once the outbox has had its time."""
    store = Store.open(folder)
    outbox = Outbox(store, {"file": _Notifier(_Lines(folder / "told"))})
    (lane,) = outbox._lanes
    lane.deliver_due()
    assert store.deliveries.pending() == 0
    store.close()
    return set(_lines(folder / "told"))


def _repeated(things):
    return [f"{thing}" for thing, times in Counter(things).items() if times > 1]


def _every(pages, *args):
    items, cursor, more = [], None, True
    while more:
        page = pages(*args, 1000, cursor)
        items, cursor = [*items, *page.items], page.next
        more = cursor is not None
    return items


def _read(unanswered, store):
    wish = intent.read(unanswered, store.looks.pictures)
    return wish.images[-1].jpeg.decode() + ("/covered" if wish.doubted else "")


def _lines(path):
    return path.read_text().splitlines() if path.exists() else []


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(kill(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))))
