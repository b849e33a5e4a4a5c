"""Which boxes and arrows a method's model graph has, and which of them an iteration goes through in turn.

Nothing here draws: both are read off the experiment alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from ganstudio.experiment import Experiment

__all__ = ["Edge", "Graph", "Lane", "Node", "Part", "Stop", "graph_of", "obstacle", "parts_of_loss", "stops_of"]

NodeKey = Literal[
    "noise",
    "codes",
    "labels",
    "generator",
    "encoder",
    "latents",
    "fake",
    "real",
    "critic",
    "scores",
    "heads",
    "penalty",
    "generator_loss",
    "critic_loss",
]
Part = Literal["critic", "generator"]
Lane = Literal["direct", "over", "under"]
Way = tuple[NodeKey, NodeKey]
"""An arrow's source and target."""

NOBODY: frozenset[Part] = frozenset()
CRITIC: frozenset[Part] = frozenset({"critic"})
GENERATOR: frozenset[Part] = frozenset({"generator"})
BOTH = CRITIC | GENERATOR
INPUTS: frozenset[NodeKey] = frozenset({"noise", "codes", "labels"})


@dataclass(frozen=True)
class Node:
    """A box.

    Attributes
    ----------
    column
        From the left. Boxes of a column stand under one another, in the order of the graph.
    """

    key: NodeKey
    column: int


@dataclass(frozen=True)
class Edge:
    """An arrow.

    Attributes
    ----------
    gradients
        Whose updates differentiate back along it.
    lane
        Where it runs: from box to box, or above or below all of them.
    """

    source: NodeKey
    target: NodeKey
    gradients: frozenset[Part] = frozenset()
    lane: Lane = "direct"


@dataclass(frozen=True)
class Graph:
    """What a method is made of."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def keys(self) -> frozenset[NodeKey]:
        """The boxes' names."""
        return frozenset(node.key for node in self.nodes)

    @property
    def columns(self) -> list[list[NodeKey]]:
        """The boxes' names, column by column from the left and from the top down."""
        last = max(node.column for node in self.nodes)
        return [[node.key for node in self.nodes if node.column == column] for column in range(last + 1)]

    def edge(self, source: str, target: str) -> Edge:
        """Return the arrow between two boxes.

        Raises
        ------
        KeyError
            If there is none.
        """
        for edge in self.edges:
            if (edge.source, edge.target) == (source, target):
                return edge
        raise KeyError(f"no arrow leads from {source} to {target}")


@dataclass(frozen=True)
class Stop:
    """Where an iteration in slow motion stops for a look.

    Attributes
    ----------
    key
        What is looked at.
    part
        Whose update it belongs to.
    nodes
        Boxes that it is about.
    edges
        (source, target) of the arrows along which something flows.
    backward
        Whether it is gradients that flow, from target to source.
    """

    key: str
    part: Part
    nodes: frozenset[NodeKey]
    edges: tuple[Way, ...] = ()
    backward: bool = False


# ---- boxes and arrows --------------------------------------------------------------------------------


def graph_of(experiment: Experiment) -> Graph:
    """Return the model graph of an experiment."""
    return _autoencoder() if experiment.objective.critic == "none" else _adversarial(experiment)


def _autoencoder() -> Graph:
    columns: list[list[NodeKey]] = [["real"], ["encoder", "noise"], ["latents"], ["generator"], ["fake"]]
    columns.append(["generator_loss"])
    edges = (
        Edge("real", "encoder"),
        Edge("encoder", "latents", GENERATOR),
        Edge("noise", "latents"),
        Edge("latents", "generator", GENERATOR),
        Edge("generator", "fake", GENERATOR),
        Edge("fake", "generator_loss", GENERATOR),
        Edge("latents", "generator_loss", GENERATOR, "over"),
        Edge("real", "generator_loss", lane="under"),
    )
    return Graph(tuple(_nodes(columns)), edges)


