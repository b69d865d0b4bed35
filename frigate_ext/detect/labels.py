"""What a model calls what it finds, where the model itself does not say."""

from __future__ import annotations

import json
from pathlib import Path

from frigate_ext.detect.coco import COCO_80
from frigate_ext.errors import ModelError

_MAX_BYTES = 1 << 20
_USUAL = {
    "motorbike": "motorcycle",
    "aeroplane": "airplane",
    "sofa": "couch",
    "pottedplant": "potted plant",
    "diningtable": "dining table",
    "tvmonitor": "tv",
}
"""Hugging Face's RT-DETR has names of the older VOC; filters and watches know COCO's."""


def labels_beside(model: Path, classes: int | None) -> tuple[str, ...]:
    """From the files around a model; COCO's where there are none and `classes` (None: unknown) allows that.

    `model` is a file or a folder. Names stand one a line in `<model>.txt` or `labels.txt`, or in the
    `config.json` of Hugging Face, which lies one folder higher at times. Raises ModelError.
    """
    labels = _written(model)
    if labels is None and classes in {None, len(COCO_80)}:
        labels = COCO_80
    if labels is None or classes not in {None, len(labels)}:
        known = "no names" if labels is None else f"{len(labels)} names"
        raise ModelError(
            f"{model} knows {classes} classes and there are {known} for them: write them into "
            f"{model.with_suffix('.txt').name}, one a line"
        )
    return tuple(_USUAL.get(label, label) for label in labels)


def _written(model: Path) -> tuple[str, ...] | None:
    folder = model if model.is_dir() else model.parent
    for text in (model.with_suffix(".txt"), folder / "labels.txt"):
        if text.is_file():
            return tuple(line.strip() for line in _read(text).splitlines() if line.strip())
    for file in (folder / "config.json", folder.parent / "config.json"):
        if file.is_file() and (labels := _hugging_face(file)):
            return labels
    return None


def _hugging_face(file: Path) -> tuple[str, ...] | None:
    try:
        names = json.loads(_read(file)).get("id2label")
        return tuple(str(names[key]) for key in sorted(names, key=int)) if names else None
    except (ValueError, AttributeError, TypeError) as error:
        raise ModelError(f"{file} is not a configuration of Hugging Face: {error}") from error


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_MAX_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{file} can't be read: {error}") from error
