"""Watch jobs: when to look, and what to do with the answer."""
