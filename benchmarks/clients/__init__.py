"""Those who come to the site: many at once, from one process."""
