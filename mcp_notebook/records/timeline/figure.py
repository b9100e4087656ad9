"""The figure that shows itself, in any kernel: nothing of `pyplot` is imported, or needed.

It shows itself once, sharp and transparent, whatever `%matplotlib` was told: the formatter that the inline
backend registers for all figures would crop it.
"""

from __future__ import annotations

import base64
import io
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

DPI = 100
FINE = 2
"""pixels of the picture for each that it is shown with: sharp on fine screens"""


class Timeline(Figure):
    """A matplotlib figure; IPython asks it for its picture."""

    def __init__(self, words: str, size: tuple[float, float]) -> None:
        super().__init__(figsize=size, dpi=DPI, facecolor="none", edgecolor="none")
        FigureCanvasAgg(self)
        self._words = words

    def __repr__(self) -> str:
        return f"<Timeline of {self._words}; .savefig('timeline.png') writes it>"

    def _ipython_display_(self) -> None:
        from IPython.display import display

        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)

    def _repr_mimebundle_(
        self,
        include: Any = None,  # noqa: ARG002
        exclude: Any = None,  # noqa: ARG002
    ) -> tuple[dict[str, str], dict[str, dict[str, int]]]:
        """Return the picture and its size on the screen."""
        picture = io.BytesIO()
        self.savefig(
            picture, format="png", dpi=DPI * FINE, facecolor="none", edgecolor="none", bbox_inches=None
        )
        width, height = (round(inches * DPI) for inches in self.get_size_inches())
        data = {"image/png": base64.b64encode(picture.getvalue()).decode(), "text/plain": repr(self)}
        return data, {"image/png": {"width": width, "height": height}}
