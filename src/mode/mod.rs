//! Modes: the ways to ask a model for structured output, their legacy names, and which one is legal where.
//!
//! A caller's wish (or a row's default) goes into [`ask`], which settles the mode against what the provider and the
//! model take, has the schema rendered for it, and gives back what `provider::encode` needs and the plans that
//! undo the rendering.

mod choose;
pub mod lint;
mod names;

pub use choose::{Chosen, Wish, ask, default_mode, in_force, valid_modes};
pub use names::{Parsed, parse};
