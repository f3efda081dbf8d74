"""Laws that gradients obey whatever the function is: linearity, the chain, product and quotient rule, and invariances.

Two sides of a law are computed in different orders, so they agree to within the rounding of the terms that they add up.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
from autograd import Value, ancestry, gradients, no_grad
from autograd.primitives import lookup
from autograd.testing import Graph, expression, expressions, graphs, points_for
from autograd.testing.expressions import perform
from autograd.testing.reach import is_inside, search
from tests.autograd.properties.oracles import scale

seeds = st.floats(-4, 4, width=16)


def assert_close(found, expected, size):
    assert abs(found - expected) <= 1e-13 * size, (found, expected, size)


def gradient(y, xs):
    return gradients(y, xs), [scale(y, x) for x in xs]


def at(e, data):
    """The expression's Value at a point that suits it, and its variables, if there is such a point."""
    assume(search(is_inside(e, 1e-3, 1e6), len(e.variables), -3.0, 3.0))
    return Graph(e, data.draw(points_for(e), label=str(e))).build()


# --- rules of calculus ------------------------------------------------------------------------------------------------


@given(graphs("x y"), seeds, seeds)
def test_the_seed_is_a_factor(g, a, b):
    y, xs = g.build()
    slopes, sizes = gradient(y, xs)
    for slope, size, left, right in zip(slopes, sizes, gradients(y, xs, seed=a), gradients(y, xs, seed=b), strict=True):
        assert_close(left, a * slope, abs(a) * size)
        assert_close(left + right, (a + b) * slope, (abs(a) + abs(b)) * size)


@given(expressions("x y", max_size=5), expressions("x y", max_size=5), seeds, seeds, st.data())
def test_a_weighted_sum(f, g, a, b, data):
    y, xs = at(expression(lambda x, y: a * f(x, y) + b * g(x, y)), data)
    one, other = f(*xs), g(*xs)
    for found, of_f, of_g, x in zip(gradients(y, xs), gradients(one, xs), gradients(other, xs), xs, strict=True):
        assert_close(found, a * of_f + b * of_g, scale(y, x))


@given(expressions("x y", max_size=5), expressions("x y", max_size=5), st.data())
def test_the_product_rule(f, g, data):
    y, xs = at(expression(lambda x, y: f(x, y) * g(x, y)), data)
    one, other = f(*xs), g(*xs)
    for found, of_f, of_g, x in zip(gradients(y, xs), gradients(one, xs), gradients(other, xs), xs, strict=True):
        assert_close(found, of_f * other.data + one.data * of_g, scale(y, x))


@given(expressions("x y", max_size=5), expressions("x y", max_size=5), st.data())
def test_the_quotient_rule(f, g, data):
    y, xs = at(expression(lambda x, y: f(x, y) / (2.0 + abs(g(x, y)))), data)
    one, other = f(*xs), 2.0 + abs(g(*xs))
    for found, of_f, of_g, x in zip(gradients(y, xs), gradients(one, xs), gradients(other, xs), xs, strict=True):
        expected = (of_f * other.data - one.data * of_g) / other.data**2
        assert_close(found, expected, 10 * scale(y, x))


@given(expressions("u v", max_size=5), expressions("x y", max_size=4), expressions("x y", max_size=4), st.data())
def test_the_chain_rule(outer, f, g, data):
    # with nothing of f and g added, so that they can be computed where the outer one does not need them
    y, xs = at(expression(lambda x, y: outer(u := f(x, y), v := g(x, y)) + 0 * u + 0 * v), data)
    inner = f(*xs), g(*xs)
    cut = Value(inner[0].data), Value(inner[1].data)
    outside = gradients(outer(*cut), cut)
    for i, x in enumerate(xs):
        expected = sum(a * b for a, b in zip(outside, [gradients(u, x) for u in inner], strict=True))
        assert_close(gradients(y, xs)[i], expected, scale(y, x))


@given(graphs("x y z"))
def test_all_the_faces_of_the_engine_agree(g):
    """gradients, backward, grad, value_and_grad, jacobian, jvp: the same numbers, bit for bit where the walk is one."""
    y, xs = g.build()
    slopes = gradients(y, xs)
    f, everything = g.expression, tuple(range(len(xs)))
    assert autograd.grad(f, everything)(*g.point) == slopes
    assert autograd.value_and_grad(f, everything)(*g.point) == (y.data, slopes)
    assert autograd.jacobian(f, everything)(*g.point) == slopes
    assert tuple([s.data for s in gradients(y, xs, create_graph=True)]) == pytest.approx(slopes, rel=1e-12, abs=1e-300)
    y.backward()
    assert tuple([x.grad for x in xs]) == slopes
    inner = [node for node in ancestry(y) if node not in xs]
    assert gradients(y, inner) == [node.grad for node in inner]
    tangents = (1.0, -2.0, 0.5)
    forward = autograd.jvp(f, g.point, tangents)
    assert forward[0] == y.data
    sizes = sum(abs(t) * scale(y, x) for t, x in zip(tangents, xs, strict=True))
    assert_close(forward[1], sum(t * s for t, s in zip(tangents, slopes, strict=True)), sizes)


