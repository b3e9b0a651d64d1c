"""Stripe's own client for Python (PyPI `stripe`), let loose on the tests' stand-in for Stripe.

judge.py api BASE KEY NOW         uses the stand-in as any client would; prints "content"
judge.py verify BODY HEADER KEY   prints "good" or "bad"
judge.py sign BODY KEY TIME       prints a header
"""

import sys
import urllib.parse
import urllib.request

import stripe


def api(base, key, now):
    now = int(now)
    client = stripe.StripeClient(key, base_addresses={"api": base}, max_network_retries=0)
    sessions = client.v1.checkout.sessions

    def params(**more):
        return {
            "mode": "payment",
            "client_reference_id": "order-1",
            "customer_email": "jane@example.org",
            "success_url": "http://localhost/back?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://localhost/",
            "expires_at": now + 3600,
            "metadata": {"order": "order-1", "shop": "shop-1"},
            "payment_intent_data": {"metadata": {"order": "order-1"}},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 499,
                        "product_data": {"name": "Emma & co: 100 % [new] ☕"},
                    },
                }
            ],
            **more,
        }

    def refused(error, call):
        try:
            call()
        except error as caught:
            return caught
        raise AssertionError(f"expected {error}")

    made = sessions.create(params(), {"idempotency_key": "one"})
    assert made.object == "checkout.session" and made.status == "open" and made.amount_total == 499, made
    assert made.metadata["shop"] == "shop-1" and made.url.startswith(base), made
    assert sessions.create(params(), {"idempotency_key": "one"}).id == made.id
    refused(stripe.IdempotencyError, lambda: sessions.create(params(client_reference_id="2"), {"idempotency_key": "one"}))
    refused(stripe.InvalidRequestError, lambda: sessions.create(params(expires_at=now + 60)))
    refused(stripe.InvalidRequestError, lambda: sessions.create(params(colour="red")))
    refused(stripe.InvalidRequestError, lambda: sessions.retrieve("cs_test_nothing"))
    wrong = stripe.StripeClient("sk_test_wrong", base_addresses={"api": base}, max_network_retries=0)
    refused(stripe.AuthenticationError, lambda: wrong.v1.checkout.sessions.retrieve(made.id))

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    try:
        urllib.request.build_opener(Stay).open(made.url, urllib.parse.urlencode({"do": "pay"}).encode())
        raise AssertionError("the page should redirect")
    except urllib.error.HTTPError as answer:
        assert answer.code == 303 and answer.headers["Location"].endswith(made.id), answer.headers

    paid = sessions.retrieve(made.id, {"expand": ["payment_intent.latest_charge", "line_items"]})
    assert paid.status == "complete" and paid.payment_status == "paid", paid
    assert paid.payment_intent.status == "succeeded" and paid.payment_intent.latest_charge.amount == 499, paid
    assert paid.line_items.data[0].description.startswith("Emma"), paid
    refused(stripe.InvalidRequestError, lambda: sessions.expire(made.id))
    intent = paid.payment_intent.id
    assert [found.id for found in sessions.list({"payment_intent": intent}).data] == [made.id]

    refused(stripe.InvalidRequestError, lambda: client.v1.refunds.create({"payment_intent": intent, "amount": 500}))
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 499, "metadata": {"refund": "r"}})
    assert refund.object == "refund" and refund.status == "succeeded" and refund.metadata["refund"] == "r", refund
    assert [found.id for found in client.v1.refunds.list({"payment_intent": intent}).data] == [refund.id]
    assert client.v1.charges.retrieve(refund.charge).refunded is True
    refused(stripe.InvalidRequestError, lambda: client.v1.refunds.create({"payment_intent": intent}))
    refused(stripe.InvalidRequestError, lambda: client.v1.disputes.retrieve("du_nothing"))
    assert client.v1.disputes.list({"payment_intent": intent}).data == []

    [endpoint] = client.v1.webhook_endpoints.list({"limit": 100}).data
    assert endpoint.status == "enabled" and endpoint.enabled_events == ["*"] and endpoint.api_version, endpoint
    assert endpoint.url == "http://localhost/webhooks/stripe" and endpoint.livemode is False, endpoint

    for at in range(25):
        sessions.create(params(client_reference_id=f"more-{at}"))
    listed = list(sessions.list({"limit": 10}).auto_paging_iter())
    assert len(listed) == 26 and listed[-1].id == made.id and len({found.id for found in listed}) == 26
    assert sessions.expire(listed[0].id).status == "expired"
    kinds = [event.type for event in client.v1.events.list({"delivery_success": False, "limit": 100}).auto_paging_iter()]
    assert kinds == ["checkout.session.expired", "charge.refunded", "refund.created", "checkout.session.completed"], kinds
    print("content")


def verify(body, header, key):
    try:
        stripe.WebhookSignature.verify_header(body, header, key, tolerance=300)
        print("good")
    except stripe.SignatureVerificationError:
        print("bad")


def sign(body, key, time):
    signature = stripe.WebhookSignature._compute_signature(f"{time}.{body}", key)
    print(f"t={time},v1={signature}")


if __name__ == "__main__":
    {"api": api, "verify": verify, "sign": sign}[sys.argv[1]](*sys.argv[2:])
