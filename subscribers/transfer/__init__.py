"""Readers in and out as CSV: one line a subscription, in pieces, so that memory stays flat."""
