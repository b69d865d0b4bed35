"""Shapes that Frigate itself reads only until it has rewritten the file."""

from __future__ import annotations

from config.tree import Entry, Mapping, Scalar


def modernise(root: Mapping) -> Mapping:
    """Frigate up to 0.17 has a single provider right below `genai:`; since 0.18 it is called `default`."""
    if not isinstance(root.mapping("genai").get("provider"), Scalar):
        return root
    genai = root.entries["genai"]
    named = Mapping({"default": genai}, genai.value.place)
    return Mapping({**root.entries, "genai": Entry(genai.key, named)}, root.place)
