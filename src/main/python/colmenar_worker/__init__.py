"""Runs Python functions and commands for a Colmenar server.

User code needs nothing from this package. It may call :func:`progress`, and a function with a
parameter named ``_resources`` receives a :class:`Resources`.
"""

from .attempt import progress
from .resources import Resources

__all__ = ["Resources", "progress"]
