"""Text as it should never be but is: what every reader of the CRM's values must live through."""

from hypothesis import strategies as st

ODD_TEXTS = (
    "",
    " ",
    "\x00",
    "Jan\x00sen",
    "🎉🎉",
    "👩\u200d👧 Anna",
    "\u200fשלום\u200e 12",
    "مرحبا ٣",
    "\u202e12 taartS",
    "\ud83d",
    "a\udcffb",
    "\ufeffa",
    "\r\n\r\n",
    "\u2028x\u2029",
    "e\u0301" * 20,
    "ß" * 20,
    "İ" * 20,
    "１２３ー４５",
    ",;|-()<>@\"'",
)

HUGE_TEXTS = tuple(
    pattern * (10_000 // len(pattern) + 1)
    for pattern in (
        " ",
        "\t",
        "\n",
        ",",
        "0",
        "1 ",
        "1a ",
        "1-",
        "12345 ",
        "1234 AB ",
        "a",
        "a ",
        "A, ",
        "a\n",
        "ext ",
        "van ",
        "d'",
        "<",
        "<a@",
        "@",
        "a@b.",
        ".",
        "\x00",
        "é",
        "e\u0301",
        "🎉",
        "\udcff",
        "+",
        "(",
        "-",
        "1/",
        "nr ",
        "bus 1 ",
        "& ",
        "b.v. ",
    )
)

any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
"""Any text at all, lone surrogates among it."""
