"""Index vectors as views: what the text of a view says is what NumPy's own indexing gives."""

from __future__ import annotations

from math import prod

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograd.compiler.views import View, common_shape, distinct_rows, nest, slice_text, view

loops = st.lists(st.tuples(st.integers(1, 4), st.integers(-5, 9)), min_size=1, max_size=4)


def indices(base, loops):
    """What nested loops leave: base + Σ i·stride, the last loop fastest."""
    grid = np.array(base)
    for n, s in loops:
        grid = grid[..., None] + np.arange(n) * s
    return grid


def strided(buffer, base, counts, strides):
    """As programs have it, by brute force."""
    return buffer[indices(base, list(zip(counts, strides, strict=True)))]


def lowest(loops):
    """A base at which no index is negative."""
    return sum((n - 1) * -s for n, s in loops if s < 0)


@given(loops, st.integers(0, 5))
def test_nest_gives_the_vector_back(loops, base):
    v = indices(base, loops).ravel()
    found = nest(v)
    if found is not None:
        assert np.array_equal(indices(v[0], found).ravel(), v)
        assert all(n > 1 for n, _ in found)


@given(st.lists(st.tuples(st.integers(2, 4), st.integers(1, 5)), min_size=1, max_size=3))
def test_nest_finds_what_loops_over_blocks_leave(sizes):
    """Each stride is larger than all that is inside of it, as where nested lists are numbered in their order."""
    inner, nested = 1, []
    for n, gap in reversed(sizes):
        nested.insert(0, (n, inner * gap))
        inner *= n * gap
    v = indices(7, nested).ravel()
    found = nest(v)
    assert found is not None
    assert np.array_equal(indices(7, found).ravel(), v)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=12))
def test_nest_of_any_vector_is_right_or_none(v):
    v = np.array(v)
    found = nest(v)
    assert found is None or np.array_equal(indices(v[0], found).ravel(), v)


@given(loops, st.integers(0, 9), st.integers(0, 7), st.sampled_from(["", "lanes"]))
def test_the_text_of_a_view_gives_exactly_these_elements(loops, more, rest, lanes):
    grid = indices(lowest(loops) + more, loops)
    found = view(grid)
    assert found is not None
    size = int(grid.max()) + 1 + rest
    buffer = np.arange(size * 3.0).reshape(size, 3) if lanes else np.arange(size * 1.0)
    text = found.written("V", size, lanes)
    array = eval(text, {"V": buffer, "strided": strided, "lanes": 3})
    expected = buffer[grid]
    assert array.ndim == expected.ndim
    assert np.array_equal(np.broadcast_to(array, expected.shape), expected), text
    if "strided" not in text:
        assert np.shares_memory(array, buffer), text  # a view, and no copy


@given(loops, st.integers(0, 9))
def test_what_is_written_to_a_view_arrives(loops, more):
    grid = indices(lowest(loops) + more, loops)
    found = view(grid)
    if not found.injective:
        return
    size = int(grid.max()) + 3
    buffer, expected = np.zeros(size), np.zeros(size)
    text = found.written("V", size, "")
    if "strided" in text:
        return
    array = eval(text, {"V": buffer})
    array[...] = np.arange(1.0, grid.size + 1).reshape(grid.shape)
    expected[grid] = np.arange(1.0, grid.size + 1).reshape(grid.shape)
    assert np.array_equal(buffer, expected)


@given(st.lists(st.integers(0, 8), min_size=1, max_size=12), st.data())
def test_what_is_no_view_is_none(flat, data):
    divisors = [n for n in range(1, len(flat) + 1) if len(flat) % n == 0]
    rows = data.draw(st.sampled_from(divisors))
    grid = np.array(flat).reshape(rows, -1)
    found = view(grid)
    steps = [np.diff(grid, axis=k) for k in (0, 1)]
    affine = all(s.size == 0 or (s == s.flat[0]).all() for s in steps)
    assert (found is not None) == affine
    if found is not None:
        again = indices(found.base, list(zip(found.counts, found.strides, strict=True)))
        assert np.array_equal(again, grid)


@given(loops)
def test_injective_means_that_no_place_comes_twice(loops):
    counts, strides = zip(*loops, strict=True)
    found = View(lowest(loops), counts, strides)
    places = indices(found.base, loops).ravel()
    unique = len(set(places.tolist())) == len(places)
    if found.injective:
        assert unique
    if len(loops) == 1 or (unique and len([n for n in counts if n > 1]) <= 1):
        assert found.injective == unique


@given(st.lists(loops, min_size=1, max_size=3))
def test_a_common_shape_has_the_right_size_and_suits_the_first(nested):
    count = prod(n for n, _ in nested[0])
    vectors = [indices(0, each).ravel() for each in nested if prod(n for n, _ in each) == count]
    shape = common_shape(vectors, count)
    assert prod(shape) == count
    if nest(vectors[0]) is not None:
        assert view(vectors[0].reshape(shape)) is not None


@given(st.integers(0, 9), st.integers(1, 5), st.integers(-4, 4).filter(bool))
def test_slices(start, count, stride):
    start += max(0, -stride * (count - 1))
    found = eval(f"V[{slice_text(start, count, stride)}]", {"V": np.arange(60)})
    assert found.tolist() == [start + i * stride for i in range(count)]


@given(st.lists(st.lists(st.integers(0, 2), min_size=2, max_size=2), min_size=1, max_size=8))
def test_distinct_rows(rows):
    distinct, which = distinct_rows(np.array(rows))
    assert distinct[which].tolist() == rows
    assert distinct.tolist() == [list(row) for row in dict.fromkeys(map(tuple, rows))]
