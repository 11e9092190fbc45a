"""What a reader chooses: which newsletters, how often, at what hour, with which breaks."""
