"""Whom the firm deals with: organisations, persons, and groups of them."""

from crmcorner.people.models.contact_details import EmailAddress, Phone, PostalAddress
from crmcorner.people.models.contact_group import ContactGroup, Membership
from crmcorner.people.models.main_group import MainGroup
from crmcorner.people.models.organisation import Organisation
from crmcorner.people.models.person import Person

__all__ = [
    "ContactGroup",
    "EmailAddress",
    "MainGroup",
    "Membership",
    "Organisation",
    "Person",
    "Phone",
    "PostalAddress",
]
