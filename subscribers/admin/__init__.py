"""The desk's pages about readers and providers."""

from subscribers.admin import providers, readers

__all__ = ["providers", "readers"]
