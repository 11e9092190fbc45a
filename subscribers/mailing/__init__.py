"""Handing mail to a provider, whichever it is, and reading its answer.

`messages` is what goes in and `answers` what comes out. `outbox`, `smtp` and `merge_batch` are the
ways out; `single` and `notices` send one mail to one person; `newsletter.delivery` sends batches.
"""
