"""Forms and links of a page, read from its markup as a program would that wants to try everything."""

import html.parser
from dataclasses import dataclass, field

WITHOUT_END = {"input", "br", "img", "link", "meta", "hr", "use"}


@dataclass
class Field:
    name: str
    kind: str
    value: str
    options: list = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    fields: list


class Reader(html.parser.HTMLParser):
    """Gathers the forms of a page in `forms`."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.form, self.field = [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        had = dict(attributes)
        name, value = had.get("name"), had.get("value") or ""
        if tag == "form":
            self.form = Form(had.get("action") or "", (had.get("method") or "get").lower(), [])
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag in ("input", "textarea", "select") and name:
            kind = had.get("type", "text") if tag == "input" else tag
            self.field = Field(name, kind, value)
            self.form.fields.append(self.field)
        elif tag == "option" and self.field:
            self.field.options.append(value)
        elif tag == "button" and name:
            self.form.fields.append(Field(name, "button", value))

    def handle_data(self, data):
        if self.field and self.field.kind == "textarea":
            self.field.value += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        if tag in ("form", "select", "textarea"):
            self.field = None


def forms(text):
    return Reader(text).forms
