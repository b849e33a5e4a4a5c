"""A script from its parts."""

from __future__ import annotations

import ast
import textwrap

from ganstudio.experiment import Experiment
from ganstudio.methods import METHODS
from ganstudio.objectives.realness import Realness
from ganstudio.script import anchors, constants, grids, networks, sampling
from ganstudio.script.adversarial import Adversarial
from ganstudio.script.layout import WIDTH, Block, comment, heading, uses
from ganstudio.script.loop import Autoencoding
from ganstudio.script.losses import Losses, addition_text, module_text, told
from ganstudio.script.penalties import Penalty
from ganstudio.script.plan import SAMPLES, Plan

__all__ = ["script"]


def script(experiment: Experiment, steps: int) -> str:
    """Return a Python file that repeats an experiment with PyTorch and NumPy alone.

    Of an experiment with several seeds it trains the first; its options say otherwise.

    Parameters
    ----------
    experiment
        What to repeat.
    steps
        Generator steps, unless the script is told otherwise.

    Returns
    -------
    str
        The file's text, with all that the experiment uses and nothing else.

    Raises
    ------
    SettingsError
        Naming what a script cannot repeat yet.
    """
    plan = Plan(experiment, steps)
    plan.refuse()
    return _Writer(plan).text()


class _Writer:
    """The sections of a script, and what stands around them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._real = sampling.RealSamples(plan)
        self._told = told(plan)
        if plan.has_critic:
            losses = Losses(plan)
            penalty = Penalty(plan, losses) if plan.experiment.constraints.penalises else None
            self._loop: Adversarial | Autoencoding = Adversarial(plan, losses, penalty, self._told)
        else:
            self._loop = Autoencoding(plan)

    def text(self) -> str:
        """Return the whole file."""
        train = self._loop.train()
        sections = {
            "random numbers": self._random_numbers(train),
            "data": self._data(train),
            "networks": networks.blocks(self._plan, self._told),
            "losses": self._loss_blocks(),
            "training": [*self._loop.helpers(), train, self._main()],
            "packed numbers": constants.packed(self._real.constants),
        }
        body: Block = []
        for title, blocks in sections.items():
            present = [block for block in blocks if block]
            if present:
                body += ["", "", heading(title)]
                before = ""
                for block in present:
                    apart = 2 if _is_definition(block) or before.startswith(" ") else 1
                    body += [*[""] * apart, *block]
                    before = block[-1]
        body += ["", "", 'if __name__ == "__main__":', "    main()"]
        return "\n".join([*self._header(), "", *_imports("\n".join(body)), *body[1:]]) + "\n"

    # ---- header ------------------------------------------------------------------------------------

    def _header(self) -> Block:
        experiment = self._plan.experiment
        title = f"{experiment.title} · {experiment.data.title}: a run of GAN Studio as a plain PyTorch script."
        lines = _wrapped(title, WIDTH - 3)
        row = METHODS.get(experiment.method or "")
        if row:
            arxiv = f", arXiv {row.arxiv}" if row.arxiv else ""
            lines += ["", *_wrapped(f"{row.full_name}: {row.paper}, {row.year}{arxiv}. {row.watch}")]
        for _, addition in experiment.additions.active():
            lines += ["", *_wrapped(f"{addition.title}: {addition.summary} ({addition.paper}).")]
        files = "--losses losses.csv --samples samples.npy"
        lines += ["", f"    python run.py --steps {self._plan.steps} --seed {experiment.seed} {files}"]
        lines += ["", *_wrapped(AGREEMENT)]
        if experiment.runs > 1:
            first, last = experiment.seed, experiment.seed + experiment.runs - 1
            others = f"{first + 1} to {last}" if experiment.runs > 2 else str(last)
            text = f"The experiment has {experiment.runs} seeds; this trains the first. The others: --seed {others}."
            lines += ["", *_wrapped(text)]
        return [f'"""{lines[0]}', *lines[1:], '"""']

    # ---- sections ----------------------------------------------------------------------------------

    def _random_numbers(self, train: Block) -> list[Block]:
        drawing = {"uniform": "torch.rand", "normal": "torch.randn"}
        return [
            sampling.random_generator(),
            self._loop.batches(),
            *(sampling.numbers(name, function) for name, function in drawing.items() if uses(train, f"{name}(")),
        ]

    def _data(self, train: Block) -> list[Block]:
        real, plan = self._real, self._plan
        blocks: list[Block] = []
        if plan.few or any(uses(train, name) for name in ("real_samples", "labelled_pairs")):
            blocks += [*constants.defined(real.constants, plan.experiment.data), *real.blocks]
        if uses(train, "labelled_pairs"):
            blocks.append(sampling.labelled_pairs())
        if plan.few:
            blocks.append(real.few_labelled())
        blocks.append(sampling.latents(plan))
        return blocks + (grids.blocks(plan) if plan.integrates else [])

    def _loss_blocks(self) -> list[Block]:
        objective = self._plan.experiment.objective
        texts = [NOTATION, module_text(objective), *map(addition_text, self._plan.active.values())]
        explained = comment("\n\n".join(texts))
        if isinstance(self._loop, Autoencoding):
            return [explained, *(function.definition for function in self._loop.functions)]
        losses, penalty = self._loop.losses, self._loop.penalty
        return [
            explained,
            *constants.defined(losses.constants, self._plan.experiment.data),
            *(anchors.blocks(objective) if isinstance(objective, Realness) and objective.redraw else []),
            *(function.definition for function in losses.functions),
            *(penalty.blocks if penalty else []),
            self._loop.unrolled(),
            self._loop.deviation(),
            self._loop.seen(),
        ]

    def _main(self) -> Block:
        options = {
            "steps": f'type=int, default={self._plan.steps}, help="generator steps"',
            "seed": f'type=int, default={self._plan.experiment.seed}, help="of all random numbers"',
            "losses": 'default="losses.csv", help="file for the losses of each iteration"',
            "samples": f'default="samples.npy", help="file for {SAMPLES:,} generated samples"',
        }
        return [
            "def main():",
            '    parser = argparse.ArgumentParser(description="Train, and leave losses and samples.")',
            *(f'    parser.add_argument("--{name}", {how})' for name, how in options.items()),
            "    options = parser.parse_args()",
            "    torch.set_num_threads(1)  # networks as small as these are not worth sharing out",
            "    rows, samples = train(options.steps, options.seed)",
            '    with open(options.losses, "w", newline="") as file:',
            "        writer = csv.DictWriter(file, rows[0])",
            "        writer.writeheader()",
            "        writer.writerows(rows)",
            "    np.save(options.samples, samples)",
        ]


NOTATION = """\
T(x) is what the critic says of a sample x, before any squashing; x~ is a generated sample, sigma the logistic
function."""

AGREEMENT = """\
It needs PyTorch and NumPy. Initial weights, data and noise are drawn from the same random numbers as in GAN Studio, so
that the losses agree with the program's to three digits or more for the first tens of critic steps. Sums are rounded
otherwise here, and training amplifies that: later only the statistics agree, as between two machines."""


def _wrapped(text: str, width: int = WIDTH) -> Block:
    """Return the lines of a paragraph that may stand in a docstring."""
    safe = text.replace("\\", "/").replace('"', "'")
    return textwrap.wrap(safe, width, break_on_hyphens=False)


def _is_definition(block: Block) -> bool:
    return block[0].startswith(("def ", "class ", "@"))


MODULES = {
    "argparse": "import argparse",
    "base64": "import base64",
    "copy": "import copy",
    "csv": "import csv",
    "math": "import math",
    "zlib": "import zlib",
    "partial": "from functools import partial",
    "SimpleNamespace": "from types import SimpleNamespace",
    "": "",
    "np": "import numpy as np",
    "torch": "import torch",
    "F": "import torch.nn.functional as F",
    "nn": "from torch import nn",
}
"""What a script may import, in order, by the name that shows that it is needed."""


def _imports(body: str) -> Block:
    names = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    return [line for name, line in MODULES.items() if not name or name in names]
