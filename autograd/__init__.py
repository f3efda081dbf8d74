"""A minimal scalar autograd engine, for people who derive backprop by hand.

The engine is `Value`, the functions of Values, and `gradients`. The functional interface has `grad`, `jacobian`,
`hessian`, `vmap`, and others. `compile` runs a scalar function at the speed of NumPy. Everything reads the table of
primitives, `primitives.table`; add your own with `primitive`.
"""

from os.path import exists as _exists
from typing import TYPE_CHECKING, Any
from warnings import warn as _warn

from . import functions
from .backprop import ancestry, gradients, zero_grad
from .batch import mean, vmap
from .errors import FrozenError, GraphError, NonFiniteError
from .extend import primitive
from .functional import grad, hessian, hvp, jacobian, jvp, value_and_grad
from .functions import *  # noqa: F403 - the names are those of the table
from .primitives import Kink, Primitive, Region
from .recording import no_grad
from .value import Value

if TYPE_CHECKING:
    from .compiler import compile

__version__ = "0.2.0"

__all__ = [
    "FrozenError",
    "GraphError",
    "Kink",
    "NonFiniteError",
    "Primitive",
    "Region",
    "Value",
    "ancestry",
    "compile",
    "grad",
    "gradients",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "mean",
    "no_grad",
    "primitive",
    "value_and_grad",
    "vmap",
    "zero_grad",
]
__all__ += functions.__all__


if _exists(__file__.replace("__init__", "tracer")):
    _warn(
        f"{__file__} of scalar-autograd is in the same folder as files of HIPS autograd: both packages are imported as "
        f"autograd, and the one that was installed later has overwritten parts of the other. Run pip uninstall "
        f"autograd scalar-autograd, and install the one that you want; or install each in its own environment",
        RuntimeWarning,
        stacklevel=2,
    )


_READERS = ("derive", "draw", "explore", "proofread")  # packages that are imported by those who use them


def __getattr__(name: str) -> Any:
    if name == "compile":  # imported on demand, because it needs NumPy
        from .compiler import compile

        globals()["compile"] = compile
        return compile
    hint = f"; write from autograd.{name} import {name}" if name in _READERS else ""
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")
