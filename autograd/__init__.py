"""A minimal scalar autograd engine, for people who derive backprop by hand.

The engine: `Value`, the functions of it, and `gradients`. The functional face: `grad`, `jacobian`, `hessian`, `vmap`, …
At NumPy's speed: `compile`. The table of primitives, which everything reads: `primitives.table`; add your own with
`primitive`.
"""

from os.path import exists as _exists
from typing import TYPE_CHECKING, Any
from warnings import warn as _warn

from .backprop import ancestry, gradients, zero_grad
from .batch import mean, vmap
from .errors import FrozenError, GraphError, NonFiniteError
from .extend import primitive
from .functional import grad, hessian, hvp, jacobian, jvp, value_and_grad
from .functions import (
    abs,
    atan,
    binary_cross_entropy_with_logits,
    cos,
    cosh,
    dot,
    exp,
    expm1,
    gelu,
    leaky_relu,
    log,
    log1p,
    logsigmoid,
    logsumexp,
    maximum,
    minimum,
    normal_cdf,
    normal_pdf,
    pow,
    relu,
    sigmoid,
    sign,
    sin,
    sinh,
    softmax_cross_entropy,
    softplus,
    sqrt,
    sum,
    tan,
    tanh,
    where,
)
from .primitives import Kink, Primitive, Region
from .recording import no_grad
from .value import Value

if TYPE_CHECKING:
    from .compiler import compile

__version__ = "0.1.0"

__all__ = [
    "FrozenError",
    "GraphError",
    "Kink",
    "NonFiniteError",
    "Primitive",
    "Region",
    "Value",
    "abs",
    "ancestry",
    "atan",
    "binary_cross_entropy_with_logits",
    "compile",
    "cos",
    "cosh",
    "dot",
    "exp",
    "expm1",
    "gelu",
    "grad",
    "gradients",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "leaky_relu",
    "log",
    "log1p",
    "logsigmoid",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "no_grad",
    "normal_cdf",
    "normal_pdf",
    "pow",
    "primitive",
    "relu",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "softmax_cross_entropy",
    "softplus",
    "sqrt",
    "sum",
    "tan",
    "tanh",
    "value_and_grad",
    "vmap",
    "where",
    "zero_grad",
]


if _exists(f"{__path__[0]}/tracer.py"):
    _warn(
        f"files of HIPS autograd lie in {__path__[0]}, the folder of scalar-autograd: the two have one import name, "
        f"and the one that was installed later has overwritten parts of the other. Run pip uninstall autograd "
        f"scalar-autograd, and install the one that you want; or give each an environment of its own",
        RuntimeWarning,
        stacklevel=2,
    )


def __getattr__(name: str) -> Any:
    if name == "compile":  # which brings NumPy along, and the engine does without
        from .compiler import compile

        globals()["compile"] = compile
        return compile
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
