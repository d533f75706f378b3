def uninstall_hook(env):
    """Nothing follows the journal items any more."""
    env.cr.execute("DROP FUNCTION IF EXISTS cocare_book_month_follow() CASCADE")
