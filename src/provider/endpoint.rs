//! From a model string, options and environment to an [`Endpoint`]. Everything that is wrong with a configuration
//! is told here, at once, in Python Instructor's words where it has them.

use super::Endpoint;
use super::address;
use super::auth::{Auth, Secret, cloud};
use super::registry::{self, Address, Key, Row};
use crate::error::{Error, Kind};
use serde_json::{Map, Value};

type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Python's 23 names; the message lists them in this order, and ours behind them.
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

impl Endpoint {
    /// Takes what it understands out of `options`; the rest steers calls or goes into request bodies.
    pub fn resolve(model: &str, options: &mut Map<String, Value>, env: Env) -> Result<Endpoint, Error> {
        let (row, model) = split(model)?;
        let mut own = Map::new();
        for (name, snake) in OPTIONS {
            // `project` is an option of OpenAI and Google, but a request field elsewhere would be unheard of.
            if let Some(value) = options.shift_remove(*name).or_else(|| options.shift_remove(*snake))
                && !value.is_null()
            {
                own.insert((*name).to_owned(), value);
            }
        }
        let row = registry::variant(row, &model, &own);
        address::model(row, &model)?;
        for (name, value) in &own {
            match (name.as_str(), value) {
                // Read where the service account is.
                ("credentials", _) | ("vertexai" | "native" | "binding", Value::Bool(_)) => {}
                ("vertexai" | "native" | "binding", _) => return Err(wrong(name, "true or false")),
                (_, Value::String(_)) => {}
                _ => return Err(wrong(name, "a string")),
            }
        }
        let key = take_string(options, &["apiKey", "api_key"])?;
        let base = take_string(options, &["baseURL", "base_url", "baseUrl"])?;
        let browser = options.shift_remove("browser").and_then(|v| v.as_bool()).unwrap_or(false);
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
        // A caller who signs himself (a proxy does it) needs no keys, only to say where.
        let authorized = headers.iter().any(|(name, _)| name == "authorization");
        let auth = match row.key {
            Key::Aws if authorized => {
                cloud::region(&mut own, &model, env)?;
                Auth::None
            }
            Key::GoogleCloud if authorized => {
                cloud::places(&mut own, env)?;
                Auth::None
            }
            Key::Aws => {
                cloud::aws(&mut own, &model, key.or_else(|| row.key_env.iter().find_map(|name| env(name))), env)?
            }
            Key::GoogleCloud => cloud::google(&mut own, key, env)?,
            _ => match own.get("accessToken").and_then(Value::as_str) {
                // Azure's Entra ID and gateways give tokens where others give keys.
                Some(token) if key.is_none() => {
                    address::header("accessToken", token)?;
                    Auth::Bearer(Secret(token.to_owned()))
                }
                _ => auth(row, key, env, &headers)?,
            },
        };
        let mut endpoint =
            Endpoint { row, model, base_url: String::new(), auth, headers, query: Vec::new(), options: own, browser };
        endpoint.base_url = base_url(&mut endpoint, base, env)?;
        Ok(endpoint)
    }

    /// An option's text.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).and_then(Value::as_str)
    }
}

fn split(model: &str) -> Result<(&'static Row, String), Error> {
    let Some((provider, name)) = model.split_once('/') else {
        return Err(Error::configuration(BAD_FORMAT));
    };
    if provider.is_empty() || name.is_empty() {
        return Err(Error::configuration(BAD_PARTS));
    }
    let Some(row) = registry::row(provider) else {
        let mut known = String::new();
        for name in registry::names() {
            if !known.is_empty() {
                known.push_str(", ");
            }
            known.push('\'');
            known.push_str(name);
            known.push('\'');
        }
        let message = format!("Unsupported provider: {provider}. Supported providers are: [{known}]");
        return Err(Error::configuration(message));
    };
    Ok((row, name.to_owned()))
}

fn auth(row: &Row, key: Option<String>, env: Env, headers: &[(String, String)]) -> Result<Auth, Error> {
    // A caller who sets the header himself (a proxy, a token of his own) needs no key.
    let header = match row.key {
        Key::Header(name) => name,
        _ => "authorization",
    };
    let own = headers.iter().any(|(name, _)| name == header || name == "authorization");
    let key = key.or_else(|| row.key_env.iter().find_map(|name| env(name)));
    // Told here, because fetch would only say that there was no answer.
    if let Some(odd) = key.as_deref().and_then(|key| key.trim().chars().find(|c| !matches!(c, ' '..='~'))) {
        let message = format!("The key holds '{odd}', which no header can: is it the real key, copied whole?");
        return Err(Error::configuration(message).with("parameter", "apiKey"));
    }
    match (row.key, key) {
        (Key::None, _) => Ok(Auth::None),
        (Key::Optional, None) => Ok(Auth::None),
        (_, None) if own => Ok(Auth::None),
        (_, None) => Err(missing_key(row)),
        (Key::Header(name), Some(key)) => Ok(Auth::Header(name, Secret(key))),
        (_, Some(key)) => Ok(Auth::Bearer(Secret(key))),
    }
}

