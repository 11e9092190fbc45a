"""The desk's pages about readers and providers."""

from subscribers.admin import providers, readers, suppressions

__all__ = ["providers", "readers", "suppressions"]
