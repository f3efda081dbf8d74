"""The demos run, and say what they are."""

from __future__ import annotations

import pytest

from demos.__main__ import NAMES, main, title


@pytest.mark.parametrize("name", NAMES)
def test_a_demo_runs(name, capsys):
    assert main([name]) == 0
    assert title(name) in capsys.readouterr().out


def test_the_two_neurons_find_the_slip(capsys):
    main(["two_neurons"])
    out = capsys.readouterr().out
    assert out.count("right, but for 2/N") == 3
    assert "b1" in next(line for line in out.splitlines() if "wrong" in line)


def test_the_list_and_a_name_that_is_not_on_it(capsys):
    assert main(["--list"]) == 0
    assert all(name in capsys.readouterr().out for name in NAMES)
    with pytest.raises(SystemExit):
        main(["nothing"])
    assert "there is no demo 'nothing'" in capsys.readouterr().err
