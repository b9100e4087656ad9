"""A served kernel to attack: its main thread works, another one answers what is asked on stdin.

Each line is a JSON object with `do`; each answer is one line. `serve`, `stop`
and `loop` are done in the main thread, one after another, as cells are; the
rest is answered at once.
"""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import os
import queue
import sys
import threading
import time
from pathlib import Path

import mcp_notebook as mcpn
from mcp_notebook.host import strangers
from mcp_notebook.runtime import runtime

JOBS: queue.SimpleQueue = queue.SimpleQueue()
LOG = io.StringIO()


def tell(**what) -> None:
    """Write one answer."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def listen() -> None:
    """Answer what can be answered beside a busy main thread, queue the rest."""
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "state":
            tell(**state())
        elif command["do"] == "log":
            tell(text=LOG.getvalue())
        elif command["do"] == "loops":
            tell(loops=[[str(one.label), one.status, one.progress] for one in mcpn.loops()])
        else:
            JOBS.put(command)
    os._exit(0)


def state() -> dict:
    """Return what this process holds."""
    current = runtime()
    gc.collect()
    server = current.server
    memory = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmRSS"))
    return {
        "fds": len(list(Path("/proc/self/fd").iterdir())),
        "threads": sorted(one.name for one in threading.enumerate()),
        "tasks": len(asyncio.all_tasks(current.loop)),
        "connections": len(server._door._server.server_state.connections),
        "sessions": len(server._app.server.session_manager._server_instances),
        "kib": int(memory.split()[1]),
    }


def do_serve(port: int = 0) -> None:
    """Serve, and say where, or why not."""
    try:
        server = mcpn.serve(name="victim", port=port)
    except mcpn.MCPNotebookError as error:
        return tell(error=str(error))
    token = server.headers["Authorization"].removeprefix("Bearer ")
    return tell(port=server.port, token=token, path=str(server._path))


def do_stop() -> None:
    """Stop serving, and say how long it took."""
    began = time.monotonic()
    mcpn.serve().stop()
    tell(took=time.monotonic() - began)


def do_loop(label: str, steps: int, seconds: float) -> None:
    """Track a loop in the main thread; say that it began, and how it ended."""
    tell(began=True)
    done = 0
    for _ in mcpn.track(range(steps), label):
        time.sleep(seconds)
        done += 1
    tell(done=done)


@mcpn.tool(thread=True)
def echo(text: str = "", numbers: list | None = None) -> dict:
    """Return what came."""
    return {"text": text, "numbers": numbers}


def main() -> None:
    """Do the jobs, one after another."""
    logging.basicConfig(level=logging.DEBUG, stream=LOG)
    threading.Thread(target=listen, name="listen", daemon=True).start()
    strangers.PATIENCE_S = float(sys.argv[1])
    tell(ready=os.getpid())
    while True:
        job = JOBS.get()
        globals()[f"do_{job.pop('do')}"](**job)


if __name__ == "__main__":
    main()
