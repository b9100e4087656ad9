"""A JSON Schema as a form: what to draw, what was entered, and the arguments it makes.

Pure: no notebook, no connection, no clock. Nothing raises, hangs or grows
without bound because of a schema, for that is a stranger's.

form      Form: spec, read, entry; Reading      build     schema → fields; leaves, faces, naming
field     what all fields share; Fault          shape     idioms of a schema: nullable, alternatives, options
scalars, options, containers: the fields        numbers, formats: text → exact values
verdict   what the judge finds, beside fields   wording   in a person's words
fitting   a spec within bounds                  masking   secrets
magic     the line that sends the same          dialogue  the form as questions, one line each
question  what a server asks, and the answer
"""

from __future__ import annotations

from .dialogue import Dialogue
from .field import Fault
from .form import Form, Reading
from .magic import magic_line

__all__ = ["Dialogue", "Fault", "Form", "Reading", "magic_line"]
