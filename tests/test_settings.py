"""Settings say what is wrong by the variable's name, and never show a key."""

from __future__ import annotations

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from settings import KEY_BYTES, Secrets, Settings, SettingsError

pytestmark = pytest.mark.ring("test")


def key(size: int, filling: bytes = b"k") -> str:
    return base64.b64encode(filling * size).decode()


PRODUCTION = {
    "ENVIRONMENT": "production",
    "LIZHENG_MASTER_KEY": key(96),
    "LIZHENG_ACCESS_KEY": key(32),
    "LIZHENG_CHAIN_KEY": key(32),
}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"DATA_DIR": str(tmp_path / "data")}


def test_everything_has_a_default(environ: dict[str, str]) -> None:
    settings = Settings.from_environment(environ)
    assert settings == Settings(
        secrets=settings.secrets,
        environment="development",
        data_dir=Path(environ["DATA_DIR"]),
        mongodb_uri=None,
        mongodb_database="lizheng",
        mongodb_driver="motor",
        host="127.0.0.1",
        port=8000,
        demo=True,
    )


def test_every_variable_is_read(environ: dict[str, str]) -> None:
    settings = Settings.from_environment(
        environ
        | {
            "ENVIRONMENT": "test",
            "MONGODB_URI": "mongodb://db.example:27017",
            "MONGODB_DATABASE": "letters",
            "MONGODB_DRIVER": "pymongo",
            "HOST": "0.0.0.0",
            "PORT": "8080",
            "DEMO": "0",
            "TRUSTED_DOCUMENTS_ONLY": "1",
            "MAX_BODY_BYTES": "1024",
            "OPERATION_SECONDS": "30",
        }
    )
    assert settings.trusted_documents_only
    assert (settings.max_body_bytes, settings.operation_seconds) == (1024, 30)
    assert settings.environment == "test"
    assert settings.mongodb_uri == "mongodb://db.example:27017"
    assert settings.mongodb_database == "letters"
    assert settings.mongodb_driver == "pymongo"
    assert (settings.host, settings.port, settings.demo) == ("0.0.0.0", 8080, False)


