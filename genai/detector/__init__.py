"""The embedded judge `detector`: answers what tracked objects themselves can answer, and nothing else."""
