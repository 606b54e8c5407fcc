//! The call loop: a state machine without I/O.
