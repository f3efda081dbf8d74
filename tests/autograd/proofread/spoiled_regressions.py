"""Slips in the gradients of regressions."""

from autograd import sigmoid, tanh

from .cases import Spoiled, each, one_over_n, two_over_n
from .programs import DATA, cubic, half, linear, logistic, mae, rmse, total


def e(w, b, x, y):
    """The residual of the line."""
    return w * x + b - y


def dw(w, b, x, y):
    return e(w, b, x, y) * x


def s(w, b, x):
    return sigmoid(w * x + b)


def ds(w, b, x):
    return s(w, b, x) * (1 - s(w, b, x))


def sloped(w, b, x, y):
    """The residual of the sigmoid, times its slope."""
    return (s(w, b, x) - y) * ds(w, b, x)


RIGHT = each(dw, two_over_n)


def line(slip, wrong, says, kind="wrong", wrt="w", right=RIGHT, named=True):
    return Spoiled(linear, wrt, slip, right, wrong, says, DATA, kind, named)


LINES = [
    line("dropped 2", each(dw, one_over_n), "the factor 2 of the square (w·x + b − y)² is missing", "constant"),
    line("dropped 1/N", each(dw, lambda n: 2.0), "the 1/N of the mean is missing", "constant"),
    line("flipped sign", each(dw, lambda n: -2 / n), "the sign is flipped", "constant"),
    line("1/N² for 1/N", each(dw, lambda n: 2 / n**2), "there is a 1/N too many", "constant"),
    line("x forgotten", each(e, two_over_n), "the factor x is missing"),
    line("x twice", each(lambda w, b, x, y: e(w, b, x, y) * x * x, two_over_n), "there is an extra factor x"),
    line(
        "x added in ∂/∂b",
        each(dw, two_over_n),
        "there is an extra factor x",
        wrt="b",
        right=each(e, two_over_n),
    ),
    line("∂/∂b for ∂/∂w", each(e, two_over_n), "this is the derivative with respect to b, not w"),
    line("b for w", each(lambda w, b, x, y: e(b, b, x, y) * x, two_over_n), "b stands where the formula has w"),
    line("the target forgotten", each(lambda w, b, x, y: (w * x + b) * x, two_over_n), "the term y is missing"),
    line("the bias forgotten", each(lambda w, b, x, y: (w * x - y) * x, two_over_n), "the term b is missing"),
    line("the residual forgotten", each(lambda w, b, x, y: x, two_over_n), "the factor w·x + b − y is missing"),
    line("y added", each(lambda w, b, x, y: (w * x + b + y) * x, two_over_n), "the sign of y is flipped"),
    line("y for x", each(lambda w, b, x, y: e(w, b, x, y) * y, two_over_n), "y stands where the gradient has x"),
    line("w for x", each(lambda w, b, x, y: e(w, b, x, y) * w, two_over_n), "w stands where the gradient has x"),
    line(
        "sum forgotten",
        lambda w, b, x, y: 2 / len(x) * dw(w, b, x[0], y[0]),
        "the sum over the samples is forgotten",
    ),
    line(
        "the sum starts at 1",
        lambda w, b, x, y: 2 / len(x) * sum(dw(w, b, x[i], y[i]) for i in range(1, len(x))),
        "the sum leaves out the first sample",
    ),
    line(
        "the first x throughout",
        lambda w, b, x, y: 2 / len(x) * sum(e(w, b, xi, yi) * x[0] for xi, yi in zip(x, y, strict=True)),
        "an index slip: the first sample's x",
    ),
    line(
        "the next y",
        lambda w, b, x, y: 2 / len(x) * sum(dw(w, b, x[i], y[(i + 1) % len(x)]) for i in range(len(x))),
        "an index slip: the next sample's y",
    ),
    line(
        "Σ·Σ for Σ of the products",
        lambda w, b, x, y: 2 / len(x) * sum(e(w, b, xi, yi) for xi, yi in zip(x, y, strict=True)) * sum(x),
        "was summed on its own",
    ),
    line(
        "e² for 2·e",
        each(lambda w, b, x, y: e(w, b, x, y) ** 2 * x, two_over_n),
        "is 2·(w·x + b − y), and the claim has 2·(w·x + b − y)²",
    ),
    line(
        "|x| for x",
        each(lambda w, b, x, y: e(w, b, x, y) * abs(x), two_over_n),
        "it agrees where x > 0, and not where x < 0",
        named=False,
    ),
    line(
        "1/(N − 1) for 1/N",
        each(dw, lambda n: 2 / (n - 1)),
        "it is off by a factor that depends on the number of samples: multiply by 1/2 for N = 2",
        named=False,
    ),
    line(
        "the means multiplied",
        lambda w, b, x, y: 2 / len(x) ** 2 * sum(e(w, b, xi, yi) for xi, yi in zip(x, y, strict=True)) * sum(x),
        "x was summed on its own: Σ(…)·Σx is not Σ(…·x), and there is a 1/N too many",
    ),
    line("constant", lambda: 1.0, "the factors 2·(w·x + b − y) and x are missing"),
    line("zero", lambda: 0.0, "the claim is 0 everywhere"),
]

