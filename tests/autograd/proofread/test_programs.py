"""Programs of every make: the names in a diagnosis are those that the program uses, however it is written."""

import cProfile
import functools
import sys

import pytest

import autograd
from autograd import Value, relu, sigmoid, tanh
from autograd.proofread import proofread, proofread_value, samples, vector

DATA = {"x": samples(), "y": samples()}


def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def no_slope(w, b, x, y):
    """2/N·Σ (σ(z) − y)·x, in which σ′(z) is missing."""
    return 2 / len(x) * sum((sigmoid(w * p + b) - q) * p for p, q in zip(x, y, strict=True))


def right(w, b, x, y):
    return 2 / len(x) * sum((sigmoid(w * p + b) - q) * slope(w * p + b) * p for p, q in zip(x, y, strict=True))


def in_a_loop(w, b, x, y):
    total = 0.0
    for p, q in zip(x, y, strict=True):
        z = w * p + b
        a = sigmoid(z)
        total += (a - q) ** 2
    return total / len(x)


def by_a_helper_inside(w, b, x, y):
    def term(p, q):
        z = w * p + b
        a = sigmoid(z)
        return (a - q) ** 2

    return sum(term(p, q) for p, q in zip(x, y, strict=True)) / len(x)


def helper(w, b, p):
    z = w * p + b
    a = sigmoid(z)
    return a


def by_a_helper_outside(w, b, x, y):
    return sum((helper(w, b, p) - q) ** 2 for p, q in zip(x, y, strict=True)) / len(x)


def by_lists(w, b, x, y):
    z = [w * p + b for p in x]
    a = [sigmoid(each) for each in z]
    e = [each - q for each, q in zip(a, y, strict=True)]
    return autograd.sum([each * each for each in e]) / len(x)


def by_labels(w, b, x, y):
    total = 0.0
    for p, q in zip(x, y, strict=True):
        pre = w * p + b
        pre.label = "z"
        total += (sigmoid(pre) - q) ** 2
    return total / len(x)


def by_a_walrus(w, b, x, y):
    return sum((sigmoid(z := w * p + b) + 0 * z - q) ** 2 for p, q in zip(x, y, strict=True)) / len(x)


def by_map(w, b, x, y):
    def forward(p):
        z = w * p + b
        return sigmoid(z)

    return sum((a - q) ** 2 for a, q in zip(map(forward, x), y, strict=True)) / len(x)


def by_recursion(w, b, x, y):
    def loss(i):
        z = w * x[i] + b
        return (sigmoid(z) - y[i]) ** 2 + (loss(i + 1) if i + 1 < len(x) else 0.0)

    return loss(0) / len(x)


def by_a_generator(w, b, x, y):
    def terms():
        for p, q in zip(x, y, strict=True):
            z = w * p + b
            yield (sigmoid(z) - q) ** 2

    return sum(terms()) / len(x)


class Net:
    """A program in a class, with a method for the forward pass."""

    def forward(self, w, b, p):
        z = w * p + b
        self.a = sigmoid(z)
        return self.a

    def loss(self, w, b, x, y):
        return sum((self.forward(w, b, p) - q) ** 2 for p, q in zip(x, y, strict=True)) / len(x)

    @staticmethod
    def static(w, b, x, y):
        return in_a_loop(w, b, x, y)

    @classmethod
    def of_class(cls, w, b, x, y):
        return cls().loss(w, b, x, y)

    def __call__(self, w, b, x, y):
        return self.loss(w, b, x, y)


def closure(power):
    def loss(w, b, x, y):
        total = 0.0
        for p, q in zip(x, y, strict=True):
            z = w * p + b
            total += (sigmoid(z) - q) ** power
        return total / len(x)

    return loss


PROGRAMS = {
    "a loop": in_a_loop,
    "a helper inside": by_a_helper_inside,
    "a helper outside": by_a_helper_outside,
    "lists": by_lists,
    "labels": by_labels,
    "a walrus": by_a_walrus,
    "map": by_map,
    "recursion": by_recursion,
    "a generator": by_a_generator,
    "a method": Net().loss,
    "a static method": Net.static,
    "a class method": Net.of_class,
    "a callable object": Net(),
    "a closure": closure(2),
    "a partial": functools.partial(lambda k, w, b, x, y: in_a_loop(w, b, x, y) * k, 1.0),
}


