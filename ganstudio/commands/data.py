"""Show the sets of pictures, which of them are here, and download one."""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any

from ganstudio.commands.arguments import CommandError, choice, one_of
from ganstudio.commands.output import tell

if TYPE_CHECKING:
    from ganstudio.imagesets import ImageSet

__all__ = ["add_arguments", "run"]

FAILED = 1
INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "action", nargs="?", type=choice("data", "list", "get"), default="list", help="list (the usual) or get"
    )
    parser.add_argument("sets", nargs="*", metavar="SET", help="with get: the sets to download, for example mnist")
    parser.add_argument("--json", action="store_true", help="print the list as JSON, for programs")


def run(options: argparse.Namespace) -> int:
    """Print a line for each set, or download some."""
    if options.action == "get":
        return _get(options.sets)
    if options.sets:
        raise CommandError(f"{' '.join(options.sets)}: a list has all sets; `ganstudio data get` downloads some")
    entries = _entries()
    if options.json:
        print(json.dumps(entries, indent=2))
        return 0
    width = max(len(entry["name"]) for entry in entries)
    indent, columns = " " * (width + 2), max(60, min(120, shutil.get_terminal_size().columns))
    for entry in entries:
        print(f"{entry['name']:<{width}}  {_state(entry)}")
        print(
            textwrap.fill(
                entry["about"], columns, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
            )
        )
    return 0


def _entries() -> list[dict[str, Any]]:
    from ganstudio.imagesets import IMAGE_SETS
    from ganstudio.imagesets.download import bytes_to_get
    from ganstudio.imagesets.places import download_folder

    entries = []
    for name, kind in IMAGE_SETS.items():
        image_set = kind.model_validate({})
        files = [path for split in kind.splits for path in image_set.files(split)]
        entries.append(
            {
                "name": name,
                "title": kind.title,
                "about": kind.about,
                "here": image_set.is_here(),
                "folder": str(files[0].parent) if files else "",
                "bytes_to_get": bytes_to_get(image_set),
                "downloaded_to": str(download_folder(kind.folders[0])) if kind.sources else "",
                "size": image_set.size,
                "channels": image_set.channels,
                "classes": list(image_set.class_names),
            }
        )
    return entries


def _state(entry: dict[str, Any]) -> str:
    """Return whether a set is here, and where, or how it can be had."""
    if entry["here"]:
        return f"here, in {entry['folder']}"
    if entry["bytes_to_get"]:
        size = f"{entry['bytes_to_get'] / 1e6:,.0f} MB to get"
        return f"not here; {size} with `ganstudio data get {entry['name']}`, into {entry['downloaded_to']}"
    return "a folder or zip archive of one's own"


def _get(names: list[str]) -> int:
    """Download sets one after the other."""
    from ganstudio.imagesets import IMAGE_SETS
    from ganstudio.imagesets.download import DownloadError

    offered = [name for name, kind in IMAGE_SETS.items() if kind.sources]
    if not names:
        raise CommandError(f"get: which set? allowed: {', '.join(offered)}")
    for name in names:
        if name not in IMAGE_SETS:
            raise CommandError(one_of("set of pictures", name, offered))
        if name not in offered:
            raise CommandError(f"{name}: there is nothing to download for it; allowed: {', '.join(offered)}")
    for name in dict.fromkeys(names):
        try:
            _get_one(IMAGE_SETS[name].model_validate({}))
        except DownloadError as error:
            tell(str(error))
            return FAILED
        except KeyboardInterrupt:
            tell("interrupted; what has come is kept, and the same command goes on from there")
            return INTERRUPTED
    return 0


def _get_one(image_set: ImageSet) -> None:
    """Download a set with a bar on stderr, and print where it is."""
    from tqdm import tqdm

    from ganstudio.imagesets.download import bytes_to_get, discard_corrupt, download, missing

    for line in discard_corrupt(image_set):
        tell(line)
    wanted = sum(source.length for source in missing(image_set))
    if wanted:
        tqdm.monitor_interval = 0  # its watching thread would outlive the bar
        bar = tqdm(
            total=wanted,
            initial=wanted - bytes_to_get(image_set),  # what came before is no part of the rate
            desc=image_set.name,
            unit="B",
            unit_scale=True,
            mininterval=0.2 if sys.stderr.isatty() else 10.0,
            dynamic_ncols=True,
            file=sys.stderr,
        )
        with bar, contextlib.closing(download(image_set)) as pieces:
            for progress in pieces:
                bar.update(progress.received - bar.n)
    print(f"{image_set.name}: {image_set.files()[0].parent}")
