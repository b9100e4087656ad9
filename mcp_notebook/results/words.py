"""Say how much there is: sizes and counts as a person reads them."""

from __future__ import annotations

_STEP = 1_000
_DIGITS = 10  # from here on, no decimal


def size(count: int) -> str:
    """Return a number of bytes as `812 bytes`, `12 kB` or `3.4 MB`."""
    if count < _STEP:
        return counted(count, "byte")
    value = count / _STEP
    units = ["kB", "MB", "GB"]
    while round(value) >= _STEP and len(units) > 1:
        value /= _STEP
        units.pop(0)
    return f"{value:.1f} {units[0]}" if value < _DIGITS else f"{value:.0f} {units[0]}"


def counted(count: int, noun: str) -> str:
    """Return `1 row` or `1,234 rows`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def more(count: int, noun: str) -> str:
    """Return the line that stands for *count* things left out: `… 1,234 more rows`."""
    return f"… {count:,} more {noun if count == 1 else noun + 's'}"
