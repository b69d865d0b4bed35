"""What a real visit leaves behind for clients of Frigate."""

import cv2
import numpy as np
import pytest

from tests.e2e.waiting import until

pytestmark = pytest.mark.slow


def test_a_visit_becomes_an_event_that_is_found_by_camera_label_and_time(product):
    def found(query: str) -> list[dict]:
        response = product.request("GET", f"/api/events?{query}")
        assert response.ok, response.text
        return response.json()

    query = "cameras=stage&labels=person&has_snapshot=1"
    until(lambda: found(query), 60, "somebody is on the stage")
    event = found(query)[-1]
    assert product.request("GET", f"/api/events/{event['id']}").json()["start_time"] == event["start_time"]
    at = event["start_time"]
    assert [one["id"] for one in found(f"after={at - 0.001}&before={at + 0.001}")] == [event["id"]]
    assert found("labels=dog") == []
    assert all(0 <= part <= 1 for part in event["data"]["box"])
    picture = product.request("GET", f"/api/events/{event['id']}/thumbnail.webp").content
    assert cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR).shape[0] <= 175
