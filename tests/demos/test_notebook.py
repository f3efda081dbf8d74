"""The notebook runs from top to bottom, and what it shows is what comes out."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

from tests import needs

NOTEBOOK = Path(__file__).parents[2] / "demos" / "first_steps.ipynb"
NUMBER = re.compile(r"\d+\.?\d*(?:e[-+]?\d+)?")
needs_jupyter = needs.packages("nbclient", "ipykernel", install="pip install '.[test]'")
PICTURES = ("image/png", "image/svg+xml")  # which are those of a version of matplotlib, or of Graphviz


def texts(book):
    """What each cell of code shows, as text, by its kind; of pictures, that they are there."""
    found = []
    for cell in book["cells"]:
        for output in cell.get("outputs", []):
            if output["output_type"] == "stream":
                found.append(("stream", "".join(output["text"])))
            for kind, data in sorted(output.get("data", {}).items()):
                found.append((kind, "" if kind in PICTURES else "".join(data)))
    return found


@needs_jupyter
def test_the_notebook_shows_what_comes_out(python, tmp_path):
    done = python("-m", "demos.machinery.execute", NOTEBOOK, tmp_path / "book.ipynb", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    there, here = (texts(json.loads(path.read_text(encoding="utf-8"))) for path in (NOTEBOOK, tmp_path / "book.ipynb"))
    assert [kind for kind, _ in there] == [kind for kind, _ in here]
    for (_, committed), (_, new) in zip(there, here, strict=True):
        assert NUMBER.sub("#", committed) == NUMBER.sub("#", new)
        for a, b in zip(NUMBER.findall(committed), NUMBER.findall(new), strict=True):
            assert math.isclose(float(a), float(b), rel_tol=1e-6, abs_tol=1e-9), (committed, new)
    assert [path.name for path in tmp_path.iterdir()] == ["book.ipynb"]


def test_the_notebook_is_committed_with_its_outputs_and_nothing_of_the_machine():
    book = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    shown = texts(book)
    assert {kind for kind, _ in shown} >= {"text/html", "image/svg+xml", "image/png", "stream"}
    everything = " ".join(text for _, text in shown)
    assert "the factor σ′(z₁) is missing" in everything
    assert "✓ ∂loss/∂w1: agrees" in everything
    assert "<math" in everything
    assert not re.search(r"Traceback|/home/|/root/|/tmp/|[A-Z]:\\\\", NOTEBOOK.read_text(encoding="utf-8"))
    assert "execution" not in str(book["metadata"])


@needs_jupyter
def test_what_a_demo_shows_is_shown_in_a_notebook(python, tmp_path):
    code = """
from pathlib import Path
from matplotlib.figure import Figure
from autograd import Value
from autograd.draw import draw
from autograd.explore import explore
from demos import show
from tests import needs

show(Figure(), "A figure.")
show([{"x": -1.5}], "A table.")
show(draw(Value(2.0) * 3.0), "A graph.")
show(explore(Value(2.0) * 3.0, "page.html"), "A page.")
"""
    cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": [], "execution_count": None, "id": "a"}
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "book.ipynb").write_text(json.dumps(book), encoding="utf-8")
    done = python("-m", "demos.machinery.execute", "book.ipynb", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    [cell] = json.loads((tmp_path / "book.ipynb").read_text(encoding="utf-8"))["cells"]
    figure, says, table, graph, _, page, _ = (output["data"] for output in cell["outputs"])
    assert figure["image/png"].startswith("iVBOR")
    assert "".join(figure["text/plain"]) == "[picture] A figure."
    assert "".join(says["text/markdown"]) == "*A figure.*"
    assert "<td" in "".join(table["text/html"])
    assert "".join(table["text/plain"]) == "A table.\n   x\n−1.5"
    assert "image/svg+xml" in graph or "graph of" in "".join(graph["text/plain"])
    assert "<iframe srcdoc=" in "".join(page["text/html"])
