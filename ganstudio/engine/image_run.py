"""One run on pictures in an engine: a trainer, and when to look at it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import torch

from ganstudio.engine.distances import Distances
from ganstudio.engine.playing import Playing
from ganstudio.image_experiment import ImageExperiment
from ganstudio.image_messages import CreateImages, ImageSnapshot, ImageView, ModelSaved, SaveModel
from ganstudio.messages import Progress, Reading, RunNoted
from ganstudio.sheets.pixels import pixels
from ganstudio.training.image_trainer import ImageTrainer

__all__ = ["ImageRun"]

SNAPSHOT_SECONDS = 0.25
SNAPSHOT_SHARE = 0.1
"""Least time between two looks, and the largest share of an engine's time that they may take."""


class ImageRun(Playing[ImageTrainer]):
    """A run of the Images bench; the engine's loop asks it as it asks a run of the plane.

    Raises
    ------
    PicturesError
        If its pictures cannot be loaded.
    SettingsError
        If the experiment is not allowed.
    """

    def __init__(self, create: CreateImages) -> None:
        super().__init__(create.run, create.stamp, ImageTrainer(ImageExperiment.read(create.experiment)))
        if create.resume is not None:
            self.trainer.restore({name: torch.from_numpy(value.copy()) for name, value in create.resume.items()})
        self.view = ImageView(create.run)
        self.lines: Iterator[Mapping[str, tuple[float, float]] | None] | None = None
        self._distances = Distances(self.trainer)
        self._readings: list[Reading] = []
        self._notes: list[RunNoted] = []

    def look(self, view: ImageView) -> None:
        """Take another view of the run."""
        self.view = view
        self.changed = True

    def save(self, message: SaveModel) -> ModelSaved:
        """Write the present generator as a model file.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        from ganstudio.checkpoints.model import write_model

        write_model(message.path, self.trainer.model(message.name, resume=message.resume))
        return ModelSaved(self.name, message.path, self.trainer.step)

    def forget_after(self, step: int) -> None:
        """Do nothing: nothing is kept of the past."""

    def progress(self) -> Progress | RunNoted | None:
        """Return what is to be told between snapshots; it has no barrier that it could be held at."""
        return self._notes.pop(0) if self._notes else None

    @property
    def measures(self) -> bool:
        """Whether there is something to measure while it stands."""
        return self._distances.wanted(self.trainer)

    def measure(self, sharers: int) -> None:
        """Do a turn of measuring if it is time for one."""
        found = self._distances.turn(self.trainer, sharers, self.playing)
        match found:
            case Reading():
                self._readings.append(found)
                self.changed = True
            case str():
                self._notes.append(RunNoted(self.name, self.stamp, found))
            case Mapping():
                self.lines = iter([found])

    def snapshot(self, sharers: int) -> ImageSnapshot | None:
        """Return what the run looks like, or None if it is not time for it.

        Raises
        ------
        NonFiniteLoss
            If a loss became NaN or infinite.
        """
        start = time.perf_counter()
        if self.shows_nothing_yet(start):
            return None
        trainer = self.trainer
        trainer.check()
        scores = trainer.outputs_of_critic()
        snapshot = ImageSnapshot(
            run=self.name,
            stamp=self.stamp,
            step=trainer.step,
            steps_per_second=self.rate,
            playing=self.playing,
            device=trainer.device,
            pictures=pixels(trainer.pictures(self.view.count, self.view.knobs, self.view.columns)),
            losses=trainer.take_losses(),
            real=scores[0] if scores else None,
            fake=scores[1] if scores else None,
            readings=tuple(self._readings),
        )
        self._readings = []
        self.changed = self.taken = False
        end = time.perf_counter()
        self.next_snapshot = end + max(SNAPSHOT_SECONDS, (end - start) * sharers / SNAPSHOT_SHARE)
        return snapshot
