"""A real Superset over a real lake: what people see, and what nobody can make it do."""

from __future__ import annotations

import json
import stat
import subprocess
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import Browser, Page, Request, expect

from tests.dashboards.live_superset import LiveSuperset, Session
from tests.dashboards.report_views import write_rows

pytestmark = pytest.mark.superset

ASSETS = Path(__file__).resolve().parents[2] / "dashboards" / "assets"
CHART_COUNT = len(list((ASSETS / "charts").glob("*.yaml")))
WAIT_MS = 60_000


def sign_in(page: Page, live: LiveSuperset) -> None:
    page.goto(f"{live.url}/login/")
    expect(page.get_by_text("请输入用户名和密码：")).to_be_visible(timeout=WAIT_MS)
    page.locator("input#username").fill("admin")
    page.locator("input#password").fill(live.admin_password)
    page.locator("button[type=submit]").click()
    page.wait_for_url(lambda url: "/login" not in url, timeout=WAIT_MS)


def wait_for_charts(page: Page) -> None:
    """Poll: with a strict content policy, functions cannot be injected into the page."""
    deadline = time.monotonic() + WAIT_MS / 1000
    while time.monotonic() < deadline:
        shown = page.locator("[data-test=chart-container]").count()
        if shown == CHART_COUNT and page.locator("[data-test=loading-indicator]").count() == 0:
            return
        page.wait_for_timeout(200)
    pytest.fail(f"{shown} of {CHART_COUNT} charts shown after {WAIT_MS} ms")


def test_the_dashboard_shows_the_barometer_in_chinese(superset: LiveSuperset, browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 2400}, locale="zh-CN")
    answered_hosts: set[str | None] = set()

    def note(request: Request) -> None:
        answered_hosts.add(urlsplit(request.url).hostname)

    page.on("requestfinished", note)
    sign_in(page, superset)
    page.goto(f"{superset.url}/superset/dashboard/barometer/")
    wait_for_charts(page)
    level = page.locator("[data-test-chart-name='目标评级']")
    for text in ("■ 严重滞后", "▲ 滞后", "◆ 轻微滞后", "● 正常", "★ 已达标", "○ 未评估", "-0.76", "市工信委"):
        expect(level.get_by_text(text).first).to_be_visible()
    numbers = {"■ 严重滞后（项）": "2", "★ 已达标（项）": "3", "○ 未评估（项）": "1"}
    for title, count in numbers.items():
        expect(page.locator(f"[data-test-chart-name='{title}'] .header-line")).to_have_text(count)
    fresh = page.locator("[data-test-chart-name='数据新鲜度']")
    for text in ("2020-01-31 14:05", "2020-01-20 09:30", "42"):  # 06:05 and 01:30 UTC as Beijing time
        expect(fresh.get_by_text(text, exact=True)).to_be_visible()
    quality = page.locator("[data-test-chart-name='报表收报与数据审核']")
    for text in ("智能化改造季报", "66.7", "■ 未通过", "县区合计与全市数相差 3.2%"):
        expect(quality.get_by_text(text).first).to_be_visible()
    expect(page.locator("[data-test-chart-name='预警变化记录']").get_by_text("待确认 → 预警中").first).to_be_visible()
    expect(page.locator("[data-test-chart-name='逐期评级'] tbody tr")).to_have_count(3)  # one target, 2017-2019
    expect(page.locator("[data-test-chart-name='实际值与要求值走势'] canvas")).to_be_visible()
    expect(page.get_by_text("查询被拒绝")).to_have_count(0)
    expect(page.locator(".ant-alert-error, [data-test=error-message]")).to_have_count(0)
    page.screenshot(path=tmp_path / "barometer.png")
    assert answered_hosts <= {"127.0.0.1", None, ""}
    page.close()


