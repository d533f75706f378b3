from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import format_date
from odoo.tools.translate import LazyTranslate

from ..allocation import NoWeightError, allocate_cumulative, from_cents, to_cents
from ..bars import bars
from ..key_formula import BoundsError
from .cocare_allocation_share import FIRMS_FOR_A_TOTAL

# There is no environment at import time: these are translated when they are shown.
# pylint: disable=prefer-env-translation
_lt = LazyTranslate(__name__)

#: closed months that a simulation goes back
MONTHS = 12
#: the drawing of a firm's months
WIDTH, HEIGHT = 360, 120

#: What keeps a month from being simulated, or has to be known of it.
NOTES = {
    "firm_missing": _lt(
        "%(month)s, “%(service)s”: not simulated, the draft has no percentage for "
        "%(firms)s."
    ),
    "firm_not_there": _lt(
        "%(month)s, “%(service)s”: %(firms)s did not take the service yet; the "
        "percentages of the others count in proportion."
    ),
    "negative": _lt(
        "%(month)s, “%(service)s”: not simulated, the value of the key is negative for "
        "%(firms)s because of corrections."
    ),
    "no_data": _lt(
        "%(month)s, “%(service)s”: not simulated, the draft's key is zero for every "
        "firm: nothing was metered or posted."
    ),
    "bounds": _lt(
        "%(month)s, “%(service)s”: not simulated, the firms cannot all be between the "
        "draft's floor and its ceiling."
    ),
    "no_month": _lt("No month that was closed shares a cost by this key."),
}
INFORMATION = {"firm_not_there"}


