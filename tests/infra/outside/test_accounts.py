"""What accounts are told from outside: a wrong variable is named."""

from __future__ import annotations

import pytest

from infra.outside.accounts import AccountSettings
from infra.outside.told import OutsideSettings

pytestmark = pytest.mark.ring("test")

ARN = "arn:aws:sns:ap-southeast-1:123456789012:app/APNS/letters"


def test_everything_has_a_default() -> None:
    assert AccountSettings.from_environment({}) == AccountSettings()


def test_codes_are_few_in_production() -> None:
    told = AccountSettings.from_environment({"ENVIRONMENT": "production"})
    assert told.codes_per_address == 30
    given = {"ENVIRONMENT": "production", "SIGN_IN_CODES_PER_ADDRESS": "7"}
    assert AccountSettings.from_environment(given).codes_per_address == 7


def test_every_variable_is_read() -> None:
    given = {"PUSH_APNS_APPLICATION": ARN, "PUSH_FCM_APPLICATION": ARN.replace("APNS", "GCM")}
    told = OutsideSettings.from_environment(given).accounts
    assert (told.apns, told.fcm) == (ARN, ARN.replace("APNS", "GCM"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("SIGN_IN_CODES_PER_ADDRESS", value) for value in ("0", "-1", "x", "٣", "99999999")),
        *(("PUSH_FCM_APPLICATION", value) for value in ("letters", "arn:aws:sqs:a:1:b")),
        ("PUSH_APNS_APPLICATION", f"{ARN} "),
    ],
)
def test_what_cannot_be_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be"):
        AccountSettings.from_environment({name: value})
