"""A command on a terminal of its own, and what it writes."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess

CTRL_C = "\x03"


def in_terminal(command: list[str], typed: str, *answers: tuple[str, str]) -> str:
    """Run a command on a terminal of its own and return what it wrote.

    Each of *answers* is typed once its first part has been seen, after what was seen for the one before.
    A Ctrl-C that shows nothing is pressed again, as a person does: one that comes just before Python's
    `input` begins to wait is not heard until the next key.
    """
    main, child = pty.openpty()
    process = subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, start_new_session=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    )  # fmt: skip
    os.close(child)
    os.write(main, typed.encode())
    output = b""
    waiting, since, pressed = list(answers), len(typed), -1
    try:
        while process.poll() is None or select.select([main], [], [], 0.2)[0]:
            if select.select([main], [], [], 1)[0]:
                output += os.read(main, 65536)
            elif pressed == len(output):
                process.send_signal(signal.SIGINT)
            if waiting and waiting[0][0] in output.decode(errors="replace")[since:]:
                since = len(output.decode(errors="replace"))
                answer = waiting.pop(0)[1]
                if answer == CTRL_C:
                    process.send_signal(signal.SIGINT)  # what the terminal makes of it
                    pressed = len(output)
                else:
                    os.write(main, answer.encode())
    except OSError:
        pass
    finally:
        os.close(main)
        process.wait(30)
    return output.decode(errors="replace")
