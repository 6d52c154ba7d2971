"""The promises to a security officer, each tried over HTTP (docs/hardening.md)."""
