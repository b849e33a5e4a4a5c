"""Show versions, devices and Qt's platform, and what is missing and how to get it."""

from __future__ import annotations

import argparse
import json

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print the report as JSON, for programs")


def run(options: argparse.Namespace) -> int:
    """Print the report; the exit code is 1 if something keeps the program from working."""
    from ganstudio import doctor

    found = doctor.report()
    print(json.dumps(found, indent=2) if options.json else doctor.text(found))
    return 1 if found["problems"] else 0
