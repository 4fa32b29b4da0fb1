//! A real HTTP client.

use std::sync::OnceLock;
use std::time::Duration;

use super::{Document, FetchError, MAX_BODY, REQUEST_LIMIT_MILLIS};
use crate::runtime::tokio::in_background;

/// The client lives as long as the program, because connections are worth keeping.
fn client() -> Result<&'static reqwest::Client, String> {
    static CLIENT: OnceLock<Result<reqwest::Client, String>> = OnceLock::new();
    let made = CLIENT.get_or_init(|| {
        let limit = Duration::from_millis(REQUEST_LIMIT_MILLIS.into());
        let made = reqwest::Client::builder().timeout(limit).build();
        made.map_err(|error| format!("no HTTP client: {error}"))
    });
    made.as_ref().map_err(Clone::clone)
}

pub(super) async fn get(url: String) -> Result<Document, FetchError> {
    let http = client().map_err(|why| FetchError::Unreachable { url: url.clone(), why })?;
    let request = fetch(http, url.clone());
    let lost = |error| FetchError::Unreachable { url, why: format!("{error}") };
    in_background(request).await.map_err(lost)?
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
