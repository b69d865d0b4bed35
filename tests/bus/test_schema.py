"""The bytes on the wire: a process of another release must still read them."""

import msgspec
import pytest

from frigate_ext.bus.schema import CameraStats, CameraUpdate, topic
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import TrackedObject

PERSON = TrackedObject(
    id="1700000000.5-abc123",
    camera="porch",
    label="person",
    frame_time=1700000001.0,
    start_time=1700000000.5,
    score=0.75,
    computed_score=0.5,
    top_score=0.875,
    false_positive=False,
    box=Box(10, 20, 30, 60),
    active=True,
    stationary=False,
    motionless_count=0,
    position_changes=1,
    current_zones=("steps",),
    entered_zones=("steps",),
)
UPDATE = CameraUpdate(
    camera="porch",
    epoch=7,
    seq=42,
    time=1700000001.25,
    state=CameraState.ONLINE,
    size=Size(640, 360),
    frame_time=1700000001.0,
    objects=(PERSON,),
    motion=(Box(1, 2, 3, 4),),
    stats=CameraStats(camera_fps=5.0, frames=100),
    delay=1 / 64,
)
OF_OLD = (
    "8ca17601a663616d657261a5706f726368a565706f636807a37365712aa474696d65cb41d954fc40500000a573746174"
    "65a66f6e6c696e65a664657461696ca0a473697a6592cd0280cd0168aa6672616d655f74696d65cb41d954fc40400000"
    "a76f626a6563747391de0012a26964b3313730303030303030302e352d616263313233a663616d657261a5706f726368"
    "a56c6162656ca6706572736f6eaa6672616d655f74696d65cb41d954fc40400000aa73746172745f74696d65cb41d954"
    "fc40200000a8656e645f74696d65c0a573636f7265cb3fe8000000000000ae636f6d70757465645f73636f7265cb3fe0"
    "000000000000a9746f705f73636f7265cb3fec000000000000ae66616c73655f706f736974697665c2a3626f78940a14"
    "1e3ca6616374697665c3aa73746174696f6e617279c2b06d6f74696f6e6c6573735f636f756e7400b0706f736974696f"
    "6e5f6368616e67657301ad63757272656e745f7a6f6e657391a57374657073ad656e74657265645f7a6f6e657391a573"
    "74657073b170656e64696e675f6c6f69746572696e67c2a66d6f74696f6e919401020304a5737461747388aa63616d65"
    "72615f667073cb4014000000000000ab70726f636573735f667073cb0000000000000000ab736b69707065645f667073"
    "cb0000000000000000ad646574656374696f6e5f667073cb0000000000000000ac696e666572656e63655f6d73cb0000"
    "000000000000a66672616d657364a7736b697070656400aa7265636f6e6e6563747300"
)
GOLDEN = (
    "8da17601a663616d657261a5706f726368a565706f636807a37365712aa474696d65cb41d954fc40500000a573746174"
    "65a66f6e6c696e65a664657461696ca0a473697a6592cd0280cd0168aa6672616d655f74696d65cb41d954fc40400000"
    "a76f626a6563747391de0012a26964b3313730303030303030302e352d616263313233a663616d657261a5706f726368"
    "a56c6162656ca6706572736f6eaa6672616d655f74696d65cb41d954fc40400000aa73746172745f74696d65cb41d954"
    "fc40200000a8656e645f74696d65c0a573636f7265cb3fe8000000000000ae636f6d70757465645f73636f7265cb3fe0"
    "000000000000a9746f705f73636f7265cb3fec000000000000ae66616c73655f706f736974697665c2a3626f78940a14"
    "1e3ca6616374697665c3aa73746174696f6e617279c2b06d6f74696f6e6c6573735f636f756e7400b0706f736974696f"
    "6e5f6368616e67657301ad63757272656e745f7a6f6e657391a57374657073ad656e74657265645f7a6f6e657391a573"
    "74657073b170656e64696e675f6c6f69746572696e67c2a66d6f74696f6e919401020304a573746174738caa63616d65"
    "72615f667073cb4014000000000000ab70726f636573735f667073cb0000000000000000ab736b69707065645f667073"
    "cb0000000000000000ad646574656374696f6e5f667073cb0000000000000000ac696e666572656e63655f6d73cb0000"
    "000000000000a66672616d657364a7736b697070656400aa7265636f6e6e6563747300b47265636f6e6e656374735f6c"
    "6173745f686f757200b07374616c6c735f6c6173745f686f757200a5736b69707380a76465636f646572a0a564656c61"
    "79cb3f90000000000000"
)


def test_an_update_has_the_same_bytes_as_ever():
    assert msgspec.msgpack.encode(UPDATE).hex() == GOLDEN


def test_the_bytes_of_old_read_as_the_update_they_were():
    assert msgspec.msgpack.decode(bytes.fromhex(OF_OLD), type=CameraUpdate) == msgspec.structs.replace(
        UPDATE, delay=None
    )


def test_fields_of_a_later_release_are_ignored():
    later = {**msgspec.to_builtins(UPDATE), "mood": "sunny"}
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(later), type=CameraUpdate) == UPDATE


@pytest.mark.parametrize("state", CameraState)
def test_every_camera_state_goes_over_the_wire(state):
    update = msgspec.structs.replace(UPDATE, state=state)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(update), type=CameraUpdate).state is state


def test_the_topic_of_one_camera_is_no_prefix_of_another():
    assert not topic("porch2").startswith(topic("porch"))
