"""The mails that `make run` caught, readable in the browser. Without DEV_MAIL_DIR these pages do not exist."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

# The newest are what somebody at a demonstration looks for.
SHOWN = 100


@dataclass(frozen=True)
class Caught:
    """One mail as it arrived at the sink."""

    name: str
    mail: EmailMessage

    @property
    def text(self) -> str:
        body = self.mail.get_body(preferencelist=("plain",))
        return str(body.get_content()) if body else ""

    @property
    def attachments(self) -> list[str]:
        return [part.get_filename() or part.get_content_type() for part in self.mail.iter_attachments()]


def _folder() -> Path:
    if settings.DEV_MAIL_DIR is None:
        raise Http404
    return Path(settings.DEV_MAIL_DIR)


def _read(path: Path) -> Caught:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Caught(path.stem, mail)


@login_not_required
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    files = sorted(_folder().glob("*.eml"), reverse=True)[:SHOWN]
    return render(request, "devmail/list.html", {"mails": [_read(path) for path in files]})


@login_not_required
@require_safe
def one_mail(request: HttpRequest, name: str) -> HttpResponse:
    path = _folder() / f"{name}.eml"
    if not path.is_file():
        raise Http404
    return render(request, "devmail/mail.html", {"caught": _read(path)})
