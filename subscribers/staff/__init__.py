"""What staff did, and how they are told: records, mails, calls of their webhook."""
