import hashlib
import json
import logging
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from .cocare_firm_cloner import GOLDEN_IDS, CannotCloneError

_logger = logging.getLogger(__name__)


class CocareGoldenFirm(models.Model):
    """A company that Odoo made for the template of a network, only to be copied.

    It is archived, belongs to no network and to nobody, and is never used. It is made
    anew when what it was made from changed: modules, languages, the template's
    settings. Its rows were noted while Odoo made it.
    """

    _name = "cocare.golden.firm"
    _description = "Company that new firms are copied from"

    network_id = fields.Many2one(
        "cocare.network", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    fingerprint = fields.Char(required=True, readonly=True)
    plan = fields.Json(
        readonly=True, help="How to copy it; empty when a copy would not be complete."
    )

    _one_a_network = models.UniqueIndex(
        "(network_id, fingerprint)", "This network has its golden company already."
    )

    @api.model
    def _for(self, network):
        """The golden company of a network, made if there is none that is current.

        :param network: ``cocare.network``
        """
        fingerprint = self._fingerprint_of(network)
        golden = self.search(
            [("network_id", "=", network.id), ("fingerprint", "=", fingerprint)]
        )
        return golden or self._make(network, fingerprint)

    @api.model
    def _fingerprint_of(self, network):
        """What a new firm depends on, in one word."""
        modules = self.env["ir.module.module"].search(
            [("state", "=", "installed")], order="name"
        )
        languages = self.env["res.lang"].get_installed()
        origin = network._firm_origin()
        content = [
            [(module.name, module.latest_version) for module in modules],
            languages,
            origin.id,
            origin._cocare_settings_to_copy(),
        ]
        return hashlib.sha256(
            json.dumps(content, default=str, sort_keys=True).encode()
        ).hexdigest()

    @api.model
    def _make(self, network, fingerprint):
        """Let Odoo make a company, and note the rows that appear."""
        cloner = self.env["cocare.firm.cloner"]
        before = cloner._last_ids()
        with self._id_that_stands_out():
            company = network._make_company(
                {"name": f"cocare-golden-{network.id}-{fingerprint[:12]}"}
            )
        company._cocare_apply_template(network._firm_origin())
        rows = {**cloner._rows_since(before), "res_company": company.ids}
        # By SQL: archiving a company is meant for companies that people use.
        self.env.cr.execute(
            SQL("UPDATE res_company SET active = FALSE WHERE id = %s", company.id)
        )
        self.env["res.users"].browse(SUPERUSER_ID).write(
            {"company_ids": [fields.Command.unlink(company.id)]}
        )
        company.invalidate_recordset()
        try:
            plan = cloner._plan(company, rows)
        except CannotCloneError as reason:
            _logger.info("New firms are made by Odoo's own way: %s", reason)
            plan = False
        return self.create(
            {
                "network_id": network.id,
                "company_id": company.id,
                "fingerprint": fingerprint,
                "plan": plan,
            }
        )

    @contextmanager
    def _id_that_stands_out(self):
        """The next company gets an id that no text holds by chance.

        So what Odoo writes of a company's id into texts (external ids, codes of
        sequences) is recognised. Another session that makes a company in this very
        moment may get such an id too, which does no harm.
        """
        cr = self.env.cr
        cr.execute("SELECT last_value, is_called FROM res_company_id_seq")
        usual = cr.fetchone()
        cr.execute("SELECT MAX(id) + 1 FROM res_company")
        cr.execute(
            "SELECT setval('res_company_id_seq', %s, false)",
            [max(GOLDEN_IDS, *cr.fetchone())],
        )
        try:
            yield
        finally:
            # In a transaction of its own: this one may have failed.
            with self.env.registry.cursor() as own:
                own.execute("SELECT setval('res_company_id_seq', %s, %s)", usual)

    def _copies(self, names):
        """Companies that are copies of this one.

        :param list names: their names
        :return: ``res.company``, None when a copy could not be proved complete
        """
        self.ensure_one()
        if not self.plan:
            return None
        try:
            return self.env["cocare.firm.cloner"]._copy(self.plan, names)
        except CannotCloneError as reason:
            _logger.info("New firms are made by Odoo's own way: %s", reason)
            return None
