"""How gradients fare in a critic, layer by layer, and how its weights are spread: figure 1 of the WGAN-GP paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.nets import BoundMLP, FunctionCritic, ScalarCritic
from ganstudio.objectives import AdversarialObjective
from ganstudio.training.cast import Cast

__all__ = ["Depth", "look_into"]

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Depth:
    """A critic from its input to its output.

    Attributes
    ----------
    norms : ndarray (R, layers)
        Norm, over the whole batch, of the gradient of the critic's loss in each hidden layer, first to last.
    weights : ndarray (R, weights)
        All weights, without biases.
    """

    norms: Float
    weights: Float


def look_into(cast: Cast, objective: AdversarialObjective, real: Tensor, fake: Tensor) -> Depth | None:
    """Look at the critic through a batch of real and generated samples (R, batch, features).

    Returns
    -------
    Depth or None
        None for critics that do not give one number from one network.
    """
    if cast.critic is None or cast.shape is None or cast.shape.closeness is not None:
        return None
    critic = cast.bind_critic(cast.critic.parameters.detach(), "batch")
    if not isinstance(critic, ScalarCritic):
        return None
    network = critic.networks[0]
    if not isinstance(network, BoundMLP):
        return None
    layers = network.layers(torch.cat([real, fake], dim=1).requires_grad_())
    together = critic.gain * network.last(layers[-1])[..., 0]
    outputs = {id(real): together[:, : real.shape[1]], id(fake): together[:, real.shape[1] :]}
    loss = objective.critic_loss(FunctionCritic(lambda samples: outputs[id(samples)]), real, fake)
    gradients = torch.autograd.grad(loss.sum(), layers[1:])
    norms = torch.stack([gradient.double().flatten(1).norm(dim=1) for gradient in gradients], dim=1)
    named = cast.critic.chain.unpack(cast.critic.parameters.detach())
    weights = torch.cat([value.flatten(1) for name, value in named.items() if name.endswith("weight")], dim=1)
    return Depth(norms.cpu().numpy(), weights.double().cpu().numpy())
