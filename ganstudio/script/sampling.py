"""The part of a script that draws: streams of random numbers, real samples, latents."""

from __future__ import annotations

import inspect

from ganstudio.data import Distribution
from ganstudio.script.layout import WIDTH, bracketed, docstring, indented
from ganstudio.script.plan import Plan
from ganstudio.script.spelling import Body, Constants
from ganstudio.script.symbols import Graph
from ganstudio.script.tracing import Refusing, named_as_in_source

__all__ = ["RealSamples", "labelled_pairs", "latents", "numbers", "random_generator"]


class RealSamples:
    """The functions of a script that draw real samples.

    Attributes
    ----------
    constants
        The arrays that they need.
    blocks
        The functions.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._data = plan.experiment.data
        self.constants = Constants()
        graph = Graph()
        uniform, normal = graph.name("uniform", 2), graph.name("normal", 2)
        with Refusing("data.name", self._data.title):
            with named_as_in_source(graph):
                results = [graph.lifted(self._data.push(uniform, normal))]
            with named_as_in_source(graph):
                results += [graph.lifted(self._data.labels(uniform))] if plan.labelled else []
        taken = ("uniform", "normal", "shape", "rng")
        self._body = Body(graph, results, self.constants, taken=taken, fallback="point")
        self.blocks = self._separate() if plan.few else [self._together()]

    @property
    def _draws(self) -> dict[str, str]:
        """Names of random numbers -> how they are drawn."""
        draws = {
            "uniform": f"torch.rand(*shape, {self._data.uniforms}, generator=rng)",
            "normal": "torch.randn(*shape, 2, generator=rng)",
        }
        return {name: draw for name, draw in draws.items() if name in self._body.used}

    def _together(self) -> list[str]:
        """Return one function that draws numbers and makes samples of them."""
        also = " and their classes" if self._plan.labelled else ""
        return [
            "def real_samples(shape, rng):",
            *indented(docstring(f"Return real samples (*shape, 2){also}. {_described(self._data)}.")),
            *indented([f"{name} = {draw}" for name, draw in self._draws.items()]),
            *indented(self._body.lines),
            *indented(self._returned()),
        ]

    def _returned(self) -> list[str]:
        """Return the last line, or two where samples and classes are too long for one."""
        line = f"return {', '.join(self._body.texts)}"
        if len(line) + 4 <= WIDTH:
            return [line]
        samples, classes = self._body.texts
        return [f"samples = {samples}", f"return samples, {classes}"]

    def _separate(self) -> list[list[str]]:
        """Return two functions: the labelled samples are made of numbers that are drawn otherwise."""
        placed = [
            f"def placed({', '.join(self._draws)}):",
            *indented(docstring(f"Return samples and their classes. {_described(self._data)}.")),
            *indented(self._body.lines),
            *indented(self._returned()),
        ]
        drawn = [
            "def real_samples(shape, rng):",
            *indented(docstring("Return real samples (*shape, 2) and their classes.")),
            *indented(bracketed("return placed(", list(self._draws.values()), ")", 4)),
        ]
        return [placed, drawn]

    def few_labelled(self) -> list[str]:
        """Return the function that draws the few samples whose class is known."""
        wanted, classes = self._plan.experiment.additions.semi_supervised.labels_per_class, self._plan.classes
        placed = {
            "uniform": "uniform[chosen]",
            "normal": "torch.tensor(rng.standard_normal((len(chosen), 2)), dtype=torch.float32)",
        }
        return [
            "def labelled_samples(seed):",
            *indented(docstring(f"Return the few samples whose class is known, the first {wanted} of each class.")),
            "    rng = np.random.default_rng([seed, 1606])",
            f"    uniform = torch.tensor(rng.random(({6400 * classes}, {self._data.uniforms})), dtype=torch.float32)",
            f"    classes = {self._classes()}",
            f"    first = [(classes == number).nonzero()[:{wanted}, 0] for number in range({classes})]",
            f"    chosen = np.resize(torch.cat(first), {wanted * classes})  # a class that was not met is made up for",
            *indented(bracketed("return placed(", [placed[name] for name in self._draws], ")", 4)),
        ]

    def _classes(self) -> str:
        arguments = ["uniform" if name == "uniform" else "torch.zeros(len(uniform), 2)" for name in self._draws]
        return f"placed({', '.join(arguments)})[1]"


def _described(data: Distribution) -> str:
    """Return what a distribution is, in the words of its class."""
    return (inspect.getdoc(type(data)) or data.title).partition("\n")[0].rstrip(".")


def random_generator() -> list[str]:
    """Return the function that makes the random numbers of one purpose."""
    purpose = "Return random numbers of their own for each purpose: other critics do not change data and noise."
    return [
        "def random_generator(seed, purpose):",
        *indented(docstring(purpose)),
        "    state = np.random.SeedSequence([seed, zlib.crc32(purpose.encode())]).generate_state(1, np.uint64)",
        "    return torch.Generator().manual_seed(int(state[0]))",
    ]


def latents(plan: Plan) -> list[str]:
    """Return the function that draws latents."""
    uniform = plan.experiment.noise.distribution == "uniform"
    draw = f"torch.{'rand' if uniform else 'randn'}(*shape, {plan.latent}, generator=rng)"
    return [
        "def latents(shape, rng):",
        *indented(docstring(f"Return latents z, {'uniform on [-1, 1]' if uniform else 'standard normal'}.")),
        f"    return {f'2 * {draw} - 1' if uniform else draw}",
    ]


def numbers(name: str, function: str) -> list[str]:
    """Return the function that makes a function which draws so many numbers for each sample."""
    return [
        f"def {name}(count):",
        *indented(docstring(f"Return what draws so many {name} numbers for each sample.")),
        f"    return lambda shape, rng: {function}(*shape, count, generator=rng)",
    ]


def labelled_pairs() -> list[str]:
    """Return the function by which a stream yields samples with their classes."""
    return [
        "def labelled_pairs(shape, rng):",
        *indented(docstring("Return pairs of samples and their classes, one for each step.")),
        "    return zip(*real_samples(shape, rng), strict=True)",
    ]