class CocareKeySimulation(models.Model):
    """What each firm would have paid under a version of a key, before anybody votes.

    It goes over the last closed months of the cost pools that use the key, with the
    arithmetic of the run: the same cost to the cent, rounding evened out over the
    fiscal year. The key is measured for each month; where the version says what shared
    the month, the frozen values count. What cannot be simulated is said, and what was
    invoiced stands.

    Working it out again replaces it, until the version was decided on: from then on it
    is what was shown before the vote, and stays. (In a month that was credited and run
    again the cents may fall on other firms: the run that was credited is not replayed.)
    """

    _name = "cocare.key.simulation"
    _inherit = "cocare.guarded.mixin"
    _description = "Simulation of an allocation key"
    _order = "id desc"

    version_id = fields.Many2one(
        "cocare.allocation.key.version",
        string="Version of the key",
        required=True,
        index=True,
        ondelete="restrict",
    )
    network_id = fields.Many2one(
        related="version_id.network_id", store=True, index=True
    )
    operator_id = fields.Many2one(
        related="network_id.operator_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="operator_id.currency_id")
    change_id = fields.Many2one(
        "cocare.governed.change",
        string="Shown before the decision",
        index="btree_not_null",
        ondelete="restrict",
    )
    simulated_by_id = fields.Many2one("res.users", string="Simulated by")
    rule = fields.Json(groups="cocare_network.group_network_reader")
    outdated = fields.Boolean(
        compute="_compute_outdated",
        compute_sudo=True,
        help="The draft was changed since.",
    )
    notes = fields.Json(groups="cocare_network.group_network_reader")
    note_text = fields.Text(
        string="To know",
        compute="_compute_note_text",
        groups="cocare_network.group_network_reader",
    )
    line_ids = fields.One2many("cocare.key.simulation.line", "simulation_id")
    firm_ids = fields.One2many("cocare.key.simulation.firm", "simulation_id")
    month_count = fields.Integer(string="Months simulated")
    total_told = fields.Boolean()
    total = fields.Monetary(
        string="Cost shared",
        compute="_compute_total",
        compute_sudo=True,
        help="The same either way; 0 when it would disclose another firm's figure.",
    )

    _one_open = models.UniqueIndex(
        "(version_id) WHERE change_id IS NULL",
        "This version is being simulated already.",
    )

    @api.depends("version_id")
    def _compute_display_name(self):
        for simulation in self:
            simulation.display_name = self.env._(
                "Simulation of %(version)s",
                version=simulation.sudo().version_id.display_name,
            )

    @api.depends("rule", "version_id")
    def _compute_outdated(self):
        for simulation in self:
            simulation.outdated = (
                not simulation.change_id
                and simulation.rule != simulation.version_id._rule()
            )

    @api.depends("notes")
    @api.depends_context("lang")
    def _compute_note_text(self):
        for simulation in self:
            simulation.note_text = "\n".join(
                simulation._note_in_words(*note) for note in simulation.notes or []
            )

    @api.depends("line_ids.actual", "total_told")
    def _compute_total(self):
        # Searched, not read from ``line_ids``, which may hold those of one firm only.
        totals = dict(
            self.env["cocare.key.simulation.line"]._read_group(
                [("simulation_id", "in", self.ids)], ["simulation_id"], ["actual:sum"]
            )
        )
        for simulation in self:
            simulation.total = simulation.total_told and totals.get(simulation, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_undecided(self):
        if self.filtered("change_id"):
            raise UserError(
                self.env._(
                    "What was shown before a decision is kept: make a new version."
                )
            )

    def action_open(self):
        """Open the simulation."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_open_table(self):
        """Firms by month, as a table or a chart."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_mutual_accounting.cocare_key_simulation_line_action"
        )
        return {**action, "domain": [("simulation_id", "=", self.id)]}

    def _note_in_words(self, code, values):
        values = dict(values)
        if "month" in values:
            values["month"] = format_date(
                self.env, values["month"], date_format="MMMM yyyy"
            )
        text = self.env._(NOTES[code])  # pylint: disable=translation-not-lazy
        return text % values

    # Simulate

    @api.model
    def _simulate(self, version):
        """Work out a version over the closed months, and keep what was found.

        Runs as superuser once the right to simulate was checked: keys are measured in
        every firm's books, and nobody writes simulations otherwise.

        :param version: a ``cocare.allocation.key.version`` that was not decided on
        :return: the ``cocare.key.simulation``
        """
        version.ensure_one()
        simulations = self.sudo()
        simulations.search(
            [("version_id", "=", version.id), ("change_id", "=", False)]
        ).unlink()
        notes, lines = [], simulations._closed_lines(version)
        replayed = simulations._replay(version.sudo(), lines, notes)
        if not lines:
            notes.append(["no_month", {}])
        simulation = simulations.create(
            {
                "version_id": version.id,
                "simulated_by_id": self.env.uid,
                "rule": version.sudo()._rule(),
                "notes": notes,
                "month_count": len({line.run_id for line, _shares in replayed}),
                "total_told": self._may_be_told(version.sudo(), replayed),
                "line_ids": [
                    Command.create(
                        {
                            "company_id": share.company_id.id,
                            "service_id": line.service_id.id,
                            "month": line.run_id.date_from,
                            "actual": share.invoiced,
                            "simulated": from_cents(shares[share.company_id]),
                        }
                    )
                    for line, shares in replayed
                    for share in line.share_ids
                ],
            }
        )
        # A view of the lines: it was not there yet when they were made.
        simulation.invalidate_recordset(["firm_ids"])
        return simulation.with_env(self.env)

    @api.model
    def _closed_lines(self, version):
        """What the last closed months shared of the pools that use the key.

        Runs as superuser: runs are the operator's books.

        :return: ``cocare.allocation.run.line``, in the order they were worked out
        """
        version = version.sudo()
        runs = (
            self.env["cocare.allocation.run"]
            .sudo()
            .search(
                [
                    ("network_id", "=", version.network_id.id),
                    ("kind", "=", "month"),
                    ("state", "=", "posted"),
                ],
                order="date_from desc",
                limit=MONTHS,
            )
        )
        return runs.line_ids.filtered(
            lambda line: line.pool_id.key_id == version.key_id
        ).sorted("id")

    def _replay(self, version, lines, notes):
        """Share the same costs by the version, month after month.

        :param list notes: what has to be said is added to it
        :return: list of ``(line, {firm: cents})``, the months that could be simulated
        """
        past, replayed = {}, []
        for line in lines:
            run = line.run_id
            year = run.operator_id.compute_fiscalyear_dates(run.date_to)
            key = line.pool_id, year["date_from"]
            if key not in past:
                # Months of the year before those simulated count as they were.
                before = line._posted_between(run, **year) - lines
                past[key] = before.filtered(
                    lambda other, pool=line.pool_id: other.pool_id == pool
                )._entitled_and_invoiced()
            entitled, invoiced = past[key]
            exact = self._exact(version, line, notes)
            if exact is None:
                exact, shares = line._entitled_and_invoiced()
            else:
                shares = allocate_cumulative(exact, entitled, invoiced)
                replayed.append((line, shares))
            for firm in shares:
                entitled[firm] += exact[firm]
                invoiced[firm] += shares[firm]
        return replayed

    def _exact(self, version, line, notes):
        """What the firms that shared a cost would have owed before any rounding.

        :return: ``{firm: Fraction}`` in cents, None when the month cannot be simulated
        """
        firms = line.share_ids.company_id.sorted("id")
        if line.key_version_id._rule() == version._rule():
            by_firm = {share.company_id: share for share in line.share_ids}
            return {firm: by_firm[firm]._exact() for firm in firms}

        def note(code, named=()):
            values = {
                "month": str(line.run_id.date_from),
                "service": line.service_id.name,
                "firms": ", ".join(firm.name for firm in named),
            }
            notes.append([code, values])

        if version.has_percentages:
            named = version.line_ids.filtered("percent").company_id
            missing = firms - named
            if missing:
                return note("firm_missing", missing)
            absent = named - firms
            if absent:
                note("firm_not_there", absent)
        run, cost = line.run_id, to_cents(line.full_cost)
        measured = version._measure(firms, run.date_from, run.date_to)
        negative = firms.filtered(
            lambda firm: any(values[firm] < 0 for values in measured.values())
        )
        if negative:
            return note("negative", negative)
        if not cost:
            return dict.fromkeys(firms, 0)
        terms = version._terms(firms, run.date_from)
        try:
            key = version._key_shares(measured, terms, cost)
        except BoundsError:
            return note("bounds")
        except NoWeightError:
            return note("no_data")
        return {firm: cost * share for firm, share in key.shares.items()}

    def _may_be_told(self, version, replayed):
        """With few firms, the total of a private key tells the figure of another."""
        versions = version.union(*(line.key_version_id for line, _ in replayed))
        fewest = min((len(shares) for _line, shares in replayed), default=0)
        return (
            not any(one._is_private() for one in versions)
            or fewest >= FIRMS_FOR_A_TOTAL
        )

    def _keep_for(self, change):
        """From now on it is what was shown before this decision.

        Runs as superuser: nobody writes simulations otherwise.
        """
        self.sudo().write({"change_id": change.id})

    # Show

    def _for_firm(self, firm):
        """A firm's own figures, read with the rights of who looks.

        :return: dict for the portal page: ``months`` (dicts of amounts), their
            ``total``, the ``chart``, and ``left_out``: what was not simulated
        """
        self.ensure_one()
        months = defaultdict(lambda: defaultdict(int))
        for line in self.line_ids.search(
            [("simulation_id", "=", self.id), ("company_id", "=", firm.id)]
        ):
            for name in ("actual", "simulated", "difference"):
                months[line.month][name] += to_cents(line[name])
                months[None][name] += to_cents(line[name])
        total = {
            name: from_cents(cents) for name, cents in months.pop(None, {}).items()
        }
        rows = [
            {
                "month": month,
                **{name: from_cents(cents) for name, cents in months[month].items()},
            }
            for month in sorted(months)
        ]
        pairs = [(row["actual"], row["simulated"]) for row in rows]
        return {
            "months": rows,
            "total": total,
            "chart": bars(pairs, WIDTH, HEIGHT),
            "left_out": self._left_out(),
        }

    def _left_out(self):
        """Months and services that were not simulated, without naming any firm.

        Runs as superuser: the notes, which name firms, are not for members.

        :return: list of (first day of the month, name of the service)
        """
        return [
            (fields.Date.to_date(values["month"]), values["service"])
            for code, values in self.sudo().notes or []
            if code not in INFORMATION and "month" in values
        ]
