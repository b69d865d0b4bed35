import re
from pathlib import Path

import web
from web.app import create_app

API = Path(web.__file__).parents[1] / "docs" / "api.md"


def test_every_route_is_described_and_nothing_else_is(house):
    described = set(re.findall(r"^### `([A-Z]+) (\S+)`$", API.read_text(), re.MULTILINE))
    served = {
        (method, re.sub(r"<(?:int:)?(?:job_|alert_|look_)?(\w+)>", r"<\1>", rule.rule))
        for rule in create_app(house.services()).url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and not rule.defaults
    }
    assert described == served
