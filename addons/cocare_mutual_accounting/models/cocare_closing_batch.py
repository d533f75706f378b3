from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools.misc import format_datetime

#: what the software, or Odoo, refuses with a reason; anything else is a fault and stops
REFUSALS = (UserError, RedirectWarning)


class CocareClosing(models.Model):
    """What is done of several closings at once: each firm by itself, and reported.

    Safe to repeat: what is closed already is told, and left as it is.
    """

    _inherit = "cocare.closing"  # pylint: disable=consider-merging-classes-inherited

    def action_evaluate_together(self):
        """Check those that are selected, and open the report."""
        return self._together("evaluate", self.company_id)

    def action_close_together(self):
        """Close those that are selected which may be, and open the report."""
        return self._together("close", self.company_id)

    def _together(self, action, companies, period=""):
        """Do something of several closings, each in its own savepoint.

        :param str action: a key of ``cocare_closing_outcome.ACTIONS``
        :param companies: firms that were asked for; those without closing are told
        :param str period: which one was asked for, in words
        :return: the action that opens the report
        """
        self.check_access("write")
        if action in ("evaluate", "close"):
            self.filtered(lambda closing: closing.state == "open")._evaluate()
        name = self._together_name(action, period)
        rows = []
        for company in companies.sorted("name"):
            if action == "generate":
                rows.append((company, self.browse(), *self._try_generate(company)))
                continue
            mine = self.filtered(lambda closing, c=company: closing.company_id == c)
            if not mine:
                told = self.env._("There is no checklist for this period.")
                rows.append((company, mine, True, told))
            for closing in mine.sorted(lambda c: (c.date_to, c.kind == "year", c.id)):
                rows.append((company, closing, *closing._try(action)))
        outcomes = self.env["cocare.closing.outcome"]._report(name, action, rows)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "cocare_mutual_accounting.cocare_closing_outcome_action"
            ),
            "name": name,
            "domain": [("id", "in", outcomes.ids)],
            "context": {},
        }

    @api.model
    def _together_name(self, action, period):
        now = format_datetime(self.env, fields.Datetime.now(), dt_format="short")
        parts = (dict(self._action_names())[action], period, now)
        return ", ".join(part for part in parts if part)

    @api.model
    def _action_names(self):
        Outcome = self.env["cocare.closing.outcome"]
        return Outcome._fields["action"]._description_selection(self.env)

    def _try_generate(self, company):
        """:return: whether it was refused, and what became of it"""
        try:
            with self.env.cr.savepoint():
                new = self._generate(company)
        except REFUSALS as refusal:
            return True, str(refusal.args[0])
        return False, self.env._("%(count)s new closings.", count=len(new))

    def _try(self, action):
        """Do it, or say why not.

        :return: whether it was refused, and what became of it
        """
        self.ensure_one()
        done = {"evaluate": ("closed", "final"), "close": ("closed", "final")}
        if self.state in done.get(action, ("final",)):
            return False, self.env._("Closed already.")
        if action == "evaluate":
            if not self.steps_open:
                return False, self.env._("In order.")
            left = self.step_ids.filtered("is_open")
            return True, "\n".join(step._in_words() for step in left)
        try:
            with self.env.cr.savepoint():
                if action == "close":
                    self._check_step("open")
                    self._close()
                else:
                    self._check_step("closed")
                    self._close_for_good()
        except REFUSALS as refusal:
            self.invalidate_recordset()
            return True, str(refusal.args[0])
        return False, self.locks or self.env._("Closed; nothing to lock.")
