"""The mailbox's list of categories with their colours (Graph: outlookCategory)."""

from m365_sandbox.store.database import Database
from m365_sandbox.store.ids import Ids
from m365_sandbox.store.records import Category, NotFoundError

COLORS = ("none", *(f"preset{n}" for n in range(25)))


class CategoryExistsError(ValueError):
    """There is a category of that name already."""


class Categories:
    """Reads and writes the list; names are unique in a mailbox and never change."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    def all(self, mailbox: int) -> list[Category]:
        """The list in the order of its making."""
        rows = self._database.rows("SELECT * FROM categories WHERE mailbox = ? ORDER BY n", mailbox)
        return [Category(row["id"], row["name"], row["color"]) for row in rows]

    def get(self, mailbox: int, category_id: str) -> Category:
        """One entry by its id.

        Raises:
            NotFoundError: when there is none.
        """
        found = [each for each in self.all(mailbox) if each.id == category_id.lower()]
        if not found:
            raise NotFoundError("The specified object was not found in the store.")
        return found[0]

    def add(self, mailbox: int, name: str, color: str = "none", *, case_matters: bool = False) -> Category:
        """A new entry.

        Raises:
            CategoryExistsError: when the name is taken; unless `case_matters`, `Blue` and `blue` are one name.
        """
        with self._database.transaction():
            for each in self.all(mailbox):
                if each.name == name or (not case_matters and each.name.casefold() == name.casefold()):
                    raise CategoryExistsError(f"A category named {each.name} exists already.")
            category = Category(self._ids.guid(), name, color)
            self._database.write(
                "INSERT INTO categories (mailbox, id, name, color) VALUES (?, ?, ?, ?)",
                mailbox,
                category.id,
                name,
                color,
            )
        return category

    def recolor(self, mailbox: int, category_id: str, color: str) -> Category:
        """Change an entry's colour."""
        category = self.get(mailbox, category_id)
        with self._database.transaction():
            self._database.write("UPDATE categories SET color = ? WHERE id = ?", color, category.id)
        return self.get(mailbox, category_id)

    def remove(self, mailbox: int, category_id: str) -> None:
        """Take an entry off the list; items keep the name."""
        category = self.get(mailbox, category_id)
        with self._database.transaction():
            self._database.write("DELETE FROM categories WHERE id = ?", category.id)
