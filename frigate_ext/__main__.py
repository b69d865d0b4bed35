"""`frigate-ext`, and `python -m frigate_ext`."""

import faulthandler


def main() -> None:
    """Run the command line; what all threads did is printed when native code crashes.

    The detection process, being spawned, imports this module anew: it must not pay for the command line.
    """
    from frigate_ext.cli import main as run  # noqa: PLC0415 - see above

    faulthandler.enable()
    run()


if __name__ == "__main__":
    main()
