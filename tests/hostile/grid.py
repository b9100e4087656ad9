"""The matrix as parameters of a test: a cell with a known fault fails until that is mended."""

from __future__ import annotations

import pytest

from .behaviours import MISBEHAVIOURS
from .catalogue import cells
from .observing import Way, agrees


def grid(*groups: str) -> pytest.MarkDecorator:
    """Return the cells of *groups*, each with the name of its way."""
    return pytest.mark.parametrize(
        ("name", "one"),
        [
            pytest.param(
                name,
                one,
                id=f"{name}-{one.name}",
                marks=[pytest.mark.xfail(strict=True, reason=bug)] if (bug := one.bug_of(name)) else [],
            )
            for name, one in cells(*groups)
        ],
    )


def differences(way: Way, name: str) -> list[str]:
    """Return in what the misbehaviour called *name* does not look as the table says."""
    one = MISBEHAVIOURS[name]
    beside = [other for other in MISBEHAVIOURS.values() if other.group == one.group]
    return agrees(way.seen(one, beside), one.wanted_by(way.name))
