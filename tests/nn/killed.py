"""Kill processes that save a model, and look at the file each time: run by test_saving.py, on its own.

    python killed.py FILE

First a process is killed at every line of the code that saves, one process for each line. Then processes that do
nothing but save are killed at odd moments, while the file is read over and over. Prints how many were killed.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count

import nn
from nn import saving

PATH = sys.argv[1]
OLD, NEW = (nn.MLP(2, [8, 8, 1], seed=seed) for seed in (1, 2))
STATES = [[p.data for p in model.parameters()] for model in (OLD, NEW)]


def look():
    """The file is there, whole, and one of the two models."""
    state = [p.data for p in nn.load(PATH).parameters()]
    assert state in STATES
    return state


def child(work):
    """A process that does the work; its number."""
    process = os.fork()
    if process == 0:
        try:
            work()
        finally:
            os._exit(0)
    return process


def killed_at_line(n):
    """Whether a process came to line ``n`` of saving, and was killed there."""

    def work():
        lines = count()

        def trace(frame, event, argument):
            if frame.f_code.co_filename != saving.__file__:
                return None
            if event == "line" and next(lines) == n:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)
        nn.save(NEW, PATH)

    _, status = os.waitpid(child(work), 0)
    return os.WIFSIGNALED(status)


def at_every_line():
    """How many were killed before the file was replaced, and how many after."""
    seen = [0, 0]
    nn.save(OLD, PATH)
    while killed_at_line(sum(seen)):
        seen[STATES.index(look())] += 1
        nn.save(OLD, PATH)
    assert look() == STATES[1]
    return seen


def at_odd_moments(kills):
    def save_for_ever():
        while True:
            nn.save(OLD, PATH)
            nn.save(NEW, PATH)

    for n in range(kills):
        process = child(save_for_ever)
        for _ in range(1 + n):
            look()
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        look()


before, after = at_every_line()
at_odd_moments(20)
print(f"killed {before} times before the file was replaced, {after} times after, and 20 times at odd moments")
