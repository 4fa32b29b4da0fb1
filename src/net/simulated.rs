//! The network that only pretends.

use std::panic::Location;
use std::time::Duration;

use super::{Document, FetchError};
use crate::runtime::{BoxFuture, sleep_at};

/// The documents that the page serves, by address.
pub const DOCUMENTS: &[(&str, &str)] = &[
    ("data/1.json", include_str!("../../static/data/1.json")),
    ("data/2.json", include_str!("../../static/data/2.json")),
    ("data/3.json", include_str!("../../static/data/3.json")),
    ("data/4.json", include_str!("../../static/data/4.json")),
    ("data/5.json", include_str!("../../static/data/5.json")),
    ("data/articles.json", include_str!("../../static/data/articles.json")),
];

#[derive(Debug)]
pub(super) struct Simulated {
    pub(super) seed: u64,
    pub(super) latency: u32,
    pub(super) spread: u32,
    pub(super) failures: u32,
}

impl Simulated {
    pub(super) fn get(
        &self,
        url: &str,
        location: &'static Location<'static>,
    ) -> BoxFuture<'static, Result<Document, FetchError>> {
        let mut rng = self.rng(url);
        let latency = u64::from(self.latency) + rng.u64(0..=u64::from(self.spread));
        let fails = rng.u32(0..100) < self.failures;
        let url = url.to_owned();
        Box::pin(async move {
            sleep_at(Duration::from_millis(latency), location).await;
            let path = url.trim_start_matches("./").trim_start_matches('/');
            let path = path.split(['?', '#']).next().unwrap_or(path);
            let document = DOCUMENTS.iter().find(|(known, _)| *known == path);
            match document {
                _ if fails => Document::new(&url, 503, String::new()),
                Some((_, body)) => Document::new(&url, 200, (*body).to_owned()),
                None => Document::new(&url, 404, String::new()),
            }
        })
    }

    /// The same generator for the same seed and address, in whatever order requests are made.
    fn rng(&self, url: &str) -> fastrand::Rng {
        // FNV-1a: tiny, and equal on every platform.
        let hash = url.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut rng = fastrand::Rng::with_seed(hash ^ self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        // The first number of neighbouring seeds is alike; the second is not.
        rng.u64(..);
        rng
    }
}
