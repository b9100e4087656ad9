"""What a function returned, printed or raised, as an MCP result."""

from .answer import answer, error
from .failures import failure

__all__ = ["answer", "error", "failure"]
