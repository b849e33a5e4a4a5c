"""The command line: `ganstudio` opens the window, its subcommands do the same without one."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
from collections.abc import Sequence

from ganstudio.commands.arguments import CommandError, Parser, one_of, resolved

__all__ = ["main", "window"]

COMMANDS = {
    "train": "train one method, preset or file, and keep its numbers and pictures",
    "compare": "train methods over data sets and seeds, and make the table",
    "list": "show the methods, data sets, presets or models that there are",
    "script": "write a run as a plain PyTorch script that needs nothing of this program",
    "data": "show the sets of pictures, and download one",
    "sample": "draw samples of a trained generator: a sheet, raw numbers, or a walk",
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

FAILED = 1
WRONG_INPUT = 2
INTERRUPTED = 130
NOBODY_READS = 141
"""What a shell says of a program that a closed pipe ended."""
LONGEST_LINE = 2000
OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory", "bad_alloc")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv
        Arguments without the program's name; those of the process by default.

    Returns
    -------
    int
        The exit code: 0, 1 if something failed, 2 for wrong input, 130 after Ctrl-C, 141 if nobody reads the output.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    _open_closed_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without "±" is no reason to fail
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _ended(INTERRUPTED, "interrupted")
    except _wrong_input() as error:
        return _ended(WRONG_INPUT, error)
    except BrokenPipeError:
        return _ended(NOBODY_READS)
    except OSError as error:
        return _ended(FAILED, f"the system says: {error.strerror or error}")
    except (MemoryError, RuntimeError) as error:
        if not _out_of_memory(error):
            raise
        return _ended(FAILED, f"not enough memory; smaller networks, batches or fewer seeds need less: {error}")
    return code


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


def _open_closed_streams() -> None:
    """Let what is written to a closed stream vanish: printing to None would go to the other one, or fail."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for the whole process


def _ended(code: int, problem: object = "") -> int:
    """Say in one line why it ended, if that can be said, and return the exit code."""
    # What stdout still holds is printed before, or given up: the interpreter would complain about it at its end.
    try:
        sys.stdout.flush()
    except OSError:
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
    line = " ".join(str(problem).split()).removesuffix(":")
    with contextlib.suppress(OSError):
        if line:
            print(f"ganstudio: {line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + '...'}", file=sys.stderr)
    return code


def _out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory is exhausted; PyTorch says so with a `RuntimeError`."""
    said = " ".join(str(error).lower().split())
    return isinstance(error, MemoryError) or any(words in said for words in OUT_OF_MEMORY)


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
    from ganstudio.imagesets import PicturesError
    from ganstudio.settings import SettingsError

    return CommandError, FileError, PicturesError, SettingsError
