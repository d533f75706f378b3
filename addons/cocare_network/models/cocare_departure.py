import hashlib
import io
import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import format_date

from .. import spreadsheet
from .cocare_agreement import AGREED

#: accounting documents are kept ten years (art. L123-22 C. com.)
YEARS_READABLE = 10


class CocareDeparture(models.Model):
    """A firm leaves: what remains to be settled, what it takes along, when it is done.

    How it works: while money, goods or engagements remain, leaving is refused and says
    what (``_obstacles``); the firm is handed its books and documents (``_files``) with
    their checksums; then its records are closed (``_close``) and stay readable for
    ten years. Each addon extends these three with what it owns.
    """

    _name = "cocare.departure"
    _inherit = "cocare.membership.mixin"
    _description = "Departure of a firm"
    _order = "id desc"

    state = fields.Selection(
        [("open", "Being settled"), ("done", "Left"), ("cancelled", "Stayed")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
    )
    last_day = fields.Date(
        string="Last day in the network",
        required=True,
        default=lambda self: fields.Date.end_of(
            fields.Date.add(fields.Date.context_today(self), months=1), "month"
        ),
    )
    taken_over_by = fields.Char(
        string="Who takes the books over", help="Name, address, e-mail."
    )
    keeper_ids = fields.Many2many(
        "res.users",
        string="Who may still read its books",
        domain="[('id', 'in', office_user_ids)]",
        help="Staff of the shared office; the others lose the firm.",
    )
    office_user_ids = fields.Many2many(related="membership_id.office_user_ids")
    running_agreement_ids = fields.Many2many(
        "cocare.agreement",
        string="Agreements that go on after the last day",
        compute="_compute_running_agreement_ids",
    )
    obstacle_ids = fields.One2many("cocare.departure.obstacle", "departure_id")
    checked_on = fields.Datetime(readonly=True)
    archive_id = fields.Many2one(
        "ir.attachment", string="Books and documents", readonly=True, copy=False
    )
    archive_sha256 = fields.Char(string="SHA-256", readonly=True, copy=False)
    handed_over_on = fields.Date(readonly=True, copy=False)
    left_on = fields.Date(readonly=True, copy=False)
    readable_until = fields.Date(readonly=True, copy=False)

    _one_open = models.UniqueIndex(
        "(company_id) WHERE state != 'cancelled'",
        "This firm is leaving, or left, already.",
    )

    @api.depends("company_id")
    def _compute_display_name(self):
        # members see the departure of their firm, not its file
        for departure in self:
            departure.display_name = self.env._(
                "Departure of %(firm)s", firm=departure.membership_id.sudo().name
            )

    @api.depends("company_id.cocare_agreement_ids.date_end", "last_day")
    def _compute_running_agreement_ids(self):
        for departure in self:
            departure.running_agreement_ids = departure._running_agreements()

    def write(self, vals):
        if not self.env.su:
            typed = {"last_day", "taken_over_by", "keeper_ids"}
            if set(vals) - typed or self.filtered(lambda d: d.state != "open"):
                raise UserError(
                    self.env._("A departure is settled step by step, with its buttons.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A departure is cancelled, not deleted."))

    # Steps

    def action_check(self):
        """List again what remains to be settled."""
        for departure in self:
            departure._check_open()
            departure._check()

    def action_hand_over(self):
        """Make the archive of the firm's books and documents; again if asked again."""
        for departure in self:
            departure._check_open()
            departure._hand_over()

    def action_leave(self):
        """Let the firm go, if nothing remains.

        :raise UserError: what remains, or that nothing was handed over yet
        """
        for departure in self:
            departure._check_open()
            departure._leave()
        # Who keeps nothing of it cannot stay on its form.
        return self.env["ir.actions.act_window"]._for_xml_id(
            "cocare_network.cocare_departure_action"
        )

    def action_cancel(self):
        """The firm stays: its membership goes on."""
        for departure in self:
            departure._check_open()
            departure.membership_id._step("member", self.env._("They stay"))

    def action_download(self):
        """Download the archive that was handed over."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.archive_id.id}?download=true",
            "target": "self",
        }

    def _cancel(self):
        """Runs as superuser: states are nobody's to write, rights were checked."""
        self.filtered(lambda d: d.state == "open").sudo().state = "cancelled"

    def _check_open(self):
        self.ensure_one()
        self.check_access("write")
        if self.state != "open":
            raise UserError(
                self.env._("%(departure)s is settled.", departure=self.display_name)
            )

    def _check(self):
        """Store the obstacles of today.

        Runs as superuser: an obstacle may stand in books that the facilitator does not
        read; what is stored names it, and no figure of another firm.
        """
        departure = self.sudo()
        departure.obstacle_ids.unlink()
        departure.write(
            {
                "obstacle_ids": [Command.create(o) for o in departure._obstacles()],
                "checked_on": fields.Datetime.now(),
            }
        )

    def _hand_over(self):
        """Runs as superuser: the archive holds books the facilitator does not read."""
        departure = self.sudo()
        content = departure._archive()
        departure.archive_id.unlink()
        departure.write(
            {
                "archive_id": self.env["ir.attachment"]
                .sudo()
                .create(
                    {
                        "name": f"{departure._slug()}.zip",
                        "raw": content,
                        "mimetype": "application/zip",
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                )
                .id,
                "archive_sha256": hashlib.sha256(content).hexdigest(),
                "handed_over_on": fields.Date.context_today(self),
            }
        )

    def _leave(self):
        today = fields.Date.context_today(self)
        if today < self.last_day:
            raise UserError(
                self.env._(
                    "%(firm)s stays until %(date)s.",
                    firm=self.membership_id.name,
                    date=format_date(self.env, self.last_day),
                )
            )
        # Written first: whoever records a usage meanwhile waits, or is waited for.
        self.network_id.sudo()._serialise()
        self._check()
        if self.obstacle_ids:
            raise UserError(
                self.env._(
                    "%(firm)s cannot leave yet:\n%(obstacles)s",
                    firm=self.membership_id.name,
                    obstacles="\n".join(f"– {o.name}" for o in self.obstacle_ids),
                )
            )
        if not self.archive_id or self.handed_over_on < self.last_day:
            raise UserError(
                self.env._(
                    "Hand the books and documents over first, on the last day or later."
                )
            )
        self.membership_id._move("left", self.env._("Everything is settled"))
        self._close_firm(today)

    def _close_firm(self, today):
        """Runs as superuser: closes records of several addons, and users' accounts."""
        departure = self.sudo()
        departure._close()
        departure.write(
            {
                "state": "done",
                "left_on": today,
                "readable_until": fields.Date.add(today, years=YEARS_READABLE),
            }
        )
        departure.company_id.cocare_left_on = today

    # What addons extend

    def _obstacles(self):
        """What keeps the firm from leaving.

        :return: list of dicts of ``cocare.departure.obstacle``: ``kind``, ``name``
            (what, in words), and the record to open: ``res_model``, ``res_id``
        """
        self.ensure_one()
        company = self.company_id
        obstacles = [
            self._obstacle("task", task.name, self.membership_id)
            for task in self.membership_id.task_ids
            if task.stage == "leaving" and task.required and not task.done_on
        ]
        for agreement in self._running_agreements():
            obstacles.append(
                self._obstacle(
                    "agreement",
                    self.env._(
                        "Agreement “%(service)s” goes on after the last day: end it.",
                        service=agreement.service_id.name,
                    ),
                    agreement,
                )
            )
        late = self.env["cocare.usage"]._read_group(
            [
                ("company_id", "=", company.id),
                ("date", ">", self.network_id.usage_lock_date or "1900-01-01"),
            ],
            ["service_id"],
            ["quantity:sum"],
            having=[("quantity:sum", "!=", 0)],
        )
        for service, quantity in late:
            obstacles.append(
                self._obstacle(
                    "usage",
                    self.env._(
                        "%(quantity)g %(unit)s of “%(service)s” are not shared yet: "
                        "close the month.",
                        quantity=quantity,
                        unit=service._unit_text(quantity),
                        service=service.name,
                    ),
                    service,
                )
            )
        return obstacles

    def _running_agreements(self):
        """What was agreed on for days after the last one."""
        self.ensure_one()
        if not self.last_day:
            return self.env["cocare.agreement"]
        return self.env["cocare.agreement"]._in_force(
            fields.Date.add(self.last_day, days=1),
            fields.Date.to_date("9999-12-31"),
            companies=self.company_id,
        )

    def _obstacle(self, kind, name, record):
        return {
            "kind": kind,
            "name": name,
            "res_model": record._name,
            "res_id": record.id,
        }

    def _files(self):
        """What the firm takes along.

        :return: iterable of (path in the archive, bytes)
        """
        self.ensure_one()
        agreements = self.env["cocare.agreement"].search(
            [("company_id", "=", self.company_id.id), ("state", "in", AGREED)]
        )
        yield (
            self.env._("agreements.csv"),
            self._csv(
                [self.env._("Service"), self.env._("From"), self.env._("Until")],
                [
                    (a.service_id.name, a.date_start, a.date_end or "")
                    for a in agreements
                ],
            ),
        )
        folder = self.env._("agreements")
        for document in agreements.signature_ids.document_id:
            yield f"{folder}/{document.name}", document.raw
        usages = self.env["cocare.usage"].search(
            [("company_id", "=", self.company_id.id)], order="date, id"
        )
        yield (
            self.env._("usages.csv"),
            self._csv(
                [
                    self.env._("Date"),
                    self.env._("Service"),
                    self.env._("Quantity"),
                    self.env._("Unit"),
                    self.env._("Description"),
                ],
                [
                    (
                        u.date,
                        u.service_id.name,
                        f"{u.quantity:g}".replace(".", ","),
                        u.uom_id.name,
                        u.name or "",
                    )
                    for u in usages
                ],
            ),
        )
        folder = self.env._("charter")
        for document in self.membership_id.acceptance_ids.evidence_ids:
            yield f"{folder}/{document.name}", document.raw

    def _close(self):
        """Close what the firm has; runs once nothing stands in the way.

        Agreements end, what was being prepared is withdrawn. The people of the firm go
        on reading it, the shared office does not but for the keepers; staff who worked
        for this firm alone lose their account.
        """
        self.ensure_one()
        self._end_consents()
        agreements = self.env["cocare.agreement"].search(
            [("company_id", "=", self.company_id.id)]
        )
        signed = agreements.filtered(lambda a: a.state == "signed")
        signed.write({"state": "ended"})
        (agreements - signed).filtered(
            lambda a: a.state in ("draft", "proposed")
        ).write({"state": "withdrawn"})
        users = self._users()
        staff = users.filtered(lambda u: not u.share) - self.keeper_ids
        staff._cocare_lose(self.company_id)

    def _end_consents(self):
        """What people let the others use of the firm's contacts, or the firm of theirs,
        ends with its last day."""
        company = self.company_id
        consents = self.env["cocare.consent"].search(
            [
                ("live", "=", True),
                "|",
                ("from_company_id", "=", company.id),
                ("to_company_id", "=", company.id),
            ]
        )
        consents.filtered(
            lambda consent: consent.from_company_id != consent.to_company_id
        )._withdraw(self.env._("%(firm)s left the network.", firm=company.name))

    def _users(self):
        return self.env["res.users"].search(
            [("company_ids", "in", self.company_id.ids)]
        )

    @api.model
    def _cron_end_reading(self):
        """Take the firm from its people's accounts once its ten years are over."""
        over = self.search(
            [
                ("state", "=", "done"),
                ("readable_until", "<", fields.Date.context_today(self)),
            ]
        )
        for departure in over:
            departure._users().filtered("share")._cocare_lose(departure.company_id)

    # The archive

    def _archive(self):
        """The zip of what the firm takes along, with the list of its files.

        :return: bytes; the list names each file, its size and its SHA-256
        """
        self.ensure_one()
        self = self.with_context(lang=self.company_id.partner_id.lang or self.env.lang)
        buffer = io.BytesIO()
        listed = [
            self.env._(
                "Books and documents of %(firm)s, handed over on %(date)s.",
                firm=self.company_id.name,
                date=format_date(self.env, fields.Date.context_today(self)),
            ),
            "",
        ]
        taken = set()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in self._files():
                path = self._free_path(path, taken)
                content = content or b""
                archive.writestr(path, content)
                digest = hashlib.sha256(content).hexdigest()
                listed.append(f"{digest}  {len(content):>10}  {path}")
            archive.writestr(self.env._("READ-ME.txt"), "\r\n".join(listed) + "\r\n")
        return buffer.getvalue()

    def _free_path(self, path, taken):
        """A path that stays inside the archive and is not taken yet."""
        parts = [part.strip(". ") for part in path.replace("\\", "/").split("/")]
        clean = "/".join(part for part in parts if part) or "file"
        folder, slash, name = clean.rpartition("/")
        free, number = clean, 1
        while free in taken:
            number += 1
            free = f"{folder}{slash}{number}-{name}"
        taken.add(free)
        return free

    def _csv(self, header, rows):
        """A table as spreadsheets of the country open it: ``;``, with a BOM."""
        return spreadsheet.table(header, rows)

    def _slug(self):
        name = self.env["ir.http"]._slugify(self.company_id.name)
        return f"{name}-{fields.Date.context_today(self):%Y-%m-%d}"
