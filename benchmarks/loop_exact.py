"""Whether count and status are exact in the statement after the loop, over many sources and every way to leave.

No figure of speed: a check is wrong or it is not. Beside it tqdm's count, which is exact, too, but knows no status.
"""
