"""What is decoded when, decided on a clock of the test's own: 15 packets a second, a key frame every 2 s."""

import itertools

from frigate_ext.capture.thrift import LONGEST_GOP, MAX_BACKLOG, Attention, Decode, Thrift

FPS = 15


class Camera:
    def __init__(self, gop=30):
        self.thrift = Thrift()
        self.gop = gop
        self.number = 0
        self.sizes = itertools.cycle([200, 190, 210])

    @property
    def now(self):
        return 1000 + self.number / FPS

    def send(self, seconds, attention=Attention.NONE, size=None, key_size=30_000):
        """What became of the packets of so many seconds."""
        choices = []
        for _ in range(round(seconds * FPS)):
            is_key = self.number % self.gop == 0
            usual = key_size if is_key else next(self.sizes)
            choices.append(
                self.thrift.packet(
                    is_key=is_key,
                    size=usual if size is None or is_key else size,
                    now=self.now,
                    attention=attention,
                )
            )
            self.number += 1
        return choices


def resting(gop=30):
    camera = Camera(gop)
    camera.send(10.0)
    assert camera.send(2.0) == [Decode.ALONE] + [Decode.LATER] * 29
    return camera


def test_everything_is_decoded_until_the_stream_is_known():
    assert set(Camera().send(6.0)) == {Decode.ALL}


def test_a_quiet_stream_is_decoded_by_its_key_frames_alone():
    camera = resting()
    assert camera.send(60.0).count(Decode.ALONE) == 30


def test_while_the_loop_wants_it_everything_is_decoded():
    assert set(Camera().send(60.0, Attention.WANTED)) == {Decode.ALL}


def test_attention_wakes_a_stream_with_the_next_packet():
    camera = resting()
    camera.send(1.0)
    assert set(camera.send(3.0, Attention.WANTED)) == {Decode.ALL}


def test_after_the_last_attention_it_rests_with_the_next_key_frame():
    camera = resting()
    camera.send(1.0)
    camera.send(0.5, Attention.WANTED)
    assert camera.send(1.0)[:8] == [Decode.ALL] * 7 + [Decode.ALONE]


def test_larger_packets_wake_it_within_a_second():
    camera = resting()
    camera.send(0.5)
    assert Decode.ALL in camera.send(1.0, size=500)


def test_larger_packets_that_go_on_with_nothing_to_see_become_usual():
    camera = resting()
    camera.send(60.0, size=300)
    assert Decode.LATER in camera.send(4.0, size=300)


def test_a_noisy_stream_is_decoded_whole():
    camera = Camera()
    camera.sizes = itertools.cycle([100, 2500, 4000, 6000, 300, 8000, 50, 7000, 6500, 9000, 80, 60, 70])
    assert set(camera.send(60.0)) == {Decode.ALL}


def test_key_frames_further_apart_than_4_s_are_not_enough():
    assert set(Camera(gop=round((LONGEST_GOP + 0.2) * FPS)).send(60.0)) == {Decode.ALL}


def test_a_key_frame_that_does_not_come_is_not_waited_for():
    camera = resting()
    camera.gop = 10**6
    choices = camera.send(6.0)
    assert choices.count(Decode.LATER) <= LONGEST_GOP * FPS
    assert choices[-1] is Decode.ALL


def test_bursts_of_the_network_wake_nobody_where_packets_are_stamped():
    thrift, choices = Thrift(), []
    for number in range(15 * 40):
        is_key = number % 30 == 0
        arrives = 1000 + number // 10 * 10 / FPS
        choices.append(
            thrift.packet(
                is_key=is_key,
                size=30_000 if is_key else 200,
                now=arrives,
                attention=Attention.NONE,
                stamp=number / FPS,
            )
        )
    assert set(choices[15 * 20 :]) == {Decode.ALONE, Decode.LATER}


def test_a_jump_of_the_streams_time_wakes_nobody():
    camera = resting()
    camera.send(2.0)
    decided = [
        camera.thrift.packet(is_key=False, size=200, now=1014.1, attention=Attention.NONE, stamp=stamp)
        for stamp in (-1e6, 1e6, 0.0)
    ]
    assert decided == [Decode.LATER] * 3


def test_no_more_is_put_off_than_memory_allows():
    thrift = resting().thrift
    thrift._backlog = MAX_BACKLOG
    assert thrift.packet(is_key=False, size=1, now=1012.0, attention=Attention.NONE) is Decode.ALL


def test_a_key_frame_that_happens_to_see_it_first_is_no_reason_for_doubt():
    camera = resting()
    for _ in range(5):
        camera.send(0.1)
        camera.send(1.9, Attention.MOTION, size=3000)
        camera.send(8.0)
    assert Decode.ALONE in camera.send(4.0)


def test_sizes_that_overlooked_motion_twice_are_not_relied_on_for_ten_minutes():
    camera = resting()
    for _ in range(2):
        camera.send(0.1)
        camera.send(1.9, Attention.MOTION)
        camera.send(2.0)
    assert set(camera.send(590.0)) == {Decode.ALL}
    camera.send(30.0)
    assert Decode.ALONE in camera.send(2.0)
