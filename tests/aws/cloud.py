"""AWS on this machine: moto as a process of its own, and the stack that is deployed to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import boto3
import httpx

from infra.packaging import BUILD
from infra.wheels import ROOT
from tests.aws.moto_server import HANDED_OVER

REGION = "ap-southeast-1"
STAGE = "dev"
STACK = f"lizheng-{STAGE}"
TEMPLATES = ROOT / ".serverless"


class Cloud:
    """A moto server on a free port, as a process of its own; and clients of it."""

    def __init__(self, log: Path) -> None:
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.aws.moto_server", REGION],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self._process.stdout is not None
        port = self._process.stdout.readline().strip()
        assert port, log.read_text()
        self.url = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """Ends it."""
        self._process.terminate()
        self._process.communicate()

    @property
    def environ(self) -> dict[str, str]:
        """What every client of AWS reads: where it is, and who asks."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id="nobody",
            aws_secret_access_key="nothing",
        )

    def handed_over(self) -> dict[str, list[list[Any]]]:
        """Text messages and e-mails, as `tests.aws.moto_server` tells them."""
        answer = httpx.get(f"{self.url}{HANDED_OVER}", trust_env=False)
        told: dict[str, list[list[Any]]] = answer.raise_for_status().json()
        return told


@dataclass(frozen=True)
class Stack:
    """What ``osls package`` wrote, and what became of it when it was deployed."""

    cloud: Cloud
    template: dict[str, Any]

    @classmethod
    def deploy(cls, cloud: Cloud) -> Self:
        """As the framework does it: the bucket, the zips in it, then everything else."""
        formation, s3 = cloud.client("cloudformation"), cloud.client("s3")
        create = (TEMPLATES / "cloudformation-template-create-stack.json").read_text()
        formation.create_stack(StackName=STACK, TemplateBody=create)
        template = read_template()
        resources = formation.list_stack_resources(StackName=STACK)["StackResourceSummaries"]
        bucket = next(
            one["PhysicalResourceId"]
            for one in resources
            if one["LogicalResourceId"] == "ServerlessDeploymentBucket"
        )
        for one in of_type(template, "AWS::Lambda::Function").values():
            key = one["Properties"]["Code"]["S3Key"]
            body = (BUILD / "deployment" / key.rpartition("/")[2]).read_bytes()
            s3.put_object(Bucket=bucket, Key=key, Body=body)
        formation.update_stack(
            StackName=STACK,
            TemplateBody=json.dumps(template),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        status = formation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
        assert status == "UPDATE_COMPLETE", status
        return cls(cloud, template)

    def schedule(self) -> None:
        """Makes the template's schedules, which moto's CloudFormation passes over."""
        scheduler = self.cloud.client("scheduler")
        (group,) = of_type(self.template, "AWS::Scheduler::ScheduleGroup").values()
        scheduler.create_schedule_group(Name=group["Properties"]["Name"])
        for one in of_type(self.template, "AWS::Scheduler::Schedule").values():
            target = {name: self._arn(value) for name, value in one["Properties"]["Target"].items()}
            target["DeadLetterConfig"] = {"Arn": self._arn(target["DeadLetterConfig"]["Arn"])}
            described = {**one["Properties"], "GroupName": STACK, "Target": target}
            scheduler.create_schedule(**described)

    def _arn(self, value: Any) -> Any:
        """Of a resource that is referred to; every other value as it is."""
        if not (isinstance(value, dict) and "Fn::GetAtt" in value):
            return value
        return f"arn:aws:any:{REGION}:123456789012:{self.physical[value['Fn::GetAtt'][0]]}"

    @cached_property
    def physical(self) -> dict[str, str]:
        """The deployed resources by their names in the template."""
        pages = self.cloud.client("cloudformation").get_paginator("list_stack_resources")
        return {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for page in pages.paginate(StackName=STACK)
            for one in page["StackResourceSummaries"]
        }

    def environ(self, name: str) -> dict[str, str]:
        """The variables that a function was deployed with."""
        configured = self.cloud.client("lambda").get_function_configuration(
            FunctionName=f"{STACK}-{name}"
        )
        variables: dict[str, str] = configured["Environment"]["Variables"]
        return variables


def package_templates(stage: str = STAGE) -> None:
    """Runs ``osls package``: no account, no network, and the zips that are there already."""
    packaged = subprocess.run(
        [ROOT / "node_modules" / ".bin" / "osls", "package", "--stage", stage],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert packaged.returncode == 0, packaged.stdout + packaged.stderr


def read_template() -> dict[str, Any]:
    """The compiled template that was written last."""
    path = TEMPLATES / "cloudformation-template-update-stack.json"
    template: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return template


def of_type(template: dict[str, Any], kind: str) -> dict[str, Any]:
    """The template's resources of a type, by name."""
    return {name: one for name, one in template["Resources"].items() if one["Type"] == kind}
