"""The part of a script that holds the losses: what the objective and the additions say that they are."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from ganstudio.additions import Addition, Told
from ganstudio.objectives import AdversarialObjective, Pointwise
from ganstudio.objectives.realness import Realness
from ganstudio.objectives.variational import Variational
from ganstudio.script.anchors import Redrawn
from ganstudio.script.layout import bracketed, docstring, indented
from ganstudio.script.plan import Plan
from ganstudio.script.spelling import Body, Constants, number_text
from ganstudio.script.symbols import Graph, Symbol, Unwritable
from ganstudio.script.tracing import named_as_in_source
from ganstudio.settings import SettingsError

__all__ = ["Losses", "Traced", "told", "variational"]

Terms = dict[str, Symbol]
RANKS = {"scalar": 1, "classes": 1, "pair": 1, "outcomes": 2, "autoencoder": 2}
"""Axes of what each kind of critic gives for a batch, without the run axis."""
ORDER = (
    "critic",
    "real",
    "fake",
    "x",
    "decoded",
    "mean",
    "log_variance",
    "y",
    "u",
    "labelled",
    "labels",
    "memory",
    "a1",
    "a0",
)
"""In which order functions take what they need."""
KEPT = (int, float)


@dataclass
class Traced:
    """What some expressions need and are.

    Attributes
    ----------
    parameters
        Names that have to be given.
    lines
        Assignments that come first.
    texts
        The expressions.
    """

    parameters: list[str]
    lines: list[str]
    texts: list[str]


@dataclass
class Function(Traced):
    """A function of a script that returns losses.

    Attributes
    ----------
    name
        What it is called.
    terms, reports
        Names of the losses, and of what else it returns.
    definition
        All its lines.
    """

    name: str
    terms: list[str]
    reports: list[str]
    definition: list[str] = field(default_factory=list)

    @property
    def call(self) -> str:
        """How it is called where its parameters are variables."""
        return f"{self.name}({', '.join(self.parameters)})"


class _Critic:
    """A critic whose outputs are symbols. As in training, real and generated samples go through it in one pass."""

    def __init__(self, graph: Graph, plan: Plan) -> None:
        self._graph = graph
        self._plan = plan
        self._outputs: dict[int, list[Symbol]] = {}

    def __call__(self, samples: Symbol) -> Symbol:
        return self._passed(samples)[0]

    def both(self, real: Symbol, fake: Symbol) -> tuple[Symbol, Symbol]:
        if not self._plan.couples:
            cut = ("split", [_code("len(real)"), _code("len(fake)")]) if self._plan.integrates else ("chunk", 2)
            together = self._pass(self._graph.call("torch.cat", (real, fake), rank=2))
            halves = [self._graph.method(output, *cut) for output in together]
            for number, samples in enumerate((real, fake)):
                self._outputs[samples.serial] = [self._part(half, number, 2, half.rank) for half in halves]
        return self(real), self(fake)

    def head(self, addition: str, samples: Symbol, name: str) -> Symbol:
        """Return an addition's outputs, and let them be called `name`."""
        output = self._passed(samples)[1 + list(self._plan.heads).index(addition)]
        self._graph.names[output.serial] = name
        return output

    def features(self, samples: Symbol) -> Symbol:
        return self._graph.call("critic.features", samples, rank=2)

    def _passed(self, samples: Symbol) -> list[Symbol]:
        if samples.serial not in self._outputs:
            self._outputs[samples.serial] = self._pass(samples)
        return self._outputs[samples.serial]

    def _pass(self, samples: Symbol) -> list[Symbol]:
        """Return what the critic gives for samples: its own output and those of its heads."""
        rank, heads = RANKS[self._plan.kind], list(self._plan.heads)
        whole = self._graph.call("critic", samples, rank=rank)
        if not heads:
            return [whole]
        outputs = [self._part(whole, number, 1 + len(heads), 2 if number else rank) for number in range(1 + len(heads))]
        for output, name in zip(outputs, ["output", *map(self._plan.head_name, heads)], strict=True):
            self._graph.names.setdefault(output.serial, name)
        return outputs

    def _part(self, whole: Symbol, number: int, count: int, rank: int) -> Symbol:
        return self._graph.symbol("part", whole, number, count, rank=rank)


