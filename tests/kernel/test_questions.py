"""A server asks while the cell blocks: the form below the bar is heard, judged and answered."""

from __future__ import annotations

import itertools

import pytest

pytestmark = pytest.mark.timeout(180)

TRAIN = "%mcp_call demo.train_model delay=0.05"
_numbers = itertools.count()


class Form:
    """A question's form as the front end has it."""

    def __init__(self, kernel, cell, number: int) -> None:
        """Wait for the cell's form of that *number* to be opened, and say that it is drawn."""
        kernel.until(lambda: len(forms(cell)) > number)
        opened = forms(cell)[number]["content"]
        self._kernel, self._cell = kernel, cell
        self.id = opened["comm_id"]
        self.state = opened["data"]["state"]["state"]
        self._tell(type="ready")

    def press(self, button: str, /, **fields) -> None:
        """Press a button, the fields filled in."""
        self._tell(type="button", name=button, entry={"fields": fields, "extra": []})

    def refused(self) -> dict[tuple, str]:
        """Wait until something was refused; return what, by its place."""
        self._kernel.until(lambda: any(m["type"] == "faults" for m in self._cell.told(self.id)))
        told = [m for m in self._cell.told(self.id) if m["type"] == "faults"][-1]
        return {tuple(fault["path"]): fault["message"] for fault in told["faults"]}

    def _tell(self, **message) -> None:
        self._kernel.tell(self.id, {"id": f"m{next(_numbers)}", **message})


def forms(cell):
    """Return the messages that opened a form."""
    states = [(m, m["content"]["data"].get("state", {})) for m in cell.of("comm_open")]
    return [m for m, state in states if state.get("_model_module") == "anywidget"]


def test_a_question_is_answered_while_the_cell_blocks(kernel):
    """Two rounds, one refused answer, one bar; the receipt tells what was asked and answered."""
    cell = kernel.begin(TRAIN)
    plan = Form(kernel, cell, 0)
    assert plan.state["title"] == "demo asks"
    assert plan.state["message"] == "How should the model be trained?"
    assert [field["name"] for field in plan.state["spec"]["fields"]] == [
        "dataset",
        "epochs",
        "augment",
        "name",
    ]

    plan.press("accept", dataset={"option": 0}, epochs={"text": "99"})
    assert list(plan.refused()) == [("epochs",)]
    assert cell.idle is None
    plan.press("accept", dataset={"option": 1}, epochs={"text": "4"}, name={"text": "net"})
    consent = Form(kernel, cell, 1)
    assert consent.state["message"] == "Train 'net' on flowers for 4 epochs?"
    consent.press("accept", begin={"on": True})
    kernel.finish(cell)

    assert cell.status == "ok", cell.error
    result = cell.of("execute_result")[0]["content"]["data"]["text/plain"]
    assert "flowers" in result
    bar, first, second = cell.receipt.splitlines()
    assert bar.startswith("train_model  4/4 in ")
    assert first.startswith(
        'demo asked: How should the model be trained? → accepted dataset="flowers", epochs=4'
    )
    assert second == "demo asked: Train 'net' on flowers for 4 epochs? → accepted begin=true"
    last = cell.of("display_data", "update_display_data")[-1]["content"]["data"]
    assert set(last) == {"text/plain", "text/html"}


def test_declined_and_cancelled_are_answers(kernel):
    """The server hears which; the cell ends well."""
    for button, said in (("decline", "declined"), ("cancel", "cancelled")):
        cell = kernel.begin(TRAIN)
        Form(kernel, cell, 0).press(button)
        kernel.finish(cell)
        assert cell.status == "ok", cell.error
        assert f"the plan was {said}" in cell.of("execute_result")[0]["content"]["data"]["text/plain"]
        assert cell.receipt.splitlines()[1].endswith(f"→ {said}")


def test_an_open_question_is_no_silence(kernel):
    """The call's timeout waits for the person; the bar says so."""
    cell = kernel.begin(TRAIN + " --timeout 0.5")
    form = Form(kernel, cell, 0)
    kernel.until(lambda: "waiting for your answer" in words(cell))
    kernel.pump(1.5)
    kernel.pump(0.5)
    assert cell.idle is None
    form.press("decline")
    kernel.finish(cell)

    assert cell.status == "ok", cell.error


def words(cell) -> str:
    """Return everything that was written into widgets."""
    states = [m["content"]["data"].get("state", {}) for m in cell.of("comm_open", "comm_msg")]
    return " ".join(str(state.get("value", "")) for state in states)


