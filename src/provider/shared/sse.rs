//! The decoder of a streamed answer in server-sent events, which several APIs share.

use super::accumulator::{Accumulator, ended};
use crate::chat::Answer;
use crate::error::Error;
use crate::provider::{Sink, StreamDecoder};
use crate::stream::{SseDecoder, SseEvent, SseSink};

/// How one API reads the events.
pub trait Events {
    fn event(&mut self, event: SseEvent, sink: &mut dyn Sink) -> Result<(), Error>;

    /// See [`SseSink::handle_known_event`].
    fn handle_known_event(&mut self, _bytes: &[u8], _sink: &mut dyn Sink) -> usize {
        0
    }

    fn accumulator(&self) -> &Accumulator;

    /// Whether the answer is complete, even if the stream's last event is missing.
    fn is_complete(&self) -> bool {
        self.accumulator().done || self.accumulator().finish.is_some()
    }

    /// The answer, after the last event.
    fn answer(&mut self, sink: &mut dyn Sink) -> Answer;
}

struct Decoder {
    sse: SseDecoder,
    stopped: bool,
    events: Box<dyn Events>,
}

pub fn decoder(events: impl Events + 'static) -> Box<dyn StreamDecoder> {
    Box::new(Decoder { sse: SseDecoder::new(), stopped: false, events: Box::new(events) })
}

impl StreamDecoder for Decoder {
    fn push(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Error> {
        self.sse.push_to(bytes, &mut Feed { events: &mut *self.events, sink })
    }

    fn finish(&mut self, sink: &mut dyn Sink) -> Result<Answer, Error> {
        let events = &mut self.events;
        let last = self.sse.finish(&mut |event| events.event(event, sink));
        ended(last, self.stopped || events.is_complete())?;
        Ok(events.answer(sink))
    }

    fn stop(&mut self) {
        self.stopped = true;
    }

    fn is_done(&self) -> bool {
        self.events.accumulator().done
    }
}

/// Passes the framing's events to the API.
struct Feed<'a> {
    events: &'a mut dyn Events,
    sink: &'a mut dyn Sink,
}

impl SseSink for Feed<'_> {
    fn event(&mut self, event: SseEvent) -> Result<(), Error> {
        self.events.event(event, self.sink)
    }

    fn handle_known_event(&mut self, bytes: &[u8]) -> usize {
        self.events.handle_known_event(bytes, self.sink)
    }
}
