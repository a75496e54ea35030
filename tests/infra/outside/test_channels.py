"""The settings of WeChat and SMS: what they must look like, and what each is refused for."""

from __future__ import annotations

import pytest

from infra.outside.channels import ChannelSettings

pytestmark = pytest.mark.ring("test")

AES = "a" * 43
TOPIC = "arn:aws:sns:ap-east-1:123456789012:two-way"
WECHAT = {"WECHAT_TOKEN": "channeltoken", "WECHAT_APP_ID": "wx1234567890abcdef"}
PRODUCTION = {"ENVIRONMENT": "production"}


def told(environ: dict[str, str]) -> ChannelSettings:
    return ChannelSettings.from_environment(environ)


@pytest.mark.parametrize("environ", [{}, {"WECHAT_TOKEN": "", "SMS_TOPIC": ""}, PRODUCTION])
def test_without_settings_there_is_neither_channel(environ: dict[str, str]) -> None:
    found = told(environ)
    assert (found.wechat_token, found.wechat_aes_key, found.sms_topic) == (None, None, None)


def test_all_that_is_set_is_read() -> None:
    local = "http://127.0.0.1:8443"
    found = told(WECHAT | {"WECHAT_AES_KEY": AES, "SMS_TOPIC": TOPIC, "SMS_AUTHORITY": local})
    expected = ("channeltoken", "wx1234567890abcdef", AES, TOPIC, local)
    assert found == ChannelSettings(*expected)


REFUSED = [
    # what is set                                             the variable that is named
    ({"WECHAT_TOKEN": "channeltoken"},                         "WECHAT_APP_ID"),
    ({**WECHAT, "WECHAT_TOKEN": "ab"},                         "WECHAT_TOKEN"),
    ({**WECHAT, "WECHAT_TOKEN": "a" * 33},                     "WECHAT_TOKEN"),
    ({**WECHAT, "WECHAT_TOKEN": "with space"},                 "WECHAT_TOKEN"),
    ({**WECHAT, "WECHAT_TOKEN": "token\n"},                    "WECHAT_TOKEN"),
    ({**WECHAT, "WECHAT_AES_KEY": "a" * 42},                   "WECHAT_AES_KEY"),
    ({**WECHAT, "WECHAT_AES_KEY": "a" * 42 + "="},             "WECHAT_AES_KEY"),
    ({**WECHAT, **PRODUCTION},                                 "WECHAT_AES_KEY"),
    ({"SMS_TOPIC": "two-way"},                                 "SMS_TOPIC"),
    ({"SMS_TOPIC": TOPIC.replace("sns", "sqs")},               "SMS_TOPIC"),
    ({"SMS_TOPIC": TOPIC.replace("ap-east-1", "evil.test/")},  "SMS_TOPIC"),
    ({"SMS_TOPIC": TOPIC.replace("123456789012", "1")},        "SMS_TOPIC"),
    ({"SMS_TOPIC": f"{TOPIC}\n"},                              "SMS_TOPIC"),
    ({"SMS_AUTHORITY": "https://127.0.0.1:8443"},              "SMS_AUTHORITY"),
    ({"SMS_AUTHORITY": "http://10.0.0.1:8443"},                "SMS_AUTHORITY"),
    ({"SMS_AUTHORITY": "http://127.0.0.1:8443@evil.test"},     "SMS_AUTHORITY"),
    ({"SMS_AUTHORITY": "http://127.0.0.1:8443", **PRODUCTION}, "SMS_AUTHORITY"),
]  # fmt: skip


@pytest.mark.parametrize(("environ", "named"), REFUSED)
def test_what_cannot_be_used_is_refused_by_its_name(environ: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named} "):
        told(environ)


@pytest.mark.parametrize(
    "environ",
    [
        {**WECHAT, "WECHAT_TOKEN": "my secret token"},
        {**WECHAT, "WECHAT_AES_KEY": "my secret key"},
        {"SMS_TOPIC": "my secret topic"},
    ],
)
def test_a_refusal_does_not_repeat_what_was_set(environ: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"shape") as refused:
        told(environ)
    assert "secret" not in str(refused.value)


def test_secrets_are_not_shown() -> None:
    shown = repr(told(WECHAT | {"WECHAT_AES_KEY": AES}))
    assert "channeltoken" not in shown
    assert AES not in shown


@pytest.mark.parametrize(
    ("topic", "host"),
    [
        (TOPIC, "sns.ap-east-1.amazonaws.com"),
        (TOPIC.replace("ap-east-1", "cn-north-1"), "sns.cn-north-1.amazonaws.com"),
        (
            TOPIC.replace("aws:sns:ap-east-1", "aws-cn:sns:cn-north-1"),
            "sns.cn-north-1.amazonaws.com.cn",
        ),
    ],
)
def test_certificates_lie_at_the_host_of_the_topic_s_region(topic: str, host: str) -> None:
    assert told({"SMS_TOPIC": topic}).sms_host == host
