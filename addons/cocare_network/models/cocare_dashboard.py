from collections import Counter

from babel.numbers import format_decimal, format_percent

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import (
    babel_locale_parse,
    format_date,
    formatLang,
    get_lang,
)

from .. import benchmark, trend
from .cocare_indicator import FAMILIES

#: of a sparkline, in pixels
WIDTH, HEIGHT, MARGIN = 120, 32, 3
ARROWS = {"up": "▲", "down": "▼", "same": "="}


class CocareDashboard(models.AbstractModel):
    """The indicators in words and small charts, for the portal and for the office."""

    _name = "cocare.dashboard"
    _description = "Dashboard"

    @api.model
    def _cards(self, company, month):
        """The indicators of a firm, by family; read with the rights of who looks.

        :param date month: first day of the month
        :return: list of ``(name of the family, cards)``; see ``_card``
        """
        months = self._months(month)
        indicators = self.env["cocare.indicator"]._shown()
        series = indicators._series(company, months)
        told = self._told(company, indicators, month)
        families = []
        for family, name in self._families():
            cards = [
                {
                    **self._card(indicator, company, months, series[indicator]),
                    "explanation": indicator.explanation,
                    "link": indicator.portal_link
                    and indicator.portal_link % {"firm": company.id},
                    "others": told[indicator],
                }
                for indicator in indicators
                if indicator.family == family
            ]
            if cards:
                families.append((name, cards))
        return families

    @api.model
    @api.readonly
    def board(self, month=None):
        """The indicators of all the firms ticked, for the shared office.

        :param str month: ``YYYY-MM-DD``, first day; the last with figures if left out
        :return: dict of what the client shows
        :raise AccessError: the user is not of the shared office
        """
        if not self.env.user.has_group("cocare_network.group_network_reader"):
            raise AccessError(self.env._("The shared office alone sees several firms."))
        firms = self.env.companies.filtered("cocare_network_id").sorted("name")
        this_month = fields.Date.context_today(self).replace(day=1)
        shown = fields.Date.to_date(month) or firms._cocare_latest_month()
        shown = min(fields.Date.start_of(shown, "month"), this_month)
        months = self._months(shown)
        indicators = self.env["cocare.indicator"]._shown()
        ranks = {family: rank for rank, (family, _name) in enumerate(FAMILIES)}
        indicators = indicators.sorted(lambda indicator: ranks[indicator.family])
        series = indicators._series(firms, months)
        spans = Counter(indicators.mapped("family"))
        following = fields.Date.add(shown, months=1)
        return {
            "month": fields.Date.to_string(shown),
            "label": self._month_text(shown),
            "previous": fields.Date.to_string(fields.Date.subtract(shown, months=1)),
            "next": shown < this_month and fields.Date.to_string(following),
            "families": [
                {"code": family, "name": name, "span": count}
                for family, name in self._families()
                if (count := spans[family])
            ],
            "indicators": [
                {
                    "id": indicator.id,
                    "name": indicator.name,
                    "explanation": indicator.explanation,
                    "action": indicator.action_id.id,
                }
                for indicator in indicators
            ],
            "firms": [
                {
                    "id": firm.id,
                    "name": firm.name,
                    "cards": [
                        self._card(indicator, firm, months, series[indicator])
                        for indicator in indicators
                    ],
                }
                for firm in firms
            ],
        }

    def _months(self, month):
        """The month and the twelve before, oldest first."""
        return [
            fields.Date.subtract(month, months=back)
            for back in range(trend.YEAR, -1, -1)
        ]

    def _families(self):
        field = self.env["cocare.indicator"]._fields["family"]
        return field._description_selection(self.env)

    def _card(self, indicator, company, months, figures):
        """An indicator of a firm, ready to be shown.

        :param list months: first days, oldest first; the last is the one shown
        :param dict figures: ``{(company, month): Decimal}``
        :return: dict: ``value`` (text, False when not known yet), ``trend``,
            ``lines`` (of the sparkline), ``label`` (the chart in words), ``history``
        """
        values = [figures.get((company, month)) for month in months]
        texts = [
            value is not None and self._text(indicator, value, company)
            for value in values
        ]
        last_year = values[1:]
        return {
            "code": indicator.code,
            "name": indicator.name,
            "value": texts[-1],
            "trend": self._trend(indicator, company, months[0], trend.change(values)),
            "lines": [
                " ".join(f"{x},{y}" for x, y in line)
                for line in trend.sparkline(last_year, WIDTH, HEIGHT, MARGIN)
                if len(line) > 1
            ],
            "label": self._chart_text(indicator, company, last_year),
            "history": [
                {"month": self._month_text(month), "value": text}
                for month, text in zip(months[1:], texts[1:], strict=True)
                if text
            ],
        }

    def _trend(self, indicator, company, year_before, change):
        """How the figure changed, in words: which way, by how much, since when.

        :return: dict: ``way`` (``up``, ``down``, ``same``), ``arrow``, ``news``
            (``good``, ``bad`` or False), ``news_text`` (the same for who does not see
            the colour), ``words``, ``short``; False when nothing is known before
        """
        if not change:
            return False
        base = self._base_text(year_before, change)
        # What the eye does not see is no change: a third of a person, of a cent.
        size = self._text(indicator, abs(change.difference), company)
        if not change.difference or size == self._text(indicator, 0, company):
            return {
                "way": "same",
                "arrow": ARROWS["same"],
                "news": False,
                "news_text": False,
                "short": "",
                "words": self.env._("Unchanged %(base)s", base=base),
            }
        up = change.difference > 0
        if change.base and indicator.unit not in ("count", "percent"):
            part = self._percent(abs(change.difference / change.base))
            size = f"{size} ({part})"
            short = part
        else:
            short = size
        if up:
            words = self.env._("Up by %(change)s %(base)s", change=size, base=base)
        else:
            words = self.env._("Down by %(change)s %(base)s", change=size, base=base)
        way = "up" if up else "down"
        news = indicator.better != "neither" and (
            "good" if up == (indicator.better == "higher") else "bad"
        )
        told = {"good": self.env._("Good news"), "bad": self.env._("Bad news")}
        return {
            "way": way,
            "arrow": ARROWS[way],
            "news": news,
            "news_text": told.get(news, False),
            "short": short,
            "words": words,
        }

    def _base_text(self, year_before, change):
        if not change.months:
            return self.env._(
                "compared with %(month)s", month=self._month_text(year_before)
            )
        if change.months == 1:
            return self.env._("compared with the month known before")
        return self.env._(
            "compared with the mean of %(count)s months before", count=change.months
        )

    def _chart_text(self, indicator, company, values):
        """The chart in words, for who does not see it."""
        known = [value for value in values if value is not None]
        if len(known) < 2:
            return False
        return self.env._(
            "%(name)s over %(count)s months: between %(low)s and %(high)s",
            name=indicator.name,
            count=len(known),
            low=self._text(indicator, min(known), company),
            high=self._text(indicator, max(known), company),
        )

    def _told(self, company, indicators, month):
        """What the network's rules tell of the others, and who sees one's own.

        :return: ``{indicator: dict}``: ``text``, ``decision``, ``firms`` (list of
            ``(name, figure)``)
        """
        network = company.cocare_network_id
        rules = {
            rule.indicator_id: rule
            for rule in self.env["cocare.transparency.rule"].search_fetch(
                [("network_id", "=", network.id), ("visibility", "!=", "own")],
                ["indicator_id", "visibility", "since", "decision_ref"],
            )
        }
        rows = {
            row.indicator_id: row
            for row in self.env["cocare.indicator.group"].search_fetch(
                [("network_id", "=", network.id), ("month", "=", month)],
                ["indicator_id", "contributors", "told", "median", "named"],
            )
        }
        none = self.env["cocare.indicator.group"]
        return {
            indicator: self._told_text(
                indicator,
                company,
                month,
                rules.get(indicator),
                rows.get(indicator, none),
            )
            for indicator in indicators
        }

    def _told_text(self, indicator, company, month, rule, row):
        shown = {"median": False, "decision": rule and rule.decision_ref, "firms": []}
        if not rule:
            text = self.env._("Your firm and the shared office alone see this figure.")
        elif month < rule.since:
            text = self.env._(
                "The network tells it from %(month)s on.",
                month=self._month_text(rule.since),
            )
        elif not row:
            text = self.env._(
                "The figures of the others come when the month is over and known."
            )
        elif rule.visibility == "named":
            text = self.env._("All the firms of the network see it, by name.")
            shown["firms"] = [
                (name, self._text(indicator, float(value), company))
                for name, value in row.named or []
            ]
        elif row.told:
            shown["median"] = True
            text = self.env._(
                "Median of the network: about %(median)s (%(count)s firms)",
                median=self._told_value(indicator, row.median, company),
                count=row.contributors,
            )
        else:
            text = self.env._(
                "The median of the network is not shown: %(count)s firms have this "
                "figure. With fewer than %(least)s, it would tell one of them.",
                count=row.contributors,
                least=benchmark.FIRMS,
            )
        return {**shown, "text": text}

    # Numbers and months, as people of the language write them

    def _text(self, indicator, value, company):
        if indicator.unit == "money":
            return formatLang(self.env, float(value), currency_obj=company.currency_id)
        if indicator.unit == "percent":
            return self._percent(float(value) / 100)
        number = format_decimal(value, format="#,##0.##", locale=self._locale())
        return f"{number}\N{NO-BREAK SPACE}h" if indicator.unit == "hours" else number

    def _told_value(self, indicator, value, company):
        """A figure in two digits, without the cents that it does not have."""
        if indicator.unit != "money":
            return self._text(indicator, value, company)
        number = format_decimal(value, format="#,##0.##", locale=self._locale())
        return f"{number}\N{NO-BREAK SPACE}{company.currency_id.symbol}"

    def _percent(self, value):
        return format_percent(
            value, format="#,##0.#\N{NO-BREAK SPACE}%", locale=self._locale()
        )

    def _month_text(self, month):
        return format_date(self.env, month, date_format="MMMM yyyy")

    def _locale(self):
        return babel_locale_parse(get_lang(self.env).code)
