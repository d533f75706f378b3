import logging

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import table_kind

_logger = logging.getLogger(__name__)


class CocareBookMonth(models.Model):
    """Posted debit and credit by firm, account and month, kept by PostgreSQL itself.

    Whatever changes journal items (the ORM, a set-based import, the merging of two
    accounts, a repair by hand), triggers append what it changed, a row for each firm,
    account and month of the statement. So **several rows may be about the same month:
    they add up.** Nothing is updated, hence two people who post at the same time never
    wait for each other; a nightly job adds the rows up and compares them with the
    items, see :meth:`_cron_keep`.

    Odoo writes the day of an item after the item at times: until then it counts not.

    The table has no foreign key: Odoo moves what refers to an account when it merges
    two, and would count twice what the triggers have moved already.
    """

    _name = "cocare.book.month"
    _description = "Month of an account"
    _auto = False
    _log_access = False
    _order = "company_id, month, account_id"
    _depends = {
        "account.move.line": [
            "account_id",
            "company_id",
            "credit",
            "date",
            "debit",
            "parent_state",
        ]
    }

    company_id = fields.Many2one("res.company", string="Firm", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    month = fields.Date(readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    debit = fields.Monetary(readonly=True)
    credit = fields.Monetary(readonly=True)
    balance = fields.Monetary(readonly=True)
    items = fields.Integer(string="Journal Items", readonly=True)

    def init(self):
        """Make the table and the triggers; a new table is filled from the books."""
        is_new = not table_kind(self.env.cr, self._table)
        self.env.cr.execute(_TABLE)
        self.env.cr.execute(_TRIGGERS)
        if is_new:
            self._rebuild()

    @api.model
    def _rebuild(self):
        """Count again from the items; others may post meanwhile.

        Who posts at the same time has changed neither the items nor the rows that this
        transaction sees, so that theirs is still added.
        """
        self.env.cr.execute(SQL("DELETE FROM cocare_book_month"))
        self.env.cr.execute(SQL("%s %s", _INSERT, _FROM_ITEMS))
        self.invalidate_model()

    @api.model
    def _add_up(self):
        """Leave one row for each firm, account and month, and none for nothing."""
        self.env.cr.execute(
            SQL(
                """
                WITH taken AS (
                    DELETE FROM cocare_book_month
                     WHERE (company_id, account_id, month) IN (
                           SELECT company_id, account_id, month
                             FROM cocare_book_month
                            GROUP BY 1, 2, 3
                           HAVING COUNT(*) > 1 OR SUM(items) = 0
                     )
                 RETURNING *
                )
                %s
                SELECT company_id, account_id, month,
                       SUM(debit), SUM(credit), SUM(items)
                  FROM taken
                 GROUP BY 1, 2, 3
                HAVING SUM(items) != 0
                """,
                _INSERT,
            )
        )
        self.invalidate_model()

    @api.model
    def _differences(self):
        """What the rows say otherwise than the items.

        :return: a list of ``(company id, account id, month)``
        """
        self.env["account.move.line"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT company_id, account_id, month
                  FROM (
                    SELECT company_id, account_id, month, debit, credit, items
                      FROM cocare_book_month
                     UNION ALL
                    SELECT company_id, account_id, month, -debit, -credit, -items
                      FROM (%s) item
                  ) both_sides
                 GROUP BY 1, 2, 3
                HAVING SUM(debit) != 0 OR SUM(credit) != 0 OR SUM(items) != 0
                """,
                _FROM_ITEMS,
            )
        )

    @api.model
    def _cron_keep(self):
        """Add the rows up; where they differ from the books, say so and count again.

        They differ only when somebody switched the triggers off.
        """
        differences = self._differences()
        if differences:
            _logger.error(
                "The months of %d accounts differed from their items and were counted "
                "again; the first: %s.",
                *(len(differences), differences[0]),
            )
            self._rebuild()
        self._add_up()


_INSERT = SQL(
    "INSERT INTO cocare_book_month"
    " (company_id, account_id, month, debit, credit, items)"
)
_FROM_ITEMS = SQL(
    """
    SELECT company_id, account_id, date_trunc('month', date)::date AS month,
           SUM(debit) AS debit, SUM(credit) AS credit, COUNT(*) AS items
      FROM account_move_line
     WHERE parent_state = 'posted'
       AND account_id IS NOT NULL AND date IS NOT NULL
     GROUP BY 1, 2, 3
    """
)
_TABLE = SQL(
    """
    CREATE TABLE IF NOT EXISTS cocare_book_month (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        company_id int NOT NULL,
        account_id int NOT NULL,
        month date NOT NULL,
        debit numeric NOT NULL,
        credit numeric NOT NULL,
        balance numeric GENERATED ALWAYS AS (debit - credit) STORED,
        items int NOT NULL
    );
    CREATE INDEX IF NOT EXISTS cocare_book_month_idx
        ON cocare_book_month (company_id, account_id, month)
    """
)
_TRIGGERS = SQL(
    """
    CREATE OR REPLACE FUNCTION cocare_book_month_follow() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO cocare_book_month
                   (company_id, account_id, month, debit, credit, items)
            SELECT company_id, account_id, date_trunc('month', date)::date,
                   SUM(debit), SUM(credit), COUNT(*)
              FROM after_items
             WHERE parent_state = 'posted'
               AND account_id IS NOT NULL AND date IS NOT NULL
             GROUP BY 1, 2, 3;
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO cocare_book_month
                   (company_id, account_id, month, debit, credit, items)
            SELECT company_id, account_id, date_trunc('month', date)::date,
                   -SUM(debit), -SUM(credit), -COUNT(*)
              FROM before_items
             WHERE parent_state = 'posted'
               AND account_id IS NOT NULL AND date IS NOT NULL
             GROUP BY 1, 2, 3;
        ELSE
            INSERT INTO cocare_book_month
                   (company_id, account_id, month, debit, credit, items)
            SELECT company_id, account_id, date_trunc('month', date)::date,
                   SUM(sign * debit), SUM(sign * credit), SUM(sign)
              FROM (
                SELECT 1 AS sign, company_id, account_id, date, debit, credit
                  FROM after_items
                 WHERE parent_state = 'posted'
                   AND account_id IS NOT NULL AND date IS NOT NULL
                 UNION ALL
                SELECT -1, company_id, account_id, date, debit, credit
                  FROM before_items
                 WHERE parent_state = 'posted'
                   AND account_id IS NOT NULL AND date IS NOT NULL
              ) item
             GROUP BY 1, 2, 3
            HAVING SUM(sign * debit) != 0 OR SUM(sign * credit) != 0
                OR SUM(sign) != 0;
        END IF;
        RETURN NULL;
    END $$;
    CREATE OR REPLACE TRIGGER cocare_book_month_insert AFTER INSERT
        ON account_move_line REFERENCING NEW TABLE AS after_items
        FOR EACH STATEMENT EXECUTE FUNCTION cocare_book_month_follow();
    CREATE OR REPLACE TRIGGER cocare_book_month_update AFTER UPDATE
        ON account_move_line
        REFERENCING OLD TABLE AS before_items NEW TABLE AS after_items
        FOR EACH STATEMENT EXECUTE FUNCTION cocare_book_month_follow();
    CREATE OR REPLACE TRIGGER cocare_book_month_delete AFTER DELETE
        ON account_move_line REFERENCING OLD TABLE AS before_items
        FOR EACH STATEMENT EXECUTE FUNCTION cocare_book_month_follow()
    """
)
