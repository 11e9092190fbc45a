"""What the mail is handed to: processes of their own that count and answer, nothing else."""
