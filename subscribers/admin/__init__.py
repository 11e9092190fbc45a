"""The desk's pages about readers and providers."""

from subscribers.admin import decisions, providers, readers, suppressions

__all__ = ["decisions", "providers", "readers", "suppressions"]
