from .common import CocareCommon


class ConsentCommon(CocareCommon):
    """A customer of firm A, and what they let the others do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purposes = {
            purpose.code: purpose
            for purpose in cls.env["cocare.consent.purpose"].search([])
        }
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Camille",
                "email": "camille@example.org",
                "company_id": cls.firm_a.id,
            }
        )

    @classmethod
    def _consent(cls, code, giver, taker, **values):
        return cls.env["cocare.consent"].create(
            {
                "partner_id": cls.customer.id,
                "purpose_id": cls.purposes[code].id,
                "from_company_id": giver.id,
                "to_company_id": taker.id,
                "note": "Signed at the stall",
                **values,
            }
        )

    def _sees(self, firm, partner=None):
        """Whether the reader of a firm finds a contact, and may read it."""
        partner = (partner or self.customer).with_user(self.readers[firm])
        found = partner.search([("id", "=", partner.id)])
        self.assertEqual(bool(found), partner.has_access("read"))
        return bool(found)
