"""A notebook that serves, shows everything it can, and fails in many ways: what is saved holds no token."""

from __future__ import annotations

import json
import os

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.timeout(180)

BEGIN = """
import json, os, pathlib, logging, pprint, subprocess, sys, traceback
%load_ext mcp_notebook
%mcp_serve
import mcp_notebook as mcpn
server = mcpn.serve()
pathlib.Path({path!r}).write_text(json.dumps([server.port, server.headers["Authorization"].split()[1]]))
"""

SHOWS = """
server
###
print(server, [server], {"it": server}, f"{server} {server!r}")
###
server.headers
###
print(server.headers, [server.headers], f"{server.headers}", str(server.headers))
###
server.headers["Authorization"]
###
pprint.pprint(server.headers); server.command
###
server?
###
server.headers?
###
%mcp_serve
###
%mcp_servers
###
%mcp_jobs
###
%whos
###
%config MCPMagics
###
me = mcpn.connect(server, name="me")
me
###
mcpn.connections()
###
%mcp_servers
###
%mcp_tools me
###
print(me.call("list_loops").raw, me.start("list_loops"), me.tools)
###
for _ in mcpn.track(range(3), "loop"): pass
mcpn.loops()
###
%xmode Verbose
###
raise RuntimeError(server, server.headers)
###
me.call("watch_loop", loop="nope")
###
me.call("nope")
###
def fails(server, headers):
    raise RuntimeError("with locals")
fails(server, server.headers)
###
subprocess.run([sys.executable, "-c", "import os; print(os.environ)"], capture_output=True, text=True)
###
print(dict(os.environ), sys.argv, subprocess.run(["ps", "axww"], capture_output=True, text=True).stdout)
###
%mcp_serve --stop
###
server
###
me.call("list_loops")
###
me
###
%mcp_servers
###
me.close()
"""

INSIDE = """
vars(server)
###
def fails(server, headers):
    raise RuntimeError("with all locals")
try:
    fails(server, server.headers)
except RuntimeError as error:
    print("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))
###
vars(server._door), vars(server._door._app), vars(server._door._server)
###
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, force=True)
print(mcpn.connect(server, name="me").call("list_loops"))
###
logging.disable()
mcpn.connect(server.url, headers={"Authorization": "Bearer wrong"})
###
import gc
from mcp_notebook.host.guard import Guard
[vars(one) for one in gc.get_objects() if isinstance(one, Guard)]
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Run a notebook; return what is saved of each cell, and what must not be in it: the port, and the token."""
    home = tmp_path_factory.mktemp("secrets")
    secret = home / "secret.json"
    sources = [BEGIN.format(path=str(secret)), *f"{INSIDE}###{SHOWS}".split("###\n")]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one.strip()) for one in sources])
    quiet = ["--log-level=ERROR"]
    client = NotebookClient(
        notebook, timeout=60, kernel_name="python3", allow_errors=True, extra_arguments=quiet
    )
    client.execute(env={**os.environ, "JUPYTER_RUNTIME_DIR": str(home)})
    port, token = json.loads(secret.read_text())
    return [json.dumps(cell) for cell in notebook.cells], str(port), token


def test_a_saved_notebook_holds_no_token(saved):
    """Whatever is displayed, printed, looked into, logged and raised."""
    cells, _, token = saved
    text = "".join(cells)

    assert "MCP server" in text
    assert "_door" in text
    assert "DEBUG" in text
    assert "with locals" in text
    assert token not in text


def test_a_saved_notebook_holds_no_address_either(saved):
    """Unless its author looks into the parts of a server, or has an HTTP client log what it does."""
    cells, port, _ = saved
    shown = [cells[0], *cells[1 + INSIDE.count("###") + 1 :]]

    assert "MCP server" in "".join(shown)
    assert [cell for cell in shown if f":{port}" in cell or f"port {port}" in cell] == []


def test_serving_again_otherwise_is_an_error_without_the_address(hasty):
    """The name says which server it is."""
    error = hasty.ask(do="serve", port=hasty.port - 1)["error"]

    assert "is served already" in error
    assert hasty.token not in error
    assert str(hasty.port) not in error