def test_an_empty_variable_is_an_absent_one(environ: dict[str, str]) -> None:
    names = ("MONGODB_URI", "MONGODB_DRIVER", "PORT", "DEMO", "ENVIRONMENT", "LIZHENG_CHAIN_KEY")
    empty = dict.fromkeys(names, "")
    assert Settings.from_environment(environ | empty) == Settings.from_environment(environ)


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("ENVIRONMENT", "prod", "must be one of development, test, production, not 'prod'"),
        ("MONGODB_DRIVER", "mongo", "must be one of motor, pymongo, not 'mongo'"),
        ("PORT", "0", "must be a number from 1 to 65535, not '0'"),
        ("PORT", "65536", "must be a number from 1 to 65535, not '65536'"),
        ("PORT", "-1", "must be a number from 1 to 65535, not '-1'"),
        ("PORT", "²", "must be a number from 1 to 65535, not '²'"),
        ("DEMO", "yes", "must be 0 or 1, not 'yes'"),
        ("TRUSTED_DOCUMENTS_ONLY", "on", "must be 0 or 1, not 'on'"),
        ("OPERATION_SECONDS", "0", "must be a number from 1 to 300, not '0'"),
        ("LIZHENG_MASTER_KEY", "%", "is not base64"),
        ("LIZHENG_MASTER_KEY", key(95), "must be 96 bytes in base64, not 95"),
        ("LIZHENG_ACCESS_KEY", key(33), "must be 32 bytes in base64, not 33"),
    ],
)
def test_a_wrong_value_is_refused(
    environ: dict[str, str], variable: str, value: str, reason: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(environ | {variable: value})
    assert str(refused.value) == f"{variable} {reason}"


def test_development_keys_are_made_once_and_kept(environ: dict[str, str]) -> None:
    made = Settings.from_environment(environ).secrets
    assert Settings.from_environment(environ).secrets == made
    kept = {name: size for name, size in KEY_BYTES.items() if name != "phone_key"}
    assert {name: len(getattr(made, name)) for name in kept} == kept
    assert len({made.access_key, made.chain_key, made.token_key}) == 3


def test_kept_keys_are_for_this_user_only(environ: dict[str, str]) -> None:
    Settings.from_environment(environ)
    folder = Path(environ["DATA_DIR"])
    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secrets.json"]


def test_all_who_make_keys_at_once_get_the_same(environ: dict[str, str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(Settings.from_environment, [environ] * 8))
    assert all(settings.secrets == made[0].secrets for settings in made)


def test_a_file_of_an_older_version_gets_the_key_that_it_lacks(environ: dict[str, str]) -> None:
    made = Settings.from_environment(environ).secrets
    path = Path(environ["DATA_DIR"]) / "secrets.json"
    kept = json.loads(path.read_text())
    del kept["account_key"]
    path.write_text(json.dumps(kept))
    with ThreadPoolExecutor(8) as pool:
        now = list(pool.map(Settings.from_environment, [environ] * 8))
    assert {settings.secrets for settings in now} == {now[0].secrets}
    assert (now[0].secrets.chain_key, now[0].secrets.token_key) == (made.chain_key, made.token_key)
    assert now[0].secrets.account_key not in (None, made.account_key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secrets.json"]


def test_production_signs_citizens_in_only_with_a_key_for_it(environ: dict[str, str]) -> None:
    assert Settings.from_environment(environ | PRODUCTION).secrets.account_key is None
    told = PRODUCTION | {"LIZHENG_ACCOUNT_KEY": key(32, b"a")}
    assert Settings.from_environment(environ | told).secrets.account_key == b"a" * 32


def test_a_given_key_goes_before_a_kept_one(environ: dict[str, str]) -> None:
    kept = Settings.from_environment(environ).secrets
    given = Settings.from_environment(environ | {"LIZHENG_CHAIN_KEY": key(32, b"c")}).secrets
    assert given.chain_key == b"c" * 32
    assert given.access_key == kept.access_key


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"master_key": 1}', json.dumps({"chain_key": key(32)})]
)
def test_a_damaged_file_of_keys_is_not_replaced(environ: dict[str, str], text: str) -> None:
    path = Path(environ["DATA_DIR"]) / "secrets.json"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(SettingsError, match=r"DATA_DIR: .*secrets\.json does not hold the keys"):
        Settings.from_environment(environ)
    assert path.read_text() == text


def test_production_takes_its_keys_from_outside_and_keeps_none(environ: dict[str, str]) -> None:
    settings = Settings.from_environment(environ | PRODUCTION)
    assert settings.secrets == Secrets(b"k" * 96, b"k" * 32, b"k" * 32, None)
    assert not Path(environ["DATA_DIR"]).exists()


@pytest.mark.parametrize(
    "variable", ["LIZHENG_MASTER_KEY", "LIZHENG_ACCESS_KEY", "LIZHENG_CHAIN_KEY"]
)
def test_production_does_not_start_without_a_key(environ: dict[str, str], variable: str) -> None:
    with pytest.raises(SettingsError, match=f"^{variable} must be set"):
        Settings.from_environment(environ | PRODUCTION | {variable: ""})


@pytest.mark.parametrize(
    ("variable", "value"), [("DEV_ISSUER", "1"), ("LIZHENG_TOKEN_KEY", key(32))]
)
def test_production_has_no_development_issuer(
    environ: dict[str, str], variable: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_environment(environ | PRODUCTION | {variable: value})


# Who is believed, and how much anybody may ask for

ISSUER = {"TOKEN_ISSUER": "https://id.example", "TOKEN_AUDIENCE": "letters"}


@pytest.mark.parametrize(
    "url",
    [
        "https://id.example/jwks",
        "https://id.example:8443/jwks",
        "http://127.0.0.1:8080/jwks",
        "http://[::1]/jwks",
        "http://localhost/jwks",
    ],
)
def test_an_issuer_may_be_on_this_machine(environ: dict[str, str], url: str) -> None:
    settings = Settings.from_environment(environ | ISSUER | {"JWKS_URL": url})
    told = (settings.jwks_url, settings.token_issuer, settings.token_audience)
    assert told == (url, "https://id.example", "letters")


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example/jwks",
        "http://169.254.169.254/latest",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "ftp://id.example/",
        "https://",
        "https://[/",
        "id.example",
    ],
)
def test_an_issuer_is_reached_over_an_encrypted_line(environ: dict[str, str], url: str) -> None:
    with pytest.raises(SettingsError, match=r"^JWKS_URL must begin with https://"):
        Settings.from_environment(environ | ISSUER | {"JWKS_URL": url})


@pytest.mark.parametrize("name", ISSUER)
def test_keys_without_issuer_and_audience_are_refused(environ: dict[str, str], name: str) -> None:
    told = {"JWKS_URL": "https://id.example/jwks", **ISSUER, name: ""}
    with pytest.raises(SettingsError, match=f"^{name} must be set with JWKS_URL"):
        Settings.from_environment(environ | told)


