"""A digest before it goes out: what stands in it, and the states that it passes through."""
