"""Text cells, sentences and formulas as HTML: formulas are set without a script, pasted pictures are put in."""

import html
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from urllib.parse import quote, unquote

from bs4 import BeautifulSoup

BODY = r"(?:[^$\\]|\\.)+?"
# Between two dollars is a formula where neither stands at a word's edge alone, as prices do: "from $5 to $20".
FORMULA = rf"(?s:(?<![$\\])\$(?P<math_inline_tex>(?!\s){BODY}(?<!\s)|(?=\s){BODY}(?<=\s))\$(?![\d$]))"
NUMBERED = {"equation", "align", "gather", "multline", "eqnarray", "alignat", "flalign"}  # JupyterLab numbers none
PREFERRED = ("image/svg+xml", "image/png", "image/jpeg")


def prose(source: str, attachments: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Return Markdown as HTML, its formulas as MathML. It is not yet safe: see `lib.report.markup.contained`.

    attachments: pictures pasted into the cell, by name. One that is not there keeps its address, `attachment:NAME`.
    """
    pasted = attachments or {}
    for name in pasted:  # a space or a bracket would end the address
        source = source.replace(f"](attachment:{name})", f"](attachment:{quote(name)})")
    made = _markdown()(source)
    return _with_attachments(made, pasted) if "attachment:" in made else made


def mathml(latex: str, block: bool = False) -> str:
    """Return a formula as MathML, or as code where it has no such form."""
    from latex2mathml.converter import convert

    try:
        found = convert(latex, display="block" if block else "inline")
    except Exception:  # latex2mathml raises a kind for every slip, and others inside deep nests
        found = "<mi>\\"
    if "<mi>\\" in found:  # a command that it does not know
        return f'<code class="formula">{html.escape(latex)}</code>'
    told = html.escape(latex.strip())
    return found.replace('xmlns="http://www.w3.org/1998/Math/MathML"', f'alttext="{told}"', 1)


@cache
def _markdown():
    from nbconvert.filters import markdown_mistune as nbconvert

    class Inline(nbconvert.MathInlineParser):
        SPECIFICATION = nbconvert.MathInlineParser.SPECIFICATION | {"inline_math_tex": FORMULA}

    class Renderer(nbconvert.IPythonRenderer):
        def inline_math(self, body: str) -> str:
            return mathml(body)

        def block_math(self, body: str) -> str:
            return mathml(body, block=True)

        def latex_environment(self, name: str, body: str) -> str:
            named = f"{name}*" if name in NUMBERED and r"\tag" not in body else name
            return mathml(rf"\begin{{{named}}}{body}\end{{{named}}}", block=True)

        def image(self, text: str, url: str, title: str | None = None) -> str:
            # Not nbconvert's own, which knows an attachment by one spelling and fails without it: see below.
            return super(nbconvert.IPythonRenderer, self).image(text, url, title)

    renderer = Renderer(escape=False, exclude_anchor_links=True)
    return nbconvert.MarkdownWithMath(renderer=renderer, inline=Inline(hard_wrap=False)).render


def _with_attachments(made: str, pasted: Mapping[str, Mapping[str, str]]) -> str:
    usable = {name: data for name, data in pasted.items() if isinstance(data, Mapping) and data}
    known = {_composed(unquote(name)): data for name, data in usable.items()}
    known |= {_composed(name): data for name, data in usable.items()}
    soup = BeautifulSoup(made, "html.parser")
    for picture in soup.find_all("img", src=re.compile("^attachment:")):
        name = str(picture["src"]).removeprefix("attachment:")
        data = known.get(_composed(unquote(name))) or known.get(_composed(name))  # an address writes ö as %C3%B6
        if data:
            kind = next(kind for kind in (*PREFERRED, *data) if kind in data)
            picture["src"] = f"data:{kind};base64,{''.join(str(data[kind]).split())}"
    return str(soup)


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)  # a Mac writes ö as o and two dots
