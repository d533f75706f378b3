"""Records of Odoo's own models for a firm: what a suite that is closed still leaks by.

Each maker is ``function(filler, firm) → records``, as superuser, with the firm's canary
in its texts. Those of models that are not installed are left out.
"""

from datetime import date, datetime

from odoo.fields import Command

DAY = date(2025, 7, 1)
NOON = datetime(2025, 7, 1, 12)


def _create(model, **values):
    """A maker that creates one record: ``company_id`` is the firm, texts its canary.

    :param values: constants, or ``function(filler, firm)``
    """

    def make(filler, firm):
        Model = filler.at(firm)[model]
        known = {"company_id": firm.id} if _has_own_company(Model) else {}
        rec_name = Model._rec_name
        if rec_name and Model._fields[rec_name].type == "char":
            known[rec_name] = filler.token(firm)
        for name, value in values.items():
            known[name] = value(filler, firm) if callable(value) else value
        record = Model.create(known)
        filler.made[model, firm] = record
        return record

    return make


def _has_own_company(Model):
    field = Model._fields.get("company_id")
    return bool(field and not field.related and (not field.compute or field.inverse))


def _of(model, field):
    """A maker that takes the records of a field of another maker's record."""
    return lambda filler, firm: filler.made[model, firm][field]


def _document(filler, firm):
    """A document of the firm that people talk about."""
    return filler.made["cocare.membership", firm]


def _journal(filler, firm, kind):
    return filler.at(firm)["account.journal"].search(
        [("company_id", "=", firm.id), ("type", "=", kind)], limit=1
    )


def _attachments(filler, firm):
    """On a document, on nothing, and public."""
    document = _document(filler, firm)
    token = filler.token(firm)
    made = filler.at(firm)["ir.attachment"].create(
        [
            {"name": token, "raw": token.encode(), "company_id": firm.id, **values}
            for values in (
                {"res_model": document._name, "res_id": document.id},
                {},
                {"public": True},
            )
        ]
    )
    return made


def _message(filler, firm):
    document = _document(filler, firm)
    document.message_subscribe(filler.partner(firm).ids)
    message = document.message_post(
        body=filler.token(firm),
        subject=filler.token(firm),
        author_id=filler.staff[firm].partner_id.id,
    )
    filler.made["mail.message", firm] = message
    return message


def _followers(filler, firm):
    return _document(filler, firm).message_follower_ids.filtered(
        lambda f: f.partner_id == filler.partner(firm)
    )


def _notification(filler, firm):
    return filler.at(firm)["mail.notification"].create(
        {
            "mail_message_id": filler.made["mail.message", firm].id,
            "res_partner_id": filler.partner(firm).id,
            "notification_type": "inbox",
        }
    )


def _activity(filler, firm):
    return _document(filler, firm).activity_schedule(
        summary=filler.token(firm), user_id=filler.staff[firm].id, date_deadline=DAY
    )


def _channel(filler, firm):
    channel = filler.at(firm)["discuss.channel"].create(
        {
            "name": filler.token(firm),
            "channel_type": "channel",
            "group_public_id": filler.env.ref("base.group_user").id,
        }
    )
    channel._add_members(users=filler.staff[firm])
    filler.made["discuss.channel", firm] = channel
    return channel


def _call(filler, firm):
    channel = filler.made["discuss.channel", firm]
    message = channel.message_post(body=filler.token(firm), message_type="comment")
    filler.made["discuss message", firm] = message
    return filler.at(firm)["discuss.call.history"].create(
        {
            "channel_id": channel.id,
            "start_dt": NOON,
            "start_call_message_id": message.id,
        }
    )


def _alias(filler, firm):
    """The address of a record of the firm: here its journal of bills."""
    journal = _journal(filler, firm, "purchase")
    alias = filler.at(firm)["mail.alias"].create(
        {
            "alias_name": f"{filler.token(firm)}-bills".lower(),
            "alias_model_id": filler.at(firm)["ir.model"]._get_id("account.move"),
            "alias_parent_model_id": filler.at(firm)["ir.model"]._get_id(
                "account.journal"
            ),
            "alias_parent_thread_id": journal.id,
        }
    )
    return alias


def _sequence(filler, firm):
    sequence = _create("ir.sequence", use_date_range=True)(filler, firm)
    sequence.next_by_id(DAY)
    return sequence


def _exports(filler, firm):
    return _create(
        "ir.exports",
        resource="res.partner",
        export_fields=[Command.create({"name": filler.token(firm)})],
    )(filler, firm)


def _export_lines(filler, firm):
    lines = filler.made["ir.exports", firm].export_fields
    return lines


def _entry(filler, firm):
    move = filler.post_entry(firm)
    filler.made["account.move", firm] = move
    return move


def _invoice_lines(filler, firm):
    return filler.made["account.move", firm].line_ids


