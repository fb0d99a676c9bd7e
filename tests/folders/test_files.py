"""Files of customers: kept once, never overwritten, deleted and restored; who sees them (R36, R38, R71)."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError

from crmcorner.accounts.models import User
from crmcorner.folders import file_store
from crmcorner.folders.models import CustomerFolder, StoredFile
from crmcorner.folders.permissions import may_change_file, visible_files
from crmcorner.folders.root import root_name, shown_path
from crmcorner.folders.services import files
from crmcorner.folders.services.files import NewFile
from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.history.services import journal
from crmcorner.people.crm_ids import crm_id_of
from crmcorner.preferences.models import Setting
from tests.builders import a_person, a_user, an_organisation, by

pytestmark = pytest.mark.django_db


def a_file(name: str = "offerte.pdf", content: bytes = b"inhoud") -> NewFile:
    """Store bytes and return what is to be listed."""
    kept = file_store.keep(content)
    return NewFile(name=name, content_type="application/pdf", sha256=kept.sha256, size=kept.size)


@pytest.fixture
def people() -> tuple[User, User, User]:
    """Return an owner, a colleague and an administrator."""
    return a_user("owner"), a_user("colleague"), a_user("boss", administrator=True)


@pytest.fixture
def folder(people: tuple[User, User, User]) -> CustomerFolder:
    """Return the folder of the owner's customer."""
    return files.folder_of(crm_id_of(an_organisation(people[0])))


def names(folder: CustomerFolder) -> list[str]:
    """Return the names that lie in a folder."""
    return sorted(folder.files.filter(deleted_at__isnull=True).values_list("name", flat=True))


def test_bytes_lie_once_below_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R36: under their digest, whole, readable by us alone; what was half written leaves nothing."""
    first, again = file_store.keep(b"abc"), file_store.keep_chunks([b"a", b"", b"bc"])
    assert first == again
    assert first.sha256 == hashlib.sha256(b"abc").hexdigest()
    path = Path(settings.FILE_STORE) / first.sha256[:2] / first.sha256
    assert path.is_relative_to(settings.DATA)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"abc", 0o600)
    assert file_store.read_kept(first.sha256) == b"abc"
    with monkeypatch.context() as patch:
        patch.setattr(settings, "FILE_STORE", tmp_path)
        with pytest.raises(file_store.FileTooLarge) as caught:
            file_store.keep_chunks([b"xxx", b"yyy"], limit=5)
    assert (caught.value.size, caught.value.limit) == (6, 5)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert file_store.keep(b"12345", limit=5).size == 5
    for wrong in ("", "0" * 64, "../../secret-key", first.sha256.upper()):
        with pytest.raises(file_store.FileMissing):
            file_store.read_kept(wrong)


def test_equal_files_are_listed_once_and_nothing_is_overwritten(
    people: tuple[User, User, User], folder: CustomerFolder
) -> None:
    """R36: equal bytes are one row, other bytes under a taken name get a number."""
    actor = by(people[0])
    first, same = files.keep_files(actor=actor, folder=folder, files=[a_file(), a_file("kopie.pdf")])
    assert first == same
    (other,) = files.keep_files(actor=actor, folder=folder, files=[a_file("OFFERTE.pdf", b"anders")])
    assert names(folder) == ["OFFERTE (2).pdf", "offerte.pdf"]
    assert other.sha256 == hashlib.sha256(b"anders").hexdigest()
    assert file_store.read_kept(first.sha256) == b"inhoud"
    (line,) = journal.history_of(f"file:{first.pk}")
    assert (line.action, line.changes) == ("created", {"name": ["", "offerte.pdf"]})


def test_files_go_to_the_customers_of_the_records(people: tuple[User, User, User]) -> None:
    """R36: a person's to his organisation's folder, once; a private person's to his own; unknown ids to none."""
    owner, *_ = people
    firm = an_organisation(owner)
    jan, els = a_person(owner, organisation=firm), a_person(owner, given_name="Els", organisation=firm)
    aunt = a_person(owner, given_name="Tante", surname="Truus")
    ids = [crm_id_of(each) for each in (jan, els, firm, aunt)] + ["person:999", "x", "organisation:999"]
    (kept,) = files.keep_attachments(actor=by(owner), crm_ids=ids, files=[a_file()])
    assert [crm_id_of(row.folder.customer) for row in kept] == [crm_id_of(firm), crm_id_of(aunt)]
    assert files.keep_attachments(actor=by(owner), crm_ids=ids, files=[]) == []
    assert CustomerFolder.objects.count() == 2