def test_the_interrupt_takes_the_question_back(kernel):
    """The call is over, the form is gone, the next cell works."""
    cell = kernel.begin(TRAIN)
    form = Form(kernel, cell, 0)
    kernel.interrupt()
    kernel.finish(cell)

    assert cell.reply["content"]["ename"] == "KeyboardInterrupt"
    kernel.until(lambda: "demo asked" in cell.receipt)
    assert "→ cancelled: " in cell.receipt
    form.press("accept", dataset={"option": 0})
    assert "3" in kernel.ok("print(demo.call('add', a=1, b=2).data)").stdout


def test_a_background_calls_question_is_answered_after_its_cell(kernel):
    """Other cells run meanwhile."""
    cell = kernel.ok("job = demo.start('train_model', delay=0.05)")
    form = Form(kernel, cell, 0)
    assert kernel.ok("print(job.status)").stdout == "running\n"
    form.press("decline")
    assert "the plan was declined" in kernel.ok("print(job.result(30).text)").stdout


def test_each_message_is_heard_once(kernel):
    """It is seen while the cell blocks, and delivered again when the main thread is free."""
    kernel.ok(
        "import mcp_notebook.notebook.questions.asked as asking; seen = []; submit = asking.Asked.submit"
    )
    kernel.ok("asking.Asked.submit = lambda self, *a: (seen.append(a[0]), submit(self, *a))[1]")
    cell = kernel.begin(TRAIN)
    Form(kernel, cell, 0).press("decline")
    kernel.finish(cell)

    assert kernel.ok("asking.Asked.submit = submit; print(seen)").stdout == "['decline']\n"


ADDRESSES = """
from types import SimpleNamespace
from mcp.server.mcpserver import Context, MCPServer
from mcp.shared.exceptions import UrlElicitationRequiredError
from mcp_types import ElicitRequestURLParams
server, seen = MCPServer("bank"), []

@server.tool()
async def sign_in(ctx: Context, address: str = "https://example.org/sign-in?x=1") -> str:
    answer = await ctx.elicit_url("Sign in first", address, "e1")
    return answer.action

@server.tool()
async def balance() -> int:
    if not seen:
        seen.append(1)
        params = ElicitRequestURLParams(message="Sign in first", url="https://example.org/", elicitation_id="e2")
        raise UrlElicitationRequiredError([params])
    return 42

bank = mcpn.connect(SimpleNamespace(_mcp_server=server._lowlevel_server, name="bank"))
"""


@pytest.fixture(scope="module")
def bank(kernel):
    """The same kernel, with a server that sends people to addresses."""
    kernel.ok(ADDRESSES)
    return kernel


def test_an_address_is_shown_in_full_and_opened_only_by_the_person(bank):
    """Accepting says that they agreed to go there."""
    cell = bank.begin("bank.call('sign_in').text")
    form = Form(bank, cell, 0)
    assert form.state["address"] == "https://example.org/sign-in?x=1"
    assert form.state["spec"] is None
    assert form.state["buttons"][0]["label"] == "Open example.org"
    form.press("accept")
    bank.finish(cell)

    assert cell.of("execute_result")[0]["content"]["data"]["text/plain"] == "'accept'"
    assert cell.receipt.splitlines()[1] == "bank asked: Sign in first → accepted"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "https://exa\\mple.org"])
def test_what_is_no_web_address_is_declined_unseen(bank, address):
    """Nobody is shown a button for it; the receipt says why."""
    cell = bank.ok(f"bank.call('sign_in', address={address!r}).text")

    assert cell.of("execute_result")[0]["content"]["data"]["text/plain"] == "'decline'"
    assert cell.receipt.splitlines()[1].endswith("→ declined: its address is no http(s) link")
    assert forms(cell) == []


def test_a_call_that_needs_a_visit_first_is_made_again_after_it(bank):
    """Error -32042 of 2025-11-25: go there, come back, go on."""
    cell = bank.begin("bank.call('balance').data")
    Form(bank, cell, 0).press("accept")
    Form(bank, cell, 1).press("accept")
    bank.finish(cell)

    assert cell.status == "ok", cell.error
    assert cell.of("execute_result")[0]["content"]["data"]["text/plain"] == "42"
    assert "Sign in first → accepted" in cell.receipt

    bank.ok("seen.clear()")
    cell = bank.begin("bank.call('balance').data")
    Form(bank, cell, 0).press("decline")
    bank.finish(cell)
    assert cell.reply["content"]["ename"] == "ToolError"
