"""What the training page is about, without a widget: one run on pictures, its settings, and its engine."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.experiment import differences
from ganstudio.gui.bridge import EngineLink
from ganstudio.gui.images.training.rows import COLUMNS, row_titles
from ganstudio.image_experiment import ImageExperiment
from ganstudio.image_messages import (
    Answer,
    Arrays,
    CreateImages,
    Forgo,
    ImageSnapshot,
    ImageView,
    ModelSaved,
    Question,
    SaveModel,
    ToEngine,
)
from ganstudio.imagesets import ImageSet
from ganstudio.imagesets.digits import Digits
from ganstudio.messages import (
    Change,
    CreateRefused,
    EngineReady,
    Knobs,
    Pause,
    Play,
    References,
    Remove,
    RunNoted,
    RunPaused,
    RunRefused,
    Step,
    Taken,
)
from ganstudio.recipes import recipe

__all__ = ["RUN", "TrainingSession"]

RUN = "training"
"""The run's name for its engine: there is one."""
SILENT_SECONDS = 8.0
START_SECONDS = 60.0
"""How long the engine may owe an answer before the page says so; importing PyTorch takes longer."""
FOLLOWING = ("objective", "constraints", "additions", "generator_optimiser", "critic_optimiser")
"""What a combination without a name keeps on other data."""

Parts = Literal["both", "critic", "generator"]
MakeLink = Callable[[QObject], EngineLink]


