"""The process does not start without what it needs."""

from __future__ import annotations

import pytest

from core.config import Config, ConfigurationError
from tests.conftest import KEYS

ALL = {**KEYS, "DATABASE_URL": "postgres://h/d", "REDIS_URL": "redis://h"}


def test_production_is_the_default_and_names_every_missing_secret() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Config.from_environment({})
    for name in ("SECRET_KEY", "MASTER_KEY", "DATABASE_URL", "REDIS_URL", "BASE_URL", "MAIL_URL", "production"):
        assert name in str(refused.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "MASTER_KEY"])
def test_a_short_key_is_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Config.from_environment({**ALL, name: "short"})


def test_an_unknown_environment_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="DPS_ENV"):
        Config.from_environment({**ALL, "DPS_ENV": "staging"})


def test_a_plain_database_address_gets_its_driver_and_secrets_stay_out_of_repr() -> None:
    config = Config.from_environment(ALL)
    assert config.database_url == "postgresql+psycopg://h/d"
    assert KEYS["SECRET_KEY"] not in repr(config)
    assert KEYS["MASTER_KEY"] not in repr(config)
