"""The part of a script that holds the losses: what the objective and the additions say that they are."""

from __future__ import annotations

import inspect
import sys
from typing import Any

from ganstudio.additions import Addition, Told
from ganstudio.objectives import AdversarialObjective, Pointwise
from ganstudio.objectives.realness import Realness
from ganstudio.objectives.variational import Variational
from ganstudio.script.anchors import Redrawn
from ganstudio.script.critics import SymbolicCritic
from ganstudio.script.functions import Function, Terms, Traced, loss_function, written
from ganstudio.script.layout import docstring, indented
from ganstudio.script.plan import Plan
from ganstudio.script.spelling import Constants, number_text
from ganstudio.script.symbols import Graph, Symbol
from ganstudio.script.tracing import Refusing, named_as_in_source

__all__ = ["Losses", "addition_text", "module_text", "told", "variational", "weighted"]


class Losses:
    """The losses of an experiment with a critic.

    Attributes
    ----------
    constants
        The arrays that they need.
    critic, generator
        The functions of both players.
    ahead
        The critic's loss without what additions add to it, as unrolling looks ahead; None if that is the critic's.
    memory
        What the objective remembers from step to step, name -> value at the start.
    """

    def __init__(self, plan: Plan) -> None:
        assert isinstance(plan.experiment.objective, AdversarialObjective)
        self._plan = plan
        self._objective = plan.experiment.objective
        self._additions = plan.experiment.additions
        self._graph = Graph()
        # Symbols, which objectives and additions take for tensors.
        self._real: Any = self._graph.name("real", 2)
        self._fake: Any = self._graph.name("fake", 2)
        self._told = _told(self._graph)
        self.constants = Constants()
        self.ahead: Function | None = None
        self._refusing = Refusing("objective.name", self._objective.title)
        with self._refusing:
            self._rule = self._begin()
            self._memory = _Memory(self._graph, self._rule)
        self.critic = self._critic_function()
        self.generator = self._generator_function()
        self.memory = self._memory.start

    @property
    def functions(self) -> list[Function]:
        """All functions, those that others need first."""
        return [function for function in (self.ahead, self.critic, self.generator) if function]

    def score(self) -> Traced:
        """Return the sum over `points` of the number by which a sample is drawn, whose slope penalties look at."""
        points: Any = self._graph.name("points", 2)
        critic: Any = SymbolicCritic(self._graph, self._plan)
        with self._refusing, named_as_in_source(self._graph):
            score: Any = self._objective.score(critic, points)
        return written(self._graph, [score.sum()], self.constants)

    def _begin(self) -> Any:
        """Return the objective's losses at the start of a run."""
        if self._plan.integrates:
            return _ByQuadrature(self._objective)
        if isinstance(self._objective, Realness) and self._objective.redraw:
            return Redrawn(self._graph, self._objective)
        return self._objective.begin([0])

    # ---- the critic's ------------------------------------------------------------------------------

    def _critic_function(self) -> Function:
        critic = SymbolicCritic(self._graph, self._plan)
        with self._refusing, named_as_in_source(self._graph):
            terms: Terms = {"critic": self._rule.critic_loss(critic, self._real, self._fake)}
        with self._refusing:
            changes = self._memory.changes()
        added = self._critic_heads(critic) | self._labelled(critic)
        if self._additions.unrolling.on and added:
            self.ahead = loss_function(
                self._graph, self.constants, "critic", terms, changes=changes, name="adversarial_loss"
            )
        reports = self._classes_right(critic)
        return loss_function(self._graph, self.constants, "critic", terms | added, reports, changes)

    def _critic_heads(self, critic: SymbolicCritic) -> Terms:
        seen: Any = self._objective.inputs(self._real, self._fake)
        terms: Terms = {}
        for name, addition in self._readers():
            called = self._plan.head_name(name)
            of_real: Any = critic.head(name, seen[0], f"{called}_real")
            of_fake: Any = critic.head(name, seen[1], f"{called}_fake")
            with Refusing(f"additions.{name}.on", addition.title), named_as_in_source(self._graph):
                loss: Any = addition.critic_loss(of_real, of_fake, self._told, self._plan.classes)
            terms[addition.title.lower()] = loss
        return terms

    def _readers(self) -> list[tuple[str, Addition]]:
        """Return the additions that read heads, but not the one that learns from its own samples."""
        return [(name, self._plan.active[name]) for name in self._plan.heads if name != "semi_supervised"]

    def _labelled(self, critic: SymbolicCritic) -> Terms:
        """Return the loss of the few samples whose class is known."""
        if not self._plan.few:
            return {}
        logits: Any = critic.head("semi_supervised", self._graph.name("labelled", 2), "logits_labelled")
        labels: Any = self._graph.name("labels", 1)
        with named_as_in_source(self._graph):
            loss: Any = self._additions.semi_supervised.supervised_loss(logits, labels)
        return {"labelled": loss}

    def _classes_right(self, critic: SymbolicCritic) -> Terms:
        """Return the share of real samples whose class is named right, where that is not told."""
        if not (self._plan.few and self._additions.semi_supervised.unlabelled):
            return {}
        logits = critic.head("semi_supervised", self._real, "logits_real")
        return {"class accuracy": (logits.argmax(-1) == self._told.labels).float().mean()}

    # ---- the generator's ---------------------------------------------------------------------------

    def _generator_function(self) -> Function:
        critic = SymbolicCritic(self._graph, self._plan)
        with self._refusing:
            self._memory.begin()
            with named_as_in_source(self._graph):
                terms: Terms = {"generator": self._generator_loss(critic)}
            changes = self._memory.changes()
            terms |= self._encoder_loss(critic)
        losses, reports = self._generator_heads(critic)
        reports |= {name: self._graph.lifted(value) for name, value in self._rule.report().items()}
        return loss_function(self._graph, self.constants, "generator", terms | losses, reports, changes)

    def _generator_loss(self, critic: SymbolicCritic) -> Any:
        few = self._additions.semi_supervised
        if few.on and few.feature_matching:
            real: Any = critic.features(self._real)
            fake: Any = critic.features(self._fake)
            return few.matching_loss(real, fake)
        return self._rule.generator_loss(critic, self._real, self._fake)

    def _encoder_loss(self, critic: Any) -> Terms:
        if not (self._plan.encodes and self._additions.encoder.adversarial):
            return {}
        with named_as_in_source(self._graph):
            loss: Any = self._objective.encoder_loss(critic, self._real)
        return {} if loss is None else {"encoder": loss}

    def _generator_heads(self, critic: SymbolicCritic) -> tuple[Terms, Terms]:
        """Return what additions that read heads add to the loss, and what else there is to plot."""
        seen: Any = self._objective.inputs(self._real, self._fake)
        losses: Terms = {}
        reports: Terms = {}
        for name, addition in self._readers():
            outputs: Any = critic.head(name, seen[1], f"{self._plan.head_name(name)}_fake")
            with Refusing(f"additions.{name}.on", addition.title):
                with named_as_in_source(self._graph):
                    loss: Any = addition.generator_loss(outputs, self._told, self._plan.classes)
                with named_as_in_source(self._graph):
                    report: Any = addition.report(outputs, self._told, self._plan.classes)
            losses[f"{addition.title.lower()} (G)"] = loss
            reports |= report
        return losses, reports


