"""Names under which a machine is its own."""

HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
