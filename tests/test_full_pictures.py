"""Full pictures of alerts: who is asked when, and what becomes of it, on a turned clock and a real store."""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace

import pytest

from frigate_ext.bus.schema import EncodedFrame, FrameRequest
from frigate_ext.domain.geometry import Size
from frigate_ext.domain.look import Alert, AlertKind, AlertStatus
from frigate_ext.domain.watch import Job, JobState, Origin, Watch
from frigate_ext.errors import FrameUnavailableError, MainStreamAwayError, NotFoundError
from frigate_ext.full_pictures import FullPictures
from frigate_ext.retention import DAY, Limits, Retention
from frigate_ext.runtime.clock import ManualClock
from frigate_ext.store import Store
from tests.capture.waiting import eventually

NOW = 1_700_000_000.0
JOB = Job(
    id="job-1",
    watch=Watch(name="w", camera="porch", condition="c"),
    origin=Origin.API,
    state=JobState.RUNNING,
    phase=None,
    created_at=0.0,
)
ALERT = Alert(
    id="a",
    kind=AlertKind.CONDITION,
    job_id="job-1",
    camera="porch",
    condition="c",
    message="m",
    reasoning="r",
    time=NOW,
    frame_time=NOW - 1,
    judged_by="detector",
    confidence=1.0,
    evidence=1,
)
GONE = FrameUnavailableError("the frame is gone")


def picture(time: float, jpeg: bytes = b"full") -> tuple[EncodedFrame, ...]:
    size = Size(1920, 1080)
    return (EncodedFrame(epoch=0, seq=0, frame_time=time, size=size, frame_size=size, jpeg=jpeg),)


class Streams:
    """Main streams, as the bus has them: `answers` are given in turn, the last one for ever."""

    def __init__(self) -> None:
        self.asked: list[FrameRequest] = []
        self.answers: list[object] = [picture(NOW - 1)]
        self.trouble: Exception | None = None
        self.on_picture: Callable[[], None] = lambda: None

    def ask(self, wanted: FrameRequest, *, timeout: float = 2.0) -> Future:
        self.asked.append(wanted)
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        future: Future = Future()
        if wanted.at is None:
            answer = self.trouble or ()
        else:
            self.on_picture()
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
        return future

    @property
    def kept(self) -> list[str]:
        return [request.camera for request in self.asked if request.at is None]

    @property
    def pictures(self) -> list[FrameRequest]:
        return [request for request in self.asked if request.at is not None]


class Stage:
    def __init__(self, store: Store) -> None:
        self.clock = ManualClock(NOW)
        self.streams = Streams()
        self.store = store
        self.watched = {"porch"}
        self.part = FullPictures(
            frames=self.streams,
            store=store,
            watched=lambda: self.watched,
            cameras={"porch", "yard"},
            clock=self.clock,
        )

    def tell(self, **changes) -> Alert:
        alert = replace(ALERT, **changes)
        self.store.alerts.commit(alert, (b"small",) * alert.evidence, JOB, None, ())
        self.part.alert_committed(alert)
        return alert

    def later(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.part.wake()

    def pass_by(self, seconds: float = 10.0) -> None:
        for _ in range(int(seconds)):
            before = len(self.streams.kept)
            self.later(5.0)
            assert eventually(lambda before=before: len(self.streams.kept) > before)

    def told(self, alert_id: str = "a") -> Alert:
        return self.store.alerts.get(alert_id)


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    store = Store.open(tmp_path)
    store.jobs.add(JOB)
    stage = Stage(store)
    yield stage
    stage.part.stop()
    assert stage.part.join(3.0)
    store.close()


@pytest.fixture
def running(stage) -> Stage:
    stage.part.start()
    assert eventually(lambda: bool(stage.streams.kept))
    return stage


def test_main_streams_are_kept_where_jobs_watch_and_nowhere_else(running):
    assert running.streams.kept == ["porch/main"]
    running.watched.add("yard")
    running.watched.add("garage")  # has none
    running.part.job_changed(replace(JOB, watch=replace(JOB.watch, camera="yard")))
    assert eventually(lambda: running.streams.kept == ["porch/main", "yard/main"])
    assert all((request.moments, request.attend) == (0, 30.0) for request in running.streams.asked)
    running.later(5.0)
    assert eventually(lambda: sorted(running.streams.kept[2:]) == ["porch/main", "yard/main"])
    running.part.change({"yard"})
    assert eventually(lambda: running.part.away() == {"yard": False})


def test_an_alert_gets_the_picture_of_its_moment_and_its_time(running):
    running.streams.answers = [picture(NOW - 0.9)]
    running.tell()
    assert running.told().full_time is None
    running.later(2.0)
    assert eventually(lambda: running.told().full_time == NOW - 0.9)
    assert running.store.alerts.full("a") == b"full"
    assert running.store.alerts.evidence("a", 0) == b"small"
    (asked,) = running.streams.pictures
    assert (asked.camera, asked.at, asked.height) == ("porch/main", NOW - 1, 4320)
    assert eventually(lambda: running.part.outcomes() == {"kept": 1, "missing": 0})


def test_what_is_not_there_yet_is_asked_for_again_and_then_let_be(running, caplog):
    caplog.set_level("INFO")
    running.streams.answers = [GONE, picture(NOW - 1)]
    running.tell()
    running.later(2.0)
    assert eventually(lambda: len(running.streams.pictures) == 1)
    running.later(3.0)
    assert eventually(lambda: running.told().full_time is not None)
    running.streams.answers = [GONE]
    running.tell(id="b")
    for seconds in (2.0, 3.0, 5.0):
        running.later(seconds)
        seen = len(running.streams.pictures)
        assert eventually(lambda seen=seen: len(running.streams.pictures) >= seen)
    assert eventually(lambda: running.part.outcomes() == {"kept": 1, "missing": 1})
    assert running.told("b").full_time is None
    assert "alert b: no full picture: the frame is gone" in caplog.text


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": AlertKind.BLIND, "frame_time": None},
        {"status": AlertStatus.UNVERIFIED},
        {"camera": "garage"},
    ],
    ids=["about the watch", "not judged yet", "without a main stream"],
)
def test_alerts_that_can_have_none_ask_for_none(running, changes):
    running.tell(**changes)
    running.later(60.0)
    assert eventually(lambda: len(running.streams.kept) > 1)
    assert running.streams.pictures == []


