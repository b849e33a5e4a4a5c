"""The pages that the middle of the Images bench has beside its samples."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ganstudio.gui import theme
from ganstudio.gui.images.explorer import Explorer
from ganstudio.gui.images.inside.closed import ClosedPage
from ganstudio.gui.images.inside.filters import FiltersPage
from ganstudio.gui.images.inside.inspector import InspectorPage
from ganstudio.gui.images.inside.inverting import InvertingPage
from ganstudio.gui.images.inside.open_questions import QuestionsPage
from ganstudio.gui.images.inside.units import UnitsPage
from ganstudio.gui.images.session import ImageSession
from ganstudio.gui.widgets import SegmentedControl

__all__ = ["SAMPLES", "InsidePages"]

SAMPLES = "explore"
"""The page that is the bench's own."""


class InsidePages(QStackedWidget):
    """All pages about a model's inside; hidden while the bench shows samples.

    Attributes
    ----------
    switch
        Chooses the page; the bench puts it where it likes.
    chosen : Signal(str)
        Another page is shown: `SAMPLES` or one of these.
    said : Signal(str, str, str)
        (level, text, what it is about) for the message bar.
    """

    chosen = Signal(str)
    said = Signal(str, str, str)

    def __init__(self, session: ImageSession, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explorer = explorer
        self.filters = FiltersPage(session)
        self.filters.said.connect(self._say)
        self.units = UnitsPage(session)
        self.questions = QuestionsPage(session)
        self.questions.said.connect(self._say)
        self.questions.answered.connect(self._on_closed)
        self.inverting = InvertingPage(session, explorer)
        self.inverting.said.connect(self._say)
        self.inverting.carried_on.connect(self._on_closed)
        self.inspector = InspectorPage(session)
        self.inspector.closed.connect(self._on_closed)
        self._pages: dict[str, FiltersPage | InspectorPage | InvertingPage | QuestionsPage | UnitsPage] = {
            "filters": self.filters,
            "units": self.units,
            "latent": self.inverting,
            "inspector": self.inspector,
            "questions": self.questions,
        }
        self.closed = ClosedPage()
        for page in (*self._pages.values(), self.closed):
            self.addWidget(page)
        titles = {
            SAMPLES: self.tr("Explore"),
            "filters": self.tr("Filters"),
            "units": self.tr("Units"),
            "latent": self.tr("Find a latent"),
            "inspector": self.tr("Inspector"),
            "questions": self.tr("Questions"),
        }
        hints = {
            SAMPLES: self.tr("Samples of the model, and the way about its latent space"),
            "filters": self.tr("Find the filters that draw an object, and drop them"),
            "units": self.tr("See what each filter responds to and causes, and paint with filters"),
            "latent": self.tr("Find the latent of any picture, and go on from there"),
            "inspector": self.tr("Parameters with their statistics, layers, and what the model says of itself"),
            "questions": self.tr("What the shapes in another program's file do not tell, with the likeliest answers"),
        }
        self.switch = SegmentedControl(titles)
        self.switch.setAccessibleName(self.tr("What is done with the model"))
        for key, button in self.switch._buttons.items():
            button.setToolTip(hints[key])
        self.switch.chosen.connect(self.show_page)
        explorer.model_changed.connect(self._on_model)
        self._on_model()
        self.hide()

    @property
    def current(self) -> str:
        """The page that is shown."""
        return self.switch.current

    def show_page(self, name: str) -> None:
        """Show a page, or leave the middle to the samples."""
        self.switch.set_current(name)
        # Whoever makes room does so first: otherwise the window would grow for both at once.
        if name in self._pages:
            self.chosen.emit(name)
            self._follow()
            self.show()
        else:
            self.hide()
            self.chosen.emit(name)

    def look_into(self, path: str) -> None:
        """Show what is in a file that is no model."""
        self.show_page("inspector")
        self.inspector.look_into(path)

    def set_narrow(self, narrow: bool) -> None:
        """Call the pages what they are in few letters close to each other, or in whole words."""
        self.inspector.set_narrow(narrow)
        titles = {
            "latent": self.tr("Latent") if narrow else self.tr("Find a latent"),
            "inspector": self.tr("Inspect") if narrow else self.tr("Inspector"),
            "questions": self.tr("Ask") if narrow else self.tr("Questions"),
        }
        for key, text in titles.items():
            self.switch._buttons[key].setText(text)
        for button in self.switch._buttons.values():
            if button.property("dense") != narrow:
                button.setProperty("dense", narrow)
                theme.repolish(button)

    def stop(self) -> None:
        """Ask for nothing more."""
        self.filters.stop()
        self.units.stop()

    def _on_model(self) -> None:
        model = self._explorer.model
        self.switch.setEnabled(model is not None)
        asks = model is not None and bool(model.questions)
        self.switch._buttons["questions"].setVisible(asks)
        if self.current == "questions" and not asks:
            self.show_page(SAMPLES)
        if self.current != SAMPLES:
            self._follow()

    def _follow(self) -> None:
        """Tell the page that is seen which model there is; the others hear of it when they are."""
        model = self._explorer.model
        needs = self._needs().get(self.current)
        if model is not None and model.architecture.opaque and needs:
            self.closed.say(*needs)
            self.setCurrentWidget(self.closed)
            return
        self.setCurrentWidget(self._pages[self.current])
        self._pages[self.current].set_model(model)

    def _needs(self) -> dict[str, tuple[str, str]]:
        """Return the pages that look into a model: what is not to be had without its inside, and what it needs."""
        return {
            "filters": (
                self.tr("No filters to find or drop"),
                self.tr("Filters and units are feature maps of layers."),
            ),
            "units": (
                self.tr("No units to look at"),
                self.tr("Filters and units are feature maps of layers."),
            ),
            "latent": (
                self.tr("No latent to find"),
                self.tr("The search for a latent follows gradients through the weights."),
            ),
        }

    def _on_closed(self) -> None:
        self.show_page(SAMPLES)

    def _say(self, level: str, text: str) -> None:
        self.said.emit(level, text, "inside")
