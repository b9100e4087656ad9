"""The bridge: a stdio MCP server that forwards to the notebook kernels of this machine that serve."""
