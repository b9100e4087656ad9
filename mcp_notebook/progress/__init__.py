"""What progress is: rules, estimates, words and the one store. Pure: no I/O, no thread, no notebook."""

from .state import Event, Progress, Repairs, Sample, Status, Update, finish, fold, restart
from .tracker import Operation, Tracker

__all__ = [
    "Event",
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
