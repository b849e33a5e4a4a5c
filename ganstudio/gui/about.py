"""What this is, which versions it runs on, and whose work it stands on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import numpy
import pyqtgraph
from PySide6 import __version__ as pyside_version
from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

import ganstudio
from ganstudio.gui import icons
from ganstudio.gui.widgets import label
from ganstudio.messages import EngineReady

__all__ = ["AboutBox", "facts"]


def facts(engine: EngineReady | None) -> dict[str, str]:
    """Return what a report of a fault should name."""
    screen = QGuiApplication.primaryScreen()
    return {
        "GAN Studio": ganstudio.__version__,
        "Python": f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "PyTorch": engine.torch if engine else _installed("torch"),
        "Trains on": ", ".join(engine.devices) if engine else "the engine is starting",
        "Qt": f"{qVersion()} (PySide6 {pyside_version}), platform {QGuiApplication.platformName()}",
        "pyqtgraph, NumPy": f"{pyqtgraph.__version__}, {numpy.__version__}",
        "Screen": f"{screen.size().width()} x {screen.size().height()}, scale {screen.devicePixelRatio():g}",
    }


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


class AboutBox(QDialog):
    """A small window beside the main one; it blocks nothing."""

    def __init__(self, engine: EngineReady | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About GAN Studio"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picture = QLabel()
        picture.setPixmap(icons.application_icon().pixmap(72, 72))
        words = QVBoxLayout()
        words.addWidget(label("GAN Studio", "display"))
        words.addWidget(label(self.tr("A playground where GANs can be seen working."), "muted"))
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(picture)
        head.addLayout(words, 1)
        self._facts = "\n".join(f"{name}: {value}" for name, value in facts(engine).items())
        text = label(self._facts)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        typefaces = self.tr("The typeface is Inter, that of equations STIX (both SIL Open Font License).")
        pictures = self.tr(
            "The 8 x 8 digits are E. Alpaydin's and C. Kaynak's, the emoji that a model learned are Twitter's "
            "(both CC BY 4.0)."
        )
        licences = label(self.tr("MIT licence. {0}\n{1}").format(typefaces, pictures), "small")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setToolTip(self.tr("Copy the versions, for a report"))
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(head)
        layout.addWidget(text)
        layout.addWidget(licences)
        layout.addWidget(buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._facts)
