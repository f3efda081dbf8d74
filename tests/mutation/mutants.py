"""Ways to break the engine: a piece of text, what it becomes, and what is wrong with that."""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """One change to one file of ``autograd``; the old text stands there exactly once."""

    file: str
    old: str
    new: str
    wrong: str

    def applied(self, text: str) -> str:
        """The file's text with this change, which must fit in exactly one place."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.file} has {text.count(self.old)} places for {self.old!r} ({self.wrong})")
        return text.replace(self.old, self.new)


def _in(file: str, *changes: tuple[str, str, str]) -> list[Mutant]:
    return [Mutant(file, *change) for change in changes]


MUTANTS = [
    *_in(
        "primitives.py",
        ("return a - b, 1.0, -1.0", "return a - b, 1.0, 1.0", "sub: the sign of ∂b"),
        ("return a * b, b, a", "return a * b, a, b", "mul: each operand gets itself"),
        ("return y, 1.0 / b, -(y / b)", "return y, 1.0 / b, y / b", "div: the sign of ∂b"),
        ("return y, 1.0 / b, -(y / b)", "return y, b, -(y / b)", "div: ∂a is b, not 1/b"),
        ("return -x, -1.0", "return -x, 1.0", "neg: the sign"),
        ("less = exponent - 1.0", "less = exponent", "pow: the exponent stays"),
        ("        return y, exponent * m.pow(x, less)\n", "        return y, m.pow(x, less)\n", "pow: no factor"),
        ("if exponent == 0.0:", "if exponent == 2.0:", "pow: x⁰ by the rule of others"),
        ("z * m.log(m.magnitude(safe))", "z / m.log(m.magnitude(safe))", "power: ∂y divides"),
        ("m.where(x < 0.0, nan, z * m.log", "m.where(x < 0.0, 0.0, z * m.log", "power: ∂y below 0 is silently 0"),
        ("restored = m.where(size >= 0.5, m.where(size < _EXACT, less + 1.0, nan), nan)", "restored = y", "power: y − 1 is rounded"),
        ("return m.abs(x), m.sign(x)", "return m.abs(x), m.where(x >= 0.0, 1.0, -1.0)", "abs: 1 at its kink"),
        ("return y, *_shares(m, a > b, b > a)", "return y, *_shares(m, a >= b, b > a)", "maximum: a tie is not shared"),
        ("return y, *_shares(m, a < b, b < a)", "return y, *_shares(m, b < a, a < b)", "minimum: the loser gets all"),
        ("m.where(a > b, a, m.where(b >= a, b, m.where(a == a, b, a)))", "m.where(a > b, a, b)", "maximum: nan is lost"),
        ("    y = m.exp(x)\n    return y, y\n", "    y = m.exp(x)\n    return y, y - 1.0\n", "exp: expm1 for a derivative"),
        ("return m.expm1(x), m.exp(x)", "return m.expm1(x), m.expm1(x) + 1.0", "expm1: digits lost"),
        ("return m.log(x), 1.0 / x", "return m.log(x), 1.0 / (1.0 + x)", "log: log1p's derivative"),
        ("return y, 0.5 / y", "return y, 0.5 * y", "sqrt: times for through"),
        ("return m.sin(x), m.cos(x)", "return m.sin(x), -m.cos(x)", "sin: the sign"),
        ("return m.cos(x), -m.sin(x)", "return m.cos(x), m.sin(x)", "cos: the sign"),
        ("return y, 1.0 + y * y", "return y, 1.0 - y * y", "tan: tanh's derivative"),
        ("return m.cosh(x), m.sinh(x)", "return m.cosh(x), m.cosh(x)", "cosh: its own derivative"),
        ("return m.tanh(x), 4.0 * e / (1.0 + e * (2.0 + e))", "return m.tanh(x), 1.0 - m.tanh(x) ** 2", "tanh: digits lost"),
        ("(y := m.sech_squared(x)), -2.0 *", "(y := m.sech_squared(x)), 2.0 *", "tanh: the sign from order 3 on"),
        ("return m.atan(x), 1.0 / (1.0 + x * x)", "return m.atan(x), 1.0 / (1.0 - x * x)", "atan: the sign"),
        ("1.0, e) / (1.0 + e), e / (1.0 + e * (2.0 + e))", "1.0, e) / (1.0 + e), e / (1.0 + e)", "sigmoid: the square is forgotten"),
        ("m.where(x < 0.0, x, 0.0) - m.log1p(e)", "m.where(x > 0.0, x, 0.0) - m.log1p(e)", "logsigmoid: the other branch"),
        ("m.where(x > 0.0, x, 0.0) + m.log1p(e), m.where(x >= 0.0, 1.0, e)", "m.where(x > 0.0, x, 0.0) + m.log1p(e), m.where(x >= 0.0, e, 1.0)", "softplus: σ(−x)"),
        ("m.where(x > 0.0, 1.0, m.where(x == 0.0, at_zero, 0.0))", "m.where(x >= 0.0, 1.0, 0.0)", "relu: its kink is not asked"),
        ("return m.where(x <= 0.0, 0.0, x), ", "return m.where(x > 0.0, x, 0.0), ", "relu: nan is lost"),
        ("m.where(x == 0.0, at_zero, alpha)", "m.where(x == 0.0, alpha, alpha)", "leaky_relu: its kink is not asked"),
        ("return y, -x * y", "return y, x * y", "φ: the sign"),
        ("return x * share, share + x * m.normal_pdf(x)", "return x * share, share", "gelu: a term is dropped"),
        ("return (m.sum(xs), *([1.0] * len(xs)))", "return (m.sum(xs), *([1.0 / len(xs)] * len(xs)))", "sum: the mean's derivative"),
        ("return (m.sum(map(mul_, w, x)), *x, *w)", "return (m.sum(map(mul_, w, x)), *w, *x)", "dot: each operand gets itself"),
        ("*m.each(lambda j, x: x / (1.0 + rest), e))", "*m.each(lambda j, x: x / rest, e))", "logsumexp: the largest is left out"),
        ("m.take(shares, target) - 1.0)", "m.take(shares, target))", "cross-entropy: − 1 at the target is forgotten"),
        ("-rest / (1.0 + rest), m.take", "m.take(shares, target) - 1.0, m.take", "cross-entropy: digits lost"),
        ("least - t), -x", "least - t), x", "binary cross-entropy: the sign of ∂t"),
        ("m.where(second_leads, 0.0, 0.5)", "m.where(second_leads, 0.0, 0.0)", "a tie gives all to the second"),
        ('domain=Region("x ≥ 0", lambda x: x >= 0.0)', 'domain=Region("x ≥ 0", lambda x: x >= 1.0)', "sqrt: a wrong domain"),
    ),
    *_in(
        "backprop.py",
        ("                    operand._grad += grad * partial\n", "                    operand._grad = grad * partial\n", "n-ary: accumulation dropped"),
        ("                a._grad += grad * partial\n", "                a._grad = grad * partial\n", "accumulation dropped"),
        ("                node._b._grad += grad * partial", "                node._b._grad -= grad * partial", "the second operand's sign"),
        ("order.sort(key=_serial, reverse=True)", "pass", "no order: the walk goes by depth"),
        ("            node._grad = total = old + new\n", "            total = old + new\n", "grads of earlier passes are lost"),
        ("if again := any(before):", "if again := False:", "old grads leak into a pass"),
        ("        _in_one_go(undo)\n", "        pass\n", "an interruption leaves grads half added"),
        ("if total - total != 0.0 and isfinite(old)", "if False and isfinite(old)", "two passes add up to inf"),
        ("if node._serial < since:", "if False:", "an inner level walks the whole history"),
        ("if isfinite(before) and not isfinite(slope[operand]):", "if not isfinite(slope[operand]):", "an inf from outside is refused"),
        ("root._grad = seed", "root._grad = 1.0", "the seed is ignored"),
        ("slope[operand] = slope[operand] + share if operand in slope else share", "slope[operand] = share", "gradients: accumulation dropped"),
        ("if numbers[0] != numbers[1] and numbers[1] == numbers[1]:", "if False:", "changed data goes unnoticed"),
        ("if node._a is None and not isfinite(node._grad):", "if False:", "infinite derivatives go unnoticed"),
        ("if not all(isfinite(number_of(slope.get(x, 0.0))) for x in targets):", "if False:", "gradients: infinite ones go unnoticed"),
        ("            if seen.issuperset(a):", "            if not seen.isdisjoint(a):", "n-ary: operands are passed over"),
    ),
    *_in(
        "value.py",
        ("return node(row, z, x, y, None if x is a else dx, None if y is b else dy)", "return node(row, z, x, y, None if x is a else dy, None if y is b else dx)", "derivatives change places"),
        ("return lambda y, x: operation(x, y)", "return lambda y, x: operation(y, x)", "2 − v becomes v − 2"),
        ("        if z - z != 0.0:\n", "        if False:\n", "overflow goes unnoticed"),
        ("if pauses and is_paused():", "if False:", "no_grad records"),
        ("    __hash__ = object.__hash__", "    __hash__ = lambda self: hash(self._data)", "nodes are told apart by value"),
    ),
    *_in(
        "functional.py",
        ("arguments[i] = tree_map(self._lift, args[i])", "arguments[i] = args[i]", "nothing is lifted"),
        ("_another(x) if isinstance(x, Value) else Value(x)", "x if isinstance(x, Value) else Value(x)", "levels are confused"),
        ("self.open = not paused and any(", "self.open = False and any(", "dependence from outside is lost"),
        ("term = partial * moved[x]", "term = partial", "jvp: tangents are ignored"),
        ("if not isfinite(number_of(total)) and", "if False and", "jvp: infinite ones go unnoticed"),
    ),
    *_in(
        "recording.py",
        ("return modes[-1]._paused", "pass", "a generator's own pause is not in force"),
        ("if frame.f_code.co_flags & _SUSPENDS:", "if False:", "a suspended generator pauses everybody"),
        ("while mode is not None and mode._over:", "while False:", "a pause that was left elsewhere stays"),
        ("        frame = caller\n", "        break\n", "a context manager made of no_grad pauses nobody"),
    ),
    *_in(
        "copies.py",
        ("make, args, *_ = cast(", "make, args, *_ = _new, _PLAIN, cast(", "copies of a subclass are Values"),
        ("_set_state(twin, copy.deepcopy(state, memo))", "_set_state(twin, state)", "a deep copy shares attributes"),
    ),
    *_in(
        "floats.py",
        ("return Ieee(a / b)", "return Ieee(b / a)", "the patient division is upside down"),
        ('log=patient(math.log, 0.0, -math.inf)', 'log=patient(math.log, 0.0, 0.0)', "log 0 is 0, silently"),
    ),
]  # fmt: skip

EQUIVALENT: dict[str, str] = {}
"""Mutants that no test can kill, by what is wrong with them, each with the reason."""