@given(graphs("x y", smooth=True, max_size=6))
def test_hvp_is_the_hessian_times_a_vector(g):
    hessian = autograd.hessian(lambda xs: g.expression(*xs))(list(g.point))
    y, xs = g.build()
    slopes = gradients(y, xs, create_graph=True)
    for v in [(1.0, 0.0), (0.0, 1.0), (2.0, -3.0)]:
        for i, found in enumerate(autograd.hvp(g.expression, g.point, v)):
            size = sum(abs(v[j]) * max(scale(slopes[i], xs[j]), scale(slopes[j], xs[i])) for j in range(2))
            assert_close(found, sum(a * b for a, b in zip(hessian[i], v, strict=True)), 10 * size)


# --- what must not matter ---------------------------------------------------------------------------------------------


def unshared(e, xs):
    """The expression with every shared step computed anew for each of its uses: a tree."""
    steps = {step.name: step for step in e.steps}
    leaves = dict(zip(e.variables, xs, strict=True))

    def made(x):
        if x in steps:
            return perform(lookup(steps[x].primitive), tuple([made(operand) for operand in steps[x].operands]))
        return leaves.get(x, x)

    return made(e.result)


@given(graphs("x y", max_size=10))
def test_sharing_a_subexpression_or_copying_it(g):
    y, xs = g.build()
    tree = unshared(g.expression, xs)
    assert tree.data == y.data
    for one, other, x in zip(gradients(y, xs), gradients(tree, xs), xs, strict=True):
        assert_close(one, other, scale(y, x))


@given(graphs("x y z", max_size=10), st.randoms(use_true_random=False))
def test_the_order_in_which_a_graph_is_built(g, random: Random):
    e = g.expression
    known = dict(zip(e.variables, map(Value, g.point), strict=True))
    xs = list(known.values())
    waiting = list(e.steps)
    while waiting:
        ready = [step for step in waiting if all(x in known for x in step.operands if isinstance(x, str))]
        step = random.choice(ready)
        waiting.remove(step)
        known[step.name] = perform(lookup(step.primitive), tuple([known.get(x, x) for x in step.operands]))
        random.choice(xs) * 2.0  # what else is made between, and used nowhere
    y, again = g.build()
    assert known[e.result].data == y.data
    for one, other, x in zip(gradients(known[e.result], xs), gradients(y, again), again, strict=True):
        assert_close(one, other, scale(y, x))


@given(graphs("x y z"), st.lists(st.text(max_size=3), min_size=1))
def test_labels(g, labels):
    """Labels are for people: neither new ones nor the same one twice change a number."""
    y, xs = g.build()
    slopes = gradients(y, xs)
    for i, node in enumerate(ancestry(y)):
        node.label = labels[i % len(labels)]
    assert gradients(y, xs) == slopes
    y.backward()
    assert tuple([x.grad for x in xs]) == slopes


@given(graphs("x y"), seeds)
def test_what_is_detached_is_a_constant(g, c):
    y, xs = g.build()
    loose = y.detach()
    assert gradients(loose, xs) == (0.0, 0.0)
    assert gradients(loose * y + c, xs) == pytest.approx([loose.data * s for s in gradients(y, xs)], rel=1e-12)


@given(graphs("x y"))
def test_under_no_grad_the_numbers_are_the_same(g):
    y, xs = g.build()
    with no_grad():
        silent = g.expression(*xs)
    assert silent.data == y.data
    assert silent.operands == ()
    assert g.expression(*g.point) == y.data


@given(graphs("x y"))
def test_a_point_of_arrays_is_a_point_for_each_element(g):
    np = pytest.importorskip("numpy")
    columns = [np.array([x, x]) for x in g.point]
    assume(all(step.primitive not in ("softmax_cross_entropy",) for step in g.expression.steps))
    values = np.broadcast_to(g.expression(*columns), (2,))
    assert values == pytest.approx([g.expression(*g.point)] * 2, rel=1e-9, abs=1e-12)
