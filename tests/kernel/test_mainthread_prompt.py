"""Jobs in the main thread of IPython at a terminal: while the prompt waits, and between two."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.timeout(180)

BOUND_S = 60
CTRL_C = "\x03"
WHERE_IS_THE_CURSOR = b"\x1b[6n"
SETUP = (
    "import threading, time; from mcp_notebook.host.mainthread import MainThread; "
    "main = MainThread(get_ipython()); made = []; "
    "later = lambda job, s: threading.Timer(s, lambda: made.append(main.submit(job))).start(); "
    "say = lambda word: open('/dev/tty', 'w').write(f'<{word}>\\r\\n'); say('ready')"
)


class Prompt:
    """IPython on a terminal of its own, its controlling one, so that Ctrl-C is what it is."""

    def __init__(self) -> None:
        self._end, other = pty.openpty()
        code = (
            "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
            "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
        )
        options = ["--no-banner", "--no-confirm-exit", "--colors=nocolor"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, "-m", "IPython", *options],
            stdin=other, stdout=other, stderr=other, start_new_session=True,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "200", "LINES": "50"},
        )  # fmt: skip
        os.close(other)
        self._seen = ""

    def until(self, words: str) -> str:
        """Read until *words* are written; return what came before, and forget it."""
        deadline = time.monotonic() + BOUND_S
        while words not in self._seen:
            assert time.monotonic() < deadline, self._seen[-2_000:]
            if select.select([self._end], [], [], 0.1)[0]:
                read = os.read(self._end, 65536)
                if WHERE_IS_THE_CURSOR in read:
                    os.write(self._end, b"\x1b[1;1R")
                self._seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", read.decode(errors="replace"))
        before, _, self._seen = self._seen.partition(words)
        return before

    def type(self, line: str, enter: str = "\r") -> None:
        """Type a line."""
        os.write(self._end, (line + enter).encode())

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)
        os.close(self._end)


@pytest.fixture
def prompt():
    """IPython at its prompt, with a main thread that takes jobs."""
    started = Prompt()
    started.until("In [1]:")
    started.type(SETUP)
    started.until("<ready>")
    started.until("In [2]:")
    yield started
    started.close()


def test_a_job_runs_while_the_prompt_waits_and_the_prompt_comes_back(prompt):
    """What was typed meanwhile is still there."""
    prompt.type("later(lambda: say(threading.current_thread().name), 0.5)")
    prompt.until("<MainThread>")
    prompt.until("In [3]:")
    prompt.type("say(40 + 2)")
    prompt.until("<42>")


def test_a_job_waits_for_the_end_of_a_cell(prompt):
    """And comes before the next prompt."""
    prompt.type("later(lambda: say('job'), 0); time.sleep(1); say('cell')")
    assert "<job>" not in prompt.until("<cell>")
    prompt.until("<job>")


def test_ctrl_c_ends_a_job_at_the_prompt(prompt):
    """The terminal is as it is outside a prompt meanwhile; IPython goes on."""
    prompt.type("later(lambda: (say('began'), time.sleep(100)), 0.5)")
    prompt.until("<began>")
    prompt.type(CTRL_C, enter="")
    prompt.until("In [3]:")
    prompt.type("say(type(made[0].exception(30)).__name__)")
    prompt.until("<InterruptedFunctionError>")
