"""From a stream's address to its newest frame."""
