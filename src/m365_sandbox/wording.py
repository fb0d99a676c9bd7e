"""Text for people: English, with facts in it, and its Dutch translation on demand."""

from collections.abc import Callable


class Said(str):
    """A sentence with facts; as a plain string it is English.

        Said("{count} cards were taken.", count=3)

    `template` and `facts` stay known, so that a page can say it in another language.
    """

    __slots__ = ("facts", "template")
    template: str
    facts: dict[str, object]

    def __new__(cls, template: str, /, **facts: object) -> "Said":
        """The sentence with its facts filled in."""
        said = super().__new__(cls, template.format(**facts))
        said.template = template
        said.facts = facts
        return said

    def through(self, gettext: Callable[[str], str]) -> str:
        """The sentence in the language of `gettext`."""
        facts = {
            name: fact.through(gettext) if isinstance(fact, Said) else fact
            for name, fact in self.facts.items()
        }
        return gettext(self.template).format(**facts)
