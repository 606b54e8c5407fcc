//! The URL of a request: for any name of a model, region, project …, the key is sent only to the provider's own host
//! and the path in its registry row, or the name is refused before anything is sent.

use super::*;
use instructor_wasm::machinery::provider::registry::{Address, ROWS};

/// Names that change the host or path if they are written unescaped into a URL.
const HOSTILE: &[&str] = &[
    "x.evil.example/",
    "@evil.example/",
    "evil.example/x",
    "evil.example#",
    "evil.example?",
    "evil.example:443/",
    "..",
    ".",
    "../..",
    "a/../../../../../projects/other/locations/l/publishers/google/models/m",
    "@cf/../../../../../zones/ZONE/purge_cache",
    "a/./b",
    "a//b",
    "/a",
    "a/",
    "m?x=1",
    "m#x",
    "m\\..\\..\\x",
    "..\\..",
    "%2e%2e/%2e%2e/x",
    "%2e%2e%2f%2e%2e%2fx",
    "a/ .. /b",
    "m\r\nhost: evil.example",
    "m\tx",
    "m\0x",
    "m:streamGenerateContent?key=",
    "us-east-1.evil",
    "US_EAST",
    "",
];

/// Every row, and the variants that an option selects: a model, the options, the start of its URLs.
fn rows() -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = Vec::new();
    for row in ROWS {
        let base = if row.base.is_none() { json!("https://base.example/v1") } else { Value::Null };
        let own = match row.id {
            "bedrock" | "vertexai" => json!({}),
            "azure_openai" => json!({ "azureEndpoint": "https://base.example" }),
            _ => json!({ "baseURL": base }),
        };
        all.push((row.id.to_owned(), own));
    }
    all.push(("google".into(), json!({ "vertexai": true })));
    all.push(("vertexai".into(), json!({ "location": "global" })));
    all.push(("ollama".into(), json!({ "native": true })));
    all.push(("workers_ai".into(), json!({ "binding": true })));
    all
}

fn full(own: &Value) -> Value {
    let mut all = json!({ "accessToken": "t", "location": "us-central1", "apiVersion": "2024-02-01" });
    for (key, value) in own.as_object().unwrap() {
        all[key] = value.clone();
    }
    all
}

fn address(row: &str, model: &str, own: Value, params: Value) -> Result<String, Error> {
    let mut params = params;
    params["responseModel"] = Value::Null;
    Ok(call(&format!("{row}/{model}"), full(&own), params)?.request().url)
}

/// The part of a URL that no name may change: everything before the model, or before the segment that is checked.
fn start(row: &str, own: &Value) -> String {
    let url = address(row, "plain-name", own.clone(), json!({})).unwrap();
    let end = url.find("plain-name").unwrap_or(url.len());
    // A model may contain its publisher, which is a segment after the project.
    url[..end].trim_end_matches("models/").trim_end_matches("google/").trim_end_matches("anthropic/").to_owned()
}

/// No parser resolves this URL to another host or path: no dotted or empty segment, no character that ends a path.
fn plain(url: &str) -> bool {
    let (_, rest) = url.split_once(':').unwrap();
    let path = rest.trim_start_matches('/').split('?').next().unwrap();
    let dotted = |segment: &str| {
        let read = segment.to_ascii_lowercase().replace("%2e", ".");
        read == "." || read == ".." || segment.is_empty()
    };
    url.bytes().all(|b| b.is_ascii_graphic() && b != b'\\' && b != b'#')
        && url.matches('?').count() <= 1
        && (path.is_empty() || !path.split('/').any(dotted))
}

/// The URL with a name as `parameter`, or the parameter in the error.
fn judged(row: &str, own: &Value, parameter: &str, outcome: Result<String, Error>, hostile: &str) {
    match outcome {
        Ok(url) => {
            let start = start(row, own);
            assert!(url.starts_with(&start) && plain(&url), "{row} {parameter} {hostile:?}: {url} (wanted {start}…)");
        }
        Err(error) if hostile.is_empty() => drop(error),
        Err(error) => {
            assert_eq!(error.kind, Kind::Configuration, "{row} {parameter} {hostile:?}");
            assert_eq!(error.detail["parameter"], parameter, "{row} {hostile:?}: {}", error.message);
            assert!(!error.message.contains(['\r', '\n', '\0']), "{:?}", error.message);
        }
    }
}

