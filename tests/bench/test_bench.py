"""The benchmark programs compute the same on every engine; and the bench says of them what it should."""

import json
import math
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, ancestry
from bench import __main__ as command
from bench import dag, eager, engines, fresh, packages, timing
from bench.agreement import DisagreementError, agree
from bench.figures import Growth, Measurement, Target, from_json
from bench.moons import Training, moons
from bench.suite import Options, Suite
from bench.timing import LateStart, on_a_large_stack, passes_within, side_by_side

ENGINES = {engine.name: engine for engine in engines.installed()}
close = {"rel": 1e-12, "abs": 1e-12}


@st.composite
def dags(draw):
    leaves = draw(st.integers(2, 20))
    return dag.draw(draw(st.integers(2 * leaves, 200)), leaves, seed=draw(st.integers(0, 2**32)))


# --- the programs -----------------------------------------------------------------------------------------------------


def test_the_engines_that_need_no_installing_are_there():
    assert {"autograd", "lean"} <= ENGINES.keys()


@given(dags())
def test_every_node_of_a_random_graph_is_below_its_root(graph):
    root, leaves = dag.run(Value, graph)
    below = ancestry(root)
    assert len(below) == graph.nodes == len(graph.leaves) + len(graph.operations)
    assert set(leaves) <= set(below)


@given(dags())
def test_the_numbers_of_a_random_graph_stay_bounded(graph):
    root, _ = dag.run(Value, graph)
    assert all(abs(node.data) <= 1.0 for node in ancestry(root))


def test_a_random_graph_is_drawn_alike_for_everybody_and_has_every_operation():
    graph = dag.draw(300, 10)
    assert graph == dag.draw(300, 10) != dag.draw(300, 10, seed=1)
    assert {kind for kind, _, _ in graph.operations} == {"+", "-", "*", "relu"}


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_agrees_on_a_random_graph(name):
    graph = dag.draw(400, 10)
    root, leaves = dag.run(ENGINES[name].make, graph)
    expected, expected_leaves = dag.run(Value, graph)
    assert root.data == pytest.approx(expected.data, **close)
    assert [x.grad for x in leaves] == pytest.approx([x.grad for x in expected_leaves], **close)
    assert sum(x.grad != 0.0 for x in leaves) > len(leaves) / 2


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_trains_the_same_network(name):
    training, expected = Training(ENGINES[name].make, samples=6), Training(Value, samples=6)
    before = training.weights()
    assert [training.step() for _ in range(3)] == pytest.approx([expected.step() for _ in range(3)], **close)
    assert training.weights() == pytest.approx(expected.weights(), **close)
    assert training.weights() != before


@pytest.mark.parametrize("name", [name for name, engine in ENGINES.items() if engine.dot])
def test_a_neuron_with_dot_is_the_same_neuron(name):
    engine, calls = ENGINES[name], []

    def dot(w, x):
        calls.append(len(w))
        return engine.dot(w, x)

    with_dot, without = Training(engine.make, dot, samples=6), Training(engine.make, samples=6)
    assert [with_dot.step() for _ in range(3)] == pytest.approx([without.step() for _ in range(3)], **close)
    assert calls.count(2) == calls.count(16) - 3 * 6 == 3 * 6 * 16


def test_the_network_learns_the_moons():
    training = Training(Value, ENGINES["autograd"].dot, samples=20)
    losses = [training.step() for _ in range(15)]
    assert losses[-1] < losses[0] / 2


def test_the_moons_are_two_half_circles():
    points, sides = moons(10, noise=0.0)
    assert sides.count(1.0) == sides.count(-1.0) == 5
    for (x, y), side in zip(points, sides, strict=True):
        centre, height = ((1.0, 0.5), -1.0) if side > 0 else ((0.0, 0.0), 1.0)
        assert (x - centre[0]) ** 2 + (y - centre[1]) ** 2 == pytest.approx(1.0)
        assert height * (y - centre[1]) >= -1e-12


# --- the clock --------------------------------------------------------------------------------------------------------