REFUSED_IN_SQL_LAB = [
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM 'file.csv'",
    "SELECT * FROM rpt_path WHERE plan_id IN (SELECT content FROM read_text('/etc/passwd'))",
    "COPY rpt_path TO 'must-not-exist.csv'",
    "ATTACH 'catalogue.sqlite' AS x (TYPE sqlite)",
    "DETACH w",
    "USE memory",
    "SET threads = 1",
    "PRAGMA database_list",
    "CALL w.snapshots()",
    "SELECT count(*) FROM rpt_path; DETACH w",
    "INSERT INTO stored_path VALUES (1)",
    "CREATE TABLE x (a INTEGER)",
    "UPDATE stored_path SET value = 1",
    "DELETE FROM stored_path",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM duckdb_settings()",
    "SELECT getenv('HOME')",
    "SELECT * FROM raw_return",
]


@pytest.mark.parametrize("statement", REFUSED_IN_SQL_LAB)
def test_sql_lab_refuses_and_the_lake_stays_readable(superset: LiveSuperset, statement: str) -> None:
    answer = superset.admin.sql(statement)
    assert answer.status >= 400, answer.text()
    message = answer.json()["errors"][0]
    assert "查询被拒绝" in message["message"] or message["error_type"] == "DML_NOT_ALLOWED_ERROR"
    assert superset.admin.rows("SELECT snapshot_id FROM rpt_freshness") != []


def test_a_background_query_is_refused_at_once(superset: LiveSuperset) -> None:
    answer = superset.admin.sql("SELECT * FROM read_text('/etc/passwd')", runAsync=True)
    assert answer.status >= 400
    assert answer.json()["errors"][0]["error_type"] == "ASYNC_WORKERS_ERROR"


def test_a_refused_query_cannot_be_exported_either(superset: LiveSuperset) -> None:
    for statement, readable in (("SELECT * FROM read_text('/etc/passwd')", False), ("FROM rpt_freshness", True)):
        client = uuid.uuid4().hex[:10]
        superset.admin.sql(statement, client_id=client)
        for answer in (
            superset.admin.get(f"/api/v1/sqllab/export/{client}/"),
            superset.admin.api.post("/api/v1/sqllab/export_streaming/", form={"client_id": client}),
        ):
            assert answer.ok is readable, answer.text()[:500]
            assert "root:" not in answer.text()


def test_templates_are_text(superset: LiveSuperset) -> None:
    assert superset.admin.rows("SELECT '{{ 1 + 1 }}' AS x FROM rpt_freshness") == [{"x": "{{ 1 + 1 }}"}]


def dataset_id(session: Session, name: str) -> int:
    found = session.get("/api/v1/dataset/?q=(page_size:100)").json()["result"]
    return next(dataset["id"] for dataset in found if dataset["table_name"] == name)


def chart_data(session: Session, dataset: int, **query: object) -> tuple[int, str]:
    body = {
        "datasource": {"id": dataset, "type": "table"},
        "force": True,
        "queries": [{"columns": [], "metrics": [], "row_limit": 10, **query}],
    }
    answer = session.post("/api/v1/chart/data", body)
    return answer.status, answer.text()


@pytest.mark.parametrize("expression", ["max(getenv('HOME'))", "(SELECT max(content) FROM read_text('/etc/passwd'))"])
def test_a_chart_cannot_smuggle_an_expression(superset: LiveSuperset, expression: str) -> None:
    metric = {"expressionType": "SQL", "sqlExpression": expression, "label": "m"}
    status, text = chart_data(superset.admin, dataset_id(superset.admin, "rpt_barometer"), metrics=[metric])
    assert status in {400, 403}
    assert "查询被拒绝" in json.loads(text).get("errors", [{}])[0].get("message", "查询被拒绝")
    assert "root:" not in text


@pytest.mark.parametrize(
    "dataset",
    [
        {"table_name": "smuggled_file", "sql": "SELECT * FROM read_text('/etc/passwd')"},
        {"table_name": "smuggled_rows", "sql": "SELECT body AS content FROM raw_return"},
        {"table_name": "raw_return"},
    ],
)
def test_a_dataset_cannot_reach_past_the_published_views(superset: LiveSuperset, dataset: dict[str, str]) -> None:
    made = superset.admin.post("/api/v1/dataset/", {"database": 1, "schema": "main", **dataset})
    text = made.text()
    if made.ok:
        number = made.json()["id"]
        column = "content" if "sql" in dataset else "body"
        status, text = chart_data(superset.admin, number, columns=[column])
        assert status == 403, text
        superset.admin.api.delete(f"/api/v1/dataset/{number}")
    assert "root:" not in text
    assert "not for dashboards" not in text


