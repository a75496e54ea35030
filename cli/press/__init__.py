"""The bulletin as people read it: on a terminal, as CSV, as a page and on paper."""
