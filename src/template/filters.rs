//! The filters and tests that prompts use, under their Jinja names.

use minijinja::Environment;

pub fn add(_environment: &mut Environment<'static>) {}
