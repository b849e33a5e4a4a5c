"""The part of a script that trains: what a step draws, what both players see, how they learn."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.experiment import Optimiser
from ganstudio.objectives.variational import Variational
from ganstudio.script.functions import Function
from ganstudio.script.layout import Block, bracketed, docstring, indented
from ganstudio.script.losses import variational
from ganstudio.script.plan import SAMPLES, Plan

__all__ = ["Autoencoding", "Loop", "optimiser"]


ORDER = (
    *("real_batches", "critic_noise", "critic_codes", "generator_batches", "generator_noise", "generator_codes"),
    *("instance_noise", "directions", "shares"),
)
"""In which order streams are made."""


@dataclass(frozen=True)
class Stream:
    """A stream of batches: variable, purpose, the function that draws, and the steps and samples of a block."""

    name: str
    purpose: str
    draw: str
    steps: int
    batch: int


# ---- what both kinds have in common ------------------------------------------------------------------


def optimiser(name: str, settings: Optimiser, parameters: str) -> list[str]:
    """Return the line that makes one of PyTorch's optimisers."""
    arguments = [parameters, f"lr={settings.learning_rate!r}"]
    match settings.name:
        case "adam":
            kind = "Adam"
            arguments.append(f"betas=({settings.beta1!r}, {settings.beta2!r})")
        case "rmsprop":
            kind = "RMSprop"
        case "sgd":
            kind = "SGD"
            arguments += [f"momentum={settings.beta1!r}"] * bool(settings.beta1)
    return bracketed(f"{name} = torch.optim.{kind}(", arguments, ")", 4)


class Loop:
    """What the loops of methods with and without a critic have in common."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._training = plan.experiment.training
        self._streams: dict[str, Stream] = {}

    # ---- streams -----------------------------------------------------------------------------------

    def _next(self, name: str, purpose: str, draw: str, numbers: int, batch: int | None = None) -> str:
        """Return how the next batch of a stream is taken, and remember that there is one."""
        batch = batch or self._plan.batch
        self._streams[name] = Stream(name, purpose, draw, self._plan.block_steps(numbers, batch), batch)
        return f"next({name})"

    @property
    def _usual_block(self) -> tuple[int, int]:
        """The block that most streams have: steps and samples."""
        blocks = [(stream.steps, stream.batch) for stream in self._streams.values()]
        return max(blocks, key=blocks.count) if blocks else (1, self._plan.batch)

    def batches(self) -> list[str]:
        """Return the function that makes a stream."""
        if not self._streams:
            return []
        steps, batch = self._usual_block
        return [
            f"def batches(seed, purpose, draw, steps={steps}, batch={batch}):",
            *indented(docstring("Yield one batch after the other; those of so many steps are drawn at once.")),
            "    rng = random_generator(seed, purpose)",
            "    while True:",
            "        yield from draw((steps, batch), rng)",
        ]

    def _stream_lines(self) -> list[str]:
        lines = []
        for stream in sorted(self._streams.values(), key=lambda stream: ORDER.index(stream.name)):
            steps, batch = self._usual_block
            more = [f"steps={stream.steps}"] * (stream.steps != steps)
            more += [f"batch={stream.batch}"] * (stream.batch != batch)
            arguments = ["seed", f'"{stream.purpose}"', stream.draw, *more]
            lines += bracketed(f"{stream.name} = batches(", arguments, ")", 4)
        return lines

    # ---- learning ----------------------------------------------------------------------------------

    def _decay(self) -> Block:
        """Return the function that says what is left of learning rates, if they decay."""
        steps = self._training.decay_steps
        if not steps:
            return []
        text = f"Return what is left of a learning rate: for half of {steps} steps all, then less, at last a hundredth."
        return [
            "def decay(step):",
            *indented(docstring(text)),
            f"    return max(0.01, min(1.0, 2 * (1 - step / {steps})))",
        ]

    def _schedules(self, *optimisers: str) -> list[str]:
        if not self._training.decay_steps:
            return []
        made = [f"torch.optim.lr_scheduler.LambdaLR({each}, decay)" for each in optimisers]
        return bracketed("schedules = [", made, "]", 4)

    def _after_generator_step(self) -> list[str]:
        """Return what is done when the generator has learned: weights are averaged, learning rates decay."""
        lines = []
        if self._training.average:
            lines += [
                "with torch.no_grad():",
                "    for mean, weight in zip(average.parameters(), generator.parameters(), strict=True):",
                f"        mean.lerp_(weight, 1 - {self._training.average!r})",
            ]
        if self._training.decay_steps:
            lines += ["for schedule in schedules:", "    schedule.step()"]
        if self._training.generator_steps > 1:
            lines.append("step += 1")
        return lines

    def _indent(self, which: str) -> int:
        """Return how far to the right a player's step stands."""
        steps = self._training.critic_steps if which == "critic" else self._training.generator_steps
        return 12 if steps > 1 else 8

    def _repeated(self, what: str, lines: list[str], count: int) -> list[str]:
        """Return a player's steps."""
        if count == 1:
            return [f"# {what} step", *lines]
        loop = ["updates = []", f"for _ in range({count}):", *indented(lines), "row |= averaged(updates)"]
        return [f"# {what} steps", *loop]

    def helpers(self) -> list[Block]:
        """Return the functions that let an optimiser do a step, and that average losses."""
        numbers = "{name: value.item() for name, value in %s.items()}"
        descend = [
            "def descend(optimiser, losses):",
            '    """Let an optimiser follow the gradient of the sum of losses; return them as numbers."""',
            "    optimiser.zero_grad()",
            "    sum(losses.values()).backward()",
            "    optimiser.step()",
        ]
        if self._reports:
            descend.append("    return as_numbers(losses)")
            blocks = [
                ["def as_numbers(values):", '    """Return tensors as numbers."""', f"    return {numbers % 'values'}"],
                descend,
            ]
        else:
            blocks = [[*descend, f"    return {numbers % 'losses'}"]]
        if max(self._training.critic_steps if self._plan.has_critic else 1, self._training.generator_steps) > 1:
            average = "{name: sum(losses[name] for losses in updates) / len(updates) for name in updates[0]}"
            text = docstring("Return the mean of each loss over the steps of an iteration.")
            blocks.append(["def averaged(updates):", *indented(text), f"    return {average}"])
        return [*blocks, self._decay()]

    @property
    def _reports(self) -> bool:
        """Whether there is more to plot than losses."""
        return False

    # ---- the whole ---------------------------------------------------------------------------------

    def train(self) -> list[str]:
        """Return the function that trains."""
        stride = self._training.generator_steps
        begin = self._players()
        if self._training.average:
            begin.append("average = copy.deepcopy(generator)")
        begin += [*self._stream_lines(), *self._begin(), "rows = []"]
        begin += ["step = 0", "while step < steps:"] if stride > 1 else ["for step in range(steps):"]
        body = [f'row = {{"step": step + {stride}}}', *self._body(), "rows.append(row)"]
        done = "step" if stride > 1 else "(step + 1)"
        body += [
            f"if {done} % max(1, steps // 10) == 0:",
            '    print(*(f"{name} {value:.5g}" for name, value in row.items()), sep="  ")',
        ]
        return [
            "def train(steps, seed):",
            *indented(docstring("Return a row of losses for each iteration, and generated samples at the end.")),
            *indented(begin),
            *indented(body, 2),
            *indented(self._end()),
        ]

    def _players(self) -> list[str]:
        """Return lines that make networks and optimisers."""
        raise NotImplementedError

    def _begin(self) -> list[str]:
        """Return what else is done before the first step."""
        return []

    def _body(self) -> list[str]:
        """Return what an iteration does to `row`."""
        raise NotImplementedError

    def _given(self) -> list[str]:
        """Return what the generator is given beside its latent."""
        return []

    def _end(self) -> list[str]:
        """Return what makes samples after training."""
        lines = []
        shown = "average" if self._training.average else "generator"
        if self._plan.experiment.generator.normalisation == "batch":
            if self._training.average:
                lines += [
                    "for mean, statistic in zip(average.buffers(), generator.buffers(), strict=True):",
                    "    mean.copy_(statistic)",
                ]
            lines.append(f"{shown}.eval()")
        lines.append(f'z = latents(({SAMPLES},), random_generator(seed, "view"))')
        if "y" in self._given():
            lines.append(f'_, y = real_samples(({SAMPLES},), random_generator(seed, "view classes"))')
        if "u" in self._given():
            codes = f"uniform({self._plan.uniforms})"
            lines.append(f'u = {codes}(({SAMPLES},), random_generator(seed, "view codes"))')
        arguments = ", ".join(["z", *self._given()])
        return [*lines, "with torch.no_grad():", f"    return rows, {shown}({arguments}).numpy()"]


