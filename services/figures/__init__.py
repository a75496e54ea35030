"""The bulletin of the month, and units and mailboxes side by side."""
