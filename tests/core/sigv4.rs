//! Signatures: AWS's own suites (those with the signature in headers), and Bedrock requests signed by two other
//! implementations. The suites are read from the test data's folder and are not part of this repository.

use std::path::Path;

use crate::support;
use instructor_wasm::machinery::provider::auth::Secret;
use instructor_wasm::machinery::provider::auth::sigv4::{Keys, Request, Scope, authorization, canonical, sign};
use serde_json::Value;

const KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn keys(token: Option<&str>) -> Keys {
    Keys {
        access_key_id: KEY.into(),
        secret_access_key: Secret(SECRET.into()),
        session_token: token.map(|t| Secret(t.into())),
    }
}

/// The normalization of a client's URL parser: dot segments resolved, empty segments dropped.
fn normalized(path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                out.pop();
            }
            segment => out.push(segment),
        }
    }
    let mut text = format!("/{}", out.join("/"));
    if text.len() > 1 && (path.ends_with('/') || path.ends_with("/.")) {
        text.push('/');
    }
    text
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_default().replace("\r\n", "\n")
}

/// One suite: the canonical request and the signature.
fn suite(folder: &Path) -> Result<(), String> {
    let context: Value = serde_json::from_str(&read(folder, "context.json")).map_err(|e| e.to_string())?;
    let text = read(folder, "request.txt");
    let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
    let mut lines = head.split('\n');
    let first = lines.next().unwrap_or_default().trim_end_matches(" HTTP/1.1");
    let (method, target) = first.split_once(' ').ok_or("no request line")?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        match line.split_once(':').filter(|_| !line.starts_with(' ')) {
            Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
            // A folded line belongs to the header before it.
            None => headers.last_mut().ok_or("folded first line")?.1.push_str(&format!(" {}", line.trim())),
        }
    }
    let stamp = context["timestamp"].as_str().unwrap_or_default();
    let amz_date: String = stamp.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("x-amz-date")) {
        headers.push(("X-Amz-Date".into(), amz_date.clone()));
    }
    let token = context["credentials"]["token"].as_str();
    let late = context["omit_session_token"] == true;
    if let Some(token) = token.filter(|_| !late) {
        headers.push(("X-Amz-Security-Token".into(), token.into()));
    }
    let canonical_wanted = read(folder, "header-canonical-request.txt");
    if context["sign_body"] == true {
        let hash = canonical_wanted.trim_end().rsplit('\n').next().unwrap_or_default();
        headers.push(("x-amz-content-sha256".into(), hash.into()));
    }
    let path = if context["normalize"] == true { normalized(path) } else { path.to_owned() };
    let request = Request { method, path: &path, query, headers, body: body.as_bytes() };
    let (found, _) = canonical(&request);
    if found != canonical_wanted.trim_end_matches('\n') {
        return Err(format!("canonical request\n{found}\n!=\n{canonical_wanted}"));
    }
    let scope = Scope {
        region: context["region"].as_str().unwrap_or_default(),
        service: context["service"].as_str().unwrap_or_default(),
        amz_date: &amz_date,
    };
    let wanted = read(folder, "header-signature.txt");
    let header = authorization(&request, &scope, &keys(token));
    match header.ends_with(&format!("Signature={}", wanted.trim())) {
        true => Ok(()),
        false => Err(format!("{header} has not the signature {wanted}")),
    }
}

#[test]
fn every_header_suite_of_aws_has_its_signature() {
    let Some(folder) = support::testdata("aws-sigv4/v4") else { return };
    let entries = std::fs::read_dir(folder).expect("a readable folder");
    let (mut compared, mut wrong) = (0, Vec::new());
    for entry in entries.flatten().filter(|entry| entry.path().join("header-signature.txt").is_file()) {
        compared += 1;
        if let Err(why) = suite(&entry.path()) {
            wrong.push(format!("{}: {why}", entry.file_name().to_string_lossy()));
        }
    }
    println!("sigv4: compared {compared}, different {}", wrong.len());
    assert!(compared > 0 && wrong.is_empty(), "{}", wrong.join("\n\n"));
}

const URL: &str =
    "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse";
const BODY: &str = r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}]}"#;
/// 2026-01-02T03:04:05Z
const NOW: f64 = 1_767_323_045_000.0;

fn signed(token: Option<&str>) -> Vec<(String, String)> {
    sign(&keys(token), "us-east-1", "bedrock", "POST", URL, BODY, NOW)
}

#[test]
fn a_bedrock_request_is_signed_like_two_other_implementations() {
    let headers = signed(None);
    assert_eq!(headers[0], ("x-amz-date".into(), "20260102T030405Z".into()));
    assert_eq!(
        headers[1].1,
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=8048cd5d26b71ee8912b10adad00cd46f850ae29cb4e3aa9193ed33619cbd984"
    );
}

#[test]
fn temporary_credentials_are_signed_with_their_token() {
    let headers = signed(Some("TOKEN/abc+def=="));
    assert_eq!(headers[1], ("x-amz-security-token".into(), "TOKEN/abc+def==".into()));
    assert!(headers[2].1.ends_with(
        "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=bca7f22750a550e40130b219f33877d3bdb072f5c3e1568e18b7bce49ccaf7c2"
    ));
}
