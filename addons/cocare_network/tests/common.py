from datetime import date

from odoo.tests import TransactionCase, new_test_user


class CocareCommon(TransactionCase):
    """A network of an operator and three firms, with one user of each role a firm.

    Everything is built here, nothing comes from demonstration data. Steps are meant
    to be overridden: ``setUpCompanies``, ``setUpUsers``, ``setUpServices``.
    """

    JULY = date(2025, 7, 1)

    #: external id of the network that ``tests/prepare.py`` made, where it ran
    PREPARED = "cocare_network.test_network"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls._in_english(cls.env)
        cls.setUpCompanies()
        cls.setUpUsers()
        cls.setUpServices()

    @classmethod
    def _in_english(cls, env):
        """Messages and pages are read in English, whatever the database was made in."""
        env["res.lang"]._activate_lang("en_US")
        return env(context=dict(env.context, tracking_disable=True, lang="en_US"))

    @classmethod
    def setUpCompanies(cls):
        prepared = cls.env.ref(cls.PREPARED, raise_if_not_found=False)
        cls.network = prepared or cls._make_network(cls.env)
        cls.operator = cls.network.operator_id
        cls.firms = cls.network.company_ids - cls.operator
        cls.firm_a, cls.firm_b, cls.firm_c = cls.firms = cls.firms.sorted("name")

    @classmethod
    def _prepare(cls, env):
        """Make the network once, for every class to find."""
        network = cls._make_network(cls._in_english(env))
        module, name = cls.PREPARED.split(".")
        env["ir.model.data"].create(
            {
                "module": module,
                "name": name,
                "model": network._name,
                "res_id": network.id,
                "noupdate": True,
            }
        )

    @classmethod
    def _make_network(cls, env):
        """An operator and three firms that joined in July.

        :return: ``cocare.network``
        """
        # The context key keeps Odoo from looking for localisation modules.
        operator = (
            env["res.company"]
            .with_context(chart_template_load=True)
            .create(
                {
                    "name": "Operator",
                    "country_id": env.ref("base.fr").id,
                    "currency_id": env.ref("base.EUR").id,
                }
            )
        )
        cls._set_up_operator(operator)
        network = env["cocare.network"].create(
            {"name": "Test network", "operator_id": operator.id}
        )
        for name in ("Firm A", "Firm B", "Firm C"):
            network._create_firm({"name": name, "cocare_joined_on": cls.JULY})
        return network

    @classmethod
    def _set_up_operator(cls, operator):
        """What the operator needs before its network is made."""

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
