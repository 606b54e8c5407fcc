//! Credentials and addresses of AWS and Google Cloud, from options and environment.

use super::Auth;
use super::google_jwt::Account;
use super::sigv4::Keys;
use crate::error::Error;
use crate::http::percent_encode;
use crate::obj;
use crate::provider::address;
use crate::provider::auth::secret::Secret;
use crate::provider::env::Env;
use serde_json::{Map, Value};

/// An option's text, or the first of these variables that is set.
fn given(options: &Map<String, Value>, name: &str, env: Env, variables: &[&str]) -> Option<String> {
    let option = options.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    option.or_else(|| variables.iter().find_map(|variable| env(variable)))
}

/// Writes the region into the options: from the option, a variable, or the model's ARN.
#[inline(never)]
pub fn region(options: &mut Map<String, Value>, model: &str, env: Env) -> Result<String, Error> {
    let region = given(options, "region", env, &["AWS_REGION", "AWS_DEFAULT_REGION"]);
    let named = || model.strip_prefix("arn:")?.split(':').nth(2).filter(|r| !r.is_empty()).map(str::to_owned);
    let region = region.or_else(named).unwrap_or_else(|| "us-east-1".to_owned());
    address::label("region", &region)?;
    options.insert("region".into(), region.clone().into());
    Ok(region)
}

/// A bearer key, static keys, or a credentials function (a string in the options represents it).
#[inline(never)]
pub fn aws(options: &mut Map<String, Value>, model: &str, key: Option<String>, env: Env) -> Result<Auth, Error> {
    let region = region(options, model, env)?;
    if let Some(key) = key {
        address::header("apiKey", &key)?;
        return Ok(Auth::Bearer(Secret(key)));
    }
    if options.get("credentials").is_some_and(Value::is_string) {
        return Ok(Auth::Aws { keys: None, region });
    }
    let nested = options.get("credentials").and_then(Value::as_object).cloned().unwrap_or_default();
    let find =
        |name: &str, variable: &str| given(options, name, env, &[]).or_else(|| given(&nested, name, env, &[variable]));
    let id = find("accessKeyId", "AWS_ACCESS_KEY_ID");
    let secret = find("secretAccessKey", "AWS_SECRET_ACCESS_KEY");
    let (Some(access_key_id), Some(secret)) = (id, secret) else {
        return Err(Error::configuration(
            "AWS credentials are not set. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or AWS_BEARER_TOKEN_BEDROCK), or pass accessKeyId and secretAccessKey, apiKey, or a credentials function.",
        ));
    };
    let session_token = find("sessionToken", "AWS_SESSION_TOKEN");
    for (name, text) in [("accessKeyId", Some(&access_key_id)), ("sessionToken", session_token.as_ref())] {
        text.map_or(Ok(()), |text| address::header(name, text))?;
    }
    let session_token = session_token.map(Secret);
    let keys = Keys { access_key_id, secret_access_key: Secret(secret), session_token };
    Ok(Auth::Aws { keys: Some(keys), region })
}

/// `https://bedrock-runtime.{region}.amazonaws.com`, with the endings of the other partitions.
#[inline(never)]
pub fn aws_base(options: &Map<String, Value>) -> String {
    let region = options.get("region").and_then(Value::as_str).unwrap_or("us-east-1");
    let ending = match region.rsplit_once('-').and_then(|(rest, _)| rest.rsplit_once('-')).map(|(rest, _)| rest) {
        Some("cn") => "amazonaws.com.cn",
        Some("us-iso") => "c2s.ic.gov",
        Some("us-isob") => "sc2s.sgov.gov",
        Some("eu-isoe") => "cloud.adc-e.uk",
        Some("us-isof") => "csp.hci.ic.gov",
        _ => "amazonaws.com",
    };
    format!("https://bedrock-runtime.{region}.{ending}")
}

