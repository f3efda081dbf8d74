"""Property tests for what is built on autograd: strategies for Hypothesis, and `check_grads`.

The strategies follow Hypothesis's conventions: functions with plural names, options by keyword, arguments that are
checked, and examples that shrink. What they draw comes from the table of primitives, so that a primitive of your own is
drawn, and tested, like any other. See docs/how-to/property-test-your-own-primitive.md.
"""

try:
    import hypothesis as _hypothesis  # noqa: F401  # here to say what is missing, if it is
except ModuleNotFoundError as error:  # pragma: no cover  # a subprocess tests it
    raise ModuleNotFoundError(
        "autograd.testing is built on Hypothesis, which is not installed: pip install hypothesis"
    ) from error

from .checking import GradCheck, check_grads
from .expressions import Expression, Graph, Step, expression, graph, recorded
from .networks import Network, mlps
from .points import points_for
from .strategies import expressions, graphs, primitives, values

__all__ = [
    "Expression",
    "GradCheck",
    "Graph",
    "Network",
    "Step",
    "check_grads",
    "expression",
    "expressions",
    "graph",
    "graphs",
    "mlps",
    "points_for",
    "primitives",
    "recorded",
    "values",
]
