"""Freed memory: it stays with a process that asks for that."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

STEPS = """
import resource
import sys
import numpy as np
from ganstudio import allocation

if sys.argv[1] == "kept":
    allocation.keep_freed_memory()

def step():
    tensors = [np.ones(2**17) for _ in range(8)]  # a megabyte each

step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    step()
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 10)
"""


def pages_of_a_step(how: str) -> float:
    command = [sys.executable, "-c", STEPS, how]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such option")
def test_a_step_finds_the_memory_that_the_last_one_has_left() -> None:
    assert pages_of_a_step("as it comes") > 100
    assert pages_of_a_step("kept") < 20
