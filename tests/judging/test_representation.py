import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from ganstudio.checkpoints.model import Part, read_model, write_model
from ganstudio.cli import main
from ganstudio.commands.represent import _text
from ganstudio.image_experiment import ImageExperiment
from ganstudio.imagesets import IMAGE_SETS
from ganstudio.judging import representation as module
from ganstudio.judging.judge import as_numbers
from ganstudio.judging.representation import (
    Critic,
    RepresentationError,
    balanced,
    critic_of,
    represented,
    represented_turns,
    scale_layers,
    untrained,
)
from ganstudio.judging.svm import chosen_machine, loss_of, trained_turns
from ganstudio.training.image_trainer import ImageTrainer


def small(method="ns", **changes):
    experiment = ImageExperiment.of(method)
    changes = {"generator.width": 4, "critic.width": 4, "noise.dimensions": 6} | changes
    for path, value in changes.items():
        experiment = experiment.with_value(path.replace("__", "."), value)
    return experiment


def test_features_are_what_the_paper_says():
    """Each convolution's block, max-pooled to 4 x 4 where it is larger, one after the other."""
    trainer = ImageTrainer(small().changed(data=IMAGE_SETS["digits"](size=16)))
    trainer.train(1)
    part = trainer.model("one").parts["critic"]
    pictures = np.random.default_rng(0).uniform(-1, 1, (3, 1, 16, 16)).astype(np.float32)
    named = {name: torch.tensor(value) for name, value in part.tensors.items()}
    first = F.leaky_relu(F.conv2d(torch.tensor(pictures), named["0.weight"], named["0.bias"], 2, 1), 0.2)
    second = F.conv2d(first, named["2.weight"], None, 2, 1)
    mean, variance = named["3.running_mean"], named["3.running_var"]
    second = F.leaky_relu(F.batch_norm(second, mean, variance, named["3.weight"], named["3.bias"]), 0.2)
    expected = torch.cat([F.max_pool2d(first, 2).flatten(1), second.flatten(1)], 1)
    critic = Critic(part)
    assert critic.blocks == [4 * 16, 8 * 16]
    assert np.allclose(critic.features(pictures), expected.numpy(), atol=1e-6)


def test_an_untrained_critic_has_the_shape_and_sensible_normalisation():
    trainer = ImageTrainer(small().changed(data=IMAGE_SETS["digits"](size=16)))
    trainer.train(1)
    trained = Critic(trainer.model("one").parts["critic"])
    pictures = as_numbers(IMAGE_SETS["digits"](size=16).load().pixels[:64])
    other = untrained(trained, pictures)
    assert other.trunk == trained.trunk
    assert other.blocks == trained.blocks
    features = other.features(pictures)
    assert not np.allclose(features, trained.features(pictures))
    # Batch normalisation does what it would in training, so that small weights do not matter.
    last = features[:, trained.blocks[0] :]
    assert 0.3 < last.std() < 3


@pytest.mark.parametrize(
    ("method", "change"),
    [("sngan", {}), ("sngan", {"critic.dense": 8}), ("cgan", {}), ("tsgan", {}), ("began", {}), ("minibatch", {})],
)
def test_every_critic_has_at_least_its_convolutions_in_the_file(method, change, tmp_path):
    trainer = ImageTrainer(small(method, **change))
    trainer.train(1)
    model = trainer.model("any")
    write_model(tmp_path / "any.safetensors", model)
    part = read_model(tmp_path / "any.safetensors").parts["critic"]
    assert part.architecture.layers[-1].kind == "reshape"
    pictures = np.random.default_rng(0).uniform(-1, 1, (2, 1, 8, 8)).astype(np.float32)
    assert np.isfinite(Critic(part).features(pictures)).all()
    # They are the trunk that trains, as the trainer evaluates it.
    player = trainer._cast.critic
    bound = player.chain.parts["trunk"].bind(player.chain.pieces(player.parameters)[0], player.statistics[0], "fixed")
    from ganstudio.checkpoints.generator import Network

    own = bound(torch.tensor(pictures).flatten(1)[None])[0].detach().numpy()
    assert np.allclose(Network(part).output(pictures), own, atol=1e-5)


