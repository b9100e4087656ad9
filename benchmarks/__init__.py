"""Every claim of speed with its peer, measured in one run; README.md says how. Each room is a part of the package."""
