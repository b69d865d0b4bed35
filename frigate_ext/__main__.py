"""`python -m frigate_ext` is `frigate-ext`."""

from frigate_ext.cli import main

if __name__ == "__main__":
    main()
