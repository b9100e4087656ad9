"""The patterns of progress, the same over every wire and in both eras."""

from __future__ import annotations

import asyncio

import pytest

from .demo_calls import WAYS, call, call_and_cancel, connect

MIGRATION = (
    *(0, 5, 10, 15, 20, 25),
    *(25, 32, 39, 46, 53, 60),
    *(60, 66, 72, 78, 84, 90),
    *(90, 92, 94, 96, 98, 100),
)


@pytest.fixture(scope="module", params=WAYS)
def seen(request, demo_http):
    """All the patterns called once over one session, by tool name."""

    async def visit():
        async with connect(request.param, demo_http) as client:
            return {
                "process_items": await call(client, "process_items", items=["a", "b"], delay=0.001),
                "nothing": await call(client, "process_items", items=[], delay=0),
                "download_file": await call(client, "download_file", size_mb=8, name="x.bin", delay=0),
                "backup_database": await call(client, "backup_database", delay=0),
                "scan_directory": await call(client, "scan_directory", files=3, delay=0),
                "migrate_data": await call(client, "migrate_data", delay=0),
                "fail": await call(client, "fail", message="out of tea", after=2, delay=0),
                "wait_silently": await call(client, "wait_silently", seconds=0),
                "count_slowly": await call(client, "count_slowly", to=3, delay=0),
            }

    return asyncio.run(visit())


def test_items_count_from_nothing_to_their_total(seen):
    """The basic pattern: the item in hand is named, the last report is total of total."""
    items = seen["process_items"]

    assert items.reports == [(0, 2, "processing a"), (1, 2, "processing b"), (2, 2, None)]
    assert items.result.structured_content == {"processed": 2, "items": ["A", "B"]}


def test_no_items_are_zero_of_zero(seen):
    """A total of zero is what a server sends for an empty list; clients must live with it."""
    assert seen["nothing"].reports == [(0, 0, None)]


def test_a_download_reports_percent(seen):
    """The percentage pattern: 0 to 100 of 100, in fives."""
    download = seen["download_file"]

    assert download.progress == [(percent, 100) for percent in range(0, 101, 5)]
    assert download.reports[1][2] == "x.bin: 0.4 of 8 MB"
    assert download.reports[-1][2] == "x.bin: 8 of 8 MB"


def test_a_backup_counts_tables(seen):
    """The absolute pattern: tables done, of four."""
    backup = seen["backup_database"]

    assert backup.reports == [
        (1, 4, "backed up users"),
        (2, 4, "backed up orders"),
        (3, 4, "backed up inventory"),
        (4, 4, "backed up audit_logs"),
    ]
    assert backup.value == ["users", "orders", "inventory", "audit_logs"]


def test_a_scan_has_no_total(seen):
    """The indeterminate pattern: a total that nobody knows is absent, not zero."""
    scan = seen["scan_directory"]

    assert scan.reports == [(n, None, f"found file_000{n}.txt") for n in (1, 2, 3)]
    assert scan.value == 3


def test_a_migration_repeats_the_boundaries_of_its_stages(seen):
    """The multi-stage pattern as FastMCP documents it: 25, 60 and 90 are reported twice."""
    migration = seen["migrate_data"]

    assert migration.progress == [(percent, 100) for percent in MIGRATION]
    assert migration.reports[5][2] == "validating: step 5 of 5"
    assert migration.reports[6][2] == "exporting: step 0 of 5"


def test_the_failing_tool_fails_after_what_it_reported(seen):
    """The error carries the tool's own words; the bar stays where it was."""
    failure = seen["fail"]

    assert failure.reports == [(1, 10, "step 1"), (2, 10, "step 2")]
    assert failure.result.is_error
    assert failure.text == "Error executing tool fail: out of tea"


def test_silence_reports_nothing(seen):
    """A silent tool answers without a single report."""
    assert seen["wait_silently"].reports == []
    assert seen["wait_silently"].value == "waited 0 s"


def test_a_count_that_is_left_alone_arrives(seen):
    """Uncancelled, the slow count is an ordinary tool."""
    assert seen["count_slowly"].progress == [(1, 3), (2, 3), (3, 3)]
    assert seen["count_slowly"].value == 3


@pytest.mark.parametrize("way", WAYS)
def test_a_cancelled_call_stops_at_the_server(way, demo_http):
    """The server itself says how far the call had come, on the same session."""

    async def visit():
        async with connect(way, demo_http) as client:
            await call_and_cancel(client, "count_slowly", after=3, to=100_000, delay=0.001)
            return (await call(client, "last_cancelled", wait=60)).value

    assert 3 <= asyncio.run(visit()) < 100_000


def test_what_was_cancelled_is_each_servers_own():
    """State belongs to a server instance: another one has seen no cancel."""

    async def visit():
        async with connect("in-process", "") as one, connect("in-process", "") as other:
            await call_and_cancel(one, "count_slowly", after=1, to=1000, delay=0.001)
            return [(await call(client, "last_cancelled")).value for client in (one, other)]

    cancelled, none = asyncio.run(visit())

    assert cancelled >= 1
    assert none is None


@pytest.mark.parametrize("way", WAYS)
def test_log_lines_come_to_those_who_ask(way, demo_http):
    """Spec 2026-07-28: only a request that names a level gets log messages; before, every session does."""

    async def visit(**options):
        lines = []

        async def note(params):
            lines.append((params.level, params.logger, params.data))

        async with connect(way, demo_http, logging_callback=note, **options) as client:
            await call(client, "backup_database", delay=0)
        return lines

    tables = ("users", "orders", "inventory", "audit_logs")
    expected = [("info", "demo", f"backing up table {table}") for table in tables]
    assert asyncio.run(visit(log_level="info")) == expected
    assert asyncio.run(visit()) == (expected if way.endswith("legacy") else [])
    assert asyncio.run(visit(log_level="error")) == (expected if way.endswith("legacy") else [])
