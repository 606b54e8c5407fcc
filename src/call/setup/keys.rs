//! The names of a call's parameters: those of the call itself, apart from those of the request, and their other spellings.

use crate::error::Error;
use crate::mode;
use crate::output::Mode;
use crate::provider::Endpoint;
use serde_json::{Map, Value};

/// Parameters of the call itself, which are not part of the request body.
const CALL_KEYS: &[&str] = &[
    "responseModel",
    "messages",
    "prompt",
    "maxRetries",
    "httpRetries",
    "context",
    "strict",
    "mode",
    "hooks",
    "signal",
    "timeout",
    "cache",
    "budget",
    "prices",
    "maxAnswerBytes",
    "idleTimeout",
    "validate",
    "model",
    "stream",
    "events",
    "parse",
    "every",
    "autodetect",
    "schemaPrompt",
    "repair",
    "stopLoops",
    "stopWhenComplete",
    "fetch",
    "env",
    "ownTools",
    "maxSteps",
];

/// snake_case spellings of documented keys, for code ported from Python.
const ALIASES: &[(&str, &str)] = &[
    ("response_model", "responseModel"),
    ("max_retries", "maxRetries"),
    ("max_steps", "maxSteps"),
    ("http_retries", "httpRetries"),
    ("max_answer_bytes", "maxAnswerBytes"),
    ("idle_timeout", "idleTimeout"),
    ("schema_prompt", "schemaPrompt"),
    ("stop_loops", "stopLoops"),
    ("stop_when_complete", "stopWhenComplete"),
    ("extra_body", "extraBody"),
    ("extra_headers", "extraHeaders"),
    ("extra_query", "extraQuery"),
    ("autodetect_images", "autodetect"),
    ("autodetectImages", "autodetect"),
    // Parameters of generation have one spelling from here on: snake_case.
    ("topP", "top_p"),
    ("maxTokens", "max_tokens"),
];

/// The parameters under their documented names.
pub(super) fn aliased(given: Map<String, Value>) -> Map<String, Value> {
    given
        .into_iter()
        .map(|(key, value)| match ALIASES.iter().find(|(alias, _)| *alias == key) {
            Some((_, name)) => ((*name).to_owned(), value),
            None => (key, value),
        })
        .collect()
}

/// (steering keys, request parameters); `undefined` never arrives, null means "not given" for steering keys.
pub(super) fn split(given: Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
    given.into_iter().partition(|(key, _)| CALL_KEYS.contains(&key.as_str()))
}

/// The mode that the caller names; a legacy name adds a warning.
pub(super) fn read_mode(
    value: Option<&Value>,
    endpoint: &Endpoint,
    warnings: &mut Vec<String>,
) -> Result<Option<Mode>, Error> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) => {
            let parsed = mode::parse(name, endpoint.row)?;
            warnings.extend(parsed.warning);
            Ok(Some(parsed.mode))
        }
        Some(_) => Err(Error::invalid_parameter("mode", "a mode's name, e.g. Mode.TOOLS")),
    }
}
