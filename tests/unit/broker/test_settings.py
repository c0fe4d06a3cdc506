"""Kafka settings: read from the environment, every fault named at once, the password never shown."""

from pathlib import Path

import pytest

from broker.faults import SettingsFault
from broker.places import endpoint_at, read_endpoint, write_endpoint
from broker.settings import KafkaSettings, SaslMechanism, SecurityProtocol


def test_nothing_set_means_the_local_server_on_its_default_port(tmp_path: Path) -> None:
    settings = KafkaSettings.from_environ({"QINGYU_VAR": str(tmp_path)})
    assert settings == KafkaSettings(bootstrap="127.0.0.1:9092", is_local=True)
    assert settings.wait_s == 60.0


def test_the_local_servers_recorded_port_is_found_under_var(tmp_path: Path) -> None:
    (tmp_path / "kafka").mkdir()
    write_endpoint(tmp_path / "kafka", endpoint_at(19192))
    settings = KafkaSettings.from_environ({"QINGYU_VAR": str(tmp_path)})
    assert settings.bootstrap == "127.0.0.1:19192"
    assert read_endpoint(tmp_path / "kafka").controller_port == 19193


def test_a_damaged_endpoint_record_is_named_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "kafka").mkdir()
    (tmp_path / "kafka" / "endpoint.json").write_text('{"port": 90', encoding="utf-8")
    with pytest.raises(SettingsFault, match=r"endpoint\.json is damaged.*Delete it"):
        KafkaSettings.from_environ({"QINGYU_VAR": str(tmp_path)})


def test_a_named_cluster_with_login_is_read_whole(tmp_path: Path) -> None:
    cafile = tmp_path / "ca.pem"
    cafile.touch()
    settings = KafkaSettings.from_environ(
        {
            "QINGYU_KAFKA_BOOTSTRAP": "kafka-1:9093, kafka-2:9093",
            "QINGYU_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "QINGYU_KAFKA_SASL_MECHANISM": "SCRAM-SHA-256",
            "QINGYU_KAFKA_SASL_USERNAME": "gateway",
            "QINGYU_KAFKA_SASL_PASSWORD": "hunter2",
            "QINGYU_KAFKA_SSL_CAFILE": str(cafile),
            "QINGYU_TOPIC_PREFIX": "xuchang.",
            "QINGYU_KAFKA_WAIT": "2.5",
        }
    )
    assert settings.addresses == ["kafka-1:9093", "kafka-2:9093"]
    assert not settings.is_local
    assert settings.security_protocol is SecurityProtocol.SASL_SSL
    assert settings.sasl_mechanism is SaslMechanism.SCRAM_SHA_256
    assert (settings.username, settings.password) == ("gateway", "hunter2")
    assert (settings.ssl_cafile, settings.wait_s) == (cafile, 2.5)
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings)


def test_the_password_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n", encoding="utf-8")
    settings = KafkaSettings.from_environ(
        {
            "QINGYU_KAFKA_BOOTSTRAP": "kafka:9093",
            "QINGYU_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "QINGYU_KAFKA_SASL_USERNAME": "gateway",
            "QINGYU_KAFKA_SASL_PASSWORD_FILE": str(secret),
        }
    )
    assert settings.password == "hunter2"


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault) as caught:
        KafkaSettings.from_environ(
            {
                "QINGYU_KAFKA_BOOTSTRAP": "kafka-1,kafka-2:70000",
                "QINGYU_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
                "QINGYU_KAFKA_SASL_MECHANISM": "GSSAPI",
                "QINGYU_KAFKA_SASL_PASSWORD_FILE": str(tmp_path / "none"),
                "QINGYU_KAFKA_SSL_CAFILE": str(tmp_path / "missing.pem"),
                "QINGYU_TOPIC_PREFIX": "a_b",
                "QINGYU_KAFKA_WAIT": "soon",
            }
        )
    said = str(caught.value)
    for part in (
        "'kafka-1' is not host:port",
        "'kafka-2:70000' is not host:port",
        "'GSSAPI' is none of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512",
        "QINGYU_KAFKA_SASL_USERNAME is not set",
        "QINGYU_KAFKA_SASL_PASSWORD (or QINGYU_KAFKA_SASL_PASSWORD_FILE) is not set",
        "none cannot be read",
        "there is no file",
        "'a_b' may hold letters",
        "'soon' is not a number of seconds",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("environ", "part"),
    [
        ({"QINGYU_KAFKA_SASL_USERNAME": "gateway"}, "is PLAINTEXT: set it to SASL_SSL"),
        (
            {
                "QINGYU_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
                "QINGYU_KAFKA_SASL_USERNAME": "gateway",
                "QINGYU_KAFKA_SASL_PASSWORD": "a",
                "QINGYU_KAFKA_SASL_PASSWORD_FILE": "/dev/null",
            },
            "both set: keep one",
        ),
        ({"QINGYU_KAFKA_SECURITY_PROTOCOL": "ssl"}, "'ssl' is none of PLAINTEXT, SSL"),
        ({"QINGYU_KAFKA_WAIT": "-1"}, "'-1' is not a number"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(environ: dict[str, str], part: str) -> None:
    with pytest.raises(SettingsFault) as caught:
        KafkaSettings.from_environ({"QINGYU_KAFKA_BOOTSTRAP": "kafka:9092", **environ})
    assert part in str(caught.value)


def test_the_prefix_goes_on_and_comes_off() -> None:
    settings = KafkaSettings(bootstrap="kafka:9092", is_local=False, topic_prefix="t1-")
    assert settings.topic("returns.energy-monthly.gateway") == "t1-returns.energy-monthly.gateway"
    assert settings.bare("t1-ticks") == "ticks"
    with pytest.raises(ValueError, match="does not begin with the prefix"):
        settings.bare("ticks")
