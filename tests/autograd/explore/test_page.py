"""The file: whole, self-contained, and safe whatever the names are."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path

import pytest

from autograd import GraphError, Value, ancestry
from autograd.draw import NoRendererError, draw
from autograd.draw.writing import shown_name
from autograd.explore import explore
from autograd.explore.html import element, joined, words
from autograd.explore.page import page
from autograd.naming import name_all
from tests.autograd.explore.examples import (
    ODD_NAMES,
    Reader,
    model_of,
    needs_picture,
    oddly_named,
    reused,
    simulated,
    small_network,
    two_neurons,
)


def test_the_path_comes_back_and_the_page_is_there(tmp_path):
    path = explore(two_neurons(), str(tmp_path / "page.html"))
    assert path == tmp_path / "page.html"
    assert path.read_text(encoding="utf-8") == page(two_neurons())


def test_nothing_is_loaded():
    text = page(two_neurons())
    reader = Reader(text)
    loading = {"src", "href", "srcset", "action", "formaction", "poster", "data", "background", "xlink:href"}
    assert [(tag, loading & attrs.keys()) for tag, attrs in reader.elements if loading & attrs.keys()] == []
    assert not {"link", "img", "iframe", "object", "embed", "base"} & {tag for tag, _ in reader.elements}
    assert set(re.findall(r"https?://[^\s\"<>]+", text)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "@import" not in text
    assert "url(" not in text


def test_the_policy_lets_this_script_and_this_style_in_and_nothing_else():
    reader = Reader(page(two_neurons()))
    [policy] = [attrs["content"] for attrs, _ in reader.all("meta") if "http-equiv" in attrs]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    script = next(text for attrs, text in reader.all("script") if not attrs)
    [(_, style)] = reader.all("style")
    for rule, text in (("script-src", script), ("style-src", style)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe" not in policy


@pytest.mark.parametrize("graph", [two_neurons, oddly_named])
def test_no_handler_and_no_style_stands_in_the_markup(graph):
    for tag, attrs in Reader(page(graph())).elements:
        assert not [name for name in attrs if name.startswith("on") or name == "style"], tag


def test_odd_names_inject_nothing():
    reader = Reader(page(oddly_named()))
    plain = Reader(page(two_neurons()))
    assert len(reader.all("script")) == 2
    assert {tag for tag, _ in reader.elements} <= {tag for tag, _ in plain.elements} | {"p", "mtext", "ellipse"}
    [(_, title)] = [found for found in reader.all("title") if found[1].startswith("Backprop")]
    assert title == "Backprop from </title><script>alert(2)</script>, step by step"


def test_odd_names_come_out_as_they_are():
    text = page(oddly_named())
    for name in ("<script>alert(1)</script>", "손실 🙂 ∂", "{{script}} {{model}} ${x} \\", "\"'`&amp;&lt;"):
        assert words(name).replace("&#x27;", "'").replace("&quot;", '"') in text.replace("&#x27;", "'").replace(
            "&quot;", '"'
        )


def test_every_page_is_utf8(tmp_path):
    explore(oddly_named(), tmp_path / "odd.html").read_bytes().decode("utf-8")
    assert len(ODD_NAMES) == sum(not node.operands for node in ancestry(oddly_named())) - 1


def test_ids_are_unique():
    ids = [attrs["id"] for _, attrs in Reader(page(two_neurons())).elements if "id" in attrs]
    assert len(ids) == len(set(ids))


@needs_picture
@pytest.mark.parametrize("graph", [two_neurons, small_network, reused, oddly_named])
def test_the_picture_has_a_place_for_every_number(graph):
    y = graph()
    elements = Reader(page(y)).elements
    model = model_of(page(y))
    for what in ("node", "data", "grad"):
        drawn = [attrs[f"data-{what}"] for tag, attrs in elements if f"data-{what}" in attrs and tag in ("g", "tspan")]
        assert sorted(map(int, drawn)) == list(range(len(model["nodes"])))
    edges = [int(attrs["data-edge"]) for _, attrs in elements if "data-edge" in attrs]
    assert sorted(edges) == sorted(step["edge"] for step in model["steps"] if step["kind"] == "pass")


def test_the_table_has_the_numbers_before_any_script_runs():
    y = two_neurons()
    text = page(y)
    data, grad = simulated(model_of(text))
    for what, numbers in (("data", data), ("grad", grad)):
        cells = [attrs for attrs, _ in Reader(text).all("data") if f"data-{what}" in attrs]
        assert {(int(attrs[f"data-{what}"]), float(attrs["value"])) for attrs in cells} == set(numbers.items())


def test_without_a_renderer_the_page_says_so_and_has_the_table(monkeypatch):
    def refuse(source, form):
        raise NoRendererError("nothing here draws")

    monkeypatch.setattr("autograd.draw.drawing.render", refuse)
    text = page(two_neurons())
    assert "There is no picture on this page" in text
    reader = Reader(text)
    assert not [attrs for attrs, _ in reader.all("svg") if "aria-hidden" not in attrs]
    assert len([attrs for attrs, _ in reader.all("tr") if "data-node" in attrs]) == 13
    assert simulated(model_of(text)) == simulated(model_of(page(two_neurons())))


def test_wrt_takes_labels():
    w, x = Value(0.5, label="w"), Value(2.0, label="x")
    y = (w * x).tanh()
    assert page(y, "w") == page(y, w)
    assert page(y, ["x", w]) == page(y, [x, w])
    with pytest.raises(GraphError, match="is called 'b'; there are w, x"):
        page(y, "b")


def test_wrt_says_who_can_be_chosen():
    y = two_neurons()
    named = {node.label: node for node in ancestry(y) if node.label}

    def chips(text):
        nodes = [int(attrs["data-node"]) for attrs, _ in Reader(text).all("button") if attrs.get("class") == "chip"]
        return [ancestry(y)[::-1][i].label for i in nodes]

    assert set(chips(page(y))) == {"w1", "b1", "w2", "b2", "x", "y"}
    assert chips(page(y, [named["w2"], named["w1"], named["w2"]])) == ["w2", "w1"]
    assert chips(page(y, named["a1"])) == ["a1"]
    with pytest.raises(GraphError, match=r"'stranger'.*was not computed from it"):
        page(y, [Value(1.0, label="stranger")])


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text("before", encoding="utf-8")

    def full(self, *args, **kwargs):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(OSError, match="no space"):
            explore(two_neurons(), path)
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]
    explore(two_neurons(), path)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_bad_path_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder .*missing"):
        explore(two_neurons(), tmp_path / "missing" / "page.html")
    with pytest.raises(IsADirectoryError, match=r"explore\.html"):
        explore(two_neurons(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_relative_path_is_written_where_it_points(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert explore(two_neurons(), "page.html") == Path("page.html")
    assert (tmp_path / "page.html").exists()


def test_words_are_escaped_and_markup_is_not():
    assert element("p", "<b>", element("b", "&"), title='"') == '<p title="&quot;">&lt;b&gt;<b>&amp;</b></p>'
    assert joined("a<", words("b<")) == "a&lt;b&lt;"
    assert element("button", hidden=True, disabled=False, data_node=0) == '<button hidden data-node="0"></button>'


@pytest.mark.parametrize("graph", [two_neurons, small_network, lambda: Value(2.0) * Value(3.0) + 1])
def test_page_and_picture_call_the_nodes_the_same(graph):
    y = graph()
    names = name_all(ancestry(y)[::-1])
    drawn = {node.values[0]: node.name for node in draw(y, collapse=False).nodes}
    assert {value: shown_name(name) for value, name in names.items()} == drawn
