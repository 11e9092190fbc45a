"""How dates and times are written; Django looks here by language (FORMAT_MODULE_PATH)."""
