//! `CoreStream`: one streamed call. TypeScript calls `next()`, which reads at most one network chunk, so backpressure
//! reaches the provider. The packed ops and the text of the chunk are in wasm memory until the next call.
//!
//! Awaiting a promise in wasm costs more than reading a small chunk. So TypeScript may read the body itself
//! (`readOutside`): `next()` then resolves with 3, and the reader is the one passed to `host.reading`. Each chunk is
//! written to `input` and read by `push`, which needs no promise, until `push` returns true; `end` or `cut` end the body.
//! Then `next()` continues.
//!
//! A provider sends thousands of small chunks, so a chunk costs few calls between the two languages: its buffer is
//! used again, and the addresses of the ops and the text are read from memory (`packed`).

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;

use js_sys::{Promise, Reflect};
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStreamDefaultReader;

use super::driver::{self, failed, issues, issues_of, step};
use super::host::{CallClock, Host};
use super::thrown;
use super::transport::{self, Failure};
use crate::call::{Action, Call, ElementOutcome, PartialStream, SoFar};
use crate::error::Error;
use crate::jsontext;

/// The result of `next()`.
#[repr(u32)]
enum Pulled {
    /// Ops are ready.
    Ops = 0,
    /// A new attempt begins: the value so far is void.
    Restart = 1,
    /// The value is valid; `completion()` is ready.
    Done = 2,
    /// TypeScript must read the body.
    Read = 3,
    /// `elements()` is ready: the elements of the list that no op closed.
    Elements = 4,
    /// `elements()` is ready: `[{path, value}]`, the parts that were corrected.
    Corrected = 5,
}

struct Running {
    call: Call,
    /// The first action; it is there before `next()` is called (driver.rs).
    first: Option<Action>,
    host: Host,
    reader: Option<ReadableStreamDefaultReader>,
    /// The current request, for error texts.
    request: Option<crate::http::HttpRequest>,
    /// Made once the response is there, because what it consists of may be loaded until then.
    partial: Option<PartialStream>,
    /// TypeScript reads the body.
    outside: bool,
    /// TypeScript writes chunks here.
    input: Vec<u8>,
    places: Rc<Places>,
    /// The JSON text for `elements()`.
    elements: String,
    /// TypeScript validates elements after the end of the body: there is no reader that would report an abort.
    validating: bool,
    clock: CallClock,
}

/// Where TypeScript finds the ops and the text: address and number of the ops, address and bytes of the text.
type Places = [Cell<u32>; 4];

#[wasm_bindgen]
pub struct CoreStream {
    /// Empty while `next()` runs.
    running: Rc<RefCell<Option<Running>>>,
    places: Rc<Places>,
}

impl CoreStream {
    pub fn start(mut call: Call, host: Host) -> CoreStream {
        let places = Rc::new(Places::default());
        let clock = CallClock::start();
        let running = Running {
            first: Some(call.poll(clock.now())),
            call,
            host,
            reader: None,
            request: None,
            partial: None,
            outside: false,
            input: Vec::new(),
            places: Rc::clone(&places),
            elements: String::new(),
            validating: false,
            clock,
        };
        CoreStream { running: Rc::new(RefCell::new(Some(running))), places }
    }

    fn read<T: Default>(&self, get: impl FnOnce(&Running) -> T) -> T {
        self.running.borrow().as_ref().map(get).unwrap_or_default()
    }
}

#[wasm_bindgen]
impl CoreStream {
    /// Continues the call. Resolves with 0 ops are ready, 1 restart, 2 done, 3 read the body, 4 and 5 `elements()` is ready.
    /// Rejects if the call fails.
    pub fn next(&self) -> Promise {
        let cell = Rc::clone(&self.running);
        let Some(mut running) = cell.borrow_mut().take() else {
            return Promise::reject(&thrown(&Error::configuration("The stream is being read already, or was closed.")));
        };
        super::promise(Box::pin(async move {
            let pulled = running.pull().await;
            running.place();
            cell.replace(Some(running));
            pulled.map(|p| JsValue::from_f64(f64::from(p as u32)))
        }))
    }

    /// Ends the attempt because of issues that the consumer found before the end, and cancels the request. `found` is JSON:
    /// `{issues, value, open, cut}`, see `SoFar`.
    pub fn reject(&self, found: &str) {
        if let Some(running) = self.running.borrow_mut().as_mut() {
            running.cancel_reader();
            let mut found: Value = jsontext::from_str(found).unwrap_or_default();
            let issues = issues_of(&found["issues"]);
            let mut take = |name: &str| found.get_mut(name).map(Value::take).filter(|value| !value.is_null());
            let (value, open, cut) = (take("value"), take("open"), take("cut"));
            let open = match open {
                Some(Value::Array(path)) => Some(path),
                _ => None,
            };
            let so_far = value.map(|value| SoFar { value, open, cut });
            running.call.on_early_violation(issues, so_far, running.clock.now());
        }
    }