def test_private_files_show_to_their_viewers_alone(
    people: tuple[User, User, User], folder: CustomerFolder
) -> None:
    """R38: neither colleagues nor administrators see or change them; the same bytes kept for all are another row."""
    owner, colleague, boss = people
    (secret,) = files.keep_files(actor=by(owner), folder=folder, files=[a_file()], viewers={owner.pk})
    assert [visible_files(each).exists() for each in people] == [True, False, False]
    assert [may_change_file(by(each), secret) for each in people] == [True, False, False]
    (again,) = files.keep_files(actor=by(colleague), folder=folder, files=[a_file()], viewers={colleague.pk})
    assert again == secret
    assert [visible_files(each).exists() for each in people] == [True, True, False]
    (shown,) = files.keep_files(actor=by(boss), folder=folder, files=[a_file()])
    assert set(visible_files(boss)) == {shown}
    files.set_viewers(files=[secret], viewers=None)
    assert set(visible_files(boss)) == {shown, secret}
    files.set_viewers(files=[shown], viewers={owner.pk})
    assert set(visible_files(boss)) == {secret}


def test_who_may_delete_and_restore(people: tuple[User, User, User], folder: CustomerFolder) -> None:
    """R71: who put it there, the customer's owner and administrators; it comes back under a free name."""
    owner, colleague, boss = people
    stranger = a_user("stranger")
    (file,) = files.keep_files(actor=by(colleague), folder=folder, files=[a_file()])
    assert [may_change_file(by(each), file) for each in (*people, stranger)] == [True, True, True, False]
    for change in (files.delete_file, files.restore_file):
        with pytest.raises(PermissionDenied):
            change(actor=by(stranger), file=file)
    with pytest.raises(PermissionDenied):
        files.rename_file(actor=by(stranger), file=file, name="x")
    files.delete_file(actor=by(colleague), file=file)
    assert (visible_files(owner).exists(), set(visible_files(owner, deleted=True))) == (False, {file})
    files.keep_files(actor=by(owner), folder=folder, files=[a_file(content=b"nieuw")])
    files.restore_file(actor=by(boss), file=file)
    assert names(folder) == ["offerte (2).pdf", "offerte.pdf"]
    files.restore_file(actor=by(boss), file=file)
    assert [line.action for line in journal.history_of(f"file:{file.pk}")] == [
        "restored",
        "deleted",
        "created",
    ]


def test_a_file_is_renamed_safely(people: tuple[User, User, User], folder: CustomerFolder) -> None:
    """R71: to a safe and free name, unless someone else was first; its own name in other letters is free."""
    actor = by(people[0])
    file, _other = files.keep_files(actor=actor, folder=folder, files=[a_file(), a_file("b.pdf", b"b")])
    files.rename_file(actor=actor, file=file, name="..\\Nieuw?.pdf", expected_version=1)
    files.rename_file(actor=actor, file=file, name="NIEUW_.pdf")
    assert StoredFile.objects.get(pk=file.pk).name == "NIEUW_.pdf"
    for wrong in ("B.PDF", "  "):
        with pytest.raises(ValidationError):
            files.rename_file(actor=actor, file=file, name=wrong)
    with pytest.raises(ChangedMeanwhile):
        files.rename_file(actor=actor, file=file, name="c.pdf", expected_version=1)


def test_the_root_is_the_setting(people: tuple[User, User, User], folder: CustomerFolder) -> None:
    """R36: empty means that the module is off; the path shows root and customer, made safe."""
    owner, *_ = people
    assert (root_name(owner), root_name(None)) == ("", "")
    Setting.objects.create(type="CRM_Webfoldername", value="Klanten")
    Setting.objects.create(type="CRM_Webfoldername", value="", user=people[1])
    assert (root_name(owner), root_name(None), root_name(people[1])) == ("Klanten", "Klanten", "")
    assert shown_path("Klanten", folder) == "Klanten/Bakkerij Smit B.V"
