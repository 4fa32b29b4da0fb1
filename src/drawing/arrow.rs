//! The curve of a wake: from the track of the lane that woke to the one that was woken.

/// How far an arrow's tip stays away from the middle of a track: at the edge of its blocks.
const EDGE_PX: f64 = 9.0;
/// How far an arrow bulges to the right at most, so that it does not hide what it stands for.
const BULGE_PX: f64 = 18.0;
/// How long an arrow from outside is.
const OUTSIDE_PX: f64 = 13.0;
/// How long and how wide half of the head is.
const HEAD_PX: (f64, f64) = (6.0, 3.5);

/// An arrow as a cubic curve with a head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// Where it begins.
    pub from: (f64, f64),
    /// The two points that bend it.
    pub bend: [(f64, f64); 2],
    /// Where its tip is.
    pub to: (f64, f64),
    /// Whether it begins outside the run, which is drawn as a ring.
    pub from_outside: bool,
}

impl Arrow {
    /// Creates the arrow at `x` from the track at `from_y`, or from outside, to the track at `to_y`.
    pub fn new(x: f64, from_y: Option<f64>, to_y: f64) -> Self {
        let Some(from_y) = from_y.filter(|from_y| (from_y - to_y).abs() > 2.0 * EDGE_PX) else {
            let tip = to_y - EDGE_PX + 1.0;
            let from = (x, tip - OUTSIDE_PX);
            let is_self = from_y.is_some();
            let bulge = if is_self { EDGE_PX } else { 0.0 };
            let bend = [(x + bulge, from.1), (x + bulge, tip - 5.0)];
            return Self { from, bend, to: (x, tip), from_outside: !is_self };
        };
        let down = (to_y - from_y).signum();
        let from = (x, from_y + down * EDGE_PX);
        let to = (x, to_y - down * EDGE_PX);
        let length = (to.1 - from.1).abs();
        let bulge = (length * 0.35).min(BULGE_PX);
        let bend = [(x + bulge, from.1 + down * length * 0.3), (x + bulge, to.1 - down * length * 0.35)];
        Self { from, bend, to, from_outside: false }
    }

    /// Creates the arrow from a point of one track to a later point of another.
    pub fn between(from: (f64, f64), to: (f64, f64)) -> Self {
        let down = (to.1 - from.1).signum();
        let from = (from.0, from.1 + down * EDGE_PX);
        let to = (to.0, to.1 - down * EDGE_PX);
        let high = (to.1 - from.1).abs() * 0.4;
        let bend = [(from.0, from.1 + down * high), (to.0, to.1 - down * high)];
        Self { from, bend, to, from_outside: false }
    }

    /// Returns the three corners of the head, tip first.
    pub fn head(&self) -> [(f64, f64); 3] {
        let (dx, dy) = (self.to.0 - self.bend[1].0, self.to.1 - self.bend[1].1);
        let length = dx.hypot(dy).max(f64::MIN_POSITIVE);
        let (ux, uy) = (dx / length, dy / length);
        let back = (self.to.0 - ux * HEAD_PX.0, self.to.1 - uy * HEAD_PX.0);
        let side = (-uy * HEAD_PX.1, ux * HEAD_PX.1);
        [self.to, (back.0 + side.0, back.1 + side.1), (back.0 - side.0, back.1 - side.1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_points_from_the_waker_to_the_woken() {
        let down = Arrow::new(50.0, Some(10.0), 110.0);
        assert!(down.from.1 > 10.0 && down.to.1 < 110.0 && down.from.1 < down.to.1);
        let up = Arrow::new(50.0, Some(110.0), 10.0);
        assert!(up.from.1 > up.to.1);
        assert!(!up.from_outside);
    }

    #[test]
    fn a_wake_from_outside_comes_from_above_its_lane() {
        let arrow = Arrow::new(50.0, None, 100.0);
        assert!(arrow.from_outside);
        assert!(arrow.from.1 < arrow.to.1 && arrow.to.1 < 100.0);
        assert!(!Arrow::new(50.0, Some(100.0), 100.0).from_outside, "a lane that wakes itself is no outside");
    }

    #[test]
    fn the_head_has_a_size_whatever_the_curve() {
        for from in [None, Some(0.0), Some(40.0), Some(100.0), Some(4000.0)] {
            let [tip, left, right] = Arrow::new(7.0, from, 100.0).head();
            let width = (left.0 - right.0).hypot(left.1 - right.1);
            assert!((width - 2.0 * HEAD_PX.1).abs() < 1e-9, "{from:?}: {width}");
            assert!([tip, left, right].iter().all(|(x, y)| x.is_finite() && y.is_finite()));
        }
    }
}
