"""Every error is ours on purpose: one root that callers, exit codes and problem replies rely on."""

import importlib
import pkgutil

import pytest

from frigate_ext.errors import FrigateExtError

PACKAGES = ("frigate_ext", "jobs", "genai", "config", "web")
INSIDE = {
    "genai.failures.RefusedError": "an HTTP answer that nobody has judged yet; becomes a JudgeError in genai",
    "frigate_ext.runtime.loop.LoopClosedError": "becomes JudgeUnavailableError, or DeliveryError",
    "jobs.request.values.Refused": "becomes one Problem of an InvalidRequestError in jobs.request",
    "config.substitute.SubstitutionError": "becomes one Problem of a ConfigError in config",
}
"""Errors that steer within one package and are always caught there, each with where it ends."""
NEEDS_TORCH = "frigate_ext.detect.ultralytics_backend"
"""Takes seconds to import, and defines no error."""


def modules():
    for package in map(importlib.import_module, PACKAGES):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name != NEEDS_TORCH:
                yield importlib.import_module(found.name)


@pytest.fixture(scope="module")
def errors():
    """By full name; private ones, which never leave their module, are its own business."""
    return {
        f"{module.__name__}.{name}": kind
        for module in modules()
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, BaseException) and kind.__module__ == module.__name__
        if not name.startswith("_")
    }


def test_every_error_descends_from_the_root(errors):
    assert {name for name, kind in errors.items() if not issubclass(kind, FrigateExtError)} == INSIDE.keys()


def test_every_error_says_what_it_means(errors):
    assert [name for name, kind in errors.items() if not kind.__doc__] == []