@pytest.mark.parametrize("kind", PROGRAMS)
def test_the_program_s_names_are_used(kind):
    program = PROGRAMS[kind]
    assert proofread(program, "w", right, inputs=DATA)
    assert proofread(program, "w", no_slope, inputs=DATA).diagnosis == ("the factor σ′(z) is missing",)


def test_what_has_no_name_is_written_out():
    def program(w, b, x):
        return sigmoid(w * x + b)

    assert proofread(program, "w", lambda w, b, x: x).diagnosis == ("the factor σ′(w·x + b) is missing",)
    verdict = proofread(lambda w, b, x: sigmoid(w * x + b), "w", lambda w, b, x: x)
    assert verdict.diagnosis == ("the factor σ′(w·x + b) is missing",)


def test_a_helper_that_is_called_twice_has_numbered_names():
    def neuron(w, b, a):
        z = w * a + b
        return tanh(z)

    def program(w, b, v, c, x):
        return neuron(v, c, neuron(w, b, x))

    def claim(w, b, v, c, x):
        return (1 - tanh(v * tanh(w * x + b) + c) ** 2) * v * x

    verdict = proofread(program, "w", claim)
    assert verdict.diagnosis == ("the factor tanh′(z₁) is missing",)


def test_numbers_that_are_taken_are_not_given_again():
    def neuron(w, a):
        z = w * a
        return tanh(z)

    def program(w, v, x):
        z1 = neuron(w, x)
        return neuron(v, z1) + 0 * z1

    verdict = proofread(program, "v", lambda w, v, x: tanh(w * x))
    assert verdict.diagnosis == ("the factor tanh′(v·z₁) is missing",)


def test_the_caller_s_name_counts_more_than_the_helper_s():
    def unit(w, x):
        out = sigmoid(w * x)
        return out

    def program(w, v, x):
        a1 = unit(w, x)
        a2 = unit(v, a1)
        return a2

    verdict = proofread(program, "v", lambda w, v, x: slope(v * sigmoid(w * x)))
    assert verdict.diagnosis[0] == "the factor a₁ is missing"


def test_a_parameter_that_is_used_again_has_no_name():
    def program(w, v, x):
        x = sigmoid(w * x)
        x = sigmoid(v * x)
        return x

    verdict = proofread(program, "v", lambda w, v, x: slope(v * sigmoid(w * x)))
    assert verdict.diagnosis[0] == "the factor σ(w·x) is missing"


def test_the_units_of_a_layer_are_not_samples():
    """Of two units and two samples, h[0] belongs to a unit in every sample; zs[0] belongs to the first sample."""

    def program(u, a, x):
        zs = []
        for xi in x:
            h = [relu(ak * xi) for ak in a]
            z = autograd.dot(u, h)
            zs.append(z)
        return sum(each**2 for each in zs)

    def claim(u, a, x):
        return [sum(2 * max(ak * xi, 0) for xi in x) for ak in a]

    verdict = proofread(program, "u", claim, inputs={"u": vector(2), "a": vector(2), "x": samples()})
    assert verdict.diagnosis == ("for u₀: the factor z is missing", "for u₁: the factor z is missing")


def test_an_operation_on_all_samples_is_no_sample_s():
    def program(w, x):
        mean = sum(x) / len(x)
        return sum((w * xi - mean) ** 2 for xi in x) / len(x)

    def claim(w, x):
        mean = sum(x) / len(x)
        return 2 / len(x) * sum((w * xi - mean) * mean for xi in x)

    verdict = proofread(program, "w", claim, inputs={"x": samples()})
    assert verdict.kind == "wrong"
    assert verdict.diagnosis == ("mean stands where the gradient has x",)


