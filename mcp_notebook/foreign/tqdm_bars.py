"""Bars of tqdm as loops: `tqdm`, `trange` and all that derives from them.

- Iterated over (`for x in tqdm(xs)`): the count is exact, also where tqdm's own
  `n` lags behind, because tqdm is lent an iterator that counts itself in C.
  That goes for `disable=True`, too.
- Counted by hand (`update`), and with `async for`: `bar.n` is read, which is exact.
- Begun before the block: seen once it is drawn, as exact as what it draws.

To stop one, its `miniters` is given a value that raises when it is compared:
`update` and tqdm's `for` do that at each step, and nothing else does.

Not seen: a bar without an iterable that is disabled (tqdm does not count it),
and one that is begun before the block and not drawn inside it.
"""

from __future__ import annotations

import functools
import sys
import weakref
from collections.abc import AsyncIterator, Callable
from types import CodeType, FrameType, ModuleType
from typing import Any

from ..progress.state import number
from ..tracking.loop import Loop
from . import capturing, closing, iterating
from .bar import ForeignBar, lend, scalar
from .patching import Patch, around, harmless

_bars: weakref.WeakKeyDictionary[Any, TqdmBar] = weakref.WeakKeyDictionary()
_named: weakref.WeakKeyDictionary[Any, tuple[str, str | None]] = weakref.WeakKeyDictionary()
"""what disabled bars were called; tqdm drops that, and their units"""


class Refusal:
    """A number of steps that raises when a bar compares its own with it."""

    __array_ufunc__ = None  # a count of numpy asks us, not its arrays

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    def __le__(self, other: object) -> bool:
        raise self._loop.stopped()

    def __gt__(self, other: object) -> bool:
        return False  # tqdm's monitor asks whether it should be reset


class TqdmBar(ForeignBar):
    """A loop that stands for a bar of tqdm."""

    def __init__(self, loop: Loop, prefix: str, bar: Any) -> None:
        self._bar = weakref.ref(bar)
        super().__init__(loop, prefix)
        _bars[bar] = self

    def read(self) -> None:
        bar, loop = self._bar(), self.loop
        if bar is None:
            if loop.twin is self and loop.by_hand:
                loop.end(closing.freed(loop))
            return
        self.call_it(_name(bar)[0])
        loop.total = scalar(bar.total)
        postfix = getattr(bar, "postfix", None)
        loop.message = None if postfix is None or postfix == "" else postfix
        if loop.by_hand:
            loop.n = scalar(bar.n)

    @harmless
    def look(self) -> None:
        self.read()
        bar = self._bar()
        if bar is None or not self.loop.by_hand or self.loop.twin is not self:
            return
        if bar.disable:  # closed after the block had ended, when nobody was told
            self.loop.end(closing.by_count(self.loop))
        elif self.loop.stopping is not None:
            self.refuse()  # again, should tqdm have set its own in the meantime

    def refuse(self) -> None:
        bar = self._bar()
        if bar is not None and type(bar.miniters) is not Refusal:
            bar.miniters = Refusal(self.loop)


class Lending:
    """The attribute `iterable` of every bar: tqdm's own `for` gets it counted, all others as it is."""

    def __init__(self, loops_in: CodeType) -> None:
        self._loops_in = loops_in

    def __get__(self, bar: Any, kind: type | None = None) -> Any:
        if bar is None:
            raise AttributeError("iterable")
        try:
            source = bar.__dict__["iterable"]
        except KeyError:
            raise AttributeError("iterable") from None
        asking = sys._getframe(1).f_code  # noqa: SLF001
        if asking is not self._loops_in or not iterating.iterable(source) or iterating.tracked(source):
            return source
        return lend(source, functools.partial(_iterated, bar))

    def __set__(self, bar: Any, source: Any) -> None:
        bar.__dict__["iterable"] = source


def patches(std: ModuleType) -> list[Patch]:
    """Patch the class that all bars derive from."""
    kind = std.tqdm
    return [
        around(kind, "__init__", _init),
        around(kind, "refresh", _refresh),
        around(kind, "reset", _reset),
        around(kind, "close", _close),
        Patch(kind, "iterable").put(Lending(kind.__iter__.__code__)),
    ]


def async_patches(module: ModuleType) -> list[Patch]:
    """Patch the class that an `async for` iterates over."""
    return [around(module.tqdm_asyncio, "__aiter__", _aiter)]


def _init(original: Callable[..., None], bar: Any, *args: Any, **kwargs: Any) -> None:
    original(*args, **kwargs)
    if bar.disable:
        label = kwargs.get("desc", args[1] if len(args) > 1 else None)
        _named[bar] = (str(label or ""), kwargs.get("unit"))
    elif bar.iterable is None:
        _begin(bar, by_hand=True)


def _refresh(original: Callable[..., Any], bar: Any, *args: Any, **kwargs: Any) -> Any:
    if bar not in _bars and not bar.disable and not kwargs.get("nolock") and _in_work(bar):
        _begin(bar, by_hand=True)
    return original(*args, **kwargs)


def _reset(original: Callable[..., Any], bar: Any, *args: Any, **kwargs: Any) -> Any:
    known = _bars.get(bar)
    again = known is not None and known.loop.by_hand and not bar.disable and bool(bar.n)
    if known is not None and again:
        known.close(sys._getframe(2))  # noqa: SLF001
    result = original(*args, **kwargs)
    if again:
        _begin(bar, by_hand=True)
    return result


def _close(original: Callable[..., Any], bar: Any, *args: Any, **kwargs: Any) -> Any:
    known = _bars.get(bar)
    if known is not None:
        known.close(sys._getframe(2))  # noqa: SLF001
    return original(*args, **kwargs)


def _aiter(original: Callable[..., AsyncIterator[Any]], bar: Any) -> AsyncIterator[Any]:
    if bar not in _bars and not bar.disable:
        begun = _begin(bar, by_hand=True)
        user = closing.outside(sys._getframe(2))  # noqa: SLF001
        if begun is not None and user is not None:
            begun.loop.code = user.f_code
    return original()


@harmless
def _iterated(bar: Any, _frame: FrameType) -> tuple[TqdmBar, int] | None:
    known = _bars.get(bar)
    if known is None or not (known.loop.running and known.loop.by_hand):
        known = _begin(bar, by_hand=False)
    if known is None:
        return None
    closed = bar.disable and hasattr(bar, "unit")  # it goes on giving items, but counts no more
    return known, 0 if closed else int(number(scalar(bar.n)) or 0)


@harmless
def _begin(bar: Any, *, by_hand: bool) -> TqdmBar | None:
    label, unit = _name(bar)
    begun = capturing.begin(label, scalar(bar.total), unit, by_hand=by_hand)
    return TqdmBar(*begun, bar) if begun is not None else None


@harmless
def _in_work(bar: Any) -> bool:
    done, total = number(scalar(bar.n)), number(scalar(bar.total))
    return done is not None and done != bar.initial and (total is None or done < total)


def _name(bar: Any) -> tuple[str, str | None]:
    """Return what *bar* is called, and its unit where somebody has named one."""
    label, unit = _named.get(bar, ("", None))
    label = str(getattr(bar, "desc", None) or label).strip().removesuffix(":").rstrip()
    unit = str(getattr(bar, "unit", unit) or "").strip()
    return label, unit if unit not in ("", "it") else None
