"""Letters and replies for everybody: consent, a reviewer's look, reading, and "me too"."""
