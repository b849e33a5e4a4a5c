"""Which pictures a model is compared with, and what to do where they are not on this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.gui.images.evaluation.subject import Subject, image_set
from ganstudio.gui.images.training.data_chooser import OwnCard
from ganstudio.gui.images.training.set_card import Fetch, SetCard, fetch_again
from ganstudio.gui.widgets import ChoiceField, FittingLabel, label
from ganstudio.imagesets import IMAGE_SETS, ImageSet
from ganstudio.imagesets.own import OwnPictures
from ganstudio.imagesets.places import DATA

__all__ = ["DataLine"]

OWN = "pictures"


class DataLine(QWidget):
    """A list of sets, the one that the model was trained on first; under it a download, or where the files may lie.

    Parameters
    ----------
    fetch
        Downloads a set, piece by piece.

    Attributes
    ----------
    changed : Signal()
        Another set is chosen, or its files are here now.
    """

    changed = Signal()

    def __init__(self, fetch: Fetch = fetch_again, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._subject: Subject | None = None
        self._picture = (1, 28, 28)
        self._settings: Mapping[str, Any] | None = None
        self._own_paths: dict[str, str] = {}
        self.kinds = ChoiceField()
        self.kinds.setAccessibleName(self.tr("Training pictures"))
        self.kinds.setToolTip(self.tr("The pictures that the model is compared with"))
        self.kinds.edited.connect(self._on_kind)
        self.remark = FittingLabel(4, "small")
        self.card: SetCard | None = None
        self.own = OwnCard()
        self.own.choice.hide()  # it is chosen already
        self.own.picked.connect(self._on_picked)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(self.tr("Training pictures"), "muted"))
        row.addWidget(self.kinds, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addLayout(row)
        self._column.addWidget(self.remark)
        self._column.addWidget(self.own)
        self.remark.hide()
        self.own.hide()

    @property
    def settings(self) -> Mapping[str, Any] | None:
        """Settings of the chosen set, None while none is chosen."""
        return self._settings

    @property
    def image_set(self) -> ImageSet | None:
        """The chosen set, None while none is chosen."""
        return None if self._settings is None else image_set(self._settings)

    @property
    def ready(self) -> bool:
        """Whether a set is chosen and its files are here."""
        chosen = self.image_set
        return chosen is not None and chosen.is_here()

    def show_subject(self, subject: Subject, picture: tuple[int, int, int]) -> None:
        """Offer what a subject whose pictures are (channels, height, width) can be compared with."""
        if self._subject is not None and (subject.source, subject.weights) == (
            self._subject.source,
            self._subject.weights,
        ):
            return
        self._subject, self._picture = subject, picture
        known = _usable(subject.trained_on)
        trained = known.name if known is not None else ""
        titles = {name: kind.title for name, kind in IMAGE_SETS.items()}
        groups = {}
        if trained:
            groups[self.tr("What it was trained on")] = {trained: self._titled(known)}
        groups[self.tr("Others")] = {name: title for name, title in titles.items() if name != trained}
        self.kinds.set_groups(groups)
        self._choose(trained)

    def _titled(self, chosen: ImageSet | None) -> str:
        if isinstance(chosen, OwnPictures) and chosen.path:
            return Path(chosen.path).name
        return "" if chosen is None else chosen.title

    def refresh(self) -> None:
        """Look again whether the files are here."""
        self._follow()

    def stop(self) -> None:
        """End a download: the window closes."""
        if self.card is not None:
            self.card.stop()

    # ---- inside --------------------------------------------------------------------------------------

    def _choose(self, name: str) -> None:
        self.kinds.set_value(name)
        self._settings = self._settings_of(name)
        self._follow()
        self.changed.emit()

    def _settings_of(self, name: str) -> Mapping[str, Any] | None:
        """Return the settings with which a set fits the model's pictures as far as it can."""
        if not name or self._subject is None:
            return None
        trained, own_path = self._subject.trained_on, self._own_paths.get(self._subject.source)
        if trained is not None and trained.get("name") == name:
            path = own_path or _placed(str(trained.get("path", "")))
            return {**trained, "path": path} if name == OWN else trained
        channels, size, _ = self._picture
        wanted: dict[str, Any] = {"name": name, "size": size}
        if name == OWN:
            wanted |= {"path": own_path or "", "colour": "rgb" if channels > 1 else "grey"}
        return wanted if _usable(wanted) is not None else {"name": name}

    def _follow(self) -> None:
        """Say what to do where the files are not here."""
        chosen = self.image_set
        here = chosen is not None and chosen.is_here()
        own = isinstance(chosen, OwnPictures)
        self.own.setVisible(own and not here)
        self._show_card(None if chosen is None or own or here else chosen)
        text = "" if here else self._what_to_do(chosen)
        self.remark.setText(text)
        self.remark.setVisible(bool(text))

    def _what_to_do(self, chosen: ImageSet | None) -> str:
        """Return how to get a set that is not here."""
        if chosen is None:
            return self.tr("The file does not say on which pictures this model was trained. Choose a set.")
        if isinstance(chosen, OwnPictures):
            missing = self.tr("{0} is not on this machine. Choose the folder or the zip archive.")
            return missing.format(Path(chosen.path).name) if chosen.path else self.tr("Choose the pictures.")
        if folder := os.environ.get(DATA):
            text = self.tr("{0} is neither downloaded nor in {1} ({2}). Nothing is downloaded unasked.")
            return text.format(chosen.title, folder, DATA)
        text = self.tr(
            "{0} is not on this machine. Nothing is downloaded unasked: press Download, or name a folder that has its "
            "files in the environment variable {1} before the program starts."
        )
        return text.format(chosen.title, DATA)

    def _show_card(self, chosen: ImageSet | None) -> None:
        """Offer the download of a set."""
        if self.card is not None:
            if chosen is not None and self.card.data == chosen:
                self.card.refresh()
                return
            self.card.stop()
            self._column.removeWidget(self.card)
            self.card.hide()
            self.card.deleteLater()
            self.card = None
        if chosen is not None and chosen.sources:
            self.card = SetCard(chosen, self._fetch)
            self.card.choice.hide()
            self.card.fetched.connect(self._on_fetched)
            self._column.addWidget(self.card)

    def _on_kind(self, name: str) -> None:
        self._choose(name)

    def _on_picked(self, path: str) -> None:
        assert self._subject is not None
        self._own_paths[self._subject.source] = path
        self._choose(OWN)

    def _on_fetched(self) -> None:
        self._follow()
        self.changed.emit()


def _placed(path: str) -> str:
    """Return where a folder or an archive is that a model was trained on: as it says, or where data are kept."""
    kept = os.environ.get(DATA)
    return str(Path(kept, path)) if kept and path and not Path(path).exists() and Path(kept, path).exists() else path


def _usable(settings: Mapping[str, Any] | None) -> ImageSet | None:
    """Return the set with these settings, None if there is none."""
    if settings is None:
        return None
    try:
        return image_set(settings)
    except (ValidationError, KeyError):
        return None
