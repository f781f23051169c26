"""What runs regularly, whatever happens in the shop."""

from __future__ import annotations

from typing import Final

SWEEPERS: Final[dict[str, tuple[str, int]]] = {
    "events.purge": ("commerce.events.purge.purge_old_events", 3600),
    "webhooks.resume": ("webhooks.resume.resume_due_deliveries", 1),
    "webhooks.purge": ("webhooks.purge.purge_old_attempts", 3600),
    "catalog.collection_rules": ("commerce.catalog.rule_keeping.keep_collection_rules", 2),
    "importing.pictures": ("commerce.importing.fetching.requeue_waiting_pictures", 30),
    "catalog.cards": ("commerce.catalog.cards.refresh_due_cards", 1),
    "promotions.uses": ("commerce.checkout.promotion_uses.release_forgotten_uses", 30),
    "promotions.prices": ("commerce.promotions.switching.keep_prices", 1),
    "importing.runs": ("commerce.importing.runs.resume_imports", 10),
    "importing.purge": ("commerce.importing.runs.purge_old_imports", 3600),
    "exporting.runs": ("commerce.exporting.runs.resume_exports", 10),
    "exporting.purge": ("commerce.exporting.runs.purge_old_exports", 3600),
    "cache.purge": ("schema.cache.purge.purge_old_touches", 300),
    "idempotency.purge": ("commerce.idempotency.services.purge_expired_keys", 600),
    "inventory.reservations": ("commerce.inventory.services.release_expired_reservations", 5),
    "promotions.redemptions": ("commerce.promotions.redemptions.release_expired_redemptions", 5),
    "giftcards.codes": ("commerce.giftcards.delivery.forget_delivered_codes", 3600),
    "giftcards.holds": ("commerce.giftcards.holds.release_expired_holds", 5),
    "inventory.levels": ("commerce.inventory.levels.tell_levels", 1),
    "inventory.preorders": ("commerce.inventory.services.end_due_preorders", 5),
    "payments.operations": ("commerce.payments.services.run_due_operations", 1),
    "checkout.abandoned": ("commerce.checkout.abandoned.announce_abandoned", 60),
    "checkout.purge": ("commerce.checkout.expiry.purge_expired", 3600),
    "checkout.reconcile": ("commerce.checkout.reconcile.reconcile_payments", 10),
    "search.documents": ("commerce.search.documents.refresh_due_documents", 1),
    "search.words": ("commerce.search.documents.learn_words", 1),
    "search.counts": ("commerce.search.documents.count_words", 3600),
    "search.purge": ("commerce.search.query_log.purge_searched_texts", 3600),
    "search.engine": ("commerce.search.telling.tell_engine", 1),
    "accounts.purge": ("commerce.accounts.sessions.purge_refresh_tokens", 3600),
}
"""Name -> (function without arguments, every so many seconds)."""
