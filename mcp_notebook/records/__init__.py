"""What was called and tracked in this kernel: records of it, and the ways to look at them. Pure but for its clients.

record    one call or loop                      showing    a table, with messages below
reading   a tracker's memory → records          documents  JSON
history   the sequence of them                  frames     pandas
stalls    when nothing was heard                timeline/  matplotlib
keeping   a call's arguments, bounded; secrets  which of them are none of anybody's business
"""

from .history import History
from .record import Record

__all__ = ["History", "Record"]
