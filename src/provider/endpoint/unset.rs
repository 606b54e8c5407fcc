//! Errors for a missing key, address or account, with the way to provide it in each runtime.

use crate::error::Error;
use crate::provider::registry::Row;

/// `runtime` is `node`, `deno`, `bun`, `edge`, `worker` or `browser`; `blank`: an empty string was passed.
#[inline(never)]
pub fn key(row: &Row, runtime: &str, blank: bool) -> Error {
    let name = row.key_env.first().copied().unwrap_or("The API key");
    let mut message = String::new();
    if blank {
        message.push_str("apiKey is an empty string, and ");
    }
    message.push_str(&[name, " is not set. "].concat());
    message.push_str(&match runtime {
        "browser" => "A page can't keep a key secret: make the call from your server, or pass { apiKey } where the key is the user's own.".to_owned(),
        _ => how(name, "<your-api-key>", "apiKey", runtime),
    });
    Error::configuration(message).with("variable", name).with("parameter", "apiKey")
}

/// Any other setting that comes from a variable or an option.
#[inline(never)]
pub fn setting(name: &str, value: &str, option: &str, runtime: &str) -> Error {
    let message = [name, " is not set. ", &how(name, value, option, runtime)].concat();
    Error::configuration(message).with("variable", name).with("parameter", option)
}

fn how(name: &str, value: &str, option: &str, runtime: &str) -> String {
    match runtime {
        "browser" => ["Pass { ", option, " } to fromProvider."].concat(),
        "worker" => {
            ["Set it with `wrangler secret put ", name, "` and pass { env } to fromProvider, or pass { ", option, " }."]
                .concat()
        }
        "edge" => {
            ["Set ", name, " among the deployment's environment variables, or pass { ", option, " } to fromProvider."]
                .concat()
        }
        _ => ["Set it with `export ", name, "=", value, "`, or pass { ", option, " } to fromProvider."].concat(),
    }
}
