"""Back: what providers report, and which links readers follow.

A provider's POST is authenticated and read in `webhooks`, judged in `severity`, kept as one row by
`inbox` before it is answered, and applied in bulk by `inbox` and `applying`. A click is redirected
by `redirects` (and `front`, before Django), noted in a stream of Redis by `stream` and counted by
`counting`. `queries` is what others may ask.
"""
