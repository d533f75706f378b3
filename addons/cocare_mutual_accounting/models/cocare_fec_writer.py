from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from .. import fec_file

#: rows that the database hands over at a time
BATCH = 5000
#: in which a day begins and ends for the law
TIME_ZONE = "Europe/Paris"
#: opening balances that the books do not write down
OPENING = ("AN", "À-nouveaux")
#: where the results of former exercises stand until they are shared out, by code of
#: the French chart without its zeros: profit, loss
RESULTS = {
    "12": "Résultat de l'exercice (bénéfice)",
    "129": "Résultat de l'exercice (perte)",
}


class CocareFecWriter(models.AbstractModel):
    """Writes the ledger file (FEC) of a firm's exercise, art. A47 A-1 LPF.

    ``_write`` streams rows from the database to a file; its memory does not grow with
    the books. What the law leaves open, and what Odoo's books do not say:

    - **Whose entries**: posted entries of the firm alone. A branch has no file of its
      own, and no company's entries come into another one's file.
    - **Opening balances first.** The opening entry of the books, where they have one;
      else balances of all accounts but income and expense, by account and by third
      party, on the day before. Results of former exercises that were not shared out
      are one line, on 120 or 129. Entries of the last day that bring classes 6 and 7
      to 12, or close the balance sheet (89), are left out (VII).
    - **Order**: opening, then the day of validation, date, journal and number.
    - **EcritureNum** is the number in the books; of an entry that was taken over, the
      one it had in the file it came from.
    - **ValidDate**: what the file it was taken over from says; else the day the entry
      was posted, and not before its own date, as nothing is final before. Odoo keeps
      no day on which an entry was sealed by a hash. Of what was posted before these
      addons kept the day, it is the day the entry was made.
    - **EcritureLet**: letters AA, AB… in each account, by order of appearance, of the
      groups whose lines in this file balance. A partial matching, or one whose other
      side is in another exercise, has no letter here: in this file it is open.
    - **Amounts** are plain; a foreign amount is given for foreign currency only.
    """

    _name = "cocare.fec.writer"
    _description = "Writes ledger files (FEC)"

    @api.model
    def _file_name(self, company, date_to):
        """:return: str, SIREN, ``FEC`` and the closing date"""
        number = fec_file.siren(company.company_registry, company.vat)
        return fec_file.file_name(number, date_to)

    @api.model
    def _write(self, stream, company, date_from, date_to, separator, encoding):
        """Write the file of an exercise.

        :param stream: binary file
        :param str separator: of ``fec_file.SEPARATORS``
        :param str encoding: of ``fec_file.ENCODINGS``
        :return: names of the entries that were left out
        :raise fec_file.UnencodableError: a character that ISO-8859-15 does not have
        """
        self.env.flush_all()
        company = company.with_context(lang=company.partner_id.lang or "fr_FR")
        mark = fec_file.SEPARATORS[separator]
        closing = self._closing(company, date_to)
        stream.write(fec_file.header(mark))
        for query in (
            self._opening_query(company, date_from),
            self._query(company, date_from, date_to, list(closing)),
        ):
            for row in self._stream(query):
                cells = self._cells(*row)
                stream.write(fec_file.line(cells, mark, encoding))
        return sorted(closing.values())

    def _stream(self, query):
        cr = self.env.cr
        cr.execute(SQL("DECLARE cocare_fec NO SCROLL CURSOR FOR %s", query))
        fetch = SQL("FETCH %s FROM cocare_fec", BATCH)
        cr.execute(fetch)
        while rows := cr.fetchall():
            yield from rows
            cr.execute(fetch)
        cr.execute(SQL("CLOSE cocare_fec"))

    def _cells(self, *row):
        """The eighteen texts of a line, from what the queries bring; amounts come as
        texts, which Odoo's cursor does not turn into floats."""
        journal, journal_name, number, day, account, account_name, *row = row
        party, party_name, piece, piece_day, label, debit, credit, *row = row
        letter, letter_day, valid, foreign, currency = row
        number = fec_file.text(number)
        account = fec_file.text(account)
        return [
            fec_file.text(journal),
            fec_file.text(journal_name) or fec_file.text(journal),
            number,
            fec_file.day(day),
            account,
            fec_file.text(account_name) or account,
            fec_file.text(party),
            fec_file.text(party_name),
            fec_file.text(piece) or number,
            fec_file.day(piece_day),
            fec_file.text(label) or number,
            fec_file.amount(Decimal(debit)),
            fec_file.amount(Decimal(credit)),
            fec_file.letter(letter) if letter else "",
            fec_file.day(letter_day),
            fec_file.day(valid),
            fec_file.amount(Decimal(foreign)) if currency else "",
            currency or "",
        ]

    # Queries

    def _parts(self, company):
        """Code and name of accounts and journals, and who is a third party."""
        Account = self.env["account.account"].with_env(company.env)
        Account = Account.with_company(company)
        Journal = self.env["account.journal"].with_env(company.env)
        code = Account._field_to_sql("account", "code")
        return {
            "code": code,
            "name": Account._field_to_sql("account", "name"),
            "journal_name": Journal._field_to_sql("journal", "name"),
            # accounts of persons: trade, staff, partners of the firm, other debts
            "is_party": SQL(
                "(account.account_type IN ('asset_receivable', 'liability_payable')"
                " OR %s ~ '^4[256]') AND partner.id IS NOT NULL",
                code,
            ),
            "party": SQL("COALESCE(NULLIF(partner.ref, ''), partner.id::text)"),
            "party_name": SQL(
                "COALESCE(NULLIF(partner.name, ''), partner.complete_name)"
            ),
        }

    def _closing(self, company, date_to):
        """Entries of the last day that close the exercise.

        :return: {id: name}
        """
        self.env.cr.execute(
            SQL(
                """
SELECT move.id, move.name
  FROM account_move move
  JOIN account_move_line line ON line.move_id = move.id
  JOIN account_account account ON account.id = line.account_id
 WHERE move.company_id = %(company)s AND move.state = 'posted'
   AND move.date = %(date_to)s
 GROUP BY move.id
HAVING bool_or(%(code)s LIKE '89%%')
    OR (bool_and(%(code)s ~ '^([67]|12)') AND bool_or(%(code)s LIKE '12%%')
        AND bool_or(%(code)s ~ '^[67]'))
                """,
                company=company.id,
                date_to=date_to,
                code=self._parts(company)["code"],
            )
        )
        return dict(self.env.cr.fetchall())

    def _opening_query(self, company, date_from):
        """Balances of the day before, as the lines of one entry."""
        parts = self._parts(company)
        journal, journal_name = OPENING
        accounts = self._result_accounts(company)
        result = SQL(
            "(account.account_type ~ '^(income|expense)'"
            " OR account.account_type = 'equity_unaffected'"
            " OR rtrim(%(code)s, '0') = ANY(%(results)s))",
            results=list(RESULTS),
            **parts,
        )
        return SQL(
            """
WITH balance AS (
    SELECT %(result)s AS is_result,
           CASE WHEN NOT %(result)s THEN %(code)s END AS code,
           CASE WHEN NOT %(result)s THEN %(name)s END AS name,
           CASE WHEN NOT %(result)s AND %(is_party)s THEN %(party)s END AS party,
           CASE WHEN NOT %(result)s AND %(is_party)s THEN %(party_name)s END
               AS party_name,
           line.balance
      FROM account_move_line line
      JOIN account_account account ON account.id = line.account_id
      LEFT JOIN res_partner partner ON partner.id = line.partner_id
     WHERE line.company_id = %(company)s AND line.parent_state = 'posted'
       AND line.date < %(date_from)s
), total AS (
    SELECT is_result, code, min(name) AS name, party, min(party_name) AS party_name,
           sum(balance) AS balance
      FROM balance GROUP BY is_result, code, party HAVING sum(balance) <> 0
), row AS (
    SELECT CASE WHEN NOT is_result THEN code WHEN balance < 0 THEN %(profit)s
                ELSE %(loss)s END AS code,
           CASE WHEN NOT is_result THEN name WHEN balance < 0 THEN %(profit_name)s
                ELSE %(loss_name)s END AS name,
           party, party_name, balance
      FROM total
)
SELECT %(journal)s, %(journal_name)s, %(number)s, %(date_from)s, code, name,
       party, party_name, %(number)s, %(date_from)s, %(journal_name)s,
       greatest(balance, 0)::text, greatest(-balance, 0)::text,
       NULL, NULL, %(date_from)s, NULL, NULL
  FROM row ORDER BY code COLLATE "C", party COLLATE "C" NULLS FIRST
            """,
            result=result,
            company=company.id,
            date_from=date_from,
            number=f"{journal}/{date_from:%Y}/00001",
            journal=journal,
            journal_name=journal_name,
            profit=accounts["12"][0],
            profit_name=accounts["12"][1],
            loss=accounts["129"][0],
            loss_name=accounts["129"][1],
            **{key: parts[key] for key in parts if key != "journal_name"},
        )

    def _result_accounts(self, company):
        """:return: {code without zeros: (code, name)} of 120 and 129"""
        accounts = (
            self.env["account.account"]
            .with_env(company.env)
            .with_company(company)
            .search([("company_ids", "in", company.ids), ("code", "=like", "12%")])
        )
        known = {account.code.rstrip("0"): account for account in accounts}
        return {
            number: (known[number].code, known[number].name)
            if number in known
            else (number.ljust(3, "0").ljust(6, "0"), name)
            for number, name in RESULTS.items()
        }

    def _query(self, company, date_from, date_to, left_out):
        parts = self._parts(company)
        return SQL(
            """
WITH item AS (
    SELECT line.id, line.move_id, line.account_id, line.balance, line.debit,
           line.credit, line.full_reconcile_id, line.amount_currency,
           COALESCE(NULLIF(journal.cocare_fec_code, ''), journal.code) AS journal,
           %(journal_name)s AS journal_name,
           COALESCE(
               substring(move.cocare_fec_key from '^[^|]*[|][^|]*[|](.+)$'), move.name
           ) AS number,
           move.date AS day, %(code)s AS code, %(name)s AS name,
           CASE WHEN %(is_party)s THEN %(party)s END AS party,
           CASE WHEN %(is_party)s THEN %(party_name)s END AS party_name,
           CASE WHEN move.move_type NOT LIKE 'out\\_%%' THEN move.ref END AS piece,
           COALESCE(move.cocare_fec_piece_date, move.invoice_date, move.date)
               AS piece_day,
           COALESCE(NULLIF(line.name, ''), move.ref) AS label,
           COALESCE(move.cocare_fec_valid_date, greatest(
               move.date,
               COALESCE(move.cocare_posted_on, %(made)s)
           )) AS valid,
           COALESCE(lettering.cocare_fec_letter_date, %(lettered)s) AS letter_day,
           CASE WHEN line.currency_id <> %(currency)s THEN currency.name END
               AS currency,
           move.date = %(date_from)s AND move.journal_id = ANY(%(opening)s)
               AS is_opening,
           line.balance <> 0 OR line.amount_currency <> 0
               OR bool_and(line.balance = 0) OVER (PARTITION BY move.id) AS is_told
      FROM account_move_line line
      JOIN account_move move ON move.id = line.move_id
      JOIN account_journal journal ON journal.id = move.journal_id
      JOIN account_account account ON account.id = line.account_id
      LEFT JOIN res_partner partner ON partner.id = line.partner_id
      LEFT JOIN res_currency currency ON currency.id = line.currency_id
      LEFT JOIN account_full_reconcile lettering
             ON lettering.id = line.full_reconcile_id
     WHERE line.company_id = %(company)s AND line.parent_state = 'posted'
       AND line.date BETWEEN %(date_from)s AND %(date_to)s
       AND NOT move.id = ANY(%(left_out)s)
), ranked AS (
    SELECT *,
           row_number() OVER (
               ORDER BY is_opening DESC, valid, day, journal COLLATE "C",
                        length(number), number COLLATE "C", move_id, id
           ) AS rank,
           full_reconcile_id IS NOT NULL AND sum(balance) OVER (
               PARTITION BY account_id, full_reconcile_id
           ) = 0 AS is_lettered
      FROM item WHERE is_told
), grouped AS (
    SELECT *, min(rank) OVER (
               PARTITION BY account_id, is_lettered, full_reconcile_id
           ) AS first_rank
      FROM ranked
), lettered AS (
    SELECT *, CASE WHEN is_lettered THEN dense_rank() OVER (
               PARTITION BY account_id, is_lettered ORDER BY first_rank
           ) END AS letter
      FROM grouped
)
SELECT journal, journal_name, number, day, code, name, party, party_name,
       piece, piece_day, label, debit::text, credit::text,
       letter, CASE WHEN is_lettered THEN letter_day END, valid,
       amount_currency::text, currency
  FROM lettered ORDER BY rank
            """,
            company=company.id,
            currency=company.currency_id.id,
            date_from=date_from,
            date_to=date_to,
            left_out=left_out,
            opening=self._opening_journals(company),
            made=self._local_day("move"),
            lettered=self._local_day("lettering"),
            **parts,
        )

    def _local_day(self, table):
        return SQL(
            "(%s.create_date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            SQL.identifier(table),
            TIME_ZONE,
        )

    def _opening_journals(self, company):
        """Journals whose entries of the first day are opening balances."""
        journals = (
            self.env["account.journal"]
            .with_env(company.env)
            .with_context(active_test=False)
            .search([("company_id", "=", company.id), ("type", "=", "general")])
        )
        return [
            journal.id
            for journal in journals
            if fec_file.names_opening(
                journal.cocare_fec_code or journal.code, journal.name
            )
        ]
