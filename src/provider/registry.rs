//! The registry: every provider as a row of data, and what single models take as rules over their names.
//!
//! Source of the facts: the vendors' SDKs, specifications and documentation; what could not be established is
//! set to the cautious value and can be overridden by options. Adding an OpenAI-compatible provider is one row.

mod base;
mod hosts;
mod local;
mod models;
mod name;
mod native;
mod row;
mod rows;
mod suggest;
mod variants;

pub use models::{ChatTools, ModelRule, Sampling, rule};
pub use name::Name;
pub use row::*;
#[cfg(feature = "machinery")]
pub use rows::ROWS;
pub use rows::{names, row};
pub use suggest::{meant, owner};
pub use variants::{variant, variants_of_env};
