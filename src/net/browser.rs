//! The browser's `fetch`.

use futures::future::{Either, select};
use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use web_sys::{AbortController, RequestCache};

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
    within_limit(&url, async |controller| {
        let request = Request::get(&url).header("accept", "application/json");
        let response = send(&url, request, controller).await?;
        let body = response.text().await.map_err(|error| unreachable(&url, &error))?;
        Document::new(&url, response.status(), body)
    })
    .await
}

/// Fetches a file of the page's own, whatever is in it.
pub(crate) async fn file(url: String, cache: RequestCache) -> Result<Vec<u8>, FetchError> {
    within_limit(&url, async |controller| {
        let response = send(&url, Request::get(&url).cache(cache), controller).await?;
        if !response.ok() {
            return Err(FetchError::Status { url: url.clone(), status: response.status() });
        }
        response.binary().await.map_err(|error| unreachable(&url, &error))
    })
    .await
}

async fn within_limit<T>(
    url: &str,
    fetch: impl AsyncFnOnce(&AbortOnDrop) -> Result<T, FetchError>,
) -> Result<T, FetchError> {
    let controller = AbortOnDrop(AbortController::new().ok());
    let answer = std::pin::pin!(fetch(&controller));
    match select(answer, TimeoutFuture::new(REQUEST_LIMIT_MILLIS)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(FetchError::TooSlow { url: url.to_owned(), millis: REQUEST_LIMIT_MILLIS }),
    }
}

async fn send(url: &str, request: RequestBuilder, controller: &AbortOnDrop) -> Result<Response, FetchError> {
    let signal = controller.0.as_ref().map(AbortController::signal);
    let response = request.abort_signal(signal.as_ref()).send().await;
    let response = response.map_err(|error| unreachable(url, &error))?;
    let length = response.headers().get("content-length").and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > MAX_BODY) {
        return Err(FetchError::TooLarge { url: url.to_owned(), limit: MAX_BODY });
    }
    Ok(response)
}

fn unreachable(url: &str, error: &gloo_net::Error) -> FetchError {
    FetchError::Unreachable {
        url: url.to_owned(),
        why: format!("{error} (the address may be wrong, or its server does not allow other pages: CORS)"),
    }
}
