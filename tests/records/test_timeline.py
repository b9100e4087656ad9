"""The timeline: which lanes, where the time is, and that each fact has its artist."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
import warnings
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from mcp_notebook.notebook import receipts
from mcp_notebook.progress import Repairs
from mcp_notebook.records import History
from mcp_notebook.records.timeline.lanes import MOST, arrange
from mcp_notebook.records.timeline.palette import STATUS
from mcp_notebook.records.timeline.scale import scale


def parts(figure: Figure) -> Counter:
    """Count the artists by their names, such as `bar:1`."""
    return Counter(a.get_gid() for a in figure.findobj() if a.get_gid())


def part(figure: Figure, gid: str):
    """Return the one artist of that name."""
    (found,) = [a for a in figure.findobj() if a.get_gid() == gid]
    return found


def texts(figure: Figure) -> list[str]:
    """Return all words in the picture."""
    return [t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text")) if t.get_text()]


# lanes


def rows(records, **options) -> list[str]:
    """Return titles in brackets, and the labels with their depth."""
    lanes = arrange(records, **options).lanes
    return [f"[{x.title}]" if x.record is None else "-" * x.depth + x.record.label for x in lanes]


def test_calls_stand_below_their_server_loops_below_their_cell(make):
    """Each below what it ran in, in the order of their beginnings."""
    records = [
        make(1, 0, label="a"),
        make(2, 1, label="outer", kind="loop", server=None, cell=3),
        make(3, 2, label="b", server="other"),
        make(4, 3, label="inner", kind="loop", server=None, cell=3, parent=2),
        make(5, 4, label="c"),
        make(6, 5, label="innermost", kind="loop", server=None, cell=3, parent=4),
    ]

    assert rows(records) == ["[demo]", "a", "c", "[In [3]]", "outer", "-inner", "--innermost", "[other]", "b"]


def test_of_many_the_newest_and_the_longest_have_lanes(make):
    """And what runs, whatever its age; the others are counted."""
    records = [make(1, 0, 0.5, status="running", label="runs")]
    records += [make(n, n, 100 if n < 10 else 1, label=f"r{n}") for n in range(2, 200)]
    arranged = arrange(records)
    labels = [lane.record.label for lane in arranged.lanes if lane.record is not None]

    assert len(labels) == MOST
    assert arranged.left_out == 199 - MOST
    assert {"runs", *(f"r{n}" for n in range(2, 10)), "r199", "r190"} <= set(labels)


def test_what_ran_in_something_left_out_stands_below_what_that_ran_in(make):
    """Or on the left, where nothing around it is shown."""
    records = [
        make(1, 0, 90, label="outer"),
        make(2, 1, 0.1, label="gone", parent=1),
        make(3, 2, 80, label="inner", parent=2),
        make(4, 3, 70, label="alone", parent=77),
    ]

    assert rows(records, most=3) == ["[demo]", "outer", "-inner", "alone"]


# time


def test_a_long_pause_is_cut_to_a_strip_that_says_how_long_it_was():
    """Two calls of a second with an hour between are both to be seen."""
    time = scale([(0, 1), (3601, 3602)])

    assert [round(seconds) for _, seconds in time.pauses()] == [3600]
    assert time.place(1) == 1
    assert time.place(3601) == pytest.approx(1 + time.strip)
    assert time.width == pytest.approx(2 + time.strip)
    assert time.place(1800) == pytest.approx(1 + time.strip)


def test_with_gaps_a_second_is_a_second_everywhere():
    """For who wants it so."""
    time = scale([(0, 1), (3601, 3602)], gaps=True)

    assert list(time.pauses()) == []
    assert (time.width, time.place(3601)) == (3602, 3601)


def test_a_short_pause_keeps_its_length():
    """Cut is what would leave nothing to be seen of the rest."""
    assert list(scale([(0, 10), (11, 20)]).pauses()) == []


@pytest.mark.parametrize(
    ("end", "unit", "first"),
    [
        (0.004, "seconds", ["0.000", "0.001", "0.002", "0.003", "0.004"]),
        (6, "seconds", ["0", "1", "2"]),
        (100, "seconds", ["0", "15", "30"]),
        (150, "minutes:seconds", ["0:00", "0:30", "1:00"]),
        (3000, "minutes", ["0", "10", "20"]),
        (20_000, "hours:minutes", ["0:00", "1:00", "2:00"]),
        (500_000, "hours:minutes", ["0:00", "24:00", "48:00"]),
    ],
)
def test_the_axis_counts_in_what_a_person_would(end, unit, first):
    """Seconds, minutes, hours, at round numbers."""
    time = scale([(0, end)])

    assert time.unit == unit
    assert [said for _, said in time.ticks()][: len(first)] == first


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e4)), min_size=1, max_size=30), st.booleans())
def test_time_never_runs_backwards_on_the_axis(spans, gaps):
    """Later is further right, a second where something ran is a second, few ticks, in order."""
    spans = [(begin, begin + length) for begin, length in spans]
    time = scale(spans, gaps=gaps)
    moments = sorted(moment for span in spans for moment in span)
    places = [time.place(moment) for moment in moments]

    assert places == sorted(places)
    for begin, end in spans:
        assert time.place(end) - time.place(begin) == pytest.approx(end - begin, abs=1e-6)
    assert time.width >= places[-1] - 1e-6
    ticks = [place for place, _ in time.ticks()]
    assert ticks == sorted(ticks)
    assert 1 <= len(ticks) <= 21


# pictures


@pytest.fixture
def rich(make):
    """One of everything."""
    return History(
        [
            make(1, 0, 10, label="steady", events=[(2, 1, 4, "a"), (4, 2, 4, "b"), (6, 4, 4, "b")]),
            make(
                2, 1, 5, label="counts", events=[(0, 0, None, None), (1, 5, None, None), (5, 10, None, None)]
            ),
            make(3, 2, 8, label="stalls", stalls=((3.0, 7.0),), events=[(0.5, 1, 9, None), (3, 2, 9, None)]),
            make(4, 3, 2, label="breaks", status="failed", note="no more room"),
            make(5, 4, 1, label="mended", repairs=Repairs(held=3), events=[(0, 1, 2, None)]),
            make(
                6, 5, 2, kind="loop", server=None, label="batch", cell=2, earlier=((-2.0, -1.0), (-1.0, 0.0))
            ),
        ]
    )


def test_each_record_has_a_lane_with_its_name_mark_and_result(rich):
    """And a title for each server and cell."""
    figure = rich.plot()
    found = parts(figure)

    for number in range(1, 7):
        for kind in ("name", "bar", "frame", "mark", "result"):
            assert found[f"{kind}:{number}"] == 1
    assert found["title"] == 2
    assert {"demo", "In [2]", "steady", "batch"} <= set(texts(figure))
    assert part(figure, "mark:4").get_text() == "✗"
    assert part(figure, "result:5").get_text() == "1/2 · 1.0 s · ⚠ 3 mended"


def test_a_bar_is_where_the_time_was(rich):
    """From start to end, pale until the first news."""
    figure = rich.plot()
    frame, bar, wait = (part(figure, f"{kind}:1") for kind in ("frame", "bar", "wait"))

    assert (frame.get_x(), frame.get_width()) == (0, 10)
    assert (wait.get_x(), wait.get_width()) == (0, 2)
    assert (bar.get_x(), bar.get_width()) == (2, 8)
    assert wait.get_alpha() < bar.get_alpha()
    assert not parts(figure)["wait:2"]


def test_the_progress_climbs_in_its_bar(rich):
    """From the bottom, at 0 %, to the top, at 100 %; of a count without a total it is a line."""
    figure = rich.plot()
    frame = part(figure, "frame:1")
    (path,) = part(figure, "progress:1").get_paths()
    top, bottom = frame.get_y(), frame.get_y() + frame.get_height()
    heights = {round((bottom - y) / (bottom - top), 6) for _, y in path.vertices}

    assert heights == {0, 0.25, 0.5, 1}
    assert path.vertices[:, 0].max() == 10
    line = part(figure, "progress:2")
    assert line.get_drawstyle() == "steps-post"
    assert list(line.get_xdata()) == [1, 2, 6, 6]
    assert not parts(figure)["progress:4"]


def test_silences_are_hatched_and_messages_ticked(rich):
    """Where they were."""
    figure = rich.plot()
    stall = part(figure, "stall:3")

    assert (stall.get_x(), stall.get_width(), bool(stall.get_hatch())) == (5, 4, True)
    assert [segment[0][0] for segment in part(figure, "messages:1").get_segments()] == [2, 4]
    assert "hatched: no news" in part(figure, "remarks").get_text()
    assert parts(figure)["earlier:6"] == 2


def test_what_was_said_last_or_why_it_failed_stands_beside_it(rich):
    """Where there is room."""
    figure = rich[:4].plot()

    assert part(figure, "said:4").get_text() == "no more room"
    assert part(figure, "said:4").get_ha() == "left"
    assert "said:3" not in parts(figure)


def test_a_message_that_has_no_room_is_left_out(make):
    """It would lie over the results."""
    long = make(1, 0, 10, events=[(1, 1, 2, "many words " * 20)])
    beside = make(2, 0, 4, events=[(1, 1, 2, "many words " * 20)])
    figure = History([long, beside]).plot()

    assert "said:1" not in parts(figure)
    assert part(figure, "said:2").get_text().endswith("…")


def test_more_than_forty_say_how_many_are_left_out(make):
    """Below the picture."""
    figure = History(make(n, n) for n in range(60)).plot()

    assert sum(gid.startswith("bar:") for gid in parts(figure)) == MOST
    assert "20 more left out" in part(figure, "remarks").get_text()
    assert (
        sum(gid.startswith("bar:") for gid in parts(History(make(n, n) for n in range(60)).plot(last=5))) == 5
    )


def test_a_pause_is_marked_with_its_length(make):
    """An axis that jumps says so."""
    assert "⋯ 58 min 20 s" in texts(History([make(1, 0, 2), make(2, 3502, 3)]).plot())
    assert "⋯ 58 min 20 s" not in texts(History([make(1, 0, 2), make(2, 3502, 3)]).plot(gaps=True))


def test_the_axis_says_what_it_counts_and_from_when(make):
    """Seconds since the first."""
    figure = History([make()]).plot()

    assert figure.axes[0].get_xlabel().startswith("seconds since ")


def picture(figure) -> Image.Image:
    """Return what a notebook shows."""
    data, _ = figure._repr_mimebundle_()
    return Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGBA")


@pytest.mark.parametrize(("dark", "page"), [(True, 17), (False, 255), (None, 17), (None, 255)])
def test_its_words_can_be_read_on_a_dark_and_on_a_light_page(rich, dark, page):
    """The background is the page's own; the letters stand out (contrast 3 at least, WCAG for graphics)."""
    figure = rich.plot(dark=dark)
    image = picture(figure)
    letters = image.crop((0, 0, 120, image.height))
    strongest = max(
        (pixel for _, pixel in letters.getcolors(maxcolors=1 << 20) if pixel[3] == 255),
        key=lambda pixel: abs(pixel[0] - page),
    )

    assert image.getpixel((0, 0))[3] == 0
    assert contrast(strongest[0], page) >= 3


