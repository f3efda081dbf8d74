"""Explore."""
from .page import explore
__all__ = ["explore"]
