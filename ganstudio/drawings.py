"""SVG as Qt writes it, made fit to leave the machine: the typeface goes with it."""

from __future__ import annotations

import base64
import html
import io
import re

from ganstudio.resources import asset

__all__ = ["finished"]

FAMILY = "Inter"
FILES = {400: "Inter-Regular.otf", 500: "Inter-Medium.otf", 600: "Inter-SemiBold.otf", 700: "Inter-Bold.otf"}
"""Weight -> file of our fonts."""
_FAMILIES = re.compile(rf'font-family="{FAMILY},[^"]*"')
_TEXT = re.compile(r'<text [^>]*font-weight="(\d+)"[^>]*>([^<]*)</text>')


def finished(drawing: bytes) -> bytes:
    """Return an SVG with the letters of our typeface that it uses in it.

    Parameters
    ----------
    drawing
        What Qt's generator wrote. Its lists of families, which few programs read, become the one name under which the
        letters are embedded; a program that ignores those and has no such font takes its own sans serif.
    """
    text = drawing.decode("utf-8")
    used: dict[int, set[str]] = {}
    for weight, content in _TEXT.findall(text):
        used.setdefault(int(weight), set()).update(html.unescape(content))
    faces = "".join(_face(weight, letters) for weight, letters in sorted(used.items()) if weight in FILES)
    text = _FAMILIES.sub(f'font-family="{FAMILY}"', text)
    return text.replace("<defs>", f'<style type="text/css">{faces}</style>\n<defs>', 1).encode("utf-8")


def _face(weight: int, letters: set[str]) -> str:
    """Return a rule of CSS with the letters of a font that are used, as WOFF."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(layout_features=["kern", "tnum"], hinting=False, desubroutinize=True, notdef_outline=True)
    with TTFont(str(asset("fonts", FILES[weight])), lazy=True) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text="".join(sorted(letters)))
        subsetter.subset(font)
        font.flavor = "woff"
        content = io.BytesIO()
        font.save(content)
    data = base64.b64encode(content.getvalue()).decode("ascii")
    return f"@font-face{{font-family:{FAMILY};font-weight:{weight};src:url(data:font/woff;base64,{data})}}"
