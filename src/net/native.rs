//! A real HTTP client, on a tokio runtime of its own where the caller does not run on one.

use std::sync::OnceLock;
use std::time::Duration;

use futures::future::abortable;
use tokio::runtime::{Builder, Handle, Runtime};

use super::{Document, FetchError, MAX_BODY, REQUEST_LIMIT_MILLIS};

/// The client, and the runtime that its sockets belong to. They live as long as the program, because
/// connections are worth keeping.
struct Client {
    runtime: Runtime,
    http: reqwest::Client,
}

fn client() -> Result<&'static Client, String> {
    static CLIENT: OnceLock<Result<Client, String>> = OnceLock::new();
    let made = CLIENT.get_or_init(|| {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let http =
            reqwest::Client::builder().timeout(Duration::from_millis(REQUEST_LIMIT_MILLIS.into())).build();
        Ok(Client {
            runtime: runtime.map_err(|error| format!("no runtime for requests: {error}"))?,
            http: http.map_err(|error| format!("no HTTP client: {error}"))?,
        })
    });
    made.as_ref().map_err(Clone::clone)
}

pub(super) async fn get(url: String) -> Result<Document, FetchError> {
    let client = client().map_err(|why| FetchError::Unreachable { url: url.clone(), why })?;
    // The request has a runtime of its own: the caller may be the deterministic executor, or a tokio
    // whose paused clock would run ahead of the client's timeouts.
    let (request, abort) = abortable(fetch(&client.http, url.clone()));
    let handle: &Handle = client.runtime.handle();
    let (reply, answer) = futures::channel::oneshot::channel();
    handle.spawn(async move {
        if let Ok(answer) = request.await {
            // Nobody may be there to take it, which is fine.
            let _ = reply.send(answer);
        }
    });
    let _abort_on_drop = AbortOnDrop(abort);
    let lost = FetchError::Unreachable { url, why: "the client stopped".to_owned() };
    answer.await.unwrap_or(Err(lost))
}

struct AbortOnDrop(futures::future::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn fetch(http: &reqwest::Client, url: String) -> Result<Document, FetchError> {
    let failed = |error: reqwest::Error| {
        if error.is_timeout() {
            return FetchError::TooSlow { url: url.clone(), millis: REQUEST_LIMIT_MILLIS };
        }
        if error.is_builder() {
            return FetchError::Address { url: url.clone(), why: "it is not a valid address".to_owned() };
        }
        // The outermost text is only "error sending request"; the innermost says why.
        let mut cause: &dyn std::error::Error = &error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        FetchError::Unreachable { url: url.clone(), why: cause.to_string() }
    };
    let request = http.get(&url).header("accept", "application/json");
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(FetchError::TooLarge { url: url.clone(), limit: MAX_BODY });
        }
        body.extend_from_slice(&chunk);
    }
    Document::new(&url, status, String::from_utf8_lossy(&body).into_owned())
}
