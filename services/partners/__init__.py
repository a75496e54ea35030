"""Partner portals: how ops register them, and what a key opens."""
