"""`manage.py up`: web, workers, beat and, where none is given, the broker, under one Ctrl-C."""
