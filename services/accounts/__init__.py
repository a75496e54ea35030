"""Citizens' accounts: signing in by telephone, sessions, claims, devices, leaving."""
