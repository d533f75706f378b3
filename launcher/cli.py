"""The command line."""

import argparse
import os
import re
import signal

from . import commands, databases, doctor, environment, lint, process, server
from .console import Failure, say

MONTH = r"\d{4}-(0[1-9]|1[0-2])"


def main(arguments):
    environment.leave()
    os.umask(0o022)  # a server started by root must be able to read its programs
    # a terminated launcher stops what it started, like an interrupted one
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = build_parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and not options.takes_rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        return options.act(options, [part for part in rest if part != "--"]) or 0
    except Failure as failure:
        say(f"\n{failure}")
    except OSError as error:
        say(f"\n{error}\n{process.explain(str(error))}".rstrip())
    except KeyboardInterrupt:
        say("\nInterrupted; the same command goes on from here.")
        return 130
    return 1


def build_parser():
    parser = argparse.ArgumentParser(
        prog="cocare",
        description="Run, test and keep Co-CARE: firms that share their management.",
        epilog="What is prepared stands in .runtime, downloads in the user's cache; "
        "both can be deleted at any time.",
    )
    actions = parser.add_subparsers(metavar="command", required=True)

    def command(name, act, about, takes_rest=False):
        action = actions.add_parser(
            name, help=about, description=about, allow_abbrev=False
        )
        action.set_defaults(act=act, takes_rest=takes_rest)
        return action

    def database(action):
        action.add_argument(
            "--database", default=databases.MAIN, help="(default: %(default)s)"
        )

    run = command(
        "run",
        lambda o, rest: server.run(o.port, o.fresh, rest),
        "Serve the demonstration network; what follows -- goes to odoo.",
        takes_rest=True,
    )
    run.add_argument("--port", type=int, default=server.PORT, help="(%(default)s)")
    run.add_argument(
        "--fresh", action="store_true", help="start from a new demonstration network"
    )

    command(
        "test",
        lambda o, rest: commands.test(rest),
        "Run every test; arguments go to pytest.",
        takes_rest=True,
    )
    action = command(
        "lint",
        lambda o, rest: lint.run(fix=o.fix),
        "Check the code as the OCA does.",
    )
    action.add_argument("--fix", action="store_true", help="rewrite what can be")
    command(
        "bench",
        lambda o, rest: commands.bench(rest),
        "Run the measurements (all, or those named) and print their figures.",
        takes_rest=True,
    )
    action = command(
        "close",
        lambda o, rest: commands.close(o.database, o.month, o.dry_run, o.no_review),
        "Close a month: meter, allocate, send to the firms or recharge, and print.",
    )
    action.add_argument("--month", required=True, metavar="YYYY-MM", type=month)
    action.add_argument("--dry-run", action="store_true", help="change nothing")
    action.add_argument(
        "--no-review", metavar="REASON", help="post without asking the firms"
    )
    database(action)
    action = command(
        "shell",
        lambda o, rest: commands.shell(o.database, rest),
        "Open Odoo's Python shell on a database.",
        takes_rest=True,
    )
    database(action)
    action = command(
        "update",
        lambda o, rest: commands.update(o.database),
        "Bring a database to the addons as they are.",
    )
    database(action)
    action = command(
        "backup",
        lambda o, rest: commands.backup(o.database, o.file),
        "Save a database and its files. Stop its server first: the files are copied "
        "before the database, and what is attached in between would be missing.",
    )
    action.add_argument("file", type=os.path.abspath)
    database(action)
    action = command(
        "restore",
        lambda o, rest: commands.restore(o.database, o.file, o.force),
        "Restore a database from a backup.",
    )
    action.add_argument("file", type=os.path.abspath)
    action.add_argument("--force", action="store_true", help="replace the database")
    database(action)
    action = command(
        "demo",
        lambda o, rest: commands.demo(o.database),
        "Make a fresh copy of the demonstration network under another name.",
    )
    action.add_argument("database")
    command(
        "doctor", lambda o, rest: doctor.run(), "Say what is ready and what is not."
    )
    return parser


def month(text):
    """Read a month as ``YYYY-MM``."""
    if not re.fullmatch(MONTH, text):
        raise argparse.ArgumentTypeError(f"{text!r} is no month: write YYYY-MM")
    return text