class _Memory:
    """The numbers that an objective's losses remember from step to step, as variables of the script.

    Attributes
    ----------
    start
        Their values before the first step.
    """

    def __init__(self, graph: Graph, rule: Any) -> None:
        self._graph = graph
        self._rule = rule
        self.start: dict[str, float] = {}
        self._before: dict[str, Any] = {}
        self.begin()

    def begin(self) -> None:
        """Put variables in place of numbers, so that losses calculate with these."""
        for name, value in self._own().items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if number:
                self.start[name.strip("_")] = value
            if number or isinstance(value, Symbol):
                setattr(self._rule, name, self._variable(name))
        self._before = dict(self._own())

    def changes(self) -> Terms:
        """Return which variables have been given another value since, and which.

        Raises
        ------
        TypeError
            If something else than numbers has changed.
        """
        found: Terms = {}
        for name, value in self._own().items():
            if value is self._before.get(name):
                continue
            if isinstance(value, Symbol):
                found[f"memory.{name.strip('_')}"] = value
            elif not isinstance(value, dict):  # of what is reported
                raise TypeError(f"it remembers a {type(value).__name__}")
        return found

    def _own(self) -> dict[str, Any]:
        # An objective without memory is its own losses.
        return {} if isinstance(self._rule, AdversarialObjective) else vars(self._rule)

    def _variable(self, name: str) -> Symbol:
        return self._graph.name(f"memory.{name.strip('_')}", 0)