def contrast(grey: int, other: int) -> float:
    """Return the contrast of two greys as WCAG has it."""
    light = [
        ((value / 255 + 0.055) / 1.055) ** 2.4 if value > 10 else value / 255 / 12.92
        for value in (grey, other)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


def test_every_status_has_a_colour_and_a_mark():
    """The same statuses as receipts; what ended by itself can be told apart by the colour alone."""
    assert set(STATUS) == set(receipts.COLOURS) - {"stalled"}
    assert len({STATUS[s] for s in ("running", "done", "failed", "timed out", "cancelled")}) == 5


@pytest.mark.parametrize("text", ["$x^2$", "$\\frac{", "日本語 🎉", "a\nb\x1b[31m", "\u202eevil", "_{}%#&"])
def test_a_servers_text_is_letters_whatever_they_are(make, text):
    """No formula, no warning for a character that the font has not."""
    record = make(1, 0, 2, label=text, server=text, note=text, status="failed", events=[(1, 1, 2, text)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = History([record, make(2, 0, 9)]).plot()
        assert picture(figure).getbbox()


def test_it_draws_into_somebodys_own_axes(rich):
    """And returns them."""
    ax = Figure(figsize=(8, 4)).subplots()

    assert rich.plot(ax) is ax
    assert parts(ax.figure)["bar:1"] == 1


def test_nothing_has_a_timeline_too():
    """That says so."""
    assert texts(History().plot()) == ["nothing was called or tracked yet"]


@pytest.mark.parametrize("fields", [{"duration": 0.0}, {"duration": 1e-7}, {"duration": 1e7}])
def test_any_length_of_time_can_be_drawn(make, fields):
    """A call that took no time, and a loop that took months."""
    assert picture(History([make(1, 0, **fields)]).plot()).getbbox()


def test_nothing_of_pyplot_is_imported():
    """Neither its windows nor its global state; and pandas only by who asks for a data frame."""
    code = (
        "import sys; import mcp_notebook as m\nh = m.history(); h.plot()._repr_mimebundle_(); repr(h)\n"
        "print([n for n in ('matplotlib.pyplot', 'pandas', 'mcp') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
