"""Who answers a server's question, and what happens where nobody does."""

from __future__ import annotations

import asyncio

import pytest

from mcp_notebook.forms.question import Answer, Question
from mcp_notebook.notebook.panels import Panel
from mcp_notebook.notebook.questions import answering
from mcp_notebook.notebook.questions.answering import OPEN, Answering
from mcp_notebook.notebook.questions.asked import plain
from mcp_notebook.notebook.questions.prompts import Prompts
from mcp_notebook.progress import Tracker

from .views import Canvas

NAME = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
SECRET = {"type": "object", "properties": {"token": {"type": "string", "format": "password"}}}


class Place:
    """A place where questions are answered in one way."""

    def __init__(self, answers: str) -> None:
        self.answers = answers
        self.own = Panel(Canvas(), 0.0)

    def panel(self, *, shown_at_once):
        """Return its one panel."""
        return self.own


def asking(place, prompts=None):
    """Return what asks in *place*; panels draw when they are told to."""
    return Answering(place, prompts or Prompts(), lambda panel: panel.draw(0.0, news=True, final=True))


def lines(place):
    """Return the questions of the place's last drawing, as a receipt says them."""
    canvas = place.own._canvas
    view = (canvas.settled or canvas.shown)[-1]
    return [plain(asked) for asked in view.asked]


def typed(*answers):
    """Return a prompt at which *answers* are typed, one after the other, and what it asked."""
    left, asked = list(answers), []

    def read(prompt):
        asked.append(prompt)
        answer = left.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return Prompts(read=read, secret=read), asked


async def answered(place, prompts, question):
    """Ask *question*, let the prompts run as a blocked main thread does, and return the answer."""
    running = asyncio.ensure_future(asking(place, prompts).ask(question, None))
    while not running.done():
        await asyncio.sleep(0)
        prompts.run_pending()
    return await running


@pytest.mark.parametrize(
    ("typing", "answer", "said"),
    [
        (["ada"], Answer("accept", {"name": "ada"}), 'srv asked: who? → accepted name="ada"'),
        (["/decline"], Answer("decline"), "srv asked: who? → declined"),
        (["/cancel"], Answer("cancel"), "srv asked: who? → cancelled"),
        ([EOFError()], Answer("cancel"), "srv asked: who? → cancelled"),
    ],
)
def test_a_prompt_gives_the_answer(typing, answer, said, capsys):
    """Accepted, refused, dismissed, or the end of the input."""
    place, (prompts, _) = Place("prompt"), typed(*typing)
    assert asyncio.run(answered(place, prompts, Question("srv", "who?", NAME))) == answer
    assert lines(place) == [said]
    assert "srv asks: who?" in capsys.readouterr().out


def test_a_secret_is_typed_unseen_and_said_nowhere(capsys):
    """It goes to the server alone."""
    place = Place("prompt")
    unseen = []
    prompts = Prompts(read=None, secret=lambda prompt: unseen.append(prompt) or "hunter2")
    answer = asyncio.run(answered(place, prompts, Question("srv", "token?", SECRET)))

    assert answer.content == {"token": "hunter2"}
    assert len(unseen) == 1
    assert "hunter2" not in lines(place)[0] + capsys.readouterr().out


def test_an_interrupt_at_the_prompt_goes_on_to_the_waiting_cell(capsys):
    """And the question is not left open."""

    async def interrupted():
        place, (prompts, _) = Place("prompt"), typed(KeyboardInterrupt())
        running = asyncio.ensure_future(asking(place, prompts).ask(Question("srv", "who?", NAME), None))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(KeyboardInterrupt):
            prompts.run_pending()
        assert await running == Answer("cancel")
        return lines(place)

    assert asyncio.run(interrupted()) == ["srv asked: who? → cancelled: interrupted"]


def test_an_address_is_visited_only_after_a_yes(monkeypatch, capsys):
    """Its whole text is shown before."""
    gone = []
    monkeypatch.setattr("webbrowser.open", gone.append)
    question = Question("srv", "sign in", url="https://example.org/x?y=1")
    for typing, action in (("y", "accept"), ("n", "decline"), ("", "decline"), ("c", "cancel")):
        prompts, _ = typed(typing)
        assert asyncio.run(answered(Place("prompt"), prompts, question)).action == action

    assert gone == ["https://example.org/x?y=1"]
    assert "\nhttps://example.org/x?y=1\n" in capsys.readouterr().out


def test_where_nobody_is_there_it_is_declined_at_once():
    """With the reason in the receipt."""
    place = Place("nobody")
    assert asyncio.run(asking(place).ask(Question("srv", "who?", NAME), None)) == Answer("decline")
    assert lines(place) == ["srv asked: who? → declined: nobody is here to answer"]


def test_only_so_many_questions_are_open_at_a_time():
    """The next one is declined, and when one has ended there is room again."""

    async def flood():
        place = Place("form")
        ask = asking(place).ask
        running = [asyncio.ensure_future(ask(Question("srv", f"{n}?", NAME), None)) for n in range(OPEN)]
        await asyncio.sleep(0)
        assert await ask(Question("srv", "one more?", NAME), None) == Answer("decline")
        running.pop().cancel()
        await asyncio.sleep(0)
        running.append(asyncio.ensure_future(ask(Question("srv", "now?", NAME), None)))
        await asyncio.sleep(0)
        assert not running[-1].done()
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        return lines(place)

    said = asyncio.run(flood())
    assert f"srv asked: one more? → declined: {OPEN} questions are open already" in said
    assert "srv asked: now? → cancelled: its server took it back" in said


def test_a_question_ends_with_its_call(monkeypatch):
    """Whoever ended that."""
    monkeypatch.setattr(answering, "LOOK_S", 0.01)
    place, tracker = Place("form"), Tracker()
    operation = tracker.open("work", group=place.own)

    async def ended():
        running = asyncio.ensure_future(asking(place).ask(Question("srv", "who?", NAME), operation))
        await asyncio.sleep(0)
        operation.finish("cancelled")
        return await running

    assert asyncio.run(ended()) == Answer("cancel")
    assert lines(place) == ["srv asked: who? → cancelled: its call is over"]


def test_a_form_that_no_front_end_draws_is_asked_as_text(monkeypatch, capsys):
    """After a moment."""
    monkeypatch.setattr(answering, "LOOK_S", 0.01)
    monkeypatch.setattr(answering, "READY_S", 0.02)
    place, (prompts, asked) = Place("form"), typed("ada")
    answer = asyncio.run(answered(place, prompts, Question("srv", "who?", NAME)))

    assert answer.content == {"name": "ada"}
    assert asked[0].startswith("name")


def test_a_hostile_question_is_shown_clean():
    """One line in the receipt, whatever it holds."""
    place = Place("nobody")
    asyncio.run(asking(place).ask(Question("s\x1b[31mrv", "who\n\x1b[2J?\u202e" + "x" * 10_000, NAME), None))
    (line,) = lines(place)

    assert line.startswith("srv asked: who ?")
    assert len(line) < 400
    assert "\x1b" not in line