def _code(text: str) -> SimpleNamespace:
    return SimpleNamespace(code=text)


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
        self.constants = Constants()
        self.memory: dict[str, float] = {}
        self._changes: dict[str, Symbol] = {}
        try:
            self._trace()
        except (Unwritable, AttributeError, TypeError) as error:
            problem = f"a script cannot repeat {self._objective.title.lower()} yet: {error}"
            raise SettingsError(f"objective.name: {problem}") from None

    def _trace(self) -> None:
        plan, self._graph = self._plan, Graph()
        self._critic = _Critic(self._graph, plan)
        self._real, self._fake = self._graph.name("real", 2), self._graph.name("fake", 2)
        self._told = _told(self._graph)
        self._rule = self._begin()
        self._remember()
        adversarial = self._traced(lambda: {"critic": self._rule.critic_loss(self._critic, self._real, self._fake)})
        changes = self._changed()
        terms = adversarial | self._critic_heads() | self._labelled()
        self.critic = self._function("critic_loss", "the critic", terms, self._classes_right(), changes)
        self.ahead = None
        if plan.experiment.additions.unrolling.on and len(terms) > 1:
            self.ahead = self._function("adversarial_loss", "the critic, without heads,", adversarial, {}, changes)
        self._remember()
        self._critic = _Critic(self._graph, plan)
        terms = {"generator": self._generator_loss()}
        changes = self._changed()
        terms |= self._encoder_loss()
        head_losses, reports = self._generator_heads()
        reports |= {name: self._graph.lifted(value) for name, value in self._rule.report().items()}
        self.generator = self._function("generator_loss", "the generator", terms | head_losses, reports, changes)

    def _begin(self) -> Any:
        """Return the objective's losses at the start of a run."""
        if self._plan.integrates:
            return _ByQuadrature(self._objective)
        if isinstance(self._objective, Realness) and self._objective.redraw:
            return Redrawn(self._graph, self._objective)
        return self._objective.begin([0])

    @property
    def functions(self) -> list[Function]:
        """All functions, those that others need first."""
        return [function for function in (self.ahead, self.critic, self.generator) if function]

    def _traced(self, function: Any) -> Any:
        with named_as_in_source(self._graph):
            return function()

    # ---- what the objective remembers --------------------------------------------------------------

    def _remember(self) -> None:
        """Put variables of the script in place of the numbers that an objective's losses remember."""
        if self._rule is self._objective:
            return
        for name, value in vars(self._rule).items():
            short = name.strip("_")
            if isinstance(value, KEPT) and not isinstance(value, bool):
                self.memory[short] = value
                setattr(self._rule, name, self._graph.name(f"memory.{short}", 0))
            elif isinstance(value, Symbol):
                setattr(self._rule, name, self._graph.name(f"memory.{short}", 0))
        self._before = dict(vars(self._rule))

    def _changed(self) -> dict[str, Symbol]:
        """Return what a loss has changed of what is remembered."""
        if self._rule is self._objective:
            return {}
        for name, value in vars(self._rule).items():
            if value is not self._before[name] and not isinstance(value, Symbol | dict):
                raise Unwritable(f"it remembers a {type(value).__name__}")
        own = {f"memory.{name.strip('_')}": value for name, value in vars(self._rule).items()}
        return {
            name: value
            for name, value in own.items()
            if isinstance(value, Symbol) and value is not self._graph.name(name, 0)
        }

    # ---- terms -------------------------------------------------------------------------------------

    def _seen(self) -> tuple[Symbol, Symbol]:
        """Return what the critic is asked about."""
        real: Any = self._real
        fake: Any = self._fake
        inputs: Any = self._objective.inputs(real, fake)
        return inputs  # type: ignore[no-any-return]

    def _readers(self) -> Iterable[tuple[str, Any]]:
        """Return the additions that read heads, but not the one that learns from its own samples."""
        return ((name, self._plan.active[name]) for name in self._plan.heads if name != "semi_supervised")

    def _critic_heads(self) -> Terms:
        real, fake = self._seen()
        terms: Terms = {}
        for name, addition in self._readers():
            called = self._plan.head_name(name)
            of_real = self._critic.head(name, real, f"{called}_real")
            of_fake = self._critic.head(name, fake, f"{called}_fake")
            terms[addition.title.lower()] = self._traced(
                lambda a=addition, r=of_real, f=of_fake: a.critic_loss(r, f, self._told, self._plan.classes)
            )
        return terms

    def _generator_heads(self) -> tuple[Terms, Terms]:
        _, fake = self._seen()
        terms: Terms = {}
        reports: Terms = {}
        for name, addition in self._readers():
            outputs = self._critic.head(name, fake, f"{self._plan.head_name(name)}_fake")
            terms[f"{addition.title.lower()} (G)"] = self._traced(
                lambda a=addition, o=outputs: a.generator_loss(o, self._told, self._plan.classes)
            )
            reports |= self._traced(lambda a=addition, o=outputs: a.report(o, self._told, self._plan.classes))
        return terms, reports

    def _labelled(self) -> Terms:
        """Return the loss of the few samples whose class is known."""
        few = self._plan.experiment.additions.semi_supervised
        if not few.on:
            return {}
        labelled, labels = self._graph.name("labelled", 2), self._graph.name("labels", 1)
        logits = self._critic.head("semi_supervised", labelled, "logits_labelled")
        return {"labelled": self._traced(lambda: few.supervised_loss(logits, labels))}  # type: ignore[arg-type]

    def _classes_right(self) -> Terms:
        few = self._plan.experiment.additions.semi_supervised
        if not (few.on and few.unlabelled):
            return {}
        logits = self._critic.head("semi_supervised", self._real, "logits_real")
        return {"class accuracy": (logits.argmax(-1) == self._told.labels).float().mean()}

    def _generator_loss(self) -> Symbol:
        few, critic = self._plan.experiment.additions.semi_supervised, self._critic
        if few.on and few.feature_matching:
            real, fake = critic.features(self._real), critic.features(self._fake)
            return self._traced(lambda: few.matching_loss(real, fake))  # type: ignore[no-any-return, arg-type]
        return self._traced(lambda: self._rule.generator_loss(critic, self._real, self._fake))  # type: ignore[no-any-return]

    def _encoder_loss(self) -> Terms:
        encoder = self._plan.experiment.additions.encoder
        if not (encoder.on and encoder.adversarial):
            return {}
        loss = self._traced(lambda: self._objective.encoder_loss(self._critic, self._real))  # type: ignore[arg-type]
        return {} if loss is None else {"encoder": loss}

    # ---- the score, whose slope penalties look at --------------------------------------------------

    def score(self) -> Traced:
        """Return the sum over `points` of the number by which a sample is drawn."""
        points: Any = self._graph.name("points", 2)
        critic: Any = _Critic(self._graph, self._plan)
        score = self._traced(lambda: self._objective.score(critic, points))
        return _written(self._graph, [score.sum()], self.constants, ["critic", "points"])

    # ---- functions ---------------------------------------------------------------------------------

    def _function(self, name: str, whose: str, terms: Terms, reports: Terms, changes: Terms) -> Function:
        """Return the function that computes losses, reports and what is remembered."""
        several = len(terms) + len(reports) > 1
        results = [*terms.values(), *reports.values(), *changes.values()]
        before = 8 + max(len(key) + 6 for key in [*terms, *reports]) if several else 11
        traced = _written(self._graph, results, self.constants, ORDER, before)
        # What has a weight of 0 is a number and no tensor.
        texts = [
            f"torch.tensor({float(result.parts[0])!r})" if result.kind == "number" else text
            for result, text in zip(results, traced.texts, strict=True)
        ]
        losses = texts[: len(terms)]
        reported = texts[len(terms) : len(terms) + len(reports)]
        remembered = texts[len(terms) + len(reports) :]
        body = list(traced.lines)
        if several and not reports and not changes:
            body += bracketed("return {", _items(terms, losses), "}", 4)
        elif several:
            body += bracketed("losses = {", _items(terms, losses), "}", 4)
            body += bracketed("report = {", _items(reports, reported), "}", 4) if reports else []
        elif changes:
            body.append(f"loss = {losses[0]}")
        else:
            body.append(f"return {losses[0]}")
        # Last, since losses may have been computed with what was remembered until now.
        if changes:
            body.append(f"{', '.join(changes)} = {', '.join(remembered)}")
        if reports:
            body.append("return losses, report")
        elif changes:
            body.append("return losses" if several else "return loss")
        parameters = [*traced.parameters] + ["memory"] * (bool(changes) and "memory" not in traced.parameters)
        plural = "losses" if several else "loss"
        name = name.replace("loss", plural)
        what = f"Return what {whose} minimises{', and what else is to plot' if reports else ''}."
        definition = [f"def {name}({', '.join(parameters)}):", *indented(docstring(what)), *indented(body)]
        return Function(parameters, traced.lines, traced.texts, name, list(terms), list(reports), definition)