class TrainingSession(QObject):
    """One run on pictures, and what a person can do to it.

    The engine is started when something is first to be trained. Until then, and as long as the run stands at
    step 0, edits hold at once; later they wait in the draft for a restart, but for live settings.

    Parameters
    ----------
    make_link
        Makes the link to a new engine.

    Attributes
    ----------
    draft
        What the setup shows.
    experiment
        What the run computes: the draft without edits that wait for a restart.
    steps
        Generator updates after which it pauses by itself.
    snapshot
        The last one, None before the first.
    exists, ready, playing
        Whether there is a run, whether its engine has said anything of it, and whether it trains.
    problem
        Why it cannot train, in words, or "".
    start_step
        Step of the state that it goes on from, 0 without one.
    knobs
        What all samples are asked for.
    """

    edited = Signal()
    """The draft or the experiment is another."""
    started = Signal()
    """Another run begins: forget pictures and curves."""
    snapshot_arrived = Signal(object)
    references_arrived = Signal(object)
    """A `References`: what a perfect sampler scores."""
    state_changed = Signal()
    message = Signal(str, str)
    """(level, text) for the message bar; levels are "info", "good", "warning" and "error"."""
    refused = Signal(str)
    """The run cannot start, and why."""
    engine_died = Signal(str)
    engine_silent = Signal(bool)
    told = Signal(object)
    """An answer to what `ask` asked."""
    saved = Signal(str, int)
    """A model file's path, and the step that it is of."""

    def __init__(self, parent: QObject | None = None, *, make_link: MakeLink = EngineLink) -> None:
        super().__init__(parent)
        self.draft, self.steps = recipe("ns", Digits())
        self.experiment = self.draft
        self.snapshot: ImageSnapshot | None = None
        self.about_engine: EngineReady | None = None
        self.exists = self.ready = self.playing = False
        self.problem = ""
        self.start_step = 0
        self.knobs = Knobs()
        self._start: Arrays | None = None
        self._link: EngineLink | None = None
        self._make_link = make_link
        self._stamps = itertools.count(1)
        self._stamp = 0
        self._arrived_at_end = self._ended = self._silent = False
        self._watch = QTimer(self, interval=1000)
        self._watch.timeout.connect(self._look_after_engine)

    # ---- what is known of the run --------------------------------------------------------------------

    @property
    def step(self) -> int:
        """Generator updates so far."""
        return self.snapshot.step if self.snapshot else self.start_step

    @property
    def seconds_left(self) -> float | None:
        """How long it takes to the last step at this rate; None while that is not known, or when it is past."""
        if not (self.playing and self.snapshot and self.snapshot.steps_per_second > 0 and self.step < self.steps):
            return None
        return (self.steps - self.step) / self.snapshot.steps_per_second

    @property
    def pending(self) -> list[str]:
        """Dotted names of edits that wait for a restart."""
        return differences([self.experiment, self.draft]) if self.exists else []

    @property
    def can_save(self) -> bool:
        """Whether there is anything to take away."""
        return self.exists and self.ready

    # ---- settings ------------------------------------------------------------------------------------

    def edit(self, path: str, value: Any) -> None:
        """Change a setting; a live one holds from the next step.

        Raises
        ------
        SettingsError
            If the value is not allowed; nothing is changed then.
        """
        draft = self.draft.with_value(path, value)
        if self.exists and path in ImageExperiment.live_settings():
            self.experiment = self.experiment.with_value(path, value)
            self._post(Change(RUN, path, value))
        self._take(draft)

    def choose_method(self, method: str) -> None:
        """Take a named method with the settings that go with it on these data.

        Raises
        ------
        SettingsError
            If it does not go with them.
        """
        draft, steps = recipe(method, self.draft.data)
        self._take_recipe(draft, steps)

    def choose_data(self, data: ImageSet) -> None:
        """Learn another set, with the settings that go with it; the method stays.

        Raises
        ------
        SettingsError
            If the method does not go with it.
        """
        draft, steps = recipe(self.draft.method or "ns", data)
        if self.draft.method is None:
            plain = self.draft.plain()
            draft = ImageExperiment.read(draft.plain() | {name: plain[name] for name in FOLLOWING})
        self._take_recipe(draft, steps)

    def set_steps(self, steps: int) -> None:
        """Choose for how long to train; learning rates that fall until then follow while nothing is trained."""
        draft, before = self.draft, self.steps
        self.steps = steps
        self._arrived_at_end = self.step >= steps
        if draft.training.decay_steps == before and self._stands_at_zero:
            draft = draft.with_value("training.decay_steps", steps)
        self._take(draft)

    def apply_pending(self) -> None:
        """Begin again with the edits."""
        self.reset()

    def discard_pending(self) -> None:
        """Take edits back that wait for a restart."""
        self.draft = self.experiment
        self.edited.emit()

    def _take_recipe(self, draft: ImageExperiment, steps: int) -> None:
        self.steps = steps
        self._arrived_at_end = self.step >= steps
        self._take(draft.changed(seed=self.draft.seed, device=self.draft.device))

    def _take(self, draft: ImageExperiment) -> None:
        self.draft = draft
        if self.pending and self._stands_at_zero:
            self._forget()
        if not self.exists and draft != self.experiment:
            self.experiment = draft
            self._start, self.start_step, self.problem = None, 0, ""
        self.edited.emit()
        self.state_changed.emit()

    @property
    def _stands_at_zero(self) -> bool:
        """Whether nothing is lost by beginning again."""
        return not self.exists or (not self.playing and self.step == 0)

    # ---- time ----------------------------------------------------------------------------------------

    def play(self) -> None:
        """Train on; begin the run if there is none."""
        if not self.exists or self.problem:
            self._create()
        self.playing = True
        self._arrived_at_end = self.step >= self.steps
        self._post(Play(RUN))
        self.state_changed.emit()

    def pause(self) -> None:
        """Stop after the step that it is in."""
        self._post(Pause(RUN))
        self.playing = False
        self.state_changed.emit()

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def step_on(self, part: Parts = "both") -> None:
        """Do one iteration, or one network's part of it; pauses first."""
        if self.playing:
            self.pause()
        if not self.exists or self.problem:
            self._create()
        self._post(Step(RUN, part))

    def reset(self) -> None:
        """Begin again with the same seed and the settings as they are now, playing or not as before."""
        self._create()
        if self.playing:
            self._post(Play(RUN))

    def new_seed(self) -> None:
        """Begin again with another seed."""
        used = self.draft.seed
        seed = next(seed for seed in iter(lambda: random.randrange(10_000), None) if seed != used)
        self.draft = self.draft.changed(seed=seed)
        self.reset()

    def resume(self, experiment: ImageExperiment, state: Arrays) -> None:
        """Go on, paused, from a state of a run of this experiment, as a model file's ``resume`` has it."""
        self._forget()
        self.draft = self.experiment = experiment
        self._start, self.start_step = state, int(state["step"])
        self.steps = max(recipe_steps(experiment), self.start_step)
        self._create()

    def turn(self, knobs: Knobs) -> None:
        """Ask for other samples from now on: of one class, say."""
        if knobs != self.knobs:
            self.knobs = knobs
            self._post(self._view())

    @property
    def row_titles(self) -> tuple[str, ...]:
        """What each row of `COLUMNS` samples is of; empty where samples are as they were drawn."""
        return row_titles(self.experiment, self.knobs)

    def _view(self) -> ImageView:
        rows = len(self.row_titles)
        if rows:
            return ImageView(RUN, COLUMNS * rows, self.knobs, COLUMNS)
        return ImageView(RUN, knobs=self.knobs)

    def save(self, path: str, name: str, *, resume: bool) -> None:
        """Write what the run has become as a model file; `saved` says when it is there."""
        self._post(SaveModel(RUN, path, name, resume))

    def ask(self, question: Question | Forgo) -> None:
        """Ask the engine about the run, whose name is `RUN`; `told` has the answers."""
        self._post(question)

    def _create(self) -> None:
        """Begin a run, from the state to go on from as long as it is one of this experiment."""
        if self._ended:
            return
        if self._start is not None and differences([self.experiment, self.draft]):
            self._start, self.start_step = None, 0
        self.experiment = self.draft
        self._stamp = next(self._stamps)
        self.snapshot = None
        self.exists, self.ready, self.problem = True, False, ""
        self._arrived_at_end = self.start_step >= self.steps
        self._engine().post(CreateImages(RUN, self._stamp, self.experiment.plain(), self._start))
        if (view := self._view()) != ImageView(RUN):
            self._post(view)
        self.started.emit()
        self.edited.emit()
        self.state_changed.emit()

    def _forget(self) -> None:
        """Give the run up."""
        self._post(Remove(RUN))
        self._stamp = next(self._stamps)
        self.snapshot, self._start, self.start_step = None, None, 0
        self.exists = self.ready = self.playing = False
        self.problem = ""
        self.started.emit()

    # ---- the engine ----------------------------------------------------------------------------------

    def stop(self) -> None:
        """End the engine and its thread for good; usually takes a tenth of a second."""
        self._ended = True
        self._watch.stop()
        if self._link is not None:
            self._link.stop()
        self._part_with_engine()

    def restart(self) -> None:
        """Give up an engine that does not answer, and begin again in another."""
        if self._link is not None:
            self._link.kill()
            self._part_with_engine()
        self.playing = False
        self._look_after_engine()
        self.reset()

    @property
    def engine_pid(self) -> int | None:
        """Process number of the engine."""
        return self._link.pid if self._link is not None else None

    def _engine(self) -> EngineLink:
        if self._link is None:
            self._link = self._make_link(self)
            self._link.arrived.connect(self._receive)
            self._link.died.connect(self._bury)
            self._link.start()
            self._watch.start()
        return self._link

    def _post(self, message: ToEngine) -> None:
        if self._link is not None:
            self._link.post(message)

    def _part_with_engine(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.dispose()

    def _bury(self, how: str) -> None:
        if self.sender() is not self._link:
            return
        self._part_with_engine()
        lost = self.exists
        self.exists = self.ready = self.playing = False
        self._start, self.start_step = None, 0
        self.problem = how
        self._look_after_engine()
        self.state_changed.emit()
        if lost:
            self.engine_died.emit(how)

    def _look_after_engine(self) -> None:
        """Notice that the engine owes an answer and has been silent for long."""
        link, now = self._link, time.monotonic()
        if link is None:
            self._watch.stop()
            silent = False
        else:
            if not (self.playing or (self.exists and not (self.ready or self.problem))):
                link.heard = now
            silent = now - link.heard > (SILENT_SECONDS if link.begun else START_SECONDS)
        if silent != self._silent:
            self._silent = silent
            self.engine_silent.emit(silent)

    def _receive(self, message: object) -> None:
        if self._link is None or self.sender() is not self._link:
            return
        self._link.heard, self._link.begun = time.monotonic(), True
        if isinstance(message, EngineReady):
            self.about_engine = message
            self.state_changed.emit()
            return
        if isinstance(message, ModelSaved):
            self.saved.emit(message.path, message.step)
            return
        if isinstance(message, Answer):
            self.told.emit(message)
            return
        if getattr(message, "stamp", None) != self._stamp:
            return  # a late answer of a run that is no more
        match message:
            case ImageSnapshot():
                self._show(message)
            case References():
                self.references_arrived.emit(message)
            case RunNoted():
                self.message.emit("info", message.message)
            case RunRefused():
                self.message.emit("error", message.message)
            case RunPaused():
                self.playing = False
                self.state_changed.emit()
                self.message.emit("error", message.message)
            case CreateRefused():
                self.playing = self.exists = False
                self.problem = message.message
                self.state_changed.emit()
                self.refused.emit(message.message)

    def _show(self, snapshot: ImageSnapshot) -> None:
        self.snapshot, self.ready = snapshot, True
        self.snapshot_arrived.emit(snapshot)
        self._post(Taken(RUN))
        if self.playing and not self._arrived_at_end and snapshot.step >= self.steps:
            self._arrived_at_end = True
            self.pause()
            self.message.emit("good", self.tr("{0:,} steps are done. Play trains on.").format(self.steps))


def recipe_steps(experiment: ImageExperiment) -> int:
    """Return for how many steps an experiment is meant: until its learning rates have fallen, or its data's usual."""
    return experiment.training.decay_steps or recipe("ns", experiment.data)[1]