def test_an_alert_that_was_deleted_meanwhile_leaves_no_picture(running, tmp_path):
    running.tell()
    running.store.alerts.delete("a")
    running.later(2.0)
    assert eventually(lambda: len(running.streams.pictures) == 1)
    running.pass_by(2)
    assert list((tmp_path / "evidence").iterdir()) == []
    with pytest.raises(NotFoundError):
        running.store.alerts.add_full("a", b"full", NOW)


def test_a_main_stream_that_is_away_is_shown_until_it_is_back_or_not_wanted(running):
    running.streams.trouble = MainStreamAwayError("Connection refused")
    running.later(5.0)
    assert eventually(lambda: running.part.away() == {"porch": True})
    health = running.part.health()["porch"]
    assert health.detail == (
        "no pictures of the main stream (Connection refused): alerts show the detect stream's pictures"
    )
    running.streams.trouble = None
    running.later(5.0)
    assert eventually(lambda: running.part.health() == {})
    running.streams.trouble = MainStreamAwayError("Connection refused")
    running.later(5.0)
    assert eventually(lambda: running.part.away() == {"porch": True})
    running.watched.clear()
    running.later(5.0)
    assert eventually(lambda: running.part.health() == {})


def test_after_a_crash_the_pictures_of_the_last_alerts_are_asked_for_again(stage):
    stage.store.alerts.commit(ALERT, (b"small",), JOB, None, ())
    old = replace(ALERT, id="old", time=NOW - 600, frame_time=NOW - 600)
    stage.store.alerts.commit(old, (b"small",), JOB, None, ())
    stage.part.start()
    assert eventually(lambda: bool(stage.streams.kept))
    stage.later(2.0)
    assert eventually(lambda: stage.told().full_time is not None)
    assert [request.at for request in stage.streams.pictures] == [NOW - 1]


def test_so_many_alerts_at_once_are_bounded(running):
    for number in range(70):
        running.part.alert_committed(replace(ALERT, id=str(number)))
    assert eventually(lambda: running.part.outcomes()["missing"] >= 6)


def test_many_pictures_that_nobody_gives_let_no_main_stream_go(running):
    running.streams.answers = [GONE]
    for number in range(10):
        running.part.alert_committed(replace(ALERT, id=str(number)))
    running.streams.on_picture = lambda: running.clock.advance(5.0)
    running.later(2.0)
    assert eventually(lambda: running.part.outcomes()["missing"] == 10)
    is_picture = [request.at is not None for request in running.streams.asked]
    assert all(not (one and other) for one, other in itertools.pairwise(is_picture))


def test_nothing_is_asked_where_no_camera_has_a_main_stream(stage):
    stage.part.change(())
    stage.part.start()
    stage.tell()
    stage.later(60.0)
    stage.part.job_changed(JOB)
    assert stage.part.outcomes() == {"kept": 0, "missing": 0}
    assert stage.streams.asked == []


def test_full_pictures_count_as_room_and_go_with_their_alert(stage, tmp_path):
    stage.tell()
    before = stage.store.size()
    stage.store.alerts.add_full("a", bytes(100_000), NOW)
    assert stage.store.size() - before >= 100_000
    stage.clock.advance(40 * DAY)
    assert Retention(stage.store, Limits(), stage.clock).make_room() == 1
    assert list((tmp_path / "evidence").iterdir()) == []


def test_a_full_picture_outlives_a_restart(tmp_path):
    store = Store.open(tmp_path)
    store.jobs.add(JOB)
    store.alerts.commit(replace(ALERT, evidence=0), (), JOB, None, ())
    store.alerts.add_full("a", b"full", NOW)
    store.close()
    store = Store.open(tmp_path)
    assert store.alerts.full("a") == b"full"
    assert store.alerts.full("../a") is None
    store.close()
