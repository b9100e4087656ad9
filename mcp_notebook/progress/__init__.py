"""What progress is: rules, estimates, words and the one store. Pure: no I/O, no thread, no notebook."""

from .about import About, Kind
from .logs import LogEntry
from .operation import Operation
from .state import Event, Progress, Repairs, Sample, Status, Update, finish, fold, restart
from .tracker import Tracker

__all__ = [
    "About",
    "Event",
    "Kind",
    "LogEntry",
    "Operation",
    "Progress",
    "Repairs",
    "Sample",
    "Status",
    "Tracker",
    "Update",
    "finish",
    "fold",
    "restart",
]
