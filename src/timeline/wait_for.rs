//! Who waits for whom: the graph in which a circle is a deadlock.

use rustc_hash::{FxHashMap, FxHashSet};

use super::findings::MOST_OF_A_KIND;
use super::{Finding, FindingKind, Lane, LaneKind, LaneState, Model, Moment, Span, SpanState, Wait};
use crate::trace::{LaneId, ResourceId, RunEnd, WaitKind};

/// Every lane that waits at a moment, and what it waits for.
struct WaitFor<'a> {
    model: &'a Model,
    waiting: Vec<(LaneId, Option<Wait>)>,
    wait_of: FxHashMap<LaneId, Option<Wait>>,
    /// The waiting lanes of each task.
    lanes_of: FxHashMap<LaneId, Vec<LaneId>>,
    /// Who holds each resource that is waited for.
    holders_of: FxHashMap<ResourceId, Vec<LaneId>>,
}

/// One lane waits for another.
#[derive(Clone, Copy, Debug)]
struct Edge {
    waiter: LaneId,
    blocker: LaneId,
    /// What the other holds; nothing if its end is waited for.
    through: Option<ResourceId>,
}

impl Model {
    /// Returns who waits in vain, once a run has stalled: first each circle, then every lane that waits besides.
    pub(super) fn stuck(&self) -> Vec<Finding> {
        let Some((RunEnd::Stalled, end)) = self.run_end else { return Vec::new() };
        let moment = self.moment_of(end.order.saturating_sub(1));
        let graph = WaitFor::new(self, moment);
        let mut all = Vec::new();
        let mut in_circles = FxHashSet::default();
        for (lane, _) in &graph.waiting {
            if !in_circles.contains(lane)
                && let Some(circle) = graph.circle_from(*lane)
            {
                let told: Vec<_> = circle.iter().map(|edge| graph.text(edge)).collect();
                let text = format!("deadlock: {}", told.join("; "));
                all.push(Finding { kind: FindingKind::Deadlock, lane: *lane, moment, text });
                in_circles.extend(circle.iter().map(|edge| edge.waiter));
            }
        }
        let others = graph.waiting.iter().filter(|(lane, _)| !in_circles.contains(lane)).take(MOST_OF_A_KIND);
        all.extend(others.map(|(lane, wait)| {
            let name = self.lane_name(*lane);
            let what = match wait {
                Some(wait) => format!("waits for {}{}", self.wait_text(wait), self.at(wait.location)),
                // A foreign future, or one that forgot its waker.
                None => "answered `Pending` and did not say why".to_owned(),
            };
            let text = format!("stuck: `{name}` {what}, and nothing will wake it");
            Finding { kind: FindingKind::Stuck, lane: *lane, moment, text }
        }));
        all
    }
}

impl<'a> WaitFor<'a> {
    /// Looks at every lane. One whose children wait says nothing that they do not say.
    fn new(model: &'a Model, moment: Moment) -> Self {
        let idle = |lane: &'a Lane| match model.state_at(lane.id, moment) {
            LaneState::Live(Span { state: SpanState::Idle(wait), .. }) => Some((lane, wait)),
            _ => None,
        };
        let all: Vec<_> = model.lanes().iter().filter_map(idle).collect();
        let is_child = |lane: &Lane| lane.kind == LaneKind::Child;
        let parents: FxHashSet<_> =
            all.iter().filter(|(lane, _)| is_child(lane)).map(|(lane, _)| lane.parent).collect();
        let speaks = |(lane, wait): &(&Lane, Option<Wait>)| wait.is_some() || !parents.contains(&lane.id);
        let waiting: Vec<_> = all.into_iter().filter(speaks).map(|(lane, wait)| (lane.id, wait)).collect();
        let mut lanes_of: FxHashMap<_, Vec<_>> = FxHashMap::default();
        let mut holders_of = FxHashMap::default();
        for (lane, wait) in &waiting {
            lanes_of.entry(model.task_of(*lane)).or_default().push(*lane);
            if let Some(id) = wait.and_then(|wait| resource_of(&wait)) {
                holders_of.entry(id).or_insert_with(|| {
                    model.resource_at(id, moment).holders.iter().map(|holder| holder.lane).collect()
                });
            }
        }
        let wait_of = waiting.iter().copied().collect();
        Self { model, waiting, wait_of, lanes_of, holders_of }
    }

    /// Returns the lanes that would have to go on for a lane's wait to be over.
    fn edges_from(&self, waiter: LaneId) -> Vec<Edge> {
        let Some(Some(wait)) = self.wait_of.get(&waiter) else { return Vec::new() };
        match (wait.on, resource_of(wait)) {
            (WaitKind::Join, _) => {
                let blocker = u32::try_from(wait.detail).map_or(LaneId::OUTSIDE, LaneId);
                vec![Edge { waiter, blocker, through: None }]
            }
            (_, Some(id)) => {
                let holders = self.holders_of.get(&id).map_or(&[][..], Vec::as_slice);
                holders.iter().map(|blocker| Edge { waiter, blocker: *blocker, through: Some(id) }).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Follows who waits for whom from a lane until it comes back to its task.
    fn circle_from(&self, start: LaneId) -> Option<Vec<Edge>> {
        let goal = self.model.task_of(start);
        // By which edge each task was come to.
        let mut came_by: FxHashMap<LaneId, Edge> = FxHashMap::default();
        let mut heads = vec![start];
        while let Some(head) = heads.pop() {
            for edge in self.edges_from(head) {
                let task = self.model.task_of(edge.blocker);
                if task == goal {
                    return Some(self.way_to(edge, start, &came_by));
                }
                if came_by.contains_key(&task) {
                    continue;
                }
                came_by.insert(task, edge);
                // Whatever of the blocker's task waits keeps it from letting go.
                heads.extend(self.lanes_of.get(&task).into_iter().flatten());
            }
        }
        None
    }

    fn way_to(&self, last: Edge, start: LaneId, came_by: &FxHashMap<LaneId, Edge>) -> Vec<Edge> {
        let mut way = vec![last];
        let mut at = last;
        while at.waiter != start
            && let Some(before) = came_by.get(&self.model.task_of(at.waiter))
        {
            way.push(*before);
            at = *before;
        }
        way.reverse();
        way
    }

    fn text(&self, edge: &Edge) -> String {
        let (waiter, blocker) = (self.model.lane_name(edge.waiter), self.model.lane_name(edge.blocker));
        let wait = self.wait_of.get(&edge.waiter).copied().flatten();
        let place = wait.map_or(String::new(), |wait| self.model.at(wait.location));
        match edge.through {
            Some(id) => {
                let what = self.model.resource_text(id);
                format!("`{waiter}` waits for {what}{place}, which `{blocker}` holds")
            }
            None => format!("`{waiter}` waits for the end of `{blocker}`{place}"),
        }
    }
}

fn resource_of(wait: &Wait) -> Option<ResourceId> {
    let id = u32::try_from(wait.detail).ok().map(ResourceId)?;
    (wait.on == WaitKind::Resource).then_some(id)
}
