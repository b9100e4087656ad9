"""`track` beside other people's progress bars."""