    /// The elements of the list that no op closed, as JSON text, after `next()` resolved with 4; the corrected parts
    /// after 5.
    pub fn elements(&self) -> String {
        self.running.borrow_mut().as_mut().map(|running| std::mem::take(&mut running.elements)).unwrap_or_default()
    }

    /// Reports an element of the list that has closed (JSON text). Returns whether to validate it and call `validated`; if
    /// not, it is skipped.
    pub fn element(&self, json: String) -> bool {
        match self.running.borrow_mut().as_mut() {
            Some(running) => running.call.on_element(json, running.clock.now()),
            None => false,
        }
    }

    /// Reports the issues of the element (JSON, or nothing). Returns what to do with it: 0 yield it, 1 yield it when the call
    /// is done, 2 drop it, 3 drop it and the elements after it of this attempt.
    pub fn validated(&self, found: Option<String>) -> u32 {
        let mut cell = self.running.borrow_mut();
        let Some(running) = cell.as_mut() else { return ElementOutcome::Skip as u32 };
        let outcome = running.call.on_element_validated(issues(found.as_deref()), running.clock.now());
        if outcome == ElementOutcome::Reask {
            running.cancel_reader();
        }
        outcome as u32
    }

    /// Lets TypeScript read bodies itself; see the module's description.
    #[wasm_bindgen(js_name = readOutside)]
    pub fn read_outside(&self) {
        if let Some(running) = self.running.borrow_mut().as_mut() {
            running.outside = true;
        }
    }

    /// The address of a buffer of at least `length` bytes for the chunks of the body. It is valid until the next call of
    /// `input`.
    pub fn input(&self, length: usize) -> u32 {
        let mut cell = self.running.borrow_mut();
        let Some(running) = cell.as_mut() else { return 0 };
        if running.input.len() < length {
            running.input.resize(length, 0);
        }
        running.input.as_ptr() as u32
    }

    /// Reads the first `length` bytes of the buffer. Returns true if no more are needed: call `next()`.
    pub fn push(&self, length: usize) -> bool {
        let mut cell = self.running.borrow_mut();
        let Some(running) = cell.as_mut() else { return true };
        running.clear();
        let input = std::mem::take(&mut running.input);
        running.feed(input.get(..length).unwrap_or_default(), false);
        running.input = input;
        running.place();
        running.reader.is_none()
    }

    /// Ends a body that TypeScript reads; this may produce ops. Call `next()` afterwards.
    pub fn end(&self) {
        if let Some(running) = self.running.borrow_mut().as_mut() {
            running.clear();
            running.ended();
            running.place();
        }
    }

    /// Reports that reading the body failed with this reason. Throws the reason if the call was aborted; otherwise call
    /// `next()` afterwards.
    pub fn cut(&self, reason: JsValue) -> Result<(), JsValue> {
        match self.running.borrow_mut().as_mut() {
            Some(running) => {
                // The ops so far are applied already.
                running.clear();
                let outcome = running.cut(reason);
                running.place();
                outcome
            }
            None => Ok(()),
        }
    }

    /// The address of four `u32`: address and number of the ops, address and bytes of the text. The address stays the
    /// same; the numbers change with each call of `next`, `push`, `end` and `cut`.
    pub fn packed(&self) -> u32 {
        self.places.as_ptr() as u32
    }

    /// The completion as JSON text, with the value, after `next()` resolved with 2.
    pub fn completion(&self) -> String {
        self.read(|r| driver::completion(&r.call))
    }

    /// The member of the root that contains the answer, if the schema has a wrapper.
    #[wasm_bindgen(js_name = unwrapKey)]
    pub fn unwrap_key(&self) -> Option<String> {
        self.read(|r| r.call.setup().targets.first().and_then(|t| t.plan().unwrap_key()).map(str::to_owned))
    }
}

impl Running {
    /// Forgets the operations that were read.
    fn clear(&mut self) {
        if let Some(partial) = &mut self.partial {
            partial.clear();
        }
    }

    /// Writes where the ops and the text are, for TypeScript.
    fn place(&self) {
        let [ops, number, text, bytes] = &*self.places;
        if let Some(packed) = self.partial.as_ref().map(PartialStream::packed) {
            ops.set(packed.ops().as_ptr() as u32);
            number.set(packed.ops().len() as u32);
            text.set(packed.text().as_ptr() as u32);
            bytes.set(packed.text().len() as u32);
        } else {
            number.set(0);
        }
    }

