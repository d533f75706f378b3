from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .. import treasury


class CocareTreasuryMeasure(models.Model):
    """A line of the grid that a firm's treasury is read by: accounts, or a total.

    A network without lines of its own uses the shipped ones, which no network owns and
    none may change: :meth:`action_own_grid` copies them. An account counts once; what
    no line takes is shown as left out.
    """

    _name = "cocare.treasury.measure"
    _inherit = ["cocare.guarded.mixin", "cocare.dated.parameter.mixin"]
    _description = "Line of the treasury"
    _order = "network_id, sequence, id"

    network_id = fields.Many2one(
        "cocare.network",
        index="btree_not_null",
        ondelete="cascade",
        default=lambda self: self.env["cocare.network"].search([], limit=1),
        help="Without one: shipped, for the networks that have no lines of their own.",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Label", required=True, translate=True)
    prefixes = fields.Char(
        string="Accounts",
        help="First digits of the accounts, as in 42, 43, 44. Those to leave out with "
        "a minus: -4456.",
    )
    is_total = fields.Boolean(
        string="Total", help="Adds up all the lines of accounts above it."
    )
    is_cash = fields.Boolean(
        string="Cash", help="What the firm can spend: the forecast starts from it."
    )

    _accounts_or_total = models.Constraint(
        "CHECK (NOT (is_total AND (is_cash OR prefixes IS NOT NULL)))",
        "A total has no accounts of its own.",
    )

    @api.constrains("prefixes", "is_total", "network_id", "valid_from", "valid_until")
    def _check_prefixes(self):
        for line in self.filtered(lambda m: not m.is_total):
            rule = line._rule()
            # Odoo checks as superuser, and before the rights to create: a line of
            # another network is not told of in a refusal.
            beside = self.search(line._beside()).sudo(False)._filtered_access("read")
            for other in beside:
                twice = treasury.overlap(rule, other._rule())
                if twice:
                    raise ValidationError(
                        self.env._(
                            "“%(line)s” and “%(other)s” both take accounts %(prefix)s: "
                            "an account counts once. Leave it out of one of them with "
                            "-%(prefix)s.",
                            line=line.name,
                            other=other.name,
                            prefix=twice,
                        )
                    )

    def _beside(self):
        """A domain: the other lines of accounts of the same grid, at the same time."""
        domain = Domain(
            [
                ("id", "!=", self.id),
                ("network_id", "=", self.network_id.id),
                ("is_total", "=", False),
                "|",
                ("valid_until", "=", False),
                ("valid_until", ">=", self.valid_from),
            ]
        )
        if self.valid_until:
            domain &= Domain("valid_from", "<=", self.valid_until)
        return domain

    def _rule(self):
        """Which accounts the line takes, None for a total.

        :raise ValidationError: its prefixes cannot be read
        """
        self.ensure_one()
        if self.is_total:
            return None
        try:
            return treasury.parse(self.prefixes)
        except ValueError as refused:
            word = str(refused)
            raise ValidationError(
                self.env._(
                    "“%(line)s”: “%(word)s” is no beginning of an account number.",
                    line=self.name,
                    word=word,
                )
                if word
                else self.env._(
                    "“%(line)s”: say which accounts it takes.", line=self.name
                )
            ) from refused

    @api.model
    def _of(self, network, day):
        """The lines that a network's firms are read by on a day.

        Runs as superuser: a worker-member reads figures and not the settings.

        :return: ``cocare.treasury.measure``, in their order
        """
        Measure = self.sudo()
        in_force = [
            ("valid_from", "<=", day),
            "|",
            ("valid_until", "=", False),
            ("valid_until", ">=", day),
        ]
        own = Measure.search([("network_id", "=", network.id), *in_force])
        shipped = own or Measure.search([("network_id", "=", False), *in_force])
        return shipped.with_env(Measure.env)

    @api.model
    def action_own_grid(self):
        """Copy the shipped lines for the user's network, to be changed there."""
        network = self.env["cocare.network"].search([], limit=1)
        self.check_access("create")
        if network and not self.search_count([("network_id", "=", network.id)]):
            for line in self.search([("network_id", "=", False)]):
                line.copy({"network_id": network.id, "sequence": line.sequence})
        return {"type": "ir.actions.client", "tag": "reload"}
