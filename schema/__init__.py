"""What clients see. The words are registered first: every other module here speaks them."""

import schema.words as _words  # noqa: F401
