"""Attachments in customer folders, and how they follow their mail (R36, R36a, R38)."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from crmcorner.accounts.models import User
from crmcorner.folders.file_store import read_kept
from crmcorner.folders.models import StoredFile
from crmcorner.folders.permissions import visible_files
from crmcorner.folders.services import files
from crmcorner.mail.models import Message
from crmcorner.mail.services import filing
from crmcorner.people.crm_ids import CrmId, crm_id_of
from tests.builders import a_person, a_user, an_organisation, by
from tests.folders.test_files import a_file
from tests.mail.mails import PDF, a_filed_mail, a_mail, a_source, filed, webfolders_on
from tests.mail.test_pages import HTML

pytestmark = pytest.mark.django_db

SOURCE = a_source(attach={"offerte.pdf": PDF, "..\\..\\con.txt": b"x"})


@pytest.fixture
def michael() -> User:
    """Return Michael, customer folders switched on."""
    webfolders_on()
    return a_user()


def lying(crm_id: CrmId) -> list[str]:
    """Return the names that lie in a customer's folder."""
    return sorted(
        files.folder_of(crm_id).files.filter(deleted_at__isnull=True).values_list("name", flat=True)
    )


def test_attachments_go_to_the_customers_folders(michael: User) -> None:
    """R36: of every organisation and private person concerned, under safe names, with the bytes that came."""
    smit, aunt = an_organisation(michael), a_person(michael)
    jan = a_person(michael, surname="Smit", organisation=smit)
    a_filed_mail(michael, crm_id_of(jan), crm_id_of(aunt), source=SOURCE)
    for customer in (smit, aunt):
        assert lying(crm_id_of(customer)) == ["_con.txt", "offerte.pdf"]
    assert read_kept(StoredFile.objects.filter(name="offerte.pdf")[0].sha256) == PDF


def test_filing_again_adds_nothing(michael: User) -> None:
    """R36: the same mail once more, from the same mailbox or a colleague's, leaves the folder as it is."""
    smit = crm_id_of(an_organisation(michael))
    a_filed_mail(michael, smit, source=SOURCE)
    versions = list(StoredFile.objects.values_list("pk", "version"))
    filed(michael, a_mail(), smit, source=SOURCE)
    filed(a_user("eva"), a_mail(item_id="E"), smit, source=SOURCE)
    assert list(StoredFile.objects.values_list("pk", "version")) == versions


def test_names_are_not_overwritten_and_equal_files_lie_once(michael: User) -> None:
    """R36: another mail's file of the same name gets a number; the same file is there already."""
    smit = crm_id_of(an_organisation(michael))
    a_filed_mail(michael, smit, source=SOURCE)
    other = a_source(attach={"Offerte.pdf": b"nieuw", "kopie.pdf": PDF})
    a_filed_mail(michael, smit, source=other, message_id="<2@x.example>")
    assert lying(smit) == ["Offerte (2).pdf", "_con.txt", "offerte.pdf"]


def test_without_the_module_they_stay_with_the_mail() -> None:
    """R36: no folder is made; the mail's page has them."""
    michael = a_user()
    mail = a_filed_mail(michael, crm_id_of(an_organisation(michael)), source=SOURCE)
    assert not StoredFile.objects.exists()
    assert [part.name for part in mail.attachments.all()] == ["offerte.pdf", "_con.txt"]


def test_inline_images_are_not_listed(michael: User) -> None:
    """R36: what the text shows is no attachment."""
    smit = crm_id_of(an_organisation(michael))
    mail = a_filed_mail(michael, smit, source=HTML)
    assert (lying(smit), mail.attachment_count, mail.attachments.count()) == ([], 0, 1)


