"""The functions on AWS Lambda: one module for each, and what a container needs."""
