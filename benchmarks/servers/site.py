"""config.wsgi for a load test: the limit of all sign-ups together is raised above it.

It is counted as in life; nothing else differs.
"""

from config.wsgi import application as application  # noqa: PLC0414
from subscribers import flood

flood.MOST_A_MINUTE = flood.MOST_AN_HOUR = 10**9
