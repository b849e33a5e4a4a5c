"""Spreading batches over processes with joblib: over the cores of this machine, or over a Dask or Ray cluster."""

from __future__ import annotations

import _thread
import contextlib
import logging
import multiprocessing
import os
import signal
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.commands import output
from ganstudio.commands.arguments import CommandError, one_of
from ganstudio.commands.trials import Trial, attempt

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ganstudio.commands.trials import Failure, Outcome

__all__ = ["BACKENDS", "Place", "run_trials", "versions"]

BACKENDS = ("loky", "dask", "ray")
"""What joblib spreads work with: processes of this machine, or a cluster."""
ANSWER_SECONDS = 10
"""So long a cluster may take to answer."""
WORKER_SECONDS = 30
"""And so long its first worker may take to start."""
AGAIN = "; the same command again goes on from what is finished"
LOOK_SECONDS = 0.2
"""Between two looks at how far the processes are."""

Progress = Callable[[int], None]
Finished = Callable[[Trial, "list[Outcome] | list[Failure]"], None]


@dataclass(frozen=True)
class Place:
    """Where to train.

    Attributes
    ----------
    backend
        One of `BACKENDS`.
    address
        Where the cluster is; nothing for this machine.
    workers
        Processes on this machine; a cluster has its own.
    """

    backend: str = "loky"
    address: str = ""
    workers: int = 1

    @classmethod
    def of(cls, backend: str, address: str | None, workers: int | None, cores: int) -> Place:
        """Check what was said on the command line.

        Raises
        ------
        CommandError
            If it does not fit together.
        """
        if backend not in BACKENDS:
            raise CommandError(f"--backend: {one_of('backend', backend, BACKENDS)}")
        if backend == "loky" and address is not None:
            raise CommandError("--address: is for a cluster; say --backend dask or --backend ray as well")
        if backend != "loky" and not address:
            raise CommandError(f"--backend {backend}: --address HOST:PORT of the cluster is needed as well")
        if backend != "loky" and workers is not None:
            raise CommandError("--workers: is for this machine; a cluster has workers of its own")
        return cls(backend, address or "", workers or cores)


@dataclass(frozen=True)
class _Spread:
    """What joblib is told.

    Attributes
    ----------
    config
        The backend and its arguments.
    return_as
        How it returns results.
    at_once
        How many batches it gets at a time; all if it is not said.
    trouble
        What to say if results will not come any more of which joblib never hears; nothing as long as all is well.
    """

    config: dict[str, Any]
    return_as: str = "generator_unordered"
    at_once: int | None = None
    trouble: Callable[[], str] = str


def versions() -> dict[str, str]:
    """Return the versions that decide the numbers, here or where this is called."""
    from ganstudio import __version__

    return {"GAN Studio": __version__, "PyTorch": version("torch")}


def run_trials(trials: Sequence[Trial], place: Place, progress: Progress, finished: Finished) -> None:
    """Run all batches, each worker taking the next one that is left.

    Parameters
    ----------
    trials
        What to train.
    place
        Where; with one worker, or one batch, on this machine everything happens in this process.
    progress
        Told about steps, in this process.
    finished
        Given a batch and what came of it as soon as it is done, in this process.

    Raises
    ------
    CommandError
        If a worker was killed, or there is no such cluster.
    """
    if place.backend == "loky" and (place.workers == 1 or len(trials) <= 1):
        for trial in trials:
            _run_here(trial, progress, finished)
        return
    # The longest first: what is started last should not be what everybody waits for.
    ordered = sorted(trials, key=_cost, reverse=True)
    batches = len(ordered)
    with (
        _backend(place, batches) as spread,
        _shared_counts(place, batches) as counts,
        _watched(counts, progress, spread.trouble),
    ):
        _train_all(ordered, spread, counts, finished)


def _run_here(trial: Trial, progress: Progress, finished: Finished) -> None:
    done = 0

    def count(steps: int) -> None:
        nonlocal done
        done += steps
        progress(steps)

    results = attempt(trial, count)
    progress(trial.weight - done)
    finished(trial, results)