def _partial(filler, firm):
    """A letter: a debt and its settlement."""
    account = firm._cocare_account("411")
    bank = firm._cocare_account("512")
    lines = filler.at(firm)["account.move.line"]
    for sign in (1, -1):
        move = filler.at(firm)["account.move"].create(
            {
                "move_type": "entry",
                "date": DAY,
                "journal_id": _journal(filler, firm, "general").id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": item.id,
                            "balance": amount,
                            "name": filler.token(firm),
                            "partner_id": filler.partner(firm).id,
                        }
                    )
                    for item, amount in ((account, sign * 50), (bank, -sign * 50))
                ],
            }
        )
        move.action_post()
        lines |= move.line_ids.filtered(lambda line: line.account_id == account)
    lines.reconcile()
    return lines.matched_debit_ids | lines.matched_credit_ids


def _method_line(filler, firm):
    line = _journal(filler, firm, "bank").inbound_payment_method_line_ids[:1]
    line.name = filler.token(firm)
    return line


def _position_account(filler, firm):
    accounts = [firm._cocare_account(code) for code in ("706", "707")]
    position = filler.at(firm)["account.fiscal.position"].create(
        {
            "name": filler.token(firm),
            "company_id": firm.id,
            "account_ids": [
                Command.create(
                    {
                        "account_src_id": accounts[0].id,
                        "account_dest_id": accounts[1].id,
                    }
                )
            ],
        }
    )
    return position.account_ids


def _lock_exception(filler, firm):
    firm.fiscalyear_lock_date = date(2024, 12, 31)
    return filler.at(firm)["account.lock_exception"].create(
        {
            "company_id": firm.id,
            "user_id": filler.staff[firm].id,
            "fiscalyear_lock_date": date(2024, 6, 30),
            "reason": filler.token(firm),
            "end_datetime": datetime(2026, 12, 31),
        }
    )


def _payment_order(filler, firm):
    """A transfer to a partner, in an order that waits."""
    method = _journal(filler, firm, "bank").outbound_payment_method_line_ids[:1]
    order = filler.at(firm)["account.payment.order"].create(
        {
            "name": filler.token(firm),
            "company_id": firm.id,
            "payment_type": "outbound",
            "payment_method_line_id": method.id,
            "payment_line_ids": [
                Command.create(
                    {
                        "partner_id": filler.partner(firm).id,
                        "amount_currency": 73541.17,
                        "communication": filler.token(firm),
                    }
                )
            ],
        }
    )
    filler.made["account.payment.order", firm] = order
    return order


def _term_line(filler, firm):
    return _create("account.payment.term")(filler, firm).line_ids


def _combo_item(filler, firm):
    product = filler.made["product.template", firm].product_variant_id
    combo = filler.at(firm)["product.combo"].create(
        {
            "name": filler.token(firm),
            "company_id": firm.id,
            "combo_item_ids": [Command.create({"product_id": product.id})],
        }
    )
    return combo.combo_item_ids


def _product_uom(filler, firm):
    return filler.at(firm)["product.uom"].create(
        {
            "product_id": filler.made["product.template", firm].product_variant_id.id,
            "uom_id": filler.env.ref("uom.product_uom_dozen").id,
            "barcode": filler.token(firm),
            "company_id": firm.id,
        }
    )


def _leads(filler, firm):
    """Of somebody who buys from the firm; the operator's, also of who wants to join."""
    token = filler.token(firm)
    values = {
        "name": token,
        "company_id": firm.id,
        "user_id": filler.staff[firm].id,
    }
    leads = filler.at(firm)["crm.lead"].create(values)
    if firm.cocare_is_operator:
        network = firm.cocare_network_id.id
        wants = {"cocare_network_id": network, "cocare_intent": "join"}
        leads += leads.create({**values, **wants})
    return leads


def _team_member(filler, firm):
    team = _create("crm.team")(filler, firm)
    return filler.at(firm)["crm.team.member"].create(
        {"crm_team_id": team.id, "user_id": filler.staff[firm].id}
    )


def _calendar(filler, firm):
    return _create("resource.calendar")(filler, firm)


def _attendances(filler, firm):
    attendances = filler.made["resource.calendar", firm].attendance_ids[:1]
    attendances.name = filler.token(firm)
    return attendances


def _event(filler, firm):
    event = (
        filler.at(firm)["calendar.event"]
        .with_context(no_mail_to_attendees=True)
        .create(
            {
                "name": filler.token(firm),
                "start": NOON,
                "stop": datetime(2025, 7, 1, 13),
                "user_id": filler.staff[firm].id,
                "partner_ids": [Command.set(filler.partner(firm).ids)],
            }
        )
    )
    filler.made["calendar.event", firm] = event
    return event


def _recurrence(filler, firm):
    """Of a meeting of every week; it is called what the meeting is."""
    event = filler.at(firm)["calendar.event"].create(
        {
            "name": filler.token(firm),
            "start": NOON,
            "stop": datetime(2025, 7, 1, 13),
            "user_id": filler.staff[firm].id,
            "recurrency": True,
            "rrule_type": "weekly",
            "tue": True,
            "end_type": "count",
            "count": 2,
        }
    )
    return event.recurrence_id


def _watched(filler, firm):
    """Whose meetings somebody looks at."""
    return filler.at(firm)["calendar.filters"].create(
        {"user_id": filler.staff[firm].id, "partner_id": filler.partner(firm).id}
    )


