import time
from functools import partial

from odoo import http
from odoo.http import request

from .. import join_form
from ..models.cocare_join_request import PER_ADDRESS

#: a page for anybody, in the language of the network
page = partial(
    http.route, type="http", auth="public", website=True, multilang=False, sitemap=False
)


class JoinForm(http.Controller):
    """The public form. Whatever is sent goes through ``join_form.read``; nothing is
    made but a request in quarantine, by ``cocare.join.request._receive``."""

    @page("/join", methods=["GET"], sitemap=True)
    def choose(self, **kwargs):
        """What somebody wants: join, help, start a project."""
        self._speak()
        return self._render("cocare_network.join_choose", {})

    @page("/join/<string:intent>", methods=["GET"])
    def form(self, intent, **kwargs):
        """The form of one intent, empty."""
        self._check_intent(intent)
        self._speak()
        return self._form(intent)

    @page("/join/<string:intent>", methods=["POST"], max_content_length=64 * 1024)
    def send(self, intent, **sent):
        """Take what was sent; the same page for every e-mail, known or not."""
        self._check_intent(intent)
        network = self._network(sent.get("network"))
        self._speak(network)
        address = request.httprequest.remote_addr or ""
        Throttle = request.env["cocare.throttle"].sudo()
        if Throttle._hit("join-address", address, 3600) > PER_ADDRESS:
            response = self._render("cocare_network.join_later", {})
            response.status_code = 429
            return response
        if sent.get(join_form.HONEYPOT):
            # A robot is thanked like anybody, so that it learns nothing.
            return self._thank()
        values, problems = join_form.read(intent, sent)
        age = join_form.age(self._secret(), sent.get("shown"), int(time.time()))
        if age is None or not join_form.FASTEST <= age <= join_form.SLOWEST:
            problems["form"] = "early"
        if not network:
            problems["network"] = "missing"
        elif sent.get("text") != str(network._contact_text().id):
            # They read what another network asks, or what this one asked before.
            problems["consent"] = "missing"
        if sent.get("consent") != "yes":
            problems["consent"] = "missing"
        if problems:
            return self._form(intent, values, problems, network)
        request.env["cocare.join.request"]._receive(network, intent, values)
        return self._thank()

    @page("/join/confirm/<string:token>", methods=["GET"])
    def ask(self, token, **kwargs):
        """A page with a button: programs that open the links of a mail press none."""
        join_request = self._find(token)
        waiting = join_request.state == "waiting"
        return self._render(
            f"cocare_network.join_{'confirm' if waiting else 'confirmed'}",
            {"join_request": join_request, "token": token},
        )

    @page("/join/confirm/<string:token>", methods=["POST"])
    def confirm(self, token, **kwargs):
        """The owner of the e-mail vouches for what was sent."""
        join_request = self._find(token)
        if join_request:
            join_request._confirm()
        return self._render(
            "cocare_network.join_confirmed", {"join_request": join_request}
        )

    def _find(self, token):
        join_request = request.env["cocare.join.request"]._find(token[:100])
        self._speak(join_request.network_id)
        return join_request.with_env(
            join_request.env(
                context={**join_request.env.context, **request.env.context}
            )
        )

    def _check_intent(self, intent):
        if intent not in join_form.INTENTS:
            raise request.not_found()

    def _network(self, sent):
        """The network that was chosen, if it is open; the only one if there is one."""
        networks = request.env["cocare.network"]._open_networks()
        if len(networks) == 1:
            return networks
        return networks.filtered(lambda network: str(network.id) == sent)

    def _speak(self, network=None):
        """The pages are in the language of the network, for whoever comes."""
        network = network or request.env["cocare.network"]._open_networks()[:1]
        lang = network.sudo().operator_id.partner_id.lang
        if lang and request.env["res.lang"]._get_data(code=lang):
            request.update_context(lang=lang)

    def _secret(self):
        return request.env["ir.config_parameter"].sudo().get_param("database.secret")

    def _form(self, intent, values=None, problems=None, network=None):
        networks = request.env["cocare.network"]._open_networks()
        chosen = network or (networks if len(networks) == 1 else networks.browse())
        text = (chosen or networks[:1])._contact_text() if networks else None
        return self._render(
            "cocare_network.join_form",
            {
                "intent": intent,
                "networks": networks,
                "network": chosen,
                "values": values or {},
                "problems": problems or {},
                "lengths": join_form.LENGTHS,
                "required": join_form.REQUIRED[intent],
                "shown": join_form.stamp(self._secret(), int(time.time())),
                "consent_text": text,
            },
        )

    def _thank(self):
        return self._render("cocare_network.join_thanks", {})

    def _render(self, template, values):
        response = request.render(template, values)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
