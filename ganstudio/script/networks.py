"""The part of a script that holds the networks, as plain modules."""

from __future__ import annotations

from ganstudio.experiment import Network
from ganstudio.script.functions import Traced
from ganstudio.script.layout import WIDTH, bracketed, docstring, indented
from ganstudio.script.plan import PLANE, Plan
from ganstudio.script.spelling import number_text

__all__ = ["blocks"]

Block = list[str]

ACTIVATIONS = {
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU(0.2)",
    "tanh": "nn.Tanh()",
    "elu": "nn.ELU()",
    "maxout": "Maxout()",
}
INITIALISERS = {
    "he": 'kaiming_normal_(layer.weight, nonlinearity="relu", generator=rng)',
    "xavier": "xavier_uniform_(layer.weight, generator=rng)",
    "orthogonal": "orthogonal_(layer.weight, generator=rng)",
    "normal": "normal_(layer.weight, 0, 0.02, generator=rng)",
}
CALLED = {
    "default": "uniform within 1 / sqrt(inputs), as PyTorch does",
    "he": "He normal weights, and no bias",
    "xavier": "Xavier uniform weights, and no bias",
    "orthogonal": "orthogonal weights, and no bias",
    "normal": "normal weights of deviation 0.02, and no bias",
}


def blocks(plan: Plan, told: Traced | None) -> list[Block]:
    """Return classes and functions.

    Parameters
    ----------
    told
        What the generator is given beside its latent.
    """
    networks = [plan.experiment.generator, plan.experiment.critic]
    found: list[Block] = []
    if any(network.activation == "maxout" for network in networks[: 1 + plan.has_critic]):
        found.append(MAXOUT)
    if plan.experiment.constraints.spectral_norm and plan.has_critic:
        found += [_spectral(plan), _estimate(plan)]
    if plan.experiment.additions.minibatch.on:
        found.append(_minibatch(plan))
    found.append(_generator(plan, told))
    if plan.has_critic:
        found.append(_critic(plan))
    if plan.encodes or not plan.has_critic:
        found.append(_encoder(plan))
    found += _initialisers(plan)
    if plan.experiment.generator.normalisation == "batch" and plan.has_critic:
        found.append(LEARN_STATISTICS)
    return found


# ---- layers ------------------------------------------------------------------------------------------

MAXOUT = [
    "class Maxout(nn.Module):",
    '    """The largest of five pieces for each unit."""',
    "",
    "    def forward(self, x):",
    "        return x.unflatten(-1, (-1, 5)).amax(-1)",
]

LEARN_STATISTICS = [
    "def learn_statistics(network, learn):",
    '    """Let batch normalisation keep the statistics of the batches that follow for later use, or not."""',
    "    for layer in network.modules():",
    "        if isinstance(layer, nn.BatchNorm1d):",
    "            layer.momentum = 0.1 if learn else 0.0",
]


def _hidden(settings: Network, inputs: int, linear: str = "nn.Linear", keeps: bool = False) -> list[str]:
    """Return the modules up to the last hidden layer."""
    units = settings.width * (5 if settings.activation == "maxout" else 1)
    tracked = "" if keeps else ", track_running_stats=False"
    norms = {"none": [], "layer": [f"nn.LayerNorm({units})"], "batch": [f"nn.BatchNorm1d({units}{tracked})"]}
    modules: list[str] = []
    for _ in range(settings.layers):
        modules += [f"{linear}({inputs}, {units})", *norms[settings.normalisation], ACTIVATIONS[settings.activation]]
        inputs = settings.width
    return modules


def _width(settings: Network, inputs: int) -> int:
    """Return what the last layer sees."""
    return settings.width if settings.layers else inputs


def _sequential(name: str, modules: list[str]) -> list[str]:
    return bracketed(f"self.{name} = nn.Sequential(", modules, ")", 8)


