from odoo import api, fields, models
from odoo.tools import SQL

#: how far ahead obligations are made
HORIZON_MONTHS = 12
#: firms that the job brings up to date between two commits
BATCH = 50
#: what the rules say of an obligation that nobody began
DATED = ("rule_id", "form", "nominal_date", "due_date", "due_day_id", "is_certain")
INSERTED = ("company_id", "code", "date_from", "date_to", *DATED)


class CocareObligation(models.Model):
    """How obligations come from the regimes of firms, again and again."""

    _inherit = "cocare.obligation"  # pylint: disable=consider-merging-classes-inherited

    def action_generate(self):
        """Bring the obligations of the firms that are ticked up to date."""
        self.check_access("write")
        self._generate(self.env.companies)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _cron_generate(self):
        """Do so for all firms, some of them at a time; done twice, it does no harm."""
        companies = self.env["res.company"].search(
            [("cocare_network_id", "!=", False), ("cocare_left_on", "=", False)]
        )
        for start in range(0, len(companies), BATCH):
            batch = companies[start : start + BATCH]
            self._generate(batch)
            self.env["ir.cron"]._commit_progress(
                len(batch), remaining=len(companies) - start - len(batch)
            )

    @api.model
    def _generate(self, companies):
        """Make the obligations of firms that are missing, and date the others.

        Safe to repeat, also at the same time: an obligation is one row by a unique
        index, and who comes second is retried. What somebody began or settled is left
        as it is; what no regime asks for any more is not due, and is again when it
        does. Runs as superuser: rules are everybody's, obligations of the firms given.

        :param companies: ``res.company``; the caller checked that the user keeps them
        :return: the obligations that are new
        """
        companies = companies.sudo().filtered(
            lambda c: c.cocare_network_id and not c.cocare_left_on
        )
        Obligation = self.sudo().with_context(tracking_disable=True)
        horizon = fields.Date.add(
            fields.Date.context_today(self), months=HORIZON_MONTHS
        )
        wanted = Obligation._wanted(companies, horizon)
        known = Obligation.search([("company_id", "in", companies.ids)])
        found = {record._key(): record for record in known}
        new = Obligation._insert(
            [values for key, values in wanted.items() if key not in found]
        )
        for key, record in found.items():
            record._bring_to(wanted.get(key), horizon)
        still_open = (known | new).filtered("is_open")
        still_open._assign()
        still_open._read_amounts()
        return new.with_env(self.env)

    def _key(self):
        """What makes an obligation this one, and no other."""
        self.ensure_one()
        return self.company_id.id, self.code, self.date_from, self.date_to

    @api.model
    def _wanted(self, companies, horizon):
        """What the regimes of firms ask for until a day.

        :param companies: ``res.company``
        :param date horizon: nothing that is due later
        :return: ``{key: values}``, see ``_key``
        """
        regimes = self.env["cocare.firm.regime"].search(
            [("company_id", "in", companies.ids)]
        )
        table = self.env["cocare.due.day"]._dated_lines()
        calendars = self.env["cocare.public.holiday"]._calendars(
            company.zip or "" for company in companies
        )
        wanted = {}
        for regime, first, last in regimes._spans():
            working_days = calendars[regime.company_id.zip or ""]
            for rule in regime.regime_id.rule_ids:
                for values in regime._obligations(
                    rule, (first, last), horizon, table, working_days
                ):
                    key = tuple(values[name] for name in INSERTED[:4])
                    wanted[key] = values
        return wanted

    @api.model
    def _insert(self, rows):
        """Write new obligations in one statement; those that are there stay.

        :param list rows: dicts of the fields ``INSERTED``
        """
        if not rows:
            return self.browse()
        self.env.flush_all()
        now = self.env.cr.now()
        values = SQL(", ").join(
            SQL(
                "%s",
                (
                    *(row[name] or None for name in INSERTED[:-1]),
                    row[INSERTED[-1]],
                    *("todo", True, "unknown", 0, 0),
                    *(self.env.uid, now, self.env.uid, now),
                ),
            )
            for row in rows
        )
        columns = SQL(", ").join(SQL.identifier(name) for name in INSERTED)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO cocare_obligation (
                    %s, state, is_open, amount_origin, amount, base_amount,
                    create_uid, create_date, write_uid, write_date
                ) VALUES %s ON CONFLICT DO NOTHING RETURNING id
                """,
                columns,
                values,
            )
        )
        return self.browse(id_ for (id_,) in self.env.cr.fetchall())

    def _bring_to(self, values, horizon):
        """Date what nobody began as the rules say now; close what they do not ask for.

        :param dict values: what is wanted, None when nothing is
        :param date horizon: what is due later was not looked at
        """
        self.ensure_one()
        if values is None:
            if self.state == "todo" and self.due_date <= horizon:
                self._settle(
                    {
                        "state": "not_due",
                        "superseded": True,
                        "not_due_reason": self.env._(
                            "The regime of the firm does not ask for it any more."
                        ),
                    }
                )
            return
        if self.superseded:
            self._settle(
                {"state": "todo", "superseded": False, "not_due_reason": False}
            )
        if self.state == "todo":
            changed = {
                name: values[name]
                for name in DATED
                if self._fields[name].convert_to_write(self[name], self)
                != (values[name] or False)
            }
            if changed:
                self._settle(changed)

    def _assign(self):
        """Give obligations to who keeps their firm, unless somebody said otherwise."""
        assignments = self.env["cocare.firm.accountant"].sudo()._of(self.company_id)
        nobody = self.env["res.users"]

        def in_charge(record):
            mine = assignments.get(record.company_id)
            return mine._in_charge(record.due_date) if mine else nobody

        free = self.filtered(lambda record: not record.user_by_hand)
        for user, records in free.grouped(in_charge).items():
            changed = records.filtered(lambda record, u=user: record.user_id != u)
            changed._settle({"user_id": user.id})
