"""What the shapes in another program's file do not tell: answers to choose, and samples of what comes of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ganstudio.checkpoints.foreign.questions import Question
from ganstudio.gui import theme
from ganstudio.gui.images.arrangement import fitting
from ganstudio.gui.images.inside.saving import Saving
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.gui.images.picture_grid import PictureGrid
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.widgets import ChoiceField, ElidedLabel, Refusal, heading
from ganstudio.image_messages import Pixels

__all__ = ["QuestionsPage"]

SLOT = "questions"
SAMPLES = 8
WIDTH = 300


class QuestionsPage(QWidget):
    """A field for each question, and eight samples of the model as it is understood now.

    Attributes
    ----------
    said : Signal(str, str)
        (level, text) for the message bar.
    answered : Signal()
        A person is content with the answers.
    """

    said = Signal(str, str)
    answered = Signal()

    def __init__(self, session: ImageSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model: OpenedModel | None = None
        self._choices: dict[str, str] = {}
        self._tries: list[dict[str, str]] = []
        self.fields: dict[str, ChoiceField] = {}
        self.grid = PictureGrid(self.tr("Eight samples"), takes=False)
        self.refusal = Refusal()
        self.hint = QLabel(self.tr("The likeliest answers are filled in. If the samples look wrong, try others."))
        self.hint.setProperty("role", "small")
        self.hint.setWordWrap(True)
        self.notes = QLabel()
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setProperty("role", "small")
        self.notes.setWordWrap(True)
        self.save = QPushButton(self.tr("Save as GAN Studio model\N{HORIZONTAL ELLIPSIS}"))
        self.save.clicked.connect(self._on_save)
        self.explore = QPushButton(self.tr("Explore with these answers"))
        self.explore.setProperty("role", "primary")
        self.explore.setToolTip(self.tr("Go on to samples; the answers can be changed later"))
        self.explore.clicked.connect(self.answered)
        self.saving = Saving(session, self)
        self.saving.said.connect(self.said)
        self._form = QFormLayout()
        self._form.setSpacing(8)
        self._lay_out()
        session.rendered.connect(self._on_rendered)
        session.message.connect(self._on_message)
        theme.current().changed.connect(self._restyle)
        self._restyle()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        column.addWidget(heading(self.tr("What the file does not tell")))
        column.addWidget(self.hint)
        column.addWidget(self.refusal)
        column.addLayout(self._form)
        column.addWidget(self.notes)
        column.addWidget(self.explore)
        column.addWidget(self.save)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(content)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.grid, 1)
        row.addWidget(self.area)

    def set_model(self, model: OpenedModel | None) -> None:
        """Show what a model's file leaves open, and samples of it."""
        if model is self._model:
            return
        same = model is not None and self._model is not None and model.key == self._model.key
        self._model = model
        found = self._session.model(model.key) if model is not None else None
        self._choices = dict(found.choices) if found is not None else {}
        if not same:
            self.refusal.say("")
            self.grid.clear()
            self._tries = []
        if model is None:
            return
        self._show_questions(model.questions)
        opaque = model.architecture.opaque
        self.save.setEnabled(not opaque)
        self.save.setToolTip(
            self.tr("A graph has no weights that could be written; the file itself is what is kept")
            if opaque
            else self.tr("Write the model with these answers; what is saved asks nothing any more")
        )
        self.notes.setText("\n".join(self.tr("It {0}.").format(note) for note in model.notes))
        self._session.ask(model.key, SLOT, model.draw(SAMPLES, 0, None))

    def _show_questions(self, questions: tuple[Question, ...]) -> None:
        """Keep the fields of questions that are still asked, so that the keyboard stays where it is."""
        if list(self.fields) != [one.key for one in questions]:
            while self._form.rowCount():
                self._form.removeRow(0)
            self.fields = {}
            for one in questions:
                field = ChoiceField()
                field.setObjectName(one.key)
                field.setAccessibleName(one.text)
                field.edited.connect(self._on_edited)
                self._form.addRow(ElidedLabel(one.text[:1].upper() + one.text[1:], "muted"))
                self._form.addRow(field)
                self.fields[one.key] = field
        for one in questions:
            field = self.fields[one.key]
            options = one.options if one.chosen in one.options else (one.chosen, *one.options)
            field.set_choices({option: option.replace("_", " ") for option in options})
            field.set_value(one.chosen)
            field.setToolTip(self.tr("Likeliest: {0}").format(one.options[0]))

    # ---- answering -------------------------------------------------------------------------------------

    def _on_edited(self, answer: object) -> None:
        model, key = self._model, self.sender().objectName()
        if model is None:
            return
        self.refusal.say("")
        one = {key: str(answer)}
        # An answer may leave no room for older ones; then it counts alone, and if that is nothing, all is as before.
        self._tries = [one, dict(self._choices)] if self._choices else [{}]
        self._session.choose(model.key, {**self._choices, **one})

    def _on_message(self, level: str, text: str, about: str) -> None:
        """Try the next answers where these make no model."""
        found = self._session.model(self._model.key) if self._model is not None else None
        if found is None or level != "error" or about != found.path or not self._tries:
            return
        self.refusal.say(text)
        self._session.choose(found.key, self._tries.pop(0))

    def _on_rendered(self, key: str, slot: str, pictures: Pixels, _seconds: float) -> None:
        if self._model is None or (key, slot) != (self._model.key, SLOT):
            return
        self._tries = []
        _, height, width = self._model.picture
        _, columns = fitting(self.grid.room(), (width, height), len(pictures))
        columns = min(max(1, columns), 4)
        self.grid.set_pictures(pictures, -(-len(pictures) // columns), columns)

    def _on_save(self) -> None:
        if self._model is not None:
            self.saving.ask(self._model)

    def _restyle(self) -> None:
        self.area.setFixedWidth(round(WIDTH * theme.current().scale))
