"""What values are called and how they are coloured, the same everywhere."""

GREEN, RED, ORANGE, YELLOW, BLUE, PURPLE, GREY = (
    "green",
    "red",
    "orange",
    "yellow",
    "blue",
    "purple",
    "#808080",
)

NONE = {0: ("0", GREY)}  # of what is counted by state: no state's colour where nothing is in it
YES_NO = {0: ("no", GREY), 1: ("yes", ORANGE)}
PROBE = {0: ("ok", GREEN), 1: ("failing", RED), 2: ("stale", PURPLE)}
UP = {0: ("failing", RED), 1: ("ok", GREEN)}
FOUND = {-1: ("not known", GREY), 0: ("not found", ORANGE), 1: ("found", GREEN)}
MET = {-1: ("–", GREY), 0: ("not met", RED), 1: ("met", GREEN)}
REACHABLE = {0: ("down", RED), 1: ("up", GREEN)}
CONFIGURED = {0: ("reload failed", RED), 1: ("in force", GREEN)}
MATCHES = {0: ("differs", RED), 1: ("the same", GREEN)}
SYNCHRONOUS = {0: ("one server", ORANGE), 1: ("synchronous", GREEN)}
ACTIVE = {0: ("stands by", BLUE), 1: ("active", GREEN)}
EXPOSED = {0: ("no", GREEN), 1: ("exposed", ORANGE)}
B2B = {
    0: ("unknown", GREY),
    1: ("supported", GREEN),
    2: ("not_supported", RED),
    3: ("instances differ", PURPLE),
}
PAIR = {
    0: ("unknown", GREY),
    1: ("supported", GREEN),
    2: ("conditional", YELLOW),
    3: ("not_supported", RED),
}
SEVERITY = {"critical": ("critical", RED), "warning": ("warning", ORANGE), "info": ("info", BLUE)}
ENVIRONMENT = {
    "commercial": ("Commercial", None),
    "gcc": ("GCC", None),
    "gcc_high": ("GCC High", None),
    "dod": ("DoD", None),
    "azure_government": ("Azure Government", None),
    "china": ("21Vianet (China)", None),
    "germany": ("Germany", None),
    "bleu": ("Bleu", None),
    "delos": ("Delos", None),
    "govsg": ("GovSG", None),
    "usnat": ("USNat", None),
    "ussec": ("USSec", None),
}
ENVIRONMENT_LIMIT = (
    "The environment says where the directory lives; it proves no licence, compliance or residency."
)

# Of a closed set of series, each has a colour of its own. The test Colours knows these sets.
STATE_COLOURS = {
    "supported": GREEN,
    "not_supported": RED,
    "conditional": YELLOW,
    "unknown": GREY,
    "none declared": "light-blue",
    "none watched": "super-light-blue",
}
FIELD_COLOURS = {
    "b2b_capability": RED,
    "region_scope": ORANGE,
    "sub_scope": YELLOW,
    "identity": PURPLE,
    "presence": BLUE,
    "none": GREEN,
}
FAILURE_COLOURS = {
    "throttled": YELLOW,
    "timeout": ORANGE,
    "connect": RED,
    "dns": "dark-red",
    "tls": PURPLE,
    "http_status": "dark-orange",
    "redirect": "light-orange",
    "other": GREY,
}
OUTCOME_COLOURS = {
    "found": GREEN,
    "not_found": BLUE,
    **FAILURE_COLOURS,
    "too_large": "light-red",
    "encoding": "dark-yellow",
    "not_json": "light-purple",
    "bad_document": "dark-purple",
    "identity": "dark-blue",
}
DELIVERY_COLOURS = {**FAILURE_COLOURS, "io": "light-red", "none": GREEN}
KIND_COLOURS = {
    "baselined": GREY,
    "changed": ORANGE,
    "expectation_changed": RED,
    "collaboration_changed": YELLOW,
    "drill": BLUE,
    "ledger_rewound": PURPLE,
    "none": GREEN,
}
LOGIN_COLOURS = {"success": GREEN, "failure": ORANGE, "locked": RED, "none": "super-light-green"}
PHASE_COLOURS = {
    "dns": PURPLE,
    "connect": ORANGE,
    "tls": YELLOW,
    "first_byte": BLUE,
    "transfer": GREEN,
}
REFUSED_COLOURS = {
    "full": RED,
    "evicted": ORANGE,
    "rate_limit": YELLOW,
    "host": PURPLE,
    "none": GREEN,
}
