"""The program as people have it at home: users, a camera on the stage, one in a street, a model with eyes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.media_server import STREAM
from tests.capture.servers import RtspServer
from tests.e2e.product import Product
from tests.e2e.stage import STRIP_MASK
from tests.e2e.vlm import API_KEY, SeeingModel
from tests.e2e.waiting import until

ADMIN = "admin"
STAGE, STREET = "stage.mp4", "street.mp4"
"""Clips that are served."""
_PATIENCE = 90.0
"""Seconds; how soon it has to be there is tested elsewhere."""
FLOOR = "0.1,0.5,0.6,0.5,0.6,1,0.1,1"
"""Where the visitor's feet are, as fractions of the picture."""


class Home(Product):
    """A product in which people sign in."""

    def move_in(self) -> None:
        """Start it, and wait until the stage is online; from then on requests carry its key."""
        self.start()
        key = self.data_dir / "api_key"
        self.key = until(lambda: key.exists() and key.read_text().strip(), _PATIENCE, "there is a key")
        self.wait_until_healthy(_PATIENCE)
        self.wait_for_camera("stage", seconds=_PATIENCE)


def furnished(rtsp: RtspServer, model: SeeingModel, media_url: str) -> Callable[[Path, int], dict[str, Any]]:
    """The configuration of a home."""

    def configure(data_dir: Path, web_port: int) -> dict[str, Any]:
        stream, street = (f"rtsp://127.0.0.1:{rtsp.port}/{clip}?play_count=0" for clip in (STAGE, STREET))
        return {
            "mqtt": {"enabled": False},
            "motion": {"mask": STRIP_MASK},
            "objects": {"track": ["person", "dog"]},
            "cameras": {
                "stage": {
                    "friendly_name": "Front stage",
                    "ffmpeg": {"inputs": [{"path": stream, "roles": ["detect"]}]},
                    "detect": {"fps": 5, "max_disappeared": 5},
                    "snapshots": {"enabled": True},
                    "zones": {"floor": {"coordinates": FLOOR, "friendly_name": "The floor"}},
                    "live": {"streams": {"Main": STREAM}},
                },
                "street": {
                    "friendly_name": "Street",
                    "ffmpeg": {"inputs": [{"path": street, "roles": ["detect"]}]},
                    "detect": {"fps": 5},
                },
            },
            "genai": {
                "eyes": {
                    "provider": "openai",
                    "base_url": model.url,
                    "api_key": API_KEY,
                    "model": "seeing",
                    "roles": ["watch"],
                }
            },
            "frigate_ext": {
                "data_dir": str(data_dir),
                "web": {"port": web_port},
                "model": {"size": 320},
                "full_motion": {"server": "go2rtc", "url": media_url},
                "judge": {"try_out": False},
            },
        }

    return configure
