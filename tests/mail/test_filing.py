"""Mails filed: once, under whom, seen by whom, with what (R32-R38)."""

import hashlib
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from crmcorner.folders.file_store import read_kept
from crmcorner.history.services import journal
from crmcorner.items.mail import MailAddress
from crmcorner.mail.content import keep_content
from crmcorner.mail.lookup import addresses_known, firm_addresses, waiting
from crmcorner.mail.models import Filing, Message, MessageState
from crmcorner.mail.permissions import all_visible_mails, visible_mails
from crmcorner.mail.services import filing
from crmcorner.mail.services.filing import file_mail, refile, refile_waiting
from crmcorner.mail.services.placing import filed_under
from crmcorner.people.contact_mapping import contact_of
from crmcorner.people.crm_ids import crm_id_of
from crmcorner.people.services import persons
from tests.builders import a_person, a_user, an_organisation, by
from tests.mail.mails import PDF, WHEN, a_filed_mail, a_mail, a_source, filed

pytestmark = pytest.mark.django_db


def test_a_mail_is_filed_under_the_person_and_the_firm() -> None:
    """R32: under every matched person and that person's organisation; what the mail says is all there."""
    michael = a_user()
    firm = an_organisation(michael)
    jan = a_person(michael, organisation=firm)
    source = a_source(attach={"offerte.pdf": PDF})
    done = filed(michael, a_mail(cc=("kees@elders.example",)), crm_id_of(jan), source=source)
    assert (done.state, done.created) == ("filed", True)
    message = Message.objects.get()
    assert set(filed_under(message)) == {crm_id_of(jan), crm_id_of(firm)}
    assert (message.subject, message.sender_email, message.sent_at) == ("Offerte", "jan@smit.example", WHEN)
    assert message.body_text == "Beste Michael,\n\nZie bijlage."
    assert message.preview == "Beste Michael, Zie bijlage."
    assert read_kept(message.source_sha256) == source
    assert message.size == len(source)
    roles = list(message.addresses.values_list("role", "key"))
    assert roles == [
        ("from", "jan@smit.example"),
        ("to", "michael@firma.example"),
        ("cc", "kees@elders.example"),
    ]
    attachment = message.attachments.get()
    assert (attachment.name, attachment.size) == ("offerte.pdf", len(PDF))
    assert attachment.sha256 == hashlib.sha256(PDF).hexdigest()
    assert read_kept(attachment.sha256) == PDF
    (line,) = journal.history_of(f"mail:{message.pk}")
    assert line.changes == {"filed_under": [[], [str(jan), str(firm)]]}


def test_filing_again_changes_nothing() -> None:
    """R34: after a run was cut off, the same mail is filed once more without any effect."""
    michael = a_user()
    jan = a_person(michael, organisation=an_organisation(michael))
    first = filed(michael, a_mail(), crm_id_of(jan), source=a_source(attach={"a.pdf": PDF}))
    version = Message.objects.get().version
    again = filed(michael, a_mail(), crm_id_of(jan), source=a_source(attach={"a.pdf": PDF}))
    assert (again.message_pk, again.state, again.created) == (first.message_pk, "filed", False)
    message = Message.objects.get()
    assert (message.version, message.attachments.count(), message.addresses.count()) == (version, 1, 2)
    assert journal.history_of(f"mail:{message.pk}").count() == 1


def test_the_same_mail_from_two_mailboxes_is_one() -> None:
    """R38: a second owner is added and the filings are united; ids count without brackets and blanks."""
    michael, eva = a_user(), a_user("eva")
    smit, dekker = an_organisation(michael), an_organisation(eva, "Dekker")
    filed(michael, a_mail(), crm_id_of(smit))
    done = filed(eva, a_mail(item_id="ZZ", message_id=" offerte-1@smit.example "), crm_id_of(dekker))
    message = Message.objects.get()
    assert (done.message_pk, done.created) == (message.pk, False)
    assert set(message.owners.values_list("user__username", flat=True)) == {"michael", "eva"}
    assert set(filed_under(message)) == {crm_id_of(smit), crm_id_of(dekker)}


@pytest.mark.parametrize(
    "other",
    [
        {"message_id": "<offerte-2@smit.example>"},
        {"sender": "piet@smit.example"},
        {"sent": WHEN + timedelta(days=1)},
    ],
)
def test_another_mail_stays_another(other: dict[str, object]) -> None:
    """R38: programs that give all mails one id do not make them one mail."""
    michael = a_user()
    smit = crm_id_of(an_organisation(michael))
    filed(michael, a_mail(), smit)
    assert filed(michael, a_mail(**other), smit).created
    assert Message.objects.count() == 2


def test_mails_without_an_id_are_told_apart() -> None:
    """R38: by sender, date, subject and recipients; the same one is still the same."""
    michael = a_user()
    smit = crm_id_of(an_organisation(michael))
    assert filed(michael, a_mail(message_id=""), smit).created
    assert not filed(michael, a_mail(message_id="", item_id="other"), smit, source=a_source(text="x")).created
    assert filed(michael, a_mail(message_id="", subject="Anders"), smit).created
    bare = {"message_id": "", "sender": None, "to": (), "subject": "", "sent": None}
    assert filed(michael, a_mail(**bare), smit).created
    assert not filed(michael, a_mail(**bare), smit).created
    assert filed(michael, a_mail(**bare, item_id="AAA2"), smit).created


