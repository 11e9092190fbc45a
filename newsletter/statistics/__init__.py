"""Tell: what became of a digest and of its newsletter, always counted from the rows themselves."""
