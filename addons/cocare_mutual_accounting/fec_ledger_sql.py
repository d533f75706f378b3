"""What is asked of all lines of a ledger file, in SQLite. Pure: no Odoo here."""

TABLE = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE line (
    number INTEGER PRIMARY KEY, journal, entry, day, account, party, letter, piece,
    debit INTEGER, credit INTEGER, opening INTEGER, whole INTEGER, content INTEGER
);
CREATE TABLE num (first INTEGER, journal, entry, form, value INTEGER);
"""
INSERT = f"INSERT INTO line VALUES ({', '.join('?' * 13)})"
INSERT_NUMBER = "INSERT INTO num VALUES (?, ?, ?, ?, ?)"

#: entries have a journal and a number; lines without a number are left aside
ENTRIES = """
CREATE TABLE entry AS
SELECT journal, entry, trim(journal || ' ' || entry) AS name,
       min(number) AS first, max(number) AS last, count(*) AS lines,
       sum(debit) AS debit, sum(credit) AS credit,
       min(day) AS day, max(day) AS last_day, max(piece) AS piece,
       max(opening) AS opening, sum(content) AS content,
       min(substr(account, 1, 1) IN ('6', '7') OR substr(account, 1, 2) = '12')
           AS of_result,
       max(substr(account, 1, 2) = '12') AS to_result,
       max(substr(account, 1, 1) IN ('6', '7')) AS from_result
  FROM line WHERE entry <> '' GROUP BY journal, entry;
"""
TOTALS = """
SELECT count(*), (SELECT count(*) FROM entry), sum(debit), sum(credit) FROM line
"""
UNBALANCED = """
SELECT first, name, debit - credit FROM entry WHERE debit <> credit ORDER BY first
"""
TWO_DATES = """
SELECT first, name, day, last_day FROM entry WHERE day <> last_day ORDER BY first
"""
PLACES = {
    "scattered": """
SELECT first, name FROM entry WHERE last - first + 1 <> lines ORDER BY first
""",
    # every line of the entry is there at least twice
    "twice": """
SELECT min(first), trim(journal || ' ' || entry)
  FROM (SELECT journal, entry, min(number) AS first, count(*) AS times
          FROM line WHERE entry <> '' GROUP BY journal, entry, whole)
 GROUP BY journal, entry HAVING min(times) > 1 ORDER BY 1
""",
    "opening_late": """
SELECT first, name FROM entry
 WHERE opening AND first > (SELECT min(number) FROM line WHERE NOT opening)
 ORDER BY first
""",
}
#: the same voucher, day and lines under another number of the journal
COPIED = """
SELECT first, name, before FROM (
    SELECT first, name, lag(name) OVER (
               PARTITION BY journal, day, piece, lines, debit, content ORDER BY first
           ) AS before
      FROM entry WHERE piece GLOB '*[0-9A-Za-z]*')
 WHERE before IS NOT NULL ORDER BY first
"""
#: on the last day: classes 6 and 7 brought to 12
CLOSING = """
SELECT first, name FROM entry
 WHERE day = ? AND of_result AND to_result AND from_result ORDER BY first
"""
NUMBERS = "SELECT first, journal, entry FROM entry"
#: numbers of one form make one sequence, or one for each journal: what misses less
HOLES = """
WITH whole AS (
    SELECT form, max(value) - min(value) + 1 - count(DISTINCT value) AS missing
      FROM num GROUP BY form
), journals AS (
    SELECT form, sum(missing) AS missing FROM (
        SELECT form, max(value) - min(value) + 1 - count(DISTINCT value) AS missing
          FROM num GROUP BY form, journal)
     GROUP BY form
), sequences AS (
    SELECT num.*, CASE WHEN whole.missing <= journals.missing THEN '' ELSE journal END
           AS owner
      FROM num JOIN whole USING (form) JOIN journals USING (form)
)
SELECT first, journal, entry, entry_before, value - before - 1 FROM (
    SELECT *, lag(value) OVER steps AS before, lag(entry) OVER steps AS entry_before
      FROM sequences WINDOW steps AS (PARTITION BY form, owner ORDER BY value))
 WHERE value > before + 1 ORDER BY first
"""
#: some letter by account, some by third party: told where neither balances
LETTERS = """
WITH party AS (
    SELECT account, letter, min(number) AS first, sum(debit - credit) AS gap
      FROM line WHERE letter <> '' GROUP BY account, letter, party
), whole AS (
    SELECT account, letter, sum(gap) AS total FROM party GROUP BY account, letter
)
SELECT first, account, letter, gap FROM party JOIN whole USING (account, letter)
 WHERE gap <> 0 AND total <> 0 ORDER BY first
"""