fn missing_key(row: &Row) -> Error {
    let name = row.key_env.first().copied().unwrap_or("The API key");
    let message = match row.key_env {
        [first, second] if row.id == "databricks" => format!(
            "{first} is not set. Set it with `export {first}=<your-token>` or `export {second}=<your-token>` or pass it as kwarg `api_key=<your-token>` (apiKey in fromProvider's options)."
        ),
        _ => format!(
            "{name} is not set. Set it with `export {name}=<your-api-key>` or pass it as kwarg api_key=<your-api-key> (apiKey in fromProvider's options)."
        ),
    };
    Error::configuration(message).with("variable", name)
}

/// The address without a trailing slash; for Azure's classic form the deployment's.
fn base_url(endpoint: &mut Endpoint, given: Option<String>, env: Env) -> Result<String, Error> {
    let row = endpoint.row;
    let azure = endpoint.option("azureEndpoint").map(str::to_owned);
    let from_env = || {
        let base = row.base_env.iter().find_map(|name| env(name))?;
        // A host alone: the SDK that the variable is for adds the rest itself.
        let path = base.split_once("://").map_or(base.as_str(), |(_, rest)| rest).trim_end_matches('/');
        Some(if path.contains('/') { base } else { base.trim_end_matches('/').to_owned() + row.base_env_ending })
    };
    let base = given.or(azure).or_else(from_env);
    if row.key == Key::GoogleCloud {
        let publisher = if row.api == registry::Api::Anthropic { "anthropic" } else { "google" };
        let base = base.map(check_url).transpose()?;
        return Ok(cloud::google_base(&endpoint.options, base, publisher));
    }
    let base = match base {
        None if row.key == Key::Aws => cloud::aws_base(&endpoint.options),
        Some(base) => check_url(base)?,
        None if !row.base.is_empty() => row.base.to_owned(),
        None => return Err(missing_base(row)),
    };
    let base = base.trim_end_matches('/');
    // The version is the path's already where the API's own base has none.
    let base = if row.path.starts_with("/v1/") { base.strip_suffix("/v1").unwrap_or(base) } else { base }.to_owned();
    match row.address {
        Address::Ending(ending) if !base.ends_with(ending) => Ok(base + ending),
        Address::Account if base.contains("{accountId}") => {
            let account = endpoint.option("accountId").map(str::to_owned).or_else(|| env("CLOUDFLARE_ACCOUNT_ID"));
            let Some(account) = account else {
                return Err(Error::configuration(
                    "CLOUDFLARE_ACCOUNT_ID is not set. Set it with `export CLOUDFLARE_ACCOUNT_ID=<your-account>` or pass accountId.",
                ));
            };
            address::segment("accountId", &account)?;
            Ok(base.replace("{accountId}", &address::encoded(&account)))
        }
        Address::Azure => {
            // The v1 form is addressed as OpenAI is; a bare endpoint means the classic form.
            if base.ends_with("/openai/v1") {
                return Ok(base);
            }
            let version = endpoint.option("apiVersion").map(str::to_owned).or_else(|| env("OPENAI_API_VERSION"));
            endpoint.query.push(("api-version".to_owned(), version.unwrap_or_else(|| "2024-02-01".to_owned())));
            if base.contains("/openai/deployments/") {
                return Ok(base);
            }
            address::segment("model", &endpoint.model)?;
            Ok(format!("{base}/openai/deployments/{}", address::encoded(&endpoint.model)))
        }
        _ => Ok(base),
    }
}

fn missing_base(row: &Row) -> Error {
    if !row.no_base.is_empty() {
        return Error::configuration(row.no_base);
    }
    let id = row.id;
    Error::configuration(format!(
        "{id} needs an address: pass baseURL, e.g. fromProvider('{id}/…', {{ baseURL: 'http://localhost:4000/v1' }})."
    ))
}

fn check_url(url: String) -> Result<String, Error> {
    if url.contains(['?', '#']) {
        return Err(wrong(
            "baseURL",
            "an address without a query: paths are added to it (a `fetch` of yours can add one)",
        ));
    }
    if url.starts_with("https://") || url.starts_with("http://") || url.starts_with('/') {
        return Ok(url);
    }
    // A bare host, as some environment variables hold it.
    if !url.contains("://") && url.contains('.') && !url.contains(' ') {
        return Ok(format!("https://{url}"));
    }
    Err(wrong("baseURL", "an http or https address"))
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
            Some(_) => return Err(wrong(names.first().copied().unwrap_or(name), "a string")),
        }
    }
    Ok(found)
}

fn take_headers(options: &mut Map<String, Value>) -> Result<Vec<(String, String)>, Error> {
    let mut headers = Vec::new();
    for key in ["headers", "default_headers", "defaultHeaders"] {
        match options.shift_remove(key) {
            None | Some(Value::Null) => {}
            Some(Value::Object(given)) => {
                for (name, value) in given {
                    match value {
                        Value::String(value) => {
                            address::header_name(&name)?;
                            address::header(&format!("headers['{name}']"), &value)?;
                            headers.push((name.to_ascii_lowercase(), value));
                        }
                        Value::Null => {}
                        _ => return Err(wrong(&format!("headers['{name}']"), "a string")),
                    }
                }
            }
            Some(_) => return Err(wrong("headers", "an object of strings")),
        }
    }
    Ok(headers)
}

fn wrong(what: &str, wanted: &str) -> Error {
    Error::new(Kind::Configuration, format!("{what} must be {wanted}.")).with("parameter", what)
}
