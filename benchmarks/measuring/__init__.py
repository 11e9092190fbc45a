"""What a run cost: processor time, memory, statements, bytes."""
