"""What fit shows: a bar in a terminal, lines without tqdm, and nothing where nobody looks."""

from __future__ import annotations

import io
import re
import sys

import pytest

import nn
from tests import needs


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run(monkeypatch, stream, epochs=40, **options):
    monkeypatch.setattr(sys, "stderr", stream)
    model = nn.Neuron(1, weights=0.0)
    nn.fit(model, "mse", ([1.0], [1.0]), nn.SGD(model.parameters(), 0.1), epochs, **options)
    return stream.getvalue()


def test_quiet_where_there_is_no_terminal(monkeypatch, capsys):
    assert run(monkeypatch, io.StringIO()) == ""
    assert capsys.readouterr().out == ""


def test_a_bar_with_the_loss_and_the_time_left_in_a_terminal(monkeypatch):
    needs.package("tqdm", "pip install '.[progress]'")
    shown = run(monkeypatch, Terminal(), validation=([1.0], [1.0]))
    last = shown.split("\r")[-1]
    assert "100%" in last
    assert "40/40" in last
    assert re.search(r"\[\d\d:\d\d<\d\d:\d\d", last)
    assert re.search(r"loss \S+, validation \S+\]", last)


def test_plain_lines_without_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    lines = run(monkeypatch, Terminal(), validation=([1.0], [1.0])).splitlines()
    assert 10 <= len(lines) <= 20
    assert re.fullmatch(r"epoch 2/40  loss \S+, validation \S+  0:0\d left", lines[0])
    assert re.fullmatch(r"epoch 40/40  loss \S+, validation \S+  0:00 left", lines[-1])


@pytest.mark.parametrize("epochs", [1, 3, 20, 21, 999])
def test_never_more_than_twenty_lines_and_always_the_last(monkeypatch, epochs):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    lines = run(monkeypatch, Terminal(), epochs=epochs).splitlines()
    assert len(lines) == min(epochs, 20)
    assert lines[-1].startswith(f"epoch {epochs}/{epochs}  loss")


def test_can_be_asked_for_and_declined(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert run(monkeypatch, io.StringIO(), progress=True)
    assert not run(monkeypatch, Terminal(), progress=False)


def test_without_standard_error_it_is_quiet(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    model = nn.Neuron(1, weights=0.0)
    assert nn.fit(model, "mse", ([1.0], [1.0]), nn.SGD(model.parameters(), 0.1), 2).epochs == 2


def test_the_bar_is_closed_when_the_training_fails(monkeypatch):
    needs.package("tqdm", "pip install '.[progress]'")
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    model = nn.Neuron(1, weights=0.0)

    def fail(epoch):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        nn.fit(model, "mse", ([1.0], [1.0]), nn.SGD(model.parameters(), 0.1), 3, callbacks=[fail])
    assert stream.getvalue().endswith("\n")
