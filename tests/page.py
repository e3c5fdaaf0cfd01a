"""A table that a test makes and a page shows, between two comments."""
import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "accuracy.md"


def keep_table(name, maker, table, write):
    """Renews the table in docs/accuracy.md, or says that it is not this run's; returns the mistakes."""
    begin, end = "<!-- %s: made by %s -->\n" % (name, maker), "<!-- %s end -->\n" % name
    text = PAGE.read_text(encoding="utf-8")
    inside = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.S)
    if write:
        PAGE.write_text(inside.sub(lambda _: begin + table + end, text), encoding="utf-8")
    elif inside.findall(text) != [begin + table + end]:
        print("FAIL docs/accuracy.md: its table is not this run's; %s BINARY --write renews it" % maker)
        return 1
    return 0
