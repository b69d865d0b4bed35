import re
from pathlib import Path

import web
from web.app import create_app
from web.declare import table

API = Path(web.__file__).parents[1] / "docs" / "api.md"


def test_every_route_is_described_and_nothing_else_is(house):
    described = set(re.findall(r"^### `([A-Z]+) (\S+)`$", API.read_text(), re.MULTILINE))
    served = {
        (route.method, re.sub(r"<(?:int:|string:)?(?:job_|alert_|look_|event_)?(\w+)>", r"<\1>", route.path))
        for route in table(create_app(house.services())).values()
        if route.path.startswith("/api/")
    }
    assert described == served
