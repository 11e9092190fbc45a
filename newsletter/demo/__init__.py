"""Demo data: a fictional publisher with stories, pictures, readers and staff."""
