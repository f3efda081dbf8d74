"""Every suite of compiled programs runs on small programs, with whoever is installed, and says who took part."""

import itertools

import numpy as np
import pytest

import autograd
from bench import __main__ as command
from bench import calls, fresh, growth, irregular, job, packages, picture, problems, tracing, with_autograd, written_out
from bench.agreement import DisagreementError
from bench.suite import Options
from tests import needs

QUICK = Options(repeats=1, quick=True)
HERE = {name for name in packages.REQUIREMENTS if packages.installed(name)}
PACKAGES = {"PyTorch": "torch", "JAX": "jax", "CasADi": "casadi", "micrograd": "micrograd"}


def package_of(contestant):
    return next((package for name, package in PACKAGES.items() if contestant.startswith(name)), None)


def present(contestants, installed=HERE):
    return {name for name in contestants if package_of(name) in {None, *installed}}


EVERYONE = {
    "job float64": {
        job.FIT, job.PROGRAM, job.NUMPY, job.IN_PLACE, job.SLICED, job.LOADER, job.LOADER_32, job.JAX_STEP, job.JAX_LOOP
    },
    "job float32": {
        job.PROGRAM, job.NUMPY, job.IN_PLACE, job.SLICED, job.LOADER, job.JAX_STEP, job.JAX_LOOP
    },
    "job whole": {job.FIT, job.NUMPY, job.SLICED, job.LOADER, job.JAX_STEP},
    "moons": {
        written_out.PROGRAM, written_out.EAGER, written_out.NUMPY, written_out.IN_PLACE, written_out.TORCH,
        written_out.JAX, written_out.MICROGRAD,
    },
    "irregular": {
        irregular.PROGRAM, irregular.EAGER, irregular.PYTHON, irregular.CASADI, irregular.JAX, irregular.TORCH,
        irregular.MICROGRAD,
    },
    "call numbers": {calls.PROGRAM},
    "call network": {calls.PROGRAM, calls.IN_PLACE, calls.DIFFERENCE},
    "growth width": {growth.PROGRAM, growth.NUMPY, growth.TORCH},
    "growth depth": {growth.PROGRAM, growth.NUMPY, growth.TORCH},
    "growth batch": {growth.PROGRAM, growth.NUMPY, growth.TORCH},
    "growth nested": {growth.INNER_GRAD, growth.INNER_JVP, growth.INNER_COMPILED, growth.BY_HAND},
    "growth first": {*growth.LONG, growth.RESULTS, growth.STRUCTURES},
}  # fmt: skip
SUITES = [job, written_out, irregular, calls, growth]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """On a busy machine PyTorch's threads wait for one another a hundred times longer than they compute."""
    if "torch" not in HERE:
        yield
        return
    from bench.with_torch import thread_count, use_threads

    before = thread_count()
    use_threads(1)
    yield
    use_threads(before)


@pytest.fixture(scope="module")
def measured():
    return {each.key: each for module in SUITES for each in module.SUITE.run(QUICK)}


def test_every_measurement_is_there(measured):
    assert measured.keys() == EVERYONE.keys()


@pytest.mark.parametrize("key", EVERYONE)
def test_whoever_is_installed_takes_part(key, measured):
    assert set(measured[key].samples) == present(EVERYONE[key])
    for name, xs in measured[key].samples.items():
        if name != calls.DIFFERENCE:
            assert np.all(np.array(xs) > 0.0)


@pytest.mark.parametrize("key", EVERYONE)
def test_every_target_is_for_somebody_who_may_take_part(key, measured):
    for target in getattr(measured[key], "targets", ()):
        assert target.subject in EVERYONE[key]
        assert target.peer is None or target.peer in EVERYONE[key]


def test_whoever_is_missing_is_left_out(monkeypatch):
    monkeypatch.setattr(packages, "installed", lambda name: False)
    for module in SUITES:
        for each in module.SUITE.run(QUICK):
            assert set(each.samples) == present(EVERYONE[each.key], installed=set())
            assert "not measured" in each.text() or each.key.startswith(("call", "growth"))