def test_they_follow_when_the_mail_is_filed_elsewhere(michael: User) -> None:
    """R36a: out of the one folder, into the other; what another mail or a user put there stays."""
    smit, dekker = (crm_id_of(an_organisation(michael, name)) for name in ("Smit", "Dekker"))
    files.keep_files(actor=by(michael), folder=files.folder_of(smit), files=[a_file("eigen.txt", b"x")])
    mail = a_filed_mail(michael, smit, source=SOURCE)
    assert lying(smit) == ["eigen.txt", "offerte.pdf"]
    filing.file_elsewhere(actor=by(michael), message=mail, crm_ids=[dekker])
    assert (lying(smit), lying(dekker)) == (["eigen.txt"], ["_con.txt", "offerte.pdf"])
    second = a_filed_mail(michael, dekker, source=a_source(attach={"z.pdf": PDF}), message_id="<2@x.example>")
    filing.file_elsewhere(actor=by(michael), message=mail, crm_ids=[smit])
    assert (lying(smit), lying(dekker)) == (["eigen.txt", "offerte.pdf"], ["offerte.pdf"])
    filing.take_out(actor=by(michael), message=second)
    assert lying(dekker) == []


def test_they_go_and_come_back_with_the_mail(michael: User) -> None:
    """R36a: taken out and put back; what a user deleted by himself stays deleted through another filing."""
    smit = crm_id_of(an_organisation(michael))
    mail = a_filed_mail(michael, smit, source=SOURCE)
    filing.take_out(actor=by(michael), message=mail)
    filing.take_out(actor=by(michael), message=mail)
    assert lying(smit) == []
    filing.put_back(actor=by(michael), message=mail)
    filing.put_back(actor=by(michael), message=mail)
    assert lying(smit) == ["_con.txt", "offerte.pdf"]
    files.delete_file(actor=by(michael), file=StoredFile.objects.get(name="_con.txt"))
    filed(
        a_user("eva"), a_mail(item_id="E"), smit, crm_id_of(an_organisation(michael, "Dekker")), source=SOURCE
    )
    assert lying(smit) == ["offerte.pdf"]


def test_a_taken_out_mail_comes_back_when_it_is_marked_again(michael: User) -> None:
    """R34, R36a: marking it in Outlook once more is asking for it."""
    smit = crm_id_of(an_organisation(michael))
    mail = a_filed_mail(michael, smit, source=SOURCE)
    filing.take_out(actor=by(michael), message=mail)
    assert filed(michael, a_mail(), smit, source=SOURCE).state == "filed"
    assert lying(smit) == ["_con.txt", "offerte.pdf"]


def test_files_of_private_mails_are_seen_by_the_mails_owners(michael: User) -> None:
    """R38: as soon and as long as the mail is; another mail that all may see shows the file to all."""
    eva, boss = a_user("eva"), a_user("boss", administrator=True)
    smit = crm_id_of(an_organisation(michael))
    source = a_source(attach={"loon.pdf": PDF})

    def seen() -> list[bool]:
        return [visible_files(each).exists() for each in (michael, eva, boss)]

    a_filed_mail(michael, smit, source=source, private=True)
    assert seen() == [True, False, False]
    filed(eva, a_mail(item_id="E"), smit, source=source)
    assert seen() == [True, True, False]
    filed(michael, a_mail(private=False), smit, source=source)
    assert seen() == [True, True, True]
    filed(michael, a_mail(private=True), smit, source=source)
    assert seen() == [True, True, False]
    filed(boss, a_mail(item_id="B", message_id="<2@x.example>"), smit, source=source)
    assert seen() == [True, True, True]


def test_too_large_an_attachment_leaves_a_clear_message(
    michael: User, client: Client, settings: Settings
) -> None:
    """R36: the mail is filed, the others are kept, the page says what is not and where it still is."""
    settings.FILE_LIMIT = 100
    smit = crm_id_of(an_organisation(michael))
    source = a_source(attach={"groot.pdf": b"x" * 101, "klein.pdf": b"y" * 100})
    mail = a_filed_mail(michael, smit, source=source)
    assert (mail.state, lying(smit)) == ("filed", ["klein.pdf"])
    assert [(part.name, part.size, bool(part.sha256)) for part in mail.attachments.all()] == [
        ("groot.pdf", 101, False),
        ("klein.pdf", 100, True),
    ]
    client.force_login(michael)
    text = client.get(reverse("mail:mail", args=[mail.pk])).content.decode()
    assert "groot.pdf" in text
    assert reverse("mail:attachment", args=[mail.attachments.all()[0].pk]) not in text
    assert client.get(reverse("mail:attachment", args=[mail.attachments.all()[0].pk])).status_code == 404
    assert read_kept(Message.objects.get().source_sha256) == source