    async fn pull(&mut self) -> Result<Pulled, JsValue> {
        self.clear();
        if std::mem::take(&mut self.validating) && self.host.signal().aborted() {
            failed(&mut self.call, &self.host, Failure::Aborted(self.host.signal().reason()), self.clock)?;
        }
        loop {
            let action = self.first.take().unwrap_or_else(|| self.call.poll(self.clock.now()));
            match action {
                Action::Send { request, .. } => self.send(request).await?,
                Action::Restart => {
                    self.cancel_reader();
                    self.partial = Some(self.call.setup().partial());
                    return Ok(Pulled::Restart);
                }
                Action::Done => {
                    self.cancel_reader();
                    return Ok(Pulled::Done);
                }
                Action::Failed(error) => {
                    self.cancel_reader();
                    return Err(thrown(&error));
                }
                Action::Nothing if self.reader.is_some() && self.outside => return Ok(Pulled::Read),
                Action::Nothing if self.reader.is_some() => {
                    // Boxed, so that its code is apart: a client reads the body itself.
                    let reading: Pin<Box<dyn Future<Output = Result<(), JsValue>> + '_>> = Box::pin(self.read_chunk());
                    reading.await?;
                    if self.partial.as_ref().is_some_and(|partial| !partial.packed().ops().is_empty()) {
                        return Ok(Pulled::Ops);
                    }
                }
                Action::ValidateElements(list) => {
                    self.elements = list;
                    self.validating = true;
                    return Ok(Pulled::Elements);
                }
                Action::Correct(changes) => {
                    self.elements = changes;
                    return Ok(Pulled::Corrected);
                }
                Action::Nothing => return Err(thrown(&Error::configuration("The stream has ended already."))),
                other => step(&mut self.call, &self.host, other, self.clock).await?,
            }
        }
    }

    async fn send(&mut self, request: crate::http::HttpRequest) -> Result<(), JsValue> {
        let clock = self.clock;
        let head = match transport::send(&self.host, &self.call, request.clone(), clock).await {
            Ok(head) => head,
            Err(failure) => return failed(&mut self.call, &self.host, failure, clock),
        };
        let partial = self.partial.get_or_insert_with(|| self.call.setup().partial());
        if !self.call.on_head(head.status, &head.headers) {
            return driver::whole(&mut self.call, &self.host, head, &request, clock).await;
        }
        let headers = head.headers;
        let raw: web_sys::Response = head.response.into();
        if let Some(reader) = transport::reader(&raw) {
            self.host.reading(&reader)?;
            self.reader = Some(reader);
            self.request = Some(request);
            return Ok(());
        }
        // The body is not a stream.
        let (bytes, outcome) = transport::read_all(&raw, &headers, &self.host, &self.call, &request).await;
        match outcome {
            Ok(()) => self.feed(&bytes, true),
            Err(Failure::Network(error)) => self.call.on_cut(error, partial, clock.now()),
            Err(failure) => failed(&mut self.call, &self.host, failure, clock)?,
        }
        Ok(())
    }

    async fn read_chunk(&mut self) -> Result<(), JsValue> {
        let Some(reader) = self.reader.clone() else { return Ok(()) };
        let result = JsFuture::from(reader.read()).await;
        // A cancelled reader reports an end, so the abort is checked first.
        if self.host.signal().aborted() {
            self.reader = None;
            return failed(&mut self.call, &self.host, Failure::Aborted(self.host.signal().reason()), self.clock);
        }
        match result {
            Ok(result) => {
                let done = Reflect::get(&result, &"done".into()).is_ok_and(|d| d.is_truthy());
                if done {
                    self.ended();
                    return Ok(());
                }
                let chunk = Reflect::get(&result, &"value".into()).unwrap_or_default();
                let bytes = js_sys::Uint8Array::new(&chunk).to_vec();
                self.feed(&bytes, false);
                Ok(())
            }
            Err(reason) => self.cut(reason),
        }
    }

    fn ended(&mut self) {
        self.reader = None;
        if let Some(partial) = &mut self.partial {
            self.call.on_end(partial, self.clock.now());
        }
    }

    /// Handles a failure to read the body.
    fn cut(&mut self, reason: JsValue) -> Result<(), JsValue> {
        self.reader = None;
        if self.host.signal().aborted() {
            return failed(&mut self.call, &self.host, Failure::Aborted(self.host.signal().reason()), self.clock);
        }
        let failure = match &self.request {
            Some(request) => transport::cut(&self.host, &self.call.setup().endpoint, request, reason),
            None => Failure::Thrown(reason),
        };
        match failure {
            Failure::Network(error) => {
                if let Some(partial) = &mut self.partial {
                    self.call.on_cut(error, partial, self.clock.now());
                }
                Ok(())
            }
            failure => failed(&mut self.call, &self.host, failure, self.clock),
        }
    }

    fn feed(&mut self, bytes: &[u8], last: bool) {
        let Some(partial) = &mut self.partial else { return };
        let done = self.call.on_bytes(bytes, partial, || self.clock.now());
        if done || last {
            self.call.on_end(partial, self.clock.now());
            self.cancel_reader();
        }
    }

    fn cancel_reader(&mut self) {
        if let Some(reader) = self.reader.take() {
            transport::cancel(&reader);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.cancel_reader();
    }
}
