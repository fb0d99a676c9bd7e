"""The page of a customer's folder (R36, R71)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from crmcorner.accounts.models import User
from crmcorner.folders.models import StoredFile
from crmcorner.folders.services import files
from crmcorner.people.crm_ids import crm_id_of
from crmcorner.people.models import Organisation
from tests.builders import a_person, a_user, an_organisation, by
from tests.folders.test_files import a_file
from tests.mail.mails import webfolders_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> User:
    """Sign the customer's owner in, customer folders switched on."""
    webfolders_on()
    user = a_user("owner")
    client.force_login(user)
    return user


@pytest.fixture
def firm(owner: User) -> Organisation:
    """Return a customer."""
    return an_organisation(owner)


def test_a_file_is_added_listed_saved_deleted_and_restored(client: Client, firm: Organisation) -> None:
    """R71: the whole life of a file; it is saved as a file and never shown by the browser."""
    url = reverse("folders:customer", args=[crm_id_of(firm)])
    upload = SimpleUploadedFile("pagina.html", b"<script>alert(1)</script>", "text/html")
    assert (
        client.post(reverse("folders:file-add", args=[crm_id_of(firm)]), {"file": upload}).status_code == 302
    )
    page = client.get(url).content.decode()
    assert "Klanten/Bakkerij Smit B.V" in page
    assert "pagina.html" in page
    file = StoredFile.objects.get()
    saved = client.get(reverse("folders:file", args=[file.pk]))
    assert b"".join(saved.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    assert saved.headers["Content-Disposition"].startswith('attachment; filename="pagina.html"')
    assert saved.headers["Content-Type"] == "application/octet-stream"
    assert saved.headers["X-Content-Type-Options"] == "nosniff"
    client.post(reverse("folders:file-rename", args=[file.pk]), {"name": "nieuw.html"})
    assert "nieuw.html" in client.get(url, {"q": "NIEUW html"}).content.decode()
    assert "nieuw.html" not in client.get(url, {"q": "anders"}).content.decode()
    client.post(reverse("folders:file-delete", args=[file.pk]))
    client.get(url)  # the message of it, which names the file
    assert "nieuw.html" not in client.get(url).content.decode()
    assert "nieuw.html" in client.get(url, {"show": "bin"}).content.decode()
    client.post(reverse("folders:file-restore", args=[file.pk]))
    assert StoredFile.objects.get().deleted_at is None


def test_a_name_beyond_ascii_arrives(client: Client, owner: User, firm: Organisation) -> None:
    """R36: the saved file is called as in the CRM, quotes and line ends do not get into the header."""
    (file,) = files.keep_files(
        actor=by(owner), folder=files.folder_of(crm_id_of(firm)), files=[a_file('Börse \r\n"x" €.pdf')]
    )
    answer = client.get(reverse("folders:file", args=[file.pk]))
    answer.close()
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"B_rse _x_ _.pdf\"; filename*=UTF-8''B%C3%B6rse%20_x_%20%E2%82%AC.pdf"
    )


def test_too_large_a_file_is_refused_by_name(client: Client, firm: Organisation, settings: Settings) -> None:
    """R36: the message names the file and the limit; the others are kept."""
    settings.FILE_LIMIT = 10
    large, small = SimpleUploadedFile("groot.bin", b"x" * 11), SimpleUploadedFile("klein.bin", b"x" * 10)
    answer = client.post(
        reverse("folders:file-add", args=[crm_id_of(firm)]), {"file": [large, small]}, follow=True
    )
    assert "groot.bin" in answer.content.decode()
    assert list(StoredFile.objects.values_list("name", flat=True)) == ["klein.bin"]


def test_a_strangers_view(client: Client, owner: User, firm: Organisation) -> None:
    """R38, R73: others see files but do not change them; private ones do not exist for them, boss included."""
    folder = files.folder_of(crm_id_of(firm))
    (public,) = files.keep_files(actor=by(owner), folder=folder, files=[a_file()])
    (secret,) = files.keep_files(
        actor=by(owner), folder=folder, files=[a_file("geheim.pdf", b"g")], viewers={owner.pk}
    )
    for user, status in ((a_user("stranger"), 403), (a_user("boss", administrator=True), 302)):
        client.force_login(user)
        page = client.get(reverse("folders:customer", args=[crm_id_of(firm)])).content.decode()
        panel = client.get(reverse("folders:panel", args=[crm_id_of(firm)])).content.decode()
        assert [("offerte.pdf" in text, "geheim.pdf" in text) for text in (page, panel)] == [
            (True, False)
        ] * 2
        assert client.get(reverse("folders:file", args=[secret.pk])).status_code == 404
        for action in ("rename", "delete", "restore"):
            assert client.post(reverse(f"folders:file-{action}", args=[secret.pk])).status_code == 404
        assert client.post(reverse("folders:file-delete", args=[public.pk])).status_code == status
    client.logout()
    assert client.get(reverse("folders:file", args=[public.pk])).status_code == 302


def test_only_customers_have_folders(client: Client, owner: User, firm: Organisation) -> None:
    """R36: organisations and private persons; looking makes none."""
    aunt, jan = a_person(owner), a_person(owner, organisation=firm)
    for crm_id, status in ((crm_id_of(aunt), 200), (crm_id_of(jan), 404), ("person:9", 404), ("x", 404)):
        for name in ("folders:customer", "folders:panel"):
            assert client.get(reverse(name, args=[crm_id])).status_code == status
    assert not firm.__class__.objects.filter(customer_folder__isnull=False).exists()


def test_without_a_root_there_are_no_folders(client: Client) -> None:
    """R36: with the module off neither page nor file is to be had, and the panel is empty."""
    user = a_user("owner")
    client.force_login(user)
    crm_id = crm_id_of(an_organisation(user))
    (file,) = files.keep_files(actor=by(user), folder=files.folder_of(crm_id), files=[a_file()])
    assert client.get(reverse("folders:panel", args=[crm_id])).content == b""
    assert client.get(reverse("folders:customer", args=[crm_id])).status_code == 404
    assert client.post(reverse("folders:file-add", args=[crm_id])).status_code == 404
    assert client.get(reverse("folders:file", args=[file.pk])).status_code == 404
