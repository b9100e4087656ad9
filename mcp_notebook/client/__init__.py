"""Calling other people's servers: the SDK's sessions in, snapshots of progress out."""
