"""Who tells of which stop of an iteration."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ganstudio.gui.walk.copy_teller import CopyTeller
from ganstudio.gui.walk.critic_teller import CriticTeller
from ganstudio.gui.walk.evidence import Evidence
from ganstudio.gui.walk.generator_teller import GeneratorTeller
from ganstudio.gui.walk.graph import Graph, Stop
from ganstudio.gui.walk.teller import Scene

__all__ = ["Narrator"]


class Narrator(QObject):
    """Says what happens at each stop of an iteration, in words, numbers and pictures.

    Parameters
    ----------
    evidence
        With an iteration in `walked`.
    """

    def __init__(self, evidence: Evidence, graph: Graph, parent: QObject | None = None) -> None:
        super().__init__(parent)
        alone = evidence.experiment.objective.critic == "none"
        generator = CopyTeller if alone else GeneratorTeller
        tellers = (CriticTeller(evidence, graph, self), generator(evidence, graph, self))
        self._scenes = {(teller.part, key): tell for teller in tellers for key, tell in teller.scenes().items()}

    def scene(self, stop: Stop) -> Scene:
        """Return what is shown at a stop."""
        return self._scenes[stop.part, stop.key]()
