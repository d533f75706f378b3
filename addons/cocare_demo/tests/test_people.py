from odoo.tests import BaseCase, tagged

from .. import books, people, story


@tagged("post_install", "-at_install")
class TestPeople(BaseCase):
    def test_consents_are_of_the_story(self):
        """Given once both firms are there, withdrawn and looked at before its end."""
        given = list(people.CUSTOMERS.values())
        joined = {story.COMPANIES[key]["cocare_joined_on"] for key in people.SHARE}
        self.assertLessEqual(max(joined), min(given).date())
        self.assertLess(given[-1], people.WITHDRAWN)
        self.assertLess(given[0].date(), people.DISCLOSED)
        for day in (people.WITHDRAWN.date(), people.DISCLOSED):
            self.assertLessEqual(day, books.LAST_DAY)
