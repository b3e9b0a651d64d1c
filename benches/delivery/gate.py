"""The same gate in Django: a session, the orders of its account, and a hand-off by django-sendfile2.

It asks the shop's own tables with three short queries, as a Django view with models would.
"""

import hashlib
import os
from datetime import datetime, timezone

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import Http404
from django.urls import path

STORE = os.environ["GATE_STORE"]

settings.configure(
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.urandom(32).hex(),
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["GATE_DATABASE"],
            # Kept, as the shop keeps its own.
            "CONN_MAX_AGE": None,
        }
    },
    SENDFILE_BACKEND="django_sendfile.backends.nginx",
    SENDFILE_ROOT=STORE,
    SENDFILE_URL="/protected",
)
django.setup()

from django_sendfile import sendfile  # noqa: E402 (it reads the settings when it is imported)


def download(request, file):
    token = request.COOKIES.get("bookplate-session", "")
    hashed = hashlib.sha256(token.encode()).hexdigest()
    now = datetime.now(timezone.utc).replace(tzinfo=None).isoformat(sep=" ")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id FROM sessions s JOIN accounts a ON a.id = s.account_id "
            "WHERE s.token_hash = %s AND s.expires_at > %s AND a.blocked_at IS NULL",
            [hashed, now],
        )
        account = cursor.fetchone()
        cursor.execute(
            "SELECT f.book_id, f.file_name, f.media_type, f.storage_key FROM book_files f "
            "JOIN books b ON b.id = f.book_id WHERE f.public_id = %s",
            [file],
        )
        found = cursor.fetchone()
        if account is None or found is None:
            raise Http404
        cursor.execute(
            "SELECT 1 FROM orders o JOIN line_items i ON i.order_id = o.id "
            "WHERE o.account_id = %s AND i.book_id = %s AND o.status = 'paid' AND i.refunded_at IS NULL LIMIT 1",
            [account[0], found[0]],
        )
        if cursor.fetchone() is None:
            raise Http404
    response = sendfile(
        request,
        os.path.join(STORE, found[3]),
        attachment=True,
        attachment_filename=found[1],
        mimetype=found[2],
    )
    # It promises the file's bytes, which nginx would send; here nothing stands in front.
    response["Content-Length"] = "0"
    return response


urlpatterns = [path("download/<str:file>", download)]
application = get_wsgi_application()
