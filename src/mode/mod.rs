//! The choice of the mode for a call, by provider and model, and the legacy names of modes.
//!
//! [`resolve()`] chooses the mode from the caller's choice or the row's default and the rules of the provider and the model. It
//! renders the schema for that mode, and returns the output request for `provider::encode` and the plans that restore the
//! answer.

mod choose;
pub mod lint;
mod names;
mod own;
mod resolve;
mod schema_prompt;

#[cfg(feature = "machinery")]
pub use choose::default_mode;
pub use choose::{ModeRequest, effective_mode, valid_modes};
pub use names::parse;
pub use own::add_own_tools;
pub use resolve::{ResolvedMode, Route, raw_api, resolve, route, tools_of};
pub use schema_prompt::SchemaPrompt;
