//! Any JSON as a schema: read, rendered and linted in every dialect, and an answer restored, unstreamed and streamed.
//! The input is one or two JSON documents: the schema, and an answer to it (without a second one: the schema itself).
#![no_main]

use instructor_wasm::machinery::json::incremental::{Options, Parser};
use instructor_wasm::machinery::json::ops::Tree;
use instructor_wasm::machinery::schema::{Dialect, ResponseModel, lint, render_shared};
use libfuzzer_sys::fuzz_target;
use serde_json::{Deserializer, Value};

fuzz_target!(|data: &[u8]| {
    let mut documents = Deserializer::from_slice(data).into_iter::<Value>();
    let Some(Ok(schema)) = documents.next() else { return };
    let answer = documents.next().and_then(Result::ok).unwrap_or_else(|| schema.clone());
    let _ = ResponseModel::iterable(&schema, None, None);
    let _ = ResponseModel::maybe(&schema, None);
    let model = ResponseModel::new(&schema, None, None);
    for dialect in Dialect::ALL {
        let (findings, _) = lint::report(&schema, dialect);
        let Ok(rendered) = model.as_ref().map_err(Clone::clone).and_then(|model| render_shared(model, dialect, true))
        else {
            assert!(!findings.is_empty(), "a refusal has findings");
            continue;
        };
        let mut parser = Parser::new(Options { max_depth: 1000, ..Options::default() });
        assert!(parser.push(rendered.text(), &mut Tree::new()).is_ok(), "the rendered schema is valid JSON");
        let plan = rendered.plan();
        let _ = plan.restore(answer.clone());
        let Some(sent) = plan.transform(&answer) else { continue };
        assert!(plan.restore(sent.clone()).is_ok());
        if let Some(mut restoring) = plan.streaming() {
            let mut tree = Tree::new();
            let mut parser = Parser::new(Options::default());
            let _ = parser.push(&sent.to_string(), &mut restoring.to(&mut tree));
        }
    }
});
