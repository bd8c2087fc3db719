"""Addresses of the administrator's wing, under admin-console/."""

from django.urls import path

from stegvis.web.administrator import handing_over, lists, record, releases, sites, staff, state

app_name = "administrator"
urlpatterns = [
    path("", state.state, name="state"),
    path("staff/", staff.everyone, name="staff"),
    path("staff/invite/", staff.invite, name="invite"),
    path("staff/<str:code>/", staff.one, name="member"),
    path("staff/<str:code>/invite-again/", staff.invite_again, name="invite_again"),
    path("staff/<str:code>/new-app/", staff.new_app, name="new_app"),
    path("staff/<str:code>/telephone/", staff.telephone, name="telephone"),
    path("staff/<str:code>/close/", staff.close, name="close"),
    path("staff/<str:code>/hand-over/", handing_over.hand_over, name="hand_over"),
    path("sites/", sites.everywhere, name="sites"),
    path("sites/<str:code>/lead/", sites.name_lead, name="name_lead"),
    path("sites/<str:code>/open/", sites.switch, name="switch_site"),
    path("sites/<str:code>/", sites.one, name="site"),
    path("sites/<str:code>/join/", sites.join, name="join_rota"),
    path("sites/<str:code>/test/", sites.send_test, name="send_test"),
    path("sites/<str:code>/leave/", sites.leave, name="leave_rota"),
    path("lists/", lists.all_lists, name="lists"),
    path("lists/<int:number>/set-aside/", lists.set_aside, name="set_aside"),
    path("releases/", releases.all_releases, name="releases"),
    path("releases/<str:sha256>/changes/", releases.what_changed, name="changes"),
    path("record/", record.record, name="record"),
]
