"""HTML that a notebook brought along: made harmless, then set as a report."""

import base64
import mimetypes
import re
import unicodedata
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from lib.base import paths

# What runs, loads, redirects, or swallows the rest of the page.
UNWANTED = (
    "script, noscript, template, iframe, frame, frameset, object, embed, applet, portal, link, meta, base, "
    "title, plaintext, xmp, form, style[scoped]"
)
LOADING = {"src", "srcset", "href", "xlink:href", "poster", "background", "data", "ping"}
LOADING_CSS = re.compile(r"@import[^;]*;?|url\(\s*['\"]?(?!data:|#)[^)]*\)", re.IGNORECASE)
FOLLOWABLE = re.compile(r"https?:|mailto:|[^:]*([/?#]|$)", re.IGNORECASE)
UNDESCRIBED = "No description was given for this figure: show it with notebook.show(figure, alt=..., caption=...)."
NBCONVERTS_OWN_ALT = "No description has been provided for this image"
OWN_IDS = {"main", "in-short", "this-run", "all-code", "lookbook-results"}

# 0.912 ± 0.004, [0.90, 0.92], 93 %, 1.2e-3, 28x28: figures line up on the right. So do the gaps between them.
FIGURE = re.compile(r"(?=\D*\d)[~≈<>≤≥]?[\s\d.,%+\-−–±×x/:()\[\]e]+(ms|s|min|h|kB|MB|GB|pp)?")
GAP = {"", "nan", "na", "<na>", "none", "nat", "–", "—", "-"}


def contained(html: str) -> str:
    """Return a fragment of HTML that runs nothing, loads nothing from outside and closes every tag it opens.

    Pictures beside the notebook are embedded; others give way to a note that says where they are.
    """
    soup = BeautifulSoup(html, "html.parser")
    for text in soup.find_all(string=lambda string: isinstance(string, PreformattedString)):
        text.extract()  # comments and doctypes: browsers and parsers disagree about where they end
    for tag in soup.select(UNWANTED):
        tag.extract()
    for tag in soup.find_all(["html", "head", "body"]):
        tag.unwrap()
    for tag in soup.find_all(True):
        for name in [name for name in tag.attrs if not _harmless(tag, name)]:
            del tag[name]
        if tag.name == "style" and tag.string:
            tag.string = LOADING_CSS.sub("none", tag.string)
        if tag.name == "img" and not str(tag.get("src", "")).startswith("data:"):
            _embed(soup, tag)
    return str(soup)


def _harmless(tag: Tag, name: str) -> bool:
    value = str(tag[name]).strip()
    if name.startswith("on") or (name == "id" and value in OWN_IDS):
        return False
    if name == "style":
        return not LOADING_CSS.search(value)
    if name not in LOADING or value.startswith("#"):
        return True
    if tag.name == "a" and name == "href":
        return bool(FOLLOWABLE.match(value))
    if tag.name == "img" and name == "src":
        return True  # _embed decides
    return value.startswith(("data:image/", "data:video/", "data:audio/"))


def _embed(soup: BeautifulSoup, picture: Tag) -> None:
    source = str(picture.get("src", ""))
    file = _beside(source)
    kind = (mimetypes.guess_type(file.name)[0] or "image/png") if file else ""
    if file and kind.startswith("image/"):
        with suppress(OSError):
            picture["src"] = f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"
            return
    note = soup.new_tag("span", attrs={"class": "left-out"})
    description, address = picture.get("alt") or "no description", source or "no address"
    note.string = f"[picture not in this file: {description}, {address}]"
    picture.replace_with(note)


def _beside(source: str) -> Path | None:
    """Return the file beside the notebooks that an address means: as it is typed, or as addresses write names."""
    typed = source.replace("\\", "/")
    for text in dict.fromkeys([typed, unquote(typed), unquote(re.split("[?#]", typed)[0])]):
        for form in ("NFC", "NFD"):  # a Mac writes ö as o and two dots
            with suppress(OSError, ValueError):  # a name that no system takes
                file = (paths.NOTEBOOKS / unicodedata.normalize(form, text)).resolve()
                if file.is_relative_to(paths.NOTEBOOKS) and file.is_file():
                    return file
    return None


def set_as_report(cells: str) -> dict:
    """Return the parts of a report as HTML strings, "lead" and "body", and its "contents".

    cells: what nbconvert made of the notebook. "lead" is the paragraph below its title; the title itself is
    left out. "contents" is a list of {"level": 2 or 3, "text", "href"}. Figures and tables are numbered,
    headings follow each other in order and can be linked to.
    A picture without a description says so, visibly, and how to give it one.
    """
    soup = BeautifulSoup(cells, "html.parser")
    _describe_pictures(soup)
    tables = [table for table in soup.find_all("table") if not table.find_parent("table")]
    captioned = 0
    for table in tables:
        captioned += _set_table(soup, table, captioned + 1)
    title = soup.find("h1")
    lead = title.find_next_sibling("p") if title else None
    if title:
        title.extract()
    _leave_out_set_up(soup)
    contents = _set_headings(soup)
    return {"lead": str(lead.extract()) if lead else "", "body": str(soup), "contents": contents}


