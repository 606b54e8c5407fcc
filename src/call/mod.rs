//! The call loop: a state machine without I/O, clock or randomness of its own.
//!
//! [`Client`] (a client) makes a [`Setup`] (a call's parameters, checked and merged, its mode chosen and schema
//! rendered); [`Call`] runs it: it is told what happened and answers what it [`Action`]s. [`policy`] says when to try
//! again, [`outcome`] reads what the finish reason says, [`extract`] finds the value in an answer, [`answer_filter`] does so while it
//! streams. `wasm::driver` is one driver;
//! the tests are another, and replay whole calls in microseconds.

mod answer_filter;
mod extract;
mod list;
mod machine;
mod outcome;
pub mod partial;
pub mod policy;
mod setup;

pub use list::ElementOutcome;
#[cfg(feature = "machinery")]
pub use list::List;
pub use machine::{Action, Call};
pub use policy::Clock;
pub use setup::Client;
