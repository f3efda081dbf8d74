"""What a type checker knows of the functions of the table: mypy reads this file, and nobody runs it."""

from __future__ import annotations

from typing import Any, assert_type

import numpy as np

import autograd
import nn
from autograd import Value, dot, exp, leaky_relu, logsumexp, maximum, mean, relu, softmax_cross_entropy, where

v, x, n = Value(1.0), 2.0, 3
number: Value | float = v
array = np.array([1.0, 2.0])

assert_type(exp(v), Value)
assert_type(exp(x), float)
assert_type(exp(n), float)
assert_type(exp(np.float64(x)), float)
assert_type(exp(array), Any)
assert_type(exp([1.0]), Any)  # type: ignore[call-overload]  # an error that says what to write, at run time
assert_type(relu(v), Value)
assert_type(relu(v, at_zero=0.5), Value)
assert_type(leaky_relu(x, 0.1), float)
assert_type(maximum(v, 0), Value)
assert_type(maximum(0.0, v), Value)
assert_type(maximum(x, n), float)
assert_type(maximum(array, v), Any)
assert_type(autograd.pow(v, 2), Value)
assert_type(autograd.pow(2.0, 3), float)

assert_type(autograd.sum([v, v * 2]), Value)
assert_type(autograd.sum(y * 2 for y in [v, v]), Value)
assert_type(autograd.sum([1.0, 2.0]), float)
assert_type(autograd.sum([v, 2.0]), Any)
assert_type(autograd.sum(array), Any)
assert_type(mean([v, v]), Value)
assert_type(mean([1.0, 2.0]), float)
assert_type(logsumexp([v]), Value)
assert_type(softmax_cross_entropy([v, v], 1), Value)
assert_type(dot([v, v], [1.0, 2.0]), Value)
assert_type(dot([1.0, 2.0], [v, v]), Value)
assert_type(dot([1.0], [2.0]), float)
assert_type(dot(array, array), Any)

assert_type(where(v > 0, v, v), Value)
assert_type(where(v > 0, v, 0.0), Value | float)
assert_type(where(array > 0, v, 0.0), Any)

assert_type(exp(number), Value | float)
assert_type(maximum(number, 0.0), Value | float)

assert_type(nn.Neuron(1, seed=0)([1.0]), Value)
assert_type(nn.Linear(1, 2, seed=0)([1.0]), Value | Any)
assert_type(nn.MLP(1, [2])([1.0]), Value | Any)
assert_type((nn.MLP(1, [1])([1.0]) - 2.0) ** 2, Value | Any)
nn.MLP(2, 3, 1)  # type: ignore[arg-type]  # MLP(2, [3, 1])
