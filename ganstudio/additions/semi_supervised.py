"""Semi-supervised GAN: Salimans et al. 2016, arXiv 1606.03498, section 5; Odena 2016, arXiv 1606.01583.

The critic is a classifier of K classes with logits l; the logit of "generated" is 0, so that T = log sum exp l and
P(real) = sigma(T). Critic + E[CE(l(x), y)] over the few labelled samples. With those as its only real samples the
whole is Odena's (K + 1)-way cross entropy, since CE over K + 1 classes = CE over K - log sigma(T).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ganstudio.additions.base import Addition, cross_entropy, switch
from ganstudio.settings import setting

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["SemiSupervised"]


class SemiSupervised(Addition):
    """The critic learns classes from a few labels; the generator is told none."""

    title: ClassVar[str] = "Few labels"
    paper: ClassVar[str] = "Semi-supervised GAN, arXiv 1606.03498"
    labelled: ClassVar[bool] = True
    on: bool = switch(
        "The critic is also a classifier that learns from a few labelled samples and all unlabelled ones."
    )
    labels_per_class: int = setting(
        3, "Labels", "Labelled samples of each class. 1 to 20 are few.", ge=1, le=1000, unit="a class"
    )
    unlabelled: bool = setting(
        True,
        "Unlabelled, too",
        "The critic sees all real samples as real (Salimans et al.). Off: only the labelled ones (Odena).",
        expert=True,
    )
    feature_matching: bool = setting(
        False,
        "Feature matching",
        "The generator matches the mean of the critic's last hidden layer over real samples in place of its objective: "
        "better classes, worse samples.",
    )

    @property
    def summary(self) -> str:
        """What it is and its most telling settings, in a few words."""
        only = "" if self.unlabelled else " only"
        return f"{self.labels_per_class} labels a class{only}" + (", feature matching" if self.feature_matching else "")

    def heads(self, classes: int) -> int:
        """Return the number of classes."""
        return classes

    def supervised_loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return E[CE(l(x), y)] of the labelled samples, (R,)."""
        return cross_entropy(logits, labels).mean(-1)

    def matching_loss(self, real_features: Tensor, fake_features: Tensor) -> Tensor:
        """Return ||E[phi(x)] - E[phi(x~)]||^2, (R,), of features (R, batch, width)."""
        return (real_features.mean(1) - fake_features.mean(1)).square().sum(-1)
