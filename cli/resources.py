"""``python -m cli.resources``: the schedules that are deployed, from the table of functions.

Ops change them later through the API; what is deployed first are the table's defaults.
"""

from __future__ import annotations

from pathlib import Path

import typer

from infra.schedules import RETRIES, SCHEDULED_FOR, as_eventbridge
from services.functions.table import FUNCTIONS, Function

SCHEDULES = Path(__file__).resolve().parent.parent / "infra" / "resources" / "schedules.yml"
_HEAD = """\
# Written by `make infra` from services/functions/table.py: change them there.
Resources:
  ScheduleGroup:
    Type: AWS::Scheduler::ScheduleGroup
    Properties:
      Name: ${self:service}-${sls:stage}
"""


def schedules() -> str:
    """The text of infra/resources/schedules.yml."""
    return "\n".join([_HEAD, *(_schedule(one) for one in FUNCTIONS.values())])


def _schedule(function: Function) -> str:
    return f"""\
  {function.name.title().replace("_", "")}Schedule:
    Type: AWS::Scheduler::Schedule
    Properties:
      Name: ${{self:service}}-${{sls:stage}}-{function.name}
      GroupName: !Ref ScheduleGroup
      Description: "{function.description.en}"
      ScheduleExpression: {as_eventbridge(function.schedule)}
      ScheduleExpressionTimezone: {function.timezone}
      State: ENABLED
      FlexibleTimeWindow:
        Mode: "OFF"
      Target:
        Arn: !GetAtt {_logical(function.name)}LambdaFunction.Arn
        RoleArn: !GetAtt SchedulerRole.Arn
        Input: '{SCHEDULED_FOR}'
        RetryPolicy:
          MaximumRetryAttempts: {RETRIES["MaximumRetryAttempts"]}
          MaximumEventAgeInSeconds: {RETRIES["MaximumEventAgeInSeconds"]}
        DeadLetterConfig:
          Arn: !GetAtt UndeliveredSchedulesQueue.Arn
"""


def _logical(name: str) -> str:
    """What serverless.yml's functions are called in the template: the framework's rule."""
    return (name[:1].upper() + name[1:]).replace("_", "Underscore")


def main() -> None:
    """Writes the file."""
    SCHEDULES.write_text(schedules(), encoding="utf-8", newline="\n")
    typer.echo(SCHEDULES)


if __name__ == "__main__":
    main()
