//! Fetching JSON documents: from a simulated network, or for real.
//!
//! The simulated network answers with the very documents that the page serves, after a latency that
//! is drawn from the seed and the address, so that it is the same in whatever order requests are made.

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
mod native;
mod simulated;

use std::panic::Location;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use thiserror::Error;

use crate::runtime::{BoxFuture, io};
#[cfg(target_arch = "wasm32")]
pub(crate) use browser::file;
pub use simulated::DOCUMENTS;
use simulated::Simulated;

/// The largest body that is taken, in bytes.
pub const MAX_BODY: usize = 1 << 20;
/// How long a real request may take, in milliseconds.
pub const REQUEST_LIMIT_MILLIS: u32 = 10_000;

/// Why a request gave no document.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FetchError {
    /// It is not an address that can be fetched.
    #[error("cannot fetch `{url}`: {why}")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// There was no answer: refused, unreachable, or not allowed for this page.
    #[error("no answer from `{url}`: {why}")]
    Unreachable {
        /// The address.
        url: String,
        /// What the client said.
        why: String,
    },
    /// The answer took too long.
    #[error("no answer from `{url}` within `{millis}` ms")]
    TooSlow {
        /// The address.
        url: String,
        /// The limit.
        millis: u32,
    },
    /// The server answered that it will not.
    #[error("`{url}` answered with status `{status}`")]
    Status {
        /// The address.
        url: String,
        /// The status.
        status: u16,
    },
    /// The answer is larger than this client takes.
    #[error("`{url}` answered with more than `{limit}` bytes")]
    TooLarge {
        /// The address.
        url: String,
        /// The limit.
        limit: usize,
    },
    /// The answer is not JSON.
    #[error("`{url}` did not answer with JSON: it begins with `{begins}`")]
    NotJson {
        /// The address.
        url: String,
        /// The first characters of the answer.
        begins: String,
    },
}

/// A JSON document that a request brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The status of the answer, such as 200.
    pub status: u16,
    /// The document's text.
    pub body: String,
}

impl Document {
    /// Returns the document's title: the string `title` of its top level.
    pub fn title(&self) -> Option<String> {
        // Only what is wanted is read: a whole JSON value would bring numbers and their tables along.
        #[derive(serde::Deserialize)]
        struct Titled {
            title: String,
        }
        serde_json::from_str::<Titled>(&self.body).ok().map(|document| document.title)
    }

    /// Returns an entry of a document that is a table of strings.
    pub fn entry(&self, key: &str) -> Option<String> {
        serde_json::from_str::<FxHashMap<String, String>>(&self.body).ok()?.remove(key)
    }

    fn new(url: &str, status: u16, body: String) -> Result<Self, FetchError> {
        if !(200..300).contains(&status) {
            return Err(FetchError::Status { url: url.to_owned(), status });
        }
        if body.len() > MAX_BODY {
            return Err(FetchError::TooLarge { url: url.to_owned(), limit: MAX_BODY });
        }
        if serde_json::from_str::<serde::de::IgnoredAny>(&body).is_err() {
            let begins = body.chars().filter(|char| !char.is_control()).take(24).collect();
            return Err(FetchError::NotJson { url: url.to_owned(), begins });
        }
        Ok(Self { status, body })
    }
}

/// A way to fetch documents.
#[derive(Clone, Debug)]
pub struct Network(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    Simulated(Simulated),
    Real { base: String },
}

impl Network {
    /// Creates a network that only pretends: answers take `latency` and up to `spread` more, in
    /// milliseconds, and `failures` percent of the addresses answer with status 503.
    pub fn simulated(seed: u64, latency: u32, spread: u32, failures: u32) -> Self {
        Self(Arc::new(Kind::Simulated(Simulated { seed, latency, spread, failures })))
    }

    /// Creates a network that fetches for real; relative addresses start from `base`.
    pub fn real(base: &str) -> Self {
        Self(Arc::new(Kind::Real { base: base.to_owned() }))
    }

    /// Returns whether requests leave this program.
    pub fn is_real(&self) -> bool {
        matches!(*self.0, Kind::Real { .. })
    }

    /// Fetches a document. Dropping the future gives the request up.
    #[track_caller]
    pub fn get(&self, url: &str) -> BoxFuture<'static, Result<Document, FetchError>> {
        match &*self.0 {
            Kind::Simulated(simulated) => simulated.get(url, Location::caller()),
            Kind::Real { base } => match resolve(base, url) {
                Ok(url) => {
                    let what = format!("GET {url}");
                    Box::pin(io(&what, real(url)))
                }
                Err(error) => Box::pin(async { Err(error) }),
            },
        }
    }
}

#[cfg(target_arch = "wasm32")]
async fn real(url: String) -> Result<Document, FetchError> {
    browser::get(url).await
}

#[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
async fn real(url: String) -> Result<Document, FetchError> {
    native::get(url).await
}

#[cfg(all(not(target_arch = "wasm32"), not(feature = "native")))]
async fn real(url: String) -> Result<Document, FetchError> {
    let why = "this build has no HTTP client; build with feature `native`".to_owned();
    Err(FetchError::Unreachable { url, why })
}

/// Makes an address absolute, and refuses what is neither http nor https.
fn resolve(base: &str, url: &str) -> Result<String, FetchError> {
    let refuse = |why: String| Err(FetchError::Address { url: url.to_owned(), why });
    match url.split_once("://") {
        Some(("http" | "https", rest)) if rest.is_empty() || rest.starts_with('/') => {
            refuse("it names no host".to_owned())
        }
        Some(("http" | "https", _)) => Ok(url.to_owned()),
        Some((scheme, _)) => refuse(format!("use `http` or `https`, not `{scheme}`")),
        None if url.starts_with("data:") || url.starts_with("javascript:") || url.starts_with("blob:") => {
            refuse("use an `http` or `https` address".to_owned())
        }
        None if base.is_empty() => {
            refuse("a relative address needs a base: start it with `http://` or `https://`".to_owned())
        }
        None => Ok(format!(
            "{}/{}",
            base.trim_end_matches('/'),
            url.trim_start_matches("./").trim_start_matches('/')
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_addresses_are_fetched() {
        assert_eq!(resolve("http://h/x/", "data/1.json").as_deref(), Ok("http://h/x/data/1.json"));
        assert_eq!(resolve("http://h", "https://other/a").as_deref(), Ok("https://other/a"));
        let refusal = |url| resolve("http://h", url).map_err(|error| error.to_string());
        assert_eq!(
            refusal("file:///etc/passwd"),
            Err("cannot fetch `file:///etc/passwd`: use `http` or `https`, not `file`".to_owned())
        );
        assert_eq!(
            refusal("javascript:alert(1)"),
            Err("cannot fetch `javascript:alert(1)`: use an `http` or `https` address".to_owned())
        );
        assert!(resolve("", "data/1.json").is_err());
        assert!(resolve("", "https://").is_err());
    }

    #[test]
    fn an_answer_is_a_document_only_if_it_is_one() {
        let url = "http://h/";
        assert!(Document::new(url, 200, "{\"a\":1}".to_owned()).is_ok());
        let error = |status, body: &str| {
            Document::new(url, status, body.to_owned()).map_err(|error| error.to_string())
        };
        assert_eq!(error(404, "{}"), Err("`http://h/` answered with status `404`".to_owned()));
        assert_eq!(
            error(200, "<!doctype html>"),
            Err("`http://h/` did not answer with JSON: it begins with `<!doctype html>`".to_owned())
        );
        assert!(error(200, &"1".repeat(MAX_BODY + 1)).is_err());
    }
}
