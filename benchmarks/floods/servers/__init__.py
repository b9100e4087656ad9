"""The servers that flood: programs of their own, run by their path, which import only each other."""
