//! What lanes share: how full it is, who waits, and the values that pass through it as marbles.

use super::super::pen::{Pen, Type};
use super::super::shapes::Shape;
use super::Scene;
use crate::timeline::{Level, Moment, OpLine, Resource};
use crate::trace::{Event, NameId, Op, ResourceKind};

/// With more pieces in sight than this a chart is sampled, a piece every few pixels.
const MOST_PIECES: usize = 1500;
const SAMPLE_PX: f64 = 2.0;
/// How many marbles of a resource are drawn; more could not be told apart.
const MOST_MARBLES: usize = 1200;
/// Half the height of a marble with a text in it, and of one without.
const MARBLE_PX: (f64, f64) = (8.0, 4.0);
/// The height of the strip that says that somebody waits.
const WAITERS_PX: f64 = 4.0;

/// Draws the visible resources.
pub fn resources(pen: &impl Pen, scene: &Scene) {
    let (from_x, to_x) = scene.look.viewport.x_range();
    let from = scene.look.axis.moment_from_x(scene.model, from_x);
    let to = scene.look.axis.moment_from_x(scene.model, to_x);
    for row in scene.layout.visible_rows() {
        let Some(resource) = scene.resource_at(row) else { continue };
        let y = scene.layout.track_y(row);
        if resource.kind.has_level() {
            chart(pen, scene, resource, y, (from, to));
        } else {
            let left = scene.x(scene.look.axis.x_from_moment(resource.made)).max(scene.left());
            pen.colour(&scene.palette.resource);
            pen.opacity(0.45);
            pen.level(left, scene.known().min(scene.layout.width_px), y, 1.0);
            pen.opacity(1.0);
        }
        marbles(pen, scene, resource, y, (from, to));
    }
}

/// Draws a chart of how full it is between two hairlines, and a strip above while somebody waits.
fn chart(pen: &impl Pen, scene: &Scene, resource: &Resource, y: f64, (from, to): (Moment, Moment)) {
    let high = scene.layout.metrics.block_px + 2.0;
    let (top, bottom) = (y - high / 2.0, y + high / 2.0);
    let mut pieces: Vec<Level> = scene
        .model
        .levels(resource.id, from)
        .take_while(|level| level.begin <= to)
        .take(MOST_PIECES + 1)
        .collect();
    if pieces.len() > MOST_PIECES {
        pieces = sampled(scene, resource);
    }
    let most = match resource.capacity {
        // Without a limit it is as high as it ever got.
        Event::UNBOUNDED | 0 => scene.model.levels(resource.id, Moment::START).map(|level| level.level).max(),
        capacity => Some(pieces.iter().map(|level| level.level).max().unwrap_or(0).max(capacity)),
    };
    let most = f64::from(most.unwrap_or(1).max(1));
    let made = scene.x(scene.look.axis.x_from_moment(resource.made)).max(scene.left());
    let edge = scene.known().min(scene.layout.width_px + 8.0);
    pen.colour(&scene.palette.resource);
    pen.opacity(0.35);
    pen.level(made, edge, bottom, 1.0);
    if resource.capacity != Event::UNBOUNDED {
        pen.level(made, edge, top, 1.0);
    }
    let mut strips = Vec::new();
    for (at, level) in pieces.iter().enumerate() {
        let left = scene.x(scene.look.axis.x_from_moment(level.begin)).max(scene.left() - 8.0);
        let right = pieces
            .get(at + 1)
            .map_or(edge, |next| scene.x(scene.look.axis.x_from_moment(next.begin)))
            .min(scene.layout.width_px + 8.0);
        if right <= left {
            continue;
        }
        if level.waiters > 0 {
            strips.push((left, right));
        }
        if level.level > 0 {
            let part = if level.is_exclusive { 1.0 } else { f64::from(level.level) / most };
            pen.opacity(if level.is_exclusive { 0.9 } else { 0.6 });
            pen.rect(left, bottom - high * part, right - left, high * part);
        }
    }
    pen.opacity(1.0);
    pen.hatching();
    for (left, right) in strips {
        pen.rect(left, top - WAITERS_PX, right - left, WAITERS_PX - 1.0);
    }
}

