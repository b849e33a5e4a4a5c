"""The table of named methods, and the settings of what they are made of.

A method is a sentence: an objective, constraints on the critic, and the settings that its authors used.
This file knows names, equations and papers; the loss functions live in `ganstudio.objectives`, one file
each, under the same name. Nothing here needs torch, so the window can show the gallery at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ganstudio.field import FieldMeaning
from ganstudio.settings import Settings, setting

__all__ = [
    "METHODS",
    "OBJECTIVES",
    "Constraints",
    "LeastSquaresObjective",
    "Method",
    "MinimaxObjective",
    "Objective",
]


class Objective(Settings):
    """Which two losses are minimised; a subclass where they have settings of their own."""

    name: str

    @property
    def field_meaning(self) -> FieldMeaning:
        """What is shown of the critic's output T; unless told otherwise, a constant in T means nothing."""
        return FieldMeaning("score", "T \u2212 median", centre=0.0)


class LogisticObjective(Objective):
    """The standard GAN's critic loss (Goodfellow et al. 2014): T is a logit."""

    @property
    def field_meaning(self) -> FieldMeaning:
        """The probability of being real; p / (p + q) at the optimum."""
        return FieldMeaning("probability", "\u03c3(T)", centre=0.5, reach=0.5)


class MinimaxObjective(LogisticObjective):
    """Settings of the minimax loss."""

    name: Literal["minimax"] = "minimax"
    half: bool = setting(
        False, "Halve both", "Multiply both losses by 1/2, as some texts do. It only rescales.", expert=True
    )


class NonSaturatingObjective(LogisticObjective):
    """Settings of the non-saturating loss: none."""

    name: Literal["non_saturating"] = "non_saturating"


class LeastSquaresObjective(Objective):
    """Settings of the least-squares losses: the three targets a, b, c of Mao et al. 2016."""

    name: Literal["least_squares"] = "least_squares"
    fake_target: float = setting(
        0.0,
        "Fake target a",
        "Value that the critic should give generated samples: 0, or -1 for Pearson's.",
        expert=True,
    )
    real_target: float = setting(
        1.0, "Real target b", "Value that the critic should give real samples: 1.", expert=True
    )
    generator_target: float = setting(
        1.0,
        "Generator target c",
        "Value that the generator wants its samples to be given: 1, or 0 for Pearson's.",
        expert=True,
    )

    @property
    def field_meaning(self) -> FieldMeaning:
        """T itself, which lies between both targets at the optimum (b p + a q) / (p + q), but not on the way."""
        a, b = self.fake_target, self.real_target
        return FieldMeaning("value", "T", centre=(a + b) / 2, least=abs(b - a) / 2)


class WassersteinObjective(Objective):
    """Settings of the Wasserstein losses: none."""

    name: Literal["wasserstein"] = "wasserstein"


class HingeObjective(Objective):
    """Settings of the hinge losses: none."""

    name: Literal["hinge"] = "hinge"

    @property
    def field_meaning(self) -> FieldMeaning:
        """T itself, sign(p - q) at the optimum: beyond the margins of +-1 the loss does not care."""
        return FieldMeaning("value", "T", centre=0.0, reach=1.5)


OBJECTIVES: dict[str, type[Objective]] = {
    "minimax": MinimaxObjective,
    "non_saturating": NonSaturatingObjective,
    "least_squares": LeastSquaresObjective,
    "wasserstein": WassersteinObjective,
    "hinge": HingeObjective,
}


class Constraints(Settings):
    """What keeps the critic smooth. Each can be combined with any objective."""

    gradient_penalty: Literal["none", "between"] = setting(
        "none",
        "Gradient penalty",
        "Adds weight x (||grad T|| - 1)^2 to the critic's loss, at points drawn between real and generated "
        "samples (Gulrajani et al. 2017).",
        choices={"none": "None", "between": "Between"},
    )
    penalty_weight: float = setting(
        0.1,
        "Penalty weight \N{GREEK SMALL LETTER LAMDA}",
        "Weight of the gradient penalty. The paper's 10 is for images; on the plane 0.1 to 0.3 works.",
        ge=0.0,
        le=1000.0,
        live=True,
        logarithmic=True,
    )
    one_sided: bool = setting(False, "One-sided", "Punish only gradients longer than 1, not shorter ones.", expert=True)
    weight_clip: float = setting(
        0.0,
        "Weight clip c",
        "After every critic step each critic weight is clipped to [-c, c] (Arjovsky et al. 2017). "
        "0 turns it off; the paper's 0.01 is very flat on the plane, 0.1 works.",
        ge=0.0,
        le=10.0,
    )