def test_the_pictures_are_made_of_what_the_suites_measure(measured, tmp_path):
    report = {"suites": {"all": [each.as_json() for each in measured.values()]}}
    performance, curves = picture.draw(report, tmp_path)
    for title in picture.PANELS.values():
        assert title in performance.read_text(encoding="utf-8")
    for key in picture.CURVES:
        assert f">{measured[key].what}<" in curves.read_text(encoding="utf-8")


# --- what would make a time meaningless -------------------------------------------------------------------------------


@pytest.mark.parametrize("module", [job, growth])
def test_a_peer_that_computes_something_else_stops_the_suite(module, monkeypatch):
    import bench.by_hand as hand

    class Wrong(hand.Fit):
        def gradient(self, x, y):
            loss, gradient = super().gradient(x, y)
            return loss, [(dw, 2.0 * db) for dw, db in gradient]

    monkeypatch.setattr(hand, "Fit", Wrong)
    right = hand.network_gradient
    monkeypatch.setattr(hand, "network_gradient", lambda *a: (right(*a)[0], [(w * 1.001, b) for w, b in right(*a)[1]]))
    with pytest.raises(DisagreementError):
        list(module.SUITE.run(QUICK))


def test_a_program_that_is_traced_again_stops_the_suite(monkeypatch):
    compiled = autograd.compile

    def forgetful(f, **settings):
        return lambda *args: compiled(f, **settings)(*args)

    monkeypatch.setattr(autograd, "compile", forgetful)
    with pytest.raises(calls.RetracedError):
        list(calls.SUITE.run(QUICK))


# --- nn.fit -----------------------------------------------------------------------------------------------------------


def test_a_training_in_parts_takes_the_steps_of_one_that_is_not():
    of_job = problems.document_3(samples=12, width=4, batch=4)
    once, in_parts = with_autograd.Fitted(of_job), with_autograd.Fitted(of_job)
    once.epochs(5)
    in_parts.epochs(2)
    in_parts.epochs(3)
    assert in_parts.losses == once.losses
    assert len(once.losses) == 5 * 3


def test_the_clock_of_a_training_starts_at_its_first_epoch(monkeypatch):
    now = itertools.count(100.0)
    monkeypatch.setattr(with_autograd, "perf_counter", lambda: next(now))
    trainer = with_autograd.Fitted(problems.document_3(samples=12, width=4, batch=4))
    trainer.epochs(3)
    assert trainer.began == 100.0
    trainer.epochs(3)
    assert trainer.began == 101.0


# --- processes of their own -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("work", "engine"), [(work.name, engine) for work in tracing.QUICK for engine in work.engines])
def test_the_first_result_of_everything_can_be_timed(work, engine):
    if engine in packages.REQUIREMENTS and engine not in HERE:
        pytest.skip(needs.reason(engine, f"pip install {packages.REQUIREMENTS[engine]}"))
    tracing.first_call(work, engine, 4)()


def test_the_tracing_suite_asks_a_fresh_interpreter_for_each_sample(monkeypatch):
    asked = []

    def sample(*arguments, threads):
        asked.append(arguments)
        return {"seconds": 0.5}

    monkeypatch.setattr(fresh, "sample", sample)
    measurements = list(tracing.SUITE.run(Options(repeats=2, quick=True)))
    assert [set(m.samples) for m in measurements] == [
        present({"autograd", "JAX"}),
        present({"autograd", "JAX"}),
        present({"autograd", "CasADi", "JAX"}),
    ]
    assert asked.count(("first", tracing.JOB, "autograd", "4")) == 2
    assert all(m.samples["autograd"] == [0.5, 0.5] for m in measurements)


def test_a_suite_in_a_process_of_its_own_brings_its_measurements_back():
    found = list(fresh.suite("calls", QUICK, threads=1))
    assert [each.key for each in found] == ["call numbers", "call network"]
    assert all(each.threads == 1 for each in found)


def test_a_time_from_a_fresh_interpreter():
    assert 0.0 < fresh.sample("first", tracing.IRREGULAR, tracing.AUTOGRAD, "5", threads=1)["seconds"] < 60.0


def test_every_suite_has_a_place_in_the_command():
    assert {module.SUITE for module in [*SUITES, tracing]} <= set(command.SUITES.values())
