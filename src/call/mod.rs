//! The call loop: a state machine without I/O, clock or randomness of its own.
//!
//! [`Defaults`] (a client) makes a [`Setup`] (a call's parameters, checked and merged, its mode chosen and schema
//! rendered); [`Call`] runs it: it is told what happened and answers what it [`Want`]s. [`policy`] says when to try
//! again, [`outcome`] reads what the finish reason says, [`extract`] finds the value in an answer, [`tap`] does so while it
//! streams. `wasm::driver` is one driver;
//! the tests are another, and replay whole calls in microseconds.

mod extract;
mod list;
mod machine;
mod outcome;
pub mod partial;
pub mod policy;
mod setup;
mod tap;

pub use list::{ElementOutcome, List};
pub use machine::{Call, Want};
pub use policy::{Moment, Policy};
pub use setup::{Defaults, Setup, Target};
