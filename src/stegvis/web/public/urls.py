"""Addresses of the public wing."""

from django.urls import path

from stegvis.web.public import joining, pages, reading, signing_in

app_name = "public"
urlpatterns = [
    path("", pages.start, name="start"),
    path("help/", pages.help_now, name="help"),
    path("information/", pages.information, name="information"),
    path("home/", pages.home, name="home"),
    path("join/", joining.self_check, name="join"),
    path("join/contact/", joining.contact, name="contact"),
    path("join/thanks/", joining.thanks, name="thanks"),
    path("join/not-now/", joining.not_now, name="not_now"),
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-in/sent/", signing_in.link_sent, name="link_sent"),
    path("sign-in/link/<str:token>/", signing_in.link, name="link"),
    path("sign-in/code/", signing_in.second_factor, name="second_factor"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("signed-in/", signing_in.keep, name="keep"),
    path("settings/", reading.settings_page, name="settings"),
    path("settings/alerts/", reading.alert_telephone, name="alert_telephone"),
    path("settings/password/", reading.password, name="password"),
]
