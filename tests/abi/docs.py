#!/usr/bin/env python3
"""The headers are the manual: docs.py [ROOT] prints every public declaration whose comment is not complete and exits 1.

A function's comment has @param for each parameter by its name, and no other; @return unless it returns void; and `Since`. A callback
type likewise, without `Since`. An enum or struct has a comment with `Since`, and each enumerator and field one of its own. A handle has
a comment. Each header begins with @file.
"""
import os
import re
import sys


def parameters(text):
    """Names of the parameters of `text`, the part between the outer brackets."""
    text = text.strip()
    if text in ("", "void"):
        return []
    names = []
    for part in text.split(","):
        names.append(re.search(r"(\w+)\s*(?:\[\s*\])?$", part.strip()).group(1))
    return names


class Check:
    def __init__(self, header):
        self.header = header
        self.found = []
        self.declarations = 0

    def complain(self, name, message):
        self.found.append(f"{self.header}: {name}: {message}")

    def callable(self, name, result, arguments, comment, since):
        self.declarations += 1
        if not comment:
            self.complain(name, "no comment")
            return
        wanted = parameters(arguments)
        given = re.findall(r"@param\[(?:in|out|in,out)\]\s+(\w+)", comment)
        for parameter in wanted:
            if given.count(parameter) != 1:
                self.complain(name, f"@param of {parameter} stands {given.count(parameter)} times")
        for parameter in given:
            if parameter not in wanted:
                self.complain(name, f"@param of {parameter}, which is no parameter")
        if re.search(r"@param(?!\[(?:in|out|in,out)\])", comment):
            self.complain(name, "@param without a direction")
        if result.strip() == "void":
            if "@return" in comment:
                self.complain(name, "@return of a void function")
        elif "@return" not in comment:
            self.complain(name, "no @return")
        if since and not re.search(r"Since \d+\.\d+", comment):
            self.complain(name, "no Since")

    def members(self, name, body, pattern):
        for line in body.split("\n"):
            member = re.match(pattern, line)
            if member and "/**<" not in line:
                self.complain(name, f"{member.group(1)} has no comment")

    def run(self, text):
        if not text.startswith("/** @file"):
            self.complain("the header", "does not begin with /** @file")
        # A comment belongs to a declaration only if nothing but blanks is between them.
        before = r"(?:/\*\*(?!<)(?P<comment>(?:(?!\*/).)*)\*/\s*)?"
        for m in re.finditer(before + r"^EDGEPLAN_API\s+(?:EDGEPLAN_MUST_USE\s+)?(?P<result>[\w\s*]*?[\s*])(?P<name>edgeplan_\w+)\s*"
                             r"\((?P<arguments>[^;]*)\);", text, re.S | re.M):
            self.callable(m["name"], m["result"], m["arguments"], m["comment"], True)
        for m in re.finditer(before + r"^typedef\s+(?P<result>[\w\s*]+?)\(\*(?P<name>\w+)\)\((?P<arguments>[^;]*)\);", text, re.S | re.M):
            self.callable(m["name"], m["result"], m["arguments"], m["comment"], False)
        for m in re.finditer(before + r"^typedef (?P<kind>enum|struct) (?P<name>\w+) \{(?P<body>.*?)^\} \w+;", text, re.S | re.M):
            self.declarations += 1
            if not m["comment"]:
                self.complain(m["name"], "no comment")
            elif not re.search(r"Since \d+\.\d+", m["comment"]):
                self.complain(m["name"], "no Since")
            self.members(m["name"], m["body"], r"\s*(EDGEPLAN_\w+) =" if m["kind"] == "enum" else r"\s*\w+\s+(\w+);")
        for m in re.finditer(before + r"^typedef struct (?P<name>\w+) \w+;(?P<rest>[^\n]*)", text, re.S | re.M):
            self.declarations += 1
            if not m["comment"] and "/**<" not in m["rest"]:
                self.complain(m["name"], "no comment")
        if len(re.findall(r"^EDGEPLAN_API\b", text, re.M)) != len(re.findall(r"^EDGEPLAN_API\s[^;]*\(", text, re.M)):
            self.complain("EDGEPLAN_API", "stands before something that is no function")


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    folder = os.path.join(root, "include", "edgeplan")
    found = []
    declarations = 0
    for header in sorted(os.listdir(folder)):
        if not header.endswith(".h"):
            continue
        check = Check(header)
        check.run(open(os.path.join(folder, header), encoding="utf-8").read())
        found += check.found
        declarations += check.declarations
    if declarations == 0:
        found.append("no public declaration found")
    for complaint in found:
        print("docs:", complaint, file=sys.stderr)
    if found:
        return 1
    print("docs: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
