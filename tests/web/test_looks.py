from dataclasses import replace

from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.look import SeenObject
from frigate_ext.domain.watch import Origin, Watch


def test_a_look_links_the_frames_it_was_shown_and_says_what_was_asked(client, house):
    house.jobs.start_job(Watch(name="w", camera="porch", condition="c"), Origin.API)
    house.add_look(
        pictures=2,
        provider="qwen",
        model="q-2",
        prompt="Is it?",
        reply="No.",
        frame_size=Size(1280, 720),
        objects=(SeenObject(id="p1", label="person", score=0.5, box=Box(1, 2, 3, 4)),),
    )
    (look,) = client.get("/api/jobs/job0/looks").json["items"]
    assert look["pictures"] == [f"http://nvr.example:5055/api/looks/1/{n}.jpg" for n in (0, 1)]
    assert (look["provider"], look["model"], look["prompt"], look["reply"]) == (
        "qwen",
        "q-2",
        "Is it?",
        "No.",
    )
    assert look["frame_size"] == {"width": 1280, "height": 720}
    assert look["objects"] == [{"id": "p1", "label": "person", "score": 0.5, "box": [1, 2, 3, 4]}]


def test_every_look_can_be_paged_through(client, house):
    house.jobs.start_job(Watch(name="w", camera="porch", condition="c"), Origin.API)
    looks = [replace(house.add_look(), id=n) for n in range(1, 6)]
    cursor, seen = "", []
    while cursor is not None:
        page = client.get(f"/api/jobs/job0/looks?limit=2&cursor={cursor}").json
        seen += [look["id"] for look in page["items"]]
        cursor = page["next"]
    assert seen == [look.id for look in reversed(looks)]


def test_a_frame_that_was_shown_is_served_while_it_is_kept(client, house):
    house.jobs.start_job(Watch(name="w", camera="porch", condition="c"), Origin.API)
    house.add_look(pictures=1)
    house.store.looks.pictures[1, 0] = b"jpeg"
    reply = client.get("/api/looks/1/0.jpg")
    assert (reply.data, reply.content_type) == (b"jpeg", "image/jpeg")


def test_frames_that_are_not_kept_are_not_found(client):
    for path in ("17/1.jpg", "18/0.jpg", f"{'9' * 4000}/0.jpg", f"17/{2**63}.jpg", "-1/0.jpg", "x/0.jpg"):
        reply = client.get(f"/api/looks/{path}")
        assert (reply.status_code, reply.json["code"]) == (404, "not_found")
