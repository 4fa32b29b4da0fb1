//! What criterion wrote down.

use std::path::PathBuf;
use std::time::SystemTime;

use super::{Budget, Row};

/// What criterion wrote down in this run.
#[derive(Debug)]
pub struct Results {
    pub place: PathBuf,
    pub started: SystemTime,
}

impl Results {
    /// Returns the median of one operation in nanoseconds; `None` for what was filtered out.
    pub fn nanos(&self, group: &str, function: &str, operations: f64) -> Option<f64> {
        let file = self.place.join(group).join(function).join("new/estimates.json");
        if std::fs::metadata(&file).ok()?.modified().ok()? < self.started {
            return None;
        }
        let estimates: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()?;
        Some(estimates["median"]["point_estimate"].as_f64()? / operations)
    }

    /// Returns the row that sets two functions of a group side by side; `None` for what was filtered out.
    pub fn row(
        &self,
        what: &str,
        group: &str,
        [ours, theirs]: [&str; 2],
        operations: f64,
        budget: Budget,
    ) -> Option<Row> {
        Some(Row {
            what: what.to_owned(),
            ours_nanos: self.nanos(group, ours, operations)?,
            theirs: theirs.replace('_', "-"),
            theirs_nanos: self.nanos(group, theirs, operations)?,
            budget,
        })
    }
}
