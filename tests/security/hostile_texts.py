"""Texts that mean something to SQL, templates, shells, file systems, terminals or logs; here they do not."""

FORGED = "forged-line"

SQL = {
    "always true": "' OR '1'='1",
    "always true, double quotes": '" OR ""="',
    "another statement": "'; DROP TABLE metadata_endpoints; --",
    "union": "%' UNION SELECT token_hash::text FROM api_tokens --",
    "comment": "x' /* ",
    "backslash": "\\",
    "backslash and quote": "\\'; SELECT pg_sleep(30); --",
    "dollar quotes": "$$; DELETE FROM metadata_collections; $$",
    "parameter": "%(search)s",
    "positional parameter": "%s %b $1 ?",
    "percent": "%",
    "underscore": "_",
    "array": "{a,b,NULL}",
    "cast": "1::int",
}
TEMPLATES = {
    "Jinja": "{{7*7}}",
    "Jinja, objects": "{{''.__class__.__mro__[1].__subclasses__()}}",
    "Jinja, statement": "{% import os %}{{ os.system('id') }}",
    "shell": "$(touch /tmp/owned)`id`",
    "expression": "${7*7} #{7*7} <%= 7*7 %>",
    "format": "{0.__class__.__init__.__globals__}",
    "format, name": "{self}{search}",
    "HTML": "<script>alert(7*7)</script>",
}
PATHS = {
    "up": "../../../../etc/passwd",
    "up, escaped": "..%2f..%2f..%2fetc%2fpasswd",
    "up, escaped twice": "..%252f..%252fetc%252fpasswd",
    "up, backslashes": "..\\..\\etc\\passwd",
    "absolute": "/etc/passwd",
    "file URL": "file:///etc/passwd",
    "home": "~root/.ssh/id_rsa",
    "device": "/dev/zero",
}
LOGS = {
    "newline": f"x\n{FORGED}",
    "carriage return": f"x\r\n{FORGED}: 1\r\n\r\n",
    "JSON": f'x"}}\n{{"level": "INFO", "event": "{FORGED}"}}',
    "terminal": f"\x1b[2J\x1b[1;1H\x1b]0;{FORGED}\x07",
    "C1 control": f"\x9b2J{FORGED}",
    "line separator": f"x\u2028{FORGED}\u2029{FORGED}\x85",
}
UNICODE = {
    "combining": "e\u0301",
    "composed": "\u00e9",
    "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "right to left": "\u202egnp.exe",
    "byte order mark": "\ufeffx",
    "no character": "\uffff\ufdd0",
    "zero width": "\u200b",
    "dotless i": "İı",
    "ligature": "ﬀ",
    "long": "ü" * 200,
    "NUL": "a\0b",
    "half a character": "a\ud800b",
    "halves in the wrong order": "\udc00\ud800",
}
KINDS = {"SQL": SQL, "template": TEMPLATES, "path": PATHS, "log": LOGS, "Unicode": UNICODE}
HOSTILE = {f"{kind}: {name}": text for kind, table in KINDS.items() for name, text in table.items()}
