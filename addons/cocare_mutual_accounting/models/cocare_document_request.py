from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from .cocare_document import KINDS


class CocareDocumentRequest(models.Model):
    """A document that the bookkeepers ask of a firm, and how often they asked.

    The people of the firm read it on their page and answer with a photo or a file;
    from the day after it is due they are reminded by themselves.
    """

    _name = "cocare.document.request"
    _inherit = ["mail.thread", "cocare.guarded.mixin"]
    _description = "Document asked of a firm"
    _order = "due_date, id"

    name = fields.Char(string="What", required=True)
    company_id = fields.Many2one(
        "res.company", string="Firm", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(KINDS, required=True, default="bill")
    note = fields.Text(help="What the people of the firm should know to find it.")
    asked_on = fields.Date(
        required=True, readonly=True, default=fields.Date.context_today
    )
    asked_by_id = fields.Many2one(
        "res.users",
        string="Asked by",
        readonly=True,
        default=lambda self: self.env.user,
    )
    due_date = fields.Date(string="Due", required=True)
    days_late = fields.Integer(compute="_compute_days_late")
    state = fields.Selection(
        [
            ("asked", "Asked"),
            ("received", "Received"),
            ("done", "Done"),
            ("cancelled", "Not needed"),
        ],
        required=True,
        default="asked",
        readonly=True,
        tracking=True,
    )
    document_ids = fields.One2many(
        "cocare.document", "request_id", string="Documents", readonly=True
    )
    reminder_count = fields.Integer(
        string="Reminders", readonly=True, aggregator=None, copy=False
    )
    reminded_on = fields.Date(string="Last reminder", readonly=True, copy=False)

    @api.depends("due_date", "state")
    def _compute_days_late(self):
        today = fields.Date.context_today(self)
        for request in self:
            late = request.due_date and (today - request.due_date).days
            request.days_late = max(late or 0, 0) if request.state == "asked" else 0

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        requests._tell(
            lambda r: r.env._(
                "Your bookkeepers ask for a document: %(what)s", what=r.name
            )
        )
        return requests

    def write(self, vals):
        # The form offers these; a remote call could still send the others.
        given = {name for name in vals if not name.startswith("message_")}
        if not self.env.su and given - {"due_date", "note"}:
            raise UserError(
                self.env._("What was asked, and how it stands, is not typed in.")
            )
        return super().write(vals)

    def _step(self, vals):
        """What a button writes, and nobody types."""
        return super().write(vals)

    def action_remind(self):
        """Remind the people of the firms, now."""
        self.check_access("write")
        for request in self:
            if request.state != "asked":
                raise UserError(
                    self.env._("“%(name)s” is not waited for.", name=request.name)
                )
        self._remind()

    def action_cancel(self):
        """It is not needed after all."""
        self.check_access("write")
        self.filtered(lambda r: r.state != "done")._step({"state": "cancelled"})

    @api.model
    def _cron_remind(self):
        """Remind of what is late, every so many days; safe to be run twice a day."""
        today = fields.Date.context_today(self)
        late = self.search([("state", "=", "asked"), ("due_date", "<", today)])
        late.filtered(lambda r: r._is_to_be_reminded(today))._remind()

    def _is_to_be_reminded(self, today):
        every = self.company_id.cocare_network_id.document_reminder_days
        if not every or self.company_id.cocare_left_on:
            return False
        last = self.reminded_on or self.due_date
        waited = every if self.reminded_on else 1
        return (today - last).days >= waited

    def _remind(self):
        """Written first, then sent: what is sent twice was written once."""
        today = fields.Date.context_today(self)
        for request in self:
            request._step(
                {"reminded_on": today, "reminder_count": request.reminder_count + 1}
            )
        self.flush_recordset()
        self._tell(
            lambda r: r.env._("Reminder: %(what)s is still missing", what=r.name)
        )

    def _tell(self, subject):
        """Write to the people of the firms, each in their language.

        Runs as superuser: the office writes to people whose accounts it may not read.

        :param subject: what makes the subject, from the request in a language
        """
        for request in self.sudo():
            members = request.company_id._cocare_members()
            for lang, users in members.grouped("lang").items():
                told = request.with_context(lang=lang)
                self.env["mail.thread"].sudo().message_notify(
                    partner_ids=users.partner_id.ids,
                    subject=subject(told),
                    body=told.env._(
                        "Due on %(date)s. Take a photo or send the file here: %(link)s",
                        date=format_date(told.env, told.due_date),
                        link=told.company_id._cocare_link(
                            f"/my/documents/{told.company_id.id}"
                        ),
                    ),
                )

    def _answered(self):
        self.filtered(lambda r: r.state == "asked")._step({"state": "received"})

    def _check_done(self):
        """What was sent in answer is processed."""
        for request in self:
            states = set(request.document_ids.mapped("state"))
            if request.state == "received" and states <= {"booked", "filed", "refused"}:
                request._step({"state": "done" if states - {"refused"} else "asked"})

    def _ask_again(self):
        """All that was sent in answer was sent back."""
        for request in self:
            if set(request.document_ids.mapped("state")) == {"refused"}:
                request._step({"state": "asked"})
