//! Resources in a text timeline: how full each is, or the values that pass through it.

use crate::timeline::{Axis, Level, Model, Moment, Resource, Viewport, resource_word};
use crate::trace::{Event, Op, ResourceKind};

/// From empty to full, and how a waiting lane is marked where nothing is held.
const BLOCKS: [char; 9] = ['─', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const DIGITS: [char; 9] = ['-', '1', '2', '3', '4', '5', '6', '7', '#'];

/// Returns what to write before a resource's row.
pub(super) fn label(resource: &Resource) -> String {
    format!("{} ({})", resource.name, resource_word(resource.kind))
}

/// Returns a resource's row, a character a column.
pub(super) fn chart(model: &Model, resource: &Resource, axis: &Axis, view: &Viewport, ascii: bool) -> String {
    let columns = view.width_px as usize;
    let column_of = |moment: Moment| view.px_from_x(axis.x_from_moment(moment)).max(0.0) as usize;
    let made = column_of(resource.made).min(columns.saturating_sub(1));
    let mut cells = vec![' '; columns];
    let ink = if ascii { DIGITS } else { BLOCKS };
    for cell in cells.iter_mut().skip(made) {
        *cell = ink[0];
    }
    if resource.kind.has_level() {
        let levels: Vec<_> = model.levels(resource.id, Moment::START).collect();
        let most = match resource.capacity {
            Event::UNBOUNDED => 0,
            capacity => capacity,
        };
        let most = levels.iter().map(|level| level.level).fold(most.max(1), u32::max);
        let ends = levels.iter().skip(1).map(|level| column_of(level.begin)).chain([columns]);
        for (level, end) in levels.iter().zip(ends) {
            let begin = column_of(level.begin).min(columns.saturating_sub(1));
            let eighths = eighths(level, most);
            for cell in &mut cells[begin..end.clamp(begin + 1, columns)] {
                *cell = ink[eighths];
            }
        }
    }
    for line in model.ops(resource.id) {
        let mark = match line.op {
            Op::ItemIn => 'o',
            Op::ItemOut if ascii => '@',
            Op::ItemOut => '●',
            Op::Sent if !resource.kind.has_level() => 'o',
            Op::Received if !resource.kind.has_level() && ascii => '@',
            Op::Received if !resource.kind.has_level() => '●',
            Op::ItemDropped | Op::Discarded | Op::StreamDropped if ascii => 'x',
            Op::ItemDropped | Op::Discarded | Op::StreamDropped => '╳',
            Op::ItemFailed | Op::Lagged => '!',
            Op::StreamEnded | Op::Closed | Op::Cancelled => '|',
            _ => continue,
        };
        if let Some(cell) = cells.get_mut(column_of(line.moment).min(columns.saturating_sub(1))) {
            *cell = mark;
        }
    }
    cells.into_iter().collect::<String>().trim_end().to_owned()
}

/// Returns what stands behind the row: how it stands at the end.
pub(super) fn words(model: &Model, resource: &Resource) -> String {
    let most = model.levels(resource.id, Moment::START).map(|level| level.level).max().unwrap_or(0);
    match (resource.kind, resource.capacity) {
        (ResourceKind::Mpsc, Event::UNBOUNDED) => format!(" up to {most} inside"),
        (ResourceKind::Mpsc, capacity) => format!(" up to {most} of {capacity} inside"),
        (ResourceKind::Semaphore, capacity) => format!(" up to {most} of {capacity} in use"),
        _ => String::new(),
    }
}

fn eighths(level: &Level, most: u32) -> usize {
    match (level.level, level.is_exclusive) {
        (0, _) => 0,
        (_, true) => 8,
        (level, false) => (level as usize * 8).div_ceil(most as usize).clamp(1, 8),
    }
}
