"""Which pictures are learned: known sets, which can be downloaded, and a folder or a zip archive of one's own."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.gui.images.training.background import Background
from ganstudio.gui.images.training.real_pictures import Look, look_at
from ganstudio.gui.images.training.sample_grid import PictureRow
from ganstudio.gui.images.training.set_card import Fetch, SetCard, fetch_again
from ganstudio.gui.widgets import ElidedLabel, Panel, Refusal
from ganstudio.imagesets import IMAGE_SETS, ImageSet, PicturesError
from ganstudio.imagesets.own import OwnPictures

__all__ = ["DataChooser"]

LISTED = 20
"""Files that a tooltip names of those that were left out."""


class OwnCard(Panel):
    """Pictures of one's own: two buttons, and what was chosen.

    Attributes
    ----------
    picked : Signal(str)
        A folder's or an archive's path.
    """

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="card")
        self.path = ""
        self.choice = QRadioButton(OwnPictures.title)
        self.choice.setObjectName("pictures")
        self.choice.setToolTip(f"<qt>{OwnPictures.about}</qt>")
        self.folder = QPushButton(self.tr("Folder\N{HORIZONTAL ELLIPSIS}"))
        self.folder.setToolTip(self.tr("Learn the pictures in a folder; each of its subfolders is a class"))
        self.archive = QPushButton(self.tr("Zip\N{HORIZONTAL ELLIPSIS}"))
        self.archive.setToolTip(self.tr("Learn the pictures in a zip archive, without unpacking it"))
        self.where = ElidedLabel("", "small")
        self.refusal = Refusal()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.choice)
        row.addStretch(1)
        row.addWidget(self.folder)
        row.addWidget(self.archive)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 5, 6, 5)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.where)
        layout.addWidget(self.refusal)
        self.folder.clicked.connect(self._ask_folder)
        self.archive.clicked.connect(self._ask_archive)
        self.show_path("")

    def show_path(self, path: str) -> None:
        """Show what was chosen."""
        self.path = path
        self.where.setText(Path(path).name if path else self.tr("or drop a folder or a zip archive here"))
        self.where.set_hint(path)

    def _ask_folder(self) -> None:
        self._ask(QFileDialog.FileMode.Directory, "")

    def _ask_archive(self) -> None:
        self._ask(QFileDialog.FileMode.ExistingFile, "*.zip")

    def _ask(self, mode: QFileDialog.FileMode, pattern: str) -> None:
        """Open a dialog that blocks nothing."""
        dialog = QFileDialog(self, self.tr("Pictures of your own"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        if pattern:
            dialog.setNameFilter(pattern)
        dialog.fileSelected.connect(self.picked)
        dialog.open()


class DataChooser(QWidget):
    """Cards, one of which is on, and under them some real pictures of the chosen set.

    Parameters
    ----------
    fetch
        Downloads a set, piece by piece.

    Attributes
    ----------
    chosen : Signal(object)
        The `ImageSet` that a person wants, with its usual settings.
    """

    chosen = Signal(object)

    def __init__(self, fetch: Fetch = fetch_again, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self.cards = {name: SetCard(kind(), fetch) for name, kind in IMAGE_SETS.items() if name != "pictures"}  # type: ignore[call-arg]
        self.own = OwnCard()
        self.row = PictureRow()
        self.row.setAccessibleName(self.tr("Real pictures"))
        self.summary = ElidedLabel("", "small")
        self.skipped = ElidedLabel("", "small")
        self._data: ImageSet | None = None
        self._look: Background | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for card in self.cards.values():
            self._group.addButton(card.choice)
            card.fetched.connect(self._on_fetched)
            layout.addWidget(card)
        self._group.addButton(self.own.choice)
        layout.addWidget(self.own)
        layout.addSpacing(2)
        layout.addWidget(self.row)
        layout.addWidget(self.summary)
        layout.addWidget(self.skipped)
        self.skipped.hide()
        self.setAccessibleName(self.tr("Data"))
        self._group.buttonClicked.connect(self._on_clicked)
        self.own.picked.connect(self.choose_own)

    @property
    def data(self) -> ImageSet | None:
        """The set that is shown as chosen."""
        return self._data

    def show_data(self, data: ImageSet) -> None:
        """Show which set is chosen, and look at its pictures if it is another than before."""
        for name, card in self.cards.items():
            card.choice.setChecked(name == data.name)
        self.own.choice.setChecked(data.name == "pictures")
        if isinstance(data, OwnPictures):
            self.own.show_path(data.path)
        if data != self._data:
            self._data = data
            self.refuse("")
            self._begin_look()

    def refuse(self, text: str) -> None:
        """Say at the chosen set why it does not do; "" takes it back."""
        name = self._data.name if self._data is not None else ""
        for key, card in self.cards.items():
            if not card.downloading:
                card.refuse(text if key == name else "")
        self.own.refusal.say(text if name == "pictures" else "")

    def choose_own(self, path: str) -> None:
        """Ask for the pictures in a folder or an archive."""
        self.chosen.emit(OwnPictures(path=path))

    def stop(self) -> None:
        """End downloads and reading."""
        for card in self.cards.values():
            card.stop()
        self._end_look()

    # ---- what a person does --------------------------------------------------------------------------

    def _on_clicked(self) -> None:
        name = self._group.checkedButton().objectName()
        if self._data is not None and name == self._data.name:
            return
        self.chosen.emit(self.cards[name].data if name in self.cards else OwnPictures(path=self.own.path))

    def _on_fetched(self, name: str) -> None:
        if self._data is not None and self._data.name == name:
            self._begin_look()

    # ---- looking at the pictures ---------------------------------------------------------------------

    def _begin_look(self) -> None:
        self._end_look()
        self.row.show_pictures(None)
        self.skipped.hide()
        data = self._data
        assert data is not None
        own = isinstance(data, OwnPictures)
        if own and not self.own.path:
            self.summary.setText(self.tr("Choose a folder or a zip archive, or drop one here"))
            return
        if not own and not data.is_here():
            self.summary.setText(self.tr("Its files are not on this machine yet"))
            return
        self.summary.setText(self.tr("Reading\N{HORIZONTAL ELLIPSIS}"))
        self._look = Background(partial(look_at, data), (PicturesError,), self)
        self._look.told.connect(self._on_look)
        self._look.failed.connect(self._on_unreadable)
        self._look.start()

    def _end_look(self) -> None:
        if self._look is not None:
            self._look.forget()
            self._look = None

    def _on_look(self, look: Look) -> None:
        if self._data is None or self.sender() is not self._look:
            return  # a late answer about another set
        self.row.show_pictures(look.pictures)
        side = self._data.size
        words = [self.tr("{0:,} pictures").format(look.count), f"{side} \N{MULTIPLICATION SIGN} {side}"]
        words.append(self.tr("colour") if self._data.channels == 3 else self.tr("grey"))
        words.append(self.tr("{0} classes").format(look.classes) if look.classes else self.tr("no classes"))
        self.summary.setText(" \N{MIDDLE DOT} ".join(words))
        self.skipped.setText(look.remark)
        more = len(look.skipped) - LISTED
        listed = [*look.skipped[:LISTED], *([self.tr("and {0:,} more").format(more)] if more > 0 else [])]
        self.skipped.set_hint("\n".join(listed))
        self.skipped.setVisible(bool(look.remark))

    def _on_unreadable(self, message: str) -> None:
        if self.sender() is not self._look:
            return
        self.summary.setText("")
        self.refuse(message)
