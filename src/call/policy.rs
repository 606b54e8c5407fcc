//! The retry policy of one call: the number of attempts and HTTP retries, and the waits.
//!
//! There are two loops (docs/internals/behaviour.md#attempts). *Attempts* request another answer after an invalid one; *HTTP
//! retries* repeat a request that got no usable response.

use serde_json::{Map, Value};

use crate::error::Error;

/// How a reask shows the failed answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ReaskForm {
    /// As a turn of the model, with the problems after it.
    Turns,
    /// Not at all: the problems are one more turn of the user.
    Alone,
    /// As a quotation in that turn.
    Quoted,
}

/// The time and a random number, which the state machine gets from the program.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    /// Milliseconds since 1970-01-01 UTC.
    pub now_ms: f64,
    /// At least 0 and less than 1; varies the waits between HTTP retries.
    pub random: f64,
}

/// The limits of a call's attempts and retries, and the waits between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Number of attempts; at least 1.
    pub attempts: u32,
    /// Wait before each further attempt, in milliseconds.
    pub delay_ms: f64,
    /// Milliseconds after the start of the call; an attempt that fails later is the last one.
    pub stop_after_ms: Option<f64>,
    /// The caller's own functions (`retryOn`, `onRetry`, a delay function) decide after each failure.
    pub host_decides: bool,
    /// HTTP retries of one request.
    pub http_retries: u32,
    /// Timeout of the whole call, in milliseconds.
    pub timeout_ms: Option<f64>,
    /// After this use, no further attempt begins.
    pub budget: Budget,
    /// Maximum size of an attempt's answer, in bytes.
    pub max_answer_bytes: usize,
}

/// Limits of what a call uses, in the order of [`Budget::NAMES`]: tokens, US dollars, milliseconds since its start, attempts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Budget {
    /// The limits that are set.
    pub limits: [Option<f64>; 4],
}

impl Budget {
    /// The names of the limits in the caller's `budget`.
    pub const NAMES: [&str; 4] = ["tokens", "usd", "ms", "attempts"];

    /// The limit of the cost in US dollars.
    pub fn usd(&self) -> Option<f64> {
        self.limits[1]
    }
}

pub const DEFAULT_RETRIES: u32 = 3;
pub const DEFAULT_HTTP_RETRIES: u32 = 2;
/// Ten times the longest answer of any model. A streamed answer of this size uses about 80 MB of memory; a whole one uses
/// several times as much, because it is parsed, kept for the caller and turned into a value.
pub const DEFAULT_MAX_ANSWER: usize = 16 << 20;
/// A limit for policies without an end.
const MAX_ATTEMPTS: u32 = 1000;
/// Maximum wait that a server may request; a longer one is an error.
const MAX_SERVER_WAIT_MS: f64 = 60_000.0;

impl Policy {
    /// Reads `maxRetries` (a number, or `{attempts, stopAfter, delay}`), `httpRetries`, `timeout` and `budget`.
    pub fn read(options: &Map<String, Value>) -> Result<Policy, Error> {
        let mut policy = Policy {
            attempts: DEFAULT_RETRIES + 1,
            delay_ms: 0.0,
            stop_after_ms: None,
            host_decides: false,
            http_retries: DEFAULT_HTTP_RETRIES,
            timeout_ms: None,
            budget: Budget::default(),
            max_answer_bytes: DEFAULT_MAX_ANSWER,
        };
        let given = |name: &str| options.get(name).filter(|value| !value.is_null());
        if let Some(retries) = given("maxRetries") {
            policy.read_retries(retries)?;
        }
        if let Some(value) = given("httpRetries") {
            let Some(n) = value.as_u64() else {
                return Err(Error::invalid_parameter("httpRetries", "a whole number of at least 0"));
            };
            policy.http_retries = n.min(100) as u32;
        }
        if let Some(value) = given("timeout") {
            policy.timeout_ms = Some(milliseconds("timeout", value)?);
        }
        if let Some(value) = given("budget") {
            policy.read_budget(value)?;
        }
        // Only checked here: the reader of the body applies it.
        if let Some(value) = given("idleTimeout") {
            milliseconds("idleTimeout", value)?;
        }
        if let Some(value) = given("maxAnswerBytes") {
            let Some(bytes) = value.as_f64().filter(|bytes| *bytes >= 1.0 && bytes.fract() == 0.0) else {
                return Err(Error::invalid_parameter("maxAnswerBytes", "a whole number of bytes, at least 1"));
            };
            // The core has less memory than this.
            policy.max_answer_bytes = bytes.min(1e9) as usize;
        }
        Ok(policy)
    }

