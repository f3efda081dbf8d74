"""The entry point that Hypothesis calls on import, so that ``from_type(Value)`` draws Values."""

from __future__ import annotations

from hypothesis import strategies as st

from ..value import Value
from .strategies import values


def register() -> None:
    """Register a strategy for `Value` with Hypothesis."""
    st.register_type_strategy(Value, values())
