from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

#: what a firm may set on a rule that it shares with the others
OWN = {"active", "sequence"}
#: what all firms have the same, copied as it is
SAME = (
    *("name", "trigger", "match_amount", "match_amount_min", "match_amount_max"),
    *("match_label", "match_label_param"),
)
SAME_OF_LINE = ("sequence", "label", "amount_type", "amount_string")


class AccountReconcileModel(models.Model):
    """Reconciliation rules of a network's template are those of its firms.

    A rule written in the template company is copied to every firm of the network, and
    whatever is changed in it, in each copy. A copy names the rule it is of
    (``cocare_shared_from_id``); a firm may archive it or move it, not change it. A rule
    of the firm's own with the same name is left alone, until somebody shares the
    template's over it.
    """

    _inherit = "account.reconcile.model"

    cocare_shared_from_id = fields.Many2one(
        "account.reconcile.model",
        string="Shared by the network",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        copy=False,
        help="The rule of the template company that this one follows.",
    )
    cocare_shared_ids = fields.One2many(
        "account.reconcile.model", "cocare_shared_from_id", string="Copies in the firms"
    )
    cocare_is_template = fields.Boolean(compute="_compute_cocare_is_template")

    _cocare_shared_once = models.UniqueIndex(
        "(company_id, cocare_shared_from_id) WHERE cocare_shared_from_id IS NOT NULL",
        "The firm has this rule of the network already.",
    )

    @api.depends("company_id")
    def _compute_cocare_is_template(self):
        networks = self._cocare_networks()
        for rule in self:
            rule.cocare_is_template = rule.company_id in networks.template_id

    @api.model_create_multi
    def create(self, vals_list):
        later = self.with_context(cocare_share_later=True)
        rules = super(AccountReconcileModel, later).create(vals_list)
        rules = rules.with_env(self.env)
        rules._cocare_share()
        return rules

    def write(self, vals):
        if vals.keys() - OWN:
            self._cocare_check_own()
        later = self.with_context(cocare_share_later=True)
        result = super(AccountReconcileModel, later).write(vals)
        if vals.keys() & {*SAME, "active", "line_ids", *self._cocare_links()}:
            self._cocare_share()
        return result

    def unlink(self):
        # of every firm with it; the column alone would leave their messages behind
        copies = self.sudo().with_context(active_test=False).cocare_shared_ids
        if copies:
            copies.unlink()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shared(self):
        self._cocare_check_own()

    def action_cocare_share(self):
        """Give the rules to all firms, over their own of the same name too."""
        self.check_access("write")
        firms = self._cocare_share(take_over=True)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Firms that have the rule now: %(count)s.", count=len(firms)
                ),
            },
        }

    @api.model
    def _cocare_links(self):
        return ("match_journal_ids", "match_partner_ids", "next_activity_type_id")

    def _cocare_networks(self):
        """Networks whose template holds some of the rules, whoever asks."""
        return (
            self.env["cocare.network"]
            .sudo()
            .search([("template_id", "in", self.company_id.ids)])
        )

    def _cocare_check_own(self):
        """A rule that is shared is changed in the template, by superuser here."""
        shared = self.filtered("cocare_shared_from_id")[:1]
        if shared and not self.env.su:
            raise UserError(
                self.env._(
                    "“%(rule)s” of %(firm)s is shared by the network: change it in its "
                    "template, or archive it here.",
                    rule=shared.name,
                    firm=shared.company_id.name,
                )
            )

    def _cocare_share(self, take_over=False):
        """Make the firms' rules equal to those of their template.

        As superuser: who keeps the template decides for all firms of the network.

        :param take_over: also a rule of a firm that is not shared yet, of the same name
        :return: ``res.company``, those that have them now
        """
        done = self.env["res.company"]
        for network in self._cocare_networks():
            template = network.template_id
            rules = self.sudo().filtered(lambda r, t=template: r.company_id == t)
            firms = (network.company_ids - template).filtered(
                lambda firm: firm.chart_template and not firm.cocare_left_on
            )
            for firm in firms:
                for rule in rules:
                    if rule._cocare_share_with(firm, take_over):
                        done |= firm
        return done

    def _cocare_share_with(self, firm, take_over):
        """Make, or make equal, the rule of one firm.

        :return: the firm's rule, empty where it keeps its own
        """
        self.ensure_one()
        rule = self.with_context(active_test=False, lang=None).with_company(firm)
        own = rule.search(
            [("company_id", "=", firm.id), ("cocare_shared_from_id", "=", self.id)]
        )
        if not own:
            same = rule.search(
                [("company_id", "=", firm.id), ("name", "=", rule.name)], limit=1
            )
            if same and not take_over:
                return same.browse()
            own = same
        values = rule._cocare_values_for(firm)
        values["cocare_shared_from_id"] = self.id
        if own:
            # a firm that archived it has its reason; archived for all, it is for each
            values |= {} if self.active else {"active": False}
            own.write({**values, "line_ids": [Command.clear(), *values["line_ids"]]})
        else:
            values |= {"active": self.active, "sequence": self.sequence}
            own = rule.create({**values, "company_id": firm.id})
        self._cocare_translate(own)
        return own

    def _cocare_values_for(self, firm):
        """What the rule is in a firm: its accounts, taxes and journals for ours."""
        twin = self.env["cocare.firm.completer"]._twin_in(firm, self.company_id)
        shared = self.match_partner_ids.filtered(lambda p: not p.company_id)
        return {
            **{name: self[name] for name in SAME},
            "next_activity_type_id": self.next_activity_type_id.id,
            "match_partner_ids": [Command.set(shared.ids)],
            "match_journal_ids": [
                Command.set(twin(self.match_journal_ids).ids),
            ],
            "line_ids": [
                Command.create(
                    {
                        **{name: line[name] for name in SAME_OF_LINE},
                        "account_id": twin(line.account_id).id,
                        "tax_ids": [Command.set(twin(line.tax_ids).ids)],
                        "partner_id": line.partner_id.id
                        if not line.partner_id.company_id
                        else False,
                    }
                )
                for line in self.line_ids
            ],
        }

    def _cocare_translate(self, own):
        """Give a copy the names of its model, in every language."""
        pairs = [(self, own, "name")]
        lines = zip(self.line_ids.sorted(), own.line_ids.sorted(), strict=True)
        pairs += [(line, copy, "label") for line, copy in lines]
        for code, _name in self.env["res.lang"].get_installed():
            for record, copy, name in pairs:
                text = record.with_context(lang=code)[name]
                if text != copy.with_context(lang=code)[name]:
                    copy.with_context(lang=code)[name] = text
