"""Nouns: the labels detectors know, what people call them, and how they look in the plural."""

from __future__ import annotations

PERSON = "person"
VEHICLES = ("car", "truck", "bus", "motorcycle")
ANIMALS = ("bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe")

COCO_80 = (
    PERSON, "bicycle", *VEHICLES, "airplane", "train", "boat", "traffic light", "fire hydrant", "stop sign",
    "parking meter", "bench", *ANIMALS, "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee",
    "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard",
    "tennis racket", "bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple",
    "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch",
    "potted plant", "bed", "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard",
    "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book", "clock", "vase",
    "scissors", "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip

SYNONYMS: dict[str, tuple[str, ...]] = {
    PERSON: (
        "persons",
        "human",
        "human being",
        "individual",
        "man",
        "woman",
        "pedestrian",
        "visitor",
        "guest",
    ),
    "bicycle": ("pushbike",),
    "car": ("automobile",),
    "motorcycle": ("motorbike",),
    "truck": ("lorry",),
    "airplane": ("aeroplane", "plane"),
    "fire hydrant": ("hydrant",),
    "cat": ("kitten", "kitty"),
    "dog": ("puppy", "doggy"),
    "backpack": ("rucksack",),
    "handbag": ("purse",),
    "couch": ("sofa",),
    "tv": ("television",),
    "cell phone": ("phone", "mobile phone", "cellphone", "smartphone"),
    "refrigerator": ("fridge",),
    "donut": ("doughnut",),
    "hair drier": ("hair dryer",),
    "package": ("parcel",),
}
"""What else a label is called. `package` is not of COCO, but Frigate's own models know it."""

CATEGORIES: dict[str, tuple[str, ...]] = {
    "vehicle": VEHICLES,
    "bike": ("bicycle", "motorcycle"),
    "animal": ANIMALS,
    "pet": ("cat", "dog"),
}
"""Words for several labels at once."""

_IRREGULAR = {
    "person": "people",
    "man": "men",
    "woman": "women",
    "mouse": "mice",
    "knife": "knives",
    "sheep": "sheep",
    "skis": "skis",
    "scissors": "scissors",
    "broccoli": "broccoli",
}


def plural(noun: str) -> str:
    """English plural of a noun of one or more words: `wine glass` -> `wine glasses`."""
    first, space, last = noun.rpartition(" ")
    return first + space + _plural_word(last)


def _plural_word(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in ("a", "e", "o", "u"):
        return word[:-1] + "ies"
    return word + "s"
