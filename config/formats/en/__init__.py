"""English as the publisher writes it: the day first, and no doubt about the zone."""
