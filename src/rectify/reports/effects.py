"""How strict an effect is, by its name, whatever it is on."""

STRICT = {name: n for n, names in enumerate(
    (("visible", "open", "not told"), ("labelled", "told"), ("restricted", "service_suspended", "registrations_halted"),
     ("removed", "closed", "feature_suspended"), ("gone",))) for name in names}  # fmt: skip