def _adversarial(experiment: Experiment) -> Graph:
    additions = experiment.additions
    encoder, told = additions.encoder, _told(experiment)
    columns: list[list[NodeKey]] = [["noise"], ["generator"], ["fake", "real"], ["critic"], ["scores"]]
    columns.append(["generator_loss", "critic_loss"])
    columns[0] += told
    columns[1] += ["encoder"] if encoder.on else []
    columns[4] += ["heads"] if _reads_heads(experiment) else []
    columns[4] += ["penalty"] if experiment.constraints.penalises else []
    return Graph(tuple(_nodes(columns)), tuple(_adversarial_edges(experiment, told)))


def _adversarial_edges(experiment: Experiment, told: list[NodeKey]) -> Iterator[Edge]:
    additions = experiment.additions
    yield Edge("noise", "generator")
    for key in told:
        yield Edge(key, "generator")
    yield Edge("generator", "fake", GENERATOR)
    yield Edge("fake", "critic", GENERATOR)
    yield Edge("real", "critic")
    if additions.conditional.on:
        yield Edge("labels", "critic", lane="under")
    if additions.encoder.on:
        yield Edge("real", "encoder")
        yield Edge("encoder", "critic", GENERATOR if additions.encoder.adversarial else NOBODY, "under")
        yield Edge("noise", "critic", lane="over")
        if additions.encoder.reconstruction > 0:
            yield Edge("fake", "encoder", GENERATOR)
    yield Edge("critic", "scores", BOTH)
    few = additions.semi_supervised
    if few.on and few.feature_matching:
        yield Edge("critic", "generator_loss", GENERATOR, "over")
    else:
        yield Edge("scores", "generator_loss", GENERATOR)
    yield Edge("scores", "critic_loss", CRITIC)
    if _reads_heads(experiment):
        shared = any(term.endswith("(G)") for term in parts_of_loss(experiment, "generator"))
        yield Edge("critic", "heads", BOTH if shared else CRITIC)
        if shared:
            yield Edge("heads", "generator_loss", GENERATOR)
        yield Edge("heads", "critic_loss", CRITIC)
    if experiment.constraints.penalises:
        yield Edge("critic", "penalty", CRITIC)
        yield Edge("penalty", "critic_loss", CRITIC)


def _nodes(columns: list[list[NodeKey]]) -> Iterator[Node]:
    for column, keys in enumerate(columns):
        for key in keys:
            yield Node(key, column)


def _told(experiment: Experiment) -> list[NodeKey]:
    """Return what the generator is told beside its latent."""
    additions = experiment.additions
    told: list[NodeKey] = ["codes"] if additions.information.on else []
    return told + (["labels"] if additions.conditional.on or additions.classifier.on else [])


def _reads_heads(experiment: Experiment) -> bool:
    return any(addition.heads(experiment.data.classes()) for _, addition in experiment.additions.active())


# ---- losses ------------------------------------------------------------------------------------------


def parts_of_loss(experiment: Experiment, part: Part) -> tuple[str, ...]:
    """Return the names of the terms whose sum an update minimises, as `ganstudio.messages.Losses` has them."""
    additions = experiment.additions
    if experiment.objective.critic == "none":
        return ("reconstruction", "divergence") if part == "generator" else ()
    heads = [
        addition.title.lower()
        for name, addition in additions.active()
        if name != "semi_supervised" and addition.heads(experiment.data.classes())
    ]
    if part == "critic":
        few = ["labelled"] if additions.semi_supervised.on else []
        penalty = ["penalty"] if experiment.constraints.penalises else []
        return ("critic", *heads, *few, *penalty)
    return ("generator", *_encoder_terms(experiment), *(f"{title} (G)" for title in heads))


def _encoder_terms(experiment: Experiment) -> list[str]:
    """Return what an encoder adds; the loss by which real pairs move is there only where the objective has one."""
    encoder = experiment.additions.encoder
    if not encoder.on:
        return []
    terms = ["encoder"] if encoder.adversarial else []
    return terms + (["latent miss"] if encoder.reconstruction > 0 else [])


# ---- an iteration, stop by stop ----------------------------------------------------------------------


def obstacle(experiment: Experiment) -> str:
    """Return why an iteration of an experiment cannot be followed sample by sample, or ""."""
    if experiment.additions.quadrature.on:
        return "By quadrature an iteration sums over grids: there are no samples to follow."
    return ""


