"""What the compiled template says, above all where moto looks away."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.schedules import as_eventbridge
from services.functions.table import FUNCTIONS
from tests.aws.cloud import REGION, TEMPLATES, Stack, of_type, package_templates, read_template

pytestmark = [pytest.mark.ring("all"), pytest.mark.aws]
LINT_ALLOWED = {"W3005"}
"""The framework writes DependsOn where a reference says the same already."""
LAST_STOPS = {"FailedRunsQueue", "UndeliveredSchedulesQueue"}


@pytest.fixture(scope="module")
def template(stack: Stack) -> dict[str, Any]:
    """The stage dev's."""
    return stack.template


def properties(template: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What a resource is made with."""
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def got(name: str, attribute: str = "Arn") -> dict[str, Any]:
    """A reference to another resource's attribute."""
    return {"Fn::GetAtt": [name, attribute]}


def statements(role: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Everything that a role may do."""
    for policy in role["Properties"]["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def actions(statement: Mapping[str, Any]) -> list[str]:
    """The actions of a statement."""
    said = statement["Action"]
    return [said] if isinstance(said, str) else said


@pytest.mark.parametrize("stage", ["prod", "dev"])
def test_the_linter_finds_nothing_but_what_the_framework_repeats(stack: Stack, stage: str) -> None:
    package_templates(stage)
    linted = subprocess.run(
        [
            Path(sys.executable).with_name("cfn-lint"),
            *("--format", "json", "--regions", REGION),
            *("--template", TEMPLATES / "cloudformation-template-update-stack.json"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = {one["Rule"]["Id"] for one in json.loads(linted.stdout)}
    assert found == LINT_ALLOWED, linted.stdout
    kept = {one["RetentionInDays"] for one in _each(read_template(), "AWS::Logs::LogGroup")}
    assert kept == {30 if stage == "dev" else 365}


def _each(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["Properties"] for one in of_type(template, kind).values()]


def test_the_functions_of_the_table_and_the_api_are_deployed_and_nothing_else(
    template: dict[str, Any],
) -> None:
    functions = _each(template, "AWS::Lambda::Function")
    assert {one["FunctionName"] for one in functions} == {
        f"lizheng-dev-{name}" for name in (*FUNCTIONS, "api")
    }
    for one in functions:
        assert (one["Runtime"], one["Architectures"]) == ("python3.13", ["arm64"])
        assert one["Timeout"] <= 900
    assert len({json.dumps(one["Role"]) for one in functions}) == len(functions)


def test_no_role_may_do_everything_and_each_names_what_it_touches(
    template: dict[str, Any],
) -> None:
    roles = of_type(template, "AWS::IAM::Role")
    assert len(roles) == len(FUNCTIONS) + 2  # the API's and the scheduler's
    for name, role in roles.items():
        assert "ManagedPolicyArns" not in role["Properties"], name
        for statement in statements(role):
            assert statement["Effect"] == "Allow"
            assert not [action for action in actions(statement) if "*" in action], name
            named = statement.get("Resource", statement.get("NotResource"))
            assert named not in ("*", ["*"]), (name, statement)
    without = [
        (name, actions(one))
        for name, role in roles.items()
        for one in statements(role)
        if "NotResource" in one
    ]
    telephones = ["sns:Publish"]  # a number has no ARN
    assert without == [("DeliverNoticesRole", telephones), ("ApiRole", telephones)]


def test_nobody_may_delete_from_the_archive_and_each_bucket_is_for_those_who_need_it(
    template: dict[str, Any],
) -> None:
    may = {
        (name, action.removeprefix("s3:"), place)
        for name, role in of_type(template, "AWS::IAM::Role").items()
        for one in statements(role)
        for action in actions(one)
        if action.startswith("s3:")
        for place in _places(one["Resource"])
    }
    archive, attachments = "${ArchiveBucket.Arn}", "${AttachmentsBucket.Arn}"
    assert may == {
        ("MonthlyArchiveRole", "GetObject", f"{archive}/*"),
        ("MonthlyArchiveRole", "PutObject", f"{archive}/*"),
        ("MonthlyArchiveRole", "ListBucket", archive),
        ("ApiRole", "GetObject", f"{archive}/open-data/*"),
        ("ApiRole", "GetObject", f"{archive}/anchors/closed.json"),
        ("ApiRole", "ListBucket", archive),
        ("ApiRole", "GetObject", f"{attachments}/*"),
        ("ApiRole", "PutObject", f"{attachments}/*"),
        ("ApiRole", "ListBucket", attachments),
        ("DeliverNoticesRole", "DeleteObject", f"{attachments}/*"),
    }


def _places(resource: Any) -> list[str]:
    """What a statement names, as `Fn::Sub` would be given it."""
    if isinstance(resource, list):
        return [place for one in resource for place in _places(one)]
    if "Fn::GetAtt" in resource:
        return [f"${{{'.'.join(resource['Fn::GetAtt'])}}}"]
    return [resource["Fn::Sub"]]


BUCKETS = ("ArchiveBucket", "AttachmentsBucket")


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_outlives_the_stack_and_is_closed_to_the_world(
    template: dict[str, Any], name: str
) -> None:
    bucket = template["Resources"][name]
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
    made = bucket["Properties"]
    assert made["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(made["PublicAccessBlockConfiguration"].values()) == {True}
    assert made["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    rules = made["LifecycleConfiguration"]["Rules"]
    assert {rule["Status"] for rule in rules} == {"Enabled"}
    ends = {rule["Prefix"] for rule in rules if "ExpirationInDays" in rule}
    assert ends == ({"uploads/"} if name == "AttachmentsBucket" else set())
    policy = properties(template, f"{name}Policy")["PolicyDocument"]["Statement"]
    assert [(one["Effect"], one["Condition"]) for one in policy] == [
        ("Deny", {"Bool": {"aws:SecureTransport": False}})
    ]


def test_what_lies_in_the_archive_is_locked_and_no_role_gets_round_the_lock(
    template: dict[str, Any],
) -> None:
    made = properties(template, "ArchiveBucket")
    assert made["ObjectLockEnabled"] is True
    retention = made["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert retention == {"Mode": "GOVERNANCE", "Years": 10}
    text = json.dumps(of_type(template, "AWS::IAM::Role"))
    assert "BypassGovernanceRetention" not in text
    assert "PutObjectRetention" not in text


def test_attachments_are_sent_from_our_pages_and_what_was_erased_is_soon_gone(
    template: dict[str, Any],
) -> None:
    made = properties(template, "AttachmentsBucket")
    (rule,) = made["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedOrigins"] == ["https://lizheng.example.org"]
    assert set(rule["AllowedMethods"]) == {"GET", "POST"}
    rules = made["LifecycleConfiguration"]["Rules"]
    gone = [one["NoncurrentVersionExpiration"] for one in rules if "Noncurrent" in str(one)]
    assert gone == [{"NoncurrentDays": 30}]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_schedule_is_the_tables_with_retries_a_dead_letter_queue_and_the_citys_clock(
    template: dict[str, Any], name: str
) -> None:
    schedules = _each(template, "AWS::Scheduler::Schedule")
    one = next(each for each in schedules if each["Name"] == f"lizheng-dev-{name}")
    assert one["GroupName"] == {"Ref": "ScheduleGroup"}
    assert one["ScheduleExpression"] == as_eventbridge(FUNCTIONS[name].schedule)
    assert one["ScheduleExpressionTimezone"] == "Asia/Shanghai"
    target = one["Target"]
    invoked = target["Arn"]["Fn::GetAtt"][0]
    assert properties(template, invoked)["FunctionName"] == f"lizheng-dev-{name}"
    assert json.loads(target["Input"]) == {"scheduledFor": "<aws.scheduler.scheduled-time>"}
    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert target["DeadLetterConfig"] == {"Arn": got("UndeliveredSchedulesQueue")}
    assert target["RoleArn"] == got("SchedulerRole")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_run_leaves_over_and_what_fails_goes_to_a_queue(
    template: dict[str, Any], name: str
) -> None:
    functions = of_type(template, "AWS::Lambda::Function")
    logical, function = next(
        (key, one["Properties"])
        for key, one in functions.items()
        if one["Properties"]["FunctionName"] == f"lizheng-dev-{name}"
    )
    queue = function["Environment"]["Variables"]["CONTINUATION_QUEUE_URL"]["Ref"]
    made = properties(template, queue)
    assert made["VisibilityTimeout"] > function["Timeout"]
    assert made["RedrivePolicy"]["deadLetterTargetArn"] == got("FailedRunsQueue")
    sources = _each(template, "AWS::Lambda::EventSourceMapping")
    assert [one["BatchSize"] for one in sources if one["EventSourceArn"] == got(queue)] == [1]
    (failing,) = [
        one
        for one in _each(template, "AWS::Lambda::EventInvokeConfig")
        if one["FunctionName"] == {"Ref": logical}
    ]
    assert failing["DestinationConfig"]["OnFailure"] == {"Destination": got("FailedRunsQueue")}


def test_no_secret_stands_in_the_template(template: dict[str, Any]) -> None:
    text = json.dumps(template)
    for word in ("MONGODB_URI", "LIZHENG_MASTER_KEY", "LIZHENG_ACCESS_KEY", "LIZHENG_CHAIN_KEY"):
        assert word not in text
    for one in _each(template, "AWS::Lambda::Function"):
        part = one["FunctionName"].removeprefix("lizheng-dev-")
        assert one["Environment"]["Variables"]["SECRETS_ARN"]["Fn::Sub"].endswith(
            f":secret:lizheng/dev/{part}"
        )


def test_alarms_ring_for_what_fails_what_is_missing_what_waits_and_what_rises(
    template: dict[str, Any],
) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    for one in alarms.values():
        assert one["Properties"]["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    watched = {
        (one["MetricName"], json.dumps(one["Dimensions"][0]["Value"]))
        for one in _each(template, "AWS::CloudWatch::Alarm")
        if "MetricName" in one
    }
    for name in FUNCTIONS:
        logical = f"{name.capitalize().replace('_', 'Underscore')}LambdaFunction"
        assert ("RunMissing", f'"{name}"') in watched
        assert ("RunPartial", f'"{name}"') in watched
        assert ("Errors", json.dumps({"Ref": logical})) in watched
    for queue in LAST_STOPS:
        name = json.dumps(got(queue, "QueueName"))
        assert ("ApproximateNumberOfMessagesVisible", name) in watched
    assert ("CaseProblems", '"overdue_sweep"') in watched
    assert ("RunSucceeded", '"overdue_sweep"') in watched
    assert properties(template, "NobodyLooks")["TreatMissingData"] == "breaching"
    assert properties(template, "OverdueRises")["Metrics"][0]["Expression"] == "DIFF(overdue)"


def test_the_http_api_takes_everything_and_no_more_than_it_can_carry(
    template: dict[str, Any],
) -> None:
    (route,) = _each(template, "AWS::ApiGatewayV2::Route")
    assert route["RouteKey"] == "$default"
    (made,) = _each(template, "AWS::ApiGatewayV2::Api")
    assert made["ProtocolType"] == "HTTP"
    limits = properties(template, "HttpApiStage")["DefaultRouteSettings"]
    assert limits["ThrottlingRateLimit"] > 0
    assert limits["ThrottlingBurstLimit"] > 0


def test_the_dashboard_is_json_and_shows_every_function(template: dict[str, Any]) -> None:
    body = properties(template, "Dashboard")["DashboardBody"]["Fn::Sub"]
    shown = json.dumps(json.loads(body))
    assert not [name for name in FUNCTIONS if name not in shown]