def test_a_program_may_compute_a_thing_twice():
    def program(w, x):
        return autograd.sin(w * x) * autograd.cos(w * x)

    [said] = proofread(program, "w", lambda w, x: autograd.cos(w * x) ** 2 * x).diagnosis
    assert said.endswith("and the term sin(w·x)·cos(w·x)′ is missing")


def test_a_program_may_use_values_from_outside():
    k = Value(3.0, label="k")

    def program(w, x):
        return k * w * x

    assert proofread(program, "w", lambda x: 3 * x)
    assert proofread(program, "w", lambda x: x).kind == "constant"
    assert k.grad == 0.0


def test_nothing_of_the_program_is_labelled():
    kept = []
    outside = Value(1.0)

    def program(w, x):
        p = outside
        z = w * x * p
        kept.append(z)
        return z

    proofread(program, "w", lambda x: x + 1)
    assert outside.label is None
    assert all(z.label is None for z in kept)


def test_a_result_that_is_an_input_or_a_constant():
    assert proofread(lambda x: x, "x", lambda: 1.0)
    assert proofread(lambda x: x, "x", lambda: 2.0).diagnosis == ("there is a factor 2 too many",)
    assert proofread(lambda x: x if x > 0 else 0.0, "x", lambda x: float(x > 0))
    assert proofread_value(lambda x: 3.0, lambda x: 3)
    assert proofread_value(lambda x: 3.0, lambda x: 4).kind == "constant"
    assert proofread_value(lambda x: 3.0, lambda x: x).kind == "wrong"


def test_under_no_grad_there_is_a_graph_all_the_same():
    with autograd.no_grad():
        assert proofread(lambda x: x * x, "x", lambda x: 2 * x)


def test_a_claim_may_do_with_its_lists_as_it_likes():
    def median(x):
        x.sort()
        return x[len(x) // 2]

    assert proofread_value(lambda x: sorted(x, key=lambda v: v.data)[len(x) // 2], median, inputs={"x": vector(3)})


def test_of_a_large_program_the_slips_in_the_whole_are_found():
    def program(k, x):
        for _ in range(140):
            x = x - 0.01 * k * x
        return x

    def by_hand(k, x):
        return -140 * 0.01 * x * (1 - 0.01 * k) ** 139

    assert proofread(program, "k", by_hand).kind == "agrees"
    assert proofread(program, "k", lambda k, x: by_hand(k, x) * x).diagnosis == ("there is an extra factor x",)


# --- profilers and tracers --------------------------------------------------------------------------------------------


def missing(**options):
    return proofread(in_a_loop, "w", no_slope, inputs=DATA, **options).diagnosis


def test_a_profiler_in_python_goes_on():
    calls = []
    before = sys.getprofile()
    profiler = lambda frame, event, arg: calls.append(frame.f_code.co_name)  # noqa: E731  # it is compared below
    sys.setprofile(profiler)
    try:
        assert missing() == ("the factor σ′(z) is missing",)
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(before)
    assert "in_a_loop" in calls


def test_beside_a_profiler_in_c_there_are_fewer_names():
    profile = cProfile.Profile()
    said = profile.runcall(missing)
    assert said in (("the factor σ′(w·x + b) is missing",), ("the factor σ′(z) is missing",))
    assert any("in_a_loop" in str(entry.code) for entry in profile.getstats())
    assert missing() == ("the factor σ′(z) is missing",)


def test_a_tracer_goes_on():
    lines = []

    def trace(frame, event, arg):
        lines.append(frame.f_code.co_name)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert missing() == ("the factor σ′(z) is missing",)
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)
    assert "in_a_loop" in lines


def test_the_profiler_is_restored_when_the_program_fails():
    calls = 0

    def program(w, x):
        nonlocal calls
        calls += 1
        if sys.getprofile() is not before:  # while names are collected
            raise RuntimeError("stop")
        return w * x

    before = sys.getprofile()
    with pytest.raises(RuntimeError, match="stop"):
        proofread(program, "w", lambda w, x: w)
    assert calls > 100
    assert sys.getprofile() is before
