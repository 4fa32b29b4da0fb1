//! The order in which lanes are drawn.

use super::{LaneKind, Model, Row};

impl Model {
    /// Puts tasks in the order of their spawning and children below their parents.
    pub(super) fn rebuild_rows(&mut self) {
        self.rows_are_stale = false;
        self.rows.clear();
        let count = self.lanes.len();
        // Children as linked lists: one pass from the back, so that each list ends in spawn order.
        let mut first_child = vec![None; count];
        let mut next_sibling = vec![None; count];
        let mut roots = Vec::new();
        for (place, lane) in self.lanes.iter().enumerate().rev() {
            let parent = self.places_of_lanes.get(&lane.parent.0).map(|parent| *parent as usize);
            match parent {
                Some(parent) if lane.kind == LaneKind::Child => {
                    next_sibling[place] = first_child[parent].replace(place);
                }
                _ => roots.push(place),
            }
        }
        let mut drawn = vec![false; count];
        // A damaged trace can say that a lane is its own ancestor; such lanes come last.
        let strays = 0..count;
        for root in roots.into_iter().rev().chain(strays) {
            let mut open = vec![(root, 0u16)];
            while let Some((place, depth)) = open.pop() {
                if depth > 0
                    && let Some(sibling) = next_sibling[place]
                {
                    open.push((sibling, depth));
                }
                if std::mem::replace(&mut drawn[place], true) {
                    continue;
                }
                self.rows.push(Row { lane: self.lanes[place].id, depth });
                if let Some(child) = first_child[place] {
                    open.push((child, depth.saturating_add(1)));
                }
            }
        }
    }
}
