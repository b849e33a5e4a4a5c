"""What keeps a critic smooth: settings that go with any objective that has one."""

from __future__ import annotations

from typing import Literal

from ganstudio.settings import Settings, setting

__all__ = ["Constraints"]


class Constraints(Settings):
    """What keeps the critic smooth. Each can be combined with any objective."""

    gradient_penalty: Literal["none", "between", "around", "around_released", "real", "fake", "both"] = setting(
        "none",
        "Gradient penalty",
        "Adds to the critic's loss: weight x (||grad T|| - 1)^2 at points between real and generated samples (WGAN-GP) "
        "or around real ones (DRAGAN, as in the paper or with its released code's one-sided noise), or "
        "weight x ||grad T||^2 / 2 on real samples (R1), generated ones (R2) or both.",
        choices={
            "none": "None",
            "between": "Between",
            "around": "Around real",
            "around_released": "Around, released",
            "real": "On real (R1)",
            "fake": "On fake (R2)",
            "both": "R1 and R2",
        },
    )
    penalty_weight: float = setting(
        0.1,
        "Penalty weight \N{GREEK SMALL LETTER LAMDA}",
        "Weight of the gradient penalty. The papers' 10 is for images; on the plane 0.1 to 1 works.",
        ge=0.0,
        le=1000.0,
        live=True,
        logarithmic=True,
    )
    one_sided: bool = setting(False, "One-sided", "Punish only gradients longer than 1, not shorter ones.", expert=True)
    around_spread: float = setting(
        0.5,
        "Spread around",
        "Standard deviation of the noise around real samples, as a share of that of the whole batch. 0.5 as in DRAGAN.",
        gt=0.0,
        le=10.0,
        expert=True,
    )
    weight_clip: float = setting(
        0.0,
        "Weight clip c",
        "After every critic step each critic weight is clipped to [-c, c] (Arjovsky et al. 2017). "
        "0 turns it off; the paper's 0.01 is very flat on the plane, 0.1 works.",
        ge=0.0,
        le=10.0,
    )
    spectral_norm: bool = setting(
        False,
        "Spectral norm",
        "Divides every critic weight by its largest singular value (Miyato et al. 2018): with ReLU the slope of T is "
        "then at most the gain.",
    )
    spectral_gain: float = setting(
        10.0,
        "Gain",
        "What T is multiplied by under spectral normalisation. The paper's 1 is too smooth on the plane, 10 works.",
        gt=0.0,
        le=1000.0,
        logarithmic=True,
    )

    @property
    def penalises(self) -> bool:
        """Whether there is a gradient penalty."""
        return self.gradient_penalty != "none"

    @property
    def centred_on_one(self) -> bool:
        """Whether the penalty wants slopes of 1 rather than 0."""
        return self.gradient_penalty in ("between", "around", "around_released")

    @property
    def kinds(self) -> tuple[object, ...]:
        """What is on, without weights: what a method's name says."""
        one_sided = self.one_sided and self.centred_on_one
        return self.gradient_penalty, one_sided, self.weight_clip > 0, self.spectral_norm

    @property
    def idle(self) -> set[str]:
        """Names of the settings that mean nothing while others are as they are."""
        names = set()
        if not self.penalises:
            names.add("penalty_weight")
        if not self.centred_on_one:
            names.add("one_sided")
        if self.gradient_penalty != "around":
            names.add("around_spread")
        if not self.spectral_norm:
            names.add("spectral_gain")
        return names
