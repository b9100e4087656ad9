"""The hostile server as a child process: `python -S -m hostile.serve stdio|http ERA [GREETING]`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from .catalogue import server


class Pipe:
    """Stdout: one message a line."""

    kind = ""

    def message(self, text: str) -> None:
        """Write a line."""
        self.raw(text.encode("utf-8", "surrogatepass") + b"\n")

    def messages(self, texts: Iterable[str]) -> None:
        """Write many lines at once."""
        self.raw("".join(f"{text}\n" for text in texts).encode())

    def raw(self, data: bytes) -> None:
        """Write bytes."""
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    def end(self) -> None:
        """Stay open."""


def main() -> None:
    """Serve until stdin ends."""
    transport, era, *rest = sys.argv[1:]
    if transport == "http":
        from .serve_http import serve

        serve(era)
        return
    hostile, pipe = server(era, *rest), Pipe()
    for line in sys.stdin.buffer:
        hostile.hear(json.loads(line), pipe)


if __name__ == "__main__":
    main()
