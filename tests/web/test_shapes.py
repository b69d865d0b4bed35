"""Zones and masks over HTTP."""

import pytest

from tests.web.conftest import CONFIG, an_editor

CORNERS = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]


@pytest.fixture
def path(house, tmp_path):
    house.editor = an_editor(tmp_path)
    return tmp_path / "config.yml"


@pytest.fixture
def client(house, path):
    return house.client()


def test_they_are_listed_with_the_labels_there_are(client):
    told = client.get("/api/cameras/porch/shapes").json
    (steps,) = told["items"]
    assert (steps["name"], steps["kind"]) == ("steps", "zone")
    assert steps["corners"] == [[0.1, 0.2], [0.9, 0.2], [0.9, 0.9]]
    assert "person" in told["labels"]


def test_a_zone_is_written_with_what_is_unusual_about_it(client, path):
    body = {"corners": CORNERS, "friendly_name": "Front steps", "objects": ["person"], "loitering_time": 4}
    assert client.put("/api/cameras/porch/zones/steps", json=body).status_code == 200
    assert path.read_text() == CONFIG.replace("0.1,0.2,0.9,0.2,0.9,0.9", "0.1,0.1,0.9,0.1,0.5,0.9") + (
        "        friendly_name: Front steps\n        objects: [person]\n        loitering_time: 4\n"
    )


@pytest.mark.parametrize("kind, section", [("motion_masks", "motion"), ("object_masks", "objects")])
def test_masks_have_their_own_place(client, path, kind, section):
    assert client.put(f"/api/cameras/porch/{kind}/tree", json={"corners": CORNERS}).status_code == 200
    assert path.read_text() == CONFIG + (
        f"    {section}:\n      mask:\n        tree:\n          coordinates: 0.1,0.1,0.9,0.1,0.5,0.9\n"
    )
    assert client.delete(f"/api/cameras/porch/{kind}/tree").status_code == 200
    assert [shape["name"] for shape in client.get("/api/cameras/porch/shapes").json["items"]] == ["steps"]


@pytest.mark.parametrize(
    "corners, message",
    [
        ([[0, 0], [1, 1], [1, 0], [0, 1]], "crosses itself"),
        ([[0, 0], [0.5, 0.5], [1, 1]], "on one line"),
        ([[0, 0], [1, 1]], "at least 3"),
        ([[0, 0], [1.2, 0], [1, 1]], "less than or equal to 1"),
    ],
)
def test_an_outline_that_nobody_can_mean_is_refused(client, path, corners, message):
    reply = client.put("/api/cameras/porch/zones/steps", json={"corners": corners})
    assert reply.status_code == 422
    assert reply.json["errors"][0]["field"].startswith("corners")
    assert message in reply.json["errors"][0]["message"]
    assert path.read_text() == CONFIG


def test_what_is_not_there_is_not_found(client):
    assert client.get("/api/cameras/garage/shapes").json["code"] == "unknown_camera"
    assert (
        client.put("/api/cameras/garage/zones/z", json={"corners": CORNERS}).json["code"] == "unknown_camera"
    )
    assert client.delete("/api/cameras/porch/zones/lawn").json["code"] == "unknown_shape"