def _module(name: str, text: str, attributes: list[str], *methods: list[str]) -> Block:
    """Return a class of a network."""
    lines = [f"class {name}(nn.Module):", *indented(docstring(text)), "", "    def __init__(self):"]
    lines += indented(["super().__init__()", *attributes], 2)
    for method in methods:
        lines += ["", *indented(method)]
    return lines


# ---- generator and encoder ---------------------------------------------------------------------------


def _generator(plan: Plan, told: Traced | None) -> Block:
    settings = plan.experiment.generator
    inputs = plan.latent + sum(addition.generator_inputs(plan.classes) for addition in plan.told)
    last = f"nn.Linear({_width(settings, inputs)}, {PLANE})"
    output = ["nn.Tanh()"] if settings.output == "tanh" else []
    layers = _sequential("layers", [*_hidden(settings, inputs, keeps=True), last, *output])
    if told is None:
        forward = ["def forward(self, z):", "    return self.layers(z)"]
        return _module("Generator", "G: a latent to a sample.", layers, forward)
    arguments = ", ".join(["self", "z", *told.parameters])
    forward = [f"def forward({arguments}):", *indented(told.lines)]
    whole = f"return self.layers(torch.cat([{', '.join(['z', *told.texts])}], dim=-1))"
    if len(whole) + 8 > WIDTH:
        forward += indented(bracketed("given = [", ["z", *told.texts], "]", 8))
        whole = "return self.layers(torch.cat(given, dim=-1))"
    forward.append(f"    {whole}")
    return _module("Generator", "G: a latent, and what goes with it, to a sample.", layers, forward)


def _encoder(plan: Plan) -> Block:
    settings = plan.experiment.generator
    outputs = plan.latent * (1 if plan.has_critic else 2)
    last = f"nn.Linear({_width(settings, PLANE)}, {outputs})"
    what = "latent" if plan.has_critic else "mean and a log variance of each latent coordinate"
    return _module(
        "Encoder",
        f"E: a sample to a {what}.",
        _sequential("layers", [*_hidden(settings, PLANE), last]),
        ["def forward(self, x):", "    return self.layers(x)"],
    )


# ---- the critic --------------------------------------------------------------------------------------


def _critic(plan: Plan) -> Block:
    settings = plan.experiment.critic
    linear = "SpectralLinear" if plan.experiment.constraints.spectral_norm else "nn.Linear"
    heads = sum(plan.heads.values())
    also = f", and {' and '.join(map(plan.head_name, plan.heads))} from the same layers" if plan.heads else ""
    match plan.kind:
        case "pair":
            shallow = settings.changed(layers=max(settings.layers - 1, 0))
            width = settings.width
            attributes = _perceptron(plan, "encoder", shallow, plan.inputs, width + heads, linear)
            head = [f"{linear}({width}, {width})", "nn.LeakyReLU(0.2)", f"{linear}({width}, 1, bias=False)"]
            attributes += _sequential("head", head)
            text = f"T: two samples in a row to one number, D(E(a) - E(b)), never squashed{also}."
        case "autoencoder":
            bottleneck: int = getattr(plan.experiment.objective, "bottleneck", 1)
            encoder = [
                *_hidden(settings, plan.inputs, linear),
                f"{linear}({_width(settings, plan.inputs)}, {bottleneck})",
            ]
            attributes = _sequential("encoder", encoder)
            attributes += _perceptron(plan, "decoder", settings, bottleneck, plan.inputs + heads, linear)
            text = f"An autoencoder: what it sees to a copy of it{also}."
        case _:
            own = {"scalar": 1, "classes": 0, "outcomes": plan.experiment.objective.outputs}[plan.kind]
            attributes = _perceptron(plan, "layers", settings, plan.inputs, own + heads, linear)
            text = {
                "scalar": f"T: a sample to one number, never squashed{also}.",
                "classes": f"T: the log of the sum of exponentials of a sample's class logits{also}.",
                "outcomes": f"A sample to the logits of {own} outcomes{also}.",
            }[plan.kind]
    methods = [["def forward(self, x):", *indented(_forward(plan))]]
    if _matches_features(plan):
        inside = "self.layers.features(x)" if plan.experiment.additions.minibatch.on else "self.layers[:-1](x)"
        methods.append(["def features(self, x):", '    """Return what the last layer sees."""', f"    return {inside}"])
    return _module("Critic", text, attributes, *methods)


