"""What a function prints is taken, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import io
import sys
import threading

import pytest

from mcp_notebook.host.capture import KEPT, Outcome, Stream, captured, captured_async, printing


def test_both_streams_are_taken_in_their_order(capsys):
    """And handed back with the value."""
    outcome = captured(lambda: (print("a"), print("b", file=sys.stderr), sys.stdout.writelines(["c"]), 5)[-1])

    assert outcome == Outcome(5, None, "a\nb\nc")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(1)])
def test_an_error_is_an_outcome_too(error):
    """With what was printed before."""

    def fail():
        print("before")
        raise error

    assert captured(fail) == Outcome(None, error, "before\n")


def test_other_threads_print_where_they_always_did(capsys):
    """Also one that the function starts."""

    def job():
        thread = threading.Thread(target=lambda: print("theirs"))
        thread.start()
        thread.join()
        print("mine")

    assert captured(job).printed == "mine\n"
    assert capsys.readouterr().out == "theirs\n"


def test_the_streams_are_put_back():
    """After the last of several, whatever failed."""
    before = sys.stdout, sys.stderr
    with printing():
        captured(lambda: 1 / 0)
        assert isinstance(sys.stdout, Stream)
    assert (sys.stdout, sys.stderr) == before


def test_a_function_inside_another_keeps_its_own(capsys):
    """As when a blocked one lets another run."""

    def outer():
        print("outer")
        inner = contextvars.Context().run(captured, lambda: print("inner"))
        print("again")
        return inner.printed

    assert captured(outer) == Outcome("inner\n", None, "outer\nagain\n")


def test_a_redirection_of_the_functions_own_holds():
    """It is nearer."""

    def job():
        with contextlib.redirect_stdout(io.StringIO()) as own:
            print("redirected")
        print("plain")
        return own.getvalue()

    assert captured(job) == Outcome("redirected\n", None, "plain\n")


def test_a_redirection_that_outlives_the_function_holds_too():
    """`%%capture` in a cell, while a function ends in its thread."""
    before = sys.stdout
    with printing():
        inside = contextlib.redirect_stdout(io.StringIO())
        own = inside.__enter__()
    print("redirected")
    inside.__exit__(None, None, None)
    with printing() as printed:
        print("later")

    assert own.getvalue() == "redirected\n"
    assert printed.text == "later\n"
    sys.stdout = before


def test_what_it_leaves_running_prints_to_the_notebook_again(capsys):
    """Its answer has gone."""
    kept = captured(contextvars.copy_context).value
    kept.run(print, "afterwards")

    assert capsys.readouterr().out == "afterwards\n"


def test_only_the_end_is_kept_of_very_much():
    """Memory is bounded."""
    outcome = captured(lambda: [print("x" * 1_000) for _ in range(1_000)] and print("end"))

    assert len(outcome.printed) == KEPT
    assert outcome.printed.endswith("end\n")


def test_a_function_sees_no_terminal():
    """So that bars draw plain lines."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    stream = Stream(Terminal())
    assert stream.isatty()
    assert captured(stream.isatty).value is False


def test_coroutines_are_taken_likewise_and_side_by_side():
    """Each has what it printed itself; being cancelled is no outcome."""

    async def talk(name):
        for n in range(3):
            print(name, n)
            await asyncio.sleep(0)

    async def fail():
        print("before")
        raise SystemExit

    async def all_of_them():
        both = await asyncio.gather(*(captured_async(lambda n=n: talk(n)) for n in "ab"))
        failed = await captured_async(fail)
        stuck = asyncio.ensure_future(captured_async(asyncio.Event().wait))
        await asyncio.sleep(0)
        stuck.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await stuck
        return both, failed, stuck.cancelled()

    both, failed, cancelled = asyncio.run(all_of_them())
    assert [o.printed for o in both] == ["a 0\na 1\na 2\n", "b 0\nb 1\nb 2\n"]
    assert (type(failed.error), failed.printed, cancelled) == (SystemExit, "before\n", True)
