from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.cocare_network.tests.common import CocareCommon

from ..rules import RULES

# of modules that the suite does not ask for: rows are not built here
NOT_BUILT = {"hr.work.location", "purchase.bill.line.match", "stock.package.type"}


@tagged("post_install", "-at_install")
class TestRules(CocareCommon):
    """Even an administrator of firm A reads and changes no row of firm B."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_system,base.group_multi_company"
        if "account.move" in cls.env:
            groups += ",account.group_account_manager"
        cls.groups = groups
        cls.admin_a = cls._new_user("admin_a", groups, cls.firm_a)
        cls.office = cls._new_user("office", groups, cls.firm_a | cls.firm_b)
        cls.colleagues = {
            firm: cls._new_user(f"colleague_{firm.id}", "base.group_user", firm)
            for firm in cls.firms
        }

    def _check(self, model, /, **values):
        """Rows of A and B: each firm has its own, the office what it ticked.

        Without ``values`` the row is built by ``_new_…``, else created with them, as
        functions of the firm.
        """
        if model not in self.env:
            self.skipTest(f"{model} is of a module that is not installed")
        build = getattr(self, f"_new_{model.replace('.', '_')}", None)
        own, foreign = (
            build(firm)
            if build
            else self.env[model].create(
                {
                    name: value(firm) if callable(value) else value
                    for name, value in values.items()
                }
            )
            for firm in (self.firm_a, self.firm_b)
        )
        both = [("id", "in", (own | foreign).ids)]
        Model = self.env[model].with_context(active_test=False)
        self.env.invalidate_all()
        own, foreign = own.with_env(self.env), foreign.with_env(self.env)
        name = next(
            name
            for name, field in own._fields.items()
            if field.column_type and field.store and not field.groups and name != "id"
        )
        mine = Model.with_user(self.admin_a)
        self.assertEqual(mine.search(both).ids, own.ids)
        self.assertEqual(mine.search_count(both), 1)
        self.assertTrue(own.with_user(self.admin_a).read([name]))
        for operation in ("read", "write", "unlink"):
            self.assertFalse(
                foreign.with_user(self.admin_a).has_access(operation), operation
            )
        with self.assertRaises(AccessError):
            foreign.with_user(self.admin_a).read([name])
        with self.assertRaises(AccessError):
            foreign.with_user(self.admin_a).unlink()
        ticked = Model.with_user(self.office)
        for firms, rows in (
            (self.firm_a, own),
            (self.firm_b, foreign),
            (self.firm_a | self.firm_b, own | foreign),
        ):
            seen = ticked.with_context(allowed_company_ids=firms.ids).search(both)
            self.assertEqual(set(seen.ids), set(rows.ids))
        return own, foreign

    def _check_shared(self, model, **values):
        """A row of no firm is everybody's."""
        row = self.env[model].create(values)
        self.assertTrue(row.with_user(self.admin_a).has_access("read"))

    def test_every_rule_is_tested(self):
        tested = {name.removeprefix("test_") for name in dir(self)}
        names = {name.replace(".", "_") for name in set(RULES) - NOT_BUILT}
        self.assertFalse(names - tested)

    # Set up

    def test_digest_digest(self):
        self._check("digest.digest", name="Digest", company_id=lambda firm: firm.id)

    def test_ir_default(self):
        field = self.env["ir.model.fields"]._get("res.partner", "ref")
        values = {"field_id": field.id, "json_value": '"CANARY"'}
        self._check("ir.default", company_id=lambda firm: firm.id, **values)
        self._check_shared("ir.default", **values)

    def test_ir_default_of_a_person(self):
        field = self.env["ir.model.fields"]._get("res.partner", "ref")
        self._check(
            "ir.default",
            field_id=field.id,
            json_value='"CANARY"',
            user_id=lambda firm: self.colleagues[firm].id,
        )

    def test_ir_sequence(self):
        self._check("ir.sequence", name="Invoices", company_id=lambda firm: firm.id)
        self._check_shared("ir.sequence", name="Shared", company_id=False)

    def test_ir_sequence_still_counts(self):
        for firm in self.firms:
            self.env["ir.sequence"].create(
                {
                    "name": firm.name,
                    "code": "cocare.isolation.test",
                    "prefix": firm.name,
                    "company_id": firm.id,
                }
            )
        number = (
            self.env["ir.sequence"]
            .with_user(self.colleagues[self.firm_b])
            .next_by_code("cocare.isolation.test")
        )
        self.assertEqual(number, "Firm B1")

    def _new_ir_sequence_date_range(self, firm):
        sequence = self.env["ir.sequence"].create(
            {"name": "Invoices", "company_id": firm.id, "use_date_range": True}
        )
        return self.env["ir.sequence.date_range"].create(
            {
                "sequence_id": sequence.id,
                "date_from": "2025-01-01",
                "date_to": "2025-12-31",
            }
        )

    def test_ir_sequence_date_range(self):
        self._check("ir.sequence.date_range")

    def _new_mail_activity_plan(self, firm):
        return self.env["mail.activity.plan"].create(
            {"name": "Plan", "res_model": "res.partner", "company_id": firm.id}
        )

    def test_mail_activity_plan(self):
        self._check("mail.activity.plan")

    def _new_mail_activity_plan_template(self, firm):
        return self.env["mail.activity.plan.template"].create(
            {
                "plan_id": self._new_mail_activity_plan(firm).id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "summary": "CANARY",
            }
        )

    def test_mail_activity_plan_template(self):
        self._check("mail.activity.plan.template")

    def _new_onboarding_progress(self, firm):
        onboarding = self.env["onboarding.onboarding"].create(
            {"name": firm.name, "route_name": f"cocare_test_{firm.id}"}
        )
        return self.env["onboarding.progress"].create(
            {"onboarding_id": onboarding.id, "company_id": firm.id}
        )

    def test_onboarding_progress(self):
        self._check("onboarding.progress")

    def _new_onboarding_progress_step(self, firm):
        step = self.env["onboarding.onboarding.step"].create(
            {
                "title": firm.name,
                "panel_step_open_action_name": "action_open_nothing",
            }
        )
        return self.env["onboarding.progress.step"].create(
            {"step_id": step.id, "company_id": firm.id}
        )

    def test_onboarding_progress_step(self):
        self._check("onboarding.progress.step")

    def _new_resource_calendar(self, firm):
        return self.env["resource.calendar"].create(
            {"name": "CANARY", "company_id": firm.id}
        )

    def test_resource_calendar(self):
        self._check("resource.calendar")
        self._check_shared("resource.calendar", name="Shared", company_id=False)

    def _new_resource_calendar_attendance(self, firm):
        return self._new_resource_calendar(firm).attendance_ids[:1]

    def test_resource_calendar_attendance(self):
        self._check("resource.calendar.attendance")

    def test_snailmail_letter(self):
        self._check(
            "snailmail.letter",
            model="res.partner",
            res_id=lambda firm: firm.partner_id.id,
            partner_id=lambda firm: firm.partner_id.id,
            company_id=lambda firm: firm.id,
            user_id=lambda firm: self.colleagues[firm].id,
        )

    # What people write for themselves

    def _written(self, model, firm, **values):
        """A record that the firm's administrator makes: the firm comes by itself."""
        author = self._new_user(f"author_{model}_{firm.id}", self.groups, firm)
        record = self.env[model].with_user(author).create(values)
        return record.with_env(self.env)

    def _check_written(self, model, **values):
        own, foreign = self._check(model)
        self.assertEqual(own.cocare_company_id, self.firm_a)
        self._check_shared(model, **values)
        with self.assertRaises(AccessError):
            own.with_user(own.create_uid).cocare_company_id = self.firm_b
        return own, foreign

    def _new_mail_template(self, firm):
        model = self.env["ir.model"]._get_id("res.partner")
        return self._written("mail.template", firm, name="CANARY", model_id=model)

    def test_mail_template(self):
        self._check_written("mail.template", name="Shared")

    def _new_sms_template(self, firm):
        model = self.env["ir.model"]._get_id("res.partner")
        return self._written(
            "sms.template", firm, name="CANARY", body="CANARY", model_id=model
        )

    def test_sms_template(self):
        model = self.env["ir.model"]._get_id("res.partner")
        self._check_written("sms.template", name="Shared", body="…", model_id=model)

    def _new_ir_filters(self, firm):
        """For everybody, as one may save a filter."""
        return self._written(
            "ir.filters", firm, name="CANARY", model_id="res.partner", user_ids=False
        )

    def test_ir_filters(self):
        self._check_written(
            "ir.filters", name="Shared", model_id="res.partner", user_ids=False
        )

    def test_ir_filters_of_ones_own(self):
        """Somebody of several firms has them in each."""
        values = {"name": "Mine", "model_id": "res.partner"}
        mine = (
            self.env["ir.filters"]
            .with_user(self.office)
            .create({**values, "user_ids": self.office.ids})
        )
        self.assertEqual(mine.sudo().cocare_company_id, self.firm_a)
        elsewhere = mine.with_context(allowed_company_ids=self.firm_b.ids)
        self.assertTrue(elsewhere.has_access("read"))

    def _new_ir_exports(self, firm):
        return self._written("ir.exports", firm, name="CANARY", resource="res.partner")

    def test_ir_exports(self):
        self._check_written("ir.exports", name="Shared", resource="res.partner")

    def _new_ir_exports_line(self, firm):
        return self.env["ir.exports.line"].create(
            {"name": "name", "export_id": self._new_ir_exports(firm).id}
        )

    def test_ir_exports_line(self):
        self._check("ir.exports.line")

    def _new_mail_canned_response(self, firm):
        return self._written(
            "mail.canned.response",
            firm,
            source="CANARY",
            substitution="CANARY",
            group_ids=[Command.set(self.env.ref("base.group_user").ids)],
        )

    def test_mail_canned_response(self):
        self._check_written(
            "mail.canned.response",
            source="shared",
            substitution="Shared",
            group_ids=[Command.set(self.env.ref("base.group_user").ids)],
        )

    def _new_calendar_event(self, firm):
        return self._written(
            "calendar.event",
            firm,
            name="CANARY",
            start="2025-07-01 08:00:00",
            stop="2025-07-01 09:00:00",
        )

    def test_calendar_event(self):
        _own, foreign = self._check_written(
            "calendar.event",
            name="Shared",
            start="2025-07-01 08:00:00",
            stop="2025-07-01 09:00:00",
        )
        guest = foreign.with_user(self.admin_a)
        foreign.partner_ids += self.admin_a.partner_id
        self.assertTrue(guest.has_access("read"))

    def _new_calendar_recurrence(self, firm):
        event = self._written(
            "calendar.event",
            firm,
            name="CANARY",
            start="2025-07-01 08:00:00",
            stop="2025-07-01 09:00:00",
            recurrency=True,
            rrule_type="weekly",
            tue=True,
            end_type="count",
            count=2,
        )
        return event.recurrence_id

    def test_calendar_recurrence(self):
        self._check("calendar.recurrence")

    def test_calendar_filters(self):
        """Whose meetings one looks at, beside one's own."""
        partner = self.env["res.partner"].create({"name": "CANARY"})
        Filters = self.env["calendar.filters"]
        mine, other = (
            Filters.create({"user_id": user.id, "partner_id": partner.id})
            for user in (self.admin_a, self.office)
        )
        both = [("id", "in", (mine | other).ids)]
        self.assertEqual(Filters.with_user(self.admin_a).search(both), mine)
        self.assertFalse(other.with_user(self.admin_a).has_access("read"))

    def _new_calendar_attendee(self, firm):
        return self._new_calendar_event(firm).attendee_ids

    def test_calendar_attendee(self):
        self._check("calendar.attendee")

    def _new_mail_alias(self, firm):
        team = self.env["crm.team"].create({"name": "Sales", "company_id": firm.id})
        return self.env["mail.alias"].create(
            {
                "alias_name": f"canary-{firm.id}",
                "alias_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "alias_parent_model_id": self.env["ir.model"]._get_id("crm.team"),
                "alias_parent_thread_id": team.id,
            }
        )

    def test_mail_alias(self):
        self._check("mail.alias")
        self._check_shared(
            "mail.alias",
            alias_name="shared",
            alias_model_id=self.env["ir.model"]._get_id("crm.lead"),
        )

    def _new_account_payment_term_line(self, firm):
        term = self.env["account.payment.term"].create(
            {"name": "CANARY", "company_id": firm.id}
        )
        return term.line_ids

    def test_account_payment_term_line(self):
        self._check("account.payment.term.line")

    # Who writes to whom

    def test_discuss_channel(self):
        values = {"name": "CANARY", "channel_type": "channel"}
        _own, foreign = self._check(
            "discuss.channel", cocare_company_id=lambda firm: firm.id, **values
        )
        self._check_shared("discuss.channel", **values)
        foreign.add_members(partner_ids=self.admin_a.partner_id.ids)
        self.env.invalidate_all()
        self.assertTrue(foreign.with_user(self.admin_a).has_access("read"))

    def _new_channel(self, firm):
        return self.env["discuss.channel"].create(
            {
                "name": "CANARY",
                "channel_type": "channel",
                "cocare_company_id": firm.id,
                "channel_member_ids": [
                    Command.create({"partner_id": self.colleagues[firm].partner_id.id})
                ],
            }
        )

    def _new_discuss_channel_member(self, firm):
        return self._new_channel(firm).channel_member_ids[:1]

    def test_discuss_channel_member(self):
        self._check("discuss.channel.member")

    def _new_discuss_call_history(self, firm):
        channel = self._new_channel(firm)
        return self.env["discuss.call.history"].create(
            {
                "channel_id": channel.id,
                "start_dt": "2025-07-01 08:00:00",
                "start_call_message_id": channel.message_post(body="CANARY").id,
            }
        )

    def test_discuss_call_history(self):
        self._check("discuss.call.history")

    def test_discuss_channel_has_its_firm(self):
        channel = (
            self.env["discuss.channel"]
            .with_user(self.colleagues[self.firm_b])
            ._create_channel(name="New", group_id=None)
        )
        self.assertEqual(channel.sudo().cocare_company_id, self.firm_b)

    def _new_mail_followers(self, firm):
        partner = self.env["res.partner"].create(
            {"name": "Customer", "company_id": firm.id}
        )
        follower = self.colleagues[firm].partner_id
        partner.message_subscribe(follower.ids)
        return partner.message_follower_ids.filtered(
            lambda row: row.partner_id == follower
        )

    def test_mail_followers(self):
        self._check("mail.followers")

    def _new_mail_notification(self, firm):
        partner = self.env["res.partner"].create(
            {"name": "Customer", "company_id": firm.id}
        )
        message = partner.message_post(
            body="CANARY",
            author_id=self.colleagues[firm].partner_id.id,
            partner_ids=self.readers[firm].partner_id.ids,
        )
        return message.notification_ids

    def test_mail_notification(self):
        self._check("mail.notification")

    def test_ir_attachment(self):
        """Public files of no record: listed to their firm."""
        self._check("ir.attachment")

    def _new_ir_attachment(self, firm):
        return (
            self.env["ir.attachment"]
            .with_user(self.colleagues[firm])
            .create({"name": "CANARY", "raw": b"CANARY", "public": True})
            .with_env(self.env)
        )

    def test_ir_attachment_follows_its_record(self):
        """The uploader's firm does not matter for a file of a record one may read."""
        partner = self.env["res.partner"].create({"name": "Shared contact"})
        attachment = self.env["ir.attachment"].create(
            {
                "name": "letter.txt",
                "raw": b"letter",
                "res_model": "res.partner",
                "res_id": partner.id,
                "company_id": self.firm_b.id,
            }
        )
        self.assertEqual(attachment.with_user(self.admin_a).raw, b"letter")

    # Sales and products

    def _new_crm_team_member(self, firm):
        team = self.env["crm.team"].create({"name": "Team", "company_id": firm.id})
        return self.env["crm.team.member"].create(
            {"crm_team_id": team.id, "user_id": self.colleagues[firm].id}
        )

    def test_crm_team_member(self):
        self._check("crm.team.member")

    def _product(self, firm):
        return self.env["product.product"].create(
            {"name": "CANARY", "company_id": firm.id}
        )

    def _new_product_combo_item(self, firm):
        combo = self.env["product.combo"].create(
            {
                "name": "CANARY",
                "company_id": firm.id,
                "combo_item_ids": [
                    Command.create({"product_id": self._product(firm).id})
                ],
            }
        )
        return combo.combo_item_ids

    def test_product_combo_item(self):
        self._check("product.combo.item")

    def _new_product_uom(self, firm):
        return self.env["product.uom"].create(
            {
                "product_id": self._product(firm).id,
                "uom_id": self.env.ref("uom.product_uom_dozen").id,
                "barcode": f"CANARY{firm.id}",
                "company_id": firm.id,
            }
        )

    def test_product_uom(self):
        self._check("product.uom")

    # The books

    def _account(self, firm, code, account_type):
        return (
            self.env["account.account"]
            .with_company(firm)
            .create(
                {
                    "name": "CANARY",
                    "code": code,
                    "account_type": account_type,
                    "company_ids": firm.ids,
                }
            )
        )

    def _journal(self, firm, journal_type):
        return (
            self.env["account.journal"]
            .with_company(firm)
            .create(
                {
                    "name": "CANARY",
                    "code": "CANA",
                    "type": journal_type,
                    "company_id": firm.id,
                }
            )
        )

    def _new_account_fiscal_position_account(self, firm):
        position = self.env["account.fiscal.position"].create(
            {"name": "CANARY", "company_id": firm.id}
        )
        return self.env["account.fiscal.position.account"].create(
            {
                "position_id": position.id,
                "account_src_id": self._account(firm, "700001", "income").id,
                "account_dest_id": self._account(firm, "700002", "income").id,
            }
        )

    def test_account_fiscal_position_account(self):
        self._check("account.fiscal.position.account")

    def _new_account_lock_exception(self, firm):
        firm.fiscalyear_lock_date = "2025-06-30"
        return self.env["account.lock_exception"].create(
            {
                "company_id": firm.id,
                "user_id": self.office.id,
                "fiscalyear_lock_date": "2025-05-31",
                "end_datetime": "2099-01-01",
                "reason": "CANARY",
            }
        )

    def test_account_lock_exception(self):
        self._check("account.lock_exception")

    def _new_account_partial_reconcile(self, firm):
        account = self._account(firm, "411999", "asset_receivable")
        other = self._account(firm, "700003", "income")
        move = (
            self.env["account.move"]
            .with_company(firm)
            .create(
                {
                    "journal_id": self._journal(firm, "general").id,
                    "date": "2025-07-01",
                    "line_ids": [
                        Command.create({"account_id": owner.id, side: 10})
                        for owner, side in (
                            (account, "debit"),
                            (other, "credit"),
                            (account, "credit"),
                            (other, "debit"),
                        )
                    ],
                }
            )
        )
        move.action_post()
        lines = move.line_ids.filtered(lambda line: line.account_id == account)
        lines.reconcile()
        return lines.matched_debit_ids

    def test_account_partial_reconcile(self):
        self._check("account.partial.reconcile")

    def _new_account_payment_method_line(self, firm):
        return self._journal(firm, "bank").inbound_payment_method_line_ids[:1]

    def test_account_payment_method_line(self):
        self._check("account.payment.method.line")