# ---- without a critic --------------------------------------------------------------------------------


class Autoencoding(Loop):
    """The loop of an encoder and a decoder."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        assert isinstance(plan.experiment.objective, Variational)
        self.functions: list[Function] = variational(plan.experiment.objective)
        self._step = self._lines()

    def _lines(self) -> list[str]:
        real = self._next("real_batches", "generator real", "real_samples", 2)
        noise = self._next("generator_noise", "generator noise", "latents", self._plan.latent)
        items = [f'"{function.name}": {function.call}' for function in self.functions]
        done = "descend(optimiser, losses)"
        total = '{"generator": sum(losses.values()).item(), **numbers}'
        return [
            f"x, z = {real}, {noise}",
            "mean, log_variance = encoder(x).chunk(2, dim=-1)",
            "decoded = generator(mean + z * (0.5 * log_variance).exp())",
            *bracketed("losses = {", items, "}", self._indent("generator")),
            f"numbers = {done}",
            f"updates.append({total})" if self._training.generator_steps > 1 else f"row |= {total}",
            *self._after_generator_step(),
        ]

    def _players(self) -> list[str]:
        experiment = self._plan.experiment
        parameters = "[*generator.parameters(), *encoder.parameters()]"
        return [
            'generator = initialised(Generator(), random_generator(seed, "initial generator"))',
            'encoder = initialised(Encoder(), random_generator(seed, "initial encoder"))',
            *optimiser("optimiser", experiment.generator_optimiser, parameters),
            *self._schedules("optimiser"),
        ]

    def _body(self) -> list[str]:
        return self._repeated("Encoder's and decoder's", self._step, self._training.generator_steps)
