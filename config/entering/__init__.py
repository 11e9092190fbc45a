"""How people get into the desk: the log-in page, the lock after many failures, and codes."""