def test_contestants_take_turns_and_each_round_starts_with_another():
    calls = []
    samples = side_by_side({name: lambda name=name: calls.append(name) for name in "abc"}, rounds=3, passes=2)
    assert calls[::3] == list("abcbcacab")  # a first pass off the clock, and two on it
    assert {name: len(xs) for name, xs in samples.items()} == {"a": 3, "b": 3, "c": 3}
    assert all(x >= 0.0 for xs in samples.values() for x in xs)


def test_each_contestant_may_have_its_number_of_passes():
    calls = []
    side_by_side({name: lambda name=name: calls.append(name) for name in "ab"}, rounds=1, passes={"a": 3, "b": 1})
    assert "".join(calls) == "aaaabb"


def test_a_contestant_may_say_when_its_clock_starts(monkeypatch):
    now, began = [0.0], []

    def run():
        now[0] += 10.0  # to compile
        began.append(now[0])
        now[0] += 2.0

    monkeypatch.setattr(timing, "perf_counter", lambda: now[0])
    assert side_by_side({"late": LateStart(run, lambda: began[-1])}, rounds=2, passes=3) == {"late": [2.0, 2.0]}


def test_passes_fill_the_time(monkeypatch):
    now = [0.0]

    def taking(seconds):
        def contestant():
            now[0] += seconds

        return contestant

    monkeypatch.setattr(timing, "perf_counter", lambda: now[0])
    assert passes_within({"short": taking(2.0**-10), "long": taking(3.0)}, 0.125) == {"short": 128, "long": 1}


def test_a_large_stack_bears_deep_recursion_and_leaves_the_limit_as_it_was():
    def depth(n):
        return 1 + depth(n - 1) if n else 0

    limit = sys.getrecursionlimit()
    assert on_a_large_stack(lambda: depth(50_000)) == 50_000
    assert sys.getrecursionlimit() == limit


def test_what_goes_wrong_on_a_large_stack_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        on_a_large_stack(lambda: 1 / 0)


# --- fresh interpreters -----------------------------------------------------------------------------------------------


@pytest.mark.skipif(not fresh.can_measure_memory(), reason="reads Linux's /proc")
def test_memory_per_node_counts_what_a_node_holds():
    found = fresh.sample("memory", "lean", "20000")["bytes_per_node"]
    assert 100 < found < 1000  # an object with four slots, two tuples and two floats


def test_an_import_tells_what_else_it_loads():
    found = fresh.sample("import", "bench.engines")
    assert found["seconds"] > 0.0
    assert fresh.sample("import", "autograd")["loaded"] == []


def test_a_sample_that_fails_says_why():
    with pytest.raises(RuntimeError, match="no_such_package"):
        fresh.sample("import", "no_such_package")


# --- the figures ------------------------------------------------------------------------------------------------------

SAMPLES = {"a": [1.0, 2.0, 4.0], "b": [10.0, 10.0, 10.0]}


@pytest.mark.parametrize(
    ("target", "text", "reached", "met"),
    [
        (Target("a", "b", at_least=5.0), "b / a", 5.0, True),
        (Target("a", "b", at_least=5.1), "b / a", 5.0, False),
        (Target("a", "b", at_most=0.2), "a / b", 0.2, True),
        (Target("a", "b", at_most=0.1), "a / b", 0.2, False),
        (Target("a", at_most=2.0), "a", 2.0, True),
        (Target("a", at_most=1.9), "a", 2.0, False),
    ],
)
def test_a_target_is_judged_by_the_median_of_the_rounds(target, text, reached, met):
    assert target.text == text
    assert target.reached(SAMPLES) == pytest.approx(reached)
    assert target.met(target.reached(SAMPLES)) is met


def test_ratios_are_taken_within_a_round():
    ratio = Target("a", "b", at_least=1.0).reached({"a": [1.0, 5.0, 6.0], "b": [2.0, 5.0, 60.0]})
    assert ratio == 2.0  # of 2, 1 and 10; the medians' ratio would be 1


def test_a_peer_that_did_not_run_leaves_the_target_open():
    measurement = Measurement("t", "s", {"a": [1.0]}, [Target("a", "b", at_least=5.0)])
    assert "target ≥ 5: not measured" in measurement.text()
    found = measurement.as_json()["targets"][0]
    assert found == {"figure": "b / a", "subject": "a", "peer": "b", "at_least": 5.0, "reached": None, "met": None}


