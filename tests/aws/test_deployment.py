"""The stack as it was deployed, as far as moto goes; the template is asked for the rest."""

from __future__ import annotations

import ast

import pytest

from services.functions.table import FUNCTIONS
from tests.aws.cloud import STACK, Stack, of_type

pytestmark = [pytest.mark.ring("all"), pytest.mark.aws]
SKIPPED = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudWatch::Alarm",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::Scheduler::Schedule",
    "AWS::Scheduler::ScheduleGroup",
}
"""What moto passes over in silence; tests/aws/test_template.py asks the template about it."""


def test_everything_is_there_that_moto_knows(stack: Stack) -> None:
    wanted = {
        name for name, one in stack.template["Resources"].items() if one["Type"] not in SKIPPED
    }
    assert wanted <= stack.physical.keys()


def test_the_functions_run_as_their_own_roles_on_their_own_zips(stack: Stack) -> None:
    functions = stack.cloud.client("lambda").list_functions()["Functions"]
    assert {one["FunctionName"] for one in functions} == {
        f"{STACK}-{name}" for name in (*FUNCTIONS, "api")
    }
    roles = {one["Arn"] for one in stack.cloud.client("iam").list_roles()["Roles"]}
    assert {one["Role"] for one in functions} <= roles
    assert len({one["Role"] for one in functions}) == len(functions)
    for one in functions:
        assert one["CodeSize"] > 1_000_000
        assert one["Handler"].split(".")[-1] == "handler"


def test_the_queues_redrive_to_the_queue_of_failed_runs(stack: Stack) -> None:
    queues = stack.cloud.client("sqs")
    last = stack.physical["FailedRunsQueue"]
    names = ["QueueArn", "RedrivePolicy", "VisibilityTimeout"]
    arn = queues.get_queue_attributes(QueueUrl=last, AttributeNames=names)["Attributes"]["QueueArn"]
    for name in FUNCTIONS:
        url = stack.environ(name)["CONTINUATION_QUEUE_URL"]
        told = queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        assert arn in told["RedrivePolicy"]
        assert int(told["VisibilityTimeout"]) == 960


def test_each_queue_wakes_the_function_that_writes_to_it(stack: Stack) -> None:
    sources = stack.cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    woken = {
        one["FunctionArn"].rpartition(":")[2]: one["EventSourceArn"].rpartition(":")[2]
        for one in sources
    }
    for name in FUNCTIONS:
        url = stack.environ(name)["CONTINUATION_QUEUE_URL"]
        assert woken[f"{STACK}-{name}"] == url.rpartition("/")[2]


def test_the_buckets_and_the_alarm_topic_are_those_that_are_named(stack: Stack) -> None:
    buckets = {one["Name"] for one in stack.cloud.client("s3").list_buckets()["Buckets"]}
    archive, attachments = stack.physical["ArchiveBucket"], stack.physical["AttachmentsBucket"]
    assert {archive, attachments} <= buckets
    assert stack.environ("monthly_archive")["ARCHIVE_BUCKET"] == archive
    assert stack.environ("api")["ARCHIVE_BUCKET"] == archive
    for name in ("api", "deliver_notices"):
        assert stack.environ(name)["ATTACHMENTS_BUCKET"] == attachments
    topics = stack.cloud.client("sns").list_topics()["Topics"]
    assert [one["TopicArn"] for one in topics] == [stack.physical["AlarmTopic"]]


def test_no_policy_is_wider_after_it_was_resolved(stack: Stack) -> None:
    iam = stack.cloud.client("iam")
    for name in of_type(stack.template, "AWS::IAM::Role"):
        (policy,) = iam.list_role_policies(RoleName=stack.physical[name])["PolicyNames"]
        told = iam.get_role_policy(RoleName=stack.physical[name], PolicyName=policy)
        document = told["PolicyDocument"]
        if isinstance(document, str):  # moto's answer to some
            document = ast.literal_eval(document)
        for statement in document["Statement"]:
            named = statement.get("Resource", statement.get("NotResource"))
            for arn in [named] if isinstance(named, str) else named:
                assert arn.startswith("arn:aws:"), arn
                assert not arn.endswith(":*") or ":log-group:" in arn or arn == "arn:aws:sns:*:*:*"
