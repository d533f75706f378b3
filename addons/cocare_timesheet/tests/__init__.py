from . import test_mission
from . import test_time_entry
