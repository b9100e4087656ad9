"""Progress values, totals and tokens that are none."""

from __future__ import annotations

from .behaviours import misbehaves
from .protocol import OPEN, Ask

SOLID = {"progress": 5.0, "total": 10.0, "message": "five"}
"""what stays on the bar where the value that follows is none"""
HUGE = "1" + "0" * 400
ENDLESS = "9" * 5_000


def solid(ask: Ask) -> None:
    """Report 5 of 10, which must stay."""
    ask.progress(5, total=10, message="five")


def _value(name: str, literal: str, says: str, **wanted: object) -> None:
    def play(ask: Ask) -> None:
        solid(ask)
        ask.progress_literal(progress=literal)
        ask.answer()

    play.__doc__ = says
    misbehaves(play, name=f"progress_{name}", **{**SOLID, **wanted})


def _rejected(name: str, literal: str) -> None:
    shown = literal if len(literal) < 20 else literal[:6] + "…"
    _value(name, literal, f"`progress` is {shown}", repairs=(("rejected", 1),))


for _name, _literal in {
    "nan": "NaN",
    "infinite": "Infinity",
    "minus_infinite": "-Infinity",
    "beyond_float": "1e400",
    "huge": HUGE,
    "minus_huge": "-" + HUGE,
    "negative": "-1",
    "string": '"7"',
    "boolean": "true",
    "null": "null",
    "list": "[7]",
    "dict": '{"value":7}',
}.items():
    _rejected(_name, _literal)


@misbehaves(**SOLID)
def progress_of_5000_digits(ask: Ask) -> None:
    """`progress` is an integer that Python does not read at all."""
    solid(ask)
    ask.progress_literal(progress=ENDLESS)
    ask.answer()


@misbehaves(**SOLID, repairs=(("rejected", 1),))
def progress_missing(ask: Ask) -> None:
    """There is no `progress`."""
    solid(ask)
    ask.notify("notifications/progress", {"progressToken": ask.token})
    ask.answer()


@misbehaves(**SOLID, repairs=(("held", 1),))
def progress_decreasing(ask: Ask) -> None:
    """3 after 5, same total."""
    solid(ask)
    ask.progress(3, total=10, message="five")
    ask.answer()


@misbehaves(**SOLID, repairs=(("held", 3),))
def progress_repeated(ask: Ask) -> None:
    """5, three times more."""
    for _ in range(4):
        solid(ask)
    ask.answer()


@misbehaves(progress=2.0, total=7.0, message="five", stage=1)
def progress_rescaled(ask: Ask) -> None:
    """2 of 7 after 5 of 10: another stage."""
    solid(ask)
    ask.progress(2, total=7)
    ask.answer()


@misbehaves(progress=30.0, total=10.0, message="five")
def progress_passes_total(ask: Ask) -> None:
    """30 of 10."""
    solid(ask)
    ask.progress(30, total=10)
    ask.answer()


@misbehaves(progress=1e308, total=1e-300, message="five")
def progress_of_an_infinite_share(ask: Ask) -> None:
    """1e308 of 1e-300."""
    solid(ask)
    ask.progress(1e308, total=1e-300)
    ask.answer()


def _total(name: str, literal: str, **wanted: object) -> None:
    def play(ask: Ask) -> None:
        solid(ask)
        ask.progress_literal(progress="6", total=literal)
        ask.answer()

    shown = literal if len(literal) < 20 else literal[:6] + "…"
    play.__doc__ = f"`total` is {shown}"
    wanted = {"progress": 6.0, "total": None, "message": "five", "repairs": (("totals", 1),), **wanted}
    misbehaves(play, name=f"total_{name}", **wanted)


for _name, _literal in {
    "zero": "0",
    "negative": "-3",
    "nan": "NaN",
    "infinite": "Infinity",
    "beyond_float": "1e400",
    "huge": HUGE,
    "string": '"10"',
    "boolean": "true",
    "list": "[]",
    "dict": "{}",
}.items():
    _total(_name, _literal)

_total("null", "null", repairs=())
_total("moving", "20", total=20.0, repairs=())
_total("shrinking", "2", total=2.0, repairs=())


@misbehaves(progress=6.0, message="five")
def total_missing_after_known(ask: Ask) -> None:
    """No `total` after one."""
    solid(ask)
    ask.progress(6)
    ask.answer()


def _token(name: str, literal: str) -> None:
    def play(ask: Ask) -> None:
        solid(ask)
        ask.progress_literal(progressToken=literal, progress="9")
        ask.answer()

    shown = literal if len(literal) < 20 else literal[:6] + "…"
    play.__doc__ = f"`progressToken` is {shown}"
    misbehaves(play, name=f"token_{name}", **SOLID, strays=1)


for _name, _literal in {
    "unknown": '"somebody-else"',
    "null": "null",
    "integer": "0",
    "float": "1.5",
    "boolean": "true",
    "list": "[1]",
    "dict": '{"a":1}',
    "empty": '""',
    "huge": '"' + "t" * 500_000 + '"',
}.items():
    _token(_name, _literal)


@misbehaves(**SOLID, strays=1)
def token_missing(ask: Ask) -> None:
    """There is no `progressToken`."""
    solid(ask)
    ask.notify("notifications/progress", {"progress": 9})
    ask.answer()


@misbehaves(**SOLID, strays=1)
def token_of_a_finished_call(ask: Ask) -> None:
    """Progress for the call before this one."""
    solid(ask)
    ask.progress(9, token=ask.server.finished)
    ask.answer()


@misbehaves(**SOLID, strays=2, over={"http": {"strays": 0}})
def token_after_the_answer(ask: Ask) -> None:
    """Progress when the call has ended (over HTTP its stream is closed then)."""
    solid(ask)
    ask.answer()
    ask.progress(9)
    ask.progress(10, total=10)


@misbehaves(pair=True, progress=40.0, total=100.0, message="theirs")
def token_of_another_call(ask: Ask) -> str | None:
    """Progress of call A comes on the stream of call B, and the other way round."""
    first = ask.server.pair(ask)
    if first is None:
        return OPEN
    first.progress(40, token=ask.token, total=100, message="theirs")
    ask.progress(40, token=first.token, total=100, message="theirs")
    first.answer()
    first.wire.end()
    ask.answer()
    return None


@misbehaves(**SOLID, repairs=(("rejected", 1),))
def progress_with_an_id(ask: Ask) -> None:
    """`notifications/progress` as a request, and once more without a number."""
    solid(ask)
    ask.send(id="x", method="notifications/progress", params={"progressToken": ask.token, "progress": 9})
    ask.notify("notifications/progress", {"progressToken": ask.token, "progress": None})
    ask.answer()


def _params(name: str, literal: str) -> None:
    def play(ask: Ask) -> None:
        solid(ask)
        ask.wire.message(f'{{"jsonrpc":"2.0","method":"notifications/progress","params":{literal}}}')
        ask.answer()

    play.__doc__ = f"`params` of a progress notification is {literal}"
    over = {"memory": {"strays": 0}, "sse": {"strays": 0}}
    misbehaves(play, name=f"params_{name}", **SOLID, strays=1, over=over)


for _name, _literal in {"list": "[]", "string": '"5"', "number": "5"}.items():
    _params(_name, _literal)


@misbehaves(**SOLID, strays=2)
def params_missing(ask: Ask) -> None:
    """A progress notification without `params`, and with null."""
    solid(ask)
    ask.notify("notifications/progress")
    ask.send(method="notifications/progress", params=None)
    ask.answer()
