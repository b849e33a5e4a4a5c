"""The part of a script that trains a critic against a generator."""

from __future__ import annotations

from ganstudio.script.functions import Function, Traced
from ganstudio.script.layout import bracketed, docstring, indented, uses
from ganstudio.script.loop import Loop, optimiser
from ganstudio.script.losses import Losses, weighted
from ganstudio.script.penalties import Penalty
from ganstudio.script.plan import PLANE, Plan
from ganstudio.script.spelling import number_text

__all__ = ["Adversarial"]


class Adversarial(Loop):
    """The loop of a critic against a generator."""

    def __init__(self, plan: Plan, losses: Losses, penalty: Penalty | None, told: Traced | None) -> None:
        super().__init__(plan)
        self.losses = losses
        self.penalty = penalty
        self._told = told.parameters if told else []
        self._additions = plan.experiment.additions
        self._spectral = plan.experiment.constraints.spectral_norm
        noise = self._additions.instance_noise
        # What the critic sees is no more than the samples themselves.
        self._plain = plan.features == PLANE and plan.pack == 1 and not noise.on
        self._critic_lines = self._critic_step()
        self._generator_lines = self._generator_step()
        self._lines = [*self._critic_lines, *self._generator_lines]

    # ---- what a step draws -------------------------------------------------------------------------

    def _draws(self, which: str, lines: list[str]) -> list[str]:
        """Return how what the lines need is drawn."""
        plan = self._plan
        drawn = self._real_draws(which, lines)
        if uses(lines, "z"):
            noise = "LATENT_NODES"
            if not plan.integrates:
                noise = self._next(f"{which}_noise", f"{which} noise", "latents", plan.latent)
            drawn["z"] = noise
        if uses(lines, "u"):
            draw = f"uniform({plan.uniforms})"
            drawn["u"] = self._next(f"{which}_codes", f"{which} codes", draw, plan.uniforms)
        if any("," in names for names in drawn):
            return [f"{names} = {value}" for names, value in drawn.items()]
        return [f"{', '.join(drawn)} = {', '.join(drawn.values())}"]

    def _real_draws(self, which: str, lines: list[str]) -> dict[str, str]:
        """Return variables of real samples and their classes -> where they come from."""
        plan, few = self._plan, self._additions.semi_supervised
        x = "real" if self._plain else "x"
        wanted = [x if uses(lines, x) else "_", "y" if uses(lines, "y") else "_"]
        if wanted == ["_", "_"]:
            return {}
        if few.on and not few.unlabelled:
            sources = dict(zip(wanted, (f"{self._few}[cycle]", "labels[cycle]"), strict=True))
            return {name: source for name, source in sources.items() if name != "_"}
        if plan.integrates:
            return {x: "REAL_NODES"}
        name, purpose = ("real_batches", "real") if which == "critic" else ("generator_batches", "generator real")
        if plan.labelled:
            return {", ".join(wanted): self._next(name, purpose, "labelled_pairs", PLANE + 1)}
        return {x: self._next(name, purpose, "real_samples", PLANE)}

    # ---- what the critic sees ----------------------------------------------------------------------

    def seen(self) -> list[str]:
        """Return the function that puts together what the critic sees, if that is more than samples."""
        plan = self._plan
        if plan.features == PLANE and plan.pack == 1:
            return []
        arguments, parts, what = ["x"], ["x"], ["samples"]
        if plan.condition:
            arguments.append("y")
            parts.append(f"F.one_hot(y, {plan.classes}).float()")
            what.append("their classes")
        if plan.encodes:
            arguments.append("z")
            parts.append("z")
            what.append("their latents")
        text = f"Return what the critic sees: {' with '.join(what[:2])}{' and their latents' * (len(what) > 2)}"
        text += f", in packs of {plan.pack}." if plan.pack > 1 else "."
        whole = f"torch.cat([{', '.join(parts)}], dim=-1)" if len(parts) > 1 else "x"
        packed = f".view(-1, {plan.inputs})" if plan.pack > 1 else ""
        return [f"def seen({', '.join(arguments)}):", *indented(docstring(text)), f"    return {whole}{packed}"]

    def _see(self, real: bool) -> list[str]:
        """Return lines that make what the critic sees out of samples `x` and `generated`."""
        if self._plain:
            return []
        plan, lines = self._plan, []
        x, generated = "x", "generated"
        more = plan.features > PLANE or plan.pack > 1
        if self._additions.instance_noise.on:
            numbers = self._next("instance_noise", "instance noise", f"normal({2 * PLANE})", 2 * PLANE)
            settings = self._additions.instance_noise
            deviation = "deviation(step)" if settings.steps else number_text(settings.deviation)
            lines.append(f"noise = {deviation} * {numbers}")
            x, generated = f"x + noise[:, :{PLANE}]", f"generated + noise[:, {PLANE}:]"
            if not more:
                return [*lines, f"real, fake = {x}, {generated}" if real else f"fake = {generated}"]
        y = ["y"] if plan.condition else []
        of_real = f"seen({', '.join([x, *y, *['encoded'] * plan.encodes])})"
        of_fake = f"seen({', '.join([generated, *y, *['z'] * plan.encodes])})"
        return [*lines, f"real, fake = {of_real}, {of_fake}" if real else f"fake = {of_fake}"]

    @property
    def _few(self) -> str:
        """The variable of labelled samples before they are what the critic sees."""
        return "labelled" if self._plan.features == PLANE else "few"

    @property
    def _generated(self) -> str:
        return "fake" if self._plain else "generated"

    @property
    def _generate(self) -> str:
        return f"generator({', '.join(['z', *self._told])})"

    # ---- steps -------------------------------------------------------------------------------------

    def _critic_step(self) -> list[str]:
        plan, constraints = self._plan, self._plan.experiment.constraints
        lines: list[str] = []
        if plan.encodes:
            lines += ["with torch.no_grad():", f"    generated = {self._generate}", "    encoded = encoder(x)"]
        else:
            lines.append(f"{self._generated} = {self._generate}.detach()")
        if plan.experiment.generator.normalisation == "batch":
            lines.insert(0, "learn_statistics(generator, False)")
        lines += self._see(real=True)
        if self._spectral:
            lines.append("estimate_singular_vectors(critic, learn=True)")
        if plan.few and plan.features > PLANE:
            y, z = ["labels"] * bool(plan.condition), ["encoder(few).detach()"] * plan.encodes
            lines.append(f"labelled = seen({', '.join(['few', *y, *z])})")
        if "a1" in self.losses.critic.parameters:
            lines.append("a1, a0 = next(anchors)")
        lines += self._evaluated(self.losses.critic, "critic")
        lines += self._descended("critic", self.losses.critic, self._training.critic_steps)
        if constraints.weight_clip:
            lines += [
                "with torch.no_grad():",
                "    for weight in critic.parameters():",
                f"        weight.clamp_(-{constraints.weight_clip!r}, {constraints.weight_clip!r})",
            ]
        return [*self._draws("critic", lines), *lines]

    def _generator_step(self) -> list[str]:
        plan, encoder = self._plan, self._additions.encoder
        function = self.losses.generator
        unrolls = self._additions.unrolling.on
        real = "real" in function.parameters or unrolls
        lines = [f"{self._generated} = {self._generate}"]
        if plan.experiment.generator.normalisation == "batch":
            lines.insert(0, "learn_statistics(generator, True)")
        if plan.encodes and real:
            lines.append(f"encoded = encoder(x){'' if encoder.adversarial else '.detach()'}")
        lines += self._see(real)
        if self._spectral:
            lines.append("estimate_singular_vectors(critic, learn=False)")
        if unrolls:
            arguments = self._unrolling_arguments()
            lines += bracketed("ahead = unrolled(", arguments, ")", self._indent("generator"))
        lines += self._evaluated(function, "generator")
        lines += self._descended("generator", function, self._training.generator_steps)
        lines += self._after_generator_step()
        return [*self._draws("generator", lines), *lines]

    def _evaluated(self, function: Function, which: str) -> list[str]:
        """Return the lines that compute a player's losses."""
        ahead = which == "generator" and self._additions.unrolling.on
        called = function.call_with("ahead" if ahead else "critic")
        more = self._penalised() if which == "critic" else self._reconstructed()
        lines = self.penalty.pairs if "penalty" in more and self.penalty else []
        if len(function.terms) > 1 or function.reports:
            lines.append(f"losses{', report' if function.reports else ''} = {called}")
        else:
            items = {function.terms[0]: called}
            if not self._penalised_apart:
                items, more = items | more, {}
            written = [f'"{name}": {text}' for name, text in items.items()]
            lines += bracketed("losses = {", written, "}", self._indent(which))
        for name, text in more.items():
            if name == "penalty" and self._penalised_apart:
                lines.append("estimate_singular_vectors(critic, learn=False)")
            lines.append(f'losses["{name}"] = {text}')
        return lines

    @property
    def _penalised_apart(self) -> bool:
        """Whether the penalty looks at a critic with other singular vectors, as one that couples samples is."""
        return self._spectral and self._plan.couples

    def _penalised(self) -> dict[str, str]:
        """Return the gradient penalty, if there is one."""
        if self.penalty is None:
            return {}
        for each in self.penalty.numbers:
            self._next(each.name, each.purpose, f"{each.draw}({each.count})", each.count, each.batch)
        return {"penalty": self.penalty.call()}

    def _reconstructed(self) -> dict[str, str]:
        """Return how badly latents are reconstructed, if that is a loss."""
        encoder = self._additions.encoder
        if not (encoder.on and encoder.reconstruction):
            return {}
        miss = f"(z - encoder({self._generated})).square().sum(-1).mean()"
        return {"latent miss": weighted(encoder.reconstruction, miss)}

    def _descended(self, which: str, function: Function, steps: int) -> list[str]:
        """Return the lines that let a player learn and keep its losses."""
        done = f"descend({which}_optimiser, losses)"
        if function.reports:
            done = f"{done} | as_numbers(report)"
        return [f"updates.append({done})" if steps > 1 else f"row |= {done}"]

    def deviation(self) -> list[str]:
        """Return the function that says how strong instance noise is, if there is any."""
        noise = self._additions.instance_noise
        if not (noise.on and noise.steps):
            return []
        return [
            "def deviation(step):",
            *indented(docstring("Return the standard deviation of the noise on what the critic sees, which fades.")),
            f"    return {number_text(noise.deviation)} * max(0.0, 1 - step / {noise.steps})",
        ]

    # ---- unrolling ---------------------------------------------------------------------------------

    def _unrolling_arguments(self) -> list[str]:
        function = self.losses.ahead or self.losses.critic
        penalty = [each.name for each in self.penalty.numbers] if self.penalty else []
        return ["critic", "real", "fake", *penalty, *(name for name in function.parameters if name == "memory")]

    def unrolled(self) -> list[str]:
        """Return the function that looks some critic steps ahead, if there is unrolling."""
        settings, clip = self._additions.unrolling, self._plan.experiment.constraints.weight_clip
        if not settings.on:
            return []
        function = self.losses.ahead or self.losses.critic
        losses = [f"loss = {function.call_with('ahead')}"]
        if self.penalty:
            losses += [*self.penalty.pairs, f"loss = loss + {self.penalty.call('ahead')}"]
        step = f"weight - {number_text(settings.rate)} * gradient"
        if clip:
            step = f"({step}).clamp(-{clip!r}, {clip!r})"
        text = (
            f"Return the critic as it will be after {settings.steps} plain gradient steps, "
            "as a function of the generated samples."
        )
        return [
            f"def unrolled({', '.join(self._unrolling_arguments())}):",
            *indented(docstring(text)),
            "    parameters = {name: weight.detach().requires_grad_() for name, weight in critic.named_parameters()}",
            f"    for _ in range({settings.steps}):",
            "        ahead = partial(torch.func.functional_call, critic, parameters)",
            *indented(losses, 2),
            "        gradients = torch.autograd.grad(loss, list(parameters.values()), create_graph=True)",
            "        pairs = zip(parameters.items(), gradients, strict=True)",
            f"        parameters = {{name: {step} for (name, weight), gradient in pairs}}",
            "    return partial(torch.func.functional_call, critic, parameters)",
        ]

    # ---- the whole ---------------------------------------------------------------------------------

    def _players(self) -> list[str]:
        plan, experiment = self._plan, self._plan.experiment
        same = experiment.generator.initialisation == experiment.critic.initialisation
        of_generator = "initialised" if same else "initialised_generator"
        of_critic = "initialised" if same else "initialised_critic"
        lines = [
            f'generator = {of_generator}(Generator(), random_generator(seed, "initial generator"))',
            f'critic = {of_critic}(Critic(), random_generator(seed, "initial critic"))',
        ]
        parameters = "generator.parameters()"
        if plan.encodes:
            lines.append(f'encoder = {of_generator}(Encoder(), random_generator(seed, "initial encoder"))')
            parameters = "[*generator.parameters(), *encoder.parameters()]"
        lines += optimiser("generator_optimiser", experiment.generator_optimiser, parameters)
        lines += optimiser("critic_optimiser", experiment.critic_optimiser, "critic.parameters()")
        return [*lines, *self._schedules("generator_optimiser", "critic_optimiser")]

    def _begin(self) -> list[str]:
        lines = []
        if self._plan.few:
            lines.append(f"{self._few}, labels = labelled_samples(seed)")
            if uses(self._lines, "cycle"):
                lines.append(f"cycle = torch.arange({self._plan.batch}) % len(labels)")
        if uses(self._lines, "anchors"):
            lines += ["anchors = drawn_anchors(seed)", "next(anchors)"]
        if uses(self._lines, "memory"):
            values = ", ".join(f"{name}={value!r}" for name, value in self.losses.memory.items())
            lines.append(f"memory = SimpleNamespace({values})")
        return lines

    def _body(self) -> list[str]:
        training = self._training
        critic = self._repeated("The critic's", self._critic_lines, training.critic_steps)
        return [*critic, *self._repeated("The generator's", self._generator_lines, training.generator_steps)]

    @property
    def _reports(self) -> bool:
        return bool(self.losses.critic.reports or self.losses.generator.reports)

    def _given(self) -> list[str]:
        return self._told