def _matches_features(plan: Plan) -> bool:
    return plan.few and plan.experiment.additions.semi_supervised.feature_matching


def _perceptron(plan: Plan, name: str, settings: Network, inputs: int, outputs: int, linear: str) -> list[str]:
    """Return the attribute of layers, the last of which sees how close samples are to one another, if that is on."""
    width = _width(settings, inputs)
    minibatch = plan.experiment.additions.minibatch
    hidden = _hidden(settings, inputs, linear)
    if not minibatch.on:
        return _sequential(name, [*hidden, f"{linear}({width}, {outputs})"])
    last = f"{linear}({width + minibatch.kernels}, {outputs})"
    return [
        *bracketed("hidden = nn.Sequential(", hidden, ")", 8),
        f"self.{name} = MinibatchDiscrimination(hidden, {last}, {width})",
    ]


def _forward(plan: Plan) -> list[str]:
    """Return the body of the critic's `forward`."""
    constraints = plan.experiment.constraints
    gain = constraints.spectral_gain if constraints.spectral_norm else 1.0
    times = f"{number_text(gain)} * " if gain != 1 else ""
    heads = _head_slices(plan)
    match plan.kind:
        case "pair":
            width = plan.experiment.critic.width
            difference = f"(one - two)[:, :{width}]" if heads else "one - two"
            own = f"self.head({difference}).squeeze(-1)"
            both = "self.encoder(torch.cat([first, second])).chunk(2)"
            both = "self.encoder(first), self.encoder(second)" if plan.couples else both
            lines = ["first, second = x.chunk(2, dim=-1)", f"one, two = {both}"]
            return [*lines, f"return {', '.join([times + own, *(head.format('one') for head in heads)])}"]
        case "autoencoder":
            whole, own = "self.decoder(self.encoder(x))", f"outputs[:, :{plan.inputs}]"
        case "outcomes":
            whole, own = "self.layers(x)", f"outputs[:, :{plan.experiment.objective.outputs}]"
        case "classes":
            whole, own = "self.layers(x)", f"outputs[:, :{plan.heads['semi_supervised']}].logsumexp(-1)"
        case _:
            whole, own = "self.layers(x)", "outputs[:, 0]"
            if not heads:
                return [f"return {times}self.layers(x).squeeze(-1)"]
    if not heads:
        return [f"return {times}{whole}"]
    return [f"outputs = {whole}", f"return {', '.join([times + own, *(head.format('outputs') for head in heads)])}"]


def _head_slices(plan: Plan) -> list[str]:
    """Return how each addition's outputs are cut from all."""
    start = {
        "scalar": 1,
        "classes": 0,
        "outcomes": plan.experiment.objective.outputs,
        "pair": plan.experiment.critic.width,
        "autoencoder": plan.inputs,
    }[plan.kind]
    found = []
    for size in plan.heads.values():
        found.append(f"{{}}[:, {start or ''}:{start + size}]")
        start += size
    return found


