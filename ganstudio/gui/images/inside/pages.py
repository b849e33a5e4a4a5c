"""The pages that the middle of the Images bench has beside its samples."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ganstudio.gui.images.evaluation import EvaluationPage
from ganstudio.gui.images.evaluation.neighbours_panel import Shown
from ganstudio.gui.images.explorer import Explorer
from ganstudio.gui.images.inside.closed import ClosedPage
from ganstudio.gui.images.inside.filters import FiltersPage
from ganstudio.gui.images.inside.inspector import InspectorPage
from ganstudio.gui.images.inside.inverting import InvertingPage
from ganstudio.gui.images.inside.open_questions import QuestionsPage
from ganstudio.gui.images.inside.page_switch import PageSwitch
from ganstudio.gui.images.inside.units import UnitsPage
from ganstudio.gui.images.session import ImageSession

__all__ = ["SAMPLES", "InsidePages"]

SAMPLES = "explore"
"""The page that is the bench's own."""


class InsidePages(QStackedWidget):
    """All pages about a model's inside; hidden while the bench shows samples.

    Parameters
    ----------
    shown
        Returns the pictures of the samples that are explored, see `EvaluationPage`.

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

    def __init__(self, session: ImageSession, explorer: Explorer, shown: Shown, parent: QWidget | None = None) -> None:
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
        self.evaluation = EvaluationPage(session, shown)
        self._pages: dict[
            str, EvaluationPage | FiltersPage | InspectorPage | InvertingPage | QuestionsPage | UnitsPage
        ] = {
            "filters": self.filters,
            "units": self.units,
            "latent": self.inverting,
            "evaluation": self.evaluation,
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
            "evaluation": self.tr("Evaluate"),
            "inspector": self.tr("Inspector"),
            "questions": self.tr("Questions"),
        }
        hints = {
            SAMPLES: self.tr("Samples of the model, and the way about its latent space"),
            "filters": self.tr("Find the filters that draw an object, and drop them"),
            "units": self.tr("See what each filter responds to and causes, and paint with filters"),
            "latent": self.tr("Find the latent of any picture, and go on from there"),
            "evaluation": self.tr("Nearest training pictures of the samples, and what the critic has learned"),
            "inspector": self.tr("Parameters with their statistics, layers, and what the model says of itself"),
            "questions": self.tr("What the shapes in another program's file do not tell, with the likeliest answers"),
        }
        self.switch = PageSwitch(self.tr("What is done with the model"), titles, hints)
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

    def find_neighbours(self) -> None:
        """Show the training pictures nearest to the current sample."""
        self.show_page("evaluation")
        self.evaluation.find_neighbours()

    def set_narrow(self, narrow: bool) -> None:
        """Use little room."""
        self.inspector.set_narrow(narrow)
        self.switch.set_narrow(narrow)

    def stop(self) -> None:
        """Ask for nothing more."""
        self.filters.stop()
        self.units.stop()
        self.evaluation.stop()

    def _on_model(self) -> None:
        model = self._explorer.model
        self.switch.setEnabled(model is not None)
        asks = model is not None and bool(model.questions)
        self.switch.set_offered("questions", offered=asks)
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
