import base64
from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .. import usage_csv
from .common import CocareCommon

HEADER = "Structure;Service;Date;Quantité;Description"


@tagged("post_install", "-at_install")
class TestUsageImport(CocareCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm_b.company_registry = "123 456 782 00010"
        cls.firm_c.partner_id.ref = "C-03"

    def _import(self, *lines, user=None, header=HEADER):
        content = "\n".join([header, *lines]).encode()
        return (
            self.env["cocare.usage.import"]
            .with_user(user or self.facilitator)
            .with_context(
                allowed_company_ids=(user or self.facilitator).company_ids.ids
            )
            .create(
                {
                    "network_id": self.network.id,
                    "filename": "readings.csv",
                    "file": base64.b64encode(content),
                }
            )
        )

    def _codes(self, record):
        return [[p[0] for p in line.problems or []] for line in record.line_ids]

    def test_where_a_reading_came_from_is_not_typed_in(self):
        Reading = self.env["cocare.reading"].with_user(self.facilitator)
        values = {
            "company_id": self.firm_a.id,
            "service_id": self.coaching.id,
            "date": "2025-07-03",
            "quantity": 1,
        }
        for name, value in (("import_key", "x"), ("import_id", 1)):
            with self.assertRaises(AccessError):
                Reading.create({**values, name: value})
            with self.assertRaises(AccessError):
                Reading.create(values).write({name: value})

    def test_firms_by_name_siret_and_code(self):
        record = self._import(
            "firm a;COACH;03/07/2025;2,5;Team",
            "12345678200010;coach;2025-07-04;1;",
            "c-03;Coaching;5/7/2025;3;Prices",
        )
        record.action_check()
        self.assertEqual(record.state, "checked")
        self.assertEqual(record.line_ids.company_id, self.firms)
        self.assertFalse(self.env["cocare.reading"].search([]))
        record.action_import()
        readings = self.env["cocare.reading"].search([], order="date")
        self.assertEqual(readings.mapped("quantity"), [2.5, 1, 3])
        self.assertEqual(readings.import_id, record)
        self.assertEqual(record.line_ids.mapped("reading_id"), readings)
        quantities = self.env["cocare.usage"]._quantities(
            self.coaching, self.firms, date(2025, 7, 1), date(2025, 7, 31)
        )
        self.assertEqual(list(quantities.values()), [2.5, 1, 3])
        self.assertEqual((record.ready_count, record.error_count), (3, 0))
        self.assertEqual(record.imported_by_id, self.facilitator)
        self.assertEqual(len(record.sha256), 64)

    def test_wrong_lines_are_named_and_nothing_is_written(self):
        self.network._lock_usages(date(2025, 7, 31))
        record = self._import(
            "Firm A;COACH;03/08/2025;2;Good",
            "Nobody;COACH;03/08/2025;2;",
            "Firm A;NONE;03/08/2025;2;",
            "Firm A;COACH;32/08/2025;2;",
            "Firm A;COACH;03/08/2025;1.234;",
            "Firm A;COACH;03/07/2025;2;",
            "Firm A;COACH;03/08/2025;2;Good",
        )
        record.action_check()
        self.assertEqual(
            self._codes(record),
            [
                [],
                ["firm_unknown"],
                ["service_unknown"],
                ["date"],
                ["quantity_ambiguous"],
                ["closed"],
                ["twice"],
            ],
        )
        with self.assertRaisesRegex(
            UserError, "(?s)Line 3: None of the firms.*“Nobody”.*Line 8: .* line 2"
        ):
            record.action_import()
        self.assertFalse(self.env["cocare.reading"].search([]))
        record.action_import_good()
        self.assertEqual(self.env["cocare.reading"].search([]).name, "Good")
        self.assertEqual(record.error_count, 6)
        self.assertEqual(record.state, "done")

    def test_messages_are_french_and_name_the_line(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"].search(
            [("name", "=", "cocare_network")]
        )._update_translations(["fr_FR"])
        record = self._import("Nobody;COACH;03/08/2025;2;").with_context(lang="fr_FR")
        record.action_check()
        with self.assertRaisesRegex(UserError, "Ligne 2\xa0: Aucune des structures"):
            record.action_import()

    def test_without_agreement(self):
        self.agreements.filtered(lambda a: a.company_id == self.firm_b).write(
            {"date_end": date(2025, 7, 31)}
        )
        record = self._import(
            "Firm B;COACH;31/07/2025;2;x", "Firm B;COACH;01/08/2025;2;y"
        )
        record.action_check()
        self.assertEqual(self._codes(record), [[], ["no_agreement"]])
        self.assertIn("August 2025", record.line_ids[1].message)

    def test_automatic_meter_and_firms_of_one_name(self):
        self.firm_c.name = "Firm Á"
        meter = self.coaching.copy({"code": "AUTO"})
        self.env.cr.execute(
            "UPDATE cocare_service SET meter = 'other' WHERE id = %s", [meter.id]
        )
        meter.invalidate_recordset()
        record = self._import("Firm A;COACH;01/08/2025;2;", "Firm B;AUTO;01/08/2025;2;")
        record.action_check()
        self.assertEqual(self._codes(record)[0], ["firm_twice"])
        self.assertIn("service_metered", self._codes(record)[1])

    def test_same_file_again_is_refused(self):
        line = "Firm A;COACH;03/07/2025;2;Team"
        self._import(line).action_import()
        again = self._import(line)
        again.action_check()
        self.assertEqual(again.state, "draft")
        self.assertRegex(again.message, "This very file was imported on .*facilitator")
        with self.assertRaisesRegex(UserError, "very file"):
            again.action_import_good()
        self.assertEqual(len(self.env["cocare.reading"].search([])), 1)

    def test_same_line_in_another_file_is_known_even_once_corrected(self):
        self._import("Firm A;COACH;03/07/2025;2;Team").action_import()
        self.env["cocare.reading"].search([]).quantity = 3
        other = self._import(
            "Firm A;COACH;2025-07-03;2,0;Team", "Firm B;COACH;03/07/2025;2;Team"
        )
        other.action_check()
        self.assertEqual(other.line_ids.mapped("state"), ["known", "ready"])
        other.action_import()
        readings = self.env["cocare.reading"].search([], order="company_id")
        self.assertEqual(readings.mapped("quantity"), [3, 2])
        nothing_new = self._import("Firm A;COACH;3/7/2025;2;Team")
        with self.assertRaisesRegex(UserError, "no line to import: 1 imported before"):
            nothing_new.action_import()

    def test_file_left_in_part_is_given_again_once_set_right(self):
        lines = "Firm A;COACH;03/07/2025;2;Team", "Firm D;COACH;03/07/2025;2;Team"
        self._import(*lines).action_import_good()
        self.firm_c.name = "Firm D"
        again = self._import(*lines)
        again.action_import()
        self.assertEqual(again.line_ids.mapped("state"), ["known", "done"])
        self.assertEqual(len(self.env["cocare.reading"].search([])), 2)

    @mute_logger("odoo.sql_db")
    def test_two_imports_at_once_double_nothing(self):
        line = "Firm A;COACH;03/07/2025;2;Team"
        self._import(line).action_import()
        # Each transaction sees what was there when it began: only the index knows.
        Import = self.env.registry["cocare.usage.import"]
        second = self._import(line, "Firm B;COACH;03/07/2025;2;Team")
        with (
            patch.object(Import, "_known_keys", lambda self, keys: set()),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            second.action_import()
        self.env.invalidate_all()
        self.assertEqual(len(self.env["cocare.reading"].search([])), 1)
        twin = self._import(line)
        with (
            patch.object(Import, "_study", _ready_whatever_was_done(self.firm_a)),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            twin.action_import()

    def test_done_import_is_kept_as_it_is(self):
        record = self._import("Firm A;COACH;03/07/2025;2;Team")
        record.action_import()
        for call in (
            lambda: record.write({"filename": "other.csv"}),
            record.unlink,
            record.action_check,
            record.action_import,
        ):
            with self.assertRaisesRegex(UserError, "is kept"):
                call()

    def test_what_was_found_is_not_typed_in(self):
        record = self._import("Firm A;COACH;03/07/2025;2;Team")
        for vals in ({"state": "done"}, {"error_count": 0}, {"sha256": "x"}):
            with self.assertRaises(UserError):
                record.write(vals)
            with self.assertRaises(UserError):
                record.create({"filename": "x", "file": "eA==", **vals})
        record.action_check()
        with self.assertRaises(AccessError):
            record.line_ids.write({"quantity": 5})
        record.filename = "other.csv"
        self.assertEqual(record.state, "draft")

    def test_firms_one_does_not_work_for_are_unknown(self):
        reader = self.readers[self.firm_a]
        record = self._import(
            "Firm A;COACH;03/07/2025;2;", "Firm B;COACH;03/07/2025;2;", user=reader
        )
        record.action_check()
        self.assertEqual(self._codes(record), [[], ["firm_unknown"]])

    def test_files_stay_with_who_works_for_all_their_firms(self):
        record = self._import("Firm B;COACH;03/07/2025;2;", "X;COACH;03/07/2025;2;")
        record.action_check()
        Import, Line = (self.env[r._name] for r in (record, record.line_ids))
        for user in (*self.readers.values(), *self.members.values()):
            for model, ids in ((Import, record.ids), (Line, record.line_ids.ids)):
                with self.subTest(user=user.login, model=model._name):
                    try:
                        found = model.with_user(user).search([("id", "in", ids)])
                    except AccessError:
                        continue
                    if user == self.readers[self.firm_b] and model is Line:
                        self.assertEqual(found.company_id, self.firm_b)
                    else:
                        self.assertFalse(found)
        office = self._new_user(
            "office",
            "cocare_network.group_network_reader",
            self.operator | self.firms,
        )
        Import = Import.with_user(office)
        every = office.company_ids.ids
        self.assertTrue(Import.with_context(allowed_company_ids=every).search([]))
        ticked = (self.operator | self.firm_a).ids
        self.assertFalse(Import.with_context(allowed_company_ids=ticked).search([]))

    @freeze_time("2025-07-10")
    def test_template_can_be_filled_in_and_imported(self):
        self.authenticate(self.facilitator.login, self.facilitator.login)
        response = self.url_open("/cocare/usages/template")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        text = response.content.decode("utf-8-sig")
        self.assertIn("Firm C;COACH;31/07/2025;;", text)
        sheet = usage_csv.read(text.replace(";;", ";4;").encode())
        self.assertEqual([row.quantity for row in sheet.rows], [4, 4, 4])
        member = self.members[self.firm_a]
        self.authenticate(member.login, member.login)
        self.assertEqual(self.url_open("/cocare/usages/template").status_code, 404)


def _ready_whatever_was_done(firm):
    """What a study finds that cannot see the import committed meanwhile."""

    def study(self):
        line = {
            "line": 2,
            "state": "ready",
            "problems": [],
            "company_id": firm.id,
            "service_id": self.network_id.sudo()
            .company_ids.cocare_agreement_ids[:1]
            .service_id.id,
            "date": "2025-07-03",
            "quantity": 2.0,
            "name": "Team",
            "import_key": "another",
        }
        return False, [line]

    return study
