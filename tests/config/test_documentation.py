"""What the documentation shows works as shown."""

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_the_documented_configuration_loads(load_texts):
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    config = load_texts(example, env={"FRIGATE_MQTT_PASSWORD": "a", "FRIGATE_CAMERA_PASSWORD": "b"})
    assert [watch.name for watch in config.watches] == ["parcel"]
    assert config.ignored_keys == ()
