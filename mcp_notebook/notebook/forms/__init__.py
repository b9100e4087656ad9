"""Forms in a cell: the widget that draws a field tree, and what is done with it. Knows no server."""
