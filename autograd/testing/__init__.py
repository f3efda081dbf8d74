"""Property-based tests for code that uses autograd: Hypothesis strategies, and `check_grads`.

The strategies follow Hypothesis's conventions: plural names, keyword options, checked arguments, and examples that
shrink. They draw from the table of primitives, so a primitive of your own is drawn, and tested, like any other. See
docs/how-to/property-test-your-own-primitive.md.
"""

try:
    import hypothesis as _hypothesis  # noqa: F401  # imported only to report that it is missing
except ModuleNotFoundError as error:  # pragma: no cover  # a subprocess tests it
    raise ModuleNotFoundError(
        "autograd.testing needs Hypothesis, which is not installed: pip install hypothesis"
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
