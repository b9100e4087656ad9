"""Text and Python objects + a tool's input schema → arguments, before anything is sent.

Pure: no notebook, no connection, no clock. `jsonschema` (seconds) and `yaml` are
imported when first needed. The only error is `ArgumentError`, whatever the schema.

words     the grammar of a line: where words end     body       a cell's body, laid under the line
expand    $name and {expr}                           plain      Python objects → JSON values
line      words → arguments                          check      refuse with a helpful message
coerce    one text → one value                       judge      the border to jsonschema; patterns
schemas   reading a stranger's schema                signature  showing it; parameters
"""

from __future__ import annotations

from .body import from_body, merge
from .check import check
from .line import from_words
from .parameters import Parameter, parameters
from .plain import jsonable
from .signature import row, signature
from .words import split_words, unquote

__all__ = [
    "Parameter",
    "check",
    "from_body",
    "from_words",
    "jsonable",
    "merge",
    "parameters",
    "row",
    "signature",
    "split_words",
    "unquote",
]
