//! The registry: a row of data for each provider, and rules for the names of models.
//!
//! Sources: the vendors' SDKs, specifications and documentation; unknown facts have the cautious value and can be
//! overridden by options. An OpenAI-compatible provider is one row.

mod base;
#[cfg(feature = "machinery")]
mod export;
mod hosts;
mod local;
mod models;
mod name;
mod native;
mod row;
mod rows;
mod suggest;
mod variants;

#[cfg(feature = "machinery")]
pub use export::export;
pub use models::{ChatTools, ModelRule, Sampling, rule};
pub use name::Name;
pub use row::*;
#[cfg(feature = "machinery")]
pub use rows::ROWS;
pub use rows::{names, row};
pub use suggest::{closest_provider, provider_of_model};
pub use variants::{variant, variants_of_env};