def test_mail_of_a_private_person_is_its_owners_alone() -> None:
    """R38: not the colleague's and not the administrator's, also when the person joins a firm later."""
    michael, eva, boss = a_user(), a_user("eva"), a_user("boss", administrator=True)
    aunt = a_person(michael)
    message = a_filed_mail(michael, crm_id_of(aunt))
    assert [visible_mails(each).exists() for each in (michael, eva, boss)] == [True, False, False]
    persons.change_person(
        actor=by(eva), person=aunt, contact=contact_of(aunt), organisation=an_organisation(eva), owner=michael
    )
    filed(michael, a_mail(), crm_id_of(aunt))
    assert Message.objects.get().owners_only
    assert set(visible_mails(michael)) == {message}
    assert not visible_mails(eva).exists()


def test_mail_marked_private_is_its_owners_alone() -> None:
    """R38: marked so in Outlook by any of its owners; a colleague who has it too sees it too."""
    michael, eva, boss = a_user(), a_user("eva"), a_user("boss", administrator=True)
    smit = crm_id_of(an_organisation(michael))
    filed(michael, a_mail(), smit)
    assert all(visible_mails(each).exists() for each in (michael, eva, boss))
    filed(michael, a_mail(private=True), smit)
    assert [visible_mails(each).exists() for each in (michael, eva, boss)] == [True, False, False]
    filed(eva, a_mail(item_id="EVA"), smit)
    assert [visible_mails(each).exists() for each in (michael, eva, boss)] == [True, True, False]
    filed(michael, a_mail(private=False), smit)
    assert visible_mails(boss).exists()


def test_who_claims_a_private_mail_does_not_get_it() -> None:
    """R38: the Message-ID of a private mail stands in every answer; bearing it opens nothing."""
    michael, eva = a_user(), a_user("eva")
    smit = crm_id_of(an_organisation(michael))
    filed(michael, a_mail(private=True), smit, source=a_source(text="Geheim"))
    done = filed(eva, a_mail(item_id="E", subject="Gok"), smit, source=a_source(text="Gok"))
    assert done.created
    assert [mail.body_text for mail in all_visible_mails(eva)] == ["Gok"]
    assert not filed(eva, a_mail(item_id="E", subject="Gok"), smit, source=a_source(text="Gok")).created


def test_not_found_waits_and_is_filed_when_the_address_is_known() -> None:
    """R35: it shows to its owner alone, waits with its unknown addresses, and is filed without being marked again."""
    michael, eva = a_user(), a_user("eva")
    done = filed(michael, a_mail(), unknown=("Jan@Smit.example",))
    assert done.state == MessageState.NOT_FOUND
    assert waiting(michael) == [(done.message_pk, ("jan@smit.example",))]
    assert waiting(eva) == []
    assert not all_visible_mails(eva).exists()
    assert refile_waiting(actor=by(michael)) == 0
    jan = a_person(michael, organisation=an_organisation(michael), emails=("JAN@smit.example",))
    assert refile_waiting(actor=by(eva)) == 0
    assert refile_waiting(actor=by(michael)) == 1
    assert waiting(michael) == []
    message = Message.objects.get()
    assert (message.state, Filing.objects.count()) == ("filed", 2)
    assert refile(actor=by(michael), message_pk=message.pk, crm_ids={crm_id_of(jan)}).state == "filed"
    assert visible_mails(eva).exists()


def test_addresses_are_looked_up_in_one_go(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """R33: by any of several addresses, without case, of persons and organisations, those in the bin excepted."""
    michael = a_user()
    firm = an_organisation(michael, emails=("info@bücher.example",))
    jan = a_person(michael, emails=("jan@smit.example", "j.smit@thuis.example"))
    gone = a_person(michael, surname="Weg", emails=("jan@smit.example",))
    persons.delete_person(actor=by(michael), person=gone)
    with django_assert_num_queries(1):
        found = addresses_known(
            ["J.Smit@Thuis.example", "INFO@xn--bcher-kva.example", "jan@smit.example", "x@y.example"]
        )
    assert found == {
        "j.smit@thuis.example": {crm_id_of(jan)},
        "jan@smit.example": {crm_id_of(jan)},
        "info@xn--bcher-kva.example": {crm_id_of(firm)},
    }
    assert firm_addresses() == set()


def test_a_mail_without_source_is_filed_all_the_same() -> None:
    """R36: too large a source is left out; who, when and what about stay."""
    michael = a_user()
    smit = crm_id_of(an_organisation(michael))
    mail = a_mail(sender=MailAddress(email="jan@smit.example", name="Jan Smit"))
    done = file_mail(actor=by(michael), mail=mail, source=None, persons_and_organisations={smit}, unknown=())
    message = Message.objects.get(pk=done.message_pk)
    assert (message.state, message.source_sha256, message.sender_name) == ("filed", "", "Jan Smit")


def test_what_the_mailbox_does_not_tell_the_source_says() -> None:
    """R32: sender, recipients and subject of the MIME stand in where the mailbox gave none."""
    michael = a_user()
    smit = crm_id_of(an_organisation(michael))
    heads = {
        "From": "Jan <jan@smit.example>",
        "To": "m@firma.example",
        "Cc": "els@smit.example",
        "Subject": "Dak",
    }
    message = a_filed_mail(michael, smit, sender=None, to=(), subject="", source=a_source(heads=heads))
    assert (message.subject, message.sender_name) == ("Dak", "Jan")
    roles = list(message.addresses.values_list("role", "key"))
    assert roles == [("from", "jan@smit.example"), ("to", "m@firma.example"), ("cc", "els@smit.example")]


def test_two_runs_at_once_make_one_mail() -> None:
    """R38: whoever comes second at the same moment finds the row that the first one made."""
    content = keep_content(a_source())
    assert filing._make("id:x", a_mail(), content) is not None
    assert filing._make("id:x", a_mail(), content) is None
    assert Message.objects.count() == 1
