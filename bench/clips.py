"""Real footage to measure on beside the demo's: fetched once into the cache, never kept in the repository."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av

from frigate_ext.capture.picture import Scaler
from frigate_ext.domain.frame import Frame
from frigate_ext.errors import DownloadError
from frigate_ext.runtime.cache import cache_dir
from frigate_ext.runtime.download import Remote, fetch, kept, sha256_of

_CCTV = Remote(
    "vtest.avi",
    "45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf",
    "https://raw.githubusercontent.com/opencv/opencv/4.x/samples/data/vtest.avi",
)
_IN_DEBIAN = ("opencv-doc", "./usr/share/doc/opencv-doc/examples/data/vtest.avi")


def fetch_cctv() -> Path:
    """OpenCV's sample: 768x576, 10 fps, 80 s of a courtyard with many walkers. Raises DownloadError."""
    path = cache_dir() / "clips" / _CCTV.name
    if kept(_CCTV, path):
        return path
    try:
        return fetch(_CCTV, path)
    except DownloadError:
        return _from_debian(path)


def frames(clip: Path, fps: float, camera: str = "clip") -> Iterator[Frame]:
    """The clip's frames at about `fps`, in its own size."""
    scaler, due = Scaler(None), 0.0
    with av.open(str(clip)) as container:
        for picture in container.decode(video=0):
            if picture.time is not None and picture.time >= due - 0.01:
                due += 1 / fps
                y, u, v, full_range = scaler.planes(picture)
                yield Frame(camera, picture.time, y, u, v, full_range)


def _from_debian(path: Path) -> Path:
    """The same file out of a Debian package, where its tools are."""
    package, member = _IN_DEBIAN
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True, timeout=300)
            (file,) = Path(folder).glob("*.deb")
            subprocess.run(["dpkg-deb", "--extract", file, folder], check=True, timeout=300)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise DownloadError(f"{_CCTV.name} can't be had: {error}") from error
        if sha256_of(Path(folder) / member) != _CCTV.sha256:
            raise DownloadError(f"{package} holds another {_CCTV.name}")
        shutil.copyfile(Path(folder) / member, path)
    return path
