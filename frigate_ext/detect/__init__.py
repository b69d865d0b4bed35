"""Finding what moves, and finding labelled boxes in one frame."""
