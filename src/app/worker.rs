//! The engine in a Web Worker: both ends of the way there.
//!
//! The worker is given the page's own compiled module, so nothing is loaded or compiled twice; it has an
//! instance and a memory of its own. It says that it is ready before anything is sent to it.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use futures::future::{AbortHandle, Abortable};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, BlobPropertyBag, DedicatedWorkerGlobalScope, ErrorEvent, Event, MessageEvent, Url, Worker,
    WorkerOptions, WorkerType,
};

use super::beside;
use super::engine::{
    Drive, Inbox, Incoming, MAX_MEMORY, PatternRun, Port, Reply, Request, Server, Surroundings,
};
use crate::runtime::browser::{drive, now_millis};

/// What starts the worker; it stands beside the script that wasm-bindgen makes.
const SCRIPT: &str = "engine.js";
/// The first message of a worker; the others are bytes, and in the end perhaps a text that says what ended it.
const READY: &str = "ready";

/// Returns what a server on this thread needs.
pub fn surroundings() -> Surroundings {
    Surroundings { wall: Rc::new(now_millis), drive: drive_here as Drive, memory }
}

fn memory() -> u64 {
    (core::arch::wasm32::memory_size::<0>() as u64) << 16
}

/// Makes a worker with a server in it; `None` where the browser refuses to.
pub fn connect(inbox: Inbox) -> Option<Box<dyn Port>> {
    let worker = open(&beside::address(SCRIPT)?)?;
    let start = Object::new();
    Reflect::set(&start, &"glue".into(), &beside::script().into()).ok()?;
    Reflect::set(&start, &"module".into(), &wasm_bindgen::module()).ok()?;
    // A run that passes the limit is ended by its own code, unless there is no memory left for that.
    Reflect::set(&start, &"limit".into(), &(MAX_MEMORY as f64).into()).ok()?;
    worker.post_message(&start).ok()?;
    Some(Box::new(Apart::new(worker, inbox)))
}

fn open(script: &str) -> Option<Worker> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name("wakeline");
    Worker::new_with_options(script, &options).ok().or_else(|| {
        // A script of another origin may not be a worker, but a script of this one may import it.
        let parts = Array::of1(&format!("import {script:?}").into());
        let kind = BlobPropertyBag::new();
        kind.set_type("text/javascript");
        let blob = Blob::new_with_str_sequence_and_options(&parts, &kind).ok()?;
        let address = Url::create_object_url_with_blob(&blob).ok()?;
        let worker = Worker::new_with_options(&address, &options).ok();
        // It is loaded by now, or will be: the address was resolved.
        drop(Url::revoke_object_url(&address));
        worker
    })
}

/// The page's end.
struct Apart {
    worker: Worker,
    /// What is to be sent once the worker is ready.
    waiting: Rc<RefCell<Option<Vec<Uint8Array>>>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Apart {
    fn new(worker: Worker, inbox: Inbox) -> Self {
        let waiting = Rc::new(RefCell::new(Some(Vec::new())));
        let (sender, queue, arrivals) = (worker.clone(), Rc::clone(&waiting), inbox.clone());
        let on_message = Closure::new(move |event: MessageEvent| {
            let data = event.data();
            arrivals.put(match data.as_string() {
                Some(word) if word == READY => {
                    for message in queue.take().into_iter().flatten() {
                        send(&sender, &message);
                    }
                    Incoming::Ready
                }
                Some(fault) => Incoming::Failed(fault),
                None => {
                    let bytes = data.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
                    match Reply::decode(&bytes) {
                        Ok(reply) => Incoming::Reply(Box::new(reply)),
                        Err(error) => Incoming::Failed(error.to_string()),
                    }
                }
            });
            arrivals.announce();
        });
        let on_error = Closure::new(move |event: Event| {
            event.prevent_default();
            let text = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
            let why = if text.is_empty() { "it could not be loaded".to_owned() } else { text };
            inbox.put(Incoming::Failed(why));
            inbox.announce();
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Self { worker, waiting, _on_message: on_message, _on_error: on_error }
    }
}

fn send(worker: &Worker, bytes: &Uint8Array) {
    // Bytes can always be copied to a worker; one that has failed has said so by itself.
    drop(worker.post_message(bytes));
}

impl Port for Apart {
    fn post(&mut self, number: u64, request: Request) {
        let bytes = Uint8Array::from(request.encode(number).as_slice());
        match self.waiting.borrow_mut().as_mut() {
            Some(waiting) => waiting.push(bytes),
            None => send(&self.worker, &bytes),
        }
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Serves a page from the worker that this is called in, until the page ends the worker.
///
/// # Errors
///
/// When this is no worker.
#[wasm_bindgen]
pub fn serve() -> Result<(), JsValue> {
    let scope = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>()?;
    let page = scope.clone();
    let server = Server::shared(surroundings(), move |reply| post(&page, &reply));
    let page = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = event.data().dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
        match Request::decode(&bytes) {
            Ok((number, request)) => {
                let reply = server.borrow_mut().answer(number, request);
                post(&page, &reply);
            }
            // The page sees it as an error of the worker, which it is.
            Err(error) => wasm_bindgen::throw_str(&error.to_string()),
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // For as long as the worker is there.
    on_message.forget();
    scope.post_message(&READY.into())
}

/// Tells the page, from a worker, of the fault that is about to end the worker; returns whether this is one.
pub fn tell_of_fault(fault: &str) -> bool {
    let scope = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>();
    // What cannot be posted is seen by the page all the same, as an error without a reason.
    scope.is_ok_and(|scope| scope.post_message(&fault.into()).is_ok())
}

fn post(page: &DedicatedWorkerGlobalScope, reply: &Reply) {
    let bytes = Uint8Array::from(reply.encode().as_slice());
    let moved = Array::of1(&bytes.buffer());
    drop(page.post_message_with_transfer(&bytes, &moved));
}

/// Drives a run in real time in a task of this thread; dropping what it returns ends the task.
fn drive_here(run: Rc<RefCell<PatternRun>>, on_slice: Rc<dyn Fn(&mut PatternRun)>) -> Box<dyn Any> {
    let driving = drive(run, move |run| {
        on_slice(run);
        true
    });
    let (handle, registration) = AbortHandle::new_pair();
    let task = Abortable::new(driving, registration);
    wasm_bindgen_futures::spawn_local(async move {
        // How it ended is read from the run itself.
        let _ = task.await;
    });
    Box::new(AbortOnDrop(handle))
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
