"""Database, broker, workers and sink of one run, made for it and taken away after it."""