/// Writes project and location into the options.
#[inline(never)]
pub fn places(options: &mut Map<String, Value>, env: Env) -> Result<Option<String>, Error> {
    let project = ["GOOGLE_CLOUD_PROJECT", "GOOGLE_VERTEX_PROJECT", "ANTHROPIC_VERTEX_PROJECT_ID"];
    let location = ["GOOGLE_CLOUD_LOCATION", "GOOGLE_VERTEX_LOCATION", "CLOUD_ML_REGION"];
    let project = given(options, "project", env, &project);
    let location = given(options, "location", env, &location).unwrap_or_else(|| "us-central1".to_owned());
    address::label("location", &location)?;
    options.insert("location".into(), location.into());
    if let Some(project) = &project {
        address::segment("project", project)?;
        options.insert("project".into(), project.as_str().into());
    }
    Ok(project)
}

/// An access token (or the text that represents a token function), a service account, or an API key (express mode).
#[inline(never)]
pub fn google(options: &mut Map<String, Value>, key: Option<String>, env: Env) -> Result<Auth, Error> {
    let mut project = places(options, env)?;
    let token = given(options, "accessToken", env, &[]);
    let auth = if let Some(token) = token {
        address::header("accessToken", &token)?;
        Auth::Bearer(Secret(token))
    } else if let Some(credentials) =
        options.get("credentials").filter(|c| !c.is_null()).cloned().or_else(|| account_of(env))
    {
        let account = Account::read(&credentials)?;
        project = project.or_else(|| account.project.clone());
        Auth::Google(account)
    } else if let Some(key) = key.or_else(|| env("GOOGLE_VERTEX_API_KEY")) {
        address::header("apiKey", &key)?;
        Auth::Header("x-goog-api-key", Secret(key))
    } else {
        return Err(Error::configuration(
            "Vertex AI needs an accessToken (a string or a function), credentials (a service account's JSON), or an apiKey (express mode).",
        ));
    };
    match (project, &auth) {
        (Some(project), _) => {
            // A service account has one too.
            address::segment("project", &project)?;
            options.insert("project".into(), project.into())
        }
        // In express mode the key determines the project.
        (None, Auth::Header(..)) => None,
        (None, _) => {
            return Err(Error::configuration(
                "GOOGLE_CLOUD_PROJECT is not set. Set it with `export GOOGLE_CLOUD_PROJECT=<your-project>` or pass project.",
            ));
        }
    };
    Ok(auth)
}

fn account_of(env: Env) -> Option<Value> {
    let (email, key) = (env("GOOGLE_CLIENT_EMAIL")?, env("GOOGLE_PRIVATE_KEY")?);
    Some(obj! { "client_email": email, "private_key": key, "private_key_id": env("GOOGLE_PRIVATE_KEY_ID") })
}

/// `https://{host}/v1beta1/projects/{project}/locations/{location}/publishers/{publisher}`; in express mode without
/// project and location. The caller's base replaces the host.
#[inline(never)]
pub fn google_base(options: &Map<String, Value>, base: Option<String>, publisher: &str) -> String {
    let text = |key: &str| options.get(key).and_then(Value::as_str);
    let location = text("location").unwrap_or("us-central1");
    let project = text("project").map(percent_encode);
    let host = base.map(|base| base.trim_end_matches('/').to_owned()).unwrap_or_else(|| match (&project, location) {
        (None, _) | (_, "global") => "https://aiplatform.googleapis.com".to_owned(),
        (_, "us" | "eu") => format!("https://aiplatform.{location}.rep.googleapis.com"),
        _ => format!("https://{location}-aiplatform.googleapis.com"),
    });
    if host.contains("/publishers/") {
        return host;
    }
    let version = if host.contains("/v1") { "" } else { "/v1beta1" };
    match project {
        Some(project) => format!("{host}{version}/projects/{project}/locations/{location}/publishers/{publisher}"),
        None => format!("{host}{version}/publishers/{publisher}"),
    }
}
