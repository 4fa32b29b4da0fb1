//! The browser's `fetch`.

use futures::future::{Either, select};
use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use web_sys::AbortController;

use super::{Document, FetchError, MAX_BODY, REQUEST_LIMIT_MILLIS};

/// Gives the request up when the future that waits for it is dropped.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

pub(super) async fn get(url: String) -> Result<Document, FetchError> {
    let controller = AbortOnDrop(AbortController::new().ok());
    let answer = std::pin::pin!(fetch(&url, &controller));
    match select(answer, TimeoutFuture::new(REQUEST_LIMIT_MILLIS)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(FetchError::TooSlow { url: url.clone(), millis: REQUEST_LIMIT_MILLIS }),
    }
}

async fn fetch(url: &str, controller: &AbortOnDrop) -> Result<Document, FetchError> {
    let unreachable = |error: gloo_net::Error| FetchError::Unreachable {
        url: url.to_owned(),
        why: format!("{error} (the address may be wrong, or its server does not allow other pages: CORS)"),
    };
    let signal = controller.0.as_ref().map(AbortController::signal);
    let request = Request::get(url).header("accept", "application/json").abort_signal(signal.as_ref());
    let response = request.send().await.map_err(unreachable)?;
    let length = response.headers().get("content-length").and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > MAX_BODY) {
        return Err(FetchError::TooLarge { url: url.to_owned(), limit: MAX_BODY });
    }
    let body = response.text().await.map_err(unreachable)?;
    Document::new(url, response.status(), body)
}
