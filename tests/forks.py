"""A process that loads Odoo once and forks a worker for every job: run as a program.

Reads a line of JSON for every order, ``{"jobs": [names], "month": "YYYY-MM-DD",
"linger": false}``, answers with the processes' ids, then, when all of them ended, with
their exit codes (``-9``: killed). A worker that lingers does not end by itself.

New jobs that write money go into ``JOBS``.
"""

import json
import os
import sys
import time
from datetime import date

from odoo import SUPERUSER_ID, api, fields, sql_db
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config

DONE, BROKEN, REFUSED = 0, 1, 2


def close(env, network, month):
    """Close a month, as ``./cocare close`` does: in two transactions."""
    run = network._month_run(month)
    if run.state == "posted":
        return

    def post():
        run.action_compute()
        run.no_review_reason = "Agreed on in the meeting"
        run.action_post()

    run = run or retrying(
        lambda: env["cocare.allocation.run"].create(
            {"network_id": network.id, "date_from": month}
        ),
        env,
    )
    retrying(post, env)


def credit(env, network, month):
    """Undo a month by credit notes on both sides."""
    run = network._month_run(month)
    if run.state == "posted":
        retrying(run.action_credit, env)


def clear(env, network, month):
    """Book what the firms may clear of the month before, once their time is over."""
    clearing = _clearing(env, network, month)
    if clearing.state == "posted":
        return

    def post():
        current = clearing or env["cocare.clearing"].create(
            {"network_id": network.id, "date_from": _before(month)}
        )
        if current.state == "draft":
            current.action_propose()
            current.action_send()
        current.objection_until = month
        current.action_post()

    retrying(post, env)


def unclear(env, network, month):
    """Undo the clearing by reversals in all books."""
    clearing = _clearing(env, network, month)
    if clearing.state == "posted":
        retrying(clearing.action_cancel, env)


def _clearing(env, network, month):
    return env["cocare.clearing"].search(
        [
            ("network_id", "=", network.id),
            ("date_from", "=", _before(month)),
            ("state", "!=", "cancelled"),
        ]
    )


def _before(month):
    return fields.Date.subtract(month, months=1)


def sell(env, network, month):
    """Post an invoice of somebody else in the journal of the recharges."""
    operator = network.operator_id

    def post():
        env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": operator.id,
                "journal_id": operator.cocare_recharge_sale_journal_id.id,
                "partner_id": operator.partner_id.id,
                "invoice_date": month,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "A room for an evening",
                            "price_unit": 120,
                            "account_id": operator._cocare_account("708").id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )._post(soft=False)

    retrying(post, env)


JOBS = {
    "close": close,
    "credit": credit,
    "clear": clear,
    "unclear": unclear,
    "sell": sell,
}


def work(database, job, month, linger):
    """Do a job in a process of its own.

    :return: exit code
    """
    try:
        with Registry(database).check_signaling().cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"lang": "fr_FR"})
            network = env["cocare.network"].search([])
            JOBS[job](env, network, date.fromisoformat(month))
    except UserError:
        return REFUSED
    while linger:
        time.sleep(1)
    return DONE


def fork(*arguments):
    pid = os.fork()
    if pid:
        return pid
    code = BROKEN
    try:
        code = work(*arguments)
    finally:
        # not through the parent's clean-up; what is broken is on standard error
        if sys.exc_info()[0]:
            sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(code)


def say(answer):
    print(json.dumps(answer), flush=True)


def main(database):
    config.parse_config(["-c", "odoo.conf", "-d", database, "--log-level=critical"])
    Registry(database)
    # A connection cannot be shared with a fork.
    sql_db.close_all()
    say("ready")
    for line in sys.stdin:
        order = json.loads(line)
        pids = [
            fork(database, job, order["month"], order["linger"])
            for job in order["jobs"]
        ]
        say(pids)
        say([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids])


if __name__ == "__main__":
    main(sys.argv[1])
