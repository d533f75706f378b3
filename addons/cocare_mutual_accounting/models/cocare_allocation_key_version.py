from decimal import Decimal
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import key_formula
from ..allocation import to_cents


class CocareAllocationKeyVersion(models.Model):
    _inherit = "cocare.allocation.key.version"

    simulation_ids = fields.One2many(
        "cocare.key.simulation", "version_id", string="Simulations", readonly=True
    )
    simulation_id = fields.Many2one(
        "cocare.key.simulation", compute="_compute_simulation_id"
    )

    @api.depends("simulation_ids")
    def _compute_simulation_id(self):
        for version in self:
            version.simulation_id = version.simulation_ids.sorted("id")[-1:]

    @api.ondelete(at_uninstall=False)
    def _unlink_simulations(self):
        # What was shown before a decision refuses.
        self.sudo().simulation_ids.unlink()

    def action_propose(self):
        """Put the versions to a decision, with what they would have cost each firm."""
        result = super().action_propose()
        for version in self:
            simulations = self.env["cocare.key.simulation"]
            if simulations._closed_lines(version):
                simulations._simulate(version)
        return result

    def action_simulate(self):
        """Work out what each firm would have paid under this version, and show it."""
        self.ensure_one()
        self._check_may_simulate()
        self._check_complete()
        return self.env["cocare.key.simulation"]._simulate(self).action_open()

    def action_open_simulation(self):
        """Open what was worked out last."""
        self.ensure_one()
        return self.simulation_id.action_open()

    def _check_may_simulate(self):
        self.check_access("read")
        if not self.env.su and not any(
            self.env.user.has_group(group)
            for group in (
                "cocare_network.group_facilitator",
                "cocare_mutual_accounting.group_accountant",
            )
        ):
            raise AccessError(
                self.env._("Only a facilitator or an accountant simulates a key.")
            )
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "“%(version)s” was adopted: the months since show what it does. "
                    "Simulate a draft.",
                    version=self.display_name,
                )
            )

    def _rule(self):
        """What the version says, to tell whether another one says the same.

        :return: dict, as JSON knows it
        """
        self.ensure_one()
        return {
            "parts": sorted(
                [
                    part.method,
                    part.method == "usage" and part.service_id.id,
                    part.percent,
                    sorted([b.start, b.rate] for b in part.bracket_ids),
                ]
                for part in self.part_ids
            ),
            "percents": self.has_percentages
            and sorted([line.company_id.id, line.percent] for line in self.line_ids),
            "coefficients": sorted(
                [line.company_id.id, line.coefficient]
                for line in self.line_ids
                if line.coefficient != 1
            ),
            "discounts": sorted(
                [step.until_month, step.percent] for step in self.discount_ids
            ),
            "bounds": [
                self[name] and [self[name], self[f"{name}_kind"]]
                for name in ("floor", "ceiling")
            ],
        }

    def _is_private(self):
        """Tell whether a sum over the firms could tell one the figure of another."""
        return any(part._is_private() for part in self.part_ids)

    def _measure(self, firms, date_from, date_to):
        """What each part of the key measures for each firm over a period.

        :return: ``{part: {firm: Decimal}}``, in the order of the parts
        """
        self.ensure_one()
        return {part: part._values(firms, date_from, date_to) for part in self.part_ids}

    def _terms(self, firms, day):
        """What the key says of single firms in a month.

        :param date day: first day of the month
        :return: ``{firm: {"coefficient": Decimal, "discount": Decimal}}``, what
            changes nothing left out
        """
        self.ensure_one()
        steps = [
            (step.until_month, Decimal(str(step.percent))) for step in self.discount_ids
        ]
        terms = {firm: {} for firm in firms}
        for line in self.line_ids:
            if line.coefficient != 1 and line.company_id in terms:
                terms[line.company_id]["coefficient"] = Decimal(str(line.coefficient))
        for firm in firms.filtered("cocare_joined_on"):
            month = key_formula.membership_month(firm.cocare_joined_on, day)
            discount = key_formula.start_up_discount(month, steps)
            if discount:
                terms[firm]["discount"] = discount
        return terms

    def _key_shares(self, measured, terms, cost):
        """The part of a cost that each firm bears: the one way from a key to shares.

        :param measured: see ``_measure``; no value is negative
        :param terms: see ``_terms``
        :param int cost: cents, for bounds that are amounts; without a cost there are
            no bounds to keep
        :return: ``key_formula.KeyShares``
        :raise NoWeightError: nobody has anything to pay by
        :raise BoundsError: no sharing keeps the firms within the floor and the ceiling
        """
        self.ensure_one()
        return key_formula.key_shares(
            [part._formula(values) for part, values in measured.items()],
            {firm: key_formula.factor(**said) for firm, said in terms.items()},
            self._bound("floor", cost) or Fraction(0),
            self._bound("ceiling", cost) or Fraction(1),
        )

    def _bound(self, name, cost):
        """The floor or the ceiling as a fraction of a cost, 0 for none."""
        if not cost:
            return 0
        if self[f"{name}_kind"] == "amount":
            return Fraction(to_cents(self[name]), abs(cost))
        return key_formula.percent(Decimal(str(self[name])))
