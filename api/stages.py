"""An operation's stages with what our extensions do around them.

Strawberry looks at every hook of every extension anew in each request; ours are all generators,
as is known when the process starts. That is 4 % of the CPU of a status query.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from types import TracebackType
from typing import Any, Self

from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner

_managed = cache(contextmanager)
"""A hook, which must be a generator, as something to enter."""


class Stage(ExitStack):
    """Around one stage: the first extension is the outermost."""

    def __init__(self, extensions: Sequence[SchemaExtension], name: str) -> None:
        super().__init__()
        self._extensions, self._name = extensions, name

    async def __aenter__(self) -> Self:
        nothing = getattr(SchemaExtension, self._name)
        for extension in self._extensions:
            hook = getattr(type(extension), self._name)
            if hook is not nothing:
                self.enter_context(_managed(hook)(extension))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        return self.__exit__(kind, error, trace)


class Stages(SchemaExtensionsRunner):
    """Strawberry's runner with stages of ours."""

    def operation(self) -> Any:
        """From the request's text to its result."""
        return Stage(self.extensions, "on_operation")

    def parsing(self) -> Any:
        """From text to document."""
        return Stage(self.extensions, "on_parse")

    def validation(self) -> Any:
        """Whether the document may be executed."""
        return Stage(self.extensions, "on_validate")

    def executing(self) -> Any:
        """From document to result."""
        return Stage(self.extensions, "on_execute")
