"""The kernel as a server: its door, its tools, and how clients find it."""
