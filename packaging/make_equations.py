"""Make assets/equations.json, the outlines of all methods' equations; run ``make equations`` after changing one.

With them the window shows equations without loading matplotlib. `tests/pictures/test_equations.py` says when the file
is not up to date.
"""

from __future__ import annotations

import json
import sys

from ganstudio.equations import FILE, LABELS, formulas, to_plain
from ganstudio.methods import METHODS
from ganstudio.pictures.equations import draw
from ganstudio.resources import assets_folder

ABOUT = (
    "Outlines of equations, made by packaging/make_equations.py with glyphs of the STIX fonts, copyright (c) 2001-2010 "
    "by the STI Pub Companies, SIL Open Font License 1.1."
)


def content() -> str:
    """Return the whole file."""
    tree = to_plain({tex: draw(tex) for tex in formulas(METHODS.values(), LABELS)})
    lines = [f'"about": {json.dumps(ABOUT)}', f'"em": {tree["em"]}']
    glyphs = ",\n".join(json.dumps(path) for path in tree["glyphs"])
    atoms = ",\n".join(
        f"{json.dumps(tex)}: {json.dumps(one, separators=(',', ':'))}" for tex, one in tree["atoms"].items()
    )
    lines += [f'"glyphs": [\n{glyphs}\n]', f'"atoms": {{\n{atoms}\n}}']
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> int:
    """Write the file, or say which equation cannot be drawn."""
    try:
        text = content()
    except ValueError as error:
        print(f"an equation that mathtext cannot draw: {error}", file=sys.stderr)
        return 1
    path = assets_folder() / FILE
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path.name}: {len(text):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
