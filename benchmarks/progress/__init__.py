"""What is known about progress: how true the time left is, and how little of a long call is kept."""
