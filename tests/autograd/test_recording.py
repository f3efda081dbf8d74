"""no_grad: what it keeps, and where it is in force."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import GraphError, Value, gradients, no_grad, recording
from autograd.recording import is_paused, pauses


def recorded():
    """Whether an operation is recorded here; and the engine is asked in both ways."""
    one, many = Value(2.0) * 3, autograd.sum([Value(2.0), 3.0])
    assert bool(one.operands) is bool(many.operands) is not is_paused()
    return not is_paused()


@pytest.fixture(autouse=True)
def _nothing_is_left_on():
    yield
    assert not pauses
    assert not recording._in_generators
    assert recorded()


def test_no_grad_keeps_numbers_and_forgets_the_rest():
    x = Value(2.0)
    with no_grad():
        y = x * x
        z = autograd.dot([x, y], [1.0, 2.0])
    assert (y.data, y.operands, y.partials, z.data, z.operands) == (4.0, (), (), 10.0, ())
    out = y * x
    assert gradients(out, x) == 4.0
    with pytest.raises(GraphError, match="under no_grad"):
        y.backward()
    with pytest.raises(GraphError, match="under no_grad"):
        gradients(z, x)


def test_no_grad_nests_decorates_and_ends_with_an_error():
    x = Value(2.0)

    @no_grad()
    def double(v):
        return v * 2

    assert double(x).operands == ()
    with no_grad():
        with no_grad():
            pass
        assert (x * x).operands == ()
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert len((x * x).operands) == 2


def test_no_grad_is_the_business_of_one_thread():
    x = Value(2.0)
    inside, done = threading.Event(), threading.Event()

    def paused():
        with no_grad():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=paused)
    thread.start()
    inside.wait(10)
    made = x * x
    done.set()
    thread.join()
    assert len(made.operands) == 2


def in_thread(function):
    found = []
    thread = threading.Thread(target=lambda: found.append(function()))
    thread.start()
    thread.join()
    return found[0]


def steps(depth=1):
    """A generator that pauses while it runs, and tells at each step whether it is paused."""
    with no_grad():
        if depth > 1:
            yield from steps(depth - 1)
        else:
            while True:
                yield not recorded()


def test_a_generator_that_is_suspended_pauses_nobody():
    for depth in (1, 3):
        i = steps(depth)
        for _ in range(3):
            assert next(i)
            assert recorded()
        with no_grad():
            assert next(i)
            assert not recorded()
        assert recorded()
        i.close()


@given(st.lists(st.one_of(st.integers(0, 2), st.just("with"), st.just("drop")), max_size=20))
def test_generators_that_take_turns(order):
    """Each is paused while it runs, whoever else is suspended, and whatever surrounds it when it goes on."""
    running = [steps(1), steps(2), steps(1)]
    with contextlib.ExitStack() as stack:
        paused = False
        for action in order:
            if action == "with":
                stack.enter_context(no_grad())
                paused = True
            elif action == "drop":
                running[0].close()
                running[0] = steps(1)
            else:
                assert next(running[action])
            assert recorded() is not paused
    for i in running:
        i.close()
    assert recorded()


def test_a_generator_that_is_closed_or_goes_on_in_another_place():
    places = [in_thread, lambda f: contextvars.copy_context().run(f), lambda f: contextvars.Context().run(f)]
    for somewhere in places:
        for elsewhere in places:
            i = steps()
            assert somewhere(lambda i=i: next(i))
            assert elsewhere(lambda i=i: (next(i), recorded())) == (True, True)
            assert recorded()
            assert next(i)
            somewhere(i.close)
            assert recorded()


def test_a_generator_that_is_dropped():
    i = steps()
    next(i)
    del i
    assert not pauses

    def cycle():
        me = yield
        with no_grad():
            yield
        del me

    i = cycle()
    next(i)
    i.send(i)
    del i
    gc.collect()


def test_a_generator_that_records_in_a_pause():
    def records():
        with recording.recording():
            while True:
                yield recorded()

    i = records()
    with no_grad():
        assert next(i)
        assert not recorded()
        assert next(i)
    i.close()


def test_a_derivative_of_what_a_paused_generator_computes_is_none():
    """The function that is differentiated records; what it leaves to a paused generator is not."""

    def constants(x):
        with no_grad():
            while True:
                yield x * x

    assert autograd.grad(lambda x: x * next(constants(x)))(3.0) == 9.0


class Evaluating:
    """A context manager of one's own that makes use of no_grad."""

    def __enter__(self):
        self.inner = no_grad()
        self.inner.__enter__()

    def __exit__(self, *error):
        return self.inner.__exit__(*error)


@contextlib.contextmanager
def evaluating():
    with no_grad():
        yield


@contextlib.contextmanager
def evaluating_twice_removed():
    with contextlib.ExitStack() as stack:
        stack.enter_context(evaluating())
        yield


@pytest.mark.parametrize("wrapper", [no_grad, Evaluating, evaluating, evaluating_twice_removed])
def test_context_managers_that_are_made_of_it(wrapper):
    with wrapper():
        assert not recorded()
        with recording.recording():
            assert recorded()
        assert not recorded()
    assert recorded()

    def generator():
        with wrapper():
            yield not recorded()
            yield not recorded()

    i = generator()
    assert next(i)
    assert recorded()
    assert next(i)
    i.close()
    with contextlib.ExitStack() as stack:
        stack.enter_context(wrapper())
        assert not recorded()


def test_contexts_that_end_in_another_order_than_they_began():
    outer, inner = contextlib.ExitStack(), contextlib.ExitStack()
    outer.enter_context(no_grad())
    inner.enter_context(no_grad())
    outer.close()
    assert not recorded()
    inner.close()
    assert recorded()
    stack = contextlib.ExitStack()
    stack.enter_context(no_grad())
    in_thread(stack.close)
    assert recorded()


def test_one_object_is_for_one_with_at_a_time():
    pause = no_grad()
    for _ in range(2):
        with pause:
            assert not recorded()
    with pause, pytest.raises(RuntimeError, match=r"write no_grad\(\) anew"), pause:
        pass


def test_the_decorator_is_for_generators_and_coroutines_too():
    @no_grad()
    def generator():
        """Explained."""
        sent = yield not recorded()
        return sent

    i = generator()
    assert generator.__doc__ == "Explained."
    assert next(i)
    assert recorded()
    with pytest.raises(StopIteration, match="sent"):
        i.send("sent")

    @no_grad()
    async def coroutine():
        await asyncio.sleep(0)
        return not recorded()

    assert asyncio.run(coroutine())
    with pytest.raises(TypeError, match=r"with no_grad\(\):` in numbers"):

        @no_grad()
        async def numbers():
            yield 1


def test_tasks_take_turns():
    async def paused(turns):
        with no_grad():
            for _ in range(turns):
                assert not recorded()
                await asyncio.sleep(0)

    async def not_paused(turns):
        for _ in range(turns):
            assert recorded()
            await asyncio.sleep(0)

    async def steps():
        with no_grad():
            while True:
                yield not recorded()
                await asyncio.sleep(0)

    @contextlib.asynccontextmanager
    async def evaluating():
        with no_grad():
            yield

    async def main():
        await asyncio.gather(paused(3), not_paused(5), paused(2))
        i = steps()
        for _ in range(2):
            assert await anext(i)
            assert recorded()
        await i.aclose()
        async with evaluating():
            assert not recorded()
            await asyncio.gather(asyncio.sleep(0), paused(1))
            assert not recorded()
        assert recorded()

    asyncio.run(main())
