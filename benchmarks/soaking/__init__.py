"""An installation that is used and hurt for an hour, and what it must be able to prove after it."""
