"""Conversations, and what mails are told apart by (R37, R38)."""

from datetime import timedelta

import pytest

from crmcorner.mail.message_key import base_subject, thread_key_of_id
from crmcorner.mail.models import Message
from crmcorner.mail.search import find_mails, newest_of_threads, thread_of
from crmcorner.people.crm_ids import crm_id_of
from tests.builders import a_user, an_organisation
from tests.mail.mails import WHEN, a_filed_mail, a_source


@pytest.mark.parametrize(
    ("subject", "base", "is_reply"),
    [
        ("Offerte dakgoot", "offertedakgoot", False),
        ("RE: Offerte dakgoot", "offertedakgoot", True),
        ("Re[2]: AW: Antw: FW: Fwd: Offerte, dakgoot!", "offertedakgoot", True),
        ("[EXTERN] Re: Offerte dakgoot", "offertedakgoot", True),
        ("Betreft: offerte", "betreftofferte", False),
        ("Re:", "", True),
        ("", "", False),
    ],
)
def test_subjects_are_compared_without_what_replies_add(subject: str, base: str, is_reply: bool) -> None:
    """R37: in Dutch, English, German and the like, and what gateways put before."""
    assert base_subject(subject) == (base, is_reply)


def test_a_long_id_gives_a_key_that_fits() -> None:
    """R37: ids of five hundred letters exist."""
    assert thread_key_of_id("<1@x.example>") == "id:1@x.example"
    assert len(thread_key_of_id("x" * 480)) < 255
    assert thread_key_of_id("x" * 480) != thread_key_of_id("x" * 479)


class Conversation:
    """Mails filed one after the other."""

    def __init__(self) -> None:
        self.user = a_user()
        self.firm = crm_id_of(an_organisation(self.user))
        self.count = 0

    def mail(self, number: int, subject: str = "Offerte dakgoot", **heads: str) -> Message:
        """File the mail of this number; ``heads`` go into its source, ``sender`` apart."""
        self.count += 1
        sender = heads.pop("sender", "jan@smit.example")
        return a_filed_mail(
            self.user,
            self.firm,
            item_id=f"item{number}",
            message_id=f"<{number}@x.example>",
            subject=subject,
            sender=sender,
            to=("michael@firma.example",),
            sent=WHEN + timedelta(minutes=number),
            source=a_source(heads={name.replace("_", "-"): text for name, text in heads.items()}),
        )


@pytest.fixture
def conversation(db: None) -> Conversation:
    """Return an empty conversation."""
    return Conversation()


def test_answers_belong_to_what_they_answer(conversation: Conversation) -> None:
    """R37: by References or In-Reply-To, in whatever order they are filed."""
    last = conversation.mail(3, "Heel anders", References="<1@x.example> <2@x.example>")
    first = conversation.mail(1)
    middle = conversation.mail(2, "Re: iets", In_Reply_To="<1@x.example>")
    other = conversation.mail(4)
    assert len({each.thread_key for each in (first, middle, last)}) == 1
    assert other.thread_key != first.thread_key
    assert list(thread_of(conversation.user, middle)) == [first, middle, last]
    found = newest_of_threads(find_mails(conversation.user)).order_by("pk")
    assert {(each.pk, each.thread_count) for each in found} == {(last.pk, 3), (other.pk, 1)}  # type: ignore[attr-defined]


def test_a_chain_goes_on_through_a_mail_that_is_here(conversation: Conversation) -> None:
    """R37: an answer that names only the mail before it belongs to that one's whole conversation."""
    first = conversation.mail(1)
    second = conversation.mail(2, "x", In_Reply_To="<1@x.example>")
    third = conversation.mail(3, "y", In_Reply_To="<2@x.example>")
    assert {second.thread_key, third.thread_key} == {first.thread_key}


def test_without_ids_the_subject_and_the_people_tell(conversation: Conversation) -> None:
    """R37: a reply of the same subject between the same people; not a new mail, not another customer's, not "Hoi"."""
    first = conversation.mail(1)
    assert conversation.mail(2, "RE: Offerte dakgoot").thread_key == first.thread_key
    assert conversation.mail(3, "Offerte dakgoot").thread_key != first.thread_key
    assert (
        conversation.mail(4, "Re: Offerte dakgoot", sender="x@elders.example").thread_key != first.thread_key
    )
    greeting = conversation.mail(5, "Hoi")
    assert conversation.mail(6, "Re: Hoi").thread_key != greeting.thread_key


def test_private_mails_of_a_conversation_stay_private(conversation: Conversation) -> None:
    """R38: a colleague sees the conversation without them, and no number that counts them."""
    conversation.mail(1)
    secret = conversation.mail(2, In_Reply_To="<1@x.example>")
    Message.objects.filter(pk=secret.pk).update(owners_only=True)
    eva = a_user("eva")
    (seen,) = newest_of_threads(find_mails(eva))
    assert (seen.subject, seen.thread_count) == ("Offerte dakgoot", 1)  # type: ignore[attr-defined]
    assert len(thread_of(eva, seen)) == 1
    assert len(thread_of(conversation.user, seen)) == 2
