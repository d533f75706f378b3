from datetime import date

from odoo.addons.cocare_network.tests.common import CocareCommon


class CocareTimeCommon(CocareCommon):
    """The network of ``CocareCommon`` with a service metered by time sheets."""

    NOVEMBER = date(2025, 11, 1)

    @classmethod
    def setUpUsers(cls):  # pylint: disable=missing-return
        super().setUpUsers()
        cls.spender = cls._new_user(
            "spender", "cocare_network.group_network_reader", cls.operator | cls.firms
        )

    @classmethod
    def setUpServices(cls):  # pylint: disable=missing-return
        super().setUpServices()
        cls.review = cls.env["cocare.service"].create(
            {
                "name": "Review",
                "code": "REVIEW",
                "network_id": cls.network.id,
                "uom_id": cls.hours.id,
                "meter": "time",
            }
        )
        cls.agreements |= cls.env["cocare.agreement"].create(
            [
                {
                    "company_id": firm.id,
                    "service_id": cls.review.id,
                    "date_start": cls.JULY,
                    "state": "signed",
                    "volume": volume,
                }
                for firm, volume in zip(cls.firms, (4, 6, 0), strict=True)
            ]
        )
        cls.closing, cls.questions = cls.env["cocare.mission"].create(
            [
                {
                    "name": "Closing",
                    "network_id": cls.network.id,
                    "service_id": cls.review.id,
                },
                {"name": "Questions", "network_id": cls.network.id},
            ]
        )

    @classmethod
    def _spend(cls, firm, day, hours, mission=None, user=None, **values):
        """Record time, as the person who spent it."""
        user = user or cls.spender
        entry = (
            cls.env["cocare.time.entry"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
        )
        return entry.create(
            {
                "company_id": firm.id,
                "mission_id": (mission or cls.closing).id,
                "date": cls.NOVEMBER.replace(day=day),
                "hours": hours,
                **values,
            }
        )
