import re
from html import unescape

from .common import CocareCommon


class JoinCommon(CocareCommon):
    """A network, and no other, that takes applications."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["cocare.network"].search([]).open_to_applications = False
        cls.network.open_to_applications = True
        cls.operator.partner_id.lang = "en_US"
        cls.operator.email = "operator@example.org"

    def _requests(self):
        return self.env["cocare.join.request"].search(
            [("network_id", "=", self.network.id)]
        )

    def _leads(self):
        return self.env["crm.lead"].search(
            [("cocare_network_id", "=", self.network.id)]
        )

    def _mailed_link(self, email, path):
        """The link to a page in the last e-mail that was written to somebody."""
        mail = self.env["mail.mail"].search(
            ["|", ("email_to", "=", email), ("recipient_ids.email", "=", email)],
            order="id desc",
            limit=1,
        )
        link = re.search(rf'href="([^"]*{path}[^"]*)"', mail.body_html)[1]
        return unescape(link)
