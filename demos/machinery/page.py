"""The report: one HTML file that needs nothing else."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import autograd
from autograd.explore.html import Markup, element, joined, words

from . import code
from .cells import Cell
from .looks import html, text
from .markdown import prose, spans
from .run import Failed, Needed, Output, Printed, Run

SHORT = 16  # lines of code that stand on the page unasked
_NOTES = re.compile(r" *# noqa.*")  # to the linter
_HERE = Path(__file__).parent


def page(runs: Sequence[Run]) -> str:
    """The page of some demos that were run."""
    total = sum(run.seconds for run in runs)
    contents = [
        element(
            "li",
            element("a", spans(run.title), href=f"#{run.name}"),
            element("span", f" {run.seconds:.1f} s" + " (failed)" * run.failed, class_="time"),
        )
        for run in runs
    ]
    parts = {
        "style": Markup((_HERE / "page.css").read_text(encoding="utf-8")),
        "contents": element("ol", *contents),
        "demos": joined(*[_demo(run) for run in runs]),
        "made": words(f"{len(runs)} demo{'s' * (len(runs) != 1)} in {total:.0f} s, on {_machine()}"),
    }
    template = (_HERE / "page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda place: parts[place[1]], template)


def _machine() -> str:
    """What the times were taken with."""
    versions = [f"scalar-autograd {autograd.__version__}", f"Python {platform.python_version()}"]
    for package in ("numpy", "matplotlib"):
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            versions.append(f"no {package}")
    cores = os.cpu_count() or 1
    return f"{platform.system()} {platform.machine()} with {cores} core{'s' * (cores != 1)}: {', '.join(versions)}"


def _demo(run: Run) -> Markup:
    parts = [_cell(cell, outputs, f"{run.name}-{i}") for i, (cell, outputs) in enumerate(run.told)]
    command = element("p", element("code", f"python -m demos {run.name}"), f" took {run.seconds:.1f} s", class_="made")
    return element("section", *parts, command, id=run.name)


def _cell(cell: Cell, outputs: Sequence[Output], name: str) -> Markup:
    if cell.prose:
        return prose(cell.source, level=2)
    source = _NOTES.sub("", cell.source).strip("\n")
    lines = source.count("\n") + 1
    shown = element("pre", element("code", code.marked(source)), class_="code", tabindex=0)
    head = element("summary", f"Code, {lines} line{'s' * (lines != 1)}")
    said = [_output(output, f"{name}-{i}") for i, output in enumerate(outputs)]
    return element("div", element("details", head, shown, open=lines <= SHORT), *said, class_="cell")


def _output(output: Output, name: str) -> Markup:
    if isinstance(output, Printed):
        return text(output.text) if output.text.strip() else Markup("")
    if isinstance(output, Needed):
        return element("p", words(output.text), class_="needed")
    if isinstance(output, Failed):
        return text(output.text, "failed")
    return html(output, name)
