"""The recorder: a pure diary of what the facts say, and a thread that writes it down."""

import threading
from dataclasses import replace

import msgspec
import pytest

from frigate_ext.bus.schema import CameraUpdate, EncodedFrame
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.errors import FrameUnavailableError, StoreError
from frigate_ext.recorder import Diary, Recorder, SnapshotSettings
from frigate_ext.runtime.health import PartState
from frigate_ext.store import Store

PERSON = TrackedObject(
    id="100.5-abcdef",
    camera="porch",
    label="person",
    frame_time=101.0,
    start_time=100.5,
    score=0.8,
    computed_score=0.8,
    top_score=0.8,
    false_positive=False,
    box=Box(0, 0, 10, 20),
    active=True,
    stationary=False,
    motionless_count=0,
    position_changes=1,
)


def seen(**changes):
    return replace(PERSON, **changes)


def update(*objects, seq=1, epoch=1, time=101.0, **changes):
    facts = {"camera": "porch", "state": CameraState.ONLINE, "frame_time": time, **changes}
    return CameraUpdate(epoch=epoch, seq=seq, time=time, objects=objects, **facts)


@pytest.fixture
def diary():
    return Diary({"porch"})


def test_an_event_begins_when_its_object_is_believed(diary):
    assert diary.read(update(seen(false_positive=True))) == []

    (entry,) = diary.read(update(seen()))

    assert (entry.event.id, entry.event.start_time, entry.event.end_time) == ("100.5-abcdef", 100.5, None)


def test_an_unchanged_object_is_no_news(diary):
    diary.read(update(seen()))

    assert diary.read(update(seen())) == []


def test_a_zone_entered_is_news(diary):
    diary.read(update(seen()))

    (entry,) = diary.read(update(seen(entered_zones=("mat",))))

    assert entry.event.zones == ("mat",)
    assert entry.shot is None


def test_an_event_ends_with_the_message_that_ends_its_object(diary):
    diary.read(update(seen()))

    (entry,) = diary.read(update(seen(end_time=105.0)))

    assert entry.event.end_time == 105.0
    assert diary.read(update()) == []


def test_an_object_that_a_complete_message_leaves_out_has_ended_when_last_seen(diary):
    diary.read(update(seen()))
    diary.read(update(seen(frame_time=103.0), time=103.0))

    (entry,) = diary.read(update(time=110.0))

    assert entry.event.end_time == 103.0


def test_a_message_without_a_frame_ends_nothing(diary):
    diary.read(update(seen()))

    assert diary.read(update(frame_time=None)) == []


def test_a_restarted_publisher_ends_what_the_one_before_has_seen(diary):
    diary.read(update(seen()))

    (entry,) = diary.read(update(epoch=2, frame_time=None))

    assert entry.event.end_time == 101.0


def test_cameras_do_not_end_each_others_events(diary):
    diary.read(update(seen()))

    assert diary.read(update(camera="yard")) == []


def test_a_snapshot_is_taken_of_the_frame_that_made_the_object_real(diary):
    (entry,) = diary.read(update(seen(), seq=7))

    assert entry.shot == ("porch", 1, 7)


@pytest.mark.parametrize(
    "later, better",
    [
        ({"box": Box(0, 0, 20, 20)}, True),
        ({"score": 0.95}, True),
        ({"score": 0.81}, False),
        ({"box": Box(0, 0, 10, 10), "score": 0.99}, False),
    ],
)
def test_a_better_moment_is_larger_or_more_confident(diary, later, better):
    diary.read(update(seen()))

    entries = diary.read(update(seen(frame_time=106.0, **later), time=106.0))

    assert bool(entries) is better


def test_there_is_one_snapshot_in_five_seconds_at_most(diary):
    diary.read(update(seen()))

    assert diary.read(update(seen(frame_time=105.9, box=Box(0, 0, 99, 99)), time=105.9)) == []
    assert diary.read(update(seen(frame_time=106.0, box=Box(0, 0, 99, 99)), time=106.0))


def test_a_clock_that_is_set_back_holds_no_snapshot_up_and_ends_no_event_before_its_beginning(diary):
    diary.read(update(seen()))
    earlier = seen(frame_time=50.0, score=0.9, box=Box(0, 0, 100, 200))
    assert [entry.shot is not None for entry in diary.read(update(earlier, time=50.0, seq=2))] == [True]
    (entry,) = diary.read(update(time=51.0, seq=3))
    assert entry.event.end_time == entry.event.start_time


