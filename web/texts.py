"""What the pages say, in the reader's language: one catalogue a language, the same for templates and scripts.

Another language is another file beside `en.json`, with the same keys.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import Flask, request

FOLDER = Path(__file__).parent / "static" / "locales"
DEFAULT = "en"


@cache
def languages() -> tuple[str, ...]:
    """There are catalogues for these, the default first."""
    return tuple(sorted((path.stem for path in FOLDER.glob("*.json")), key=lambda tag: (tag != DEFAULT, tag)))


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the texts of one of `languages`, by key."""
    texts: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return texts


def chosen() -> str:
    """Return the language that whoever sent this request reads best."""
    return request.accept_languages.best_match(languages(), DEFAULT)


def install(app: Flask) -> None:
    """Give templates `language` and `t(key)`; a key that is not in the catalogue is an error."""

    @app.context_processor
    def texts() -> dict[str, object]:
        language = chosen()
        return {"language": language, "t": catalogue(language).__getitem__}
