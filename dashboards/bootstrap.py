"""Make Superset's own database ready: schema, administrator, roles, assets. Safe to run at any time.

One process, because importing Superset takes seconds. What was done is recorded with a fingerprint in the
room's folder, so a second run with the same Superset and the same assets does nothing and starts no Superset.

    python dashboards/bootstrap.py
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from room_settings import RoomSettings, read_settings

ROOM = Path(__file__).resolve().parent
ASSETS = ROOM / "assets"
ADMIN = "admin"
ADMIN_PASSWORD_FILE = "admin_password"
DATABASE_NAME = "晴雨数据湖"
VIEWER_ROLE = "Analyst"
SQL_ROLE = "TrustedAnalyst"

_VIEWER_EXTRAS = frozenset(
    {("menu_access", "Dashboards"), ("menu_access", "Home"), ("can_userinfo", "UserDBModelView")}
    | {("can_read", "SecurityRestApi"), ("can_recent_activity", "Log"), ("can_log", "Superset")}
    | {("can_csv", "Superset"), ("can_read", "Explore"), ("can_read", "Dataset")}
)

log = logging.getLogger("qingyu.dashboards")


def wanted_state(settings: RoomSettings) -> dict[str, str]:
    """What the record must say for the room to be ready: Superset with its database, and our own files."""
    digest = hashlib.sha256()
    for path in sorted([*ASSETS.rglob("*.yaml"), Path(__file__)]):
        digest.update(str(path.relative_to(ROOM)).encode())
        digest.update(path.read_bytes())
    database = hashlib.sha256(settings.metadata_database.encode()).hexdigest()
    return {"superset": version("apache-superset"), "database": database, "assets": digest.hexdigest()}


def recorded_state(settings: RoomSettings) -> dict[str, str]:
    """What the last run finished with; empty before the first and when a SQLite database has vanished."""
    own = settings.metadata_database.removeprefix("sqlite:///")
    if own != settings.metadata_database and not Path(own).exists():
        return {}
    record = _record(settings)
    return json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}


def is_ready(settings: RoomSettings) -> bool:
    """Whether there is nothing left to do."""
    return recorded_state(settings) == wanted_state(settings)


def bootstrap(settings: RoomSettings) -> None:
    """Bring Superset's database to the wanted state; does only what differs from the record."""
    wanted, recorded = wanted_state(settings), recorded_state(settings)
    if wanted == recorded:
        log.info("dashboards are ready, nothing to do")
        return
    settings.secret(ADMIN_PASSWORD_FILE)
    from superset.app import create_app  # noqa: PLC0415  seconds of import, only when there is work

    with create_app().app_context():
        if {**wanted, "assets": ""} != {**recorded, "assets": ""}:
            _upgrade_schema()
        _sync_roles_and_admin(settings)
        _import_assets()
        _sync_own_roles()
    record = _record(settings)
    record.with_suffix(".new").write_text(json.dumps(wanted), encoding="utf-8")
    record.with_suffix(".new").replace(record)
    log.info("dashboards are ready; administrator %r, password in %s", ADMIN, ADMIN_PASSWORD_FILE)


def _record(settings: RoomSettings) -> Path:
    return settings.home / "bootstrapped.json"


def _upgrade_schema() -> None:
    from flask_migrate import upgrade  # noqa: PLC0415

    upgrade()


def _sync_roles_and_admin(settings: RoomSettings) -> None:
    from superset import appbuilder, db, security_manager  # noqa: PLC0415

    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
    if security_manager.find_user(ADMIN) is None:
        security_manager.add_user(
            username=ADMIN,
            first_name="晴雨",
            last_name="管理员",
            email="admin@localhost",
            role=security_manager.find_role("Admin"),
            password=settings.secret(ADMIN_PASSWORD_FILE),
        )
    db.session.commit()


def _import_assets() -> None:
    """Import the whole folder as one transaction; what is there already is overwritten, not doubled."""
    from superset import security_manager  # noqa: PLC0415
    from superset.commands.importers.v1.assets import ImportAssetsCommand  # noqa: PLC0415
    from superset.utils.core import override_user  # noqa: PLC0415

    contents = {
        path.relative_to(ASSETS).as_posix(): path.read_text(encoding="utf-8") for path in sorted(ASSETS.rglob("*.yaml"))
    }
    with override_user(security_manager.find_user(ADMIN)):
        ImportAssetsCommand(contents).run()


def _sync_own_roles() -> None:
    """`Analyst` looks at dashboards of the lake; `TrustedAnalyst` may also build charts and use SQL Lab."""
    from superset import db, security_manager  # noqa: PLC0415
    from superset.models.core import Database  # noqa: PLC0415

    lake = db.session.query(Database).filter_by(database_name=DATABASE_NAME).one()
    reads_lake = security_manager.add_permission_view_menu("database_access", lake.perm)
    pairs = security_manager.PUBLIC_ROLE_PERMISSIONS | _VIEWER_EXTRAS
    found = [security_manager.find_permission_view_menu(*pair) for pair in sorted(pairs)]
    viewer: set[Any] = {permission for permission in found if permission is not None}
    builder = {
        permission for role in ("Gamma", "sql_lab") for permission in security_manager.find_role(role).permissions
    }
    for name, permissions in ((VIEWER_ROLE, viewer), (SQL_ROLE, viewer | builder)):
        role = security_manager.add_role(name)
        role.permissions = [*permissions, reads_lake]
    db.session.commit()


def main() -> int:
    """Entry point; exit code 0 when the room is ready."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    bootstrap(read_settings(os.environ))
    return 0


if __name__ == "__main__":
    sys.exit(main())
