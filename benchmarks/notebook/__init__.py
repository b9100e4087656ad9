"""What a kernel and its front end carry: the extension's loading, the messages of bars."""
