"""The page about the process, ``docs/workflow.md``, drawn from the table that the code obeys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.steps import Step
from domain.words import Role, Stage
from domain.workflow import TRANSITIONS, Action

_INTRODUCTION = """\
# 办理流程 The process

<!-- Written by `make schema` from domain/workflow.py. Do not edit: change the table. -->

A letter becomes a case, and a case goes through nine stages. It changes in one way only: somebody
takes an action that the table below has for its stage. The loop is closed: a case leaves it
answered, or taken back by its writer.

信件受理后成为诉求件，依次经过九个环节；每一次变动都对应下表中的一项操作。"""

_DIAGRAM = """\
## 流程图 The diagram

Arrows are actions that lead to another stage; what is recorded where a case stands is in the
notes. An action that can do either is in both."""

_TABLE = """\
## 操作表 The table

- **By** 角色: any of them may; of staff of a unit, those of the unit that has the case, or above.
- **Leads to** 去向: “stays” 不变 means that the case remains in its stage.
- **Asks for** 填写: `?` marks what may be left out. Every action takes an internal note besides.
- **Not when** 限制: the rules of `domain/rules.py` that refuse it."""

_HEADING = (
    "| Action 操作 | By 角色 | Leads to 去向 | Asks for 填写 | Not when 限制 |\n"
    "|---|---|---|---|---|"
)


def workflow_page() -> str:
    """The whole page, Markdown with a Mermaid diagram, ending in a newline."""
    tables = "\n\n".join(_stage_table(stage) for stage in Stage)
    diagram = "\n".join(_diagram())
    parts = (_INTRODUCTION, _DIAGRAM, f"```mermaid\n{diagram}\n```", _TABLE, tables)
    return "\n\n".join(parts) + "\n"


def _diagram() -> Iterator[str]:
    yield "stateDiagram-v2"
    for stage in Stage:
        yield f'    state "{stage.place} {stage.zh} {stage.en}" as {stage}'
    yield f"    [*] --> {Stage.ACCEPTANCE} : 来信 Letter"
    for stage in Stage:
        yield from _arrows(stage)
    yield f"    {Stage.ARCHIVE} --> [*]"
    for stage in Stage:
        yield from _note(stage)


def _arrows(stage: Stage) -> Iterator[str]:
    """What leads from this stage to others."""
    for action, step in TRANSITIONS[stage].items():
        for end in step.to:
            if end is not stage:
                yield f"    {stage} --> {end} : {_named(action)}"


def _note(stage: Stage) -> Iterator[str]:
    """What leaves a case of this stage where it is."""
    staying = [action for action, step in TRANSITIONS[stage].items() if stage in step.to]
    if staying:
        yield f"    note right of {stage}"
        yield from (f"        {_named(action)}" for action in staying)
        yield "    end note"


def _stage_table(stage: Stage) -> str:
    title = f"### {stage.place} {stage.zh} {stage.en} `{stage}`"
    steps = TRANSITIONS[stage]
    if not steps:
        return f"{title}\n\nNothing leads out of here. 流程终点。"
    rows = (_row(stage, action, step) for action, step in steps.items())
    return "\n".join((f"{title}\n", _HEADING, *rows))


def _row(stage: Stage, action: Action, step: Step) -> str:
    cells = (
        f"`{action}` {_named(action)}",
        _listed(_role(role) for role in step.by),
        _listed("不变 stays" if end is stage else f"{end.zh} {end.en}" for end in step.to),
        _listed(f"`{name}`{'' if ask.required else '?'}" for name, ask in step.asks.items()),
        _listed(rule.__name__.replace("_", " ") for rule in step.unless),
    )
    return f"| {' | '.join(cells)} |"


def _role(role: Role) -> str:
    return f"{role.zh} {role.en}"


def _named(action: Action) -> str:
    return f"{action.zh} {action.en}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "–"
