"""Telling a request's caller how far it is: the one direction of progress that we send ourselves."""

from .following import Send, follow
from .reporter import Report, Reporter
from .ticks import Ticks, nimble, stay_nimble

__all__ = ["Report", "Reporter", "Send", "Ticks", "follow", "nimble", "stay_nimble"]
