"""The scheduled functions: one module for each job, and the frame that they run in."""
