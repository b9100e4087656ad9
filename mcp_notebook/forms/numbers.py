"""Text → numbers, exactly, or words that say what is wrong with it.

Rules: an integer keeps every digit, a number written with a point or an exponent
is a float; what no JSON number can be (nan, infinity) and what two countries read
differently (a comma) is refused, never guessed.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation

from .values import DIGITS

_WHOLE = re.compile(r"[+-]?\d+(?:_\d+)*", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_ENDLESS = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)
_TOO_LONG = f"has more than {DIGITS:,} digits"


class NotANumberError(ValueError):
    """The text is no such number; the message says why, after the name of the field."""


def integer(text: str) -> int:
    """Return the whole number that *text* is ("12", "1e3", "4.0"); raises `NotANumberError`."""
    bare = _plain(text, "a whole number")
    if _WHOLE.fullmatch(bare):
        return _whole(bare)
    try:
        exact = Decimal(bare.replace("_", ""))
    except InvalidOperation:  # an exponent beyond reason
        raise NotANumberError("is too large") from None
    if exact and exact.adjusted() >= DIGITS:
        raise NotANumberError(_TOO_LONG)
    if (exact and exact.adjusted() < 0) or exact != exact.to_integral_value():
        raise NotANumberError("must be a whole number")
    return int(exact)


def number(text: str) -> int | float:
    """Return the number that *text* is; "1" is an int and "1.0" a float; raises `NotANumberError`."""
    bare = _plain(text, "a number")
    if _WHOLE.fullmatch(bare):
        return _whole(bare)
    value = float(bare)
    if not math.isfinite(value):
        raise NotANumberError("is too large")
    return value


def _plain(text: str, wanted: str) -> str:
    bare = text.strip().replace("\N{MINUS SIGN}", "-")
    if _ENDLESS.fullmatch(bare):
        raise NotANumberError("must be a finite number")
    if len(bare) > DIGITS * 2:
        raise NotANumberError(_TOO_LONG)
    if not _NUMBER.fullmatch(bare):
        if "," in bare:
            raise NotANumberError("has a comma: write 1.5 with a point, 1000 without separators")
        raise NotANumberError(f"must be {wanted}")
    return bare


def _whole(bare: str) -> int:
    if sum(c.isdigit() for c in bare) > DIGITS:
        raise NotANumberError(_TOO_LONG)
    return int(bare)
