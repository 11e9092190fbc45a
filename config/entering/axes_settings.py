"""The settings of django-axes; what is kept of a failed log-in is said in `lockout` beside it."""

from datetime import timedelta

# By name and place together: nobody can lock out somebody else.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "config.entering.lockout.Handler"
AXES_CLIENT_IP_CALLABLE = "config.entering.lockout.whence"
AXES_LOCKOUT_CALLABLE = "config.entering.lockout.page"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
