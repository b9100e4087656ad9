"""A history as a sequence, a table, JSON and data frames."""

from __future__ import annotations

import json
import sys
from dataclasses import fields, replace
from datetime import datetime

import pandas as pd
import pytest

from mcp_notebook import MCPNotebookError, Record
from mcp_notebook.progress import Event, LogEntry, Repairs
from mcp_notebook.records import History

NASTY = "<script>alert(1)</script> $x$ \x1b[31m"


@pytest.fixture
def history(make):
    """A batch with two calls, a failed call, a loop, and one that runs."""
    return History(
        [
            make(1, 0, 3, kind="batch", label="get × 2", events=[(0, 0, 2, None), (2, 2, 2, None)]),
            make(2, 0, 1, label="get [0]", parent=1, arguments={"url": "x"}),
            make(3, 1, 2, label="get [1]", parent=1, events=[(0.5, 1, 2, "one"), (1, 2, 2, "two")]),
            make(4, 9, 4, status="failed", note="it broke", repairs=Repairs(held=2), stalls=((1.0, 3.5),)),
            make(
                5,
                20,
                8,
                kind="loop",
                label="epoch",
                server=None,
                tool=None,
                cell=7,
                events=[(0, 0, None, None)],
            ),
            make(6, 30, 1, status="running", label="slow", events=[(0.1, 3, None, NASTY)]),
        ]
    )


def test_it_is_a_sequence_of_records(history):
    """Indexed, sliced, iterated over, compared."""
    assert (len(history), history[0].id, history[-1].id) == (6, 1, 6)
    assert isinstance(history[1:3], History)
    assert [record.id for record in history[1:3]] == [2, 3]
    assert history[3] in history
    assert history[:] == history
    assert history != list(history)
    assert not History()


def test_it_cannot_be_changed(history):
    """Neither it nor its records."""
    with pytest.raises(TypeError):
        history[0] = history[1]
    with pytest.raises(AttributeError):
        history[0].status = "done"


@pytest.mark.parametrize(
    ("which", "ids"),
    [
        (lambda h: h.calls, [2, 3, 4, 6]),
        (lambda h: h.loops, [5]),
        (lambda h: h.failed, [4]),
        (lambda h: h.running, [6]),
        (lambda h: h.failed.loops, []),
        (lambda h: h["epoch"], [5]),
        (lambda h: h["get [1]"], [3]),
        (lambda h: h["work"], [1, 2, 3, 4, 6]),
        (lambda h: h["demo.work"], [1, 2, 3, 4, 6]),
    ],
)
def test_it_can_be_filtered(history, which, ids):
    """By kind, by end, by name; what comes is a history again."""
    assert [record.id for record in which(history)] == ids
    assert isinstance(which(history), History)


def test_an_unknown_name_names_the_nearest(history):
    """As a key that is not there."""
    with pytest.raises(KeyError, match="did you mean 'epoch'"):
        history["epochs"]


def test_as_text_it_is_a_table_newest_last(history):
    """What ran in something is below it, with what a person wants to know."""
    lines = repr(history).splitlines()

    assert lines[0].split() == ["id", "when", "what", "status", "progress", "took", "messages", "note"]
    assert "└ demo.get [0]" in lines[3]
    assert "✗ failed" in lines[5]
    assert "it broke · silent" in lines[5]
    assert "▶ running" in lines[-1]
    assert "2/2" in lines[4]


def test_a_long_history_shows_its_end_and_says_so(make):
    """1,000 rows would bury the notebook; a table has them all."""
    history = History(make(n, n) for n in range(1000))

    assert repr(history).startswith("the last 100 of 1,000")
    assert repr(history).splitlines()[-1].split()[0] == "999"
    assert len(history.table().rows) == 1000


def test_nothing_says_how_to_begin():
    """Instead of an empty table."""
    assert "%mcp_call" in repr(History())
    assert History()._repr_mimebundle_()["text/html"]


def test_in_html_the_messages_of_each_are_folded_below(history):
    """Times, shares and words; a server's markup is text."""
    page = history._repr_mimebundle_()["text/html"]

    assert page.count("<details") == 1 + 3  # what has arguments or messages
    assert "0.50" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page


def test_of_many_messages_the_ends_are_told(make):
    """And how many there are between."""
    events = [(n / 10, n, 500, f"message {n}") for n in range(500)]
    page = History([make(events=events)])._repr_mimebundle_()["text/html"]

    assert "message 11\n… 460 more messages\n" in page
    assert "message 12\n" not in page
    assert "message 499<" in page