def _minibatch(plan: Plan) -> Block:
    settings = plan.experiment.additions.minibatch
    kernels, dimensions = settings.kernels, settings.dimensions
    text = (
        "Layers of which the last also sees how close samples are (Salimans et al. 2016). For each of "
        f"{kernels} kernels K that is the sum over the others of the batch of exp(-||h_i K - h_j K||_1)."
    )
    return [
        "class MinibatchDiscrimination(nn.Module):",
        *indented(docstring(text)),
        "",
        "    def __init__(self, hidden, last, width):",
        "        super().__init__()",
        "        self.hidden = hidden",
        "        self.last = last",
        f"        self.kernels = nn.Linear(width, {kernels} * {dimensions}, bias=False)",
        "",
        "    def features(self, x):",
        '        """Return the last hidden layer and the closeness."""',
        "        h = self.hidden(x)",
        f"        projected = self.kernels(h).unflatten(-1, ({kernels}, {dimensions}))",
        "        distance = (projected[:, None] - projected[None]).abs().sum(-1)",
        "        close = (-distance).exp().sum(1) - 1  # every sample is at distance 0 of itself",
        "        return torch.cat([h, close], dim=-1)",
        "",
        "    def forward(self, x):",
        "        return self.last(self.features(x))",
    ]


# ---- spectral normalisation --------------------------------------------------------------------------


def _spectral(plan: Plan) -> Block:
    text = "A linear layer whose weight W is divided by its largest singular value u W v (Miyato et al. 2018)."
    v = ["largest = self.u @ self.weight @ self.v"]
    if plan.experiment.additions.unrolling.on:
        v = ["v = self.v if self.v is not None else F.normalize(self.weight.detach().T @ self.u, dim=0)"]
        v.append("largest = self.u @ self.weight @ v")
    return [
        "class SpectralLinear(nn.Linear):",
        *indented(docstring(text)),
        "",
        "    def __init__(self, inputs, outputs, bias=True):",
        "        super().__init__(inputs, outputs, bias)",
        "        self.u = torch.full((outputs,), outputs**-0.5)",
        "",
        "    def forward(self, x):",
        *indented(v, 2),
        "        return F.linear(x, self.weight / largest, self.bias)",
    ]


def _estimate(plan: Plan) -> Block:
    v = "F.normalize(layer.weight.T @ layer.u, dim=0)"
    text = (
        "Estimate u and v by one power iteration when the critic learns; else v alone, for weights that have changed."
    )
    if plan.experiment.additions.unrolling.on:
        v += " if learn else None"
        text = (
            "Estimate u and v by one power iteration when the critic learns; else leave v to weights that are to come."
        )
    return [
        "@torch.no_grad()",
        "def estimate_singular_vectors(critic, learn):",
        *indented(docstring(text)),
        "    for layer in critic.modules():",
        "        if isinstance(layer, SpectralLinear):",
        f"            layer.v = {v}",
        "            if learn:",
        "                layer.u = F.normalize(layer.weight @ layer.v, dim=0)",
    ]


# ---- initial weights ---------------------------------------------------------------------------------


def _initialisers(plan: Plan) -> list[Block]:
    """Return the function that draws initial weights, or two where networks begin differently."""
    generator, critic = plan.experiment.generator.initialisation, plan.experiment.critic.initialisation
    biasless = plan.experiment.additions.minibatch.on or plan.kind == "pair"
    if not plan.has_critic or generator == critic:
        return [_initialiser("initialised", generator, plan.has_critic and biasless)]
    return [
        _initialiser("initialised_generator", generator, False),
        _initialiser("initialised_critic", critic, biasless),
    ]


def _initialiser(name: str, how: str, biasless: bool) -> Block:
    where = 3 if not biasless else 4
    if how == "default":
        weight = ["bound = layer.in_features**-0.5"]
        weight += ["nn.init.uniform_(layer.weight, -bound, bound, generator=rng)"]
        bias = "nn.init.uniform_(layer.bias, -bound, bound, generator=rng)"
    else:
        weight, bias = [f"nn.init.{INITIALISERS[how]}"], "nn.init.zeros_(layer.bias)"
    return [
        f"def {name}(network, rng):",
        *indented(docstring(f"Give a network its initial weights: {CALLED[how]}.")),
        "    for layer in network.modules():",
        "        if isinstance(layer, nn.Linear):",
        *indented(weight, 3),
        *indented(["if layer.bias is not None:"] if biasless else [], 3),
        *indented([bias], where),
        "    return network",
    ]
