from __future__ import annotations

import numpy as np
import torch

from ganstudio.checkpoints.foreign import child
from ganstudio.checkpoints.foreign.comparing import matched
from ganstudio.checkpoints.foreign.inferring import infer
from ganstudio.nets.layers import assembled, run


def state(net):
    """Return a module's state dict as a file would give it: arrays, and weights that are computed from others."""
    tensors = {(name,): tensor for name, tensor in net.state_dict().items()}
    tensors |= child.folded(torch, tensors)
    return {name: tensor.numpy() for (name,), tensor in tensors.items()}


def pictures(guess, arrays, latents, labels):
    tensors = {name: torch.from_numpy(array) for name, array in guess.taken(arrays).items()}
    given = {"latent": latents, "label": labels}
    architecture = guess.architecture
    front = assembled(architecture, tensors, [given[one.kind] for one in architecture.inputs])
    return run(architecture.layers, tensors, front)


def test_a_generator_in_anybodys_style_gives_exactly_what_its_module_gives(style, styles):
    net, how = styles.trained(style), styles.STYLES[style]
    latents, labels = styles.given(style)
    arrays = state(net)
    guess = infer(arrays, how.choices)
    assert guess.architecture.output == how.picture
    assert (guess.architecture.latent, guess.architecture.classes) == (how.latent, how.classes)
    assert not guess.over
    wanted = styles.called(style, net, (latents, labels))
    assert wanted.std() > 1e-4
    assert torch.equal(pictures(guess, arrays, latents, labels), wanted)


def test_the_order_of_names_is_enough(style, styles):
    """Safetensors files are sorted by name, where "main.10" comes before "main.2"."""
    net, how = styles.trained(style), styles.STYLES[style]
    latents, labels = styles.given(style)
    arrays = dict(sorted(state(net).items()))
    guess = infer(arrays, how.choices, ordered=False)
    assert torch.equal(pictures(guess, arrays, latents, labels), styles.called(style, net, (latents, labels)))


def test_what_is_missing_and_left_over_against_an_architecture_chosen_by_hand(styles):
    arrays = state(styles.trained("official"))
    architecture = infer(arrays).architecture
    whole = matched(architecture, arrays)
    assert dict(whole.sources) == dict(infer(arrays).sources)
    assert not whole.missing
    assert not whole.over
    other = {name: array for name, array in arrays.items() if name != "main.3.weight"} | {
        "extra.bias": arrays["main.1.bias"]
    }
    part = matched(architecture, other)
    assert part.missing == ("3.weight",)
    assert part.over == ("extra.bias",)


def test_names_that_speak_of_connections_past_layers_are_pointed_out():
    tensors = {"fc.weight": np.ones((128, 20)), "up.weight": np.ones((8, 8, 4, 4))}
    rest = {"res.c1.weight": np.ones((8, 8, 3, 3)), "last.weight": np.ones((3, 8, 3, 3))}
    assert any("past layers (res.c1)" in note for note in infer(tensors | rest).notes)
    assert not any("past layers" in note for note in infer(tensors | {"last.weight": rest["last.weight"]}).notes)