def _describe_pictures(soup: BeautifulSoup) -> None:
    for picture in soup.find_all("img"):
        if str(picture.get("alt") or "").strip() not in ("", NBCONVERTS_OWN_ALT):
            continue
        picture["alt"] = UNDESCRIBED
        caption = picture.find_next_sibling("figcaption")
        if caption and not caption.get_text(strip=True):
            caption.string = UNDESCRIBED
    for number, figure in enumerate(soup.select("figure.plot"), start=1):
        if _is_tall(figure.find("img")):
            _add_class(figure, "tall")
        caption = figure.find("figcaption")
        if caption:
            _number(soup, caption, f"Figure {number}.")


def _is_tall(picture: Tag | None) -> bool:
    """Return whether a PNG is clearly higher than wide: print gives it more room."""
    kind, _, content = str(picture["src"]).partition("base64,") if picture else ("", "", "")
    if kind != "data:image/png;":
        return False
    header = base64.b64decode(content[:32])  # its signature, then width and height, big-endian, from byte 16 on
    return int.from_bytes(header[20:24]) > 1.2 * int.from_bytes(header[16:20])


def _number(soup: BeautifulSoup, caption: Tag, label: str) -> None:
    bold = soup.new_tag("b")
    bold.string = label
    caption.insert(0, bold, " ")


def _set_table(soup: BeautifulSoup, table: Tag, number: int) -> bool:
    """Return whether the table has a caption, and therefore took the number."""
    for tag in [table, *table.select("thead tr")]:
        for name in ("border", "style"):
            del tag[name]
    place = table.find_parent(class_="html")
    caption = table.find("caption")
    if caption is None and place is not None and place["data-caption"]:
        caption = soup.new_tag("caption")
        caption.string = str(place["data-caption"])
        table.insert(0, caption)
    if caption is not None:
        _number(soup, caption, f"Table {number}.")
        rows = table.parent
        absent = rows.find_next_sibling("p", class_="left") if rows else None  # print has it in place of the table
        if absent is not None:
            _number(soup, absent, f"Table {number}.")
    label = f"Table {number}" if caption is not None else "Table"
    # A box of its own to scroll in, by keyboard too, so that a wide table never widens the page.
    box = {"class": "table", "role": "region", "aria-label": label, "tabindex": "0"}
    table.wrap(soup.new_tag("div", attrs=box))
    _align(table)
    return caption is not None


def _align(table: Tag) -> None:
    """Mark the cells of columns that hold figures only. Tables of nine columns and more print smaller."""
    rows = [row.find_all(["td", "th"], recursive=False) for row in table.find_all("tr")]
    body = [row for row in rows if row and row[0].find_parent("tbody")]
    columns = max(map(len, rows), default=0)
    if columns > 8:
        _add_class(table, "many")
    # Counted from the right, columns agree even where an index cell on the left spans several rows.
    for place in range(1, columns + 1):
        texts = [row[-place].get_text().strip() for row in body if len(row) >= place]
        filled = [text for text in texts if text.lower() not in GAP]
        if filled and all(FIGURE.fullmatch(text) for text in filled):
            for row in rows:
                if len(row) >= place and not row[-place].get("colspan"):
                    _add_class(row[-place], "num")


def _add_class(tag: Tag, name: str) -> None:
    tag["class"] = " ".join([*(tag.get("class") or []), name])


def _leave_out_set_up(soup: BeautifulSoup) -> None:
    """Remove the heading of the set-up where nothing but folded code follows: print would show a bare heading."""
    heading = soup.find("h2", string="Set-up")
    if heading is None:
        return
    for text in heading.find_all_next(["h2", "p", "figure", "table", "pre", "img"]):
        if text.find_parent("details", class_="code") is None:
            if text.name == "h2":
                heading.extract()
            return


def _set_headings(soup: BeautifulSoup) -> list[dict]:
    taken = OWN_IDS | {str(tag["id"]) for tag in soup.find_all(id=True)}
    contents = []
    level = 1
    for heading in soup.find_all(re.compile("^h[1-6]$")):
        level = max(2, min(int(heading.name[1]), level + 1))
        heading.name = f"h{level}"
        text = " ".join(heading.get_text().split())
        # JupyterLab's own rule, so that links between sections work in both
        anchor = stem = text.replace(" ", "-")
        copy = 2
        while anchor in taken:
            anchor, copy = f"{stem}-{copy}", copy + 1
        taken.add(anchor)
        heading["id"] = anchor
        if level <= 3 and text:
            contents.append({"level": level, "text": text, "href": "#" + quote(anchor)})
    return contents
