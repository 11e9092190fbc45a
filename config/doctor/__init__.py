"""`doctor`: whether this installation could send today, asked of everything that it needs.

One file per group of checks, each yielding the `Check`s of `/readyz`; `examining` runs them side by
side, each within its time, whatever the others found. Nothing is changed, and no reader is mailed.
"""