def test_a_table_shows_every_contestant_and_how_it_did():
    measurement = Measurement("Title", "ms", SAMPLES, [Target("a", "b", at_least=6.0)], ["A note."])
    lines = measurement.text().splitlines()
    assert lines[0] == "Title"
    assert lines[2].split() == ["a", "2.00", "1.00", "4.00"]
    assert lines[4].split() == ["b", "/", "a", "5.00", "target", "≥", "6:", "MISSED"]
    assert lines[5].strip() == "A note."
    assert "MISSED" not in measurement.text(judge=False)


def test_a_ratio_without_a_bound_is_stated_and_not_judged():
    measurement = Measurement("t", "s", SAMPLES, [Target("a", "b"), Target("a", "c")])
    assert measurement.text().splitlines()[-2].split() == ["a", "/", "b", "0.20"]
    assert measurement.text().splitlines()[-1].split() == ["a", "/", "c", "not", "measured"]
    assert [each["met"] for each in measurement.as_json()["targets"]] == [None, None]


GROWTH = Growth("Wider", "ms", "width w", [8, 1024], {"a": [[1.0, 3.0], [4.0, 6.0]], "b": [[2.0, 2.0], [1.0, 2.0]]})


def test_growth_is_a_line_for_each_size_with_the_ratio_of_the_rounds():
    lines = [line.split() for line in GROWTH.text().splitlines()]
    assert lines[0] == ["Wider"]
    assert lines[1] == ["ms", "a", "b", "a", "/", "b"]
    assert lines[3] == ["8", "2.00", "2.00", "1.00"]  # of 1/2 and 3/2
    assert lines[4] == ["1,024", "5.00", "1.50", "3.50"]  # of 4 and 3; the medians' ratio would be 3.33


def test_the_number_of_threads_stands_in_the_title():
    assert replace(GROWTH, threads=2).text().startswith("Wider [2 threads]\n")
    assert Measurement("t", "s", SAMPLES, threads=1).text().startswith("t [1 thread]\n")


@pytest.mark.parametrize(
    "measured",
    [
        replace(GROWTH, key="k", threads=2, notes=["n"]),
        Measurement("t", "s", SAMPLES, [Target("a", "b", at_most=2.0), Target("a")], ["A note."], "key", 1),
    ],
)
def test_what_was_measured_comes_back_from_json(measured):
    back = from_json(json.loads(json.dumps(measured.as_json())))
    assert type(back) is type(measured)
    assert back.text() == measured.text()
    assert back.as_json() == measured.as_json()


# --- agreement --------------------------------------------------------------------------------------------------------


def test_those_who_agree_pass_and_tiny_numbers_are_held_to_the_large_ones():
    agree({"a": [1.0, 1e-9], "b": [1.0 + 1e-10, 1.001e-9]}, 1e-9)


@pytest.mark.parametrize(
    ("numbers", "complaint"),
    [
        ([1.0, 2.1], "number 1 is 2.1 of b and 2.0 of a"),
        ([1.0, math.nan], "number 1 is nan of b"),
        ([1.0], "a has 2 numbers to compare, and b has 1"),
    ],
)
def test_those_who_compute_something_else_are_not_timed_in_silence(numbers, complaint):
    with pytest.raises(DisagreementError, match=complaint):
        agree({"a": [1.0, 2.0], "b": numbers}, 1e-9)


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def suite(monkeypatch):
    seen = []

    def run(options):
        seen.append(options)
        yield Measurement("First", "ms", SAMPLES)
        yield Measurement("Second", "ms", SAMPLES, [Target("a", "b", at_least=5.0)])

    def run_other(options):
        seen.append("other")
        yield from ()

    suites = {"tiny": Suite("tiny", "a suite for the test", run), "other": Suite("other", "another", run_other)}
    monkeypatch.setattr(command, "SUITES", suites)
    return seen


def test_the_command_runs_every_suite_and_writes_what_it_found(suite, tmp_path, capsys):
    file = tmp_path / "found.json"
    assert command.main(["--json", str(file), "--repeats", "4"]) == 0
    assert suite == [Options(repeats=4, quick=False), "other"]
    printed = capsys.readouterr().out
    assert printed.index("tiny") < printed.index("First") < printed.index("Second") < printed.index("met")
    report = json.loads(file.read_text(encoding="utf-8"))
    assert [each["title"] for each in report["suites"]["tiny"]] == ["First", "Second"]
    assert report["suites"]["tiny"][1]["targets"][0]["reached"] == 5.0
    assert report["environment"]["cores"]


