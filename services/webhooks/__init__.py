"""Webhooks: partners are told what becomes of the cases that came through them."""
