"""Persons and organisations, written one by one and in sets."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from pytest_django import DjangoAssertNumQueries

from crmcorner.history.errors import ChangedMeanwhile
from crmcorner.history.models import HistoryLine
from crmcorner.history.services import journal
from crmcorner.items.postal_address import PostalAddress
from crmcorner.items.records import Contact, with_fields
from crmcorner.people.contact_mapping import contact_of, load
from crmcorner.people.crm_ids import crm_id_of
from crmcorner.people.lookup import scope_of, whole_scope
from crmcorner.people.models import Organisation, Person
from crmcorner.people.services import groups, organisations, persons
from crmcorner.people.services.contacts import ContactWrite, save_contacts
from tests.builders import a_group, a_person, a_user, an_organisation, by

pytestmark = pytest.mark.django_db

FULL = Contact(
    title="drs.",
    initials="J.P.",
    given_name="Jan",
    middle_name="Pieter",
    name_prefix="van der",
    surname="Berg",
    suffix="jr.",
    nickname="JP",
    company="Smit B.V.",
    department="Inkoop",
    job_title="inkoper",
    profession="econoom",
    emails=("jan@smit.example", "jp@thuis.example"),
    work_phones=("+31235423445",),
    home_phones=("+31235423446",),
    mobile_phones=("+31612345678",),
    other_phones=("+31235423447",),
    work_faxes=("+31235423448",),
    home_faxes=("+31235423449",),
    work_address=PostalAddress(
        street="Spiegelstraat",
        house_number="3",
        addition="bis",
        postal_code="2011 BN",
        city="Haarlem",
        country="NL",
    ),
    home_address=PostalAddress(
        street="Kade", house_number="1", postal_code="1011 AB", city="Amsterdam", country="NL"
    ),
    website="https://smit.example",
    birthday=date(1980, 3, 21),
    note="Betaalt stipt.\nTweede regel.",
)


def test_everything_of_a_contact_is_kept() -> None:
    """R19: a person of the CRM holds every field of a contact."""
    (saved,) = save_contacts(actor=by(a_user()), writes=[ContactWrite(contact=FULL)])
    assert saved is not None
    assert contact_of(saved.row) == FULL
    assert saved.contact == FULL


def test_company_is_matched_by_name_or_made_without_an_owner() -> None:
    """R44: legal form and punctuation do not count; a new organisation comes into nobody's Outlook by itself."""
    michael = a_user()
    known = an_organisation(michael, "Smit BV")
    new = Contact(given_name="Piet", surname="Post", company="Post & Zn.")
    first, second = save_contacts(
        actor=by(michael), writes=[ContactWrite(contact=FULL), ContactWrite(contact=new)]
    )
    assert first is not None
    assert second is not None
    assert Person.objects.get(pk=first.row.pk).organisation == known
    assert first.contact.company == "Smit BV"
    made = Organisation.objects.get(name="Post & Zn.")
    assert made.owner is None
    assert first.row.owner == michael


