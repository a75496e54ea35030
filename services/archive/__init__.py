"""The archive: what leaves the working set, where it lies, and the proof of it."""
