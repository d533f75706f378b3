"""What the addon does to a database beside its own records."""


def uninstall_hook(env):
    """Odoo's own rule on contacts is in force again."""
    env.ref("base.res_partner_rule").active = True
