"""The notebook's edge: bars, receipts, blocking a cell. Fed with snapshots; knows no server."""
