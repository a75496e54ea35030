"""Settings say what is wrong by the variable's name, and never show a key."""

from __future__ import annotations

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from settings import KEY_BYTES, Secrets, Settings, SettingsError


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
        }
    )
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
    assert {name: len(getattr(made, name)) for name in KEY_BYTES} == KEY_BYTES
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


def test_no_key_is_ever_shown(environ: dict[str, str]) -> None:
    settings = Settings.from_environment(environ | PRODUCTION)
    assert repr(settings.secrets) == str(settings.secrets) == "Secrets(…)"
    assert "kkk" not in repr(settings)