OTHERS = [
    Spoiled(
        half,
        "w",
        "the 2 kept although 1/2 cancels it",
        each(dw, one_over_n),
        each(dw, two_over_n),
        "the program's 1/2 cancels the 2 of the square (w·x + b − y)²",
        DATA,
        "constant",
    ),
    Spoiled(
        total,
        "w",
        "a mean where there is none",
        each(dw, lambda n: 2.0),
        each(dw, two_over_n),
        "the program adds up, and takes no mean",
        DATA,
        "constant",
    ),
    Spoiled(
        cubic,
        "w",
        "x for x³",
        each(lambda w, b, x, y: (w * x**3 + b - y) * x**3, two_over_n),
        each(lambda w, b, x, y: (w * x**3 + b - y) * x, two_over_n),
        "x stands where the gradient has x³",
        DATA,
    ),
    Spoiled(
        cubic,
        "w",
        "3x² for x³, as if by x",
        each(lambda w, b, x, y: (w * x**3 + b - y) * x**3, two_over_n),
        each(lambda w, b, x, y: (w * x**3 + b - y) * 3 * x**2, two_over_n),
        "the factor x is missing, and there is a factor 3 too many",
        DATA,
    ),
    Spoiled(
        mae,
        "w",
        "the sign of the residual forgotten",
        each(lambda w, b, x, y: -x * (1 if y > w * x + b else -1 if y < w * x + b else 0), one_over_n),
        each(lambda w, b, x, y: -x, one_over_n),
        "the factor sign(a) is missing",
        DATA,
    ),
    Spoiled(
        mae,
        "w",
        "a for a/|a|",
        each(lambda w, b, x, y: -x * (1 if y > w * x + b else -1 if y < w * x + b else 0), one_over_n),
        each(lambda w, b, x, y: -x * (y - w * x - b), one_over_n),
        "∂|a|/∂a is sign(a), and the claim has a",
        DATA,
    ),
    Spoiled(
        rmse,
        "w",
        "the root's derivative forgotten",
        lambda w, b, x, y: (
            each(dw, one_over_n)(w, b, x, y) / (each(lambda *p: e(*p) ** 2, one_over_n)(w, b, x, y)) ** 0.5
        ),
        each(dw, two_over_n),
        "the factor 1/(2·√mean) is missing",
        DATA,
    ),
]


def curve(slip, wrong, says, kind="wrong", wrt="w"):
    right = each(lambda w, b, x, y: sloped(w, b, x, y) * (x if wrt == "w" else 1), two_over_n)
    return Spoiled(logistic, wrt, slip, right, wrong, says, DATA, kind)


CURVES = [
    curve(
        "f′ forgotten",
        each(lambda w, b, x, y: (s(w, b, x) - y) * x, two_over_n),
        "the factor σ′(z) is missing",
    ),
    curve(
        "f′(a) for f′(z)",
        each(lambda w, b, x, y: (s(w, b, x) - y) * ds(1, 0, s(w, b, x)) * x, two_over_n),
        "σ′(a) stands where the gradient has σ′(z)",
    ),
    curve(
        "f for f′",
        each(lambda w, b, x, y: (s(w, b, x) - y) * s(w, b, x) * x, two_over_n),
        "a stands where the gradient has σ′(z)",
    ),
    curve(
        "σ·(1 + σ)",
        each(lambda w, b, x, y: (s(w, b, x) - y) * s(w, b, x) * (1 + s(w, b, x)) * x, two_over_n),
        "σ′(z) is a·(1 − a), and the claim has a·(1 + a)",
    ),
    curve(
        "z for a in σ′",
        each(lambda w, b, x, y: (s(w, b, x) - y) * (w * x + b) * (1 - (w * x + b)) * x, two_over_n),
        "σ′(z) is a·(1 − a), and the claim has z·(1 − z)",
    ),
    curve(
        "1 − σ² as for tanh",
        each(lambda w, b, x, y: (s(w, b, x) - y) * (1 - s(w, b, x) ** 2) * x, two_over_n),
        "σ′(z) is a·(1 − a), and the claim has 1 − a²",
    ),
    curve(
        "tanh′ for σ′",
        each(lambda w, b, x, y: (s(w, b, x) - y) * (1 - tanh(w * x + b) ** 2) * x, two_over_n),
        "tanh′(z) stands where the gradient has σ′(z)",
    ),
    curve(
        "σ not applied in the residual",
        each(lambda w, b, x, y: (w * x + b - y) * ds(w, b, x) * x, two_over_n),
        "z stands where the formula has a",
    ),
    curve(
        "σ not applied at all",
        each(dw, two_over_n),
        "σ is not applied",
    ),
    curve(
        "f′ twice",
        each(lambda w, b, x, y: sloped(w, b, x, y) * ds(w, b, x) * x, two_over_n),
        "there is an extra factor σ′(z)",
    ),
    curve(
        "a for the residual",
        each(lambda w, b, x, y: s(w, b, x) * ds(w, b, x) * x, two_over_n),
        "the term y is missing",
    ),
    curve(
        "f′ and x forgotten",
        each(lambda w, b, x, y: s(w, b, x) - y, two_over_n),
        "the factors σ′(z) and x are missing",
    ),
    curve(
        "x forgotten and 2 dropped",
        each(sloped, one_over_n),
        "the factor x is missing, and the factor 2 of the square (a − y)² is missing",
    ),
]

SPOILED = [*LINES, *OTHERS, *CURVES]
