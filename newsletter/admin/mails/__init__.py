"""Mails: the list, the page where one is written, and the steps that take it to its readers."""
