"""What people see when something is missing or broken."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import path

from config import urls


def _broken(request):
    message = "broken on purpose"
    raise RuntimeError(message)


class WithBrokenPage:
    urlpatterns = [path("broken/", _broken), *urls.urlpatterns]
    handler400 = urls.handler400
    handler500 = urls.handler500


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_said_in_the_house_style(client):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "There is nothing here." in response.content.decode()


@override_settings(ROOT_URLCONF=WithBrokenPage)
def test_our_fault_is_admitted_with_a_reference_and_without_the_database(client):
    client.raise_request_exception = False
    response = client.get("/broken/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "Something broke on our side." in page
    assert "You have not been signed up or off." in page
    assert "Ref " in page
    assert "broken on purpose" not in page


@pytest.mark.django_db
def test_a_request_that_is_too_long_is_refused_kindly(client):
    client.raise_request_exception = False
    response = client.post("/subscribe/", {"email": "x" * 2_000_000})
    assert response.status_code == 413
    assert "That was too much at once." in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "size"), [("/subscribe/", 1_100_000), ("/admin/login/", 21_000_000)]
)
def test_nobody_can_leave_large_files_here(client, path, size):
    upload = SimpleUploadedFile("x.bin", bytes(size))
    assert client.post(path, {"email": "reader@mail.example", "x": upload}).status_code == 413
    assert client.post(path, {"email": "", "x": "small"}).status_code != 413


@pytest.mark.django_db
def test_a_request_that_is_garbled_is_refused_kindly(client):
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "We cannot read this request." in response.content.decode()


@pytest.mark.django_db
def test_an_address_that_is_only_for_buttons_is_never_a_blank_page(client):
    response = client.post("/privacy/")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert response["Content-Length"] == str(len(response.content))
    assert "This address opens no page by itself." in response.content.decode()


@pytest.mark.django_db
def test_a_program_that_asks_the_wrong_way_gets_no_page(client):
    response = client.get("/anymail/postmark/tracking/")
    assert response.status_code == 405
    assert response.content == b""
