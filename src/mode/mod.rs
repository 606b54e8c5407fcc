//! Modes: the ways to ask a model for structured output, their legacy names, and which one is legal where.
//!
//! A caller's wish (or a row's default) goes into [`resolve()`], which settles the mode against what the provider and the
//! model take, has the schema rendered for it, and gives back what `provider::encode` needs and the plans that
//! undo the rendering.

pub mod lint;
mod names;
mod resolve;

pub use names::{ParsedMode, parse};
pub use resolve::{ModeRequest, ResolvedMode, default_mode, effective_mode, resolve, valid_modes};
