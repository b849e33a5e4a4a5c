"""Where a person's own data come into the session: the editor on a pane, and files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget

from ganstudio.data import Distribution
from ganstudio.data.own_gaussians import OwnGaussians
from ganstudio.data.raster import Raster
from ganstudio.data_files import DataFile
from ganstudio.gui.own_data.drawing import Drawing
from ganstudio.gui.own_data.editor import DataEditor
from ganstudio.gui.own_data.reading import FileReader
from ganstudio.gui.plane.bench import PlaneBench
from ganstudio.gui.session import Session
from ganstudio.gui.widgets import MessageBar
from ganstudio.gui.wording import refusal_text
from ganstudio.settings import SettingsError

__all__ = ["OwnData"]

KEY = "own data"
"""Of the messages: a new one replaces the last."""
FILES = "*.csv *.tsv *.txt *.dat *.npy *.png *.jpg *.jpeg *.gif *.bmp *.webp *.tif *.tiff"


class OwnData(QObject):
    """Opens and closes the editor, reads files, and gives what comes of them to the panes.

    Attributes
    ----------
    editor
        The one that is open, or None.
    """

    def __init__(
        self, session: Session, bench: PlaneBench, messages: MessageBar, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._bench, self._messages = session, bench, messages
        self.editor: DataEditor | None = None
        self._left: Drawing | None = None
        self._given: tuple[dict[str, Distribution], Distribution] | None = None
        self._waits = False
        self._reader: FileReader | None = None
        self._next = ""
        self._undo = self._action(self.tr("Undo"), self.undo)
        self._restart = self._action(self.tr("Restart"), session.apply_pending)
        self._go_on = self._action(self.tr("Draw on"), self._draw_on)
        session.panes_changed.connect(self._follow_panes)
        session.experiments_changed.connect(self._follow_given)

    def _action(self, text: str, slot: object) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(slot)
        return action

    # ---- drawing -------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Open the editor on the active pane, with its data if they were drawn, else empty."""
        pane = self._session.active
        if pane is None:
            return
        data = pane.draft.data
        own = isinstance(data, OwnGaussians | Raster)
        self._open(Drawing.of(data) if own else Drawing.blank(data))

    def _draw_on(self) -> None:
        if self._left is not None:
            self._open(self._left)

    def _open(self, drawing: Drawing) -> None:
        if self.editor is not None:
            self.editor.view.plane.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        pane = self._session.active
        if pane is None:
            return
        self._left = None
        self._messages.dismiss(KEY)
        self._bench.show_alone(pane)
        self.editor = DataEditor(self._bench.view(pane), drawing, self)
        self.editor.used.connect(self._use)
        self.editor.cancelled.connect(self._cancel)
        self.editor.take_over_wanted.connect(self._take_over)

    def _close(self) -> Drawing | None:
        """Close the editor and return what was drawn."""
        editor, self.editor = self.editor, None
        if editor is None:
            return None
        drawing = editor.board.drawing
        editor.close()
        self._bench.show_alone(None)
        return drawing

    def _take_over(self) -> None:
        if self.editor is not None:
            self.editor.take_over(Drawing.of(self.editor.view.pane.draft.data))

    def _use(self) -> None:
        """Give the drawing to the pane; the editor stays open if it is refused."""
        editor = self.editor
        if editor is None or editor.board.drawing.empty:
            return
        self._session.select(editor.view.pane)
        data = editor.board.drawing.distribution()
        if self._give(data, data.summary[:1].upper() + data.summary[1:]):
            self._close()

    def _cancel(self) -> None:
        changed = self.editor is not None and self.editor.board.history.canUndo()
        self._left = self._close()
        if changed:
            self._messages.show_message("info", self.tr("The drawing was put away."), [self._go_on], key=KEY)

    def _follow_panes(self) -> None:
        """Close the editor of a pane that is no more."""
        if self.editor is not None and self.editor.view.pane not in self._session.panes:
            self.editor.drop()  # its view and all that is in it go with the pane
            self.editor = None
            self._bench.show_alone(None)

    # ---- files ---------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for a file of points or a picture, without blocking anything."""
        parent = self.parent()
        dialog = QFileDialog(parent if isinstance(parent, QWidget) else None, self.tr("Data from a file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Points and pictures ({0})").format(FILES), self.tr("All files (*)")])
        dialog.fileSelected.connect(self.read)
        dialog.open()

    def read(self, path: str) -> None:
        """Read a file in the background and give what it holds to the active pane and its sharers.

        If one is still being read, the last one counts.
        """
        text = self.tr("Reading {0}\N{HORIZONTAL ELLIPSIS}").format(Path(path).name)
        self._messages.show_message("info", text, key=KEY)
        if self._reader is not None:
            self._next = path  # what comes of the present one is not wanted any more
            return
        self._reader = FileReader(path, self)
        self._reader.done.connect(self._on_read)
        self._reader.failed.connect(self._on_failed)
        self._reader.finished.connect(self._on_reader_finished)
        self._reader.start()

    def stop(self) -> None:
        """Close the editor and wait for a file that is being read: the window closes."""
        self._close()
        self._next = ""
        if self._reader is not None:
            self._reader.wait()

    def _on_read(self, file: DataFile) -> None:
        if not self._next:
            self._close()
            self._give(file.distribution, file.said)

    def _on_failed(self, text: str) -> None:
        if not self._next:
            self._messages.show_message("error", text, key=KEY)

    def _on_reader_finished(self) -> None:
        if self._reader is not None:
            self._reader.deleteLater()
            self._reader = None
        path, self._next = self._next, ""
        if path:
            self.read(path)

    # ---- the session ---------------------------------------------------------------------------------

    def _give(self, data: Distribution, said: str) -> bool:
        """Give data to the active pane and all that share its own; return whether they were taken."""
        session = self._session
        panes = session.sharers("data.name")
        before = {pane.name: pane.draft.data for pane in panes}
        try:
            session.set_drafts({pane: pane.draft.changed(data=data) for pane in panes})
        except SettingsError as error:
            self._messages.show_message("warning", refusal_text("data.name", str(error)), key=KEY)
            return False
        self._given = before, data
        where = self.tr("now the data of {0}").format(self._scope(len(panes)))
        text = f"{said}: {where}."
        self._waits = any(pane.experiment.data != data for pane in panes)
        if self._waits:
            text += " " + self.tr("Runs go on with their old data until a restart.")
            self._messages.show_message("info", text, [self._restart, self._undo], key=KEY)
        else:
            self._messages.show_message("good", text, [self._undo], key=KEY)
        return True

    def _follow_given(self) -> None:
        """Take the message back when it is no longer true: the runs have begun anew, or all panes have other data."""
        if self._given is None:
            return
        before, data = self._given
        panes = [pane for pane in self._session.panes if pane.name in before and pane.draft.data == data]
        if not panes or (self._waits and all(pane.experiment.data == data for pane in panes)):
            self._given = None
            self._messages.dismiss(KEY)

    def _scope(self, count: int) -> str:
        if count == len(self._session.panes):
            return self.tr("this pane") if count == 1 else self.tr("all {0} panes").format(count)
        return self.tr("the selected pane") if count == 1 else self.tr("{0} panes").format(count)

    def undo(self) -> None:
        """Put the data back that were there before, in panes that still have those that were given."""
        if self._given is None:
            return
        before, data = self._given
        self._given = None
        panes = [pane for pane in self._session.panes if pane.name in before and pane.draft.data == data]
        try:
            self._session.set_drafts({pane: pane.draft.changed(data=before[pane.name]) for pane in panes})
        except SettingsError as error:
            self._messages.show_message("warning", refusal_text("data.name", str(error)), key=KEY)
