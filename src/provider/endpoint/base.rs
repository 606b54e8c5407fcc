//! The base address, to which paths are added: from an option, a variable or the row.
//!
//! Users paste whole addresses: with the path of a request (`…/chat/completions`), with Azure's `api-version`, with a
//! user and a password. Each part is used once, or refused with the name of its option.

use super::unset;
use crate::error::Error;
use crate::http::percent_encode;
use crate::output::Mode;
use crate::provider::Endpoint;
use crate::provider::address;
use crate::provider::auth::{basic, cloud};
use crate::provider::env::Env;
use crate::provider::registry::{Address, Api, Key, Row};

/// The version for Azure's classic addresses without one.
const AZURE_VERSION: &str = "2024-10-21";
const FOUNDRY_VERSION: &str = "2024-05-01-preview";

/// The caller's address.
pub(super) struct Given {
    /// Without user, query and request path.
    base: String,
    /// From Azure's query.
    version: Option<String>,
    /// The value of an authorization header, from a user and a password.
    pub basic: Option<String>,
}

impl Given {
    pub(super) fn find(
        row: &Row,
        option: Option<String>,
        azure: Option<&str>,
        env: Env,
    ) -> Result<Option<Given>, Error> {
        let from_env = || {
            let (name, base) = row.base_env.iter().find_map(|name| Some((*name, env(name)?)))?;
            // A host only: the vendor's SDK adds the rest.
            let path = base.split_once("://").map_or(base.as_str(), |(_, rest)| rest).trim_end_matches('/');
            let base =
                if path.contains('/') { base } else { base.trim_end_matches('/').to_owned() + row.base_env_ending };
            Some((name, base))
        };
        let resource = || {
            let name = (row.address == Address::Azure).then(|| env("AZURE_RESOURCE_NAME"))??;
            Some(("AZURE_RESOURCE_NAME", ["https://", &percent_encode(&name), ".openai.azure.com"].concat()))
        };
        let option = option.map(|base| ("baseURL", base));
        let azure = azure.map(|base| ("azureEndpoint", base.to_owned()));
        let found = option.or(azure).or_else(from_env).or_else(resource);
        found.map(|(name, base)| Given::read(row, name, base)).transpose()
    }

    fn read(row: &Row, name: &str, url: String) -> Result<Given, Error> {
        let (url, basic) = without_user(url);
        let (address, query) = url.split_once('?').map_or((url.as_str(), ""), |(address, query)| (address, query));
        let version = match (row.address, query.split_once('=')) {
            (Address::Azure, Some(("api-version", version))) if !version.contains('&') => Some(version.to_owned()),
            _ if query.is_empty() && !url.ends_with('?') => None,
            (Address::Azure, _) => {
                return Err(Error::invalid_parameter(
                    name,
                    "an address without a query: give the version as `apiVersion`",
                ));
            }
            _ => {
                return Err(Error::invalid_parameter(
                    name,
                    "an address without a query, since paths are added to it: give the query as `extraQuery`",
                ));
            }
        };
        if url.contains('#') {
            return Err(Error::invalid_parameter(name, "an address without a fragment (`#…`)"));
        }
        let base = match address {
            _ if ["https://", "http://", "/"].iter().any(|start| address.starts_with(start)) => address.to_owned(),
            // A host without a scheme, as in some environment variables.
            _ if !address.contains("://") && address.contains('.') && !address.contains(' ') => {
                ["https://", address].concat()
            }
            _ => return Err(Error::invalid_parameter(name, "an http or https address")),
        };
        Ok(Given { base: without_path(row, base.trim_end_matches('/')).to_owned(), version, basic })
    }
}

/// Removes `user:password@` from an address.
fn without_user(url: String) -> (String, Option<String>) {
    let (scheme, rest) = url.split_once("://").map_or(("", url.as_str()), |(scheme, rest)| (scheme, rest));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((user, _)) = host.rsplit_once('@') else { return (url, None) };
    let after = rest.get(user.len() + 1..).unwrap_or_default();
    let clean = if scheme.is_empty() { after.to_owned() } else { [scheme, "://", after].concat() };
    (clean, Some(basic(user)))
}

/// The address without the path of a request.
fn without_path<'a>(row: &Row, base: &'a str) -> &'a str {
    for path in std::iter::once(row.path).chain(row.stream_path) {
        let cut = match path.split_once("{model}") {
            None => base.strip_suffix(path).filter(|_| !path.is_empty()),
            Some((before, after)) if base.ends_with(after) => base.rfind(before).and_then(|at| base.get(..at)),
            Some(_) => None,
        };
        if let Some(cut) = cut {
            return cut;
        }
    }
    let responses = row.modes.contains(&Mode::ResponsesTools);
    base.strip_suffix("/responses").filter(|_| responses).unwrap_or(base)
}