def test_the_machine_is_at_the_optimum():
    random = np.random.default_rng(0)
    x = random.normal(size=(80, 5)).astype(np.float32)
    labels = (x[:, 0] + 0.5 * random.normal(size=80) > 0).astype(np.int64) + (x[:, 1] > 1)
    machine = [found for found in trained_turns(x, labels, 3, 0.1) if found is not None][-1]
    weights = machine.weights.double().requires_grad_()
    targets = 2.0 * F.one_hot(torch.tensor(labels), 3).double() - 1
    loss = loss_of(weights, torch.tensor(x).double(), targets, 0.1)
    (slope,) = torch.autograd.grad(loss, weights)
    assert slope.abs().max() < 5e-3
    # By hand for one number: squared hinge of margin 1 - y f, and the weight's square.
    one = loss_of(torch.tensor([[2.0], [0.5]]), torch.tensor([[0.25]]), torch.tensor([[-1.0]]), 3.0)
    assert one.item() == pytest.approx((1 + 2 * 0.25 + 0.5) ** 2 + 3 * 4)


def test_regularisation_is_chosen_where_it_matters():
    """Two hundred numbers, of which one tells the class: without regularisation it would be learned by heart."""
    random = np.random.default_rng(1)
    labels = np.arange(120) % 2
    x = random.normal(size=(120, 200)).astype(np.float32)
    x[:, 0] += 3 * labels
    shares = list(chosen_machine(x, labels, 2))
    assert all(isinstance(share, float) for share in shares[:-1])
    new = random.normal(size=(400, 200)).astype(np.float32)
    new[:, 0] += 3 * (np.arange(400) % 2)
    assert (shares[-1].classify(new) == np.arange(400) % 2).mean() > 0.75


def test_labels_are_balanced():
    labels = np.array([0] * 90 + [1] * 8 + [2] * 2)
    found = labels[balanced(labels, 12, 0)]
    assert np.bincount(found).tolist() == [5, 5, 2]
    assert sorted(balanced(labels, None, 0)) == list(range(100))
    assert not np.array_equal(balanced(labels, 12, 0), balanced(labels, 12, 1))


def test_layers_count_alike():
    random = np.random.default_rng(0)
    sides = [np.concatenate([random.normal(5, 100, (50, 4)), random.normal(0, 0.01, (50, 6))], 1) for _ in range(2)]
    scale_layers(sides, [4, 6])
    assert np.allclose(sides[0].mean(0), 0, atol=1e-6)
    assert sides[0][:, :4].var(0).mean() == pytest.approx(1, rel=1e-3)
    assert sides[0][:, 4:].var(0).mean() == pytest.approx(1, rel=1e-3)
    assert sides[1][:, :4].std() == pytest.approx(1, rel=0.3)


def test_the_table(copies, digits, tmp_path, capsys):
    turns = list(represented_turns(copies, digits, 200))
    shares, found = turns[:-1], turns[-1]
    assert shares == sorted(shares)
    assert [row.features for row in found.rows][0::2] == ["trained critic", "raw pixels"]
    assert (found.labels, found.tested) == (200, 360)
    assert "may have seen it without" in found.tested_on
    assert all(row.accuracy > 0.75 for row in found.rows)
    assert found.rows[0].dimensions == found.rows[1].dimensions == 64
    assert "not for comparison" in found.context
    path = tmp_path / "copies.safetensors"
    write_model(path, copies)
    assert main(["represent", str(path), "--labels", "200", "--json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert [row["accuracy"] for row in tree["rows"]] == [row.accuracy for row in found.rows]
    assert "untrained critic of the same shape   " in _text("copies", found)
    assert main(["represent", str(path), "--labels", "some"]) == 2


def test_what_cannot_be_asked_is_said(copies, digits, monkeypatch):
    from dataclasses import replace

    with pytest.raises(RepresentationError, match="its file has no critic"):
        critic_of(replace(copies, parts={}), digits)
    with pytest.raises(RepresentationError, match="its critic is given 1 x 8 x 8 numbers"):
        critic_of(copies, IMAGE_SETS["digits"](size=16))
    part = copies.parts["critic"]
    dense = part.architecture.changed(layers=part.architecture.layers[2:], picture=(4, 4, 4))
    tensors = {"1.weight": part.tensors["3.weight"], "1.bias": part.tensors["3.bias"]}
    with pytest.raises(RepresentationError, match="has no convolutions"):
        Critic(Part(dense, tensors))
    monkeypatch.setattr(module, "MOST_BYTES", 100_000)
    with pytest.raises(RepresentationError, match="too much memory"):
        represented(copies, digits)


def test_the_command_refuses_before_it_shows_how_far_it_is(capsys):
    from ganstudio.cli import main

    assert main(["represent", "vae-mnist"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "its file has no critic" in said
