"""What Hypothesis runs when it is imported, by its entry point: so that ``from_type(Value)`` draws Values."""

from __future__ import annotations

from hypothesis import strategies as st

from ..value import Value
from .strategies import values


def register() -> None:
    """Tell Hypothesis how to make a `Value`."""
    st.register_type_strategy(Value, values())