/// The address without a trailing slash; for Azure's classic form the deployment's.
pub(super) fn base_url(
    endpoint: &mut Endpoint,
    given: Option<Given>,
    env: Env,
    runtime: &str,
) -> Result<String, Error> {
    let row = endpoint.row;
    let (base, version) = given.map_or((None, None), |given| (Some(given.base), given.version));
    if row.key == Key::GoogleCloud {
        let publisher = if row.api == Api::Anthropic { "anthropic" } else { "google" };
        return Ok(cloud::google_base(&endpoint.options, base, publisher));
    }
    let base = match base {
        None if row.key == Key::Aws => cloud::aws_base(&endpoint.options),
        Some(base) => base,
        None => match (row.base, row.missing_base_variable) {
            (Some(base), _) => base.to_owned(),
            (None, Some(variable)) => {
                let option = if row.address == Address::Azure { "azureEndpoint" } else { "baseURL" };
                return Err(unset::setting(variable, "<your-address>", option, runtime));
            }
            (None, None) => return Err(missing_base(row)),
        },
    };
    // The path includes the version if the row's base does not.
    let own = row.path.starts_with("/v1/") || row.path.starts_with("/api/");
    let base = if own { base.strip_suffix("/v1").unwrap_or(&base).to_owned() } else { base };
    match row.address {
        Address::Ending(ending) if !base.ends_with(ending) => Ok(base + ending),
        Address::Filled { option, variables, default } => {
            let given = endpoint.option(option).map(str::to_owned);
            let value = given.or_else(|| variables.iter().find_map(|name| env(name)));
            let value = value.or_else(|| default.map(str::to_owned));
            filled(base, option, value).unwrap_or_else(|| {
                let variable = variables.first().copied().unwrap_or(option);
                Err(unset::setting(variable, "<your-account>", option, runtime))
            })
        }
        Address::Azure => azure(endpoint, base, version, env),
        _ => Ok(base),
    }
}

/// The address with the value in place of `{option}`, if it has this place; `None` if the value is missing.
#[inline(never)]
fn filled(base: String, option: &str, value: Option<String>) -> Option<Result<String, Error>> {
    let hole = ["{", option, "}"].concat();
    if !base.contains(&hole) {
        return Some(Ok(base));
    }
    let value = value?;
    if let Err(error) = address::segment(option, &value) {
        return Some(Err(error));
    }
    let host = base.split('/').nth(2).is_some_and(|host| host.contains(&hole));
    if host && !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        let wanted = "letters, digits, `-`, `_` and `.`: it is a part of the host's name";
        return Some(Err(Error::invalid_parameter(option, wanted)));
    }
    Some(Ok(base.replace(&hole, &percent_encode(&value))))
}

/// OpenAI's form without a version; the classic form if a version is given, or is in the address.
#[inline(never)]
fn azure(endpoint: &mut Endpoint, base: String, in_address: Option<String>, env: Env) -> Result<String, Error> {
    let version = endpoint.option("apiVersion").map(str::to_owned).or(in_address);
    let v1 = base.ends_with("/openai/v1");
    let version = if v1 { version } else { version.or_else(|| env("OPENAI_API_VERSION")) };
    // Some SDKs call this form `v1`.
    let version = version.filter(|version| version != "v1");
    let deployment = base.contains("/openai/deployments/");
    let foundry = base.ends_with("/models");
    let default = match (deployment, foundry) {
        (true, _) => Some(AZURE_VERSION),
        (_, true) => Some(FOUNDRY_VERSION),
        _ => None,
    };
    let classic = version.as_deref().is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()));
    if let Some(version) = version.or_else(|| default.map(str::to_owned)) {
        endpoint.query.push(("api-version".to_owned(), version));
    }
    if v1 || deployment || foundry {
        return Ok(base);
    }
    let host = base.strip_suffix("/openai").unwrap_or(&base);
    if !classic {
        return Ok([host, "/openai/v1"].concat());
    }
    address::segment("model", &endpoint.model)?;
    Ok([host, "/openai/deployments/", &percent_encode(&endpoint.model)].concat())
}

#[inline(never)]
fn missing_base(row: &Row) -> Error {
    let id = row.id;
    Error::configuration(
        [
            id,
            " needs an address: pass baseURL, e.g. fromProvider('",
            id,
            "/…', { baseURL: 'http://localhost:4000/v1' }).",
        ]
        .concat(),
    )
    .with("parameter", "baseURL")
}
