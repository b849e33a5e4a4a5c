"""Make the application icon's pictures from icon.svg; run `python assets/make_icons.py` after changing it."""

from __future__ import annotations

import math
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).resolve().parent
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def points() -> str:
    """Return the eight modes: real points on the ring, generated ones on their way to it."""
    parts = []
    for mode in range(8):
        angle = math.pi / 4 * mode + math.pi / 8
        real = mode not in (3, 4, 5)
        x, y = 256 + 142 * math.cos(angle), 256 - 142 * math.sin(angle)
        colour = "#35c9b3" if real else "#ff8f4d"
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="36" fill="{colour}"/>')
    return '<g id="points">' + "".join(parts) + "</g>"


def main() -> None:
    """Write icon.svg's points, icon/icon-*.png and icon.ico."""
    QGuiApplication([])
    source = HERE / "icon.svg"
    text = source.read_text(encoding="utf-8")
    head, _, rest = text.partition('<g id="points"')
    tail = rest.partition("\n")[2]
    text = f"{head}{points()}\n{tail}"
    source.write_text(text, encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(text.encode()))
    folder = HERE / "icon"
    folder.mkdir(exist_ok=True)
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        image.save(str(folder / f"icon-{size}.png"))
    with Image.open(folder / "icon-256.png") as largest:
        largest.save(HERE / "icon.ico", sizes=[(size, size) for size in SIZES if size <= 256])


if __name__ == "__main__":
    main()
