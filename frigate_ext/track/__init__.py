"""Making the same thing out of boxes in successive frames."""