def test_number_of_statements_does_not_grow(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    """Sets: making, changing and reading two hundred records takes as many statements as two."""
    actor = by(a_user())
    many = [Contact(given_name=f"P{n}", surname="X", emails=(f"p{n}@x.example",)) for n in range(200)]
    with django_assert_max_num_queries(12):
        saved = save_contacts(actor=actor, writes=[ContactWrite(contact=each) for each in many])
    ids = [each.crm_id for each in saved if each]
    with django_assert_max_num_queries(16):
        save_contacts(
            actor=actor,
            writes=[
                ContactWrite(
                    crm_id=crm_id, contact=Contact(job_title="chef"), fields=frozenset({"job_title"})
                )
                for crm_id in ids
            ],
        )
    with django_assert_max_num_queries(6):
        loaded = load(ids)
    assert {each.contact.job_title for each in loaded.values()} == {"chef"}
    assert {len(each.contact.emails) for each in loaded.values()} == {1}


def test_unchanged_save_writes_nothing() -> None:
    """R75: saving what is already there leaves no history line and no new version."""
    michael = a_user()
    person = a_person(michael, emails=("jan@x.example",))
    before = HistoryLine.objects.count()
    persons.change_person(
        actor=by(michael), person=person, contact=contact_of(person), organisation=None, owner=michael
    )
    assert HistoryLine.objects.count() == before
    assert Person.objects.get(pk=person.pk).version == person.version


def test_write_over_a_newer_version_is_refused() -> None:
    """R17: what someone else stored meanwhile is not overwritten."""
    michael = a_user()
    person = a_person(michael)
    persons.change_person(
        actor=by(michael), person=person, contact=Contact(surname="Eerst"), organisation=None, owner=michael
    )
    with pytest.raises(ChangedMeanwhile):
        persons.change_person(
            actor=by(michael),
            person=person,
            contact=Contact(surname="Dan"),
            organisation=None,
            owner=michael,
            expected_version=1,
        )
    assert contact_of(person).surname == "Eerst"


def test_history_names_fields_with_old_and_new_value() -> None:
    """R75: the history says who changed what from what to what."""
    michael = a_user()
    person = a_person(michael, mobile_phones=("+31612345678",))
    persons.change_person(
        actor=by(michael),
        person=person,
        contact=Contact(given_name="Jan", surname="Jansen", job_title="chef"),
        organisation=None,
        owner=michael,
    )
    line = journal.history_of(crm_id_of(person))[0]
    assert line.changes == {"job_title": ["", "chef"], "mobile_phones": [["+31612345678"], []]}
    assert line.user == michael


def test_nameless_person_is_refused() -> None:
    """R71: a person needs a name."""
    with pytest.raises(ValidationError) as refused:
        a_person(a_user(), given_name="", surname="")
    assert "surname" in refused.value.message_dict


def test_only_owner_and_administrator_delete() -> None:
    """R73: everyone edits, only the owner and administrators delete and restore."""
    owner, colleague, boss = a_user("owner"), a_user("colleague"), a_user("boss", administrator=True)
    person, firm = a_person(owner), an_organisation(owner)
    with pytest.raises(PermissionDenied):
        persons.delete_person(actor=by(colleague), person=person)
    with pytest.raises(PermissionDenied):
        organisations.delete_organisation(actor=by(colleague), organisation=firm)
    persons.delete_person(actor=by(owner), person=person)
    persons.restore_person(actor=by(boss), person=person)
    assert Person.objects.get(pk=person.pk).deleted_at is None


def test_scope_is_what_he_owns_and_the_members_of_his_outlook_groups() -> None:
    """R40: owned records, and members of groups of main group Outlook that he owns; deleted ones never."""
    michael, sanne = a_user("michael"), a_user("sanne")
    own, hers, binned = a_person(michael), a_person(sanne, surname="B"), a_person(michael, surname="C")
    firm = an_organisation(sanne)
    persons.delete_person(actor=by(michael), person=binned)
    outlook, plain = a_group(michael, "A", syncs=True), a_group(michael, "B")
    groups.add_members(actor=by(michael), group=outlook, crm_ids=[crm_id_of(firm)])
    groups.add_members(actor=by(michael), group=plain, crm_ids=[crm_id_of(hers)])
    expected = {crm_id_of(own), crm_id_of(firm)}
    assert whole_scope(michael) == expected
    everybody = load([crm_id_of(each) for each in (own, hers, binned, firm)])
    assert set(scope_of(michael, everybody.values())) == expected
    groups.delete_group(actor=by(michael), group=outlook)
    assert whole_scope(michael) == {crm_id_of(own)}


def test_a_firm_and_its_people_written_together_make_one_firm() -> None:
    """R44: an organisation of the same call is found too, wherever it stands in it; a second person finds it."""
    michael = a_user()
    contacts = [
        Contact(given_name="Jan", surname="Jansen", company="De Molen BV"),
        Contact(company="Molen B.V.", website="https://molen.example"),
        Contact(given_name="Piet", surname="Post", company="de molen"),
    ]
    saved = save_contacts(actor=by(michael), writes=[ContactWrite(contact=each) for each in contacts])
    firm = Organisation.objects.get()
    assert (firm.name, firm.owner) == ("Molen B.V.", michael)
    assert {person.organisation for person in Person.objects.all()} == {firm}
    assert [each.contact.company for each in saved if each] == ["Molen B.V."] * 3


def test_company_is_matched_by_mail_domain_but_not_by_a_providers() -> None:
    """R44: the mail domain tells the firm if it is one firm's own; gmail.com tells nothing."""
    michael = a_user()
    smit = an_organisation(michael, "Smit", emails=("info@smit.example",))
    an_organisation(michael, "Bakker", emails=("bakker@gmail.com",))
    for name in ("Een", "Twee"):
        an_organisation(michael, name, emails=("info@gedeeld.example",))
    contacts = [
        Contact(surname="A", company="Firma Smit en Co", emails=("a@smit.example",)),
        Contact(surname="B", company="Anders", emails=("b@gmail.com",)),
        Contact(surname="C", company="Gedeeld", emails=("c@gedeeld.example",)),
    ]
    saved = save_contacts(actor=by(michael), writes=[ContactWrite(contact=each) for each in contacts])
    assert [each.contact.company for each in saved if each] == ["Smit", "Anders", "Gedeeld"]
    assert smit.persons.count() == 1


def test_another_company_moves_a_person_and_none_makes_him_private() -> None:
    """R44: the company's name in Outlook decides; emptied means a private person."""
    michael = a_user()
    person = a_person(michael, organisation=an_organisation(michael))
    crm_id, company = crm_id_of(person), frozenset({"company"})
    for name, expected in (("Post & Zn.", "Post & Zn."), ("post en zn", "Post & Zn."), ("", None)):
        write = ContactWrite(crm_id=crm_id, contact=Contact(company=name), fields=company)
        (saved,) = save_contacts(actor=by(michael), writes=[write])
        assert saved is not None
        found = Person.objects.get(pk=person.pk).organisation
        assert (found.name if found else None) == expected
        assert saved.contact.company == (expected or "")
        assert saved.changed == (name != "post en zn")
    assert Organisation.objects.count() == 2


def test_each_write_answers_for_itself() -> None:
    """R16, R17: what changed meanwhile, is gone, or comes twice in one call does not stop the others."""
    michael = a_user()
    first, second = a_person(michael), a_person(michael, surname="Bakker")
    job, fields = Contact(job_title="chef"), frozenset({"job_title"})
    ids = (crm_id_of(first), crm_id_of(second), "person:999", crm_id_of(first), "what")
    versions = (1, 7, 1, 1, None)
    writes = [
        ContactWrite(crm_id=crm_id, version=version, contact=job, fields=fields)
        for crm_id, version in zip(ids, versions, strict=True)
    ]
    saved = save_contacts(actor=by(michael), writes=writes)
    assert [each is not None for each in saved] == [True, False, False, False, False]
    assert [(p.job_title, p.version) for p in Person.objects.order_by("pk")] == [("chef", 2), ("", 1)]


def test_only_given_fields_are_written() -> None:
    """R19: what the write does not name stays as it is; an organisation has no personal fields."""
    michael = a_user()
    (saved,) = save_contacts(actor=by(michael), writes=[ContactWrite(contact=FULL)])
    assert saved is not None
    change = Contact(mobile_phones=("+31687654321",), work_address=None)
    write = ContactWrite(
        crm_id=saved.crm_id, contact=change, fields=frozenset({"mobile_phones", "work_address"})
    )
    save_contacts(actor=by(michael), writes=[write])
    expected = replace(FULL, mobile_phones=("+31687654321",), work_address=None)
    assert contact_of(saved.row) == expected
    firm = an_organisation(michael, "Post", birthday=date(2000, 1, 1), home_phones=("+31235423446",))
    assert contact_of(firm) == Contact(company="Post")


def test_what_does_not_fit_is_refused_before_anything_is_stored() -> None:
    """R16: too long a text is told by field, on every database, and leaves nothing half done."""
    michael = a_user()
    person = a_person(michael)
    too_long: tuple[tuple[str, Any], ...] = (
        ("surname", "x" * 256),
        ("emails", ("x" * 250 + "@x.example",)),
        ("work_phones", ("+" + "1" * 64,)),
    )
    for field, value in too_long:
        write = ContactWrite(
            crm_id=crm_id_of(person),
            contact=with_fields(Contact(), {field: value}),
            fields=frozenset({field}),
        )
        with pytest.raises(ValidationError) as refused:
            save_contacts(actor=by(michael), writes=[ContactWrite(contact=FULL), write])
        assert set(refused.value.message_dict) == {field}
    assert Person.objects.get() == person


def test_versions_rise_with_every_write() -> None:
    """R17: deleting and restoring raise the version from what is stored, not from what the page once saw."""
    michael = a_user()
    person = a_person(michael)
    stale = Person.objects.get(pk=person.pk)
    persons.change_person(
        actor=by(michael), person=person, contact=Contact(surname="Nieuw"), organisation=None, owner=michael
    )
    persons.delete_person(actor=by(michael), person=stale)
    assert Person.objects.get(pk=person.pk).version == 3
    before = HistoryLine.objects.count()
    persons.delete_person(actor=by(michael), person=stale)
    assert HistoryLine.objects.count() == before
    persons.restore_person(actor=by(michael), person=stale)
    found = Person.objects.get(pk=person.pk)
    assert (found.version, found.surname, found.deleted_at) == (4, "Nieuw", None)


def test_a_record_without_owner_is_anyones_to_delete() -> None:
    """R73: where nobody owns it, anyone may put it in the bin and take it out; a change of owner is kept."""
    colleague, michael = a_user("colleague"), a_user("michael")
    firm = an_organisation(None)
    organisations.delete_organisation(actor=by(colleague), organisation=firm)
    organisations.restore_organisation(actor=by(colleague), organisation=firm)
    organisations.change_organisation(
        actor=by(colleague), organisation=firm, contact=contact_of(firm), owner=michael, expected_version=3
    )
    line = journal.history_of(crm_id_of(firm))[0]
    assert line.changes == {"owner": ["", "Michael"]}
    with pytest.raises(PermissionDenied):
        organisations.delete_organisation(actor=by(colleague), organisation=firm)
    with pytest.raises(ChangedMeanwhile):
        organisations.change_organisation(
            actor=by(colleague), organisation=firm, contact=contact_of(firm), owner=None, expected_version=3
        )
    with pytest.raises(ValidationError):
        an_organisation(michael, "")


def test_persons_of_a_deleted_organisation_stay() -> None:
    """R42: the firm goes to the bin, its people keep what they have."""
    michael = a_user()
    firm = an_organisation(michael)
    person = a_person(michael, organisation=firm)
    organisations.delete_organisation(actor=by(michael), organisation=firm)
    assert contact_of(person).company == "Bakkerij Smit B.V."
    assert whole_scope(michael) == {crm_id_of(person)}


def test_names_in_any_script_survive() -> None:
    """R47: prefix, accents, right-to-left and emoji come back as they went in."""
    michael = a_user()
    names: tuple[dict[str, Any], ...] = (
        {"given_name": "Zoë", "name_prefix": "van 't", "surname": "Élan"},
        {"given_name": "שרה", "surname": "כהן", "name_prefix": ""},
        {"given_name": "🙂", "surname": "🎉🎉", "nickname": "👩‍👩‍👧"},
    )
    for values in names:
        person = a_person(michael, **values)
        assert contact_of(person) == with_fields(Contact(), values)
