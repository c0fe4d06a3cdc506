"""The two logins a secured local server is formatted with; `qingyu kafka secure` makes the plans' users later."""

from collections.abc import Mapping
from dataclasses import replace

from broker.passwords import Passwords
from broker.places import local_folder, read_endpoint, secrets_folder
from broker.settings import KafkaSettings, SecurityProtocol

# The server's own, by which broker and controller know each other. It must stay where it is.
BROKER = "broker"
# The administrator's. Its file may be kept elsewhere.
OPERATOR = "operator"


def with_login(settings: KafkaSettings, user: str, password: str) -> KafkaSettings:
    """The same cluster with a login."""
    return replace(settings, security_protocol=SecurityProtocol.SASL_PLAINTEXT, username=user, password=password)


def as_operator(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The environment for the administrator's own commands.

    A secured local server's operator logs in with the file that lies beside the server, unless another login is set.
    """
    outside = environ.get("QINGYU_KAFKA_BOOTSTRAP") or environ.get("QINGYU_KAFKA_SECURITY_PROTOCOL")
    folder = local_folder(environ)
    passwords = Passwords(secrets_folder(folder))
    if outside or not read_endpoint(folder).is_secure or not passwords.has(OPERATOR):
        return environ
    return {
        **environ,
        "QINGYU_KAFKA_SECURITY_PROTOCOL": SecurityProtocol.SASL_PLAINTEXT,
        "QINGYU_KAFKA_SASL_USERNAME": OPERATOR,
        "QINGYU_KAFKA_SASL_PASSWORD_FILE": str(passwords.file(OPERATOR)),
    }
