//! `CoreClient`: the exported client. TypeScript wraps it; see `src/ts/client/client.ts`.

use crate::jsontext::{self, ToText};
use std::rc::Rc;

use crate::obj;
use js_sys::Promise;
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;

use super::driver;
use super::host::{CallClock, Host};
use super::stream::CoreStream;
use super::thrown;
use crate::call::{Action, Call, Client};
use crate::error::Error;

/// The changes to a schema at a provider: the report of `mode::lint` as JSON text. Throws the JSON of a
/// ConfigurationError.
#[wasm_bindgen]
pub fn lint(#[wasm_bindgen(js_name = schemaJson)] schema: &str, target: &str) -> Result<String, JsValue> {
    let schema: Value = Value::Object(object(schema)?);
    crate::mode::lint::lint(&schema, target).map(|report| report.to_text()).map_err(|error| thrown(&error))
}

#[wasm_bindgen]
pub struct CoreClient {
    client: Rc<Client>,
}

#[wasm_bindgen]
impl CoreClient {
    /// `options`: the options of `fromProvider` as JSON, without functions; `env` is a map of strings.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &str, options: &str) -> Result<CoreClient, JsValue> {
        let options = object(options)?;
        let client = Client::new(model, options).map_err(|e| thrown(&e))?;
        Ok(CoreClient { client: Rc::new(client) })
    }

    /// JSON `{provider, model, mode, baseURL, modes, warnings}`.
    pub fn info(&self) -> String {
        self.client.info().to_text()
    }

    /// The warning for a call's own mode, if it is a legacy name.
    pub fn warning(&self, mode: &str) -> Option<String> {
        self.client.warning(mode)
    }

    /// The parts of the core that this call runs: their names, those of the request before the `;`, separated by spaces.
    pub fn needs(&self, call: &str) -> Result<String, JsValue> {
        let needs = self.client.needs(object(call)?).map_err(|e| thrown(&e))?;
        Ok([needs.request.join(" "), needs.answer.join(" ")].join(";"))
    }

    /// The schema in the prompt of a call with `schemaPrompt: '{schema}'`, as JSON text. `undefined` if its mode has no
    /// schema prompt.
    #[wasm_bindgen(js_name = promptSchema)]
    pub fn prompt_schema(&self, call: &str) -> Result<Option<String>, JsValue> {
        let call = object(call)?;
        let stream = call.get("stream").and_then(Value::as_bool).unwrap_or(false);
        let setup = self.client.setup(call, stream).map_err(|e| thrown(&e))?;
        Ok(setup.schema_prompt.then_some(setup.output.instructions).flatten())
    }

    /// Runs a call to its end. Resolves with the completion as JSON text. Rejects with an error's JSON text, or with a value
    /// of the host (the abort reason, an exception of the validator).
    pub fn create(&self, call: &str, host: Host) -> Promise {
        let mut call = match self.call(call, false) {
            Ok(call) => call,
            Err(error) => return Promise::reject(&error),
        };
        let clock = CallClock::start();
        match call.poll(clock.now()) {
            Action::Failed(error) => Promise::reject(&thrown(&error)),
            first => super::promise(Box::pin(driver::run(call, first, host, clock))),
        }
    }

    /// Starts a streamed call; see `CoreStream`.
    pub fn stream(&self, call: &str, host: Host) -> Result<CoreStream, JsValue> {
        Ok(CoreStream::start(self.call(call, true)?, host))
    }

    /// The first request that `create` would send, without credentials: JSON `{url, method, headers, body}`.
    #[wasm_bindgen(js_name = buildRequest)]
    pub fn build_request(&self, call: &str) -> Result<String, JsValue> {
        let call = object(call)?;
        let stream = call.get("stream").and_then(Value::as_bool).unwrap_or(false);
        let call = self.begin(call, stream)?;
        let request = call.request();
        let auth = call.auth_headers(&request, CallClock::start().now());
        let mut headers: Map<String, Value> = Map::new();
        for (name, value) in request.headers.iter().cloned().chain(auth.map_err(|e| thrown(&e))?.unwrap_or_default()) {
            headers.insert(name, value.into());
        }
        Ok(obj! { "url": request.url, "method": request.method, "headers": headers, "body": request.body }.to_text())
    }

    /// The cache key of this call: a digest of the request, of `more` and, unless `shared`, of the client's credentials.
    #[wasm_bindgen(js_name = cacheKey)]
    pub fn cache_key(&self, call: &str, more: &str, shared: bool) -> Result<String, JsValue> {
        Ok(self.call(call, false)?.cache_key(more, shared))
    }

    /// The completion that `create` would return for this response: JSON `{value, …completion}`. The caller validates it.
    #[wasm_bindgen(js_name = parseResponse)]
    pub fn parse_response(&self, call: &str, status: u16, headers: &str, body: &[u8]) -> Result<String, JsValue> {
        let clock = CallClock::start();
        let mut call = self.call(call, false)?;
        call.single_attempt();
        let headers = header_list(headers)?;
        // The first poll begins the attempt; the result of `Send` is the given response.
        loop {
            match call.poll(clock.now()) {
                Action::Send { .. } => call.on_response(status, &headers, body, clock.now()),
                Action::Validate(_) => call.on_validated(Vec::new(), clock.now()),
                Action::Done => return Ok(driver::completion(&call)),
                Action::Failed(error) => return Err(thrown(&error)),
                Action::RunTools(_) => {
                    let message = "The answer calls own tools, which parseResponse does not run. Use create, or leave `tools` out.";
                    return Err(thrown(&Error::configuration(message).with("parameter", "tools")));
                }
                Action::Nothing | Action::Wait(_) => {
                    return Err(thrown(&Error::parsing("The response could not be read.")));
                }
                _ => {}
            }
        }
    }
}

impl CoreClient {
    fn call(&self, call: &str, stream: bool) -> Result<Call, JsValue> {
        self.begin(object(call)?, stream)
    }

    fn begin(&self, call: Map<String, Value>, stream: bool) -> Result<Call, JsValue> {
        self.client.call(call, stream).map_err(|e| thrown(&e))
    }
}

fn object(json: &str) -> Result<Map<String, Value>, JsValue> {
    match jsontext::from_str(json) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(thrown(&Error::configuration("The options must be an object."))),
        // The host writes valid JSON, so only its depth can be wrong.
        Err(_) => Err(thrown(&Error::configuration(
            "The call is nested more than 128 levels deep. Give a flatter schema (recursion through `$ref`) or messages.",
        ))),
    }
}

fn header_list(json: &str) -> Result<Vec<(String, String)>, JsValue> {
    Ok(object(json)?
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str().unwrap_or_default().to_owned()))
        .collect())
}
