from odoo import api, models
from odoo.tools import SQL

from odoo.addons.cocare_network.models.cocare_firm_completer import Difference, Kind

from .res_company import TEMPLATE_SETTINGS

#: kinds that come with a chart of accounts, whatever else a company has
OF_CHART = frozenset(
    {
        "account_group",
        "account",
        "tax_group",
        "fiscal_position",
        "tax",
        "journal",
        "reconcile_model",
    }
)


class CocareFirmCompleter(models.AbstractModel):
    """The books of a firm: what it lacks of a new firm's."""

    _inherit = "cocare.firm.completer"

    @api.model
    def _kinds(self):
        return [
            *super()._kinds(),
            Kind(
                "account_group",
                "account.group",
                key=lambda group: (group.code_prefix_start, group.code_prefix_end),
                own=("parent_id",),
                ticked=False,
            ),
            Kind(
                "account",
                "account.account",
                key=lambda account: account.code,
                watched=("code", "name", "account_type", "reconcile"),
                also=("code", "account_type"),
                ticked=False,
            ),
            Kind("tax_group", "account.tax.group", key=lambda group: group.name),
            Kind(
                "fiscal_position",
                "account.fiscal.position",
                key=lambda position: position.name,
                watched=("name", "auto_apply", "active"),
                lines=("account_ids",),
            ),
            Kind(
                "tax",
                "account.tax",
                key=lambda tax: (tax.name, tax.type_tax_use, tax.tax_scope),
                watched=("name", "amount", "tax_exigibility", "active"),
                lines=("repartition_line_ids",),
            ),
            Kind(
                "journal",
                "account.journal",
                key=lambda journal: journal.code,
                watched=("name", "code", "type", "active"),
                also=("default_account_id",),
                own=("bank_account_id", "alias_id"),
            ),
            Kind(
                "reconcile_model",
                "account.reconcile.model",
                key=lambda model: model.name,
                lines=("line_ids",),
            ),
            Kind(
                "analytic",
                "account.analytic.account",
                key=lambda account: (account.plan_id.id, account.code or account.name),
                watched=("name", "active"),
            ),
        ]

    @api.model
    def _kind_labels(self):
        return {
            "chart": self.env._("Chart of accounts"),
            "account_group": self.env._("Groups of accounts"),
            "account": self.env._("Accounts"),
            "tax_group": self.env._("Groups of taxes"),
            "fiscal_position": self.env._("Fiscal positions"),
            "tax": self.env._("Taxes"),
            "journal": self.env._("Journals"),
            "reconcile_model": self.env._("Reconciliation models"),
            "analytic": self.env._("Analytic accounts"),
            "setting": self.env._("Settings"),
            **super()._kind_labels(),
        }

    def _chart_names(self, model, company):
        """The names that a chart of accounts gives, ``tva_normale`` for instance."""
        self.env["ir.model.data"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT res_id, substr(name, length(%(company)s) + 2)
                  FROM ir_model_data
                 WHERE module = 'account' AND model = %(model)s
                   AND starts_with(name, %(company)s || '_')
                """,
                company=str(company.id),
                model=model,
            )
        )
        return dict(self.env.cr.fetchall())

    def _name_copy(self, copy, name, company):
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"account.{company.id}_{name}",
                    "record": copy,
                    "noupdate": True,
                }
            ]
        )

    def _wanted(self, kind, records, names, reference):
        """A company with books is an example of its chart and its journals only: its
        other accounts are those of its customers and of its own life, but for the one
        of the clearing."""
        if (
            kind.name in OF_CHART - {"journal"} | {"analytic"}
            and reference._existing_accounting()
        ):
            clearing = reference._cocare_clearing_account()
            records = records.filtered(
                lambda record: record.id in names or record == clearing
            )
        return super()._wanted(kind, records, names, reference)

    # Reconciliation rules

    def _copy(self, record, twins, made):
        """A rule of the template stays in step with it: the copy names it."""
        result = super()._copy(record, twins, made)
        if record._name == "account.reconcile.model":
            source = record.cocare_shared_from_id
            if not source and record.cocare_is_template:
                source = record
            made[record].sudo().cocare_shared_from_id = source
        return result

    def _twin_in(self, company, reference):
        """How to find the records of a company that stand for its model's.

        :return: function of records of the model company; what the company lacks of
            them is added. A record of nobody's stands for itself.
        """
        cache = {}

        def twin(records):
            own = records.browse()
            for record in records:
                own |= self._named_twin(record, company, reference) or added(record)
            return own

        def added(record):
            if not cache:
                cache["twins"], cache["made"] = self._twins(company, reference), {}
            twins, made = cache["twins"], cache["made"]
            # as the model company reads it: a code is each company's
            theirs = next((known for known in twins.of if known == record), record)
            found = self._twin(theirs, twins, made)
            self._link(twins, made)
            made.clear()
            return found

        return twin

    def _named_twin(self, record, company, reference):
        """The record of the same name in the company's chart, empty without one."""
        self.env["ir.model.data"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT own.res_id
                  FROM ir_model_data theirs
                  JOIN ir_model_data own
                    ON own.module = theirs.module AND own.model = theirs.model
                   AND own.name = %(company)s || substr(
                       theirs.name, length(%(reference)s) + 1
                   )
                 WHERE theirs.module = 'account' AND theirs.model = %(model)s
                   AND theirs.res_id = %(record)s
                   AND starts_with(theirs.name, %(reference)s || '_')
                """,
                company=str(company.id),
                reference=str(reference.id),
                model=record._name,
                record=record.id,
            )
        )
        return record.browse(id_ for (id_,) in self.env.cr.fetchall()).exists()[:1]

    # The chart and the settings

    def _differences(self, company, reference):
        found = super()._differences(company, reference)
        chart = self._chart_difference(company, reference)
        if chart:
            # Charts are compared as a whole, or not at all.
            apart = OF_CHART | {"setting"}
            found = [chart, *(d for d in found if d.kind not in apart)]
        return found

    def _chart_difference(self, company, reference):
        """The chart of accounts, when there is none yet or it is another one."""
        own, theirs = company.chart_template, reference.chart_template
        shown = company._fields["chart_template"]
        if not theirs or own == theirs:
            return None
        if own:
            return Difference(
                "chart",
                theirs,
                self._shown(shown, company),
                "different",
                self._in_words(company, "chart_template", own, reference),
                False,
            )
        if company._cocare_has_accounts():
            return None
        return Difference("chart", theirs, self._shown(shown, reference))

    def _own_differences(self, twins):
        """The settings of the company that name its records, and those of its year."""
        company, reference = twins.company, twins.reference
        found = super()._own_differences(twins)
        for name in self._setting_names(twins):
            label = company._fields[name]._description_string(self.env)
            own = company[name]
            theirs = twins.of[reference[name]]
            if not own:
                found.append(Difference("setting", name, label))
            elif own != theirs:
                found.append(self._setting_apart(name, label, own, reference))
        for name in TEMPLATE_SETTINGS:
            if company[name] != reference[name]:
                label = company._fields[name]._description_string(self.env)
                found.append(
                    self._setting_apart(name, label, company[name], reference, company)
                )
        own = self._defaults(company)
        for column, default in self._defaults(reference).items():
            if default in twins.of and column not in own:
                label = f"{column.field_description} ({column.model_id.name})"
                key = f"{column.model}.{column.name}"
                found.append(Difference("setting", key, label))
        return found

    def _setting_apart(self, name, label, own, reference, company=None):
        company = company or self.env["res.company"]
        shown = reference._fields[name]
        mine = own.display_name if isinstance(own, models.BaseModel) else None
        detail = self.env._(
            "%(field)s: %(mine)s (model: %(model)s)",
            field=label,
            mine=mine if mine is not None else self._shown(shown, company),
            model=self._shown(shown, reference.with_context(lang=self.env.lang)),
        )
        return Difference("setting", name, label, "different", detail, False)

    def _setting_names(self, twins):
        """Settings of the model company that name a record others have a twin of."""
        return [
            name
            for name, shown in twins.reference._fields.items()
            if shown.type == "many2one"
            and shown.store
            and not shown.related
            and not (shown.compute and shown.readonly)
            and twins.reference[name]
            and twins.reference[name] in twins.of
        ]

    def _defaults(self, company):
        """Records that new ones refer to by default, as receivable accounts.

        :return: ``{ir.model.fields: record}``
        """
        defaults = self.env["ir.default"].search(
            [
                ("company_id", "=", company.id),
                ("user_id", "=", False),
                ("condition", "=", False),
                ("field_id.ttype", "=", "many2one"),
            ]
        )
        return {
            default.field_id: self.env[default.field_id.relation].browse(
                int(default.json_value)
            )
            for default in defaults
            if default.json_value.isdigit() and default.field_id.relation in self.env
        }

    def _add(self, company, reference, wanted):
        charts = [d for d in wanted if d.kind == "chart" and d.state == "missing"]
        if charts:
            company._cocare_take_chart(reference)
        # The tree of groups is worked out once, as when a chart is loaded.
        delayed = self.with_context(delay_account_group_sync=True)
        result = super(CocareFirmCompleter, delayed)._add(company, reference, wanted)
        if any(d.kind == "account_group" and d.state == "missing" for d in wanted):
            self.env["account.group"]._adapt_parent_account_group(company=company)
        return result

    def _add_own(self, twins, keys, made):
        result = super()._add_own(twins, keys, made)
        company, reference = twins.company, twins.reference
        company.write(
            {
                name: self._twin(reference[name], twins, made).id
                for name in self._setting_names(twins)
                if ("setting", name) in keys
            }
        )
        for column, default in self._defaults(reference).items():
            if ("setting", f"{column.model}.{column.name}") in keys:
                twin = self._twin(default, twins, made)
                self.env["ir.default"].set(
                    column.model, column.name, twin.id, company_id=company.id
                )
        return result
