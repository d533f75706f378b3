from collections import defaultdict

from odoo import fields, models
from odoo.tools import float_is_zero, float_round


class CocareUsageMixin(models.AbstractModel):
    """For records of an activity that leave usages.

    How to use: inherit it, return from ``_cocare_usages`` what the record is worth
    today, and call ``_cocare_sync_usages`` when it may have changed (create, write,
    posting, cancelling). Calling it again changes nothing.

    How it works: what was already recorded for the source is compared with what it is
    worth now; the difference is appended. A correction of a closed period is dated on
    the first open day, so that no allocated month ever changes.
    """

    _name = "cocare.usage.mixin"
    _description = "Leaves usages of shared services"

    cocare_usage_count = fields.Integer(
        string="Usages", compute="_compute_cocare_usage_count"
    )

    def _compute_cocare_usage_count(self):
        counts = dict(
            self.env["cocare.usage"]._read_group(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)],
                ["res_id"],
                ["__count"],
            )
        )
        for record in self:
            record.cocare_usage_count = counts.get(record.id, 0)

    def action_open_usages(self):
        """Open the usages and corrections this record left."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_network.cocare_usage_action"
        )
        return {
            **action,
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {},
        }

    def _cocare_usages(self):
        """What this record is worth now.

        :return: list of dicts with ``company_id`` and ``service_id`` (ids), ``date``,
            ``quantity`` (in the service's unit) and ``name``
        """
        self.ensure_one()
        raise NotImplementedError(self._name)

    def _cocare_sync_usages(self):
        """Append the difference between what is recorded and what is true now.

        Runs as superuser: recording is nobody's right, so that usages only come from
        sources; whoever may write the source has been checked by its own rules.

        :return: the ``cocare.usage`` appended
        """
        vals_list = []
        for record in self.sudo():
            vals_list += record._cocare_prepare_usages()
        return self.env["cocare.usage"].sudo().create(vals_list)

    def _cocare_prepare_usages(self):
        past = self.env["cocare.usage"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        present = {
            (usage["company_id"], usage["service_id"]): usage
            for usage in self._cocare_usages()
        }
        revisions = defaultdict(int)
        for usage in past:
            present.setdefault(
                (usage.company_id.id, usage.service_id.id),
                {
                    "company_id": usage.company_id.id,
                    "service_id": usage.service_id.id,
                    "date": usage.date,
                    "quantity": 0,
                    "name": usage.name,
                },
            )
            revisions[usage.service_id.id] += 1
        vals_list = []
        for (company_id, service_id), usage in present.items():
            recorded = past.filtered(
                lambda u, c=company_id, s=service_id: u.company_id.id == c
                and u.service_id.id == s
            )
            for date, quantity in self._cocare_deltas(recorded, usage):
                vals_list.append(
                    {
                        **usage,
                        "date": date,
                        "quantity": quantity,
                        "revision": revisions[service_id],
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                )
                revisions[service_id] += 1
        return vals_list

    def _cocare_deltas(self, recorded, usage):
        """What to append so that the usages of one firm and service are true again.

        :param recorded: usages this source already left for the firm and service
        :param dict usage: what the source is worth now
        :return: list of (date, quantity)
        """
        lock_date = recorded.network_id.usage_lock_date
        closed = recorded.filtered(lambda u: lock_date and u.date <= lock_date)
        date = usage["date"]
        if closed and date <= lock_date:
            date = fields.Date.add(lock_date, days=1)
        deltas = defaultdict(float)
        deltas[date] += usage["quantity"] - sum(closed.mapped("quantity"))
        for past in recorded - closed:
            deltas[past.date] -= past.quantity
        return [
            (day, float_round(quantity, precision_digits=3))
            for day, quantity in sorted(deltas.items())
            if not float_is_zero(quantity, precision_digits=3)
        ]