def _cost(trial: Trial) -> int:
    """Return about how long a batch takes, in passes through a network."""
    training = trial.experiment.training
    return trial.weight * (training.critic_steps + training.generator_steps)


def _train_all(ordered: Sequence[Trial], spread: _Spread, counts: NDArray[np.int64], finished: Finished) -> None:
    import joblib

    # A backend that cannot hand out results one by one gets as many batches at a time as it has workers.
    size = spread.at_once or len(ordered)
    shared = counts if spread.config["backend"] == "loky" else None
    for first in range(0, len(ordered), size):
        calls = (
            joblib.delayed(_run_there)(index, ordered[index], shared)
            for index in range(first, min(first + size, len(ordered)))
        )
        with joblib.parallel_config(**spread.config), _deaf_to_interrupts():
            results = joblib.Parallel(pre_dispatch="all", batch_size=1, return_as=spread.return_as)(calls)
        with _given_up_quietly(results):
            for index, result in results:
                counts[index] = ordered[index].weight
                finished(ordered[index], result)


@contextlib.contextmanager
def _given_up_quietly(results: Any) -> Iterator[None]:
    """End what is going on when an error leaves the loop; joblib would warn about results that nobody takes."""
    try:
        yield
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            getattr(results, "close", lambda: None)()


def _run_there(index: int, trial: Trial, counts: NDArray[np.int64] | None) -> tuple[int, list[Outcome] | list[Failure]]:
    """Train one batch in a worker, writing into its own place of `counts` how far it is."""

    def progress(steps: int) -> None:
        if counts is not None:
            counts[index] += steps

    return index, attempt(trial, progress)


# ---- how far it is --------------------------------------------------------------------------------------


