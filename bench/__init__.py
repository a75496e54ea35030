"""How quick the API is: measured beside bare endpoints that read the same, and told as JSON."""