def _plan_template(filler, firm):
    plan = _create("mail.activity.plan", res_model="res.partner")(filler, firm)
    return filler.at(firm)["mail.activity.plan.template"].create(
        {"plan_id": plan.id, "summary": filler.token(firm)}
    )


def _plan(filler, firm):
    return _create("mail.activity.plan", res_model="res.partner")(filler, firm)


def _default(filler, firm):
    field = filler.at(firm)["ir.model.fields"]._get("res.partner", "comment")
    return filler.at(firm)["ir.default"].create(
        {
            "field_id": field.id,
            "company_id": firm.id,
            "json_value": f'"{filler.token(firm)}"',
        }
    )


def _letter(filler, firm):
    partner = filler.partner(firm)
    return filler.at(firm)["snailmail.letter"].create(
        {
            "model": "res.partner",
            "res_id": partner.id,
            "partner_id": partner.id,
            "company_id": firm.id,
            "user_id": filler.staff[firm].id,
        }
    )


def _bank(filler, firm):
    return filler.at(firm)["res.partner.bank"].create(
        {
            "acc_number": filler.token(firm),
            "partner_id": filler.partner(firm).id,
            "company_id": firm.id,
        }
    )


def _progress(filler, firm):
    """How far a firm came with the first steps that Odoo proposes."""
    onboarding = filler.at(firm)["onboarding.onboarding"].create(
        {"name": filler.token(firm), "route_name": filler.token(firm).lower()}
    )
    progress = filler.at(firm)["onboarding.progress"].create(
        {"onboarding_id": onboarding.id, "company_id": firm.id}
    )
    filler.made["onboarding.progress", firm] = progress
    return progress


def _progress_step(filler, firm):
    step = filler.at(firm)["onboarding.onboarding.step"].create(
        {
            "title": filler.token(firm),
            "panel_step_open_action_name": "action_open_nothing",
        }
    )
    return filler.at(firm)["onboarding.progress.step"].create(
        {"step_id": step.id, "company_id": firm.id}
    )


#: model → maker, in the order that they need each other
SATELLITES = {
    # technical
    "ir.attachment": _attachments,
    "ir.default": _default,
    "ir.sequence": _sequence,
    "ir.sequence.date_range": _of("ir.sequence", "date_range_ids"),
    "ir.filters": _create("ir.filters", model_id="res.partner"),
    "ir.exports": _exports,
    "ir.exports.line": _export_lines,
    "digest.digest": _create("digest.digest"),
    "onboarding.progress": _progress,
    "onboarding.progress.step": _progress_step,
    "res.users": lambda filler, firm: filler.staff[firm],
    "res.partner": lambda filler, firm: filler.partner(firm),
    "res.partner.bank": _bank,
    # conversation
    "mail.message": _message,
    "mail.followers": _followers,
    "mail.notification": _notification,
    "mail.activity": _activity,
    "mail.alias": _alias,
    "mail.template": _create(
        "mail.template", body_html=lambda filler, firm: filler.token(firm)
    ),
    "mail.canned.response": _create(
        "mail.canned.response",
        source=lambda filler, firm: filler.token(firm),
        substitution=lambda filler, firm: filler.token(firm),
        group_ids=lambda filler, firm: [
            Command.set(filler.env.ref("base.group_user").ids)
        ],
    ),
    "mail.activity.plan": _plan,
    "mail.activity.plan.template": _plan_template,
    "discuss.channel": _channel,
    "discuss.channel.member": _of("discuss.channel", "channel_member_ids"),
    "discuss.call.history": _call,
    "sms.template": _create(
        "sms.template",
        body=lambda filler, firm: filler.token(firm),
        model_id=lambda filler, firm: filler.at(firm)["ir.model"]._get_id(
            "res.partner"
        ),
    ),
    "snailmail.letter": _letter,
    # time
    "calendar.event": _event,
    "calendar.filters": _watched,
    "calendar.recurrence": _recurrence,
    "calendar.attendee": _of("calendar.event", "attendee_ids"),
    "resource.calendar": _calendar,
    "resource.calendar.attendance": _attendances,
    "resource.resource": _create("resource.resource"),
    # trade
    "crm.lead": _leads,
    "crm.team": _create("crm.team"),
    "crm.team.member": _team_member,
    "product.template": _create("product.template"),
    "product.product": _of("product.template", "product_variant_ids"),
    "product.combo.item": _combo_item,
    "product.uom": _product_uom,
    "product.pricelist": _create("product.pricelist"),
    # books
    "account.move": _entry,
    "account.move.line": _invoice_lines,
    "account.journal": lambda filler, firm: _journal(filler, firm, "general"),
    "account.fiscal.position.account": _position_account,
    "account.lock_exception": _lock_exception,
    "account.partial.reconcile": _partial,
    "account.payment.method.line": _method_line,
    "account.payment.order": _payment_order,
    "account.payment.line": _of("account.payment.order", "payment_line_ids"),
    "account.payment.term.line": _term_line,
}
