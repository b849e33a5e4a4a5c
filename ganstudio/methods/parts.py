"""What several rows of the table of methods say alike: equations, papers and settings."""

from __future__ import annotations

from typing import Any

STANDARD_CRITIC = r"-\mathbb{E}[\log \sigma(T(x))] - \mathbb{E}[\log(1 - \sigma(T(\tilde{x})))]"
NON_SATURATING = r"-\mathbb{E}[\log \sigma(T(\tilde{x}))]"
WASSERSTEIN = r"\mathbb{E}[T(\tilde{x})] - \mathbb{E}[T(x)]"
MINUS_SCORE = r"-\mathbb{E}[T(\tilde{x})]"
F_CRITIC = r"-\mathbb{E}[g(T(x))] + \mathbb{E}[f^*(g(T(\tilde{x})))]"
F_GENERATOR = r"-\mathbb{E}[g(T(\tilde{x}))]"
REALNESS = r"\mathbb{E}[\mathrm{KL}(A_1 \| D(x))] + \mathbb{E}[\mathrm{KL}(A_0 \| D(\tilde{x}))]"

GOODFELLOW = "Goodfellow et al., Generative Adversarial Nets"
SALIMANS = "Salimans et al., Improved Techniques for Training GANs"
NOWOZIN = "Nowozin, Cseke and Tomioka, f-GAN"
RELATIVISTIC = "Jolicoeur-Martineau, The relativistic discriminator"
TURING = "Su, Training Generative Adversarial Networks Via Turing Test"
XIANGLI = "Xiangli et al., Real or Not Real, that is the Question"
GULRAJANI = "Gulrajani et al., Improved Training of Wasserstein GANs"
MESCHEDER = "Mescheder, Geiger and Nowozin, Which Training Methods for GANs do actually Converge?"
MIYATO = "Miyato et al., Spectral Normalization for Generative Adversarial Networks"

FIVE_CRITIC_STEPS = {"critic_steps": 5}


def penalty(where: str, weight: float, **more: Any) -> dict[str, Any]:
    """Return settings of a gradient penalty."""
    return {"gradient_penalty": where, "penalty_weight": weight, **more}


def rates(generator: float, critic: float, **both: Any) -> dict[str, Any]:
    """Return both learning rates, and what else is the same for both optimisers."""
    return {
        "generator_optimiser": {"learning_rate": generator, **both},
        "critic_optimiser": {"learning_rate": critic, **both},
    }
