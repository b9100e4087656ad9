"""The kernel as a server: what its watchers get, and what they cost, while its main thread is busy."""
