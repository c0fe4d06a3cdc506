"""The secured local server as its clients see it before they connect: who needs which login, and what cannot change."""

from pathlib import Path

import pytest

from broker.faults import ModeFixed, SettingsFault
from broker.local import LocalKafka
from broker.local_login import OPERATOR, as_operator
from broker.passwords import Passwords
from broker.places import endpoint_at, secrets_folder, write_endpoint
from broker.settings import KafkaSettings, SecurityProtocol

_META = "cluster.id=jh6JyvokS4m95csnlRlsEw\nversion=1\ndirectory.id=Ab\nnode.id=1\n"


@pytest.fixture
def secured(tmp_path: Path) -> Path:
    """A `var` in which the local server was once started with logins."""
    folder = tmp_path / "kafka"
    folder.mkdir()
    write_endpoint(folder, endpoint_at(19192, is_secure=True))
    Passwords(secrets_folder(folder)).keep(OPERATOR)
    return tmp_path


def test_a_client_without_a_login_is_told_so_instead_of_waiting(secured: Path) -> None:
    with pytest.raises(SettingsFault, match=r"asks for a login: set QINGYU_KAFKA_SECURITY_PROTOCOL.*kafka/secrets"):
        KafkaSettings.from_environ({"QINGYU_VAR": str(secured)})
    elsewhere = {"QINGYU_VAR": str(secured), "QINGYU_KAFKA_BOOTSTRAP": "kafka:9092"}
    assert KafkaSettings.from_environ(elsewhere).security_protocol is SecurityProtocol.PLAINTEXT


def test_the_operator_logs_in_with_the_file_beside_the_server(secured: Path) -> None:
    settings = KafkaSettings.from_environ(as_operator({"QINGYU_VAR": str(secured)}))
    assert settings.bootstrap == "127.0.0.1:19192"
    assert settings.security_protocol is SecurityProtocol.SASL_PLAINTEXT
    assert settings.username == "operator"
    assert settings.password == Passwords(secured / "kafka" / "secrets").read("operator")


@pytest.mark.parametrize(
    "more",
    [
        {"QINGYU_KAFKA_BOOTSTRAP": "kafka:9092"},
        {
            "QINGYU_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "QINGYU_KAFKA_SASL_USERNAME": "writer",
            "QINGYU_KAFKA_SASL_PASSWORD": "x",
        },
    ],
)
def test_what_is_set_comes_before_the_operators_file(secured: Path, more: dict[str, str]) -> None:
    environ = {"QINGYU_VAR": str(secured), **more}
    assert as_operator(environ) == environ


def test_an_operators_file_that_is_kept_elsewhere_is_not_missed(secured: Path) -> None:
    (secured / "kafka" / "secrets" / "operator").unlink()
    environ = {"QINGYU_VAR": str(secured)}
    assert as_operator(environ) == environ


@pytest.mark.parametrize("was_secure", [True, False])
def test_a_server_that_holds_messages_neither_loses_nor_gains_logins(tmp_path: Path, was_secure: bool) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "meta.properties").write_text(_META, encoding="latin-1")
    write_endpoint(tmp_path, endpoint_at(19192, is_secure=was_secure))
    other = LocalKafka(tmp_path, 19192, 19193, tmp_path / "cache", is_secure=not was_secure)
    with pytest.raises(ModeFixed, match=r"formatted with(out)? logins and cannot change over.*qingyu kafka wipe"):
        other.start(lambda _: None)
