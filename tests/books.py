"""What holds in the books of a network at any moment, read past Odoo."""

from contextlib import closing

import psycopg2


def query(database, sql, *parameters):
    with closing(psycopg2.connect(dbname=database)) as connection:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()


def digest(database):
    """A fingerprint of every row of every table."""
    tables = query(
        database,
        "SELECT quote_ident(table_name) FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
    )
    # Row by row, the order of the rows does not matter.
    return {
        table: query(
            database,
            f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {table} t",
        )
        for (table,) in tables
    }


def check_books(database):
    """What holds at any moment, whatever happened. Returns cents off."""
    off = 0
    for company, debit, credit in query(
        database,
        "SELECT company_id, sum(debit), sum(credit) FROM account_move_line"
        " WHERE parent_state = 'posted' GROUP BY 1",
    ):
        assert debit == credit, company
    for state, pool, full, shared in query(
        database,
        "SELECT run.state, COALESCE(line.pool_id, line.rebilling_id), line.full_cost,"
        "   sum(share.invoiced - COALESCE(share.settled, 0))"
        " FROM cocare_allocation_run_line line"
        " JOIN cocare_allocation_run run ON run.id = line.run_id"
        " JOIN cocare_allocation_share share ON share.line_id = line.id"
        " GROUP BY 1, 2, 3, line.id",
    ):
        off += abs(int((full - shared) * 100))
        assert full == shared, (state, pool)
    for invoice, bill, total in query(
        database,
        "SELECT invoice.amount_total, bill.amount_total, recharge.amount_total"
        " FROM cocare_recharge recharge"
        " LEFT JOIN account_move invoice"
        "   ON invoice.id = recharge.invoice_id AND invoice.state = 'posted'"
        " LEFT JOIN account_move bill"
        "   ON bill.id = recharge.bill_id AND bill.state = 'posted'",
    ):
        assert invoice == bill, "an invoice without its mirror"
        assert abs(total or 0) == (invoice or 0)
    [(astray,)] = query(
        database,
        "SELECT count(*) FROM cocare_rebilling rebilling"
        " WHERE (rebilling.state = 'billed') != EXISTS ("
        "   SELECT 1 FROM cocare_allocation_run_line line"
        "     JOIN cocare_allocation_run run ON run.id = line.run_id"
        "    WHERE line.rebilling_id = rebilling.id AND run.state = 'posted')",
    )
    assert not astray, "re-billed items that no month carries, or two"
    for invoice, bill in query(
        database,
        "SELECT invoice.amount_total, bill.amount_total"
        " FROM cocare_recharge_credit credit"
        " LEFT JOIN account_move invoice"
        "   ON invoice.id = credit.invoice_credit_id AND invoice.state = 'posted'"
        " LEFT JOIN account_move bill"
        "   ON bill.id = credit.bill_credit_id AND bill.state = 'posted'"
        " WHERE credit.state = 'posted'",
    ):
        assert invoice == bill is not None, "a credit note without its mirror"
    [(orphans,)] = query(
        database,
        "SELECT count(*) FROM account_move move"
        " LEFT JOIN cocare_recharge recharge ON recharge.id = move.cocare_recharge_id"
        " LEFT JOIN cocare_recharge_credit credit ON credit.id = move.cocare_credit_id"
        " WHERE move.cocare_recharge_id IS NOT NULL AND move.id NOT IN ("
        "   COALESCE(recharge.invoice_id, 0), COALESCE(recharge.bill_id, 0),"
        "   COALESCE(credit.invoice_credit_id, 0), COALESCE(credit.bill_credit_id, 0))",
    )
    assert not orphans
    for state, positions, entries, net in query(
        database,
        "SELECT clearing.state, count(DISTINCT position.move_id),"
        "   (SELECT count(*) FROM account_move move"
        "     WHERE move.cocare_clearing_id = clearing.id AND move.state = 'posted'),"
        "   (SELECT sum(net) FROM cocare_clearing_position p"
        "     WHERE p.clearing_id = clearing.id)"
        " FROM cocare_clearing clearing"
        " LEFT JOIN cocare_clearing_position position"
        "   ON position.clearing_id = clearing.id"
        " GROUP BY clearing.id",
    ):
        off += abs(int((net or 0) * 100))
        each = {"posted": 1, "settled": 1, "cancelled": 2}.get(state, 0)
        assert entries == positions * each, ("clearing", state)
        assert not each or positions
    for journal, prefix, numbers, first, last in query(
        database,
        "SELECT journal_id, sequence_prefix, count(DISTINCT sequence_number),"
        "   min(sequence_number), max(sequence_number)"
        " FROM account_move WHERE state = 'posted' AND journal_id IN ("
        "   SELECT journal_id FROM account_move WHERE cocare_recharge_id IS NOT NULL)"
        " GROUP BY 1, 2",
    ):
        assert (first, last) == (1, numbers), ("numbers", journal, prefix)
    return off


def is_cleared(database):
    """Tell whether a clearing is booked."""
    return bool(query(database, "SELECT 1 FROM cocare_clearing WHERE state = 'posted'"))


def closed_months(database):
    return [
        month.strftime("%Y-%m")
        for (month,) in query(
            database,
            "SELECT date_from FROM cocare_allocation_run WHERE state = 'posted'"
            " ORDER BY date_from",
        )
    ]
