"""The programs that the claims in these tests are about, written as a person with the notes would write them."""

import autograd
from autograd import dot, exp, leaky_relu, log, relu, sigmoid, sin, softmax_cross_entropy, tanh
from autograd.proofread import among, between, samples, vector

DATA = {"x": samples(), "y": samples()}
FEATURES = {"w": vector(2), "x": samples(vector(2)), "y": samples()}
LABELLED = {"y": among(0, 1)}
LABELLED_SAMPLES = {"x": samples(), "y": samples(among(0, 1))}
CLASSES = {"w": vector(3), "b": vector(3)}


def linear(w, b, x, y):
    """The mean squared error of a line."""
    return sum((w * xi + b - yi) ** 2 for xi, yi in zip(x, y, strict=True)) / len(x)


def half(w, b, x, y):
    """The same with the 1/2m of many notes."""
    return sum((w * xi + b - yi) ** 2 for xi, yi in zip(x, y, strict=True)) / (2 * len(x))


def total(w, b, x, y):
    """The sum and not the mean."""
    loss = 0.0
    for xi, yi in zip(x, y, strict=True):
        e = w * xi + b - yi
        loss += e * e
    return loss


def logistic(w, b, x, y):
    """The mean squared error of a sigmoid."""

    def term(xi, yi):
        z = w * xi + b
        a = sigmoid(z)
        return (a - yi) ** 2

    return sum(term(xi, yi) for xi, yi in zip(x, y, strict=True)) / len(x)


def cubic(w, b, x, y):
    """The mean squared error of w·x³ + b."""
    return sum((w * xi**3 + b - yi) ** 2 for xi, yi in zip(x, y, strict=True)) / len(x)


def neuron(w, b, x, y):
    """One neuron with a weight for each of two features, under 1/2m."""

    def residual(xj, yj):
        z = dot(w, xj) + b
        a = sigmoid(z)
        return a - yj

    return sum(residual(xj, yj) ** 2 for xj, yj in zip(x, y, strict=True)) / (2 * len(x))


def plain_neuron(w, b, x, y):
    """The same with tanh, and the weighted sum written out."""
    loss = 0.0
    for xj, yj in zip(x, y, strict=True):
        z = w[0] * xj[0] + w[1] * xj[1] + b
        a = tanh(z)
        loss += (a - yj) ** 2
    return loss / len(x)


def two(f1, f2):
    """Two neurons in a row, for two activations, under 1/2m."""

    def C(w1, b1, w2, b2, x, y):  # noqa: N802  # as the notes call it
        def residual(xj, yj):
            z1 = w1 * xj + b1
            a1 = f1(z1)
            z2 = w2 * a1 + b2
            a2 = f2(z2)
            return a2 - yj

        return sum(residual(xj, yj) ** 2 for xj, yj in zip(x, y, strict=True)) / (2 * len(x))

    return C


def two_claim(f1, f2, term):
    """(1/m) Σ of a term in all that the two neurons have: z and a, the derivatives p1 and p2, the residual e."""
    slopes = {sigmoid: lambda z: sigmoid(z) * (1 - sigmoid(z)), tanh: lambda z: 1 - tanh(z) ** 2, relu: lambda z: z > 0}

    def claim(w1, b1, w2, b2, x, y):
        out = 0.0
        for xj, yj in zip(x, y, strict=True):
            z1 = w1 * xj + b1
            a1 = f1(z1)
            z2 = w2 * a1 + b2
            a2 = f2(z2)
            p1, p2 = slopes.get(f1, lambda z: 1.0)(z1), slopes.get(f2, lambda z: 1.0)(z2)
            out += term(w1=w1, b1=b1, w2=w2, b2=b2, x=xj, y=yj, z1=z1, a1=a1, z2=z2, a2=a2, p1=p1, p2=p2, e=a2 - yj)
        return out / len(x)

    return claim


def identity(z):
    """No activation."""
    return z


def mae(w, b, x, y):
    """The mean absolute error of a line."""

    def term(xi, yi):
        a = yi - (w * xi + b)
        return abs(a)

    return sum(term(xi, yi) for xi, yi in zip(x, y, strict=True)) / len(x)


def mae_net(W1, b1, W2, b2, x, y):
    """|y − M(x)| for one hidden ReLU unit and one sample."""
    q = W1 * x + b1
    z = relu(q)
    M = W2 * z + b2
    a = y - M
    return abs(a)


def log_loss(w, b, x, y):
    """The log loss of one sample."""
    z = w * x + b
    a = sigmoid(z)
    return -(y * log(a) + (1 - y) * log(1 - a))


def log_loss_of_samples(w, b, x, y):
    """The mean log loss."""

    def term(xi, yi):
        a = sigmoid(w * xi + b)
        return -(yi * log(a) + (1 - yi) * log(1 - a))

    return sum(term(xi, yi) for xi, yi in zip(x, y, strict=True)) / len(x)


def softmax(w, b, x):
    """The cross-entropy of three logits, for class 1."""
    z = [wk * x + bk for wk, bk in zip(w, b, strict=True)]
    return softmax_cross_entropy(z, 1)


def softmax_by_hand(z1, z2, z3):
    """The same from its definition, for class 1 of 1, 2, 3."""
    s = exp(z1) + exp(z2) + exp(z3)
    p = exp(z1) / s
    return -log(p)


def product(x, k):
    """A product of two functions of x."""
    u = x**2
    v = sin(k * x)
    return u * v


def quotient(x, k):
    """A quotient of two functions of x."""
    u = sin(x)
    v = x**2 + k
    return u / v


POSITIVE = {"k": between(0.5, 3)}


def swish(x, b):
    """x reached by two paths."""
    s = sigmoid(b * x)
    return x * s


def residual_block(x, w, v):
    """x reached by two paths again: around the block and through it."""
    h = tanh(w * x)
    return x + v * h


def ridge(w, b, x, y, c):
    """A squared error with a penalty on the weight."""
    e = w * x + b - y
    return e**2 + c * w**2


def gaussian(x, mu, s):
    """A bell without its constant."""
    u = (x - mu) / s
    return exp(-(u**2) / 2)


def norm(x, y):
    """The length of a vector."""
    r2 = x**2 + y**2
    return autograd.sqrt(r2)


def rmse(w, b, x, y):
    """The root of the mean of the squares."""
    mean = sum((w * xi + b - yi) ** 2 for xi, yi in zip(x, y, strict=True)) / len(x)
    return autograd.sqrt(mean)


def deep(w1, w2, w3, x):
    """Three neurons in a row."""
    a1 = sigmoid(w1 * x)
    a2 = sigmoid(w2 * a1)
    a3 = sigmoid(w3 * a2)
    return a3


HIDDEN = {"u": vector(2), "a": vector(2), "b": vector(2)}


def hidden(u, a, b, x, y):
    """Two hidden units side by side."""
    h = [relu(ak * x + bk) for ak, bk in zip(a, b, strict=True)]
    f = dot(u, h)
    return (f - y) ** 2


def leaky(w, b, x, y):
    """The squared error of a leaky unit."""
    z = w * x + b
    a = leaky_relu(z, 0.1)
    return (a - y) ** 2


def lasso(w, x, y, c):
    """A squared error with a penalty on |w|."""
    e = w * x - y
    return e**2 + c * abs(w)
