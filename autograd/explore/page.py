"""The page: `explore` writes one HTML file that steps through backprop."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import Any

from ..errors import GraphError
from ..naming import meant, name_all
from ..value import Value
from .chain import Chain, chains
from .formulas import Formulas, mathml, rounded
from .html import Markup, element, joined, json_in_script, words
from .model import Model
from .picture import picture
from .telling import Step, tell
from .write import write


def explore(y: Value, path: str | PathLike[str], *, wrt: Value | str | Iterable[Value | str] | None = None) -> Path:
    """Write a page that steps through the computation of ``y`` and through backprop, and return its path.

    The page is one self-contained HTML file; open it in a browser. Beside the picture of the graph it shows, step by
    step, how each number is computed, and then how each edge passes upstream × local to its operand. ``wrt`` (Values or
    labels) are the nodes that can be chosen on the page to see their paths and their chain rule. Default: all leaves.

    >>> import tempfile
    >>> from pathlib import Path
    >>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
    >>> page = explore((w * x).tanh(), Path(tempfile.mkdtemp()) / "neuron.html", wrt=[w])
    >>> page.name
    'neuron.html'
    """
    return write(path, page(y, wrt))


def page(y: Value, wrt: Value | str | Iterable[Value | str] | None = None) -> str:
    """Return the page as text."""
    model = Model(y)
    order = [node.value for node in model.nodes]
    formulas = Formulas(y, name_all(order))  # the names in the picture
    chosen = _chosen(model, wrt)
    steps, derived = tell(model, formulas), chains(model, formulas, chosen)
    drawn = picture(model)
    ledger = _ledger(model, formulas)
    style = _own("page.css") + f":root {{ --width: {drawn.width:.0f}; --height: {drawn.height:.0f}; }}\n"
    script = _own("page.js")
    root = formulas.name(y).text
    return _filled(
        _own("page.html"),
        {
            "policy": words(_policy(style, script)),
            "title": words(f"Backprop from {root}, step by step"),
            "style": Markup(style),
            "heading": joined("Backprop from ", mathml(formulas.name(y)), ", step by step"),
            "lead": _lead(model),
            "picture": drawn.markup if drawn.drawn else joined(drawn.markup, ledger),
            "last": words(str(len(steps) - 1)),
            "steps": joined(*[step.looks for step in steps]),
            "chips": joined(*[_chip(model, formulas, i) for i in chosen]),
            "chains": joined(*[chain.looks for chain in derived]),
            "numbers": _numbers(ledger) if drawn.drawn else Markup(""),
            "model": json_in_script(_data(model, steps, derived)),
            "script": Markup(script),
        },
    )


def _chosen(model: Model, wrt: Value | str | Iterable[Value | str] | None) -> Sequence[int]:
    if wrt is None:
        return model.leaves
    index = {node.value: i for i, node in enumerate(model.nodes)}
    root = model.nodes[model.root].value
    chosen = [meant(root, x, reader="explore") for x in ([wrt] if isinstance(wrt, Value | str) else wrt)]
    for x in chosen:
        if x not in index:
            raise GraphError(f"{x!r} cannot be chosen in wrt: {root!r} was not computed from it")
    return list(dict.fromkeys([index[x] for x in chosen]))


def _own(name: str) -> str:
    """Read a file of this package."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _filled(template: str, parts: Mapping[str, Markup]) -> str:
    """Fill in a template in one pass, so that no text inside a part is taken for a placeholder."""
    return re.sub(r"\{\{(\w+)\}\}", lambda place: parts[place[1]], template)


def _policy(style: str, script: str) -> str:
    """Return the content security policy: it allows this script and this style, by their hashes, and nothing else."""
    sources = {"default-src": "'none'", "script-src": _hash(script), "style-src": _hash(style)}
    sources |= {"base-uri": "'none'", "form-action": "'none'", "require-trusted-types-for": "'script'"}
    return "; ".join([f"{name} {source}" for name, source in sources.items()])


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _lead(model: Model) -> Markup:
    edges = f"{len(model.passes)} edge{'s' * (len(model.passes) != 1)}"
    return joined(
        f"{len(model.computed)} computed from {len(model.leaves)} given, then back along {edges}. ",
        element("span", "Step with the buttons, or with ← and →.", class_="hint"),
    )


def _chip(model: Model, formulas: Formulas, i: int) -> Markup:
    value = model.nodes[i].value
    return element(
        "button",
        element("span", mathml(formulas.name(value))),
        element("small", _figure("data", i, value.data), class_="data"),
        element("small", element("span", "grad ", class_="word"), _figure("grad", i, model.grads[i]), class_="grad"),
        type="button",
        class_="chip",
        aria_pressed="false",
        data_node=i,
    )


def _numbers(ledger: Markup) -> Markup:
    heading = element("h2", "The numbers", id="numbers-title", class_="quiet")
    return element("section", heading, ledger, class_="numbers", aria_labelledby="numbers-title")


def _ledger(model: Model, formulas: Formulas) -> Markup:
    rows = []
    for i, node in enumerate(model.nodes):
        value = node.value
        rows.append(
            element(
                "tr",
                element("th", mathml(formulas.name(value)), scope="row"),
                element("td", "given" if node.is_leaf else mathml(formulas.value(value)), class_="formula"),
                element("td", _figure("data", i, value.data), class_="data"),
                element("td", _figure("grad", i, model.grads[i]), class_="grad"),
                data_node=i,
            )
        )
    head = [element("th", what, scope="col") for what in ("node", "what it is", "data", "grad")]
    table = element("table", element("thead", element("tr", *head)), element("tbody", *rows), class_="ledger")
    return element("div", table, class_="scrolls", tabindex=0, role="group", aria_label="The table of all nodes")


def _figure(what: str, i: int, number: float) -> Markup:
    return element("data", rounded(number).text, value=repr(number), **{f"data_{what}": i})


def _data(model: Model, steps: Sequence[Step], derived: Sequence[Chain]) -> dict[str, Any]:
    """Return the data for the script."""
    says = {chain.node: chain.says for chain in derived}
    nodes = [
        {
            "value": _exact(node.value.data),
            "shown": rounded(node.value.data).text,
            "operands": [None if slot is None else slot.node for slot in node.slots],
            "edges": [None if slot is None else slot.edge for slot in node.slots],
            "partials": [None if slot is None else _exact(slot.partial) for slot in node.slots],
            "says": says.get(i, ""),
        }
        for i, node in enumerate(model.nodes)
    ]
    return {"nodes": nodes, "steps": [step.does | {"says": step.says} for step in steps]}


def _exact(x: float) -> float | str:
    """Return a number for JSON. JSON has no inf or nan, so these become strings that JavaScript's Number reads."""
    if isfinite(x):
        return x
    return "NaN" if x != x else "Infinity" if x > 0 else "-Infinity"
