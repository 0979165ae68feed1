"""What all HTTP doors share: sign-in, limits, commands from requests, problems, figures, logs."""

from banyan.doors.http.answer import Answer
from banyan.doors.http.door import JsonDoor
from banyan.doors.http.front import Front, Page
from banyan.doors.http.language import choose_language
from banyan.doors.http.limiter import Limiter
from banyan.doors.http.metrics import Metrics
from banyan.doors.http.problem import Problem, render_problem, status_of
from banyan.doors.http.route import Route
from banyan.doors.http.signin import SESSION_COOKIE, SignIn, check_same_site, render_session_cookie
from banyan.doors.http.texts import find_text
from banyan.doors.http.visit import Visit, find_visit
from banyan.doors.http.watch import Watch

__all__ = (
    "SESSION_COOKIE",
    "Answer",
    "Front",
    "JsonDoor",
    "Limiter",
    "Metrics",
    "Page",
    "Problem",
    "Route",
    "SignIn",
    "Visit",
    "Watch",
    "check_same_site",
    "choose_language",
    "find_text",
    "find_visit",
    "render_problem",
    "render_session_cookie",
    "status_of",
)
