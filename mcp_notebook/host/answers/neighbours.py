"""Recognise the values of libraries that this package never imports.

Rules: a library that isn't loaded has made no value; a name that a version of it
lacks is simply not recognised.
"""

from __future__ import annotations

import sys
from typing import Any


def is_a(value: Any, module: str, *names: str) -> bool:
    """Return whether *value* is an instance of one of the classes *names* of the loaded *module*."""
    loaded = sys.modules.get(module)
    kinds = tuple(kind for name in names if isinstance(kind := getattr(loaded, name, None), type))
    return isinstance(value, kinds)


def is_numpy(value: Any) -> bool:
    """Return whether *value* is a numpy array or scalar."""
    return is_a(value, "numpy", "ndarray", "generic")


def is_missing(value: Any) -> bool:
    """Return whether *value* is pandas' `NA` or `NaT`."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and (
        value is getattr(pandas, "NA", pandas) or value is getattr(pandas, "NaT", pandas)
    )


def is_pandas(value: Any) -> bool:
    """Return whether *value* is a DataFrame or a Series of pandas."""
    return is_a(value, "pandas", "DataFrame", "Series")


def is_polars(value: Any) -> bool:
    """Return whether *value* is a DataFrame or a Series of polars."""
    return is_a(value, "polars", "DataFrame", "Series")


def is_artist(value: Any) -> bool:
    """Return whether *value* is something that matplotlib draws: a figure, axes, lines."""
    return is_a(value, "matplotlib.artist", "Artist")


def is_pil(value: Any) -> bool:
    """Return whether *value* is a picture of Pillow."""
    return is_a(value, "PIL.Image", "Image")


def overrides_repr(value: Any) -> bool:
    """Return whether *value* says more of itself than its address."""
    return getattr(type(value), "__repr__", None) is not object.__repr__
