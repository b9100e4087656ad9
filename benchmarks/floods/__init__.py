"""Servers that report faster than anyone can look: ours with live bars beside the SDK's client with a callback that does nothing."""
