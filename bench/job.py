"""Document 3's job: a network is trained in batches, by this project, by hand in NumPy, by PyTorch and by JAX."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import by_hand, packages, with_autograd
from .agreement import agree
from .figures import Measurement, Target
from .problems import Job, document_3
from .suite import Options, Suite
from .timing import LateStart, side_by_side

EPOCHS = 100  # in a pass; what comes once in a training weighs ten times what it does in the whole job
WHOLE = 1000  # in the document
# The job is chaotic: its loss first climbs to thousands, and later a difference in the last digit grows tenfold every
# hundred steps or so. Over its first steps all who compute the same agree.
COMPARED, WITHIN = 400, 1e-6

FIT, PROGRAM, NUMPY, IN_PLACE = "autograd, nn.fit", "autograd, program", "NumPy by hand", "NumPy by hand, out="
LOADER, LOADER_32, SLICED = "PyTorch, DataLoader", "PyTorch, DataLoader, float32", "PyTorch, sliced before"
JAX_STEP, JAX_LOOP = "JAX, jit of a step", "JAX, jit of the loop"


def run(options: Options) -> Iterator[Measurement]:
    job = document_3(samples=128, batch=32) if options.quick else document_3()
    epochs = 5 if options.quick else EPOCHS
    yield _steps(job, epochs, options)
    yield _steps_in_float32(job.in_float32(), epochs, options)
    yield _whole(job, 10 if options.quick else WHOLE, min(options.repeats, 3))


def contestants(job: Job, epochs: int) -> dict[str, Any]:
    """Whoever is there, with the method ``epochs`` and ``losses``."""
    found: dict[str, Any] = {}
    if job.theta.dtype == "float64":
        found[FIT] = with_autograd.Fitted(job)
    found |= {PROGRAM: with_autograd.Fit(job), NUMPY: by_hand.Fit(job), IN_PLACE: by_hand.FitInPlace(job)}
    if packages.installed("torch"):
        from . import with_torch

        found |= {SLICED: with_torch.Fit(job, loader=False), LOADER: with_torch.Fit(job, loader=True)}
    if packages.installed("jax"):
        from . import with_jax

        found |= {JAX_STEP: with_jax.Fit(job), JAX_LOOP: with_jax.FitInOne(job, epochs)}
    return found


def _steps(job: Job, epochs: int, options: Options) -> Measurement:
    field = contestants(job, epochs)
    timed = dict(field)
    if packages.installed("torch"):
        from . import with_torch

        timed[LOADER_32] = with_torch.Fit(job.in_float32(), loader=True)
    samples = _timed(timed, epochs, options.repeats, job)
    agree({name: each.losses[:COMPARED] for name, each in field.items()}, WITHIN)
    return Measurement(
        f"Document 3's job in float64: {_described(job)}",
        "ms per step",
        samples,
        [
            Target(FIT, NUMPY, at_most=1.2),
            Target(PROGRAM, NUMPY, at_most=1.2),
            Target(FIT, IN_PLACE),
            Target(FIT, LOADER_32, at_most=1 / 3),
            Target(FIT, LOADER, at_most=1 / 3),
            Target(FIT, SLICED, at_most=2 / 3),
            Target(FIT, JAX_STEP),
            Target(FIT, JAX_LOOP),
        ],
        [
            f"The float64 losses of the first {min(COMPARED, len(field[NUMPY].losses))} steps agree to {WITHIN:.0e}.",
            "nn.fit is timed from its first epoch on; what comes before is in the whole job.",
        ],
        key="job float64",
    )


def _steps_in_float32(job: Job, epochs: int, options: Options) -> Measurement:
    field = contestants(job, epochs)
    samples = _timed(field, epochs, options.repeats, job)
    agree({name: each.losses[:2] for name, each in field.items()}, 1e-3)  # then the rounding of float32 takes over
    return Measurement(
        f"Document 3's job in float32: {_described(job)}",
        "ms per step",
        samples,
        [Target(PROGRAM, other) for other in (NUMPY, IN_PLACE, LOADER, SLICED, JAX_STEP, JAX_LOOP)],
        key="job float32",
    )


def _timed(field: Mapping[str, Any], epochs: int, rounds: int, job: Job) -> dict[str, list[float]]:
    passes: dict[str, Callable[[], Any]] = {name: _epochs_of(each, epochs) for name, each in field.items()}
    seconds = side_by_side(passes, rounds)
    return {name: [1e3 * s / (epochs * job.steps_per_epoch) for s in xs] for name, xs in seconds.items()}


def _epochs_of(trainer: Any, epochs: int) -> Callable[[], None]:
    def run() -> None:
        trainer.epochs(epochs)

    return LateStart(run, lambda: trainer.began) if isinstance(trainer, with_autograd.Fitted) else run


def _whole(job: Job, epochs: int, rounds: int) -> Measurement:
    """From the model to the last step, with all that is compiled on the way."""
    by_name: dict[str, Callable[[], Any]] = {
        FIT: lambda: with_autograd.Fitted(job).epochs(epochs),
        NUMPY: lambda: by_hand.Fit(job).epochs(epochs),
    }
    if packages.installed("torch"):
        from . import with_torch

        by_name[SLICED] = lambda: with_torch.Fit(job, loader=False).epochs(epochs)
        by_name[LOADER] = lambda: with_torch.Fit(job, loader=True).epochs(epochs)
    if packages.installed("jax"):
        from . import with_jax

        by_name[JAX_STEP] = lambda: with_jax.Fit(job).epochs(epochs)
    return Measurement(
        f"The whole job, {epochs} epochs in float64, with tracing and compiling",
        "s",
        side_by_side(by_name, rounds),
        [Target(FIT, other) for other in (NUMPY, LOADER, SLICED, JAX_STEP)],
        key="job whole",
    )


def _described(job: Job) -> str:
    return f"{'-'.join(map(str, job.widths))}, sigmoid, {len(job.inputs)} samples in batches of {job.batch}"


SUITE = Suite("job", "document 3's training, beside NumPy by hand, PyTorch and JAX", run, threads=(1, 2))