@dataclass(frozen=True)
class Method:
    """A named method: one row of the gallery.

    Attributes
    ----------
    title, full_name
        As it is known, and spelled out.
    family
        The heading that it stands under; headings come in the order in which they are first named.
    objective
        A name in `OBJECTIVES`.
    critic_loss, generator_loss
        What is minimised, as TeX for matplotlib's mathtext without dollar signs. T is the critic's raw output, x
        real, x-tilde generated.
    paper, year, arxiv
        Source.
    watch
        One sentence: what to look for on the plane.
    also_called
        Its other names.
    settings
        What the method changes in the default experiment: section -> setting -> value.
    """

    title: str
    full_name: str
    family: str
    objective: str
    critic_loss: str
    generator_loss: str
    paper: str
    year: int
    arxiv: str
    watch: str
    also_called: tuple[str, ...] = ()
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)


_LOGISTIC = r"-\mathbb{E}[\log \sigma(T(x))] - \mathbb{E}[\log(1 - \sigma(T(\tilde{x})))]"
_WASSERSTEIN = r"\mathbb{E}[T(\tilde{x})] - \mathbb{E}[T(x)]"

METHODS: dict[str, Method] = {
    "mm": Method(
        title="MM GAN",
        full_name="Minimax GAN",
        family="Standard GAN",
        objective="minimax",
        critic_loss=_LOGISTIC,
        generator_loss=r"\mathbb{E}[\log(1 - \sigma(T(\tilde{x})))]",
        paper="Goodfellow et al., Generative Adversarial Nets",
        year=2014,
        arxiv="1406.2661",
        watch="While the critic is sure of itself the generator's gradient vanishes and the samples stand still.",
        settings={},
    ),
    "ns": Method(
        title="NS GAN",
        full_name="Non-saturating GAN",
        family="Standard GAN",
        objective="non_saturating",
        critic_loss=_LOGISTIC,
        generator_loss=r"-\mathbb{E}[\log \sigma(T(\tilde{x}))]",
        paper="Goodfellow et al., Generative Adversarial Nets, section 3",
        year=2014,
        arxiv="1406.2661",
        watch="It moves from the first step, but may leave modes out or hop from mode to mode.",
        settings={},
    ),
    "lsgan": Method(
        title="LSGAN",
        full_name="Least-squares GAN",
        family="Least squares",
        objective="least_squares",
        critic_loss=r"\frac{1}{2}\mathbb{E}[(T(x) - b)^2] + \frac{1}{2}\mathbb{E}[(T(\tilde{x}) - a)^2]",
        generator_loss=r"\frac{1}{2}\mathbb{E}[(T(\tilde{x}) - c)^2]",
        paper="Mao et al., Least Squares Generative Adversarial Networks",
        year=2016,
        arxiv="1611.04076",
        watch="Samples far from the contour are pulled hardest; at the optimum the losses are 1/4 and 1/8.",
        settings={},
    ),
    "wgan": Method(
        title="WGAN",
        full_name="Wasserstein GAN with weight clipping",
        family="Wasserstein",
        objective="wasserstein",
        critic_loss=_WASSERSTEIN + r",\quad \theta_D \in [-c, c]",
        generator_loss=r"-\mathbb{E}[T(\tilde{x})]",
        paper="Arjovsky, Chintala and Bottou, Wasserstein GAN",
        year=2017,
        arxiv="1701.07875",
        watch="A clipped critic is almost flat: samples smear along the ring before they find the modes.",
        settings={
            "constraints": {"weight_clip": 0.1},
            "critic_optimiser": {"name": "rmsprop", "learning_rate": 5e-4},
            "generator_optimiser": {"name": "rmsprop", "learning_rate": 5e-4},
            "training": {"critic_steps": 5},
        },
    ),
    "wgan_gp": Method(
        title="WGAN-GP",
        full_name="Wasserstein GAN with gradient penalty",
        family="Wasserstein",
        objective="wasserstein",
        critic_loss=_WASSERSTEIN + r" + \lambda\,\mathbb{E}[(\|\nabla T(\hat{x})\| - 1)^2]",
        generator_loss=r"-\mathbb{E}[T(\tilde{x})]",
        paper="Gulrajani et al., Improved Training of Wasserstein GANs",
        year=2017,
        arxiv="1704.00028",
        watch="Smooth slopes lead to every mode, and the mass spreads evenly over them.",
        settings={
            "constraints": {"gradient_penalty": "between", "penalty_weight": 0.1},
            "training": {"critic_steps": 5},
        },
    ),
    "hinge": Method(
        title="Hinge GAN",
        full_name="Hinge GAN (geometric GAN)",
        family="Hinge",
        objective="hinge",
        critic_loss=r"\mathbb{E}[\max(0, 1 - T(x))] + \mathbb{E}[\max(0, 1 + T(\tilde{x}))]",
        generator_loss=r"-\mathbb{E}[T(\tilde{x})]",
        paper="Lim and Ye, Geometric GAN; Tran et al., Hierarchical Implicit Models",
        year=2017,
        arxiv="1705.02894",
        watch="Without a constraint on its slope the critic may chase the samples around the ring.",
        settings={},
    ),
}
