"""The command line: `ganstudio` opens the window, its subcommands do the same without one."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Sequence

from ganstudio.commands.arguments import CommandError, Parser, one_of, resolved

__all__ = ["main", "window"]

COMMANDS = {
    "train": "train one method, preset or file, and keep its numbers and pictures",
    "compare": "train methods over data sets and seeds, and make the table",
    "list": "show the methods, data sets or presets that there are",
    "doctor": "show versions, devices and what is missing",
}

HELP = f"""\
usage: ganstudio [WHAT] [options]       open the window, on a preset or a TOML file
       ganstudio COMMAND ...            do the same without a window

commands:
{chr(10).join(f"  {name:<10}{text}" for name, text in COMMANDS.items())}

"ganstudio COMMAND --help" shows a command's options, "ganstudio window --help" the window's.
"ganstudio --version" shows the version.
"""

WRONG_INPUT = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv
        Arguments without the program's name; those of the process by default.

    Returns
    -------
    int
        The exit code: 0, 1 if a training run failed, 2 for wrong input, 130 after Ctrl-C.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without "±" is no reason to fail
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        print("ganstudio: interrupted", file=sys.stderr)
        return INTERRUPTED
    except _wrong_input() as error:
        print(f"ganstudio: {' '.join(str(error).split())}", file=sys.stderr)
        return WRONG_INPUT


def window() -> int:
    """Open the window, whatever the arguments are: the entry of the program without a terminal."""
    return main(["window", *sys.argv[1:]])


def _run(arguments: list[str]) -> int:
    first = arguments[0] if arguments else ""
    if first in ("-h", "--help"):
        print(HELP, end="")
        return 0
    if first == "--version":
        from ganstudio import __version__

        print(f"ganstudio {__version__}")
        return 0
    name = first if first in COMMANDS or first == "window" else None
    if name is None and first and not first.startswith("-"):
        _check_opens(first)
    module = importlib.import_module(f"ganstudio.commands.{name or 'window'}")
    parser = Parser(f"ganstudio {name}" if name else "ganstudio", module.__doc__ or "")
    module.add_arguments(parser)
    try:
        options = parser.parse_all(arguments[1:] if name else arguments)
    except SystemExit:  # --help has been printed
        return 0
    code: int = module.run(options)
    return code


def _check_opens(word: str) -> None:
    """Refuse a first word that is neither a command nor something to open."""
    try:
        resolved(word)
    except CommandError:
        listed = f"allowed: {', '.join(COMMANDS)}, or for the window a method, a preset or a TOML file"
        raise CommandError(one_of("command", word, COMMANDS, listed)) from None


def _wrong_input() -> tuple[type[ValueError], ...]:
    """Return the errors that mean wrong input; only called, and these modules imported, after an error."""
    from ganstudio.files import FileError
    from ganstudio.settings import SettingsError

    return CommandError, FileError, SettingsError
