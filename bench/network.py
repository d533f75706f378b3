"""A network of its own for a measurement: an operator and firms with French books."""


def make(env, count):
    """Make it in the transaction of ``env``.

    :param count: how many firms beside the operator
    :return: ``res.company`` of the operator, ``cocare.network``, ``res.company`` of the
        firms
    """
    operator = (
        env["res.company"]
        .with_context(chart_template_load=True)
        .create(
            {
                "name": "Bench, operator",
                "country_id": env.ref("base.fr").id,
                "currency_id": env.ref("base.EUR").id,
            }
        )
    )
    operator._cocare_load_chart("fr")
    network = env["cocare.network"].create(
        {"name": "Bench", "operator_id": operator.id}
    )
    operator._cocare_set_up_recharges()
    firms = network._create_firms(
        [{"name": f"Bench {n}", "city": "Barr"} for n in range(count)]
    )
    return operator, network, firms
