"""Run the demos, all of them or those that are named, and write what they show to one page."""

from __future__ import annotations

import os

# The matrices here are small: a second thread of BLAS mostly waits for the first, for long where the machine is busy.
# It is read when NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from autograd.explore.write import write

from .machinery.cells import Cell, title
from .machinery.page import page
from .machinery.run import Failed, Needed, Output, Printed, Run, run
from .machinery.terminal import named, text

HERE = Path(__file__).parent
NAMES = (
    "check_derivation",
    "house_prices",
    "relu_neuron",
    "two_neurons",
    "deep_network",
    "dead_units",
    "two_moons",
    "second_order",
)
"""The demos, in the order in which they tell their story."""


def main(arguments: list[str] | None = None) -> int:
    """The exit status is 0, or 1 if something went wrong in a demo, or 2 if the report cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a terminal without ∂ and ✓ shows ?, and goes on
    given = _parsed(arguments)
    if given.list:
        for name in NAMES:
            print(f"{name:<18}{title(HERE / f'{name}.py')}")
        return 0
    try:
        output = _place(given.output)
    except OSError as error:
        print(f"the report cannot be written to {given.output}: {error.strerror}", file=sys.stderr)
        return 2
    names = [name for name in NAMES if name in given.names] or list(NAMES)
    watched = _aloud if given.names else _counted
    runs = [watched(name, f"{i}/{len(names)}") for i, name in enumerate(names, 1)]
    write(output, page(runs))
    print(f"\n{len(runs)} demo{'s' * (len(runs) != 1)} in {sum(run.seconds for run in runs):.0f} s → {output}")
    return 1 if any(run.failed for run in runs) else 0


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m demos",
        description="Run the demos, all of them or those that are named, and write what they show to one page. "
        "Those that are named are told here, too.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(NAMES)}")
    parser.add_argument("--list", action="store_true", help="name the demos and say what each shows")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the report goes (default: ./report.html)")
    given = parser.parse_args(arguments)
    for name in given.names:
        if name not in NAMES:
            parser.error(f"there is no demo {name!r}; there are {', '.join(NAMES)}")
    return given


def _place(wished: Path | None) -> Path:
    """Where the report goes: as wished, or here, or where there is room for it if nothing can be written here."""
    if wished is not None:
        place = wished / "report.html" if wished.is_dir() else wished
        _try_to_write_in(place.parent)
        return place
    try:
        _try_to_write_in(Path())
        return Path("report.html")
    except OSError as error:
        print(f"nothing can be written here ({error.strerror}): the report goes to a temporary folder", file=sys.stderr)
        return Path(tempfile.mkdtemp(prefix="demos-")) / "report.html"


def _try_to_write_in(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder):
        pass


# --- what is seen while they run --------------------------------------------------------------------------------------


def _counted(name: str, number: str) -> Run:
    """Run a demo; a line says how far it is, or, where nobody watches, that it is done."""
    live = sys.stdout.isatty()
    width = max(len(title(HERE / f"{each}.py")) for each in NAMES)
    heading = f"{number}  {title(HERE / f'{name}.py'):<{width}}"

    def watch(i: int, n: int, what: Cell | Output) -> None:
        if live and isinstance(what, Cell):
            print(f"\r{heading} {'━' * i}{'·' * (n - i)}", end="", flush=True)

    done = run(HERE / f"{name}.py", watch)
    clear = f"\r\x1b[K{heading}" if live else heading
    print(f"{clear} {done.seconds:5.1f} s", flush=True)
    for line in dict.fromkeys(o.text for _, told in done.told for o in told if isinstance(o, Needed | Failed)):
        print("     " + line.strip().replace("\n", "\n     "), flush=True)
    return done


def _aloud(name: str, number: str) -> Run:
    """Run a demo, and print what it says and shows as it comes."""
    return run(HERE / f"{name}.py", lambda i, n, what: _say(what, print))


def _say(what: Cell | Output, out: Callable[..., None]) -> None:
    if isinstance(what, Printed):
        out(what.text, end="", flush=True)
    elif isinstance(what, Needed | Failed):
        out(what.text)
    elif not isinstance(what, Cell):
        out(text(what, named))
    elif what.prose:
        out("\n" + what.source.strip() + "\n")


if __name__ == "__main__":
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:  # as in python -m demos two_moons | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except KeyboardInterrupt:
        print("interrupted; no report was written", file=sys.stderr)
        status = 130
    sys.exit(status)