def stops_of(experiment: Experiment) -> tuple[Stop, ...]:
    """Return where an iteration of an experiment stops in slow motion: the critic's last step, the generator's last."""
    graph = graph_of(experiment)
    if experiment.objective.critic == "none":
        return tuple(_autoencoder_stops(graph))
    return (*_critic_stops(graph), *_generator_stops(graph))


def _critic_stops(graph: Graph) -> Iterator[Stop]:
    stop = partial(Stop, part="critic")
    heads = graph.keys & {"heads"}
    yield stop("noise", nodes=graph.keys & INPUTS)
    yield stop("generate", nodes=_some("generator"), edges=_into(graph, "generator", "fake"))
    yield stop("samples", nodes=_some("fake", "real"))
    if "encoder" in graph.keys:
        yield stop("encode", nodes=_some("encoder"), edges=(("real", "encoder"),))
    yield stop("scores", nodes=_some("critic", "scores") | heads, edges=_into(graph, "critic", "scores", *heads))
    if "penalty" in graph.keys:
        yield stop("penalty", nodes=_some("penalty"), edges=_into(graph, "penalty"))
    yield stop("loss", nodes=_some("critic_loss"), edges=_into(graph, "critic_loss"))
    back = _back(graph, "critic", "critic_loss", "scores", "heads", "penalty")
    yield stop("gradients", nodes=_some("critic"), edges=back, backward=True)
    yield stop("update", nodes=_some("critic", "scores"), edges=(("critic", "scores"),))


def _generator_stops(graph: Graph) -> Iterator[Stop]:
    stop = partial(Stop, part="generator")
    learners = graph.keys & {"generator", "encoder"}
    heads: frozenset[NodeKey] = frozenset(source for source, _ in _into(graph, "generator_loss") if source == "heads")
    made = _into(graph, "generator", "fake", "encoder")
    yield stop("generate", nodes=(graph.keys & INPUTS) | learners | _some("fake"), edges=made)
    judged = _into(graph, "critic", "scores", *heads)
    if "encoder" not in graph.keys:  # for most, real samples do not matter to the generator
        judged = tuple(way for way in judged if way != ("real", "critic"))
    yield stop("scores", nodes=_some("critic", "scores") | heads, edges=judged)
    yield stop("loss", nodes=_some("generator_loss"), edges=_into(graph, "generator_loss"))
    back = _back(graph, "generator", "generator_loss", "scores", "heads", "critic")
    yield stop("push", nodes=_some("fake"), edges=back, backward=True)
    yield stop("gradients", nodes=learners, edges=_back(graph, "generator", "fake", "encoder"), backward=True)
    yield stop("update", nodes=learners | _some("fake"), edges=(("generator", "fake"),))


def _autoencoder_stops(graph: Graph) -> Iterator[Stop]:
    stop = partial(Stop, part="generator")
    yield stop("samples", nodes=_some("real"))
    yield stop("encode", nodes=_some("encoder", "noise", "latents"), edges=_into(graph, "encoder", "latents"))
    yield stop("generate", nodes=_some("generator", "fake"), edges=_into(graph, "generator", "fake"))
    yield stop("loss", nodes=_some("generator_loss"), edges=_into(graph, "generator_loss"))
    yield stop("push", nodes=_some("fake"), edges=(("fake", "generator_loss"),), backward=True)
    back = (("latents", "generator_loss"), *_back(graph, "generator", "fake", "generator", "latents"))
    yield stop("gradients", nodes=_some("generator", "encoder"), edges=back, backward=True)
    yield stop("update", nodes=_some("generator", "encoder", "fake"), edges=(("generator", "fake"),))


def _some(*keys: NodeKey) -> frozenset[NodeKey]:
    return frozenset(keys)


def _into(graph: Graph, *targets: NodeKey) -> tuple[Way, ...]:
    """Return the arrows that end at some boxes."""
    return tuple((edge.source, edge.target) for edge in graph.edges if edge.target in targets)


def _back(graph: Graph, part: Part, *targets: NodeKey) -> tuple[Way, ...]:
    """Return those along which an update differentiates."""
    return tuple(
        (edge.source, edge.target) for edge in graph.edges if part in edge.gradients and edge.target in targets
    )
