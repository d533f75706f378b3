from . import discuss_channel
from . import ir_rule
from . import mail_template
