"""Renders the idioms of template_idioms.json with Python's jinja2, as Python Instructor does.

    python template_idioms.py          writes what jinja2 renders into the file
    python template_idioms.py --check  fails if the file and jinja2 differ
"""

import json
import sys
import textwrap
from pathlib import Path

from jinja2.sandbox import SandboxedEnvironment

FILE = Path(__file__).with_name("template_idioms.json")


def render(template: str, context: dict) -> str:
    return textwrap.dedent(SandboxedEnvironment().from_string(template).render(**context))


def main() -> int:
    corpus = json.loads(FILE.read_text())
    wrong = 0
    for idiom in corpus["idioms"]:
        rendered = render(idiom["template"], corpus["context"])
        if rendered != idiom.get("jinja2"):
            wrong += 1
            print(f"{idiom['template']!r}: jinja2 renders {rendered!r}, the file has {idiom.get('jinja2')!r}")
        idiom["jinja2"] = rendered
    if "--check" in sys.argv:
        return 1 if wrong else 0
    lines = ",\n".join("    " + json.dumps(idiom, ensure_ascii=False) for idiom in corpus["idioms"])
    context = json.dumps(corpus["context"], ensure_ascii=False)
    FILE.write_text(f'{{\n  "context": {context},\n  "idioms": [\n{lines}\n  ]\n}}\n')
    return 0


if __name__ == "__main__":
    sys.exit(main())