#[test]
fn a_model_of_the_client_or_of_a_call_never_leaves_the_providers_path() {
    for (row, own) in rows() {
        for hostile in HOSTILE {
            let client = address(&row, hostile, own.clone(), json!({}));
            judged(&row, &own, "model", client, hostile);
            let params = json!({ "model": hostile });
            judged(&row, &own, "model", address(&row, "plain-name", own.clone(), params.clone()), hostile);
            let streamed = json!({ "model": hostile, "stream": true });
            if let Ok(url) = address(&row, "plain-name", own.clone(), streamed) {
                assert!(plain(&url), "{row} {hostile:?}: {url}");
            }
        }
    }
}

#[test]
fn an_option_never_changes_the_host_or_the_path() {
    let options = [
        ("region", "AWS_REGION", "bedrock"),
        ("location", "GOOGLE_CLOUD_LOCATION", "vertexai"),
        ("project", "GOOGLE_CLOUD_PROJECT", "vertexai"),
        ("accountId", "CLOUDFLARE_ACCOUNT_ID", "workers_ai"),
    ];
    for hostile in HOSTILE {
        for (name, variable, row) in options {
            let given = json!({ name: hostile });
            let url = address(row, "plain-name", given, json!({}));
            let harmless = url.as_ref().is_ok_and(|url| url.contains("plain-name") && plain(url));
            let refused = url.as_ref().is_err_and(|e| is_refusal_of(e, name, hostile));
            // An empty option counts as missing.
            assert!(refused || hostile.is_empty() && harmless || encoded(&url, hostile), "{name} {hostile:?}: {url:?}");
            let mut from_env = json!({ "env": { variable: hostile } });
            from_env[name] = json!("");
            let url = address(row, "plain-name", from_env, json!({}));
            let refused = url.as_ref().is_err_and(|e| is_refusal_of(e, name, hostile));
            assert!(refused || hostile.is_empty() || encoded(&url, hostile), "{variable} {hostile:?}: {url:?}");
        }
        let model = format!("arn:aws:bedrock:{hostile}:1:inference-profile/m");
        let url = call(&format!("bedrock/{model}"), json!({ "region": "" }), json!({ "responseModel": null }));
        let url = url.map(|call| call.request().url);
        assert!(
            url.as_ref().map_or_else(
                |error| error.kind == Kind::Configuration,
                |url| url.starts_with("https://bedrock-runtime.us-east-1.amazonaws.com/model/") && plain(url)
            ),
            "{model:?}: {url:?}"
        );
        let deployment = address("azure_openai", hostile, json!({ "azureEndpoint": "https://a.example" }), json!({}));
        let stays = |url: &String| url.starts_with("https://a.example/openai/deployments/") && plain(url);
        assert!(deployment.as_ref().map_or(true, stays), "{hostile:?}: {deployment:?}");
    }
}

#[test]
fn a_variable_of_a_rows_url_stays_in_its_segment() {
    for row in ROWS {
        let Address::Filled { option, variables, .. } = row.address else { continue };
        let (before, after) = row.base.unwrap().split_once(&format!("{{{option}}}")).unwrap();
        for hostile in HOSTILE {
            let mut ways = vec![json!({ option: hostile })];
            ways.extend(variables.iter().map(|name| json!({ option: "", "env": { *name: hostile } })));
            for way in ways {
                match address(row.id, "plain-name", way, json!({})) {
                    Ok(url) => {
                        let rest = url.strip_prefix(before).unwrap_or_else(|| panic!("{} {hostile:?}: {url}", row.id));
                        // The variable is one label or segment, followed by the rest of the row's URL.
                        let end = rest.find(['/', '?', '#', '\\', '@', ':']).unwrap_or(rest.len());
                        let stays = rest[..end].contains(after.split('/').next().unwrap()) && rest.contains(after);
                        assert!(plain(&url) && stays, "{} {hostile:?}: {url}", row.id);
                    }
                    Err(error) => {
                        assert!(is_refusal_of(&error, option, hostile), "{} {hostile:?}: {}", row.id, error.message)
                    }
                }
            }
        }
    }
}

/// An error with the option's name; an empty option counts as missing.
fn is_refusal_of(error: &Error, parameter: &str, given: &str) -> bool {
    error.kind == Kind::Configuration && (given.is_empty() || error.detail["parameter"] == parameter)
}

/// The name is in the URL as one segment.
fn encoded(url: &Result<String, Error>, name: &str) -> bool {
    let one = instructor_wasm::machinery::http::percent_encode(name);
    url.as_ref().is_ok_and(|url| plain(url) && url.split('/').any(|segment| segment == one))
}

