"""A report as a section of a page: it stands alone as a page of its own, or beside the others on one."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


@dataclass(frozen=True, slots=True)
class Section:
    """`name`: of its files and its anchor; `lead`: one or two sentences, the answer first; `html`: its inside, headings from h3 on,
    finished and escaped."""

    name: str
    title: str
    lead: str
    html: str


def section_page(sections: Sequence[Section], title: str) -> str:
    """Sections as one self-contained page (HTML, UTF-8): no request leaves it, light and dark after the reader's system."""
    return template("shell.html.jinja").render(sections=sections, title=title, style=_text("shell.css"))


def fragment(name: str, **values: object) -> str:
    """The inside of a section from its template `<name>.html.jinja`."""
    return template(f"{name}.html.jinja").render(**values)


def template(name: str) -> Template:
    """A template of this room; whatever is put into it is escaped, and a name that it lacks is an error."""
    environment = Environment(
        undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True, loader=PackageLoader("asknews_ner", "report")
    )
    return environment.get_template(name)


def as_json(section: Section) -> str:
    """For a file."""
    return json.dumps(asdict(section), ensure_ascii=False) + "\n"


def of_json(text: str) -> Section:
    """Out of a file."""
    return Section(**json.loads(text))


def _text(name: str) -> str:
    return resources.files("asknews_ner.report").joinpath(name).read_text(encoding="utf-8")