class _ByQuadrature:
    """A pointwise objective's losses as weighted sums over the nodes of grids."""

    def __init__(self, objective: AdversarialObjective) -> None:
        assert isinstance(objective, Pointwise)
        self._objective = objective

    def critic_loss(self, critic: _Critic, real: Symbol, fake: Symbol) -> Symbol:
        r, f = critic.both(real, fake)
        of_real: Any = self._objective.real_term(r)  # type: ignore[arg-type]
        of_fake: Any = self._objective.fake_term(f)  # type: ignore[arg-type]
        p, q = real.graph.name("REAL_WEIGHTS", 1), real.graph.name("LATENT_WEIGHTS", 1)
        return (p * of_real).sum(-1) + (q * of_fake).sum(-1)  # type: ignore[no-any-return]

    def generator_loss(self, critic: _Critic, real: Symbol, fake: Symbol) -> Symbol:
        term: Any = self._objective.generator_term(critic(fake))  # type: ignore[arg-type]
        return (real.graph.name("LATENT_WEIGHTS", 1) * term).sum(-1)  # type: ignore[no-any-return]

    def report(self) -> Terms:
        return {}


def told(plan: Plan) -> Traced | None:
    """Return what the generator is given beside its latent, of the classes y and the uniform numbers u."""
    if not plan.told:
        return None
    graph = Graph()
    with named_as_in_source(graph):
        messages: list[Any] = [addition.generator_message(_told(graph), plan.classes) for addition in plan.told]
    parts: list[Any] = []
    for message in messages:
        joined = isinstance(message, Symbol) and message.kind == "call" and message.parts[0] == "torch.cat"
        parts += message.parts[1][0] if joined else [message]
    return _written(graph, parts, Constants(), ("self", "z", *ORDER), 60)


