//! The only room that knows JavaScript: exports, transport, driver.
