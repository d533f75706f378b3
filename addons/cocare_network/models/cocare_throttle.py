from datetime import UTC, datetime, timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hmac


class CocareThrottle(models.Model):
    """How often something came from somewhere within a while.

    One row a place and while; its place is kept as a keyed digest, so that no address
    is stored. The count is one statement on a unique row: two requests at once are
    counted twice.
    """

    _name = "cocare.throttle"
    _description = "Count of requests"
    _order = "until desc"

    bucket = fields.Char(required=True)
    count = fields.Integer(required=True, default=0)
    until = fields.Datetime(required=True, index=True)

    _bucket_unique = models.UniqueIndex("(bucket)", "This bucket exists already.")

    @api.model
    def _hit(self, scope, place, seconds):
        """Count one more, and say how many that makes.

        :param str scope: what is counted
        :param str place: where it comes from: an address, an e-mail
        :param int seconds: how long a while is
        :return: int

        Runs as superuser: the public has no right on any table.
        """
        now = fields.Datetime.now()
        number = int(now.replace(tzinfo=UTC).timestamp()) // seconds
        bucket = hmac(self.env(su=True), "cocare-throttle", (scope, place, number))
        until = datetime.fromtimestamp((number + 1) * seconds, UTC)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO cocare_throttle AS throttle (bucket, count, until)
                VALUES (%(bucket)s, 1, %(until)s)
                ON CONFLICT (bucket) DO UPDATE SET count = throttle.count + 1
                RETURNING count
                """,
                bucket=bucket,
                until=until.replace(tzinfo=None),
            )
        )
        self.invalidate_model()
        return self.env.cr.fetchone()[0]

    @api.autovacuum
    def _gc_over(self):
        over = fields.Datetime.now() - timedelta(hours=1)
        self.search([("until", "<", over)]).unlink()
