"""What keeps robots and strangers from making us mail people."""
