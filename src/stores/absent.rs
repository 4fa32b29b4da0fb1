//! Stands in for an embedded store where none is built in: it cannot be opened, so it cannot be called.

use std::convert::Infallible;

use super::boxed::boxed;
use super::{Article, StoreError};

/// An embedded store that this build lacks.
#[derive(Debug)]
pub struct Absent(Infallible);

impl Absent {
    pub(super) const NAME: &'static str = "embedded";

    /// Says what to do.
    ///
    /// # Errors
    ///
    /// Always.
    pub async fn open_default() -> Result<Self, StoreError> {
        let why = "this build has no embedded store; build with `--features native`".to_owned();
        Err(StoreError::Unavailable { store: Self::NAME, why })
    }

    /// Cannot be called.
    pub async fn get(&self, _id: u32) -> Result<Article, StoreError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub async fn save(&self, _article: &Article) -> Result<u32, StoreError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub async fn delete(&self, _id: u32) -> Result<(), StoreError> {
        match self.0 {}
    }
}

boxed!(Absent);
