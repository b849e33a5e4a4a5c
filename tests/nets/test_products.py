"""Products with narrow weights: the same numbers as `torch.bmm`, and the same first and second derivatives."""

from __future__ import annotations

import pytest
import torch

from ganstudio.nets.products import FEW, product


@pytest.mark.parametrize("runs", [1, 2])
@pytest.mark.parametrize("outputs", [1, 2, FEW + 1])
@pytest.mark.parametrize("biased", [False, True])
def test_a_product_is_that_of_every_run(runs: int, outputs: int, biased: bool) -> None:
    generator = torch.Generator().manual_seed(outputs)
    x, weight, bias = (
        torch.randn(*shape, generator=generator, dtype=torch.float64, requires_grad=True)
        for shape in ((runs, 3, 2), (runs, 2, outputs), (runs, 1, outputs))
    )
    given = (x, weight, bias) if biased else (x, weight)
    expected = x @ weight + bias if biased else x @ weight
    torch.testing.assert_close(product(*given), expected)
    with torch.no_grad():
        torch.testing.assert_close(product(*given), expected)
    assert torch.autograd.gradcheck(product, given)
    assert torch.autograd.gradgradcheck(product, given)


def test_only_the_gradient_that_is_asked_for_is_taken() -> None:
    x, weight = torch.randn(2, 5, 4), torch.randn(2, 4, 1)
    points, learning = x.clone().requires_grad_(), weight.clone().requires_grad_()
    (to_points,) = torch.autograd.grad(product(points, weight).sum(), points)
    (to_weight,) = torch.autograd.grad(product(x, learning).sum(), learning)
    torch.testing.assert_close(to_points, weight.mT.expand(-1, 5, -1))
    torch.testing.assert_close(to_weight, x.sum(1).unsqueeze(-1))