#[test]
fn names_that_providers_use_are_accepted() {
    let vertex = "https://us-central1-aiplatform.googleapis.com/v1beta1/projects/p/locations/us-central1";
    let gemini = "https://generativelanguage.googleapis.com/v1beta";
    let aws = "https://bedrock-runtime.us-east-1.amazonaws.com/model";
    let workers = "https://api.cloudflare.com/client/v4/accounts/acc/ai/run";
    for (model, wanted) in [
        ("vertexai/gemini-2.5-flash", format!("{vertex}/publishers/google/models/gemini-2.5-flash:generateContent")),
        (
            "vertexai/models/gemini-2.5-flash",
            format!("{vertex}/publishers/google/models/gemini-2.5-flash:generateContent"),
        ),
        ("vertexai/publishers/meta/models/llama-4", format!("{vertex}/publishers/meta/models/llama-4:generateContent")),
        ("vertexai/meta/llama-4", format!("{vertex}/publishers/meta/models/llama-4:generateContent")),
        ("vertexai/endpoints/1234567890", format!("{vertex}/endpoints/1234567890:generateContent")),
        (
            "vertexai/claude-sonnet-4-5@20250929",
            format!("{vertex}/publishers/anthropic/models/claude-sonnet-4-5%4020250929:rawPredict"),
        ),
        ("google/gemini-2.5-flash", format!("{gemini}/models/gemini-2.5-flash:generateContent")),
        ("google/models/gemini-2.5-flash", format!("{gemini}/models/gemini-2.5-flash:generateContent")),
        ("google/tunedModels/mine-1", format!("{gemini}/tunedModels/mine-1:generateContent")),
        (
            "workers_ai/@cf/meta/llama-3.3-70b-instruct-fp8-fast",
            format!("{workers}/@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
        ),
        (
            "bedrock/us.anthropic.claude-sonnet-4-5-v1:0",
            format!("{aws}/us.anthropic.claude-sonnet-4-5-v1%3A0/converse"),
        ),
        (
            "bedrock/arn:aws:bedrock:us-east-1:1:application-inference-profile/a1b2",
            format!("{aws}/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aapplication-inference-profile%2Fa1b2/converse"),
        ),
    ] {
        let (row, name) = model.split_once('/').unwrap();
        assert_eq!(address(row, name, json!({}), json!({})).unwrap(), wanted);
    }
    let azure = address("azure_openai", "my-gpt.4o_1", json!({ "azureEndpoint": "https://a.example" }), json!({}));
    assert!(
        azure.unwrap().starts_with("https://a.example/openai/deployments/my-gpt.4o_1/chat/completions?api-version=")
    );
    let domain = address("vertexai", "m", json!({ "project": "example.com:proj" }), json!({})).unwrap();
    assert!(domain.contains("/projects/example.com%3Aproj/locations/"), "{domain}");
    // Where the model is in the body, the server checks its name.
    for name in ["accounts/fireworks/models/x#accounts/a/deployments/b", "C:\\models\\x.gguf", "a//b"] {
        assert!(address("fireworks", name, json!({}), json!({})).is_ok(), "{name}");
    }
}

#[test]
fn a_value_that_no_header_can_contain_is_refused_before_anything_is_sent() {
    for odd in ["a\r\nx-evil: 1", "a\nb", "a\0b", "snow ☃", "a\u{7f}b"] {
        for (row, own, parameter) in [
            ("openai", json!({ "headers": { "x-own": odd } }), "headers['x-own']"),
            ("openai", json!({ "organization": odd }), "organization"),
            ("openai", json!({ "env": { "OPENAI_PROJECT_ID": odd }, "project": null }), "project"),
            ("openai", json!({ "apiKey": odd }), "apiKey"),
            ("anthropic", json!({ "anthropicVersion": odd }), "anthropicVersion"),
            ("bedrock", json!({ "apiKey": odd }), "apiKey"),
            ("bedrock", json!({ "apiKey": null, "accessKeyId": odd, "secretAccessKey": "s" }), "accessKeyId"),
            ("vertexai", json!({ "accessToken": odd }), "accessToken"),
            (
                "azure_openai",
                json!({ "apiKey": null, "accessToken": odd, "azureEndpoint": "https://a.example" }),
                "accessToken",
            ),
        ] {
            let error = call(&format!("{row}/m"), own, json!({})).err().expect("it should be refused");
            assert_eq!((error.kind, &error.detail["parameter"]), (Kind::Configuration, &json!(parameter)));
            assert!(!error.message.contains("x-evil"), "{}", error.message);
        }
    }
    let error = call("openai/m", json!({ "headers": { "x own": "1" } }), json!({})).err().unwrap();
    assert_eq!(error.detail["parameter"], "headers");
    // Latin-1 and white space that fetch trims are legal.
    for legal in ["caf\u{e9}", "a\tb", " a ", "a\n"] {
        assert!(call("openai/m", json!({ "headers": { "x-own": legal } }), json!({})).is_ok(), "{legal:?}");
    }
}