/// Returns the chart's pieces as one every few pixels.
fn sampled(scene: &Scene, resource: &Resource) -> Vec<Level> {
    let (viewport, axis) = (scene.look.viewport, scene.look.axis);
    let columns = (viewport.width_px / SAMPLE_PX).max(1.0) as usize;
    let at = |column: usize| axis.moment_from_x(scene.model, viewport.x_from_px(column as f64 * SAMPLE_PX));
    (0..columns)
        .filter_map(|column| {
            let moment = at(column);
            let level = scene.model.levels(resource.id, moment).next()?;
            Some(Level { begin: moment, ..level })
        })
        .collect()
}

/// Draws what passes through it.
fn marbles(pen: &impl Pen, scene: &Scene, resource: &Resource, y: f64, (from, to): (Moment, Moment)) {
    let ops: Vec<_> = scene
        .model
        .ops_between(resource.id, from, to)
        .filter(|line| is_marble(resource.kind, line.op))
        .take(MOST_MARBLES + 1)
        .collect();
    if ops.len() > MOST_MARBLES {
        return;
    }
    let xs: Vec<_> = ops.iter().map(|line| scene.x(scene.look.axis.x_from_moment(line.moment))).collect();
    for (at, (line, x)) in ops.iter().zip(&xs).enumerate() {
        let room = |other: Option<&f64>| other.map_or(f64::MAX, |other| (other - x).abs());
        let room = room(at.checked_sub(1).and_then(|before| xs.get(before))).min(room(xs.get(at + 1)));
        marble(pen, scene, resource, line, (*x, y), room);
    }
}

fn is_marble(kind: ResourceKind, op: Op) -> bool {
    match op {
        Op::ItemIn | Op::ItemOut | Op::ItemDropped | Op::ItemFailed | Op::StreamEnded | Op::StreamDropped => {
            true
        }
        Op::Closed | Op::Cancelled | Op::Lagged | Op::Discarded | Op::Abandoned | Op::Notified => true,
        Op::Sent => !kind.has_level(),
        Op::Received => kind == ResourceKind::Oneshot,
        _ => false,
    }
}

fn marble(pen: &impl Pen, scene: &Scene, resource: &Resource, line: &OpLine, (x, y): (f64, f64), room: f64) {
    let palette = scene.palette;
    let text = match line.op {
        Op::ItemIn | Op::ItemOut | Op::ItemDropped | Op::ItemFailed => {
            scene.model.text(NameId(line.detail)).to_owned()
        }
        Op::Sent if resource.kind != ResourceKind::Oneshot => line.detail.to_string(),
        _ => String::new(),
    };
    let has_text = !text.is_empty() && text.chars().count() <= 3 && room >= 2.0 * MARBLE_PX.0 + 2.0;
    let radius = if has_text { MARBLE_PX.0 } else { MARBLE_PX.1 };
    let high = scene.layout.metrics.block_px / 2.0;
    let (is_solid, colour, mark) = match line.op {
        Op::ItemOut | Op::Received => (true, &palette.resource, None),
        Op::Sent => (scene.model.was_received(line), &palette.resource, None),
        Op::ItemIn | Op::Notified => (false, &palette.resource, None),
        Op::ItemDropped | Op::Discarded | Op::Abandoned => (false, &palette.idle, Some(Shape::Cross)),
        Op::ItemFailed => (false, &palette.failed, Some(Shape::Exclamation)),
        Op::Lagged => (false, &palette.failed, Some(Shape::Exclamation)),
        _ => {
            // An end: a bar over the whole height, crossed out if it came too early.
            pen.colour(if line.op == Op::StreamEnded { &palette.resource } else { &palette.cancelled });
            pen.upright(x, y - high - 2.0, y + high + 2.0, 2.0);
            if line.op == Op::StreamDropped {
                pen.shape(Shape::Cross, x + 9.0, y, 4.0, 2.0);
            }
            return;
        }
    };
    pen.colour(&palette.surface);
    pen.disc(x, y, radius);
    pen.colour(colour);
    if is_solid {
        pen.disc(x, y, radius);
    } else {
        pen.circle(x, y, radius - 0.75, 1.5);
    }
    if has_text {
        let width = pen.width(Type::Small, &text);
        pen.colour(if is_solid { &palette.surface } else { &palette.text });
        pen.text(Type::Small, &text, x - width / 2.0, y);
    }
    if let Some(mark) = mark {
        pen.colour(colour);
        let (mx, my, size) = if has_text { (x + 7.0, y - 7.0, 3.0) } else { (x, y, 5.0) };
        pen.shape(mark, mx, my, size, 1.75);
    }
}
