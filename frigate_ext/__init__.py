"""frigate_ext: plain-word watch jobs over security cameras, beside an NVR such as Frigate."""

__version__ = "0.1.0"
