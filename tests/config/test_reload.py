"""Files that change under a running program."""

import logging
import threading

import pytest

from config.load import load
from config.reload import Reloader, ReloadState
from config.settings import Setting, bring_about
from frigate_ext.errors import ConflictError
from frigate_ext.runtime.health import PartHealth, PartState
from tests.config.conftest import CAMERA

WATCHED = CAMERA + "watches: {parcel: {camera: front, condition: a parcel lies there}}\n"
DEADLINE = 15.0


class Stage:
    """One file, and a program that notes what it is to go by."""

    def __init__(self, folder):
        self.path = folder / "config.yml"
        self.path.write_text(CAMERA)
        self.applied, self.told, self.failures = [], [], []
        self.news = threading.Condition()
        env = {"CREDENTIALS_DIRECTORY": str(folder)}
        config = load([self.path], env)
        self.reloader = Reloader(config, [self.path], env, apply=self.apply, told=self.tell)

    def apply(self, config):
        self.applied.append(config)
        return self.failures

    def tell(self, outcome):
        with self.news:
            self.told.append(outcome)
            self.news.notify()

    def hears(self, state):
        with self.news:
            assert self.news.wait_for(lambda: self.told and self.told[-1].state is state, DEADLINE)
        return self.told[-1]


@pytest.fixture
def stage(tmp_path):
    stage = Stage(tmp_path)
    stage.reloader.start()
    yield stage
    stage.reloader.stop()
    assert stage.reloader.join(5.0)


def test_what_the_files_say_is_taken_over_when_asked(stage):
    stage.path.write_text(WATCHED)
    outcome = stage.reloader.reload()
    assert (outcome.state, outcome.changes.live) == (ReloadState.IN_FORCE, ("watch parcel: added",))
    assert stage.applied[-1] is stage.reloader.config
    assert [watch.name for watch in stage.reloader.config.watches] == ["parcel"]


def test_a_wrong_file_is_refused_told_once_and_what_held_before_goes_on(stage, caplog):
    before = stage.reloader.config
    stage.path.write_text(
        CAMERA.replace("path", "pathh") + "watches: {parcel: {camera: frnt, condition: x}}\n"
    )
    with caplog.at_level(logging.WARNING):
        outcome = stage.reloader.reload()
        stage.reloader.reload()
    assert outcome.state is ReloadState.REFUSED
    assert len(outcome.problems) == 3
    assert stage.reloader.config is before
    assert stage.applied == []
    assert len(caplog.messages) == 1
    health = stage.reloader.health()
    assert health.state is PartState.DEGRADED
    assert health.detail.startswith("refused, the old one goes on: ")

    stage.path.write_text(CAMERA)
    assert stage.reloader.reload().state is ReloadState.IN_FORCE
    assert stage.reloader.health() == PartHealth(PartState.OK)
    assert [outcome.state for outcome in stage.told] == [ReloadState.REFUSED, ReloadState.IN_FORCE]


@pytest.mark.slow
def test_a_changed_file_is_noticed_and_one_that_is_replaced_or_half_written_too(stage):
    new = stage.path.with_name("new")
    new.write_text(WATCHED)
    new.replace(stage.path)
    assert stage.hears(ReloadState.IN_FORCE).changes.live == ("watch parcel: added",)

    stage.path.write_text(CAMERA[:70])
    stage.hears(ReloadState.REFUSED)
    stage.path.write_text(CAMERA)
    assert stage.hears(ReloadState.IN_FORCE).changes.live == ("watch parcel: removed",)


@pytest.mark.parametrize("content", ["", "# nothing\n", "mqtt: {enabled: false}\n"])
def test_a_file_that_was_emptied_is_no_wish_to_let_go_of_everything(stage, content):
    stage.path.write_text(content)
    outcome = stage.reloader.reload()
    assert outcome.state is ReloadState.REFUSED
    assert outcome.problems[0].message == "there is nothing in it any more"


def test_a_text_can_be_tried_without_writing_it(stage):
    outcome = stage.reloader.check({stage.path: WATCHED})
    assert outcome.changes.live == ("watch parcel: added",)
    assert stage.reloader.check({stage.path: "cameras: 3"}).state is ReloadState.REFUSED
    assert stage.path.read_text() == CAMERA
    assert stage.applied == []


def test_what_waits_for_the_next_start_is_said_as_long_as_it_waits(stage):
    stage.path.write_text(CAMERA + "frigate_ext: {data_dir: elsewhere}\n")
    assert stage.reloader.reload().changes.next_start == ("frigate_ext.data_dir",)
    assert stage.reloader.health().detail == "takes effect at the next start: frigate_ext.data_dir"
    stage.path.write_text(CAMERA + "frigate_ext: {web: {port: nine}}\n")
    assert stage.reloader.reload().changes.next_start == ("frigate_ext.data_dir",)
    stage.path.write_text(CAMERA)
    stage.reloader.reload()
    assert stage.reloader.health() == PartHealth(PartState.OK)


def test_a_part_that_can_not_go_on_by_it_is_told_and_tried_again(stage):
    stage.failures = ["mqtt: no"]
    stage.path.write_text(WATCHED)
    assert stage.reloader.reload().state is ReloadState.INCOMPLETE
    assert stage.reloader.health() == PartHealth(PartState.DEGRADED, "not in force everywhere: mqtt: no")
    stage.failures = []
    assert stage.reloader.reload().state is ReloadState.IN_FORCE
    assert stage.reloader.health() == PartHealth(PartState.OK)


def test_who_asks_while_it_ends_is_not_left_waiting(stage):
    stage.reloader.stop()
    assert stage.reloader.join(5.0)
    with pytest.raises(ConflictError):
        stage.reloader.reload()


def test_a_setting_that_fails_keeps_none_of_the_others_and_is_tried_again(load_texts):
    before, after = load_texts(CAMERA), load_texts(WATCHED)
    done, obstacles = [], [OSError("no route")]

    def connect(watches):
        if obstacles:
            raise obstacles.pop()
        done.append("first")

    settings = [
        Setting("first", lambda config: config.watches, connect, before),
        Setting("second", lambda config: config.watches, lambda _: done.append("second"), before),
        Setting("third", lambda config: config.mqtt, lambda _: done.append("third"), before),
    ]
    assert bring_about(settings, after) == ["first: no route"]
    assert bring_about(settings, after) == []
    assert bring_about(settings, after) == []
    assert done == ["second", "first"]
