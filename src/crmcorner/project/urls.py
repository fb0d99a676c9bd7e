"""Every page's address."""

from allauth.account import views as sign_in
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("crmcorner.portal.urls")),
    path("people/", include("crmcorner.people.urls")),
    path("planning/", include("crmcorner.planning.urls")),
    path("mail/", include("crmcorner.mail.urls")),
    path("folders/", include("crmcorner.folders.urls")),
    path("firm/", include("crmcorner.accounts.urls")),
    path("settings/", include("crmcorner.preferences.urls")),
    path("outlook/", include("crmcorner.outlook.urls")),
    # Of the sign-in library only what is wanted here: nobody signs up or resets a password by mail by himself.
    path("sign-in/", sign_in.login, name="account_login"),
    path("sign-out/", sign_in.logout, name="account_logout"),
    path("password/", sign_in.password_change, name="account_change_password"),
]
