"""The part of a script that holds the gradient penalty."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.script.grids import node_count
from ganstudio.script.layout import docstring, indented
from ganstudio.script.losses import Losses, weighted
from ganstudio.script.plan import PLANE, Plan

__all__ = ["Penalty"]

TEXTS = {
    "between": "at points between pairs. Gulrajani et al. 2017, arXiv 1704.00028.",
    "around": "at points around real samples. DRAGAN: Kodali et al. 2017, arXiv 1705.07215.",
    "around_released": "at points up and right of real samples. DRAGAN: Kodali et al. 2017, as released.",
    "real": "on real samples. R1: Mescheder et al. 2018, arXiv 1801.04406.",
    "fake": "on generated samples. R2: Mescheder et al. 2018, arXiv 1801.04406.",
    "both": "on real and generated samples. R1 and R2: Mescheder et al. 2018, arXiv 1801.04406.",
}


SIDES = {"between": ["real", "fake"], "fake": ["fake"], "both": ["real", "fake"]}
"""Which samples each kind looks at; those that are not here look at real ones."""


@dataclass(frozen=True)
class Numbers:
    """Random numbers of a penalty: what they are called, their stream, what they are, and how many samples."""

    name: str
    purpose: str
    draw: str
    count: int
    batch: int


class Penalty:
    """The gradient penalty of an experiment.

    Attributes
    ----------
    numbers
        What it draws.
    blocks
        The functions.
    """

    def __init__(self, plan: Plan, losses: Losses) -> None:
        self._plan = plan
        self._constraints = plan.experiment.constraints
        self._where = self._constraints.gradient_penalty
        self._pairs = plan.kind == "pair"
        self._features = plan.inputs * (2 if self._pairs else 1)
        self.numbers = self._numbers()
        self.blocks = [self._places(), self._slope(losses), self._penalty()]

    @property
    def pairs(self) -> list[str]:
        """The line that makes what a critic of pairs is asked about; none for other critics."""
        both = "torch.cat([real, fake], dim=-1), torch.cat([fake, real], dim=-1)"
        return [f"pairs = {both}"] if self._pairs else []

    def call(self, critic: str = "critic") -> str:
        """Return how the penalty is computed of what the critic sees, `real` and `fake`, or of `pairs`."""
        sides = SIDES.get(self._where, ["real"])
        if self._pairs:
            sides = ["*pairs"] if len(sides) > 1 else ["pairs[0]" if sides == ["real"] else "pairs[1]"]
        return f"gradient_penalty({', '.join([critic, *sides, *(f'next({each.name})' for each in self.numbers)])})"

    def _numbers(self) -> list[Numbers]:
        features, whole = self._features, self._plan.batch
        packs = self._plan.experiment.training.batch
        if self._plan.integrates:
            whole = packs = node_count(self._plan)
        match self._where:
            case "between":
                return [Numbers("shares", "penalty", "uniform", 1, whole)]
            case "around":
                return [Numbers("directions", "penalty normal", "normal", features, packs)]
            case "around_released":
                return [
                    Numbers("directions", f"penalty {features}", "uniform", features, whole),
                    Numbers("shares", "penalty", "uniform", 1, whole),
                ]
        return []

    @property
    def _masked(self) -> bool:
        return self._plan.condition > 0

    def _places(self) -> list[str]:
        """Return which of the numbers that the critic sees are no classes: nothing is asked of slopes along these."""
        if not self._masked:
            return []
        plan = self._plan
        ones = f"[1.0] * {PLANE} + [0.0] * {plan.condition}" + (f" + [1.0] * {plan.latent}" if plan.encodes else "")
        times = plan.pack * (2 if self._pairs else 1)
        text = f"PLACES = torch.tensor({f'({ones}) * {times}' if times > 1 else ones})"
        return [f"{text}  # a class is no place: slopes along it are free"]

    def _slope(self, losses: Losses) -> list[str]:
        score = losses.score()
        masked = " * PLACES" if self._masked else ""
        return [
            "def slope(critic, points):",
            '    """Return the gradient of the critic in its input, which can be differentiated once more."""',
            "    points = points.detach().requires_grad_()",
            *indented(score.lines),
            f"    (gradient,) = torch.autograd.grad({score.texts[0]}, points, create_graph=True)",
            f"    return gradient{masked}",
        ]

    def _penalty(self) -> list[str]:
        one_sided = self._constraints.one_sided
        norm = f"(||grad T|| - 1)^2{', where that is above 0,' if one_sided else ''}"
        what = norm if self._constraints.centred_on_one else "||grad T||^2 / 2"
        sides = ", ".join(SIDES.get(self._where, ["real"]))
        names = {"shares": "share", "directions": "direction"}
        arguments = ", ".join(["critic", sides, *(names[each.name] for each in self.numbers)])
        text = f"Return the weighted mean of {what} {TEXTS[self._where]}"
        return [f"def gradient_penalty({arguments}):", *indented(docstring(text)), *indented(self._body())]

    def _body(self) -> list[str]:
        weight = self._constraints.penalty_weight
        if not self._constraints.centred_on_one:
            sides = SIDES.get(self._where, ["real"])
            means = [self._mean(f"slope(critic, {side}).square().sum(-1)", side) for side in sides]
            if len(means) == 1:
                return [f"return {weighted(0.5 * weight, means[0])}"]
            lines = [f"on_{side} = {mean}" for side, mean in zip(sides, means, strict=True)]
            return [*lines, f"return {weighted(0.5 * weight, '(on_real + on_fake)')}"]
        lines = [self._points(), "norm = (slope(critic, points).square().sum(-1) + 1e-12).sqrt()"]
        excess = "(norm - 1).relu().square()" if self._constraints.one_sided else "(norm - 1).square()"
        return [*lines, f"return {weighted(weight, self._mean(excess, 'real'))}"]

    def _points(self) -> str:
        """Return where the slope is looked at."""
        width = self._features if self._where != "between" else 0
        first = "real" if width == PLANE else f"real[:, :{PLANE}]"
        direction = f"PLACES * {self._cut('direction')}" if self._masked else self._cut("direction")
        match self._where:
            case "between":
                return f"points = torch.lerp(fake, real, {self._cut('share')})"
            case "around":
                spread = weighted(self._constraints.around_spread, f"{first}.std(correction=0)")
                return f"points = real + {spread} * {direction}"
        return f"points = real + {self._cut('share')} * 0.5 * {first}.std(correction=0) * {direction}"

    def _cut(self, name: str) -> str:
        """Return as many numbers as there are packs; more of them are drawn."""
        return f"{name}[: len(real)]" if self._plan.pack > 1 else name

    def _mean(self, text: str, side: str) -> str:
        if not self._plan.integrates:
            return f"{text}.mean()"
        weights = "REAL_WEIGHTS" if side == "real" else "LATENT_WEIGHTS"
        return f"({weights} * {text}).sum()"