def test_a_records_log_is_a_table(make):
    """With what the server said, as text."""
    record = make(logs=(LogEntry(0.25, "info", "db", "opened"),))

    assert "opened" in repr(record.log())
    assert "logged nothing" in repr(make().log())


def test_a_record_shows_itself_in_one_line(history):
    """With the words of a receipt."""
    assert repr(history[3]) == "<Record 4 demo.work  in 4.0 s · failed: it broke>"


def again(plain: dict) -> Record:
    """Return the record that a JSON object stands for."""
    spans = {name: tuple(map(tuple, plain[name])) for name in ("stalls", "earlier")}
    dates = {name: plain[name] and datetime.fromisoformat(plain[name]) for name in ("started", "ended")}
    return Record(
        **plain
        | spans
        | dates
        | {"events": tuple(Event(**event) for event in plain["events"])}
        | {"logs": tuple(LogEntry(**log) for log in plain["logs"])}
        | {"repairs": Repairs(**plain["repairs"])}
    )


def test_json_gives_everything_back(history, make):
    """Each field of each record, dates with their zone, as it was."""
    history = History(
        [*history, make(7, logs=(LogEntry(0.1, "error", None, NASTY),), earlier=((-2.0, -1.0),))]
    )
    document = json.loads(history.to_json())

    assert document["version"] == 1
    assert set(document["records"][0]) == {field.name for field in fields(Record)}
    assert History(map(again, document["records"])) == history


def test_json_has_no_nan(make):
    """JSON has no word for it; nor for infinity."""
    record = replace(make(), rate=float("nan"), arguments={"x": [float("inf"), 1]})
    text = History([record]).to_json()

    assert json.loads(text, parse_constant=pytest.fail)["records"][0]["arguments"] == {"x": [None, 1]}


def test_json_can_be_written_to_a_file(history, tmp_path):
    """In UTF-8, indented if wanted."""
    path = tmp_path / "history.json"

    assert history.to_json(path, indent=2) is None
    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(history.to_json())
    assert path.read_text(encoding="utf-8").startswith('{\n  "version": 1')


def test_a_data_frame_has_a_row_for_each_record(history):
    """With types that can be computed with, also where values are missing."""
    frame = history.to_pandas()

    assert list(frame.id) == [1, 2, 3, 4, 5, 6]
    assert str(frame.started.dtype) == "datetime64[ns, UTC]"
    assert frame.ended.isna().tolist() == [False] * 5 + [True]
    assert (frame.ended - frame.started).dt.total_seconds().head(5).tolist() == frame.duration.head(
        5
    ).tolist()
    assert frame.groupby("status", observed=True).duration.sum()["failed"] == 4
    assert frame.cell.dtype == "Int64"
    assert frame.cell.sum() == 7
    assert frame.parent.fillna(0).tolist() == [0, 1, 1, 0, 0, 0]
    assert frame.total.isna().tolist() == [False, True, False, True, True, True]
    assert frame.arguments[1] == {"url": "x"}
    assert (frame.stalled[3], frame.repairs_held[3], frame.messages[2]) == (2.5, 2, 2)


def test_a_data_frame_of_events_is_in_long_form(history):
    """A row for each, with its moment."""
    frame = history.to_pandas(events=True)

    assert frame.id.tolist() == [1, 1, 3, 3, 5, 6]
    assert frame["at"].tolist() == [0, 2, 0.5, 1, 0, 0.1]
    assert frame.fraction.tolist()[:4] == [0, 1, 0.5, 1]
    assert frame.time[2] == pd.Timestamp(history[2].started) + pd.Timedelta(seconds=0.5)
    assert frame.message[3] == "two"
    assert frame.label[2] == "get [1]"


@pytest.mark.parametrize("events", [False, True])
def test_an_empty_history_has_the_same_columns_and_types(history, events):
    """So that what follows works with nothing, too."""
    nothing, something = History().to_pandas(events=events), history.to_pandas(events=events)

    assert len(nothing) == 0
    kinds = [
        {n: str(k) for n, k in frame.dtypes.items() if str(k) != "category"} for frame in (nothing, something)
    ]
    assert kinds[0] == kinds[1]


@pytest.mark.parametrize(
    ("module", "use", "cure"),
    [
        ("pandas", lambda h: h.to_pandas(), "pip install pandas"),
        ("matplotlib.figure", lambda h: h.plot(), r'pip install "mcp-notebook\[plot\]"'),
    ],
)
def test_what_is_missing_is_named_with_the_cure(history, monkeypatch, module, use, cure):
    """In the environment of somebody who has it not."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MCPNotebookError, match=cure):
        use(history)