def test_the_command_lists_without_running(suite, capsys):
    assert command.main(["--list"]) == 0
    assert "a suite for the test" in capsys.readouterr().out
    assert suite == []


def test_the_command_takes_a_suite_by_name_and_refuses_another(suite, capsys):
    command.main(["tiny", "--quick"])
    assert suite == [Options(repeats=3, quick=True)]
    with pytest.raises(SystemExit):
        command.main(["large"])
    assert "there is no suite 'large'; there are: tiny, other" in capsys.readouterr().err


def test_a_peer_that_is_not_installed_is_missed_aloud(suite, monkeypatch, capsys):
    monkeypatch.setattr(packages, "installed", lambda name: name != "micrograd")
    assert [engine.name for engine in engines.installed()] == ["autograd", "lean"]
    command.main(["tiny"])
    assert "*** micrograd is not installed, so there is nothing to compare with: pip install micrograd" in (
        capsys.readouterr().out
    )


def test_a_peer_in_another_version_is_told():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packages, "installed", lambda name: True)
        patch.setattr(packages, "version", lambda name: "2.9.1+cpu")
        assert [each for each in packages.complaints() if "torch" in each] == [
            "torch is here as 2.9.1+cpu, and the targets are for 2.13.0: pip install torch==2.13.0"
        ]
        patch.setattr(packages, "version", lambda name: "2.13.0+cpu")
        assert packages.complaints() == []


def test_an_engine_that_breaks_while_it_loads_is_not_taken_for_missing(monkeypatch):
    monkeypatch.setitem(engines._PLACES, "micrograd", "bench.no_such_file")
    monkeypatch.setattr(packages, "installed", lambda name: True)
    with pytest.raises(ModuleNotFoundError):
        engines.load("micrograd")


def test_a_suite_with_threads_runs_in_a_process_for_each_number(monkeypatch, capsys):
    asked = []

    def fresh_suite(name, options, threads):
        asked.append((name, options, threads))
        yield Measurement("Somewhere else", "ms", SAMPLES, threads=threads)

    monkeypatch.setattr(fresh, "suite", fresh_suite)
    monkeypatch.setattr(command, "SUITES", {"far": Suite("far", "elsewhere", lambda options: 1 / 0, threads=(1, 2))})
    options = Options(repeats=2)
    command.main(["--repeats", "2"])
    command.main(["--repeats", "2", "--threads", "4"])
    assert asked == [("far", options, 1), ("far", options, 2), ("far", options, 4)]
    assert "Somewhere else [2 threads]" in capsys.readouterr().out


def test_what_was_written_is_shown_and_drawn_again_without_running(suite, tmp_path, capsys):
    command.main(["--json", str(tmp_path / "found.json")])
    printed = capsys.readouterr().out
    suite.clear()
    command.main(["--from", str(tmp_path / "found.json"), "--pictures", str(tmp_path)])
    assert suite == []
    assert printed.endswith(capsys.readouterr().out)
    assert not list(tmp_path.glob("*.svg"))  # none of this is in a picture


def test_the_eager_suite_measures_every_engine(monkeypatch):
    monkeypatch.setattr(eager, "_LARGE", 30_000)
    monkeypatch.setattr(eager, "_SMALL", 200)
    monkeypatch.setattr(eager, "_SAMPLES", 10)
    measurements = list(eager.SUITE.run(Options(repeats=1, quick=True)))
    expected = {*ENGINES, "autograd with dot"}
    for measurement in measurements:
        assert measurement.samples.keys() <= expected
        assert all(len(xs) == 1 and xs[0] > 0.0 for xs in measurement.samples.values())
    by_program = [set(measurement.samples) for measurement in measurements]
    assert by_program[:3] == [set(ENGINES), set(ENGINES), expected]
    assert by_program[-1] == {"autograd"}
    if fresh.can_measure_memory():
        assert by_program[3] == set(ENGINES)
