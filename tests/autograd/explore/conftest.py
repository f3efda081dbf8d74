"""A browser that is missing is said at the end of the run, where nobody overlooks it."""

from __future__ import annotations

from tests.autograd.explore.chromium import MISSING, SKIPPED


def pytest_terminal_summary(terminalreporter):
    if MISSING:
        terminalreporter.write_line(SKIPPED, red=True, bold=True)
