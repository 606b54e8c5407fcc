//! From a model string (docs/internals/behaviour.md#provider-strings), options and environment to an [`Endpoint`]. Errors of the
//! configuration are reported here, before a request: [`base`] reads the address, [`unset`] writes the texts for missing
//! settings.

mod base;
mod unset;

use super::Endpoint;
use super::address;
use super::auth::{Auth, cloud};
use super::env::Env;
use super::registry::{self, Key, Row};
use crate::error::Error;
use crate::provider::auth::Secret;
use base::Given;
use serde_json::{Map, Value};

const BAD_FORMAT: &str =
    "Model string must be in format \"provider/model-name\" (e.g. \"openai/gpt-4\" or \"anthropic/claude-3-sonnet\")";
const BAD_PARTS: &str =
    "Model string must be in format \"provider/model-name\" with both parts non-empty (e.g. \"openai/gpt-4\")";

/// Options that address a provider: public name, snake_case name.
const OPTIONS: &[(&str, &str)] = &[
    ("organization", "organization"),
    ("project", "project"),
    ("azureEndpoint", "azure_endpoint"),
    ("apiVersion", "api_version"),
    ("vertexai", "vertexai"),
    ("location", "location"),
    ("region", "region"),
    ("credentials", "credentials"),
    ("accessToken", "access_token"),
    ("accessKeyId", "access_key_id"),
    ("secretAccessKey", "secret_access_key"),
    ("sessionToken", "session_token"),
    ("accountId", "account_id"),
    ("anthropicVersion", "anthropic_version"),
    ("native", "native"),
    ("binding", "binding"),
];

/// Options that are true or false.
const SWITCHES: &[&str] = &["vertexai", "native", "binding"];

impl Endpoint {
    /// Removes its options from `options`; the rest steers calls or goes into request bodies.
    pub fn resolve(model: &str, options: &mut Map<String, Value>, env: Env) -> Result<Endpoint, Error> {
        let (row, model) = split(model)?;
        let mut own = own_options(options)?;
        let blank = is_blank(options.get("apiKey")) || is_blank(options.get("api_key"));
        let key = take_string(options, &["apiKey", "api_key"])?;
        if key.is_none() {
            registry::variants_of_env(row, &mut own, env);
        }
        let row = registry::variant(row, &model, &own);
        address::model(row, &model)?;
        let base = take_string(options, &["baseURL", "base_url", "baseUrl"])?;
        let browser = options.shift_remove("browser").and_then(|v| v.as_bool()).unwrap_or(false);
        let runtime = options.shift_remove("runtime");
        let runtime = runtime.as_ref().and_then(Value::as_str).unwrap_or(if browser { "browser" } else { "node" });
        let mut headers = headers(row, options, &own, env, browser)?;
        let given = Given::find(row, base, own.get("azureEndpoint").and_then(Value::as_str), env)?;
        // `fetch` refuses addresses with a user; as in Python's clients, the user replaces a bearer key.
        let basic = given.as_ref().and_then(|given| given.basic.clone());
        if let Some(basic) = basic
            && !headers.iter().any(|(name, _)| name == "authorization")
        {
            headers.push(("authorization".to_owned(), basic));
        }
        // With an authorization header of the caller (for a proxy), only the place is needed, no keys.
        let authorized = headers.iter().any(|(name, _)| name == "authorization");
        let from_url = given.as_ref().is_some_and(|given| given.basic.is_some());
        let auth = match row.key {
            Key::Aws if authorized => {
                cloud::region(&mut own, &model, env)?;
                Auth::None
            }
            Key::GoogleCloud if authorized => {
                cloud::places(&mut own, env)?;
                Auth::None
            }
            Key::Bearer | Key::Optional if from_url => Auth::None,
            Key::Aws => {
                cloud::aws(&mut own, &model, key.or_else(|| row.key_env.iter().find_map(|name| env(name))), env)?
            }
            Key::GoogleCloud => cloud::google(&mut own, key, env)?,
            _ => match own.get("accessToken").and_then(Value::as_str) {
                // Azure's Entra ID and gateways use tokens instead of keys.
                Some(token) if key.is_none() => {
                    address::header("accessToken", token)?;
                    Auth::Bearer(Secret(token.to_owned()))
                }
                _ => match auth(row, key, env, &headers)? {
                    Some(auth) => auth,
                    None => return Err(unset::key(row, runtime, blank)),
                },
            },
        };
        let mut endpoint =
            Endpoint { row, model, base_url: String::new(), auth, headers, query: Vec::new(), options: own, browser };
        endpoint.base_url = base::base_url(&mut endpoint, given, env, runtime)?;
        Ok(endpoint)
    }

    /// An option's text.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).and_then(Value::as_str)
    }
}

/// Removes the options that address a provider, and checks their kinds.
fn own_options(options: &mut Map<String, Value>) -> Result<Map<String, Value>, Error> {
    let mut own = Map::new();
    for (name, snake) in OPTIONS {
        // `project` is an option of OpenAI and Google; no API has a request field of this name.
        if let Some(value) = options.shift_remove(*name).or_else(|| options.shift_remove(*snake))
            && !value.is_null()
        {
            own.insert((*name).to_owned(), value);
        }
    }
    for (name, value) in &own {
        match value {
            // `cloud` reads it.
            _ if name == "credentials" => {}
            Value::Bool(_) if SWITCHES.contains(&name.as_str()) => {}
            _ if SWITCHES.contains(&name.as_str()) => return Err(Error::invalid_parameter(name, "true or false")),
            Value::String(_) => {}
            _ => return Err(Error::invalid_parameter(name, "a string")),
        }
    }
    Ok(own)
}

