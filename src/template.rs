//! Jinja in messages.
