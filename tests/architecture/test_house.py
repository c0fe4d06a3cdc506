"""Rules of the house that no linter knows: sizes, names, one-way imports, light command line, grain of SQL."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("plan", "rating", "broker", "producers", "consumers", "warehouse", "expectations", "alerts", "vintages")
MODULES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
OURS = sorted([*MODULES, ROOT / "qingyu.py", *(ROOT / "dashboards").glob("*.py"), *(ROOT / "tests").rglob("*.py")])
FORBIDDEN_NAMES = {"kafka", "duckdb", "logging", "calendar", "statistics", "types", "queue", "json", "email"}
LINES_MAX = 400


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", OURS, ids=name)
def test_a_module_is_about_one_idea(file: Path) -> None:
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert lines <= LINES_MAX, f"{name(file)} has {lines} lines; split it"


@pytest.mark.parametrize("file", MODULES, ids=name)
def test_no_module_hides_a_library(file: Path) -> None:
    assert file.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize("file", [*MODULES, ROOT / "qingyu.py"], ids=name)
def test_nothing_is_swallowed(file: Path) -> None:
    """No handler catches everything, unless it raises again; nothing is printed past the console or the log."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            if caught in {"everything", "Exception", "BaseException"}:
                assert any(isinstance(inside, ast.Raise) for inside in node.body), f"{name(file)}:{node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{name(file)}:{node.lineno}"


def test_rooms_import_one_way() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_command_line_reaches_only_into_cli_modules() -> None:
    tree = ast.parse((ROOT / "qingyu.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"typer"} | {
        f"{room}.cli"
        for room in ("plan", "rating", "broker", "producers", "consumers", "warehouse", "alerts", "vintages")
    }


HEAVY = ("kafka", "duckdb", "pandas", "pyarrow", "great_expectations", "apprise", "numpy", "scipy", "statsmodels",
    "plotext", "yaml", "openpyxl", "python_calamine", "watchfiles", "charset_normalizer", "litestar", "granian", "sdmx",
)  # fmt: skip


def test_help_loads_nothing_heavy() -> None:
    """What makes ``qingyu --help`` quick; time itself is measured in the benchmarks."""
    code = (
        "import sys, qingyu; from typer.testing import CliRunner; CliRunner().invoke(qingyu.app, ['--help']); "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "file", sorted([*(ROOT / "warehouse/sql").rglob("*.sql"), *(ROOT / "expectations/sql").rglob("*.sql")]), ids=name
)
def test_sql_states_its_grain(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("-- grain: ")


def test_pure_rooms_read_no_clock_and_no_environment() -> None:
    forbidden = re.compile(r"os\.environ|\.now\(|\.today\(|utcnow|time\.time|perf_counter")
    pure = [file for file in MODULES if file.parent.name in {"plan", "rating"} and file.name != "cli.py"]
    found = [f"{name(file)}: {hit[0]}" for file in pure if (hit := forbidden.search(file.read_text(encoding="utf-8")))]
    assert found == []


def test_no_machine_path_and_no_registry_host_is_tracked() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    paths = re.compile(r"(^|[^A-Za-z0-9_.])/(wor[k]|hom[e]|roo[t])/")
    hosts = re.compile(r"https?://[^ \"]+/(simple|packages|maven2|debian)(/|\"|$)")
    for text in tracked:
        file = ROOT / text
        if file.suffix in {".png", ".svg", ""} or not file.is_file():
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            assert not paths.search(line), f"{text}:{number}"
            assert not hosts.search(line), f"{text}:{number}"
