"""`qingyu kafka secure`: from the plans' users and rules to what was done about them, as a table."""

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from broker.acl_plan import Access, Difference, Rule, compare, planned_access
from broker.clients import make_admin
from broker.faults import SecureFailed
from broker.local_login import OPERATOR
from broker.passwords import Passwords
from broker.secure import Security
from broker.settings import KafkaSettings
from plan.model import Plan


class Wishes(msgspec.Struct, frozen=True):
    """What the operator asked for; `rotate`: the user who gets a new password, empty for nobody."""

    prune: bool
    dry_run: bool
    rotate: str


class Secured(msgspec.Struct, frozen=True):
    """What the plans give, and how Kafka differed from it before."""

    planned: Access
    difference: Difference


def secure(
    settings: KafkaSettings, plans: Iterable[Plan], passwords: Passwords, wishes: Wishes, tell: Callable[[str], None]
) -> Secured:
    """Bring users and rules to what the plans give. Raises NotAllowed, NotSecured, SecureFailed, BrokerAway."""
    planned = planned_access(plans, settings)
    _check_rotation(planned, settings, wishes)
    with make_admin(settings, tell) as admin:
        security = Security(admin, settings, passwords)
        difference = compare(planned, security.look(), settings)
        if not wishes.dry_run:
            security.add(difference)
            if wishes.prune:
                security.prune(difference)
            if wishes.rotate:
                security.rotate(wishes.rotate)
    return Secured(planned, difference)


def _check_rotation(planned: Access, settings: KafkaSettings, wishes: Wishes) -> None:
    # The operator of another cluster is not of our making.
    known = sorted(planned.users | ({OPERATOR} if settings.is_local else set()))
    if wishes.rotate and wishes.rotate not in known:
        raise SecureFailed(f"There is no user {wishes.rotate!r} to rotate.", f"Users are: {', '.join(known)}.")


def show(console: Console, done: Secured, passwords: Passwords, wishes: Wishes) -> None:
    """Tell what was done, or would be."""
    difference = done.difference
    console.print(_table(done, wishes))
    if wishes.dry_run:
        _list(console, "+", "green", difference.missing)
    if wishes.dry_run or not wishes.prune:
        _list(console, "-", "yellow", difference.extra)
    if difference.foreign:
        console.print(
            "[bold yellow]不属于本方案 rules of others that reach our topics; kept as they are:[/bold yellow]"
        )
        _list(console, "!", "yellow", difference.foreign)
    for line in _sentences(done, passwords, wishes):
        console.print(line, soft_wrap=True)


def _table(done: Secured, wishes: Wishes) -> Table:
    table = Table("用户 user", "登录 login")
    for heading in ("规则 rules", "新增 new", "多余 extra"):
        table.add_column(heading, justify="right")
    planned, difference = done.planned, done.difference
    rules, new, extra = (
        Counter(rule.user for rule in group) for group in (planned.rules, difference.missing, difference.extra)
    )
    for user in sorted({*planned.users, *difference.former, *extra}):
        counts = (str(count[user] or "") for count in (rules, new, extra))
        table.add_row(escape(user), _login(user, difference, wishes), *counts)
    return table


def _login(user: str, difference: Difference, wishes: Wishes) -> str:
    if user in difference.new:
        return "[green]新建 new[/green]"
    if user in difference.former:
        return "[yellow]删除 removed[/yellow]" if wishes.prune else "[yellow]方案已无 not in the plans[/yellow]"
    return "[green]换口令 new password[/green]" if user == wishes.rotate else "[dim]已有 there[/dim]"


def _list(console: Console, sign: str, colour: str, rules: Iterable[Rule]) -> None:
    operations: dict[tuple[str, ...], list[str]] = {}
    for rule in rules:
        where = rule.name + ("*" if rule.pattern == "PREFIXED" else "")
        operations.setdefault((rule.user, rule.permission, rule.resource, where), []).append(rule.operation)
    for (user, permission, resource, where), named in operations.items():
        text = f"{sign} {user}: {permission} {', '.join(named)} on {resource} {where}"
        console.print(f"  [{colour}]{escape(text)}[/{colour}]", soft_wrap=True)


def _sentences(done: Secured, passwords: Passwords, wishes: Wishes) -> Iterable[str]:
    difference = done.difference
    has_change = difference.new or difference.missing or wishes.rotate
    leftovers = f"{len(difference.extra)} rules and {len(difference.former)} users that the plans no longer give"
    if wishes.dry_run:
        yield "[yellow]试运行 dry run: nothing was changed[/yellow]"
    elif has_change:
        yield f"[green]{len(difference.new)} users and {len(difference.missing)} rules made[/green]"
        yield f"[dim]passwords: {escape(str(passwords.folder))}, one file per user; give each to its user alone[/dim]"
    if (difference.extra or difference.former) and not wishes.dry_run:
        yield f"[green]{leftovers}: taken away[/green]" if wishes.prune else f"[yellow]{leftovers}: `--prune`[/yellow]"
    elif not has_change:
        counts = f"{len(done.planned.users)} users, {len(done.planned.rules)} rules"
        yield f"[green]无需变更 nothing to change: {counts} as the plans give them[/green]"
