"""Judges: what answers a look. Vision-language models over HTTP, and the embedded `detector`."""
