"""Handing mail to a provider, whichever it is, and reading its answer.

`messages` is what goes in and `answers` what comes out. `outbox`, `smtp` and `api` are the ways
out; `single` hands over one mail to one person, for `subscribers.notice_sending`; batches of
digests are handed over by `newsletter.delivery`.
"""