/// The row's headers, the caller's, and those that options or variables fill in; the last one of a name wins.
fn headers(
    row: &Row,
    options: &mut Map<String, Value>,
    own: &Map<String, Value>,
    env: Env,
    browser: bool,
) -> Result<Vec<(String, String)>, Error> {
    let mut headers = Vec::new();
    for (name, value) in row.headers {
        headers.push(((*name).to_owned(), (*value).to_owned()));
    }
    if browser {
        headers.extend(row.browser_headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    }
    let given = take_headers(options)?;
    headers.retain(|(name, _)| !given.iter().any(|(own, _)| own == name));
    headers.extend(given);

    for (header, option, variable) in row.option_headers {
        let given = own.get(*option).and_then(Value::as_str).map(str::to_owned);
        let stands = headers.iter().any(|(name, _)| name == header);
        if let Some(value) = given.or_else(|| env(variable).filter(|_| !stands)) {
            address::header(option, &value)?;
            headers.retain(|(name, _)| name != header);
            headers.push(((*header).to_owned(), value));
        }
    }
    Ok(headers)
}

fn split(model: &str) -> Result<(&'static Row, String), Error> {
    let Some((provider, name)) = model.split_once('/') else { return Err(no_provider(model)) };
    if provider.is_empty() || name.is_empty() {
        return Err(Error::configuration(BAD_PARTS));
    }
    let Some(row) = registry::row(provider) else { return Err(unknown(provider, name)) };
    Ok((row, name.to_owned()))
}

#[inline(never)]
fn no_provider(model: &str) -> Error {
    let meant = match registry::provider_of_model(model) {
        Some(id) => [". Did you mean \"", id, "/", model, "\"?"].concat(),
        None => {
            registry::closest_provider(model).map_or(String::new(), |id| [". Did you mean \"", id, "/…\"?"].concat())
        }
    };
    Error::configuration(BAD_FORMAT.to_owned() + &meant)
}

#[inline(never)]
fn unknown(provider: &str, name: &str) -> Error {
    let meant = registry::closest_provider(provider)
        .map_or(String::new(), |id| [" Did you mean '", id, "/", name, "'?"].concat());
    let known: Vec<&str> = registry::names().collect();
    let message =
        ["Unsupported provider: ", provider, ".", &meant, " Supported providers are: ['", &known.join("', '"), "']"];
    Error::configuration(message.concat())
}

/// The key as the row sends it; `None` if it is missing.
fn auth(row: &Row, key: Option<String>, env: Env, headers: &[(String, String)]) -> Result<Option<Auth>, Error> {
    // With a header of the caller (for a proxy, or another token), no key is needed.
    let header = match row.key {
        Key::Header(name) => name,
        _ => "authorization",
    };
    let own = headers.iter().any(|(name, _)| name == header || name == "authorization");
    let key = key.or_else(|| row.key_env.iter().find_map(|name| env(name)));
    let token = row.token_env.filter(|_| key.is_none()).and_then(env);
    // Reported here, because `fetch` would only report a network error.
    let odd = |text: &Option<String>| text.as_deref()?.trim().chars().find(|c| !matches!(c, ' '..='~'));
    if let Some(odd) = odd(&key).or_else(|| odd(&token)) {
        let message = format!("The key holds '{odd}', which no header can: is it the real key, copied whole?");
        return Err(Error::configuration(message).with("parameter", "apiKey"));
    }
    Ok(match (row.key, key, token) {
        (Key::None, ..) => Some(Auth::None),
        (_, None, _) if own => Some(Auth::None),
        (_, None, Some(token)) => Some(Auth::Bearer(Secret(token))),
        (Key::Optional, None, _) => Some(Auth::None),
        (_, None, _) => None,
        (Key::Header(name), Some(key), _) => Some(Auth::Header(name, Secret(key))),
        (_, Some(key), _) => Some(Auth::Bearer(Secret(key))),
    })
}

fn is_blank(value: Option<&Value>) -> bool {
    value.and_then(Value::as_str).is_some_and(|text| text.trim().is_empty())
}

fn take_string(options: &mut Map<String, Value>, names: &[&str]) -> Result<Option<String>, Error> {
    let mut found = None;
    for name in names {
        match options.shift_remove(*name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if !text.trim().is_empty() => {
                found.get_or_insert(text);
            }
            Some(Value::String(_)) => {}
            Some(_) => return Err(Error::invalid_parameter(names.first().copied().unwrap_or(name), "a string")),
        }
    }
    Ok(found)
}

#[inline(never)]
fn add_headers(headers: &mut Vec<(String, String)>, given: Map<String, Value>) -> Result<(), Error> {
    for (name, value) in given {
        match value {
            Value::String(value) => {
                address::header_name(&name)?;
                address::header(&format!("headers['{name}']"), &value)?;
                headers.push((name.to_ascii_lowercase(), value));
            }
            Value::Null => {}
            _ => return Err(Error::invalid_parameter(&format!("headers['{name}']"), "a string")),
        }
    }
    Ok(())
}

fn take_headers(options: &mut Map<String, Value>) -> Result<Vec<(String, String)>, Error> {
    let mut headers = Vec::new();
    for key in ["headers", "default_headers", "defaultHeaders"] {
        match options.shift_remove(key) {
            None | Some(Value::Null) => {}
            Some(Value::Object(given)) => add_headers(&mut headers, given)?,
            Some(_) => return Err(Error::invalid_parameter("headers", "an object of strings")),
        }
    }
    Ok(headers)
}
