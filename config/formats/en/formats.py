"""Dates at the desk, such as "24 Nov 2026, 06:30 UTC"; e is the zone's name."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i e"
SHORT_DATETIME_FORMAT = "j M Y, H:i e"
MONTH_DAY_FORMAT = "j F"
FIRST_DAY_OF_WEEK = 1
