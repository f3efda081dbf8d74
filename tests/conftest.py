"""The table of primitives as it was after every test; no test skipped where none may be; and Hypothesis profiles: how
hard the property tests try.

- ``quick``     the default: the same examples every time, so that a test never fails by chance;
- ``fresh``     new examples every time, which may find what nobody has seen yet;
- ``ci``        the same examples every time, and more of them;
- ``thorough``  for a long look: before a release, or after a change to the walk or to many rows;
- ``mutation``  a quick look that stops at the first failure and does not shrink it (tests/mutation).

Choose one with ``pytest --hypothesis-profile=thorough`` or by the environment variable HYPOTHESIS_PROFILE.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

from autograd.primitives import remove_row, table
from autograd.testing.registration import register

register()  # as Hypothesis does by the entry point, where the package is installed and not only on the path

# Deadlines measure the machine; how long an example takes is for the benchmarks to say. Climbing towards a target (the
# worst error) pays from a thousand examples on, as Hypothesis's documentation has it: so it is for the long look.
QUICK = tuple(phase for phase in Phase if phase is not Phase.target)

settings.register_profile("quick", max_examples=50, deadline=None, phases=QUICK, derandomize=True, print_blob=True)
settings.register_profile("fresh", max_examples=50, deadline=None, phases=QUICK)
settings.register_profile("ci", max_examples=100, deadline=None, phases=QUICK, derandomize=True, print_blob=True)
settings.register_profile("thorough", max_examples=3000, deadline=None)
settings.register_profile(
    "mutation",
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "quick"))


@pytest.fixture(autouse=True)
def own_rows_go_again():
    """The table as it was, whatever a test has added to it."""
    before = set(table)
    yield
    for name in set(table) - before:
        remove_row(name)


def pytest_sessionfinish(session, exitstatus):
    """With AUTOGRAD_SKIP_NOTHING, as in CI, a test that is skipped for want of something is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and exitstatus == pytest.ExitCode.OK and os.environ.get("AUTOGRAD_SKIP_NOTHING"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
