"""A folder to write configuration files into, and ways to load them."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from config.configuration import Config
from config.load import load
from frigate_ext.errors import ConfigError

CAMERA = """\
cameras:
  front:
    ffmpeg:
      inputs:
        - path: rtsp://10.0.0.1/front
          roles: [detect]
"""
"""The smallest camera; its lines are 1 to 6."""


@pytest.fixture
def camera_yaml() -> str:
    return CAMERA


@pytest.fixture
def load_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Config]:
    """Loads texts as `a.yml`, `b.yml` ... of the current folder, without the machine's own secret files."""
    monkeypatch.chdir(tmp_path)

    def loaded(*texts: str, env: dict[str, str] | None = None) -> Config:
        paths = [Path(f"{name}.yml") for name, _ in zip("abcdef", texts, strict=False)]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(dedent(text), encoding="utf-8")
        return load(paths, {"CREDENTIALS_DIRECTORY": str(tmp_path / "no-secrets"), **(env or {})})

    return loaded


@pytest.fixture
def problems_of(load_texts: Callable[..., Config]) -> Callable[..., list[str]]:
    """The problems of texts that must not load, as a person reads them."""

    def problems(*texts: str, env: dict[str, str] | None = None) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load_texts(*texts, env=env)
        return [str(problem) for problem in caught.value.problems]

    return problems
