"""The sections of a newsletter at the desk."""
