"""Loops that were written for somebody else's progress bar, or for none: seen without an edit.

`capturing.capture` is the block, `cells` the cell magic; nothing is imported before one of them is used.
"""
