"""Unicode repair: what was decoded wrongly before it came here is set right; nothing is made plainer than it was."""

from __future__ import annotations

import re

ODD = re.compile(r"[^\x20-\x7e\n\t]")
"""What ftfy could mend; a line without any is as it should be."""


def repaired(text: str) -> str:
    """Mojibake, control characters, ligatures and line ends mended, and the rest in Unicode's composed form (NFC).

    Curly quotes, full-width forms and HTML entities stay: they are how people write in their language and craft.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not ODD.search(text):
        return text
    from ftfy import TextFixerConfig, fix_text

    settings = TextFixerConfig(unescape_html=False, uncurl_quotes=False, fix_character_width=False, explain=False)
    return "\n".join(fix_text(line, settings) if ODD.search(line) else line for line in text.split("\n"))
