//! Streams that are drawn: what goes into a stage, what comes out, what goes no further.
//!
//! A stage is a resource of kind [`ResourceKind::Stream`], and items are marbles on its lane. Nothing here
//! changes what a stream gives, when, or to whom: it is polled as often as without, and dropped where it
//! would be. Texts of items are only made where something is recorded.

use std::fmt::Display;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use futures::stream::FusedStream;
use pin_project_lite::pin_project;

use crate::trace::{Event, Op, ResourceId, ResourceKind, WaitKind, current};

/// Adds marbles to any stream.
pub trait StreamExt: Stream + Sized {
    /// Draws what comes out of this stream on a lane of its own, under a name: each item, the end, and
    /// the drop if that comes before the end.
    #[track_caller]
    fn observed<F>(self, name: &str, text: F) -> Observed<Self, Out<F>>
    where
        F: FnMut(&Self::Item) -> String,
    {
        self.leaving(&Stage::new(name), text)
    }

    /// As [`observed`](Self::observed), for a stream of results: an `Err` is drawn as one, with its text.
    #[track_caller]
    fn try_observed<F, T, E>(self, name: &str, text: F) -> Observed<Self, TryOut<F>>
    where
        Self: Stream<Item = Result<T, E>>,
        F: FnMut(&T) -> String,
        E: Display,
    {
        let (stage, location) = (Stage::new(name), Location::caller());
        Observed { stream: self, text: TryOut(text), edge: Edge::new(stage, location, true) }
    }

    /// Draws each item of this stream as one that goes into a stage.
    #[track_caller]
    fn entering<F>(self, stage: &Stage, text: F) -> Observed<Self, In<F>>
    where
        F: FnMut(&Self::Item) -> String,
    {
        Observed { stream: self, text: In(text), edge: Edge::new(*stage, Location::caller(), false) }
    }

    /// Draws each item of this stream as one that comes out of a stage, and its end as the stage's.
    #[track_caller]
    fn leaving<F>(self, stage: &Stage, text: F) -> Observed<Self, Out<F>>
    where
        F: FnMut(&Self::Item) -> String,
    {
        Observed { stream: self, text: Out(text), edge: Edge::new(*stage, Location::caller(), true) }
    }
}

impl<S: Stream> StreamExt for S {}

/// A stage of a stream, such as a filter: one lane for what goes in, what comes out and what is dropped.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    resource: ResourceId,
}

impl Stage {
    /// Creates a stage with a name.
    #[track_caller]
    pub fn new(name: &str) -> Self {
        let resource = current::new_resource(ResourceKind::Stream, Event::UNBOUNDED, Location::caller());
        current::name_resource(resource, name);
        Self { resource }
    }

    /// Marks an item that goes no further: a filter rejected it.
    #[track_caller]
    pub fn dropped(&self, item: impl Display) {
        self.mark(Op::ItemDropped, Location::caller(), || item.to_string());
    }

    fn mark(self, op: Op, location: &'static Location<'static>, text: impl FnOnce() -> String) {
        if self.resource != ResourceId::NONE && current::is_recording() {
            // Before the recorder is at hand: whatever makes the text may itself have something to say.
            let text = current::name(&text());
            current::op(self.resource, op, text.0, location);
        }
    }
}

/// Says how an item is drawn.
pub trait Marble<Item> {
    /// Returns what happens to the item, and its text.
    fn of(&mut self, item: &Item) -> (Op, String);
}

/// Draws items that come out.
#[derive(Clone, Copy, Debug)]
pub struct Out<F>(F);

/// Draws results that come out.
#[derive(Clone, Copy, Debug)]
pub struct TryOut<F>(F);

/// Draws items that go in.
#[derive(Clone, Copy, Debug)]
pub struct In<F>(F);

impl<Item, F: FnMut(&Item) -> String> Marble<Item> for Out<F> {
    fn of(&mut self, item: &Item) -> (Op, String) {
        (Op::ItemOut, (self.0)(item))
    }
}

impl<T, E: Display, F: FnMut(&T) -> String> Marble<Result<T, E>> for TryOut<F> {
    fn of(&mut self, item: &Result<T, E>) -> (Op, String) {
        match item {
            Ok(item) => (Op::ItemOut, (self.0)(item)),
            Err(error) => (Op::ItemFailed, error.to_string()),
        }
    }
}

impl<Item, F: FnMut(&Item) -> String> Marble<Item> for In<F> {
    fn of(&mut self, item: &Item) -> (Op, String) {
        (Op::ItemIn, (self.0)(item))
    }
}

pin_project! {
    /// The stream of [`StreamExt::observed`] and its kin.
    // The order of the fields is that of their drops: what the stream held is released before its lane ends.
    #[derive(Debug)]
    #[must_use = "a stream does nothing until it is polled"]
    pub struct Observed<S, M> {
        #[pin]
        stream: S,
        text: M,
        edge: Edge,
    }
}

/// One end of a stage.
#[derive(Debug)]
struct Edge {
    stage: Stage,
    location: &'static Location<'static>,
    /// Whether this is where items come out, so that its end is the stage's.
    is_out: bool,
    has_ended: bool,
}

impl Edge {
    fn new(stage: Stage, location: &'static Location<'static>, is_out: bool) -> Self {
        Self { stage, location, is_out, has_ended: false }
    }

    fn end(&mut self, op: Op) {
        if self.is_out && !self.has_ended {
            current::op(self.stage.resource, op, 0, self.location);
        }
        self.has_ended = true;
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        self.end(Op::StreamDropped);
    }
}

impl<S: Stream, M: Marble<S::Item>> Stream for Observed<S, M> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let stage = this.edge.stage;
        let (polled, is_told) = current::tells_its_wait(|| this.stream.poll_next(cx));
        match &polled {
            // A timer or a task inside says it better: it is what the stream itself waits for.
            Poll::Pending if is_told || stage.resource == ResourceId::NONE => {}
            Poll::Pending => {
                current::waiting(WaitKind::Resource, this.edge.location, stage.resource.0.into());
            }
            Poll::Ready(None) => this.edge.end(Op::StreamEnded),
            Poll::Ready(Some(item)) if stage.resource != ResourceId::NONE && current::is_recording() => {
                let (op, text) = this.text.of(item);
                stage.mark(op, this.edge.location, || text);
            }
            Poll::Ready(Some(_)) => {}
        }
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

impl<S: FusedStream, M: Marble<S::Item>> FusedStream for Observed<S, M> {
    fn is_terminated(&self) -> bool {
        self.stream.is_terminated()
    }
}
