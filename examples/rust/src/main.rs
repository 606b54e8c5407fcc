//! Text to a typed value, from a Rust program: the crate decides, ureq sends.
//!
//! ```sh
//! OPENAI_API_KEY=… cargo run -- "Jason is 25 years old."
//! cargo run -- "Jason is 25 years old." ollama/llama3.2
//! ```

use instructor_wasm::{Action, Call, Client, Clock, Error, HttpRequest, Kind, ResponseModel, Validator};
use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::io::Read;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A person that the text describes.
#[derive(Deserialize, JsonSchema)]
struct User {
    name: String,
    /// In years.
    age: u8,
}

/// The core limits an answer to less; this limits what is read before it counts.
const MAX_BODY: u64 = 64 << 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let text = args.next().unwrap_or_else(|| "Jason is 25 years old.".to_owned());
    let model = args.next().unwrap_or_else(|| "openai/gpt-4o-mini".to_owned());

    let mut options = Map::new();
    // The crate reads no environment variables.
    for (option, variable) in [("apiKey", "OPENAI_API_KEY"), ("baseURL", "OPENAI_BASE_URL")] {
        if let Ok(value) = std::env::var(variable) {
            options.insert(option.to_owned(), value.into());
        }
    }
    let client = Client::new(&model, options)?;
    let user: User = create(&client, json!({ "prompt": format!("Extract: {text}"), "timeout": 60_000 }))?;
    println!("{} is {} years old", user.name, user.age);
    Ok(())
}

/// Runs a call to its end: performs each action and reports its outcome.
fn create<T: DeserializeOwned + JsonSchema>(client: &Client, params: Value) -> Result<T, Error> {
    let Value::Object(mut params) = params else {
        return Err(Error::new(Kind::Configuration, "The parameters are an object."));
    };
    let model = ResponseModel::of::<T>()?;
    let schema = Value::Object(model.schema().clone());
    let validator = Validator::new(&schema)?;
    params.insert("responseModel".to_owned(), json!({ "name": model.name, "schema": schema }));
    let mut call = client.call(params, false)?;
    loop {
        match call.poll(now()) {
            Action::Send { request, timeout_ms, .. } => send(&mut call, &request, timeout_ms)?,
            Action::Wait(ms) => {
                std::thread::sleep(Duration::from_secs_f64(ms / 1000.0));
                call.on_woke();
            }
            Action::Validate(text) => {
                let issues = match serde_json::from_str(&text) {
                    Ok(value) => validator.validate(&value),
                    Err(error) => return Err(Error::new(Kind::Validation, error.to_string())),
                };
                call.on_validated(issues, now());
            }
            Action::Done => {
                return serde_json::from_str(call.candidate()).map_err(|error| {
                    Error::new(Kind::Validation, format!("The answer does not fit the type: {error}."))
                });
            }
            Action::Failed(error) => return Err(error),
            // Only calls with a retry policy of functions, hooks or a stream have other actions.
            other => return Err(Error::new(Kind::Configuration, format!("This program does not perform {other:?}."))),
        }
    }
}

/// Sends the request with the credentials, and reports the response or the failure.
fn send(call: &mut Call, request: &HttpRequest, timeout_ms: Option<f64>) -> Result<(), Error> {
    let credentials = call.auth_headers(request, now())?.ok_or_else(|| {
        Error::new(
            Kind::Configuration,
            "This provider needs credentials that the program has to make (Call::auth_question).",
        )
    })?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        // A status is an outcome that the core decides about; a redirect would send the key to another address.
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(timeout_ms.map(|ms| Duration::from_secs_f64(ms / 1000.0)))
        .build()
        .into();
    let mut sent = agent.post(&request.url);
    for (name, value) in request.headers.iter().chain(&credentials) {
        sent = sent.header(name, value);
    }
    let began = Instant::now();
    match sent.send(request.body.as_bytes()).and_then(read) {
        Ok((status, headers, body)) => call.on_response(status, &headers, &body, now()),
        Err(ureq::Error::Timeout(_)) if timeout_ms.is_some_and(|ms| began.elapsed().as_secs_f64() * 1000.0 >= ms) => {
            call.on_timeout()
        }
        Err(error) => call.on_network_error(Error::new(Kind::Network, error.to_string()), now()),
    }
    Ok(())
}

type Response = (u16, Vec<(String, String)>, Vec<u8>);

fn read(response: ureq::http::Response<ureq::Body>) -> Result<Response, ureq::Error> {
    let (head, mut body) = response.into_parts();
    let headers = head
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect();
    let mut bytes = Vec::new();
    body.as_reader().take(MAX_BODY).read_to_end(&mut bytes)?;
    Ok((head.status.as_u16(), headers, bytes))
}

fn now() -> Clock {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // The digits below a millisecond vary enough for the waits between retries.
    Clock { now_ms: time.as_millis() as f64, random: f64::from(time.subsec_nanos() % 1_000_000) / 1e6 }
}
