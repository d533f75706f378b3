from odoo.tests import TransactionCase, new_test_user, tagged

from ..rules import ACCEPTED, RULES, SHARED


@tagged("post_install", "-at_install")
class TestReview(TransactionCase):
    def _with_company(self):
        """The stored models that refer to a company."""
        return {
            name
            for name, model in self.registry.items()
            if not model._abstract
            and not model._transient
            and any(
                field.type in ("many2one", "many2many")
                and field.comodel_name == "res.company"
                for field in model._fields.values()
            )
        }

    def _closed(self):
        rules = self.env["ir.rule"].search([("groups", "=", False)])
        return set(rules.model_id.mapped("model"))

    def test_every_model_with_a_company_is_closed_or_reviewed(self):
        models = self._with_company()
        self.assertGreater(len(models), 50)
        self.assertFalse(models - self._closed() - set(ACCEPTED))

    def test_the_review_is_up_to_date(self):
        """What is accepted has no rule, or the acceptance would hide its loss."""
        self.assertFalse(set(ACCEPTED) & (self._closed() | set(RULES)))
        self.assertTrue(all(ACCEPTED.values()))

    def test_what_internal_users_write_is_closed_or_reviewed(self):
        """Where there is no company, people of other firms read what one writes."""
        user = new_test_user(
            self.env,
            login="reviewer",
            groups="base.group_user,cocare_network.group_network_reader",
        )
        written = {
            name
            for name, model in self.registry.items()
            if not model._abstract
            and not model._transient
            # tests/test_isolation.py says of each whose it is
            and not name.startswith("cocare.")
            and any(
                self.env[name].with_user(user).has_access(mode)
                for mode in ("write", "create", "unlink")
            )
        }
        self.assertGreater(len(written), 20)
        self.assertFalse(written - self._closed() - set(SHARED))
        self.assertTrue(all(SHARED.values()))

    def test_a_model_without_its_rule_is_noticed(self):
        self.env.ref("cocare_isolation.ir_sequence_comp_rule").active = False
        self.assertEqual(
            self._with_company() - self._closed() - set(ACCEPTED), {"ir.sequence"}
        )

    def test_rules_are_written_again(self):
        rule = self.env.ref("cocare_isolation.digest_digest_comp_rule")
        count = self.env["ir.rule"].search_count([])
        rule.unlink()
        self.env["ir.rule"]._cocare_isolate()
        rule = self.env.ref("cocare_isolation.digest_digest_comp_rule")
        self.assertEqual(rule.domain_force, RULES["digest.digest"])
        self.assertEqual(self.env["ir.rule"].search_count([]), count)
        self.env["ir.rule"]._cocare_isolate()
        self.assertEqual(self.env["ir.rule"].search_count([]), count)

    def test_every_installed_model_has_its_rule(self):
        installed = {name for name in RULES if name in self.env}
        self.assertGreaterEqual(len(installed), 20)
        for name in installed:
            rule = self.env.ref(f"cocare_isolation.{name.replace('.', '_')}_comp_rule")
            self.assertTrue(rule["global"], name)
            self.assertTrue(rule.active, name)
