//! From methods whose futures are types of their own to methods whose futures are boxed.

/// Implements [`Repository`](super::Repository) for a store that has `NAME`, `get`, `save` and `delete`.
///
/// The stores' own methods need no box, and are there for those who know which store they have.
macro_rules! boxed {
    ($($store:ident)::+) => {
        impl $crate::stores::Repository for $($store)::+ {
            fn name(&self) -> &'static str {
                Self::NAME
            }

            fn get(
                &self,
                id: u32,
            ) -> $crate::runtime::BoxFuture<'_, Result<$crate::stores::Article, $crate::stores::StoreError>> {
                Box::pin(<$($store)::+>::get(self, id))
            }

            fn save<'a>(
                &'a self,
                article: &'a $crate::stores::Article,
            ) -> $crate::runtime::BoxFuture<'a, Result<u32, $crate::stores::StoreError>> {
                Box::pin(<$($store)::+>::save(self, article))
            }

            fn delete(
                &self,
                id: u32,
            ) -> $crate::runtime::BoxFuture<'_, Result<(), $crate::stores::StoreError>> {
                Box::pin(<$($store)::+>::delete(self, id))
            }
        }
    };
}
pub(super) use boxed;
