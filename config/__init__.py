"""The YAML file: read once, checked whole, and turned into plain values for everybody else."""
