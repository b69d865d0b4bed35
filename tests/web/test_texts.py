import json
import re
from pathlib import Path

import pytest

import web
from web.texts import DEFAULT, FOLDER, catalogue, languages

HERE = Path(web.__file__).parent
SOURCES = [*HERE.glob("templates/*.html"), *HERE.glob("static/**/*.js")]
COUNTED = re.compile(r"\.(zero|one|two|few|many|other)$")


def _used() -> dict[str, str]:
    """Where each key that is written out stands; those made of parts (`t(`mode.${mode}`)`) are not here."""
    found = {}
    for path in SOURCES:
        for key in re.findall(r"""\bt\(\s*["'`]([a-z_]+\.[\w.]+)["'`]""", path.read_text()):
            found[key] = path.name
    return found


def test_every_text_that_a_page_asks_for_is_in_the_catalogue():
    texts = catalogue(DEFAULT)
    assert {key: place for key, place in _used().items() if key not in texts} == {}


def test_no_text_is_kept_that_nothing_shows():
    sources = "\n".join(path.read_text() for path in SOURCES)
    used = set(_used()) | set(re.findall(r"""["'`]([a-z_]+\.[\w.]+)["'`]""", sources))
    composed = set(re.findall(r"""\b(?:word|count)\(\s*"([\w.]+)\"""", sources))
    composed |= set(re.findall(r"""`([\w.]+)\.\$""", sources)) | {"page"}
    composed |= set(re.findall(r"""["'`]([a-z_]+)\.[\w.]*["'`] ~""", sources))
    used |= {key for key in catalogue(DEFAULT) if re.sub(r"\d+$", "%d", key) in sources}
    unused = [
        key
        for key in catalogue(DEFAULT)
        if key not in used and not any(key.startswith(f"{p}.") for p in composed)
    ]
    assert unused == []


@pytest.mark.parametrize("language", [tag for tag in languages() if tag != DEFAULT] or [DEFAULT])
def test_every_language_has_the_same_texts_with_the_same_gaps(language):
    ours, theirs = catalogue(DEFAULT), catalogue(language)
    plain = {key for key in ours if not COUNTED.search(key)}
    assert {key for key in theirs if not COUNTED.search(key)} == plain
    for key in plain:
        assert set(re.findall(r"\{\w+\}", theirs[key])) == set(re.findall(r"\{\w+\}", ours[key])), key


def test_a_catalogue_is_flat_and_has_no_key_twice():
    for path in FOLDER.glob("*.json"):
        pairs = json.loads(path.read_text(), object_pairs_hook=list)
        assert len({key for key, _ in pairs}) == len(pairs), path
        assert all(isinstance(text, str) for _, text in pairs), path


def test_a_reader_of_a_language_that_is_not_there_gets_the_default(client):
    page = client.get("/", headers={"Accept-Language": "tlh, en;q=0.1"}).text
    assert f'<html lang="{DEFAULT}">' in page
