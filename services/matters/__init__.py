"""What people write about: topics, hot issues, places, suggested categories."""