class _ByQuadrature:
    """A pointwise objective's losses as weighted sums over the nodes of grids."""

    def __init__(self, objective: AdversarialObjective) -> None:
        assert isinstance(objective, Pointwise)
        self._objective = objective

    def critic_loss(self, critic: Any, real: Any, fake: Any) -> Any:
        r, f = critic.both(real, fake)
        p, q = real.graph.name("REAL_WEIGHTS", 1), real.graph.name("LATENT_WEIGHTS", 1)
        return (p * self._objective.real_term(r)).sum(-1) + (q * self._objective.fake_term(f)).sum(-1)

    def generator_loss(self, critic: Any, real: Any, fake: Any) -> Any:
        q = real.graph.name("LATENT_WEIGHTS", 1)
        return (q * self._objective.generator_term(critic(fake))).sum(-1)

    def report(self) -> Terms:
        return {}


# ---- others ------------------------------------------------------------------------------------------


def told(plan: Plan) -> Traced | None:
    """Return what the generator is given beside its latent, of the classes y and the uniform numbers u."""
    if not plan.told:
        return None
    graph = Graph()
    parts: list[Any] = []
    for addition in plan.told:
        with Refusing("additions", addition.title), named_as_in_source(graph):
            message: Any = addition.generator_message(_told(graph), plan.classes)
        joined = isinstance(message, Symbol) and message.kind == "call" and message.parts[0] == "torch.cat"
        parts += message.parts[1][0] if joined else [message]
    return written(graph, parts, Constants(), before=60)


def _told(graph: Graph) -> Told:
    """Return the variables for classes and for the numbers that codes are made of."""
    labels: Any = graph.name("y", 1)
    uniform: Any = graph.name("u", 2)
    return Told(labels, uniform)


def variational(objective: Variational) -> list[Function]:
    """Return the two losses of a variational autoencoder."""
    graph = Graph()
    functions = []
    for name, arguments in (("reconstruction", ("x", "decoded")), ("divergence", ("mean", "log_variance"))):
        method = getattr(objective, name)
        with named_as_in_source(graph):
            result = method(*(graph.name(argument, 2) for argument in arguments))
        traced = written(graph, [result], Constants(), before=11)
        text = docstring((method.__doc__ or "").strip().replace(", (R,)", ""))
        definition = [f"def {name}({', '.join(traced.parameters)}):", *indented(text), *indented(traced.lines)]
        definition.append(f"    return {traced.texts[0]}")
        functions.append(Function(name, traced.parameters, [name], [], definition))
    return functions


def module_text(thing: object) -> str:
    """Return what the file of a class says that it is: a method's paper and equations."""
    return (sys.modules[type(thing).__module__].__doc__ or "").strip()


def addition_text(addition: Addition) -> str:
    """Return what an addition is: its file's words if it has one of its own, or else its class's."""
    words = module_text(addition)
    return words if "arXiv" in words else inspect.cleandoc(type(addition).__doc__ or addition.title)


def weighted(weight: float, text: str) -> str:
    """Return a product with a weight, without one of 1."""
    return text if weight == 1 else f"{number_text(weight)} * {text}"
