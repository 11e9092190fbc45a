"""Ids that every line of the log carries: which request or task said it, and what it began with.

A `trace` is made where something begins, by a request or a tick, and goes on with each task that
is woken: one word finds all that came of it, in whichever process.
"""
