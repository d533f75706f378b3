from datetime import date

from odoo.tests import TransactionCase, new_test_user


class CocareCommon(TransactionCase):
    """A network of an operator and three firms, with one user of each role a firm.

    Everything is built here, nothing comes from demonstration data. Steps are meant
    to be overridden: ``setUpCompanies``, ``setUpUsers``, ``setUpServices``.
    """

    JULY = date(2025, 7, 1)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        # Messages and pages are read in English, whatever the database was made in.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls.setUpCompanies()
        cls.setUpUsers()
        cls.setUpServices()

    @classmethod
    def setUpCompanies(cls):
        # The context key keeps Odoo from looking for localisation modules.
        Company = cls.env["res.company"].with_context(chart_template_load=True)
        france = cls.env.ref("base.fr")
        euro = cls.env.ref("base.EUR")
        cls.operator = Company.create(
            {"name": "Operator", "country_id": france.id, "currency_id": euro.id}
        )
        cls.network = cls.env["cocare.network"].create(
            {"name": "Test network", "operator_id": cls.operator.id}
        )
        cls.firms = Company.browse()
        for name in ("Firm A", "Firm B", "Firm C"):
            cls.firms |= cls.network._create_firm(
                {"name": name, "cocare_joined_on": cls.JULY}
            )
        cls.firm_a, cls.firm_b, cls.firm_c = cls.firms

    @classmethod
    def setUpUsers(cls):
        cls.members = {
            firm: cls._new_user(
                f"member_{firm.id}", "cocare_network.group_worker_member", firm
            )
            for firm in cls.firms
        }
        cls.readers = {
            firm: cls._new_user(
                f"reader_{firm.id}", "cocare_network.group_network_reader", firm
            )
            for firm in cls.firms
        }
        cls.facilitator = cls._new_user(
            "facilitator",
            "cocare_network.group_facilitator",
            cls.operator | cls.firms,
        )
        cls.recorder = cls._new_user(
            "recorder",
            "cocare_network.group_decision_recorder",
            cls.operator | cls.firms,
        )

    @classmethod
    def setUpServices(cls):
        cls.hours = cls.env.ref("uom.product_uom_hour")
        cls.coaching = cls.env["cocare.service"].create(
            {
                "name": "Coaching",
                "code": "COACH",
                "family": "coaching",
                "network_id": cls.network.id,
                "uom_id": cls.hours.id,
            }
        )
        cls.agreements = cls.env["cocare.agreement"].create(
            [
                {
                    "company_id": firm.id,
                    "service_id": cls.coaching.id,
                    "date_start": cls.JULY,
                    "state": "signed",
                }
                for firm in cls.firms
            ]
        )

    @classmethod
    def _new_user(cls, login, groups, companies):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=companies[0].id,
            company_ids=[(6, 0, companies.ids)],
            lang="en_US",
            tz="Europe/Paris",
        )

    @classmethod
    def _adopt(cls, versions, decision="General meeting of June 2025"):
        """Put versions in force, as the network does: propose, decide."""
        versions.action_propose()
        versions.cocare_pending_change_id._cocare_decide(
            True, decision, date(2025, 6, 30)
        )

    @classmethod
    def _read(cls, firm, day, quantity, service=None, **values):
        """Type in a reading, as the shared office does."""
        return cls.env["cocare.reading"].create(
            {
                "company_id": firm.id,
                "service_id": (service or cls.coaching).id,
                "date": day,
                "quantity": quantity,
                **values,
            }
        )