def test_a_commit_of_the_writer_is_in_the_next_answer(superset: LiveSuperset) -> None:
    statement = "SELECT max(received_count) AS n FROM rpt_data_quality"
    assert superset.admin.rows(statement) == [{"n": 96}]
    write_rows(superset.lake, "UPDATE stored_data_quality SET received_count = 97 WHERE received_count = 96")
    assert superset.admin.rows(statement) == [{"n": 97}]
    write_rows(superset.lake, "UPDATE stored_data_quality SET received_count = 96 WHERE received_count = 97")


@pytest.fixture(scope="module")
def role_session(superset: LiveSuperset) -> dict[str, Session]:
    """A signed-in user for each of our two roles."""
    roles = superset.admin.get("/api/v1/security/roles/?q=(page_size:100)").json()["result"]
    ids = {role["name"]: role["id"] for role in roles}
    sessions = {}
    for role in ("Analyst", "TrustedAnalyst"):
        password = uuid.uuid4().hex
        user = {"username": role.lower(), "first_name": "分析", "last_name": "员", "active": True}
        user |= {"email": f"{role}@localhost.example", "password": password, "roles": [ids[role]]}
        made = superset.admin.post("/api/v1/security/users/", user)
        assert made.ok, made.text()
        sessions[role] = superset.sign_in(role.lower(), password)
    return sessions


def test_an_analyst_sees_the_dashboard_and_nothing_more(
    superset: LiveSuperset, role_session: dict[str, Session]
) -> None:
    analyst = role_session["Analyst"]
    charts = analyst.get("/api/v1/dashboard/barometer/charts").json()["result"]
    assert len(charts) == CHART_COUNT
    for chart in charts:
        answer = analyst.get(f"/api/v1/chart/{chart['id']}/data/")
        assert answer.ok, answer.text()
    assert analyst.sql("SELECT 1 FROM rpt_freshness").status in {401, 403}
    made = analyst.post("/api/v1/dataset/", {"database": 1, "schema": "main", "table_name": "rpt_alert"})
    assert made.status in {401, 403}
    assert analyst.api.delete(f"/api/v1/chart/{charts[0]['id']}").status in {401, 403}


def test_a_trusted_analyst_may_use_sql_lab(role_session: dict[str, Session]) -> None:
    trusted = role_session["TrustedAnalyst"]
    assert trusted.rows("SELECT count(*) AS n FROM rpt_freshness") == [{"n": 1}]
    assert trusted.sql("SELECT * FROM raw_return").status >= 400
    assert trusted.get("/api/v1/security/users/").status in {401, 403}


def test_a_second_bootstrap_changes_nothing(superset: LiveSuperset) -> None:
    record = superset.folder / "var" / "superset" / "bootstrapped.json"
    before = record.stat().st_mtime_ns
    script = ASSETS.parent / "bootstrap.py"
    done = subprocess.run(
        [superset.python, script],
        env=superset.environment, cwd=superset.folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "nothing to do" in done.stderr
    assert record.stat().st_mtime_ns == before


def test_secrets_stay_in_their_files(superset: LiveSuperset) -> None:
    home = superset.folder / "var" / "superset"
    log = (superset.folder / "superset.log").read_text(encoding="utf-8", errors="replace")
    for name in ("secret_key", "admin_password"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
        assert (home / name).read_text().strip() not in log


def test_every_page_forbids_foreign_hosts(superset: LiveSuperset) -> None:
    policy = superset.admin.get("/login/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "://" not in policy
    assert "unsafe-eval" not in policy


def test_assets_were_imported_under_their_own_keys(superset: LiveSuperset) -> None:
    exported = superset.admin.get("/api/v1/chart/?q=(page_size:100)").json()["result"]
    names = {
        yaml.safe_load(path.read_text(encoding="utf-8"))["slice_name"] for path in (ASSETS / "charts").glob("*.yaml")
    }
    assert {chart["slice_name"] for chart in exported} == names
