"""The access matrix: who may see what. The tables that ``docs/access.md`` prints and tests walk.

A field belongs to a class (``fields_of_*.py``); a class says, for each reader, what they get
(``classes.py``). A partner's key opens the fields of the widget's operations, one by one
(``widget.py``). A field that is added to the schema without a row here fails a test.
``python -m tests.api.access_matrix`` writes the document anew.
"""

from tests.api.access_matrix.classes import Class, Gets, gets
from tests.api.access_matrix.document import MATRIX, PATH, REACHED, document
from tests.api.access_matrix.readers import EVERYBODY, PARTNERS, READERS, SIGNED_IN, Reader

__all__ = [
    "EVERYBODY",
    "MATRIX",
    "PARTNERS",
    "PATH",
    "REACHED",
    "READERS",
    "SIGNED_IN",
    "Class",
    "Gets",
    "Reader",
    "document",
    "gets",
]
