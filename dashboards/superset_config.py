"""Superset's configuration: Chinese, closed to the net, and one locked lake behind a gate.

Superset imports this module by its name (the folder is on PYTHONPATH, see serve.py).
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

from flask import Flask
from lake_reader import ReadOnlyLake
from room_settings import SettingsError, read_settings
from select_only import StatementRefused, check
from zh_corrections import serve_corrected_pack

_settings = read_settings(os.environ)
_lake = ReadOnlyLake(_settings)

SECRET_KEY = _settings.secret("secret_key")
SQLALCHEMY_DATABASE_URI = _settings.metadata_database
SUPERSET_WEBSERVER_PORT = _settings.port

# --- the lake -----------------------------------------------------------------------------------------------
SQL_QUERY_LIMIT_ROWS = 10_000
SQL_MAX_ROW = SQL_QUERY_LIMIT_ROWS
ROW_LIMIT = SQL_QUERY_LIMIT_ROWS
MUTATE_AFTER_SPLIT = False  # the whole block is judged before anything of it runs
ALLOWED_USER_CSV_SCHEMA_FUNC = lambda database, user: []  # noqa: E731  nothing is uploaded into the lake


def DB_CONNECTION_MUTATOR(
    uri: Any, params: dict[str, Any], username: str | None, security_manager: Any, source: Any
) -> tuple[Any, dict[str, Any]]:
    """Let every connection of Superset reach the one lake, and no other database."""
    if uri.get_backend_name() != "duckdb":
        raise SettingsError("只能连接晴雨数据湖。 (Only the Qingyu lake may be connected.)")
    return uri, {**params, "creator": _lake.connect}


def SQL_QUERY_MUTATOR(sql: str, **context: Any) -> str:
    """Judge what people and charts ask, early and strictly; the connection judges once more."""
    from superset.errors import ErrorLevel, SupersetError, SupersetErrorType  # noqa: PLC0415  superset loads us
    from superset.exceptions import SupersetSecurityException  # noqa: PLC0415

    try:
        check(sql)
    except StatementRefused as refusal:
        raise SupersetSecurityException(
            SupersetError(str(refusal), SupersetErrorType.QUERY_SECURITY_ACCESS_ERROR, ErrorLevel.ERROR)
        ) from refusal
    return sql


# --- what is switched on ------------------------------------------------------------------------------------
FEATURE_FLAGS = {
    "ENABLE_TEMPLATE_PROCESSING": False,  # no Jinja in SQL
    "RLS_IN_SQLLAB": True,
    "ALERT_REPORTS": False,  # early warning is the alerts room's work
    "EMBEDDED_SUPERSET": False,
    "EMBEDDABLE_CHARTS": False,
    "ESTIMATE_QUERY_COST": False,
}
FAB_API_SWAGGER_UI = False
HTML_SANITIZATION = True
PUBLIC_ROLE_LIKE = None


class CELERY_CONFIG:
    """There is no task queue: whoever asks for a background query gets an error at once, not a wait for ever."""

    broker_url = "no-queue://"
    task_ignore_result = True


# --- Chinese ------------------------------------------------------------------------------------------------
APP_NAME = "晴雨"
BABEL_DEFAULT_LOCALE = "zh"
BABEL_DEFAULT_TIMEZONE = "Asia/Shanghai"
LANGUAGES = {"zh": {"flag": "cn", "name": "简体中文"}, "en": {"flag": "us", "name": "English"}}


def FLASK_APP_MUTATOR(app: Flask) -> None:
    """Hand out the Chinese texts with our corrections, also to the login page."""
    app.before_request(serve_corrected_pack)


_MONTHS = [f"{month}月" for month in range(1, 13)]
_DAYS = "日一二三四五六"
D3_TIME_FORMAT = {
    "dateTime": "%Y年%-m月%-d日 %H:%M:%S",
    "date": "%Y年%-m月%-d日",
    "time": "%H:%M:%S",
    "periods": ["上午", "下午"],
    "days": [f"星期{day}" for day in _DAYS],
    "shortDays": [f"周{day}" for day in _DAYS],
    "months": _MONTHS,
    "shortMonths": _MONTHS,
}
LOGO = Path(__file__).with_name("logo.svg")
THEME_DEFAULT = {
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": APP_NAME,
        "brandLogoUrl": "data:image/svg+xml;base64," + base64.b64encode(LOGO.read_bytes()).decode(),
        "brandLogoMargin": "18px 0",
        "brandLogoHref": "/",
        "brandLogoHeight": "24px",
        "colorPrimary": "#1f5f8b",
        "colorLink": "#1f5f8b",
        "fontUrls": [],
        "fontFamily": "Inter, 'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif",
    },
    "algorithm": "default",
}
THEME_DARK = None

# --- short caches: a commit is on every screen within this time, at once after "refresh" -----------------------
_DATA_SECONDS = 20
_CACHE = (
    {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": _settings.redis_url}
    if _settings.redis_url
    else {"CACHE_TYPE": "SimpleCache", "CACHE_THRESHOLD": 500}
)
DATA_CACHE_CONFIG = {**_CACHE, "CACHE_DEFAULT_TIMEOUT": _DATA_SECONDS, "CACHE_KEY_PREFIX": "qingyu_data_"}

# --- closed to the net --------------------------------------------------------------------------------------
WTF_CSRF_ENABLED = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
RATELIMIT_STORAGE_URI = _settings.redis_url or "memory://"
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "default-src": ["'self'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,  # listens on loopback only; a proxy in front speaks https
    "session_cookie_secure": False,
}
