"""Texts with a format: what they must look like, and what a browser's input leaves out.

Rules: RFC 3339 for dates and times. A date and time without a zone (all that
`<input type=datetime-local>` gives) gets the offset that the zone has at that
moment, and its seconds. A time of day stays as it is: its offset would depend on
the day. E-mail addresses and URIs are checked for their shape only; the server
knows its own.
"""

from __future__ import annotations

import datetime as dt
import re

FORMATS = {
    "email": "email", "idn-email": "email", "uri": "uri", "iri": "uri", "url": "uri",
    "date": "date", "time": "time", "date-time": "date-time", "password": "password",
}  # fmt: skip
"""the formats a form knows, and the name each has in a spec"""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"(\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?([zZ]|[+-]\d{2}:\d{2})?", re.ASCII)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")
_DIGITS = 6  # of a second, as far as Python counts


class WrongFormatError(ValueError):
    """The text has another format; the message says which is wanted, after the name of the field."""


def formatted(text: str, format_name: str, zone: dt.tzinfo | None = None) -> str:
    """Return *text* as it is sent, completed where its format allows; raises `WrongFormatError`.

    *zone* is where a date and time without an offset was meant; None is the machine's.
    """
    if format_name == "date":
        return _date(text.strip())
    if format_name == "time":
        return _time(text.strip())
    if format_name == "date-time":
        return _moment(text.strip(), zone)
    if format_name == "email" and not _EMAIL.fullmatch(text.strip()):
        raise WrongFormatError("is no e-mail address: name@example.org")
    if format_name == "uri" and not _URI.fullmatch(text.strip()):
        raise WrongFormatError("is no address: https://example.org/…")
    return text.strip() if format_name in ("email", "uri") else text


def _date(text: str) -> str:
    try:
        if _DATE.fullmatch(text) and dt.date.fromisoformat(text):
            return text
    except ValueError:
        pass
    raise WrongFormatError("is no date: YYYY-MM-DD")


def _time(text: str) -> str:
    found = _TIME.fullmatch(text)
    try:
        if found and dt.time.fromisoformat(found[1] + (found[2] or "")[:3]):
            return text
    except ValueError:
        pass
    raise WrongFormatError("is no time: HH:MM or HH:MM:SS")


def _moment(text: str, zone: dt.tzinfo | None) -> str:
    day, between, clock = text[:10], text[10:11], text[11:]
    found = _TIME.fullmatch(clock)
    try:
        if found and between in ("T", "t", " ") and _date(day) and _time(clock):
            between = "T" if between == " " else between
            seconds = found[2] or ":00"
            local = dt.datetime.fromisoformat(f"{day}T{found[1]}{seconds[: 4 + _DIGITS]}")
            return f"{day}{between}{found[1]}{seconds}{found[3] or _offset(local, zone)}"
    except (ValueError, OverflowError, OSError):
        pass
    raise WrongFormatError("is no date and time: YYYY-MM-DDTHH:MM:SS")


def _offset(local: dt.datetime, zone: dt.tzinfo | None) -> str:
    """Return `+02:00`: RFC 3339 has minutes, not seconds, in an offset."""
    aware = local.replace(tzinfo=zone) if zone is not None else local.astimezone()
    minutes = round((aware.utcoffset() or dt.timedelta()).total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