def _told(graph: Graph) -> Told:
    """Return the variables for classes and for the numbers that codes are made of."""
    labels: Any = graph.name("y", 1)
    uniform: Any = graph.name("u", 2)
    return Told(labels, uniform)


def variational(objective: Variational) -> list[Function]:
    """Return the two losses of a variational autoencoder."""
    graph = Graph()
    x, decoded = graph.name("x", 2), graph.name("decoded", 2)
    mean, log_variance = graph.name("mean", 2), graph.name("log_variance", 2)
    functions = []
    for name, arguments in (("reconstruction", (x, decoded)), ("divergence", (mean, log_variance))):
        method = getattr(objective, name)
        with named_as_in_source(graph):
            result = method(*arguments)
        traced = _written(graph, [result], Constants(), ORDER, 11)
        text = docstring((method.__doc__ or "").strip().replace(", (R,)", ""))
        definition = [f"def {name}({', '.join(traced.parameters)}):", *indented(text), *indented(traced.lines)]
        definition.append(f"    return {traced.texts[0]}")
        functions.append(Function(traced.parameters, traced.lines, traced.texts, name, [name], [], definition))
    return functions


def _written(
    graph: Graph, results: Sequence[Any], constants: Constants, order: Sequence[str], before: int = 24
) -> Traced:
    """Return expressions as text, with the parameters that they need in an order."""
    body = Body(graph, [graph.lifted(result) for result in results], constants, taken=("self", "z"), before=before)
    return Traced([name for name in order if name in body.used and name != "self"], body.lines, body.texts)


def _items(terms: Terms, texts: Sequence[str]) -> list[str]:
    return [f'"{name}": {text}' for name, text in zip(terms, texts, strict=True)]


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
