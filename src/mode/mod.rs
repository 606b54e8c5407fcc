//! The choice of the mode for a call, by provider and model, and the legacy names of modes.
//!
//! [`resolve()`] chooses the mode from the caller's choice or the row's default and the rules of the provider and the model. It
//! renders the schema for that mode, and returns the output request for `provider::encode` and the plans that restore the
//! answer.

pub mod lint;
mod names;
mod own;
mod resolve;
mod schema_prompt;

pub use names::parse;
pub use own::add_own_tools;
#[cfg(feature = "machinery")]
pub use resolve::default_mode;
pub use resolve::{ModeRequest, ResolvedMode, Route, effective_mode, raw_api, resolve, route, tools_of, valid_modes};
pub use schema_prompt::SchemaPrompt;
