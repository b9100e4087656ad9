"""What a tool returned, and how values show themselves."""

from .image import Image
from .table import Table
from .tool_result import Format, ToolResult

__all__ = ["Format", "Image", "Table", "ToolResult"]