def test_an_object_that_is_not_in_the_frame_is_not_photographed(diary):
    (entry,) = diary.read(update(seen(frame_time=100.0)))

    assert entry.shot is None


def test_cameras_without_snapshots_are_not_photographed():
    (entry,) = Diary(()).read(update(seen()))

    assert entry.shot is None


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path)
    yield store
    store.close()


class Camera:
    """Frames on demand; `gone` says that none is to be had. `asked` is set by every question."""

    def __init__(self):
        self.gone = False
        self.keys = []

    def __call__(self, camera, *, key, height, quality):
        self.keys.append(key)
        if self.gone:
            raise FrameUnavailableError("gone")
        size = Size(640, 480)
        frame = EncodedFrame(
            epoch=key.epoch, seq=key.seq, frame_time=101.0, size=size, frame_size=size, jpeg=b"jpeg"
        )
        return (frame,)


class Watched:
    """The events of a store, with a way to wait for them."""

    def __init__(self, events):
        self._events = events
        self._saved = threading.Condition()
        self.saved = []

    def __getattr__(self, name):
        return getattr(self._events, name)

    def save(self, event, snapshot=None):
        self._events.save(event, snapshot)
        with self._saved:
            self.saved.append(event)
            self._saved.notify_all()

    def wait_for(self, number):
        with self._saved:
            assert self._saved.wait_for(lambda: len(self.saved) >= number, 5.0), self.saved


@pytest.fixture
def camera():
    return Camera()


@pytest.fixture
def events(store):
    return Watched(store.events)


@pytest.fixture
def start(camera):
    recorders = []

    def start(events, snapshot_cameras=("porch",)):
        recorders.append(
            Recorder(events, camera, dict.fromkeys(snapshot_cameras, SnapshotSettings(quality=70)))
        )
        recorders[-1].start()
        return recorders[-1]

    yield start
    for recorder in recorders:
        recorder.stop()
        assert recorder.join(5.0)


def test_an_event_is_stored_with_its_snapshot_and_its_end(start, store, events, camera):
    recorder = start(events)

    recorder.on_update(update(seen(), seq=3))
    recorder.on_update(update(seen(end_time=105.0), seq=4))

    events.wait_for(2)
    stored = store.events.get(PERSON.id)
    assert (stored.end_time, stored.snapshot_time) == (105.0, 101.0)
    assert store.events.snapshot(PERSON.id) == b"jpeg"
    assert camera.keys == [("porch", 1, 3)]


def test_nothing_is_fetched_for_a_camera_without_snapshots(start, store, events, camera):
    recorder = start(events, snapshot_cameras=())

    recorder.on_update(update(seen()))

    events.wait_for(1)
    assert camera.keys == []
    assert store.events.get(PERSON.id).snapshot_time is None


def test_an_event_is_stored_even_where_its_frame_is_gone(start, store, events, camera):
    camera.gone = True
    recorder = start(events)

    recorder.on_update(update(seen()))

    events.wait_for(1)
    assert store.events.get(PERSON.id).snapshot_time is None


def test_events_an_earlier_process_left_open_are_ended_at_the_start(start, store, events):
    store.events.save(Diary(()).read(update(seen()))[0].event)
    recorder = start(events)

    recorder.on_update(update(seen(id="200.0-bbbbbb")))

    events.wait_for(1)
    assert store.events.get(PERSON.id).end_time == 100.5


def test_a_store_that_fails_is_told_and_survived(start, store, events):
    failing = Watched(store.events)
    failing.save = _full_once(failing.save)
    recorder = start(failing)

    recorder.on_update(update(seen()))
    recorder.on_update(update(seen(entered_zones=("mat",))))

    failing.wait_for(1)
    assert store.events.get(PERSON.id).zones == ("mat",)


def _full_once(save):
    calls = []

    def save_after_the_first(event, snapshot=None):
        calls.append(event)
        if len(calls) == 1:
            raise StoreError("disk full")
        save(event, snapshot)

    return save_after_the_first


def test_a_queue_that_is_full_drops_the_oldest_and_says_so(store, camera, caplog):
    recorder = Recorder(store.events, camera, {})
    for seq in range(600):
        recorder.on_update(msgspec.structs.replace(update(seen()), seq=seq))

    assert "the recorder can't keep up" in caplog.text
    assert len(caplog.records) == 1
    assert recorder.health().state is PartState.OK
