"""The post: adapters that hand messages to whoever carries them, one for each medium."""