def test_proxies_are_addresses_and_networks(environ: dict[str, str]) -> None:
    told = {"TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.1,fd00::/8"}
    settings = Settings.from_environment(environ | told)
    assert [str(one) for one in settings.trusted_proxies] == [
        *("10.0.0.0/8", "192.0.2.1/32", "fd00::/8"),
    ]
    for wrong in ("10.0.0.1/8", "proxy.example", "*"):
        with pytest.raises(SettingsError, match=r"^TRUSTED_PROXIES: "):
            Settings.from_environment(environ | {"TRUSTED_PROXIES": wrong})


def test_limits_are_generous_except_in_production(environ: dict[str, str]) -> None:
    at_home = Settings.from_environment(environ)
    assert (at_home.rate_limit, at_home.letter_limit) == (1_000_000, 1_000_000)
    outside = Settings.from_environment(environ | PRODUCTION)
    assert (outside.rate_limit, outside.letter_limit) == (1_200, 60)
    told = {"RATE_LIMIT": "5", "LETTER_LIMIT": "6"}
    told |= {"GUESSES_PER_NUMBER": "7", "GUESSES_PER_ADDRESS": "8"}
    given = Settings.from_environment(environ | PRODUCTION | told)
    assert (given.rate_limit, given.letter_limit) == (5, 6)
    assert (given.guesses_per_number, given.guesses_per_address) == (7, 8)


def test_no_key_is_ever_shown(environ: dict[str, str]) -> None:
    settings = Settings.from_environment(environ | PRODUCTION)
    assert repr(settings.secrets) == str(settings.secrets) == "Secrets(…)"
    assert "kkk" not in repr(settings)


# Operation


def test_traces_are_on_when_there_is_somewhere_to_send_them(environ: dict[str, str]) -> None:
    assert not Settings.from_environment(environ).tracing
    assert Settings.from_environment(environ | {"TRACING": "1"}).tracing
    address = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}
    assert Settings.from_environment(environ | address).tracing
    assert not Settings.from_environment(environ | address | {"TRACING": "0"}).tracing


def test_the_limit_of_concurrent_requests_is_a_number(environ: dict[str, str]) -> None:
    assert Settings.from_environment(environ | {"MAX_CONCURRENT": "7"}).max_concurrent == 7
    for wrong in ("0", "10001", "many", "-1"):
        with pytest.raises(SettingsError, match=r"^MAX_CONCURRENT must be .* 1 to 10000, not"):
            Settings.from_environment(environ | {"MAX_CONCURRENT": wrong})


def test_the_token_for_metrics_is_never_shown(environ: dict[str, str]) -> None:
    settings = Settings.from_environment(environ | {"METRICS_TOKEN": "an-operators-token"})
    assert settings.metrics_token == "an-operators-token"
    assert "an-operators-token" not in repr(settings)


def test_origins_are_named_one_by_one(environ: dict[str, str]) -> None:
    assert Settings.from_environment(environ).allowed_origins == ()
    given = {"ALLOWED_ORIGINS": "https://portal.example, http://localhost:3000"}
    settings = Settings.from_environment(environ | given)
    assert settings.allowed_origins == ("https://portal.example", "http://localhost:3000")
    for wrong in ("*", "null", "portal.example", "https://portal.example/", "https://*.example"):
        with pytest.raises(SettingsError, match=r"^ALLOWED_ORIGINS must be origins such as"):
            Settings.from_environment(environ | {"ALLOWED_ORIGINS": wrong})


def test_the_limit_of_subscriptions_is_a_number(environ: dict[str, str]) -> None:
    assert Settings.from_environment(environ).max_subscriptions == 2_000
    given = {"MAX_SUBSCRIPTIONS": "7"}
    assert Settings.from_environment(environ | given).max_subscriptions == 7
    for wrong in ("0", "1000001", "many"):
        with pytest.raises(SettingsError, match=r"^MAX_SUBSCRIPTIONS must be .* 1 to 1000000"):
            Settings.from_environment(environ | {"MAX_SUBSCRIPTIONS": wrong})


def test_look_ups_by_telephone_have_a_key_of_their_own_or_one_that_follows(
    environ: dict[str, str],
) -> None:
    for told in (environ, environ | PRODUCTION):
        secrets = Settings.from_environment(told).secrets
        assert (secrets.phone_key, len(secrets.lookup_key)) == (None, 32)
        assert secrets.lookup_key == Settings.from_environment(told).secrets.lookup_key
        given = Settings.from_environment(told | {"LIZHENG_PHONE_KEY": key(32, b"p")}).secrets
        assert given.phone_key == given.lookup_key == b"p" * 32
