//! `extraBody`, `extraHeaders` and `extraQuery`: parts of a request that the caller provides.

use crate::jsontext::ToText;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::provider::{Endpoint, address};

#[derive(Debug, Default, Clone)]
pub(super) struct Extra {
    pub(super) body: Map<String, Value>,
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
}

impl Extra {
    /// Removes the three from options or from a call.
    pub(super) fn take(given: &mut Map<String, Value>) -> Result<Extra, Error> {
        let mut object = |key: &str, wanted: &str| match given.shift_remove(key) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(members)) => Ok(members),
            Some(_) => Err(Error::invalid_parameter(key, wanted)),
        };
        let body = object("extraBody", "an object of request fields")?;
        let headers = texts("extraHeaders", object("extraHeaders", "an object of strings")?)?;
        for (name, value) in &headers {
            address::header_name(name)?;
            address::header(&["extraHeaders.", name].concat(), value)?;
        }
        let query = object("extraQuery", "an object of strings")?;
        Ok(Extra { body, headers, query: texts("extraQuery", query)? })
    }

    /// Adds headers and query parameters; they replace those of the same name.
    pub(super) fn address(&self, endpoint: &mut Endpoint) {
        for (name, value) in &self.headers {
            let name = name.to_ascii_lowercase();
            endpoint.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
            endpoint.headers.push((name, value.clone()));
        }
        for (name, value) in &self.query {
            endpoint.query.retain(|(known, _)| known != name);
            endpoint.query.push((name.clone(), value.clone()));
        }
    }

    /// Whether the endpoint is unchanged.
    pub(super) fn is_body_only(&self) -> bool {
        self.headers.is_empty() && self.query.is_empty()
    }
}

fn texts(what: &str, given: Map<String, Value>) -> Result<Vec<(String, String)>, Error> {
    let mut out = Vec::with_capacity(given.len());
    for (name, value) in given {
        match value {
            Value::Null => {}
            Value::String(text) => out.push((name, text)),
            Value::Number(_) | Value::Bool(_) => out.push((name, value.to_text())),
            _ => return Err(Error::invalid_parameter(&[what, ".", &name].concat(), "a string")),
        }
    }
    Ok(out)
}