    #[inline(never)]
    fn read_retries(&mut self, retries: &Value) -> Result<(), Error> {
        const POLICY: &str = "a whole number of retries, or a policy {attempts, stopAfter, delay, retryOn, onRetry}";
        let given = match retries {
            Value::Number(n) => {
                let n = n.as_f64().unwrap_or(0.0);
                if n.fract() != 0.0 {
                    return Err(Error::invalid_parameter("maxRetries", POLICY));
                }
                // 0 and negatives mean one attempt, as in Python.
                self.attempts = (n.clamp(0.0, f64::from(MAX_ATTEMPTS - 1)) as u32) + 1;
                return Ok(());
            }
            Value::Object(given) => given,
            _ => return Err(Error::invalid_parameter("maxRetries", POLICY)),
        };
        let field = |name: &str| given.get(name).filter(|value| !value.is_null());
        if let Some(value) = field("stopAfter") {
            self.stop_after_ms = Some(milliseconds("maxRetries.stopAfter", value)?);
            // The time is the limit, unless there is one of attempts too.
            self.attempts = MAX_ATTEMPTS;
        }
        if let Some(value) = field("attempts") {
            let Some(n) = value.as_u64().filter(|n| *n >= 1) else {
                return Err(Error::invalid_parameter("maxRetries.attempts", "a whole number of at least 1"));
            };
            self.attempts = n.min(u64::from(MAX_ATTEMPTS)) as u32;
        }
        if let Some(value) = field("delay") {
            let Some(ms) = value.as_f64().filter(|ms| *ms >= 0.0) else {
                let wanted = "milliseconds, or a function of the attempt";
                return Err(Error::invalid_parameter("maxRetries.delay", wanted));
            };
            self.delay_ms = ms;
        }
        self.host_decides = given.get("hostDecides").and_then(Value::as_bool).unwrap_or(false);
        Ok(())
    }

    #[inline(never)]
    fn read_budget(&mut self, given: &Value) -> Result<(), Error> {
        let wrong = || {
            Error::invalid_parameter("budget", "a number of tokens, or { tokens, usd, ms, attempts }, each more than 0")
        };
        let limit = |value: &Value| value.as_f64().filter(|limit| *limit > 0.0).ok_or_else(wrong);
        let Some(limits) = given.as_object().filter(|limits| !limits.is_empty()) else {
            self.budget.limits[0] = Some(limit(given)?);
            return Ok(());
        };
        for (name, value) in limits {
            let place = Budget::NAMES.iter().zip(&mut self.budget.limits).find(|(known, _)| *known == name);
            let (_, place) = place.ok_or_else(wrong)?;
            *place = if value.is_null() { None } else { Some(limit(value)?) };
        }
        Ok(())
    }

    /// The wait before HTTP retry number `tried` (from 0), in milliseconds. The wait that the server requests has precedence,
    /// also 0: at once. `None` when it is longer than a minute, so that a header cannot block a call.
    pub fn backoff_ms(tried: u32, asked: Option<f64>, random: f64) -> Option<f64> {
        match asked {
            Some(ms) if ms > MAX_SERVER_WAIT_MS => None,
            Some(ms) => Some(ms),
            // min(0.5 s × 2^n, 8 s), minus up to a quarter (docs/internals/wire-formats.md#http).
            None => {
                Some((500.0 * f64::from(2u32.pow(tried.min(10)))).min(8000.0) * (1.0 - random.clamp(0.0, 1.0) * 0.25))
            }
        }
    }
}

fn milliseconds(name: &str, value: &Value) -> Result<f64, Error> {
    let ms = value.as_f64().filter(|ms| *ms > 0.0);
    ms.ok_or_else(|| Error::invalid_parameter(name, "milliseconds, more than 0"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use serde_json::json;

    fn read(v: Value) -> Result<Policy, Error> {
        Policy::read(v.as_object().unwrap())
    }

    #[test]
    fn a_number_of_retries_means_one_more_attempt_and_negatives_mean_one() {
        assert_eq!(read(json!({})).unwrap().attempts, 4);
        assert_eq!(read(json!({"maxRetries": 2})).unwrap().attempts, 3);
        assert_eq!(read(json!({"maxRetries": -5})).unwrap().attempts, 1);
        assert_eq!(read(json!({"maxRetries": {"attempts": 2, "delay": 10}})).unwrap().delay_ms, 10.0);
    }

    #[test]
    fn wrong_types_are_configuration_errors_with_the_option() {
        for (v, name) in [
            (json!({"maxRetries": "3"}), "maxRetries"),
            (json!({"maxRetries": 1.5}), "maxRetries"),
            (json!({"maxRetries": {"attempts": 0}}), "maxRetries.attempts"),
            (json!({"timeout": 0}), "timeout"),
            (json!({"httpRetries": -1}), "httpRetries"),
            (json!({"idleTimeout": 0}), "idleTimeout"),
            (json!({"idleTimeout": "1"}), "idleTimeout"),
            (json!({"maxAnswerBytes": 0}), "maxAnswerBytes"),
            (json!({"maxAnswerBytes": 1.5}), "maxAnswerBytes"),
            (json!({"maxAnswerBytes": "1"}), "maxAnswerBytes"),
        ] {
            let error = read(v).unwrap_err();
            assert_eq!(error.kind, Kind::Configuration);
            assert!(error.message.starts_with(name), "{}", error.message);
        }
    }

    #[test]
    fn waits_grow_to_a_cap_and_never_exceed_a_minute_for_the_servers_sake() {
        assert_eq!(Policy::backoff_ms(0, None, 0.0), Some(500.0));
        assert_eq!(Policy::backoff_ms(9, None, 0.0), Some(8000.0));
        assert_eq!(Policy::backoff_ms(1, None, 1.0), Some(750.0));
        assert_eq!(Policy::backoff_ms(0, Some(3000.0), 0.5), Some(3000.0));
        assert_eq!(Policy::backoff_ms(0, Some(3_600_000.0), 0.5), None);
        assert_eq!(Policy::backoff_ms(3, Some(0.0), 0.5), Some(0.0));
    }
}
