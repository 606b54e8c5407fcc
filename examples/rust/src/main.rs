//! Text to a typed value, from a Rust program: the crate decides, reqwest sends.
//!
//! ```sh
//! OPENAI_API_KEY=… cargo run -- "Jason is 25 years old."
//! cargo run -- "Jason is 25 years old." ollama/llama3.2
//! ```

use instructor_wasm::{Action, Call, Client, Clock, Error, HttpRequest, Kind, ResponseModel, Validator};
use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A person that the text describes.
#[derive(Deserialize, JsonSchema)]
struct User {
    name: String,
    /// In years.
    age: u8,
}

/// The core limits an answer to less; this limits what is read before it counts.
const MAX_BODY: usize = 64 << 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
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
    let user: User = create(&client, json!({ "prompt": format!("Extract: {text}"), "timeout": 60_000 })).await?;
    println!("{} is {} years old", user.name, user.age);
    Ok(())
}

/// Runs a call to its end: performs each action and reports its outcome.
async fn create<T: DeserializeOwned + JsonSchema>(client: &Client, params: Value) -> Result<T, Error> {
    let Value::Object(mut params) = params else {
        return Err(Error::new(Kind::Configuration, "The parameters are an object."));
    };
    let model = ResponseModel::of::<T>()?;
    let schema = Value::Object(model.schema().clone());
    let validator = Validator::new(&schema)?;
    params.insert("responseModel".to_owned(), json!({ "name": model.name, "schema": schema }));
    let mut call = client.call(params, false)?;
    let http = reqwest::Client::builder()
        // A redirect would send the key to another address.
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(network)?;
    loop {
        match call.poll(now()) {
            Action::Send { request, timeout_ms, .. } => send(&http, &mut call, &request, timeout_ms).await?,
            Action::Wait(ms) => {
                tokio::time::sleep(Duration::from_secs_f64(ms / 1000.0)).await;
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
async fn send(
    http: &reqwest::Client,
    call: &mut Call,
    request: &HttpRequest,
    timeout_ms: Option<f64>,
) -> Result<(), Error> {
    let credentials = call.auth_headers(request, now())?.ok_or_else(|| {
        Error::new(
            Kind::Configuration,
            "This provider needs credentials that the program has to make (Call::auth_question).",
        )
    })?;
    let mut sent = http.post(&request.url).body(request.body.clone());
    for (name, value) in request.headers.iter().chain(&credentials) {
        sent = sent.header(name, value);
    }
    if let Some(ms) = timeout_ms {
        sent = sent.timeout(Duration::from_secs_f64(ms / 1000.0));
    }
    let began = Instant::now();
    let late = || timeout_ms.is_some_and(|ms| began.elapsed().as_secs_f64() * 1000.0 >= ms);
    match read(sent).await {
        Ok((status, headers, body)) => call.on_response(status, &headers, &body, now()),
        Err(error) if error.is_timeout() && late() => call.on_timeout(),
        Err(error) => call.on_network_error(network(error), now()),
    }
    Ok(())
}

type Response = (u16, Vec<(String, String)>, Vec<u8>);

/// The whole response. A status is an outcome that the core decides about.
async fn read(request: reqwest::RequestBuilder) -> Result<Response, reqwest::Error> {
    let mut response = request.send().await?;
    let headers = response
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect();
    let mut body = Vec::new();
    while let Some(bytes) = response.chunk().await? {
        body.extend_from_slice(&bytes);
        if body.len() > MAX_BODY {
            break;
        }
    }
    Ok((response.status().as_u16(), headers, body))
}

/// The address is left out, because it can contain a key.
fn network(error: reqwest::Error) -> Error {
    Error::new(Kind::Network, error.without_url().to_string())
}

fn now() -> Clock {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // The digits below a millisecond vary enough for the waits between retries.
    Clock { now_ms: time.as_millis() as f64, random: f64::from(time.subsec_nanos() % 1_000_000) / 1e6 }
}
