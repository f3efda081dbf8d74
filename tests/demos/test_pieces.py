"""The pieces of the report: cells, prose, code, tables and figures."""

from __future__ import annotations

import ast

import pytest
from matplotlib.figure import Figure

from demos import show
from demos.__main__ import HERE, NAMES
from demos.machinery import code, figure
from demos.machinery.cells import cells
from demos.machinery.looks import html
from demos.machinery.markdown import prose
from demos.machinery.show import Shown, receiving
from demos.machinery.terminal import table


def test_cells_know_where_they_stand(tmp_path):
    path = tmp_path / "demo.py"
    path.write_text("# %% [markdown]\n# # A\n#\n# b # c\n\n# %%\nx = 1\n\n# %% [markdown]\n\n# %%\ny = 2\n", "utf-8")
    first, second, third = cells(path)
    assert (first.prose, first.source, first.line) == (True, "# A\n\nb # c\n", 2)
    assert (second.prose, second.source.strip(), second.line) == (False, "x = 1", 7)
    assert (third.source.strip(), third.line) == ("y = 2", 12)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_code_is_in_a_cell_and_each_cell_is_whole(name):
    path = HERE / f"{name}.py"
    alone = "\n".join(cell.source for cell in cells(path) if not cell.prose)
    assert ast.dump(ast.parse(alone)) == ast.dump(ast.parse(path.read_text(encoding="utf-8")))
    for cell in cells(path):
        if not cell.prose:
            ast.parse(cell.source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# A `b`\nc *d*", "<h2>A <code>b</code></h2><p>c <em>d</em></p>"),
        ("a < b\nand **c**\n\n## D", "<p>a &lt; b and <strong>c</strong></p><h3>D</h3>"),
        ("- a\n- b\n  c\n\nd", "<ul><li>a</li><li>b c</li></ul><p>d</p>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("2 * 3 * 4 and `a * b * c`", "<p>2 * 3 * 4 and <code>a * b * c</code></p>"),
    ],
)
def test_prose(source, expected):
    assert prose(source, level=2) == expected


def test_code_is_marked_and_nothing_of_it_lost():
    source = 'def f(x):  # <a>\n    """ü\n    """\n    return 1.5 if x else "<b>"\n'
    marked = code.marked(source)
    assert '<span class="keyword">def</span>' in marked
    assert '<span class="comment"># &lt;a&gt;</span>' in marked
    assert '<span class="string">&quot;&lt;b&gt;&quot;</span>' in marked
    from xml.etree import ElementTree

    assert "".join(ElementTree.fromstring(f"<pre>{marked}</pre>").itertext()) == source


def test_a_table():
    rows = [{"name": "a", "x": 1.0, "n": 3}, {"name": "long", "x": -1234567.0, "n": None}]
    assert table(rows) == "name              x   n\na                 1   3\nlong   −1.23457e+06   –"
    assert '<td class="number">−1.23457e+06</td>' in html(Shown(rows), "t")


def test_a_figure_is_the_same_every_time_and_has_the_colours_of_the_page():
    def drawn():
        picture = Figure()
        picture.subplots().plot([1, 2], color="#0072B2", label="a")
        return figure.svg(picture)

    first = drawn()
    assert first == drawn()
    assert first.startswith("<svg")
    assert "var(--k0072b2, #0072b2)" in first
    assert "#ffffff" not in first.replace("var(--kffffff, #ffffff)", "")
    assert "prefers-color-scheme: dark" in first


def test_what_is_shown_goes_to_whoever_receives_it(capsys):
    received = []
    with receiving(received.append):
        show(1, "one")
    assert received == [Shown(1, "one")]
    assert capsys.readouterr().out == ""
    show([{"x": 1}], "A table:")
    assert capsys.readouterr().out == "A table:\nx\n1\n"