@contextlib.contextmanager
def _shared_counts(place: Place, batches: int) -> Iterator[NDArray[np.int64]]:
    """Return the steps done of every batch; on this machine a mapped file, which the workers write into.

    joblib hands a mapped array on as the name of its file. Every batch has a place of its own, so nobody waits for
    anybody, and nothing hangs when a worker is killed.
    """
    import numpy as np

    empty = np.zeros(batches, np.int64)
    if place.backend != "loky":
        yield empty
        return
    with tempfile.TemporaryDirectory(prefix="ganstudio-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "steps"
        empty.tofile(path)  # zeros that are written, not a hole, which a full disk would not fill
        yield np.memmap(path, np.int64, "r+", shape=(batches,))


@contextlib.contextmanager
def _watched(counts: NDArray[np.int64], progress: Progress, trouble: Callable[[], str]) -> Iterator[None]:
    """Tell `progress` inside what `counts` says, and end the waiting inside if there is trouble."""
    done = threading.Event()
    problem = ""

    def watch() -> None:
        nonlocal problem
        told = 0
        while True:
            last = done.wait(LOOK_SECONDS)
            now = int(counts.sum())
            if now != told:
                progress(now - told)
                told = now
            if last:
                return
            if not problem and (problem := trouble()):
                _thread.interrupt_main()

    thread = threading.Thread(target=watch, name="progress", daemon=True)
    thread.start()
    try:
        yield
    except KeyboardInterrupt:
        if problem:
            raise CommandError(problem) from None
        raise
    finally:
        done.set()
        thread.join()


# ---- this machine, or a cluster -------------------------------------------------------------------------


@contextlib.contextmanager
def _backend(place: Place, batches: int) -> Iterator[_Spread]:
    """Return how to tell joblib about a place; inside, the connection to it is open."""
    there = {"loky": _processes, "dask": _dask, "ray": _ray}[place.backend]
    with there(place, batches) as spread:
        yield spread


@contextlib.contextmanager
def _processes(place: Place, batches: int) -> Iterator[_Spread]:
    from joblib.externals.loky import get_reusable_executor

    try:
        jobs = min(place.workers, batches)
        yield _Spread({"backend": "loky", "n_jobs": jobs, "initializer": _start_worker, "initargs": (os.getpid(),)})
    except BrokenProcessPool:
        raise CommandError(f"a worker process was killed, perhaps for lack of memory; try --workers 1{AGAIN}") from None
    # joblib keeps processes for the next call, but there is none. After an error it has ended them itself.
    get_reusable_executor(reuse=True).shutdown()


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let processes started inside ignore Ctrl-C from their first moment; this one ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def _start_worker(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()


def _end_with_parent(parent: int) -> None:
    """Wait for the parent's end, however it comes: joblib's processes would finish what they do, and then wait."""
    if os.name == "nt":  # an orphan keeps its parent's id there, but has a handle that tells
        process = multiprocessing.parent_process()
        if process is None:
            return
        process.join()
    else:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
    os._exit(1)


@contextlib.contextmanager
def _dask(place: Place, _batches: int) -> Iterator[_Spread]:
    try:
        import distributed
    except ImportError:
        raise CommandError('--backend dask: Dask is not installed; pip install "ganstudio[cluster]"') from None
    # What it has to say is said here in one line.
    for logger in ("distributed", "distributed.client"):
        logging.getLogger(logger).setLevel(logging.CRITICAL)
    connect: Any = distributed.Client
    try:
        client: Any = connect(place.address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise _no_answer(place, error) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=WORKER_SECONDS)
            there = client.run(versions)
        except (TimeoutError, ImportError) as error:  # no workers, or workers without this program
            raise _no_answer(place, error, "no worker that has GAN Studio") from None
        _check_versions(there, place)
        config = {"backend": "dask", "client": client, "n_jobs": -1}
        try:
            yield _Spread(config, trouble=_DaskTrouble(client))
        except distributed.CancelledError:
            raise CommandError(f"--address {place.address}: the cluster does not answer any more{AGAIN}") from None


class _DaskTrouble:
    """Sees what joblib does not hear of: batches that Dask gave up, which joblib would wait for without end."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._busy = time.monotonic()
        self._told = False

    def __call__(self) -> str:
        """Return what to say if nothing will come any more."""
        now = time.monotonic()
        # One that Dask gave up stays among them as an error.
        if any(state.status in ("pending", "lost") for state in list(self._client.futures.values())):
            self._busy = now
            if not self._told and not self._client.scheduler_info()["workers"]:
                self._told = True
                output.tell("the cluster has no workers any more; waiting for one")
        # Whatever a batch raises is a result, so this is about workers. Those that go on are waited for.
        if now - self._busy > ANSWER_SECONDS:
            return f"workers of the cluster were killed, perhaps for lack of memory{AGAIN}"
        return ""


@contextlib.contextmanager
def _ray(place: Place, batches: int) -> Iterator[_Spread]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        from ray.util.joblib import register_ray
    except ImportError:
        raise CommandError("--backend ray: Ray is not installed; pip install ray") from None
    try:
        ray.init(address=place.address, logging_level=logging.ERROR, log_to_driver=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise _no_answer(place, error) from None
    try:
        register_ray()
        _check_versions({"a worker": ray.get(ray.remote(versions).remote())}, place)
        cores = max(1, int(ray.cluster_resources().get("CPU", 1)))
        # joblib cannot take results from Ray one by one.
        yield _Spread({"backend": "ray", "n_jobs": min(cores, batches)}, "list", at_once=cores)
    finally:
        ray.shutdown()


def _no_answer(place: Place, error: Exception, who: str = "") -> CommandError:
    said = " ".join(str(error).split())[:200]
    return CommandError(
        f"--address {place.address}: {who or f'no {place.backend.capitalize()} cluster'} answers there ({said})"
    )


def _check_versions(there: dict[str, dict[str, str]], place: Place) -> None:
    """Refuse a cluster that would compute other numbers, or has no workers."""
    if not there:
        raise CommandError(f"--address {place.address}: the cluster has no workers")
    here = versions()
    for worker, found in there.items():
        for name, own in here.items():
            # The same version for another kind of card is fine.
            if found[name].partition("+")[0] != own.partition("+")[0]:
                raise CommandError(f"--address: {worker} has {name} {found[name]}, and here it is {own}")
