"""What the boxes are called."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from ganstudio.experiment import Experiment, Network, Optimiser
from ganstudio.gui.numbers import short
from ganstudio.gui.walk.graph import NodeKey
from ganstudio.gui.walk.picture import Ink
from ganstudio.settings import hint

__all__ = ["Title", "Titles"]


@dataclass(frozen=True)
class Title:
    """A box's name, how it is written in equations, its colour, and what it is about."""

    text: str
    sign: str
    ink: Ink
    hint: str


class Titles(QObject):
    """Names the boxes of an experiment's graph."""

    def of(self, key: NodeKey, experiment: Experiment) -> Title:
        """Return a box's title."""
        return {
            "noise": self._noise,
            "codes": self._codes,
            "labels": self._labels,
            "generator": self._generator,
            "encoder": self._encoder,
            "latents": self._latents,
            "fake": self._fake,
            "real": self._real,
            "critic": self._critic,
            "scores": self._scores,
            "heads": self._heads,
            "penalty": self._penalty,
            "generator_loss": self._generator_loss,
            "critic_loss": self._critic_loss,
        }[key](experiment)

    def _noise(self, experiment: Experiment) -> Title:
        alone = experiment.objective.critic == "none"
        text = self.tr("What the latents are drawn with") if alone else self.tr("What the generator makes samples of")
        return Title(self.tr("Noise"), "\u03b5" if alone else "z", "muted", text)

    def _codes(self, experiment: Experiment) -> Title:
        return Title(self.tr("Codes"), "c", "muted", experiment.additions.information.summary)

    def _labels(self, experiment: Experiment) -> Title:
        return Title(self.tr("Class"), "y", "muted", self.tr("The class that a sample is asked for"))

    def _generator(self, experiment: Experiment) -> Title:
        network, optimiser = experiment.generator, experiment.generator_optimiser
        return Title(self.tr("Generator"), "G", "generator", self._network(network, optimiser))

    def _encoder(self, experiment: Experiment) -> Title:
        network, optimiser = experiment.generator, experiment.generator_optimiser
        return Title(self.tr("Encoder"), "E", "generator", self._network(network, optimiser))

    def _latents(self, experiment: Experiment) -> Title:
        return Title(self.tr("Latents"), "z", "muted", self.tr("Drawn around what the encoder says of a sample"))

    def _fake(self, experiment: Experiment) -> Title:
        return Title(self.tr("Generated"), "x\u0303", "generated", self.tr("What the generator makes"))

    def _real(self, experiment: Experiment) -> Title:
        return Title(self.tr("Real"), "x", "real", experiment.data.title)

    def _critic(self, experiment: Experiment) -> Title:
        text = self._network(experiment.critic, experiment.critic_optimiser)
        constraints, more = experiment.constraints, []
        if constraints.spectral_norm:
            more.append(self.tr("spectral norm, gain {0}").format(short(constraints.spectral_gain)))
        if constraints.weight_clip > 0:
            more.append(self.tr("weights clipped to {0}").format(short(constraints.weight_clip)))
        changed = ("packing", "minibatch", "instance_noise")
        more += [addition.summary for name, addition in experiment.additions.active() if name in changed]
        return Title(self.tr("Critic"), "T", "critic", "\n".join([text, *more]))

    def _scores(self, experiment: Experiment) -> Title:
        text = self.tr("The critic's output for real and generated samples; more means more real")
        return Title(self.tr("Scores"), "T(x)", "critic", text)

    def _heads(self, experiment: Experiment) -> Title:
        if experiment.additions.information.on:
            return Title(self.tr("Codes read"), "Q", "critic", self.tr("The critic reads codes off generated samples"))
        return Title(self.tr("Classes"), "c(x)", "critic", self.tr("The critic says which class a sample is of"))

    def _penalty(self, experiment: Experiment) -> Title:
        constraints = experiment.constraints
        text = self.tr("Gradient penalty, weight {0}").format(short(constraints.penalty_weight))
        return Title(self.tr("Penalty"), "\u2016\u2207T\u2016", "penalty", text)

    def _generator_loss(self, experiment: Experiment) -> Title:
        alone = experiment.objective.critic == "none"
        text = self.tr("What generator and encoder minimise") if alone else self.tr("What the generator minimises")
        return Title(self.tr("Loss") if alone else self.tr("Generator loss"), "", "generator", text)

    def _critic_loss(self, experiment: Experiment) -> Title:
        return Title(self.tr("Critic loss"), "", "critic", self.tr("What the critic minimises"))

    def _network(self, network: Network, optimiser: Optimiser) -> str:
        """Return what a network is and how it learns in two lines."""
        activations = hint(Network.model_fields["activation"], "choices")
        optimisers = hint(Optimiser.model_fields["name"], "choices")
        layers = self.tr("{0} hidden layers of {1} units, {2}")
        learning = self.tr("{0}, learning rate {1}")
        return "\n".join(
            (
                layers.format(network.layers, network.width, activations[network.activation]),
                learning.format(optimisers[optimiser.name], short(optimiser.learning_rate)),
            )
        )
