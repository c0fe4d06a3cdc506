"""Corrections to Superset's Chinese texts, and Chinese on the login page.

Superset gives its language pack only to people who are signed in, so the login page would stay English, and
some of its entries are wrong ("Sign in" reads "Not In"). The texts are no secret; they are served to all.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import superset
from flask import Response, request

PACK_PATH = "/superset/language_pack/zh/"

CORRECTIONS = {
    "Sign in": "登录",
    "Enter your login and password below:": "请输入用户名和密码：",
    "Username:": "用户名：",
    "Password:": "密码：",
    "Please enter your username": "请输入用户名",
    "Please enter your password": "请输入密码",
    "Invalid login. Please try again.": "用户名或密码不正确，请重试。",
}


def serve_corrected_pack() -> Response | None:
    """Answer a request for the Chinese pack; None lets Superset answer every other request."""
    if request.path != PACK_PATH:
        return None
    return Response(_corrected_pack(), mimetype="application/json")


@cache
def _corrected_pack() -> str:
    shipped = Path(superset.__file__).parent / "translations" / "zh" / "LC_MESSAGES" / "messages.json"
    pack = json.loads(shipped.read_text(encoding="utf-8"))
    pack["locale_data"]["superset"].update({text: [chinese] for text, chinese in CORRECTIONS.items()})
    return json.dumps(pack, ensure_ascii=False)
