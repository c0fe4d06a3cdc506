"""The one command line of Qingyu (晴雨): a thin list of sub-commands, one group per room."""

import typer

import alerts.cli
import broker.cli
import consumers.cli
import plan.cli
import producers.cli
import rating.cli
import vintages.cli
import warehouse.cli

app = typer.Typer(
    help="晴雨 Qingyu: tells a city, early and reliably, whether its industrial policy is on track.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(plan.cli.app, name="plan")
app.add_typer(plan.cli.form_app, name="form")
app.add_typer(broker.cli.app, name="kafka")
app.add_typer(producers.cli.app, name="feed")
app.add_typer(producers.cli.gateway_app, name="gateway")
app.add_typer(producers.cli.key_app, name="key")
app.add_typer(consumers.cli.app, name="writer")
app.add_typer(consumers.cli.dead_letters_app, name="dead-letters")
app.add_typer(alerts.cli.app, name="alerts")
app.add_typer(warehouse.cli.lake_app, name="warehouse")
# Only the room that reads the log can make the warehouse from it.
warehouse.cli.lake_app.command("rebuild")(consumers.cli.rebuild)
# Drawing a target takes its ratings, which the plan room may not import; without a target it is the plan's own.
plan.cli.app.command("show")(rating.cli.show)
# A spreadsheet is written by the room that reads it back.
plan.cli.form_app.command("template")(producers.cli.template)
app.command("assess")(rating.cli.assess)
app.command("status")(warehouse.cli.status)
app.command("explain")(warehouse.cli.explain)
app.command("state-hash")(warehouse.cli.state_hash)
app.add_typer(vintages.cli.app, name="as-of")
app.command("revisions")(vintages.cli.revisions)
app.command("changes")(vintages.cli.changes)


def main() -> None:
    """Entry point of the ``qingyu`` command."""
    app()


if __name__ == "__main__":
    main()
